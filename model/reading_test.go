package model_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

func TestRelease(t *testing.T) {
	c, s := simulated(t)
	r, err := c.Release(t.Context())
	require.NoError(t, err)
	assert.Equal(t, model.Release{V: 5, R: 1, M: 8}, r)
	assert.Equal(t, []string{"mmlsconfig minReleaseLevel -Y"}, s.ran())
}

func TestNodeConfig(t *testing.T) {
	c, _ := simulated(t)
	n, err := c.Nodes.Get(t.Context(), "node7")
	require.NoError(t, err)
	list, err := n.Config(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, "pagepool", list[0].Name)
	assert.Equal(t, "64G on nsdServers; 2G on node7", list[0].Scopes.String())
	p, err := c.Config.Get(t.Context(), "PagePool")
	require.NoError(t, err)
	require.NoError(t, p.Refresh(t.Context()))
	assert.Equal(t, "pagepool", p.Name)
	some, err := c.Config.On("nsdServers").Names(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"pagepool", "maxMBpS", "verbsPorts"}, some)
}

func TestLicenses(t *testing.T) {
	c := connect(t, answer(func(cmd mmexec.Command) *mmexec.Result {
		if cmd.Name == "mmlscluster" {
			return said("mmlscluster:clusterNode:HEADER:version:reserved:reserved:nodeNumber:daemonNodeName:ipAddress:adminNodeName:designation:\n" +
				"mmlscluster:clusterNode:0:1:::1:n1-ib.x:10.0.0.1:n1.x:quorumManager:\nmmlscluster:clusterNode:0:1:::2:n2-ib.x:10.0.0.2:n2.x::\n" +
				"mmlscluster:clusterNode:0:1:::3:n3-ib.x:10.0.0.3:n3.x::\n")
		}
		return said("mmlslicense::HEADER:version:reserved:reserved:nodeName:requiredLicense:designatedLicense:totalNodes:licensedServers:\n" +
			"mmlslicense::0:1:::n1-ib.x:server:server:3:1:\nmmlslicense::0:1:::n2-ib.x:server:client:3:1:\nmmlslicense::0:1:::n3-ib.x:client:client:3:1:\n")
	}))
	list, err := c.Licenses(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 3)
	assert.Equal(t, &model.NodeLicense{Node: "n2-ib.x", Required: model.ServerLicense, Designated: model.ClientLicense}, list[1])
	assert.False(t, list[1].Sufficient())
	for want, view := range map[string]model.Nodes{
		"n1.x": c.Nodes.ServerLicensed(), "n2.x n3.x": c.Nodes.ClientLicensed(), "": c.Nodes.FPOLicensed(), "n2.x": c.Nodes.WronglyLicensed(),
	} {
		items, err := view.Items(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, keys(items))
	}
}

func TestCapturedRemoteClusters(t *testing.T) {
	c := captured(t, map[string]string{
		"mmremotecluster show all": "cnsa-helm/mmremotecluster-show-all.txt",
		"mmremotefs show all":      "cnsa-helm/mmremotefs-show-all.txt",
		"mmlsfs all_local -T -Y":   "puppet-gpfs/mmlsfs-T.txt",
		"mmlsfs all_remote -T -Y":  "ibm-install-infra/mmlsfs-all.txt",
	})
	list, err := c.RemoteClusters(t.Context())
	require.NoError(t, err)
	equal(t, []*model.RemoteCluster{{
		Name:         "ess3k-2a1.scale.ibm.com",
		ContactNodes: []string{"ess3k-2a1.scale.ibm.com", "ess3k-gui.scale.ibm.com", "ess3k-2b1.scale.ibm.com"},
		Digest:       "5d26357a46d0526b2ba985bd18f910c9111f3219d241c27141cca050c854ddc8",
		Filesystems:  []model.RemoteFilesystem{{Name: "fs1", OwnerName: "essfs1"}},
	}}, list)
}

func TestOwnersOfRemoteFilesystems(t *testing.T) {
	c := connect(t, answer(func(cmd mmexec.Command) *mmexec.Result {
		const head = "mmlsfs::HEADER:version:reserved:reserved:deviceName:fieldName:data:remarks:\n"
		switch cmd.String() {
		case "mmlsfs all_local -T -Y":
			return said(head + "mmlsfs::0:1:::own:defaultMountPoint:%2Fown::\n")
		case "mmlsfs all_remote -T -Y", "mmlsfs arc -Y":
			return said(head + "mmlsfs::0:1:::arc:defaultMountPoint:%2Farc::\n")
		case "mmremotefs show all":
			return said("Local Name  Remote Name  Cluster name       Mount Point        Mount Options    Automount  Drive  Priority\n" +
				"arc         arcfs        archive.a.rather.long.name.example.org /arc rw yes - 0\n")
		}
		return said(head + "mmlsfs::0:1:::own:defaultMountPoint:%2Fown::\n")
	}))
	list, err := c.AllFilesystems.List(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.False(t, list[0].Remote)
	fs, err := c.AllFilesystems.Get(t.Context(), "arc")
	require.NoError(t, err)
	for _, fs := range []*model.Filesystem{list[1], fs} {
		assert.True(t, fs.Remote)
		assert.Equal(t, "archive.a.rather.long.name.example.org", fs.Owner)
		assert.Equal(t, "arcfs", fs.OwnerName)
	}
	err = fs.Change(t.Context(), model.MountPoint("/x"))
	assert.EqualError(t, err, `file system "arc" belongs to cluster archive.a.rather.long.name.example.org: do this there`)
}

func TestMountsOfAll(t *testing.T) {
	c, s := simulated(t)
	mounts, err := c.Mounts(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"mmlsmount all -L -Y"}, s.ran())
	of := make(map[string]int)
	for _, m := range mounts {
		of[m.Filesystem]++
	}
	assert.Equal(t, 17, of["mmfs1"])
	assert.Zero(t, of["mmfs2"])
}

func TestHealth(t *testing.T) {
	c := connect(t, answer(func(cmd mmexec.Command) *mmexec.Result {
		switch cmd.String() {
		case "mmhealth cluster show -Y":
			return said("mmhealth:Summary:HEADER:version:reserved:reserved:component:entityname:total:failed:degraded:healthy:other:\n" +
				"mmhealth:Summary:0:1:::NODE::12:1:2:9:0:\n")
		case "mmhealth node show -N n1 -Y":
			return said("mmhealth:Event:HEADER:version:reserved:reserved:node:component:entityname:entitytype:event:arguments:activesince:identifier:ishidden:message:eventtype:severity:\n" +
				"mmhealth:State:HEADER:version:reserved:reserved:node:component:entityname:entitytype:status:laststatuschange:\n" +
				"mmhealth:State:0:1:::n1:FILESYSTEM:fs1:FILESYSTEM:DEGRADED:2024-05-14 09%3A35%3A21.859186 EST:\n" +
				"mmhealth:Event:0:1:::n1:FILESYSTEM:fs1:FILESYSTEM:disk_down:fs1,d1:2024-05-14 09%3A35%3A21.859186 EST:fs1:no:The disk d1 is down.:STATE_CHANGE:WARNING:\n")
		}
		return refuse(cmd, 1, "Incorrect option")
	}))
	sum, err := c.Health(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []*model.HealthSummary{{Component: "NODE", Total: 12, Failed: 1, Degraded: 2, Healthy: 9}}, sum)
	assert.Equal(t, "NODE: 1 failed, 2 degraded", sum[0].String())
	n, _ := c.Nodes.Handle("n1")
	since := time.Date(2024, time.May, 14, 9, 35, 21, 859186000, time.UTC)
	states, err := n.Health(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []*model.Health{{Node: "n1", Component: "FILESYSTEM", Entity: "fs1", Type: "FILESYSTEM", State: model.Degraded, Since: since}}, states)
	events, err := n.HealthEvents(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []*model.HealthEvent{{
		Node: "n1", Component: "FILESYSTEM", Entity: "fs1", Name: "disk_down", Arguments: "fs1,d1", Message: "The disk d1 is down.",
		Severity: "WARNING", Type: "STATE_CHANGE", Since: since,
	}}, events)
}

func TestWaiters(t *testing.T) {
	c := connect(t, answer(func(mmexec.Command) *mmexec.Result {
		return said("mmdiag:waiters:HEADER:version:reserved:reserved:threadId:threadAddr:threadName:waitStartTime:waitTime:isMonitored:condVarAddr:condVarName:condVarReason:mutexAddr:mutexName:auxReason:delayTime:delayReason:\n" +
			"mmdiag:waiters:0:1:::4711:00:NSDThread:2024-05-14_09%3A31%3A33+0200:44.5:monitored:::for I/O completion:::on disk d1::  :\n")
	}))
	list, err := c.Waiters(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, 44500*time.Millisecond, list[0].Waits)
	assert.Equal(t, "for I/O completion", list[0].Reason)
	assert.Equal(t, "on disk d1", list[0].Detail)
	assert.True(t, list[0].Since.Equal(time.Date(2024, 5, 14, 7, 31, 33, 0, time.UTC)))
	list, err = c.Waiters(t.Context(), model.Over(model.Minute))
	require.NoError(t, err)
	assert.Empty(t, list)
}

func TestDiskUsage(t *testing.T) {
	c, s := simulated(t)
	fs, _ := c.Filesystems.Handle("mmfs1")
	u, err := fs.DiskUsage(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"mmdf mmfs1 -Y"}, s.ran())
	assert.Equal(t, 327*model.TiB, u.Size)
	assert.Len(t, u.Pools, 3)
	assert.Len(t, u.Disks, 11)
	assert.Positive(t, u.UsedInodes)
	assert.True(t, u.UsedPct.Known())
}

func TestCapturedDiskUsage(t *testing.T) {
	c := captured(t, map[string]string{"mmdf gpfs1 -Y": "mmoxi/mmdf.txt"})
	fs, _ := c.Filesystems.Handle("gpfs1")
	u, err := fs.DiskUsage(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 5055008965696*model.KiB, u.Size)
	assert.Equal(t, 2115551961088*model.KiB, u.Free)
	assert.Equal(t, model.Count(model.NotAsked), u.UsedInodes, "a section without a row was not asked, not 0")
	assert.Nil(t, u.Data)
	require.Len(t, u.Pools, 2)
	assert.Equal(t, 277763571712*model.KiB, u.Pools[1].LargestNew)
	require.Len(t, u.Disks, 3)
	assert.Equal(t, "66", u.Disks[0].FailureGroup)
	assert.Equal(t, 2703523840*model.KiB, u.Disks[0].Free)
}

func TestSnapshotSizesOnDemand(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")
	items, err := fs.AllSnapshots.WithSizes().Match("*:n-*").Items(ctx)
	require.NoError(t, err)
	assert.NotEmpty(t, items)
	for _, it := range items {
		assert.True(t, it.Value.Data.Known())
	}
	assert.Equal(t, []string{"mmlssnapshot mmfs1 -d -Y"}, s.ran())
	snap, err := fs.Snapshots.Get(ctx, "global-snapshot1")
	require.NoError(t, err)
	assert.False(t, snap.Data.Known())
	s.ran()
	require.NoError(t, snap.ReadSizes(ctx))
	assert.True(t, snap.Data.Known() && snap.Metadata.Known())
	assert.Equal(t, []string{"mmlssnapshot mmfs1 -d -s global-snapshot1 -Y"}, s.ran())
	gone, _ := fs.Snapshots.Handle("gone")
	var missing *model.NotFoundError
	require.ErrorAs(t, gone.ReadSizes(ctx), &missing)
}

func TestSnapshotPaths(t *testing.T) {
	dirs := "Snapshot directory for \"fs1\" is \".snapshots\" (root directory only)\n"
	c := connect(t, answer(func(cmd mmexec.Command) *mmexec.Result {
		switch cmd.Name {
		case "mmsnapdir":
			return said(dirs)
		case "mmlsfs":
			return said("mmlsfs::HEADER:version:reserved:reserved:deviceName:fieldName:data:remarks:\nmmlsfs::0:1:::fs1:defaultMountPoint:%2Fgpfs%2Ffs1::\n")
		case "mmlsfileset":
			path := "%2Fgpfs%2Ffs1%2Fhome"
			if cmd.Args[1] == "loose" {
				path = "--"
			}
			return said("mmlsfileset::HEADER:version:reserved:reserved:filesystemName:filesetName:status:path:\nmmlsfileset::0:1:::fs1:" + cmd.Args[1] + ":Linked:" + path + ":\n")
		}
		return refuse(cmd, 1, "Incorrect option")
	}))
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("fs1")
	path := func(key string) (string, error) {
		s, ok := fs.AllSnapshots.Handle(key)
		require.True(t, ok)
		return s.Path(ctx)
	}
	got, err := path("s")
	require.NoError(t, err)
	assert.Equal(t, "/gpfs/fs1/.snapshots/s", got)

	dirs = "Fileset snapshot directory for \"fs1\" is \".fsnap\" (all directories)\nGlobal snapshot directory for \"fs1\" is \".gsnap\" in all filesets\n"
	got, err = path("home:s")
	require.NoError(t, err)
	assert.Equal(t, "/gpfs/fs1/home/.fsnap/s", got)
	d, err := fs.SnapshotDirs(ctx)
	require.NoError(t, err)
	assert.Equal(t, &model.SnapshotDirs{Global: ".gsnap", Fileset: ".fsnap", Everywhere: true, AllFilesets: true}, d)
	_, err = path("loose:s")
	require.ErrorContains(t, err, "snapshot loose:s has no path: fileset loose is not linked")
	dirs = "something else\n"
	_, err = path("s")
	var form *mmexec.FormatError
	require.ErrorAs(t, err, &form)
}

func TestFilesetUse(t *testing.T) {
	c, s := simulated(t)
	fs, _ := c.Filesystems.Handle("mmfs1")
	f, err := fs.Filesets.Get(t.Context(), "home")
	require.NoError(t, err)
	assert.False(t, f.Data.Known() || f.Inodes.Known())
	s.ran()
	require.NoError(t, f.ReadUse(t.Context()))
	assert.True(t, f.Data.Known() && f.Inodes.Known())
	assert.Equal(t, []string{"mmlsfileset mmfs1 home -d -i -Y"}, s.ran())
}

func TestCapturedFile(t *testing.T) {
	c := captured(t, map[string]string{"mmlsattr -L /home/jdoe42": "dirscape/mmlsattr-L-dir.txt"})
	f := c.File("/home/jdoe42")
	require.NoError(t, f.Refresh(t.Context()))
	assert.True(t, f.Directory())
	assert.Equal(t, "home", f.Fileset)
	assert.Equal(t, "system", f.Pool)
	assert.Equal(t, 1, f.MetaReplicas)
	assert.Equal(t, 2, f.MaxMeta)
	assert.Zero(t, f.Replicas, "a directory has no data of its own")
	assert.False(t, f.Immutable || f.AppendOnly || f.Encrypted)
	assert.True(t, f.Created.Equal(time.Date(2023, time.February, 27, 11, 16, 26, 0, time.UTC)))
}

func TestACLsAreKeptAsTheyCame(t *testing.T) {
	text := "#NFSv4 ACL\n#owner:root\n#group:root\nspecial:owner@:rwxc:allow\n (X)READ/LIST (X)WRITE/CREATE\n"
	c := connect(t, answer(func(mmexec.Command) *mmexec.Result { return said(text) }))
	a, err := c.File("/x").ACL(t.Context())
	require.NoError(t, err)
	assert.True(t, a.NFSv4)
	assert.Equal(t, "root", a.Owner)
	assert.Equal(t, []string{"special:owner@:rwxc:allow", "(X)READ/LIST (X)WRITE/CREATE"}, a.Entries)
	assert.Equal(t, text, a.String())
	_, err = c.File("/x").DefaultACL(t.Context())
	require.NoError(t, err)
}

func FuzzParseACL(f *testing.F) {
	f.Add("#owner:root\n#group:root\nuser::rwxc\n")
	f.Add("#NFSv4 ACL\n")
	f.Fuzz(func(t *testing.T, text string) {
		if got := model.ParseACL(text).String(); got != text {
			t.Fatalf("%q came back as %q", text, got)
		}
	})
}

// slow is an executor whose commands last until they are let go.
type slow struct {
	answer
	started, let chan struct{}
}

func (s slow) Run(_ context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	if cmd.Stdout != nil {
		if _, err := cmd.Stdout.Write([]byte("Scanning file system metadata, phase 1 ...\n  42.50 % complete on Tue May 14 09:30:07 2024\n")); err != nil {
			return nil, err
		}
	}
	close(s.started)
	<-s.let
	return s.answer(cmd), nil
}

func TestJobsGoOnByThemselves(t *testing.T) {
	s := slow{answer(func(mmexec.Command) *mmexec.Result { return said("") }), make(chan struct{}), make(chan struct{})}
	c := connect(t, s)
	fs, _ := c.Filesystems.Handle("fs1")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-s.started
		cancel() // the one who typed it does not wait
	}()
	job, err := fs.Restripe(ctx, model.Rebalance)
	require.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, job)
	assert.False(t, job.Done())
	assert.InDelta(t, 42.5, float64(job.Progress()), 0)
	assert.Contains(t, job.Output(), "phase 1")
	assert.Equal(t, "1 mmrestripefs fs1 -b", job.String())
	assert.Equal(t, "file system fs1", job.Object)
	require.ErrorIs(t, job.Wait(ctx), context.Canceled)
	require.Equal(t, []*model.Job{job}, jobsOf(t, c))
	close(s.let)
	require.NoError(t, job.Wait(t.Context()))
	assert.True(t, job.Done())
	assert.False(t, job.Planned())
	require.NoError(t, job.Err())
	assert.Positive(t, job.Elapsed())
}

func TestJobsThatAreRefused(t *testing.T) {
	c := connect(t, answer(func(cmd mmexec.Command) *mmexec.Result {
		return refuse(cmd, 1, "File system fs1 is not known to the GPFS cluster.")
	}))
	fs, _ := c.Filesystems.Handle("fs1")
	job, err := fs.Restripe(t.Context(), model.Rebalance)
	var missing *model.NotFoundError
	require.ErrorAs(t, err, &missing, "a refusal comes at once and not by waiting")
	require.Error(t, job.Err())
	var nobody *model.Job
	require.Error(t, nobody.Wait(t.Context()))
	assert.Empty(t, nobody.String())
}

func TestWaitingForANode(t *testing.T) {
	c, _ := simulated(t)
	n, err := c.Nodes.Get(t.Context(), "node1")
	require.NoError(t, err)
	require.NoError(t, n.WaitFor(t.Context(), model.Active))
	ctx, cancel := context.WithCancel(t.Context())
	down, err := c.Nodes.Get(ctx, "node5")
	require.NoError(t, err)
	done := make(chan error)
	go func() { done <- down.WaitFor(ctx, model.Active) }()
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
}

func TestWaitingInADryRun(t *testing.T) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	c := connect(t, mmexec.Wrap(sim, mmexec.DryRun(plan)))
	n := c.Node("node1")
	require.NoError(t, n.Shutdown(t.Context()))
	require.NoError(t, n.WaitFor(t.Context(), model.Down), "there is nothing to wait for")
}

func TestLocalNode(t *testing.T) {
	c, s := simulated(t)
	n, err := c.Nodes.Local(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "mgmt01.hpc.example.org", n.Name)
	assert.Equal(t, []string{"mmlscluster -Y", "mmgetstate -Y"}, s.ran())
}

func TestCapturedDeadlocks(t *testing.T) {
	c := captured(t, map[string]string{"mmdiag --deadlock -Y": "mmoxi/mmdiag-deadlock.txt"})
	list, err := c.Deadlocks(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, "VerbsDeleteConnThread", list[0].Thread)
	assert.Equal(t, 28*time.Hour, list[0].Waits.Truncate(time.Hour))
	assert.Equal(t, "for verbsPutCT calling ibv_destroy_qp", list[0].Reason)
	assert.Equal(t, []string{"filer3-ib0"}, list[0].Nodes)
}

func TestNoDeadlocks(t *testing.T) {
	c := captured(t, map[string]string{"mmdiag --deadlock -Y": "mmoxi/mmdiag-deadlock-empty.txt"})
	list, err := c.Deadlocks(t.Context())
	require.NoError(t, err)
	assert.Empty(t, list)
}

func TestServices(t *testing.T) {
	c := connect(t, answer(func(cmd mmexec.Command) *mmexec.Result {
		if cmd.Name == "mmlsqos" {
			return said("mmlsqos:status:HEADER:version:reserved:reserved:enabled:throttling:monitoring:fineStatsSecs:idStats:\n" +
				"mmlsqos:config:HEADER:version:reserved:reserved:config_enc:\nmmlsqos:values:HEADER:version:reserved:reserved:values_enc:\n" +
				"mmlsqos:status:0:1:::Yes:No:Yes:0:Yes:\nmmlsqos:config:0:1:::pool=system,maintenance=300Iops,other=unlimited:\n")
		}
		return said("mmcesnfslsexport:nfsexports:HEADER:version:reserved:reserved:Path:Delegations:Clients:Access_Type:Protocols:Transports:Squash:Anonymous_uid:Anonymous_gid:SecType:\n" +
			"mmcesnfslsexport:nfsexports:0:1:::%2Fgpfs%2Fa:NONE:*:RW:3,4:TCP:ROOT_SQUASH:-2:-2:SYS:\n")
	}))
	q, err := c.Filesystem("fs1").QoS(t.Context())
	require.NoError(t, err)
	assert.Equal(t, &model.QoSStatus{Enabled: true, Monitoring: true, Config: "pool=system,maintenance=300Iops,other=unlimited", Filesystem: "fs1"}, q)
	exports, err := c.NFSExports(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []*model.NFSExport{{Path: "/gpfs/a", Clients: "*", Access: "RW", Protocols: "3,4", Squash: "ROOT_SQUASH", Security: "SYS"}}, exports)
}

func TestOldReleases(t *testing.T) {
	c, s := simulated(t, model.AtRelease(model.Release{V: 4, R: 2}))
	ctx := t.Context()
	fs := c.Filesystem("mmfs1")
	var old *model.ReleaseError
	require.ErrorAs(t, fs.Snapshots.Delete(ctx, "a", "b"), &old)
	assert.Equal(t, model.Release{V: 4, R: 2, M: 1}, old.Need)
	assert.Empty(t, s.ran())
	require.ErrorAs(t, second(fs.Filesets.Independent().NewSnapshots(ctx, "x")), &old)
	q, _ := fs.Quotas.Handle("user/uid:1001")
	require.ErrorAs(t, q.Change(ctx, model.Files(1e9, 1e9)), &old, "limits of files were smaller before 5.1.3")
}
