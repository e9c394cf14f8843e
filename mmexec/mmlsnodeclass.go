package mmexec

import "strings"

// LsNodeClassOptions are the options of mmlsnodeclass. Without any of them the classes of users are listed.
type LsNodeClassOptions struct {
	Classes []string // only these
	System  bool     // --system: only those of the system
	All     bool     // --all: those of users and of the system
}

// MmLsNodeClass lists node classes and their members: mmlsnodeclass [--all] -Y.
func MmLsNodeClass(o LsNodeClassOptions) (Command, error) {
	var args []string
	switch {
	case len(o.Classes) > 0 && (o.System || o.All), o.System && o.All:
		return Command{}, &OptionError{"mmlsnodeclass", "choose named classes, those of the system or all, not several of these"}
	case len(o.Classes) > 0:
		if err := nodeClassRule.checkAll(o.Classes); err != nil {
			return Command{}, err
		}
		args = append(args, strings.Join(o.Classes, ","))
	case o.System:
		args = append(args, "--system")
	case o.All:
		args = append(args, "--all")
	}
	return Command{Name: "mmlsnodeclass", Args: append(args, "-Y"), Object: "node classes"}, nil
}

// NodeClass is one node class of mmlsnodeclass.
type NodeClass struct {
	Name    string
	Members []string // nodes and node classes, as printed
}

// ParseMmLsNodeClass reads what mmlsnodeclass prints for people.
func ParseMmLsNodeClass(data []byte) ([]NodeClass, error) {
	var classes []NodeClass
	head := true
	for n, line := range lines(data) {
		switch {
		case line == "" || rule(line):
			head = head && line == ""
			continue
		case head:
			if !strings.HasPrefix(line, "Node Class Name") {
				return nil, formatError("mmlsnodeclass", n, "want the title of the table, not %q", shorten(line))
			}
			continue
		}
		words := strings.Fields(line)
		if line[0] == ' ' || line[0] == '\t' { // members go on
			if len(classes) == 0 {
				return nil, formatError("mmlsnodeclass", n, "members without a node class: %q", shorten(line))
			}
			last := &classes[len(classes)-1]
			last.Members = append(last.Members, members(words)...)
			continue
		}
		classes = append(classes, NodeClass{Name: words[0], Members: members(words[1:])})
	}
	return classes, nil
}

func members(words []string) []string {
	return strings.FieldsFunc(strings.Join(words, ","), func(r rune) bool { return r == ',' })
}
