package mmsim

import (
	"hash/fnv"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// sshTimeout is how long the remote shell tries to reach a node that does not answer.
const sshTimeout = 10 * time.Second

// Realistic is the time that a command takes on a real cluster of this size, by its cost: 0.3 to 3 seconds, and an ssh
// time-out where a node is asked that cannot be reached. The same command line always takes the same time.
func (s *State) Realistic(argv []string) time.Duration {
	class := mmexec.Classify(argv)
	low, high := 300*time.Millisecond, 500*time.Millisecond
	switch class.Cost {
	case mmexec.CostManager:
		low, high = 500*time.Millisecond, 1200*time.Millisecond
	case mmexec.CostAllNodes:
		low, high = 900*time.Millisecond, 2*time.Second
	case mmexec.CostScan:
		low, high = 2*time.Second, 3*time.Second
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.Join(argv, " ")))
	d := low + (high-low)*time.Duration(h.Sum32()%1000)/1000
	if class.Cost == mmexec.CostAllNodes && s.asksUnreachable(argv) {
		d += sshTimeout
	}
	return d
}

// asksUnreachable tells whether a command line is for a node that cannot be reached.
func (s *State) asksUnreachable(argv []string) bool {
	k := &call{parsed: &parsed{}, st: s, files: func(string) ([]byte, bool) { return nil, false }}
	for i, a := range argv {
		var numbers []int
		switch {
		case a == "-a":
			numbers, _ = k.resolveNodes("all")
		case a == "-N" && i+1 < len(argv):
			numbers, _ = k.resolveNodes(argv[i+1])
		}
		for _, n := range numbers {
			if s.node(n).Unreachable {
				return true
			}
		}
	}
	return false
}

// SetRealistic makes commands as slow as real ones, or instant again. It is part of the state, so it holds for all
// processes that share the cluster.
func (c *Cluster) SetRealistic(on bool) error {
	return c.Update(func(s *State) error {
		s.SlowAsReal = on
		return nil
	})
}

// delay is how long a command sleeps before it works.
func (c *Cluster) delay(cmd mmexec.Command) time.Duration {
	if c.latency != nil {
		return c.latency(cmd.Argv())
	}
	if st, err := c.view(0); err == nil && st.SlowAsReal {
		return st.Realistic(cmd.Argv())
	}
	return 0
}
