package mmsim

import (
	"strings"
)

func mmlsnodeclass(c *call) int {
	type class struct {
		name       string
		nodes, all []int
		nested     []string
	}
	var classes []class
	user := func(nc *NodeClass) class {
		all, _ := c.st.classMembers(nc.Name)
		return class{name: nc.Name, nested: nc.Classes, nodes: nc.Nodes, all: all}
	}
	system := func(sc systemClass) class {
		members := c.st.members(sc)
		return class{name: sc.name, nodes: members, all: members}
	}
	if len(c.operands) > 0 {
		for _, name := range splitList(c.operand(0)) {
			found := false
			if nc := c.st.nodeClass(name); nc != nil {
				classes, found = append(classes, user(nc)), true
			}
			for _, sc := range c.st.systemClasses() {
				if strings.EqualFold(sc.name, name) {
					classes, found = append(classes, system(sc)), true
				}
			}
			if !found {
				return c.fail("Node class %s is not defined.", name) // unverified: wording
			}
		}
	} else {
		if !c.has("--system") {
			for i := range c.st.NodeClasses {
				classes = append(classes, user(&c.st.NodeClasses[i]))
			}
		}
		if c.any("--system", "--all") {
			for _, sc := range c.st.systemClasses() {
				classes = append(classes, system(sc))
			}
		}
	}
	if c.has("-Y") {
		w := c.y()
		// unverified: the names of the section and of the first field; programs find the class in field 7 and its
		// members in field 10, and know memberClasses, memberNodes and allMembers.
		w.header("nodeClasses", "nodeClassName", "memberClasses", "memberNodes", "allMembers")
		for _, k := range classes {
			w.row("nodeClasses", k.name, strings.Join(k.nested, ","), c.names(k.nodes), c.names(k.all))
		}
		return 0
	}
	c.printf("Node Class Name       Members\n--------------------- -----------------------------------------------------------\n")
	for _, k := range classes {
		members := k.nested
		if names := c.names(k.nodes); names != "" {
			members = append(members[:len(members):len(members)], names)
		}
		c.printf("%s %s\n", pad(k.name, 21), strings.Join(members, ","))
	}
	return 0
}

// names joins the daemon names of nodes, by which node classes list their members.
func (c *call) names(numbers []int) string {
	var names []string
	for _, n := range numbers {
		if node := c.st.node(n); node != nil {
			names = append(names, node.DaemonName)
		}
	}
	return strings.Join(names, ",")
}
