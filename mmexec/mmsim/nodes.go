package mmsim

import (
	"slices"
	"strconv"
	"strings"
)

// systemClasses lists the node classes that exist by themselves and who is in them.
func (s *State) systemClasses() []systemClass {
	nsdServers := map[string]bool{}
	for i := range s.NSDs {
		for _, server := range s.NSDs[i].Servers {
			nsdServers[server] = true
		}
	}
	return []systemClass{
		{"all", func(*Node) bool { return true }},
		{"cesNodes", func(n *Node) bool { return n.CES }},
		{"clientLicense", func(n *Node) bool { return n.License == "client" }},
		{"clientNodes", func(n *Node) bool { return !n.Manager }},
		{"gatewayNodes", func(n *Node) bool { return n.Gateway }},
		{"linuxNodes", func(*Node) bool { return true }},
		{"managerNodes", func(n *Node) bool { return n.Manager }},
		{"nonCesNodes", func(n *Node) bool { return !n.CES }},
		{"nonNsdNodes", func(n *Node) bool { return !nsdServers[n.AdminName] }},
		{"nonQuorumNodes", func(n *Node) bool { return !n.Quorum }},
		{"nsdNodes", func(n *Node) bool { return nsdServers[n.AdminName] }},
		{"perfmonNodes", func(n *Node) bool { return n.Perfmon }},
		{"quorumNodes", func(n *Node) bool { return n.Quorum }},
		{"serverLicense", func(n *Node) bool { return n.License == "server" }},
	}
}

type systemClass struct {
	name string
	has  func(*Node) bool
}

// members lists the numbers of the nodes in a system class.
func (s *State) members(c systemClass) []int {
	var numbers []int
	for i := range s.Nodes {
		if c.has(&s.Nodes[i]) {
			numbers = append(numbers, s.Nodes[i].Number)
		}
	}
	return numbers
}

// nodeClass finds a user-defined class; class names do not distinguish case.
func (s *State) nodeClass(name string) *NodeClass {
	for i := range s.NodeClasses {
		if strings.EqualFold(s.NodeClasses[i].Name, name) {
			return &s.NodeClasses[i]
		}
	}
	return nil
}

// classMembers returns the numbers of the nodes of a class, system or user-defined, and whether there is such a class.
func (s *State) classMembers(name string) ([]int, bool) {
	for _, c := range s.systemClasses() {
		if strings.EqualFold(c.name, name) {
			return s.members(c), true
		}
	}
	c := s.nodeClass(name)
	if c == nil {
		return nil, false
	}
	numbers := slices.Clone(c.Nodes)
	for _, nested := range c.Classes {
		inner, _ := s.classMembers(nested)
		for _, n := range inner {
			if !slices.Contains(numbers, n) {
				numbers = append(numbers, n)
			}
		}
	}
	slices.Sort(numbers)
	return numbers, true
}

// nodeError is why a value of -N names no nodes, in the words of the command.
type nodeError string

func (e nodeError) Error() string { return string(e) }

// resolveNodes turns the value of -N into node numbers, in the order of the cluster. It takes long and short admin and
// daemon names, addresses, numbers, number ranges, class names and localhost, separated by commas; the value may be
// the path of a node file instead.
func (c *call) resolveNodes(spec string) ([]int, error) {
	if names, ok := c.nodeFile(spec); ok {
		spec = strings.Join(names, ",")
	}
	chosen := map[int]bool{}
	for _, word := range strings.Split(spec, ",") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		numbers, err := c.resolveNode(word)
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			chosen[n] = true
		}
	}
	var numbers []int
	for i := range c.st.Nodes {
		if chosen[c.st.Nodes[i].Number] {
			numbers = append(numbers, c.st.Nodes[i].Number)
		}
	}
	if len(numbers) == 0 {
		return nil, nodeError("No nodes were specified.") // unverified: wording
	}
	return numbers, nil
}

func (c *call) resolveNode(word string) ([]int, error) {
	if word == "localhost" {
		return []int{c.st.LocalNode}, nil
	}
	if n := c.st.nodeNamed(word); n != nil {
		return []int{n.Number}, nil
	}
	if numbers, ok := c.st.classMembers(word); ok {
		return numbers, nil
	}
	if from, to, ok := numberRange(word); ok {
		var numbers []int
		for i := range c.st.Nodes {
			if n := c.st.Nodes[i].Number; n >= from && n <= to {
				numbers = append(numbers, n)
			}
		}
		if len(numbers) > 0 {
			return numbers, nil
		}
	}
	// unverified: wording of an unknown node name.
	return nil, nodeError("Incorrect node name: " + word)
}

// numberRange reads "7" and "3-8".
func numberRange(word string) (from, to int, ok bool) {
	low, high, ranged := strings.Cut(word, "-")
	from, err := strconv.Atoi(low)
	if err != nil {
		return 0, 0, false
	}
	if !ranged {
		return from, from, true
	}
	to, err = strconv.Atoi(high)
	return from, to, err == nil && from <= to
}

// targets are the nodes a command is for: all with -a, those of -N, else the local one. It reports a refusal itself.
func (c *call) targets() ([]int, bool) {
	switch {
	case c.has("-a"):
		return c.st.members(systemClass{has: func(*Node) bool { return true }}), true
	case c.has("-N"):
		if strings.EqualFold(c.get("-N"), "mount") {
			// unverified: wording; the pages only say that the class is not supported here.
			c.fail("The node class mount is not supported by this command.")
			return nil, false
		}
		numbers, err := c.resolveNodes(c.get("-N"))
		if err != nil {
			c.fail("%s", err)
			return nil, false
		}
		return numbers, true
	default:
		return []int{c.st.LocalNode}, true
	}
}
