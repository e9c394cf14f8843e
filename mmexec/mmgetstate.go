package mmexec

import (
	"strconv"
	"strings"
)

// MmGetState asks nodes for the state of their daemon: mmgetstate -a -Y. Nodes that cannot be reached are missing in
// the reply of releases up to now.
func MmGetState(on NodeSpec) (Command, error) {
	if on.IsZero() {
		return Command{}, &OptionError{"mmgetstate", "say which nodes"}
	}
	if err := on.withoutClass("mmgetstate", "mount"); err != nil {
		return Command{}, err
	}
	args, err := on.args()
	if err != nil {
		return Command{}, err
	}
	return Command{Name: "mmgetstate", Args: append(args, "-Y"), Object: on.String()}, nil
}

// NodeState is one node of mmgetstate.
type NodeState struct {
	Number int
	Name   string
	State  string // active, arbitrating, down, unknown, ...
	// Quorum, NodesUp and TotalNodes are printed with -L only; Quorum may have a star when tiebreaker disks decide.
	Quorum     string
	NodesUp    int
	TotalNodes int
	Remarks    string // "quorum node"
}

// States is the reply of mmgetstate.
type States struct {
	Nodes       []NodeState
	Unreachable []string // nodes that could not be asked; they have no state
}

const unreachableNodes = "The following nodes could not be reached:"

// ParseMmGetState reads what mmgetstate prints for people, with or without -L.
func ParseMmGetState(data []byte) (States, error) {
	var s States
	head, unreachable := true, false
	for n, line := range lines(data) {
		switch {
		case line == "" || rule(line):
			head = head && line == ""
		case strings.Contains(line, unreachableNodes):
			unreachable = true
		case unreachable:
			s.Unreachable = append(s.Unreachable, members(strings.Fields(line))...)
		case head:
			if !strings.HasPrefix(strings.TrimSpace(line), "Node number") {
				return s, formatError("mmgetstate", n, "want the title of the table, not %q", shorten(line))
			}
		case strings.HasPrefix(line, "Summary information"):
			return s, nil // of -s; counts that follow from the table
		default:
			state, ok := nodeState(strings.Fields(line))
			if !ok {
				return s, formatError("mmgetstate", n, "want a number, a node and a state, not %q", shorten(line))
			}
			s.Nodes = append(s.Nodes, state)
		}
	}
	return s, nil
}

func nodeState(w []string) (NodeState, bool) {
	if len(w) < 3 {
		return NodeState{}, false
	}
	number, err := strconv.Atoi(w[0])
	if err != nil {
		return NodeState{}, false
	}
	s := NodeState{Number: number, Name: w[1]}
	if len(w) < 6 {
		s.State, s.Remarks = w[2], strings.Join(w[3:], " ")
		return s, true
	}
	up, err1 := strconv.Atoi(w[3])
	total, err2 := strconv.Atoi(w[4])
	s.Quorum, s.NodesUp, s.TotalNodes = w[2], up, total
	s.State, s.Remarks = w[5], strings.Join(w[6:], " ")
	return s, err1 == nil && err2 == nil
}
