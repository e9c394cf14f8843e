package mmsim

import (
	"slices"
	"strings"
)

// classMembership splits the value of -N into nodes and classes.
func (c *call) classMembership(spec string) (nodes []int, classes []string, err error) {
	if names, ok := c.nodeFile(spec); ok {
		spec = strings.Join(names, ",")
	}
	for _, word := range splitList(spec) {
		if nc := c.st.nodeClass(word); nc != nil && c.st.nodeNamed(word) == nil {
			classes = append(classes, nc.Name)
			continue
		}
		numbers, err := c.resolveNode(word)
		if err != nil {
			return nil, nil, err
		}
		nodes = append(nodes, numbers...)
	}
	slices.Sort(nodes)
	return slices.Compact(nodes), classes, nil
}

func (c *call) isSystemClass(name string) bool {
	return strings.EqualFold(name, "mount") || slices.ContainsFunc(c.st.systemClasses(), func(sc systemClass) bool { return strings.EqualFold(sc.name, name) })
}

// mmcrnodeclass makes a node class. unverified: wording of all refusals.
func mmcrnodeclass(c *call) int {
	name := c.operand(0)
	if !c.has("-N") {
		return c.usage("Missing arguments.")
	}
	switch {
	case c.isSystemClass(name) || strings.HasSuffix(strings.ToLower(name), "nodes"):
		return c.fail("Node class name %s is reserved for system use.", name)
	case c.st.nodeNamed(name) != nil:
		return c.fail("Node class name %s is the name of a node.", name)
	case c.st.nodeClass(name) != nil:
		return c.fail("Node class %s already exists.", name)
	case strings.ContainsAny(name, " \t,:;/"):
		return c.fail("Incorrect node class name: %s", name)
	}
	nodes, classes, err := c.classMembership(c.get("-N"))
	if err != nil {
		return c.fail("%s", err)
	}
	if code := c.refuseNesting(classes); code != 0 {
		return code
	}
	c.st.NodeClasses = append(c.st.NodeClasses, NodeClass{Name: name, Nodes: nodes, Classes: classes})
	c.propagate()
	return 0
}

// refuseNesting refuses classes that contain classes themselves.
func (c *call) refuseNesting(classes []string) int {
	for _, inner := range classes {
		if len(c.st.nodeClass(inner).Classes) > 0 {
			return c.fail("Node class %s contains other node classes and cannot be nested.", inner) // unverified: wording
		}
	}
	return 0
}

func mmchnodeclass(c *call) int {
	nc := c.st.nodeClass(c.operand(0))
	switch {
	case !c.has("-N"):
		return c.usage("Missing arguments.")
	case nc == nil && c.isSystemClass(c.operand(0)):
		return c.fail("Node class %s is a system node class and cannot be changed.", c.operand(0)) // unverified: wording
	case nc == nil:
		return c.fail("Node class %s is not defined.", c.operand(0)) // unverified: wording
	}
	nodes, classes, err := c.classMembership(c.get("-N"))
	if err != nil {
		return c.fail("%s", err)
	}
	if code := c.refuseNesting(classes); code != 0 {
		return code
	}
	switch c.operand(1) {
	case "add":
		nc.Nodes = slices.Compact(slices.Sorted(slices.Values(append(nc.Nodes, nodes...))))
		for _, name := range classes {
			if !slices.Contains(nc.Classes, name) {
				nc.Classes = append(nc.Classes, name)
			}
		}
	case "delete":
		nc.Nodes = slices.DeleteFunc(nc.Nodes, func(n int) bool { return slices.Contains(nodes, n) })
		nc.Classes = slices.DeleteFunc(nc.Classes, func(name string) bool { return slices.Contains(classes, name) })
	case "replace":
		nc.Nodes, nc.Classes = nodes, classes
	default:
		return c.usage("Incorrect option: " + c.operand(1))
	}
	c.propagate()
	return 0
}

func mmdelnodeclass(c *call) int {
	names := splitList(c.operand(0))
	for _, name := range names {
		nc := c.st.nodeClass(name)
		if nc == nil {
			return c.fail("Node class %s is not defined.", name) // unverified: wording
		}
		for _, e := range c.st.Config {
			if slices.ContainsFunc(e.Scope, sameFold(nc.Name)) {
				// unverified: wording.
				return c.fail("Node class %s cannot be deleted because attribute %s is set for it.", name, e.Name)
			}
		}
		for i := range c.st.NodeClasses {
			if other := &c.st.NodeClasses[i]; slices.ContainsFunc(other.Classes, sameFold(name)) && !slices.ContainsFunc(names, sameFold(other.Name)) {
				return c.fail("Node class %s is a member of node class %s.", name, other.Name) // unverified: wording
			}
		}
	}
	c.st.NodeClasses = slices.DeleteFunc(c.st.NodeClasses, func(nc NodeClass) bool { return slices.ContainsFunc(names, sameFold(nc.Name)) })
	c.propagate()
	return 0
}
