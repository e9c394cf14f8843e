package mmexec

import (
	"fmt"
	"strconv"
	"strings"
)

// Switch is an option that is on, off, or left as it is.
type Switch int8

// The positions of a Switch.
const (
	Unchanged Switch = iota
	On
	Off
)

func (s Switch) yesNo() string {
	if s == On {
		return "yes"
	}
	return "no"
}

// NodeSpec says on which nodes a command works. The zero value names none: commands that need nodes refuse it, so that
// an empty list never becomes all nodes.
type NodeSpec struct {
	all   bool
	local bool
	names []string
}

// AllNodes is every node of the cluster (-a).
func AllNodes() NodeSpec { return NodeSpec{all: true} }

// ThisNode is the node that runs the command.
func ThisNode() NodeSpec { return NodeSpec{local: true} }

// OnNodes are the nodes named by any of their names, by address, number, range of numbers or node class.
func OnNodes(names ...string) NodeSpec { return NodeSpec{names: names} }

// IsZero tells whether no nodes were named.
func (n NodeSpec) IsZero() bool { return !n.all && !n.local && len(n.names) == 0 }

// String returns the nodes as words for messages.
func (n NodeSpec) String() string {
	switch {
	case n.all:
		return "all nodes"
	case n.local:
		return "this node"
	case len(n.names) == 1:
		return "node " + n.names[0]
	case len(n.names) > 1:
		return "nodes " + strings.Join(n.names, ",")
	}
	return "no nodes"
}

// args returns -a, -N and the list, or nothing for this node.
func (n NodeSpec) args() ([]string, error) {
	switch {
	case n.all:
		return []string{"-a"}, nil
	case n.local:
		return nil, nil
	}
	if err := nodeRule.checkAll(n.names); err != nil {
		return nil, err
	}
	return []string{"-N", strings.Join(n.names, ",")}, nil
}

// listArgs is args for options that take -N only, without -a.
func (n NodeSpec) listArgs() ([]string, error) {
	if n.all {
		return []string{"-N", "all"}, nil
	}
	return n.args()
}

// withoutClass refuses a node class that a command does not take.
func (n NodeSpec) withoutClass(command, class string) error {
	for _, name := range n.names {
		if strings.EqualFold(name, class) {
			return &OptionError{Command: command, Reason: fmt.Sprintf("it does not take the node class %s", class)}
		}
	}
	return nil
}

// OptionError says that options of a command do not go together or lack something. It is found before anything runs.
type OptionError struct {
	Command string
	Reason  string
}

// Error names the command and the reason.
func (e *OptionError) Error() string { return e.Command + ": " + e.Reason }

// InodeLimit is the highest number of inodes of an inode space and how many of them are allocated beforehand. Zero
// means: leave it to the command.
type InodeLimit struct{ Max, Prealloc uint64 }

func (l InodeLimit) isZero() bool { return l == InodeLimit{} }

func (l InodeLimit) arg(command string) (string, error) {
	switch {
	case l.Max == 0:
		return "", &OptionError{command, "an inode limit needs its maximum"}
	case l.Prealloc > l.Max:
		return "", &OptionError{command, fmt.Sprintf("%d inodes cannot be allocated beforehand when %d is the maximum", l.Prealloc, l.Max)}
	case l.Prealloc > 0:
		return fmt.Sprintf("%d:%d", l.Max, l.Prealloc), nil
	}
	return strconv.FormatUint(l.Max, 10), nil
}

// sizeArg writes bytes as the commands take them, with the largest binary suffix that is exact. Storage Scale counts
// in KiB, so a rest is rounded up.
func sizeArg(n uint64) string {
	if n == 0 {
		return "0"
	}
	kib := n / 1024
	if n%1024 != 0 {
		kib++
	}
	suffixes := "KMGTP"
	i := 0
	for kib%1024 == 0 && i < len(suffixes)-1 {
		kib /= 1024
		i++
	}
	return strconv.FormatUint(kib, 10) + suffixes[i:i+1]
}

func oneOf(command, option, value string, allowed ...string) error {
	for _, a := range allowed {
		if strings.EqualFold(value, a) {
			return nil
		}
	}
	return &OptionError{command, fmt.Sprintf("%s takes %s, not %q", option, strings.Join(allowed, ", "), value)}
}

func qosArgs(command, class string) ([]string, error) {
	if class == "" {
		return nil, nil
	}
	if err := oneOf(command, "--qos", class, "maintenance", "other"); err != nil {
		return nil, err
	}
	return []string{"--qos", class}, nil
}

// device checks a file system operand and returns it as the commands take it.
func device(name string) (string, error) {
	if err := CheckFilesystemName(name); err != nil {
		return "", err
	}
	return name, nil
}

// deviceOrAll also takes the words for sets of file systems.
func deviceOrAll(name string) (string, error) {
	switch name {
	case "all", "all_local", "all_remote":
		return name, nil
	}
	return device(name)
}
