package mmsim

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

// TestMoreRefusals reaches the refusals that need a cluster prepared for them. FILE stands for a private file with the
// given text.
func TestMoreRefusals(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(*State)
		before  string // a command that has to work first
		opts    []Option
		file    string
		line    string
		exit    int
		text    string
	}{
		{name: "no member", prepare: func(s *State) { s.LocalNode = 99 }, line: "mmlscluster", exit: 1, text: "mmlscluster: This node does not belong to a GPFS cluster."},
		{name: "daemon down", before: "mmshutdown -N mgmt01,nsd01,nsd02 --accept", line: "mmcrsnapshot mmfs1 s", exit: 1,
			text: "Failed to connect to file system daemon: No such process\nmmcrsnapshot: GPFS is down on this node.\nmmcrsnapshot: " + pointer},
		{name: "no quorum", before: "mmshutdown -N nsd01,nsd02 --accept", line: "mmlsfileset mmfs1", exit: 1, text: "The mmfsd daemon is not ready to handle commands yet. Waiting for quorum."},
		{name: "no manager", prepare: func(s *State) {
			for i := range s.Filesystems[0].Disks {
				s.Filesystems[0].Disks[i].Availability = "down"
			}
		}, line: "mmlsfileset mmfs1", exit: 5, text: "Failed to determine file system manager."},
		{name: "no file systems", prepare: func(s *State) { s.Filesystems, s.RemoteFilesystems = nil, nil }, line: "mmlsfs all -Y", exit: 1, text: "mmlsfs: No file systems were found."},
		{name: "no disks", prepare: func(s *State) { s.NSDs = nil }, line: "mmlsnsd", exit: 1, text: "mmlsnsd: No disks were found."},

		// File systems
		{name: "exists", line: "mmcrfs mmfs1 spare01", exit: 1, text: "There is already an existing file system using /dev/mmfs1"},
		{name: "mounted", line: "mmdelfs mmfs1", exit: 1, text: "mounted on 17 nodes"},
		{name: "cannot verify", before: "mmshutdown -N mgmt01,nsd01,nsd02 --accept", line: "mmdelfs mmfs2", exit: 1, text: "Command was unable to verify that file system mmfs2 is not mounted."},
		{name: "cannot verify rename", before: "mmshutdown -N mgmt01,nsd01,nsd02 --accept", line: "mmchfs mmfs2 -W other", exit: 1, text: "Command was unable to verify that file system mmfs2 is not mounted."},
		{name: "option on remote", line: "mmchfs archive -T /x", exit: 1, text: "File system archive belongs to cluster archive.example.org. The option -T is not allowed for remote file systems."},
		{name: "maintenance", before: "mmchfs mmfs2 --maintenance-mode yes", line: "mmmount mmfs2 -N nsd01", exit: 1, text: "maintenance mode"},
		{name: "below allocated", line: "mmchfs mmfs1 --inode-limit 1000", exit: 22, text: "allocated"},
		{name: "remote fs not defined", line: "mmremotefs show nofs", exit: 1, text: "Remote file system nofs is not defined."},
		{name: "remote fs defined", line: "mmremotefs add arc2 -f arcfs -C archive.example.org -T /x", exit: 1, text: "arcfs from cluster archive.example.org is already defined."},
		{name: "remote cluster", line: "mmremotefs add arc2 -f x -C nocluster -T /x", exit: 1, text: "Remote cluster nocluster is not defined."},
		{name: "remote cluster show", line: "mmremotecluster show nocluster", exit: 1, text: "Remote cluster nocluster is not defined."},
		{name: "remote manager", line: "mmlsmgr -C nocluster", exit: 1, text: "Remote cluster nocluster is not defined."},

		// Filesets
		{name: "not mounted", line: "mmlinkfileset mmfs2 spare -J /gpfs/mmfs2/spare", before: "mmcrfileset mmfs2 spare", exit: 19, text: "ERROR: file system not mounted. Mount file system mmfs2 and retry command."},
		{name: "other inode space", before: "mmcrfileset mmfs1 dep --inode-space proj-alpha", line: "mmlinkfileset mmfs1 dep -J /gpfs/mmfs1/dep", exit: 22, text: "own inode space"},
		{name: "has dependents", before: "mmcrfileset mmfs1 dep --inode-space retired-gamma", line: "mmdelfileset mmfs1 retired-gamma -f", exit: 39, text: "dependent filesets: dep"},
		{name: "has snapshots", before: "mmunlinkfileset mmfs1 proj-beta", line: "mmdelfileset mmfs1 proj-beta -f", exit: 39, text: "fileset snapshots: n-20240501"},
		{name: "rename root", line: "mmchfileset mmfs1 root -j other", exit: 22, text: "root fileset cannot be renamed"},
		{name: "comment root", line: "mmchfileset mmfs1 root -t other", exit: 22, text: "root fileset"},
		{name: "rename onto another", line: "mmchfileset mmfs1 home -j scratch", exit: 17, text: "Fileset scratch already exists."},
		{name: "iam mode down", before: "mmchfileset mmfs1 home --iam-mode compliant", line: "mmchfileset mmfs1 home --iam-mode advisory", exit: 1, text: "cannot be changed"},
		{name: "dependent limit", line: "mmchfileset mmfs1 scratch --inode-limit 5000", exit: 22, text: "not an independent fileset"},
		{name: "no AFM", line: "mmchfileset mmfs1 home -p afmAsyncDelay=5", exit: 22, text: "not an AFM fileset"},
		{name: "unprivileged", opts: []Option{WithUser("alice", 1001)}, line: "mmlsfileset mmfs1 -Y", exit: 2,
			text: "No filesets found owned by this user alice\nmmlsfileset: tslsfileset failed. Error code 2.\nmmlsfileset: " + pointer},
		{name: "not root", opts: []Option{WithUser("alice", 1001)}, line: "mmcrsnapshot mmfs1 s", exit: 1, text: "mmcrsnapshot requires root authority to execute."},

		// Snapshots
		{name: "limit", prepare: func(s *State) {
			for i := range maxGlobalSnapshots {
				s.Filesystems[0].Snapshots = append(s.Filesystems[0].Snapshots, Snapshot{Name: fmt.Sprint("s", i), ID: 500 + i, Status: "Valid"})
			}
		}, line: "mmcrsnapshot mmfs1 one-more", exit: 28,
			text: "Cannot create a new snapshot until an existing one is deleted. File system mmfs1 has a limit of 256 online snapshots."},
		{name: "invalid", prepare: func(s *State) { s.Filesystems[0].Snapshots[0].Status = "Invalid" }, line: "mmcrsnapshot mmfs1 s", exit: 22,
			text: "Previous snapshot global-snapshot1 is not valid and must be deleted before a new snapshot may be created."},
		{name: "restoring", prepare: func(s *State) { s.Filesystems[0].Snapshots[0].Status = "RestoreInProgress" }, line: "mmcrsnapshot mmfs1 s", exit: 22,
			text: "Previous snapshot global-snapshot1 must be restored before a new snapshot may be created."},
		{name: "delete restoring", prepare: func(s *State) { s.Filesystems[0].Snapshots[0].Status = "RestoreInProgress" }, line: "mmdelsnapshot mmfs1 global-snapshot1", exit: 22,
			text: "Cannot delete snapshot global-snapshot1 which is in state RestoreInProgress."},
		{name: "DMAPI", before: "mmchfs mmfs2 -z yes", line: "mmcrsnapshot mmfs2 s", exit: 1, text: "Cannot create a snapshot in a DM enabled file system, rc=1."},
		{name: "list unknown", line: "mmlssnapshot mmfs1 -s none", exit: 2, text: "Snapshot named none does not exist."},
		{name: "restore unknown", line: "mmrestorefs mmfs1 none", exit: 2, text: "File system mmfs1 does not contain a snapshot none, rc=2."},
		{name: "restore unknown of fileset", line: "mmrestorefs mmfs1 none -j home", exit: 2, text: "Fileset home in file system mmfs1 does not contain snapshot none, err = 2"},
		{name: "restore mounted", prepare: func(s *State) { s.Release = "3.5.0.7" }, line: "mmrestorefs mmfs1 global-snapshot1", exit: 16,
			text: "Cannot restore snapshot. mmfs1 is mounted on 17 nodes and in use on 17 nodes."},
		{name: "restore unmounted", line: "mmrestorefs mmfs2 .mmbackupSnap1715639401", exit: 19, text: "ERROR: file system not mounted."},
		{name: "restore without quotas", before: "mmchfs mmfs1 -Q no", line: "mmrestorefs mmfs1 global-snapshot1", exit: 22, text: "You must run: mmchfs mmfs1 -Q yes"},

		// Quotas
		{name: "no quotas anywhere", before: "mmchfs mmfs1 -Q no", line: "mmlsquota -Y", exit: 22,
			text: "No quota enabled file system found.\nmmlsquota: tslsquota -Y  failed. Error code 22.\nmmlsquota: " + pointer},
		{name: "no quotas to report", before: "mmchfs mmfs1 -Q no", line: "mmrepquota -a", exit: 22, text: "No quota enabled file system found."},
		{name: "fileset unknown", line: "mmlsquota -j none mmfs1", exit: 22, text: "none: no such fileset in quota enabled file systems"},
		{name: "other user", opts: []Option{WithUser("alice", 1001)}, line: "mmlsquota -u root mmfs1", exit: 1, text: "Operation not permitted\nmmlsquota: tslsquota  -u root"},
		{name: "needs fileset", line: "mmsetquota mmfs1 --user alice --block 1G", exit: 22, text: "Per fileset quota enabled on this filesystem"},
		{name: "soft above hard", line: "mmsetquota mmfs1:home --user alice --block 2G:1G", exit: 22, text: "soft limit"},
		{name: "old inode limit", prepare: func(s *State) { s.MinReleaseLevel = "5.1.2.0" }, line: "mmsetquota mmfs1:home --files 200M", exit: 22, text: "134217727"},
		{name: "unknown user", line: "mmsetquota mmfs1:home --user no-such-user --block 1G", exit: 22, text: "no-such-user"},
		{name: "nothing to set", line: "mmsetquota mmfs1:home --user alice", exit: 1, text: "Missing arguments."},

		// Disks
		{name: "disk unknown", line: "mmdeldisk mmfs1 none", exit: 1, text: "mmdeldisk: none not found in file system mmfs1"},
		{name: "disk down", line: "mmdeldisk mmfs1 data03", exit: 5, text: "data03"},
		{name: "no room", line: "mmdeldisk mmfs1 data01;data02;data04;cap01", prepare: func(s *State) {
			for i := range s.Filesystems[0].Disks {
				s.Filesystems[0].Disks[i].FreeKB = 0
			}
		}, exit: 28, text: "not enough space"},
		{name: "NSD in use", line: "mmdelnsd data01", exit: 1, text: "data01"},
		{name: "NSD is in a file system", line: "mmadddisk mmfs2 data01", exit: 1, text: "Disk data01 belongs to file system mmfs1."},
		{name: "descriptor", line: "mmadddisk mmfs2 spare01:::dataOnly", exit: 1, text: "spare01:::dataOnly"},
		{name: "name taken", file: "%nsd: device=/dev/sdx nsd=data01 servers=nsd01", line: "mmcrnsd -F FILE", exit: 1, text: "Disk name data01 is already in use."},
		{name: "metadata outside system", file: "%nsd: device=/dev/sdx nsd=x pool=data servers=nsd01", line: "mmcrnsd -F FILE", exit: 1, text: "system pool"},
		{name: "tiebreaker", prepare: func(s *State) { s.Config = append(s.Config, ConfigEntry{Name: "tiebreakerDisks", Value: "spare01"}) }, line: "mmdelnsd spare01", exit: 1, text: "tiebreaker"},
		{name: "start without servers", before: "mmshutdown -N nsd02,ces01", prepare: func(s *State) {
			for i := range s.NSDs {
				s.NSDs[i].Servers = []string{"node5.hpc.example.org"}
			}
		}, line: "mmchdisk mmfs1 start -a", exit: 5, text: "No server"},
		{name: "replace stopped", line: "mmrpldisk mmfs1 data03 spare01", exit: 5, text: "data03"},

		// Nodes and classes
		{name: "last node", line: "mmdelnode -a", exit: 1, text: "This GPFS cluster contains file systems. You cannot delete the last node."},
		{name: "active node", line: "mmdelnode -N node1", exit: 1, text: "node1"},
		{name: "server node", before: "mmshutdown -N nsd02", line: "mmdelnode -N nsd02", exit: 1, text: "NSD server"},
		{name: "known node", line: "mmaddnode -N node1.hpc.example.org", exit: 1, text: "appears to already belong to a GPFS cluster"},
		{name: "quorum needs license", line: "mmchnode --quorum -N node1", exit: 1, text: "server license"},
		{name: "license", line: "mmchlicense client --accept -N nsd01", exit: 1, text: "requires a GPFS server license"},
		{name: "license not accepted", line: "mmchlicense server -N node1", exit: 1, text: "not accepted"},
		{name: "class name", line: "mmcrnodeclass myNodes -N node1", exit: 1, text: "reserved"},
		{name: "class is node", line: "mmcrnodeclass node1 -N node2", exit: 1, text: "name of a node"},
		{name: "class nested twice", line: "mmcrnodeclass more -N service", exit: 1, text: "cannot be nested"},
		{name: "class in use", line: "mmdelnodeclass compute", exit: 1, text: "verbsPorts"},
		{name: "class is member", line: "mmdelnodeclass protocol", exit: 1, text: "member of node class service"},
		{name: "manager down", line: "mmchmgr mmfs1 node5", exit: 19, text: "node5"},
		{name: "cluster manager", line: "mmchmgr -c node1", exit: 22, text: "not a quorum node"},

		// Configuration, callbacks, policies
		{name: "not immediate", line: "mmchconfig verbsPorts=x -i", exit: 1, text: "-i or -I"},
		{name: "daemons must be down", line: "mmchconfig tiebreakerDisks=spare01", exit: 1, text: "stopped on all nodes"},
		{name: "release", line: "mmchconfig release=5.2", exit: 1, text: "release"},
		{name: "callback reserved", line: "mmaddcallback mmfoo --command /x --event mount", exit: 1, text: "reserved"},
		{name: "callback colon", line: "mmaddcallback a:b --command /x --event mount", exit: 1, text: "a:b"},
		{name: "callback exists", line: "mmaddcallback notifyLowSpace --command /x --event mount", exit: 1, text: "already exists"},
		{name: "callback event", line: "mmaddcallback c --command /x --event nosuch", exit: 1, text: "nosuch"},
		{name: "callback healthEvent", line: "mmaddcallback c --command /x --event healthEvent", exit: 1, text: "healthEvent"},
		{name: "callback path", line: "mmaddcallback c --command x --event mount", exit: 1, text: "absolute"},
		{name: "callback RAID sync", line: "mmaddcallback c --command /x --event pdFailed --sync", exit: 1, text: "synchronous"},
		{name: "callback tiebreaker", line: "mmaddcallback c --command /x --event tiebreakerCheck", exit: 1, text: "stopped on all nodes"},
		{name: "callback quorumLoss", line: "mmaddcallback c --command /x --event mount --sync --onerror quorumLoss", exit: 1, text: "tiebreakerCheck"},
		{name: "callback async timeout", line: "mmaddcallback c --command /x --event mount --timeout 5", exit: 1, text: "Usage:"},
		{name: "no callback", line: "mmdelcallback nobody", exit: 1, text: "nobody"},
		{name: "policy syntax", file: "RULE 'a' SETT POOL 'data'", line: "mmchpolicy mmfs1 FILE", exit: 22, text: "line 1"},
		{name: "policy pool", file: "RULE 'a' SET POOL 'nopool'", line: "mmchpolicy mmfs1 FILE", exit: 22, text: "nopool"},
		{name: "policy file", line: "mmchpolicy mmfs1 /no/such/file", exit: 2, text: "No such file or directory"},

		// Files and the rest
		{name: "not in GPFS", line: "mmlsattr /etc/passwd", exit: 22, text: "/etc/passwd is not a GPFS file system object."},
		{name: "file system not mounted", line: "mmlsattr /gpfs/mmfs2/x", exit: 19, text: "ERROR: file system not mounted."},
		{name: "read-only mount", prepare: func(s *State) { s.LocalNode = 43 }, line: "mmlsattr /gpfs/mmfs1/x", exit: 2, text: "No such file or directory"},
		{name: "export outside", line: "mmnfs export add /elsewhere", exit: 1, text: "/elsewhere"},
		{name: "export twice", before: "mmnfs export add /gpfs/mmfs1/home", line: "mmnfs export add /gpfs/mmfs1/home", exit: 1, text: "already exported"},
		{name: "export unknown", line: "mmnfs export remove /gpfs/mmfs1/home", exit: 1, text: "/gpfs/mmfs1/home"},
		{name: "verb", line: "mmces frobnicate everything", exit: 1, text: "Usage:"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.line, func(t *testing.T) {
			st := DemoState()
			if tt.prepare != nil {
				tt.prepare(st)
			}
			c := New(append([]Option{WithState(st)}, tt.opts...)...)
			if tt.before != "" {
				ok(t, c, tt.before)
			}
			before := state(t, c)
			words := strings.Fields(tt.line)
			for i, w := range words {
				if w == "FILE" {
					path, err := c.Put(context.Background(), "input", []byte(tt.file))
					require.NoError(t, err)
					words[i] = path
				}
			}
			res := runArgs(t, c, words[0], words[1:]...)
			assert.Equal(t, tt.exit, res.ExitCode)
			assert.Contains(t, string(res.Stderr), tt.text)
			assert.Empty(t, cmp.Diff(before, state(t, c)), "a refused command changes nothing")
		})
	}
}

func TestNoticesThatAreNoFailures(t *testing.T) {
	st := DemoState()
	st.Filesystems[0].Attrs.DataReplicas = 2
	c := New(WithState(st))
	assert.Contains(t, ok(t, c, "mmstartup -N nsd01"), "nsd01:  The GPFS subsystem is already active.")
	assert.Contains(t, string(run(t, c, "mmmount mmfs1 -N nsd01").Stderr), "File system mmfs1 is already mounted at /gpfs/mmfs1.")
	assert.Contains(t, ok(t, c, "mmlsmount mmfs2"), "File system mmfs2 is not mounted.")
	assert.Contains(t, ok(t, c, "mmlsquota -j root mmfs1"), "no limits")
	assert.Contains(t, ok(t, c, "mmlssnapshot mmfs2 -s global"), "before-move")
	ok(t, c, "mmdelsnapshot mmfs2 before-move,.mmbackupSnap1715639401")
	assert.Equal(t, "No snapshots in file system mmfs2\n", ok(t, c, "mmlssnapshot mmfs2 -Y"))
	res := run(t, c, "mmdeldisk mmfs1 nvme03;nvme04;data04;data05;cap02")
	assert.Contains(t, string(res.Stderr), "Attention: A disk being removed reduces the number of failure groups to 1, which is below the number required for replication: 2.")
	assert.Equal(t, 2, strings.Count(ok(t, c, "mmlsquota -u 4711 -Y mmfs1")+"\n", "\n"), "a header and no row: nothing here")
	ok(t, c, "mmquotaoff mmfs1")
	ok(t, c, "mmquotaon mmfs1")
	assert.Contains(t, string(run(t, c, "mmrepquota mmfs1").Stderr), "quota accounting information is outdated. Run mmcheckquota")
	ok(t, c, "mmcheckquota mmfs1")
	assert.Empty(t, run(t, c, "mmrepquota mmfs1").Stderr)
}

func TestFaults(t *testing.T) {
	ctx := context.Background()
	c := New()
	set := func(f Fault) {
		_, err := c.AddFault(f)
		require.NoError(t, err)
	}
	set(Fault{Command: "mmcrsnapshot", Kind: FaultFail, Exit: 5, Stderr: "Unable to quiesce all nodes, rc=5.", Times: 1})
	res := run(t, c, "mmcrsnapshot mmfs1 s")
	assert.Equal(t, 5, res.ExitCode)
	assert.Equal(t, "Unable to quiesce all nodes, rc=5.\nmmcrsnapshot: "+pointer+"\n", string(res.Stderr))
	ok(t, c, "mmcrsnapshot mmfs1 s") // it struck once

	set(Fault{Command: "mmch*", Args: "mmfs2", Kind: FaultLock})
	res = run(t, c, "mmchfs mmfs2 -T /x")
	assert.Equal(t, 1, res.ExitCode)
	assert.Contains(t, string(res.Stderr), "mmchfs: The main GPFS cluster configuration file is locked.  Retrying ...\nmmchfs: Timed out waiting for lock. Try again later.\n")
	assert.Equal(t, "/gpfs/mmfs2", state(t, c).filesystem("mmfs2").Attrs.MountPoint)
	require.NoError(t, c.ClearFault(0))
	set(Fault{Command: "mmchfs", Kind: FaultLock, Delay: time.Millisecond})
	res = run(t, c, "mmchfs mmfs2 -T /x")
	assert.Zero(t, res.ExitCode)
	assert.Contains(t, string(res.Stderr), "mmchfs: Lock creation successful.\n")
	assert.Equal(t, "/x", state(t, c).filesystem("mmfs2").Attrs.MountPoint)

	require.NoError(t, c.ClearFault(0))
	set(Fault{Command: "*", Kind: FaultDrop})
	_, err := c.Run(ctx, mmexec.Command{Name: "mmcrsnapshot", Args: []string{"mmfs1", "dropped"}})
	var unknown *mmexec.UnknownOutcomeError
	require.ErrorAs(t, err, &unknown)
	require.ErrorIs(t, err, ErrDropped)
	_, err = c.Run(ctx, mmexec.Command{Name: "mmlsfs", Args: []string{"all"}})
	var unreachable *mmexec.UnreachableError
	require.ErrorAs(t, err, &unreachable)
	require.NoError(t, c.ClearFault(0))
	assert.NotNil(t, state(t, c).filesystem("mmfs1").snapshot("", "dropped"), "it was carried out all the same")

	set(Fault{Command: "mmlsfs", Kind: FaultHang})
	hung, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { _, err := c.Run(hung, mmexec.Command{Name: "mmlsfs", Args: []string{"all"}}); ended <- err }()
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)

	faults, err := c.Faults()
	require.NoError(t, err)
	require.Len(t, faults, 1)
	assert.Equal(t, "1: mmlsfs hang", faults[0].String())
	require.Error(t, c.ClearFault(77))
	_, err = c.AddFault(Fault{Command: "mmlsfs", Kind: "nonsense"})
	require.ErrorContains(t, err, "nonsense")
}

func TestDisasters(t *testing.T) {
	var runs []CallbackRun
	c := New(WithCallbacks(func(r CallbackRun) error { runs = append(runs, r); return nil }))
	ok(t, c, "mmaddcallback watch --command /bin/handler --event diskFailure,lowDiskSpace,noDiskSpace,nodeLeave,quorumNodeLeave,quorumLoss,unmount,afmHomeDisconnected --parms %eventName --parms %diskName,%storagePool,%eventNode.shortName,%homeServer")
	events := func() []string {
		var names []string
		for _, r := range runs {
			if r.Callback != "watch" {
				continue
			}
			if len(names) == 0 || names[len(names)-1] != strings.Join(r.Argv[1:], " ") {
				names = append(names, strings.Join(r.Argv[1:], " "))
			}
		}
		runs = nil
		return names
	}
	require.NoError(t, c.DiskDown("mmfs1", "data01"))
	assert.Equal(t, []string{"diskFailure data01,UNDEFINED,UNDEFINED,UNDEFINED"}, events())
	require.NoError(t, c.FillPool("mmfs1", "data", 96))
	assert.Equal(t, []string{"lowDiskSpace UNDEFINED,data,UNDEFINED,UNDEFINED"}, events())
	assert.Contains(t, ok(t, c, "mmlspool mmfs1 data"), "(  4%)")
	require.NoError(t, c.FillPool("mmfs1", "data", 100))
	assert.Contains(t, events()[0], "noDiskSpace ")
	require.NoError(t, c.NodeDown("nsd01", true))
	got := events()
	assert.Contains(t, got, "nodeLeave UNDEFINED,UNDEFINED,nsd01,UNDEFINED")
	assert.Contains(t, got, "quorumNodeLeave UNDEFINED,UNDEFINED,nsd01,UNDEFINED")
	assert.NotContains(t, ok(t, c, "mmgetstate -a -Y"), "nsd01:")
	require.NoError(t, c.NodeDown("nsd02", false))
	assert.Contains(t, strings.Join(events(), "\n"), "quorumLoss ")
	assert.Contains(t, ok(t, c, "mmgetstate -Y"), ":arbitrating:")
	require.NoError(t, c.NodeBack("nsd01"))
	ok(t, c, "mmstartup -N nsd01,nsd02")
	require.NoError(t, c.Raise("afmHomeDisconnected", "gw01", "homeServer", "arc01"))
	assert.Contains(t, events(), "afmHomeDisconnected UNDEFINED,UNDEFINED,UNDEFINED,arc01")
	require.Error(t, c.NodeDown("nobody", false))
	require.Error(t, c.DiskDown("mmfs1", "nodisk"))
	require.Error(t, c.FillPool("mmfs1", "nopool", 5))
	require.Error(t, c.Raise("nosuch", ""))
}

func TestProtocolNodes(t *testing.T) {
	c := New()
	assert.Contains(t, ok(t, c, "mmces node suspend -N ces02"), "ces02")
	addresses := ok(t, c, "mmces address list")
	assert.Equal(t, 3, strings.Count(addresses, " ces01 "), "its addresses moved")
	assert.Contains(t, ok(t, c, "mmces node list"), "Suspended")
	assert.Contains(t, ok(t, c, "mmces state show -Y"), ":ces02:SUSPENDED:")
	assert.Equal(t, 1, run(t, c, "mmces address move --ces-ip 10.20.0.51 --ces-node ces02").ExitCode)
	ok(t, c, "mmces node resume -N ces02")
	ok(t, c, "mmces address move --ces-ip 10.20.0.51 --ces-node ces02")
	assert.Contains(t, ok(t, c, "mmces address list"), "10.20.0.51     ces02")
	assert.Equal(t, 1, run(t, c, "mmces address move --ces-ip 10.9.9.9 --ces-node ces02").ExitCode)
	assert.Equal(t, 1, run(t, c, "mmces node suspend -N node1").ExitCode)
	assert.Contains(t, ok(t, c, "mmsmb export list -Y"), ":home:/gpfs/mmfs1/home:")
}

func TestCaches(t *testing.T) {
	var events []string
	st := DemoState()
	f := &st.Filesystems[1]
	cache := f.Filesets[1]
	cache.Name, cache.ID, cache.InodeSpace, cache.Junction = "archive-cache", 2, 2, "/archive"
	cache.AFM = &AFM{
		Target: "nfs://arc01.archive.example.org/gpfs/arcfs/hpc", Mode: "single-writer", State: "Disconnected", AsyncDelay: "15", GatewayNode: "gw01",
	}
	f.Filesets = append(f.Filesets, cache)
	c := New(WithState(st), WithCallbacks(func(r CallbackRun) error { events = append(events, r.Event); return nil }))
	ok(t, c, "mmaddcallback afm --command /h --event afmFilesetExpired,afmFilesetUnexpired,afmManualResyncComplete -N gw01")
	assert.Contains(t, ok(t, c, "mmafmctl mmfs2 getstate"), "archive-cache   nfs://arc01.archive.example.org/gpfs/arcfs/hpc Inactive\n")
	ok(t, c, "mmmount mmfs2 -N mgmt01,gw01")
	assert.Contains(t, ok(t, c, "mmafmctl mmfs2 getstate -j archive-cache"), "Disconnected         gw01")
	ok(t, c, "mmafmctl mmfs2 resync -j archive-cache")
	assert.Contains(t, ok(t, c, "mmafmctl mmfs2 getstate"), "Active               gw01")
	ok(t, c, "mmafmctl mmfs2 stop -j archive-cache")
	assert.Contains(t, ok(t, c, "mmlsfileset mmfs2 archive-cache -Y"), ":Stopped:single-writer:")
	ok(t, c, "mmafmctl mmfs2 expire -j archive-cache")
	assert.Contains(t, events, "afmFilesetExpired")
	ok(t, c, "mmchfileset mmfs2 archive-cache -p afmAsyncDelay=30")
	assert.Contains(t, ok(t, c, "mmlsfileset mmfs2 archive-cache -Y"), ":30:")
	assert.Equal(t, 22, run(t, c, "mmafmctl mmfs2 getstate -j backup").ExitCode)
	assert.Equal(t, 2, run(t, c, "mmafmctl mmfs2 getstate -j nofset").ExitCode)
	assert.Equal(t, 1, run(t, c, "mmafmctl mmfs1 getstate").ExitCode)
	assert.Equal(t, 1, run(t, c, "mmafmctl mmfs2 frobnicate -j archive-cache").ExitCode)
}

func TestQualityOfService(t *testing.T) {
	c := New()
	assert.Contains(t, ok(t, c, "mmlsqos mmfs1 -Y"), "mmlsqos:status:0:1:::no:")
	ok(t, c, "mmchqos mmfs1 --enable pool=data,maintenance=300IOPS,other=unlimited")
	out := ok(t, c, "mmlsqos mmfs1 -Y")
	assert.Contains(t, out, "mmlsqos:status:0:1:::yes:")
	assert.Contains(t, out, "mmlsqos:config:0:1:::pool=data,maintenance=300IOPS,other=unlimited:")
	assert.Equal(t, 22, run(t, c, "mmchqos mmfs1 --enable pool=nopool,other=1IOPS").ExitCode)
	assert.Equal(t, 1, run(t, c, "mmchqos mmfs1 --enable pool=data,other=fast").ExitCode)
	ok(t, c, "mmchqos mmfs1 --disable")
	assert.Contains(t, ok(t, c, "mmlsqos mmfs1"), "disabled")
}

func TestExpelledNode(t *testing.T) {
	c := New()
	ok(t, c, "mmexpelnode -N node1")
	assert.Contains(t, ok(t, c, "mmexpelnode --list"), "10.10.2.20 (node1-ib)")
	assert.Contains(t, ok(t, c, "mmgetstate -N node1 -Y"), ":down:")
	ok(t, c, "mmstartup -N node1")
	assert.Contains(t, ok(t, c, "mmgetstate -N node1 -Y"), ":down:", "it is not let in")
	ok(t, c, "mmexpelnode -r -N node1")
	assert.Contains(t, ok(t, c, "mmgetstate -N node1 -Y"), ":active:")
	assert.Equal(t, 1, run(t, c, "mmexpelnode -N mgmt01").ExitCode)
}
