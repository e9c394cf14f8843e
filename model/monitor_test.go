package model_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

func TestCheckHealth(t *testing.T) {
	only := func(name string, limit model.HealthLimit) model.Monitor { return model.Monitor{name: limit} }
	for _, test := range []struct {
		what     string
		change   func(*mmsim.State)
		replies  map[string]*mmexec.Result
		monitor  model.Monitor
		severity model.Severity
		says     string
		ran      []string // after mmlscluster
	}{
		{"nodes", nil, nil, only("nodes", model.HealthLimit{Warning: 1, Critical: 3}), model.SeverityWarning,
			"STORAGE SCALE WARNING - hpc.example.org: 2 of 19 nodes are away: node5 down, node6 unknown | 'nodes_away'=2;1;3;0;19 'quorum_nodes_up'=3;;;0;3",
			[]string{"mmgetstate -a -Y", "mmlsconfig -Y"}},
		{"nothing", nil, nil, only("nodes", model.HealthLimit{Warning: -1, Critical: -1}), model.SeverityOK, "STORAGE SCALE OK - hpc.example.org: all is well | 'nodes_away'=2;;;0;19", nil},
		{"no quorum to lose", func(st *mmsim.State) { node(st, 2).State = mmsim.NodeDown }, nil, only("nodes", model.HealthLimit{Warning: 9, Critical: 9}), model.SeverityWarning,
			"2 of 3 quorum nodes are up: the quorum is lost with the next one", nil},
		{"no quorum", func(st *mmsim.State) { node(st, 2).State, node(st, 1).State = mmsim.NodeDown, mmsim.NodeDown }, nil, only("nodes", model.HealthLimit{Warning: 9, Critical: 9}),
			model.SeverityCritical, "1 of 3 quorum nodes are up, 2 are needed", nil},
		{"the daemon is down", func(st *mmsim.State) {
			for i := range st.Nodes {
				st.Nodes[i].State = mmsim.NodeDown
			}
		}, nil, only("disks", model.HealthLimit{Warning: 1, Critical: 3}), model.SeverityCritical, "the daemon does not answer: ", nil},
		{"components", nil, nil, only("health", model.HealthLimit{Warning: 1, Critical: -1}), model.SeverityCritical, "failed: NODE on 3", []string{"mmhealth cluster show -Y"}},
		{"disks", nil, nil, only("disks", model.HealthLimit{Warning: 1, Critical: 3}), model.SeverityWarning,
			"mmfs1: 2 of 11 disks are not ready: data03 down, data05 being emptied | 'mmfs1_disks_not_ready'=2;1;3;0;11", []string{"mmlsfs all_local -T -Y", "mmlsmount all -L -Y", "mmlsdisk mmfs1 -Y"}},
		{"pool", nil, nil, only("pool", model.HealthLimit{Warning: 50, Critical: 60}), model.SeverityCritical, "mmfs1: pool data is 65.8% full", []string{"mmlsfs all_local -T -Y", "mmlsmount all -L -Y", "mmlspool mmfs1"}},
		{"inodes", nil, nil, only("inodes", model.HealthLimit{Warning: 90, Critical: 101}), model.SeverityWarning, "mmfs1: fileset proj-beta has 99% of its inodes used", []string{"mmlsfs all_local -T -Y", "mmlsmount all -L -Y", "mmlsfileset mmfs1 -Y"}},
		{"waiters", nil, map[string]*mmexec.Result{"mmlsnode -N waiters -L": said("node1-ib:  Waiting 312.5 sec since 09:24:55, monitored, thread 4711 NSDThread: for I/O completion on disk data01\n")},
			only("waiters", model.HealthLimit{Warning: 300, Critical: 900}), model.SeverityWarning, "NSDThread on node1-ib has waited for 5m13s | 'longest_waiter'=312.5s;300;900;0", nil},
		{"no answer", nil, map[string]*mmexec.Result{"mmgetstate -a -Y": {ExitCode: 1, Stderr: []byte("mmgetstate: it is broken | indeed\nmmgetstate: Command failed. Examine previous error messages to determine cause.\n")}},
			only("nodes", model.HealthLimit{Warning: 1, Critical: 3}), model.SeverityUnknown, "STORAGE SCALE UNKNOWN - hpc.example.org: nodes: it is broken / indeed", nil},
	} {
		t.Run(test.what, func(t *testing.T) {
			sim := mmsim.New()
			t.Cleanup(func() { sim.Close() })
			if test.change != nil {
				require.NoError(t, sim.Update(func(st *mmsim.State) error { test.change(st); return nil }))
			}
			s := &spy{Executor: &canned{sim, test.replies}}
			c := connect(t, s)
			h, err := c.CheckHealth(t.Context(), test.monitor)
			require.NoError(t, err)
			assert.Equal(t, test.severity, h.Severity, h)
			assert.Contains(t, h.String(), test.says)
			assert.NotContains(t, h.String(), "\n")
			lines := s.ran()
			if test.ran != nil {
				assert.Equal(t, append([]string{"mmlscluster -Y"}, test.ran...), lines)
			}
			for _, line := range lines {
				argv, err := mmexec.SplitLine(line)
				require.NoError(t, err)
				assert.LessOrEqual(t, mmexec.Classify(argv).Cost, mmexec.CostAllNodes, line)
				assert.Equal(t, mmexec.Reads, mmexec.Classify(argv).Effect, line)
			}
		})
	}
	c, _ := simulated(t)
	_, err := c.CheckHealth(t.Context(), model.Monitor{"moon": {}})
	require.ErrorContains(t, err, `"moon" is nothing`)
	h, err := c.CheckHealth(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, model.SeverityCritical, h.Problems[0].Severity, "the worst comes first")
}
