package model_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

func stateOf(t *testing.T, sim *mmsim.Cluster) *model.State {
	t.Helper()
	now := mmsim.DemoState().Now
	s, err := connect(t, sim, model.InZone(now.Location())).State(t.Context())
	require.NoError(t, err)
	return s
}

func TestStateIsOneStableDocument(t *testing.T) {
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	spied := &spy{Executor: sim}
	now := mmsim.DemoState().Now
	c := connect(t, spied, model.InZone(now.Location()), model.WithClock(mmsim.DemoState().Now.UTC))
	s, err := c.State(t.Context())
	require.NoError(t, err)
	assert.Empty(t, s.Unread)
	lines := spied.ran()
	slices.Sort(lines)
	assert.Equal(t, slices.Compact(slices.Clone(lines)), lines, "no command was run twice")
	assert.LessOrEqual(t, len(lines), 19+2*8, lines)
	for _, line := range lines {
		argv, err := mmexec.SplitLine(line)
		require.NoError(t, err)
		class := mmexec.Classify(argv)
		assert.Equal(t, mmexec.Reads, class.Effect, line)
		assert.Less(t, class.Cost, mmexec.CostScan, line)
	}

	var one, two bytes.Buffer
	require.NoError(t, s.Save(&one))
	again, err := c.State(t.Context())
	require.NoError(t, err)
	require.NoError(t, again.Save(&two))
	assert.Equal(t, one.String(), two.String(), "the same cluster is the same text")
	loaded, err := model.LoadState(&one)
	require.NoError(t, err)
	assert.Empty(t, model.CompareStates(s, loaded), "nothing is lost on the way")
	assert.Equal(t, "hpc.example.org at 2024-05-14T09:30:07+02:00", loaded.String())
	kinds := make(map[string]int)
	for _, o := range loaded.Objects {
		kinds[o.Kind]++
		assert.NotEmpty(t, o.Key)
	}
	assert.Equal(t, 19, kinds["node"])
	assert.Equal(t, 12, kinds["fileset"])
	assert.Equal(t, 2, kinds["file system"])
	for _, kind := range []string{"cluster", "configuration parameter", "node class", "NSD", "snapshot", "quota", "storage pool", "disk", "policy", "callback", "remote cluster"} {
		assert.NotZero(t, kinds[kind], kind)
	}
	for _, bad := range []string{"", "{}", "[]", `{"format": 7}`} {
		_, err := model.LoadState(strings.NewReader(bad))
		require.Error(t, err, bad)
	}
}

func TestStateNotesWhatDoesNotAnswer(t *testing.T) {
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	_, err := sim.AddFault(mmsim.Fault{Command: "mmlsdisk", Args: "mmfs1", Kind: mmsim.FaultFail, Stderr: "mmlsdisk: No.\n"})
	require.NoError(t, err)
	s := stateOf(t, sim)
	require.Len(t, s.Unread, 1)
	assert.Contains(t, s.Unread[0], "disks of mmfs1: ")
	_, err = sim.AddFault(mmsim.Fault{Command: "mmlscluster", Kind: mmsim.FaultFail})
	require.NoError(t, err)
	_, err = connect(t, sim).State(t.Context())
	require.Error(t, err, "a cluster that says nothing has no state")
}

// stateChange is a change of a cluster, and the one difference that it makes.
type stateChange struct {
	want   string
	change func(*mmsim.State)
}

func stateChanges() []stateChange {
	fs := func(st *mmsim.State) *mmsim.Filesystem { return &st.Filesystems[0] }
	set := func(st *mmsim.State, name string) *mmsim.Fileset {
		for i := range fs(st).Filesets {
			if f := &fs(st).Filesets[i]; f.Name == name {
				return f
			}
		}
		return &mmsim.Fileset{}
	}
	config := func(st *mmsim.State, name string) *mmsim.ConfigEntry {
		for i := range st.Config {
			if e := &st.Config[i]; e.Name == name && len(e.Scope) == 0 {
				return e
			}
		}
		return &mmsim.ConfigEntry{}
	}
	list := []stateChange{
		{"changed configuration parameter maxMBpS: value: 6000 → 7000", func(st *mmsim.State) { config(st, "maxMBpS").Value = "7000" }},
		{"added configuration parameter nsdMaxWorkerThreads", func(st *mmsim.State) {
			st.Config = append(st.Config, mmsim.ConfigEntry{Name: "nsdMaxWorkerThreads", Value: "512"})
		}},
		{"removed configuration parameter worker1Threads", func(st *mmsim.State) {
			st.Config = slices.DeleteFunc(st.Config, func(e mmsim.ConfigEntry) bool { return e.Name == "worker1Threads" })
		}},
		{"changed configuration parameter adminMode: scopes", func(st *mmsim.State) {
			st.Config = append(st.Config, mmsim.ConfigEntry{Name: "adminMode", Value: "allToAll", Scope: []string{"node1"}})
		}},
		{"changed node node2.hpc.example.org: comment", func(st *mmsim.State) { node(st, 21).Comment = "new fan" }},
		{"changed node node3.hpc.example.org: state: active → down", func(st *mmsim.State) { node(st, 22).State = mmsim.NodeDown }},
		{"changed node node4.hpc.example.org: ip", func(st *mmsim.State) { node(st, 25).IP = "10.10.2.250" }},
		{"changed node login01.hpc.example.org: manager: false → true", func(st *mmsim.State) { node(st, 11).Manager = true }},
		{"changed node node8.hpc.example.org: license: client → server", func(st *mmsim.State) { node(st, 32).License = "server" }},
		{"changed node gw01.hpc.example.org: roles", func(st *mmsim.State) { node(st, 8).Perfmon = true }},
		{"added node class spare", func(st *mmsim.State) {
			st.NodeClasses = append(st.NodeClasses, mmsim.NodeClass{Name: "spare", Nodes: []int{20}})
		}},
		{"changed node class rack1: nodes", func(st *mmsim.State) { st.NodeClasses[3].Nodes = []int{20, 21} }},
		{"added NSD spare02", func(st *mmsim.State) {
			n := st.NSDs[len(st.NSDs)-1]
			n.Name, n.VolumeID = "spare02", "0A0A010165FFFFFF"
			st.NSDs = append(st.NSDs, n)
		}},
		{"changed NSD data01: servers", func(st *mmsim.State) {
			for i := range st.NSDs {
				if st.NSDs[i].Name == "data01" {
					st.NSDs[i].Servers = st.NSDs[i].Servers[:1]
				}
			}
		}},
		{"removed callback notifyLowSpace", func(st *mmsim.State) { st.Callbacks = st.Callbacks[1:] }},
		{"changed remote cluster archive.example.org: contactNodes", func(st *mmsim.State) { st.RemoteClusters[0].ContactNodes = []string{"arc01"} }},
		{"changed file system mmfs1: replication.data: 1 → 2", func(st *mmsim.State) { fs(st).Attrs.DataReplicas = 2 }},
		{"changed file system mmfs1: mountOptions", func(st *mmsim.State) { fs(st).Attrs.MountOptions = "nodev" }},
		{"changed file system mmfs2: automaticMount: no → yes", func(st *mmsim.State) { st.Filesystems[1].Attrs.Automount = "yes" }},
		{"changed file system mmfs1: snapshotDirs", func(st *mmsim.State) { fs(st).Snapdir.GlobalName = ".snap" }},
		{"changed file system mmfs1: manager", func(st *mmsim.State) { fs(st).Manager = 1 }},
		{"changed fileset scratch of mmfs1: comment", func(st *mmsim.State) { set(st, "scratch").Comment = "for a while" }},
		{"changed fileset home of mmfs1: maxInodes", func(st *mmsim.State) { set(st, "home").MaxInodes += 1 << 20 }},
		{"changed fileset proj-beta of mmfs1: usedInodes", func(st *mmsim.State) { set(st, "proj-beta").UsedInodes -= 10 }},
		{"changed fileset proj-alpha of mmfs1: iamMode: off → advisory", func(st *mmsim.State) { set(st, "proj-alpha").IAMMode = "advisory" }},
		{"removed snapshot TemporarySnapshot of mmfs1", func(st *mmsim.State) {
			fs(st).Snapshots = slices.DeleteFunc(fs(st).Snapshots, func(s mmsim.Snapshot) bool { return s.Name == "TemporarySnapshot" })
		}},
		{"added snapshot home:n-20240514 of mmfs1", func(st *mmsim.State) {
			s := fs(st).Snapshots[3]
			s.Name, s.ID = "n-20240514", 421
			fs(st).Snapshots = append(fs(st).Snapshots, s)
		}},
		{"changed snapshot home:n-20240512 of mmfs1: status: Valid → DeleteRequired", func(st *mmsim.State) { fs(st).Snapshots[3].Status = "DeleteRequired" }},
		{"changed quota home:user/uid:1002 of mmfs1: blockHard", func(st *mmsim.State) { fs(st).Quotas[3].Block.Hard *= 2 }},
		{"changed quota fileset/home of mmfs1: filesUsage", func(st *mmsim.State) {
			for i := range fs(st).Quotas {
				if q := &fs(st).Quotas[i]; q.Type == mmsim.QuotaFileset && q.Name == "home" {
					q.Files.Used++
				}
			}
		}},
		{"removed quota proj-alpha:user/uid:1017 of mmfs1", func(st *mmsim.State) {
			fs(st).Quotas = slices.DeleteFunc(fs(st).Quotas, func(q mmsim.Quota) bool { return q.ID == 1017 })
		}},
		{"changed disk cap01 of mmfs1: status: ready → being emptied", func(st *mmsim.State) { fs(st).Disks[9].Status = "being emptied" }},
		{"changed disk cap02 of mmfs1: availability: up → down", func(st *mmsim.State) { fs(st).Disks[10].Availability = "down" }},
		{"changed disk nvme02 of mmfs1: failureGroup: 1 → 3", func(st *mmsim.State) { fs(st).Disks[1].FailureGroup = 3 }},
		{"changed policy installed of mmfs1: text", func(st *mmsim.State) { fs(st).Policy.Text += "/* changed */\n" }},
		{"changed cluster hpc.example.org: remoteShell", func(st *mmsim.State) { st.RemoteShell = "/usr/local/bin/ssh" }},
	}
	return list
}

// TestDiffNamesEveryChange makes thirty changes chosen at random, in random order, and proves that each is named and
// nothing else is.
func TestDiffNamesEveryChange(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			sim := mmsim.New()
			t.Cleanup(func() { sim.Close() })
			before := stateOf(t, sim)
			changes := stateChanges()
			rand.New(rand.NewPCG(seed, 7)).Shuffle(len(changes), func(i, j int) { changes[i], changes[j] = changes[j], changes[i] })
			changes = changes[:30]
			// Positions in lists are those of the demo, so objects that go away go last.
			slices.SortStableFunc(changes, func(a, b stateChange) int {
				return strings.Compare(strings.TrimPrefix(a.want[:5], "added"), strings.TrimPrefix(b.want[:5], "added"))
			})
			var want []string
			require.NoError(t, sim.Update(func(st *mmsim.State) error {
				for _, ch := range changes {
					ch.change(st)
					want = append(want, ch.want)
				}
				return nil
			}))
			after := stateOf(t, sim)
			require.Empty(t, after.Unread)
			differences := model.CompareStates(before, after)
			var got []string
			for _, d := range differences {
				got = append(got, d.String())
			}
			for _, w := range want {
				i := slices.IndexFunc(got, func(g string) bool { return strings.HasPrefix(g, w) })
				if assert.GreaterOrEqual(t, i, 0, "%s is not among\n%s", w, strings.Join(got, "\n")) {
					got = slices.Delete(got, i, i+1)
				}
			}
			assert.Empty(t, got, "nothing else is named")
			for _, d := range differences {
				measured := d.Attribute == "usedInodes" || d.Attribute == "filesUsage" || d.Attribute == "manager" && d.Kind == "file system" ||
					d.Key == "proj-alpha:user/uid:1017" // who has files and no limits
				assert.Equal(t, measured, d.Measured, d)
			}
			back := model.CompareStates(after, before)
			assert.Len(t, back, len(differences), "the other way round it is as much")
			assert.Empty(t, model.CompareStates(after, after))
		})
	}
}

func TestObjectsOfAStateAreCompared(t *testing.T) {
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	s := stateOf(t, sim)
	one := s.Object(model.StateObject{Kind: "node", Key: "node1.hpc.example.org"})
	two := s.Object(model.StateObject{Kind: "node", Key: "node5.hpc.example.org"})
	require.NotNil(t, one)
	var attributes []string
	for _, d := range one.Diff(two) {
		attributes = append(attributes, d.Attribute)
	}
	assert.Equal(t, []string{"comment", "daemonName", "ip", "name", "number", "state"}, attributes)
	assert.Nil(t, s.Object(model.StateObject{Kind: "node", Key: "nobody"}))
	assert.Len(t, model.CompareStates(nil, s), len(s.Objects))
}

// TestASavedStateIsACluster proves that a state can be browsed like the cluster that it is of, and not changed.
func TestASavedStateIsACluster(t *testing.T) {
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	var text bytes.Buffer
	require.NoError(t, stateOf(t, sim).Save(&text))
	loaded, err := model.LoadState(&text)
	require.NoError(t, err)
	ctx := t.Context()
	saved, err := loaded.Open(ctx)
	require.NoError(t, err)
	now := mmsim.DemoState().Now
	live := connect(t, sim, model.InZone(now.Location()))
	same := func(what string, ask func(*model.Cluster) (any, error)) {
		t.Helper()
		a, err := ask(live)
		require.NoError(t, err, what)
		b, err := ask(saved)
		require.NoError(t, err, what)
		one, _ := json.Marshal(a)
		two, _ := json.Marshal(b)
		assert.JSONEq(t, string(one), string(two), what)
	}
	pool, err := saved.Filesystem("mmfs1").Pools.Get(ctx, "data")
	require.NoError(t, err)
	assert.True(t, model.ReadAt(pool).Equal(loaded.Taken), "its data are as old as the state")
	same("cluster", func(c *model.Cluster) (any, error) { return c.Info(ctx) })
	same("nodes", func(c *model.Cluster) (any, error) { return c.Nodes.List(ctx) })
	same("states", func(c *model.Cluster) (any, error) { return c.Nodes.States(ctx) })
	same("one state", func(c *model.Cluster) (any, error) { return c.Node("node1").State(ctx) })
	same("file systems", func(c *model.Cluster) (any, error) { return c.Filesystems.List(ctx) })
	same("all file systems", func(c *model.Cluster) (any, error) { return c.AllFilesystems.Names(ctx) })
	same("fileset", func(c *model.Cluster) (any, error) { return c.Filesystem("mmfs1").Filesets.Get(ctx, "home") })
	same("snapshots of a fileset", func(c *model.Cluster) (any, error) {
		f, _ := c.Filesystem("mmfs1").Filesets.Handle("home")
		return f.Snapshots.List(ctx)
	})
	same("one snapshot", func(c *model.Cluster) (any, error) {
		return c.Filesystem("mmfs1").AllSnapshots.Get(ctx, "home:n-20240512")
	})
	same("quotas", func(c *model.Cluster) (any, error) { return c.Filesystem("mmfs1").Quotas.List(ctx) })
	same("quotas of groups", func(c *model.Cluster) (any, error) { return c.Filesystem("mmfs1").Quotas.Groups().List(ctx) })
	same("quotas inside a fileset", func(c *model.Cluster) (any, error) {
		f, _ := c.Filesystem("mmfs1").Filesets.Handle("home")
		return f.Quotas.List(ctx)
	})
	same("manager", func(c *model.Cluster) (any, error) { return c.Filesystem("mmfs1").Manager(ctx) })
	same("mounts", func(c *model.Cluster) (any, error) { return c.Filesystem("mmfs1").MountedOn(ctx) })
	same("parameter", func(c *model.Cluster) (any, error) { return c.Config.Get(ctx, "pagepool") })
	same("release", func(c *model.Cluster) (any, error) { return c.Release(ctx) })
	same("health", func(c *model.Cluster) (any, error) { return c.Health(ctx) })
	same("disks", func(c *model.Cluster) (any, error) { return c.Filesystem("mmfs1").Disks.List(ctx) })
	same("pools", func(c *model.Cluster) (any, error) { return c.Filesystem("mmfs1").Usage(ctx) })

	again, err := saved.State(ctx)
	require.NoError(t, err)
	assert.Empty(t, model.CompareStates(loaded, again), "its state is the state")

	_, err = saved.Filesystem("mmfs1").Filesets.Get(ctx, "nosuch")
	var missing *model.NotFoundError
	require.ErrorAs(t, err, &missing)
	_, err = saved.Filesystem("mmfs1").Snapshots.New(ctx, "x")
	require.ErrorIs(t, err, mmexec.ErrReadOnly)
	_, err = saved.Filesystem("mmfs1").DiskUsage(ctx)
	require.ErrorContains(t, err, "was not asked when the state was taken")
}

// TestStatesAreSavedAsYAML proves that a state is the same whichever way it was saved.
func TestStatesAreSavedAsYAML(t *testing.T) {
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	s := stateOf(t, sim)
	s.Object(model.StateObject{Kind: "node", Key: "node1.hpc.example.org"}).Attributes["comment"] = "yes"
	var asJSON, asYAML, again bytes.Buffer
	require.NoError(t, s.Save(&asJSON))
	require.NoError(t, s.SaveYAML(&asYAML))
	require.NoError(t, s.SaveYAML(&again))
	assert.Equal(t, asYAML.String(), again.String())
	assert.True(t, strings.HasPrefix(asYAML.String(), "format: 1\ncluster: hpc.example.org\n"), asYAML.String()[:80])
	fromJSON, err := model.LoadState(&asJSON)
	require.NoError(t, err)
	fromYAML, err := model.LoadState(&asYAML)
	require.NoError(t, err)
	assert.Equal(t, fromJSON, fromYAML)
	assert.Empty(t, model.CompareStates(fromJSON, fromYAML))

	for text, says := range map[string]string{
		"- a\n": "no mapping", "a: &x 1\nb: *x\n": "aliases", "format: 7\n": "has the form 7", "": "no saved state", "\t": "no saved state",
		"format: 1\nobjects: [null]\n": "object 1 is empty", "format: 1\nobjects: 7\n": "no saved state",
	} {
		_, err := model.LoadState(strings.NewReader(text))
		assert.ErrorContains(t, err, says, text)
	}
}

func TestNodesAreCompared(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	one, err := c.Nodes.Get(ctx, "nsd01")
	require.NoError(t, err)
	other, err := c.Nodes.Get(ctx, "node7")
	require.NoError(t, err)
	s.ran()
	differences, err := one.Diff(ctx, other)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmlscluster -Y", "mmgetstate -a -Y", "mmlslicense -Y", "mmlsnodeclass --all -Y", "mmlsconfig -Y"}, s.ran())
	got := make(map[string]string)
	for _, d := range differences {
		assert.Equal(t, "nsd01.hpc.example.org and node7.hpc.example.org", d.Key)
		got[d.Attribute] = d.Before + " → " + d.After
	}
	assert.Equal(t, "64G → 2G", got["config.pagepool"])
	assert.Equal(t, "24000 → 6000", got["config.maxMBpS"])
	assert.Equal(t, "server → client", got["license"])
	assert.Equal(t, "true → false", got["quorum"])
	assert.NotContains(t, got, "ip")
	same, err := one.Diff(ctx, one)
	require.NoError(t, err)
	assert.Empty(t, same)
	_, err = one.Diff(ctx, c.Node("nowhere"))
	var missing *model.NotFoundError
	require.ErrorAs(t, err, &missing)
	_, err = one.Diff(ctx, nil)
	require.Error(t, err)
}
