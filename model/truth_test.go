package model_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// seenFrom returns the demo cluster as a node of it sees it.
func seenFrom(t *testing.T, number int, config string, replies map[string]*mmexec.Result) (*model.Cluster, *spy) {
	t.Helper()
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	require.NoError(t, sim.Update(func(st *mmsim.State) error { st.LocalNode = number; return nil }))
	all := map[string]*mmexec.Result{}
	for line, r := range replies {
		all[line] = r
	}
	if config != "" {
		all["mmdiag --config -Y"] = said("mmdiag:config:HEADER:version:reserved:reserved:name:value:changed:\n" + config)
	}
	s := &spy{Executor: &canned{sim, all}}
	return connect(t, s), s
}

func TestConfigTruth(t *testing.T) {
	row := func(name, value, mark string) string {
		return "mmdiag:config:0:1:::" + name + ":" + value + ":" + mark + ":\n"
	}
	mgmt, s := seenFrom(t, 3, row("pagepool", "4294967296", "!")+row("maxMBpS", "6000", "!")+row("verbsRdma", "1", "!")+
		row("worker1Threads", "512", "!")+row("prefetchThreads", "72", "")+row("syncbuffsperiteration", "9", "!"), nil)
	nsd, _ := seenFrom(t, 1, row("pagepool", "4294967296", "!")+row("maxMBpS", "24000", "!"), nil)
	list, err := mgmt.ConfigTruth(t.Context(), nsd)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmlsconfig -Y", "mmlscluster -Y", "mmlsnodeclass --all -Y", "mmgetstate -Y", "mmdiag --config -Y"}, s.ran())
	at := make(map[string]*model.ParameterTruth)
	for _, p := range list {
		at[p.Name+" "+p.Node] = p
	}
	pool := at["pagepool mgmt01"]
	require.NotNil(t, pool)
	assert.False(t, pool.Differs, "4G is 4294967296")
	assert.False(t, at["verbsRdma mgmt01"].Differs, "enable is 1")
	threads := at["worker1Threads mgmt01"]
	assert.True(t, threads.Differs && threads.Waits, threads)
	assert.Equal(t, "256", threads.Configured)
	lone := at["syncbuffsperiteration mgmt01"]
	require.NotNil(t, lone, "changed for the time being")
	assert.True(t, lone.Differs && !lone.Waits)
	assert.Nil(t, at["prefetchthreads mgmt01"], "a default is no news")
	server := at["pagepool nsd01"]
	require.NotNil(t, server)
	assert.Equal(t, "64G", server.Configured)
	assert.Equal(t, "nsdServers", server.Scope)
	assert.Equal(t, "waits for restart", server.State)
	assert.Equal(t, "not configured", lone.State)
	assert.Equal(t, "as configured", pool.State)
	assert.True(t, server.Differs && server.Waits, "it waits for a restart")
	assert.False(t, at["maxMBpS nsd01"].Differs)
	assert.True(t, list[0].Differs, "what differs stands first")
}

func TestUpgrade(t *testing.T) {
	version := func(build string) map[string]*mmexec.Result {
		return map[string]*mmexec.Result{"mmdiag --version -Y": said("mmdiag:version:HEADER:version:reserved:reserved:buildBranch:build:\nmmdiag:version:0:1:::\"" + build + " \":Built on Mar 12 2024:\n")}
	}
	mgmt, s := seenFrom(t, 3, "", version("5.1.9.2"))
	node, _ := seenFrom(t, 41, "", version("5.1.7.1"))
	u, err := mgmt.Upgrade(t.Context(), node)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmlsconfig minReleaseLevel -Y", "mmgetstate -Y", "mmdiag --version -Y", "mmlsfs all_local -T -Y"}, s.ran()[:4])
	assert.Equal(t, "5.1.8.0", u.Release.String())
	require.Len(t, u.Nodes, 2)
	assert.True(t, u.Nodes[1].Behind && !u.Nodes[0].Behind)
	require.Len(t, u.Filesystems, 2)
	assert.True(t, u.Filesystems[0].Behind)
	require.NotEmpty(t, u.Steps)
	last := u.Steps[len(u.Steps)-1]
	assert.Equal(t, "mmchfs mmfs2 -V full", last.Command)
	assert.True(t, last.Irreversible)
	assert.Contains(t, last.Warning, "mmchfs mmfs2 -V compat")

	alone, _ := seenFrom(t, 3, "", version("5.1.9.2"))
	u, err = alone.Upgrade(t.Context())
	require.NoError(t, err)
	require.Len(t, u.Steps, 3)
	assert.Equal(t, "mmchconfig release=LATEST", u.Steps[0].Command)
	assert.Empty(t, u.Steps[0].Blocked)
	assert.Equal(t, "mmchconfig release=LATEST comes first", u.Steps[1].Blocked)
	assert.Contains(t, u.String(), "mmchconfig release=LATEST (irreversible)")

	old, _ := seenFrom(t, 3, "", map[string]*mmexec.Result{
		"mmdiag --version -Y":           version("5.1.9.2")["mmdiag --version -Y"],
		"mmlsconfig minReleaseLevel -Y": said("mmlsconfig::HEADER:version:reserved:reserved:configParameter:value:nodeList:\nmmlsconfig::0:1:::minReleaseLevel:5.0.4.0::\n"),
	})
	u, err = old.Upgrade(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"limits of more than 134,217,727 files in quotas"}, u.Steps[0].Opens)
}

func TestStorageScaleRAID(t *testing.T) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	s := &spy{Executor: mmexec.Wrap(answer(func(cmd mmexec.Command) *mmexec.Result {
		switch cmd.String() {
		case "mmvdisk recoverygroup list -Y":
			return said("mmvdisk:recoverygroup:HEADER:version:reserved:reserved:recoveryGroup:active:currentServer:nodeClass:needsService:\n" +
				"mmvdisk:recoverygroup:0:1:::rg1:yes:ece1:ece_nc:yes:\n")
		case "mmvdisk vdiskset list -Y":
			return said("mmvdisk:vdiskset:HEADER:version:reserved:reserved:vdiskSet:recoveryGroups:fileSystem:state:\nmmvdisk:vdiskset:0:1:::vs1:rg1,rg2:mmfs1:created:\n")
		case "mmvdisk pdisk list --recovery-group all --not-ok -Y", "mmvdisk pdisk list --recovery-group all -Y":
			return said("mmvdisk:pdisk:HEADER:version:reserved:reserved:recoveryGroup:pdisk:declusteredArray:state:location:fru:paths:\n" +
				"mmvdisk:pdisk:0:1:::rg1:n001p003:DA1:dead/replace:U78C-P2-D3:01LL586:0:\nmmvdisk:pdisk:0:1:::rg1:n002p001:DA1:slow/draining:::1:\n")
		}
		return refuse(cmd, 1, "Incorrect option")
	}), mmexec.DryRun(plan))}
	c := connect(t, s)
	ctx := t.Context()
	groups, err := c.RecoveryGroups(ctx)
	require.NoError(t, err)
	assert.Equal(t, "rg1 ece1 ece_nc true true", groups[0].Name+" "+groups[0].Server+" "+groups[0].NodeClass+" "+truth(groups[0].Active)+" "+truth(groups[0].NeedsCare))
	sets, err := c.VdiskSets(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"rg1", "rg2"}, sets[0].RecoveryGroups)
	disks, err := c.PdisksNotOK(ctx)
	require.NoError(t, err)
	require.Len(t, disks, 2)
	dead := disks[0]
	assert.True(t, dead.Replaceable() && !dead.OK())
	assert.Equal(t, "0", dead.All["paths"])
	guide, err := dead.ReplaceGuide()
	require.NoError(t, err)
	require.Len(t, guide, 5)
	assert.Contains(t, guide[2].String(), "U78C-P2-D3, part 01LL586")
	_, err = disks[1].ReplaceGuide()
	require.ErrorContains(t, err, "is not to be replaced yet")
	require.NoError(t, dead.PrepareReplace(ctx))
	require.NoError(t, dead.CancelReplace(ctx))
	require.NoError(t, dead.Replace(ctx))
	assert.Equal(t, "mmvdisk pdisk replace --prepare --recovery-group rg1 --pdisk n001p003\n"+
		"mmvdisk pdisk replace --cancel --recovery-group rg1 --pdisk n001p003\nmmvdisk pdisk replace --recovery-group rg1 --pdisk n001p003\n", plan.String())
	_, err = c.Pdisks(ctx)
	require.NoError(t, err)
	for _, line := range s.ran()[:3] {
		argv, err := mmexec.SplitLine(line)
		require.NoError(t, err)
		assert.Equal(t, mmexec.Reads, mmexec.Classify(argv).Effect, line)
	}
	require.Error(t, (&model.Pdisk{}).Replace(ctx))
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func TestNodeWithoutAnAnswerIsARow(t *testing.T) {
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	require.NoError(t, sim.Update(func(st *mmsim.State) error {
		for i := range st.Nodes {
			st.Nodes[i].Unreachable = st.Nodes[i].AdminName == "node1.hpc.example.org"
		}
		return nil
	}))
	s := &spy{Executor: sim}
	c := connect(t, s)
	ctx := t.Context()
	others, err := c.SeenFrom(ctx, "nsd01", "node1", "node77")
	require.NoError(t, err)
	assert.Empty(t, s.ran(), "nothing is asked yet")

	truth, err := c.ConfigTruth(ctx, others...)
	require.NoError(t, err)
	silent := truth[:2]
	assert.Equal(t, "no answer", silent[0].State)
	assert.Equal(t, "node1: no answer: ssh: connect to host node1 port 22: No route to host", silent[0].String())
	assert.Contains(t, silent[1].String(), "node77: no answer: ssh: Could not resolve hostname node77")
	of := make(map[string]string)
	for _, p := range truth {
		of[p.Name+" "+p.Node] = p.Effective
	}
	assert.Equal(t, "64G", of["pagepool nsd01"], "each node tells of itself")
	assert.Equal(t, "4G", of["pagepool mgmt01"])
	for _, line := range s.ran() {
		assert.NotContains(t, line, "mmdsh")
		argv, err := mmexec.SplitLine(line)
		require.NoError(t, err)
		assert.Equal(t, mmexec.Reads, mmexec.Classify(argv).Effect, line)
	}

	log, err := c.Log(ctx, 100, others...)
	require.NoError(t, err)
	last := log[len(log)-2:]
	assert.Equal(t, "node1 no answer: ssh: connect to host node1 port 22: No route to host", last[0].Node+" "+last[0].Text)
	assert.True(t, slices.ContainsFunc(log, func(l *model.LogLine) bool {
		return l.Node == "nsd01" && strings.Contains(l.Text, "has joined cluster")
	}))
	log, err = c.Log(ctx, 1, others...)
	require.NoError(t, err)
	assert.Len(t, log, 3, "reasons are not among the last lines")

	u, err := c.Upgrade(ctx, others...)
	require.NoError(t, err)
	require.Len(t, u.Nodes, 4)
	assert.Empty(t, u.Nodes[1].NoAnswer)
	assert.Contains(t, u.Nodes[2].NoAnswer, "No route to host")
	assert.Contains(t, u.Steps[0].Blocked, "node1 does not answer")
	assert.Contains(t, u.Page(), "2 nodes have level 5.1.9.2\n")
	assert.Contains(t, u.Page(), "node node1 does not answer: ssh: connect")

	all, err := c.SeenFrom(ctx)
	require.NoError(t, err)
	nodes, err := c.Nodes.Len(ctx)
	require.NoError(t, err)
	assert.Len(t, all, nodes-1, "every node but this one")
	_, err = c.SeenFrom(ctx, "node1; reboot")
	require.Error(t, err)
	err = others[0].Config.Change(ctx, model.Settings{"pagepool": "1G"})
	require.ErrorContains(t, err, "only commands that read are run on other nodes")
	_, err = c.ConfigTruth(ctx, nil)
	require.Error(t, err)
}

func TestSettingWaitsForTheRestartOfEachNode(t *testing.T) {
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	c := connect(t, sim)
	ctx := t.Context()
	others, err := c.SeenFrom(ctx, "node7", "node8")
	require.NoError(t, err)
	waiting := func() []string {
		list, err := c.ConfigTruth(ctx, others...)
		require.NoError(t, err)
		var nodes []string
		for _, p := range list {
			if p.Waits {
				nodes = append(nodes, p.Node+" "+p.Name+" "+p.Configured+" "+p.Effective)
			}
		}
		return nodes
	}
	assert.Empty(t, waiting())
	require.NoError(t, c.Config.Change(ctx, model.Settings{"maxFilesToCache": "1M"}, model.On("compute")))
	assert.ElementsMatch(t, []string{"node7 maxFilesToCache 1M 128k", "node8 maxFilesToCache 1M 128k"}, waiting())
	require.NoError(t, c.Node("node7.hpc.example.org").Shutdown(ctx))
	require.NoError(t, c.Node("node7.hpc.example.org").Startup(ctx))
	assert.Equal(t, []string{"node8 maxFilesToCache 1M 128k"}, waiting())
}

func TestPdiskOfTheSimulatedClusterIsReplaced(t *testing.T) {
	state, err := mmsim.NewState(mmsim.Profile{Name: "ess"})
	require.NoError(t, err)
	sim := mmsim.New(mmsim.WithState(state))
	t.Cleanup(func() { sim.Close() })
	c := connect(t, sim)
	ctx := t.Context()
	disks, err := c.PdisksNotOK(ctx)
	require.NoError(t, err)
	require.Len(t, disks, 2)
	dead := disks[0]
	assert.Equal(t, "RG001 e1s07 dead/replace", dead.String())
	require.Error(t, dead.Replace(ctx), "it is not prepared")
	require.NoError(t, dead.PrepareReplace(ctx))
	require.NoError(t, dead.Replace(ctx))
	disks, err = c.PdisksNotOK(ctx)
	require.NoError(t, err)
	require.Len(t, disks, 1)
	groups, err := c.RecoveryGroups(ctx)
	require.NoError(t, err)
	assert.False(t, groups[0].NeedsCare)
	sets, err := c.VdiskSets(ctx)
	require.NoError(t, err)
	assert.Equal(t, "fs1", sets[0].Filesystem)
}
