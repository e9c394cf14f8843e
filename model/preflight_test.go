package model_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// maintained returns the demo cluster after a change, in a dry run, with some answers replaced.
func maintained(t *testing.T, change func(*mmsim.State), replies map[string]*mmexec.Result) (*model.Cluster, *spy, *mmexec.Plan) {
	t.Helper()
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	require.NoError(t, sim.Update(func(st *mmsim.State) error {
		if change != nil {
			change(st)
		}
		return nil
	}))
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	s := &spy{Executor: &canned{sim, replies}}
	return connect(t, mmexec.Wrap(s, mmexec.DryRun(plan))), s, plan
}

func node(st *mmsim.State, number int) *mmsim.Node {
	for i := range st.Nodes {
		if st.Nodes[i].Number == number {
			return &st.Nodes[i]
		}
	}
	return &mmsim.Node{}
}

// TestPreflightSaysNo proves that each reason against taking a node out of service is found.
func TestPreflightSaysNo(t *testing.T) {
	down := func(numbers ...int) func(*mmsim.State) {
		return func(st *mmsim.State) {
			for _, n := range numbers {
				node(st, n).State = mmsim.NodeDown
			}
		}
	}
	// only makes nsd01 the only server of some NSDs of mmfs2, after another change.
	only := func(nsds string, then func(*mmsim.State)) func(*mmsim.State) {
		return func(st *mmsim.State) {
			st.ClusterManager = 3
			st.Filesystems[1].Attrs.DataReplicas, st.Filesystems[1].Attrs.MetadataReplicas = 2, 2
			st.Filesystems[1].Disks[2].Descriptor = false
			for i := range st.NSDs {
				if n := &st.NSDs[i]; strings.Contains(nsds, n.Name) {
					n.Servers = []string{"nsd01.hpc.example.org"}
				}
			}
			// One more disk with a descriptor in a third failure group keeps the descriptors out of the way.
			for range 2 {
				d := st.Filesystems[1].Disks[1]
				d.NSD, d.FailureGroup = d.NSD+"x", 3
				st.Filesystems[1].Disks = append(st.Filesystems[1].Disks, d)
			}
			if then != nil {
				then(st)
			}
		}
	}
	attrs := func(change func(*mmsim.Filesystem)) func(*mmsim.State) {
		return func(st *mmsim.State) { change(&st.Filesystems[1]) }
	}
	waits := func(text string) map[string]*mmexec.Result {
		return map[string]*mmexec.Result{"mmlsnode -N waiters -L": said(text)}
	}

	for _, test := range []struct {
		what    string
		node    string
		change  func(*mmsim.State)
		replies map[string]*mmexec.Result
		check   string // the reason; "" for none
		says    string
		drains  bool
		mend    string
	}{
		{"a client", "node1", nil, nil, "", "node1.hpc.example.org can be taken out of service\n", true, ""},
		{"a node that is down", "node5", nil, nil, "", "is down already", true, ""},
		{"a node that does not answer", "node6", nil, nil, "state", "is unknown: it may be in service all the same", false, ""},
		{"quorum", "mgmt01", down(2), nil, "quorum", "1 of 3 quorum nodes would be left, 2 are needed", false, ""},
		{"tiebreaker disks", "mgmt01", func(st *mmsim.State) {
			down(2)(st)
			st.Config = append(st.Config, mmsim.ConfigEntry{Name: "tiebreakerDisks", Value: "nvme01"})
			st.Waiters = nil
		}, nil, "", "1 of 3 quorum nodes would be left, 1 are needed", true, ""},
		{"cluster manager", "nsd01", nil, nil, "cluster manager", "manages the cluster", true, "mmchmgr -c nsd02.hpc.example.org"},
		{"file system manager", "nsd02", nil, nil, "file system manager", "manages file system mmfs1", true, "mmchmgr mmfs1 nsd01.hpc.example.org"},
		{"nobody else may manage", "nsd02", down(1), nil, "file system manager", "no other active node can", false, ""},
		{"protocol addresses", "ces02", nil, nil, "protocol addresses", "serves 10.20.0.52, 10.20.0.53", true, "mmces node suspend -N ces02.hpc.example.org"},
		{"the last protocol node", "ces02", down(5), nil, "protocol addresses", "no other active protocol node can", false, ""},
		{"the only gateway", "gw01", func(st *mmsim.State) {
			st.Filesystems[0].Filesets[1].AFM = &mmsim.AFM{Target: "nfs://away/x", Mode: "read-only", State: "Active"}
		}, nil, "gateway", "is the only active gateway of mmfs1:home", false, ""},
		{"a gateway without caches", "gw01", nil, nil, "", "there are no caches", true, ""},
		{"waiters", "node1", nil, waits("node1-ib:  Waiting 312.5 sec since 09:24:55, monitored, thread 4711 NSDThread: for I/O completion on disk data01\n" +
			"node2-ib:  Waiting 900.0 sec since 09:15:07, monitored, thread 1 NSDThread: for I/O completion\n"),
			"waiters", "1 thread waits on node1.hpc.example.org, NSDThread for 5m12s", false, ""},
		{"short waiters", "node1", nil, waits("node1-ib:  Waiting 0.5 sec since 09:24:55, monitored, thread 4711 NSDThread: for I/O completion\n"), "", "the longest for 500ms", true, ""},
		{"only way to data kept once", "nsd01", only("sas01", attrs(func(f *mmsim.Filesystem) { f.Attrs.DataReplicas = 1 })), nil,
			"NSDs", "is the only way to sas01 of mmfs2, and data are kept once only", false, ""},
		{"only way to metadata kept once", "nsd01", only("sas01", attrs(func(f *mmsim.Filesystem) { f.Attrs.MetadataReplicas = 1 })), nil,
			"NSDs", "metadata are kept once only", false, ""},
		{"only way to both copies", "nsd01", only("sas01 sas02", nil), nil, "NSDs", "in 2 failure groups", false, ""},
		{"the other server is down", "nsd01", only("", func(st *mmsim.State) { node(st, 2).State = mmsim.NodeDown; st.ClusterManager = 3 }), nil,
			"NSDs", "is the only way to sas01, sas02, sata01, sata02 of mmfs2", false, ""},
		{"the other copies are down", "nsd01", only("sas01", attrs(func(f *mmsim.Filesystem) { f.Disks[1].Availability = "down" })), nil,
			"failure groups", "disks of failure group 2 are down", false, "mmchdisk mmfs2 start -a"},
		{"no other failure group", "nsd01", only("sata01 sas01", attrs(func(f *mmsim.Filesystem) {
			for i := range f.Disks {
				f.Disks[i].FailureGroup = 1
			}
		})), nil, "failure groups", "no other failure group is left", false, ""},
		{"nothing new can be written", "nsd01", only("sas01", attrs(func(f *mmsim.Filesystem) {
			f.Attrs.StrictReplication = "always"
			f.Disks = f.Disks[:4]
			f.Disks[1].Descriptor, f.Disks[3].Descriptor = true, true
		})), nil, "failure groups", "-K always", false, ""},
		{"descriptors", "nsd01", only("sas01", attrs(func(f *mmsim.Filesystem) {
			for i := range f.Disks {
				f.Disks[i].Descriptor = i < 2
			}
		})), nil, "descriptors", "1 of 2 disks that hold a descriptor of mmfs2 would be left", false, ""},
		{"disks that can go down", "nsd01", only("sas01", nil), nil, "", "they go down and have to be started afterwards", true, ""},
	} {
		t.Run(test.what, func(t *testing.T) {
			c, s, plan := maintained(t, test.change, test.replies)
			p, err := c.Node(test.node).Preflight(t.Context())
			require.NoError(t, err)
			assert.Equal(t, test.drains, p.Drains, p)
			assert.Contains(t, p.String(), test.says)
			reasons := p.Checks.Where(func(c model.Check) bool { return c.Verdict == model.Refuses })
			assert.Equal(t, test.check == "", p.Safe, p)
			if test.check != "" {
				i := 0
				for i < len(reasons) && !strings.Contains(reasons[i].Finding, test.says) {
					i++
				}
				require.Less(t, i, len(reasons), p)
				assert.Equal(t, test.check, reasons[i].Name)
				assert.Equal(t, test.mend, reasons[i].Mend)
			}
			if !test.drains {
				_, err := c.Node(test.node).Drain(t.Context())
				var no *model.PreflightError
				require.ErrorAs(t, err, &no)
				assert.Contains(t, err.Error(), "must stay in service")
				assert.Zero(t, plan.Len(), "nothing was moved")
			}
			for _, line := range s.ran() {
				argv, err := mmexec.SplitLine(line)
				require.NoError(t, err)
				assert.Equal(t, mmexec.Reads, mmexec.Classify(argv).Effect, line)
				assert.LessOrEqual(t, mmexec.Classify(argv).Cost, mmexec.CostAllNodes, line)
			}
		})
	}
}

func TestPreflightIsAskedWithFewCommands(t *testing.T) {
	c, s := simulated(t)
	_, err := c.Node("node1").Preflight(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{
		"mmlscluster -Y", "mmgetstate -a -Y", "mmlsmgr -Y", "mmlsnsd -Y", "mmlsmount all -L -Y", "mmlsconfig -Y", "mmlsnode -N waiters -L",
	}, s.ran())
	_, err = c.Node("nowhere").Preflight(t.Context())
	var missing *model.NotFoundError
	require.ErrorAs(t, err, &missing)
}

func TestDrainAndReturn(t *testing.T) {
	c, _, plan := maintained(t, func(st *mmsim.State) { st.Filesystems[0].Manager = 1 }, nil)
	ctx := t.Context()
	p, err := c.Node("nsd01").Drain(ctx)
	require.NoError(t, err)
	assert.False(t, p.Safe)
	assert.Equal(t, "mmchmgr -c nsd02.hpc.example.org\nmmchmgr mmfs1 nsd02.hpc.example.org\n", plan.String())
	plan.Reset()
	_, err = c.Node("ces02").Drain(ctx)
	require.NoError(t, err)
	require.NoError(t, c.Node("ces02").Return(ctx))
	assert.Equal(t, "mmces node suspend -N ces02.hpc.example.org\nmmstartup -N ces02.hpc.example.org\nmmces node resume -N ces02.hpc.example.org\n", plan.String())
	plan.Reset()
	c, _, plan = maintained(t, func(st *mmsim.State) { node(st, 1).State = mmsim.NodeDown }, nil)
	_, err = c.Node("nsd02").Drain(ctx, model.EvenIfRefused())
	require.NoError(t, err)
	assert.Empty(t, plan.String(), "there is nobody to move anything to")
}

func TestRolling(t *testing.T) {
	c, _, plan := maintained(t, nil, nil)
	ctx := t.Context()
	steps, err := c.Nodes.Match("ces*").Rolling(ctx, func(n *model.Node) error { return n.Shutdown(ctx) })
	require.NoError(t, err)
	require.Len(t, steps, 2)
	assert.Equal(t, "ces02.hpc.example.org done", steps[1].String())
	var want string
	for _, n := range []string{"ces01", "ces02"} {
		want += "mmces node suspend -N " + n + ".hpc.example.org\nmmshutdown -N " + n + ".hpc.example.org\nmmstartup -N " + n + ".hpc.example.org\nmmces node resume -N " + n + ".hpc.example.org\n"
	}
	assert.Equal(t, want, plan.String())

	plan.Reset()
	steps, err = c.Nodes.Match("node[1-3].*").Rolling(ctx, func(n *model.Node) error {
		if n.Name == "node2.hpc.example.org" {
			return errors.New("the update failed")
		}
		return nil
	})
	require.ErrorContains(t, err, "stopped at node node2.hpc.example.org, the 2nd of 3: the update failed")
	assert.Equal(t, []string{"done", "failed", "not begun"}, []string{steps[0].Result, steps[1].Result, steps[2].Result})

	c, _, plan = maintained(t, func(st *mmsim.State) { node(st, 2).State = mmsim.NodeDown }, nil)
	steps, err = c.Nodes.Quorum().Rolling(ctx, func(*model.Node) error { return nil })
	var no *model.PreflightError
	require.ErrorAs(t, err, &no)
	assert.Equal(t, "refused", steps[0].Result)
	assert.Empty(t, plan.String())
	_, err = c.Nodes.Rolling(ctx, func(*model.Node) error { return nil })
	require.ErrorContains(t, err, "refused to work on all nodes")
	_, err = c.Nodes.Match("x").Rolling(ctx, nil)
	require.ErrorContains(t, err, "needs a function")
}

func TestWaitersOfAllNodes(t *testing.T) {
	c, s := withReplies(t, map[string]*mmexec.Result{
		"mmlsnode -N waiters -L": said("nsd01-ib.hpc.example.org:  Waiting 3.25 sec since 09:24:55, monitored, thread 4711 NSDThread: for I/O completion on disk data01\n" +
			"0x7F2F4002AE30 waiting 0.151472644 seconds, FileBlockReadFetchHandlerThread: on ThCond 0x1, reason 'RPC wait' for getData on node 10.10.1.2 <c0n1>\n" +
			"node3:\n  Waiting 40.0 sec since 09:24:55, ignored, thread 12 SnapCreate: waiting for quiesce of mmfs1\n"),
		"mmexpelnode --list": said("Node List\n---------------------\n10.10.2.27 (node7.hpc.example.org)\n"),
	})
	list, err := c.NodeWaiters(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 3)
	assert.Equal(t, &model.NodeWaiter{Node: "node3.hpc.example.org", Waits: 40 * model.Second, Thread: "SnapCreate", Reason: "waiting for quiesce of mmfs1", Filesystem: "mmfs1"}, list[0])
	assert.Equal(t, "data01", list[1].NSD)
	assert.Equal(t, "mmfs1", list[1].Filesystem)
	assert.Equal(t, "nsd01.hpc.example.org", list[1].Node)
	assert.Equal(t, "nsd02.hpc.example.org", list[2].For)
	assert.Equal(t, []string{"mmlsnode -N waiters -L", "mmlscluster -Y", "mmlsnsd -Y", "mmlsfs all -T -Y"}, s.ran())
	list, err = c.NodeWaiters(t.Context(), model.Over(3*model.Second))
	require.NoError(t, err)
	assert.Len(t, list, 2)
	gone, err := c.Expelled(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []*model.Expelled{{Node: "node7.hpc.example.org", IP: "10.10.2.27"}}, gone)
}
