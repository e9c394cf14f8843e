package mmsim

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

const pointer = "Command failed. Examine previous error messages to determine cause."

func state(t *testing.T, c *Cluster) *State {
	t.Helper()
	st, err := c.State()
	require.NoError(t, err)
	return st
}

// TestRefusals reaches the refusals and checks that they change nothing.
func TestRefusals(t *testing.T) {
	tests := []struct {
		line string
		exit int
		text string
	}{
		{"mmlsfs mmfs9 -Y", 1, "mmlsfs: File system mmfs9 is not known to the GPFS cluster.\nmmlsfs: " + pointer},
		{"mmlssnapshot /dev/mmfs9", 1, "mmlssnapshot: File system mmfs9 is not known to the GPFS cluster."},
		{"mmcrsnapshot archive s", 1, "File system archive belongs to cluster archive.example.org."},
		{"mmcrsnapshot mmfs1 global-snapshot1", 17, "Snapshot name global-snapshot1 already exists."},
		{"mmcrsnapshot mmfs1 scratch:s", 22, "scratch"},
		{"mmcrsnapshot mmfs1 nofset:s", 2, "Fileset name nofset not found."},
		{"mmcrsnapshot mmfs1 a,b -j home,proj-beta", 1, "Usage:"},
		{"mmdelsnapshot mmfs1 none", 2, "File system mmfs1 does not contain global snapshot none, err = 2"},
		{"mmdelsnapshot mmfs1 home:none", 2, "Fileset home in file system mmfs1 does not contain snapshot none, err = 2"},
		{"mmdelsnapshot mmfs1 proj-alpha:audit-2024", 1, "audit-2024"},
		{"mmchfs mmfs1 -T /gpfs1", 1, "It is mounted on 17 nodes: nsd01.hpc.example.org,nsd02.hpc.example.org,"},
		{"mmchfs mmfs1 -A no", 1, "mounted"},
		{"mmchfs mmfs1 -W other", 1, "mounted"},
		{"mmchfs mmfs1 -k nonsense", 1, "Usage:"},
		{"mmchfs mmfs1", 1, "Missing arguments."},
		{"mmchfs mmfs1 -Q yes -m 1", 1, "Usage:"},
		{"mmcrfileset mmfs1 home", 17, "Fileset home already exists."},
		{"mmcrfileset mmfs1 new", 22, "new"},
		{"mmcrfileset mmfs1 a/b", 22, "a/b"},
		{"mmlinkfileset mmfs1 home -J /gpfs/mmfs1/home2", 17, "Fileset home is already linked."},
		{"mmlinkfileset mmfs1 nofset -J /gpfs/mmfs1/x", 2, "Fileset name nofset not found."},
		{"mmlinkfileset mmfs1 retired-gamma -J /gpfs/mmfs1/home", 17, "already exists"},
		{"mmlinkfileset mmfs1 retired-gamma -J /elsewhere/x", 22, "/elsewhere/x is not a GPFS file system object."},
		{"mmlinkfileset mmfs2 backup -J /gpfs/mmfs2/b", 17, "already linked"},
		{"mmunlinkfileset mmfs1 root", 22, "root"},
		{"mmunlinkfileset mmfs1 retired-gamma", 22, "not linked"},
		{"mmunlinkfileset mmfs1 proj-alpha", 39, "proj-alpha-raw"},
		{"mmdelfileset mmfs1 root", 22, "root"},
		{"mmdelfileset mmfs1 home", 16, "Fileset home must be unlinked to be deleted."},
		{"mmdelfileset mmfs1 retired-gamma", 39, "contains user files, but can be deleted with the -f option."},
		{"mmdelfileset mmfs1 old-proj", 2, "Fileset name old-proj not found."},
		{"mmlsfileset mmfs1 nofset -Y", 2, "Fileset name nofset not found."},
		{"mmgetstate -N nowhere", 1, "nowhere"},
		{"mmgetstate -N mount", 1, "mount"},
		{"mmrepquota mmfs2 -Y", 22, "mmfs2"},
		{"mmlsnsd -f mmfs9", 1, "File system mmfs9 is not known to the GPFS cluster."},
		{"mmlsdisk mmfs1 -e -Y", 1, "Usage:"},
		{"mmlsdisk mmfs1 -d nodisk", 1, "nodisk not found in file system mmfs1"},
		{"mmlsfs", 1, "mmlsfs: Missing arguments.\nUsage:\n  mmlsfs {Device | all | all_local | all_remote}"},
		{"mmlsfs mmfs1 --nonsense", 1, "mmlsfs: Incorrect option: --nonsense\nUsage:"},
		{"mmlscluster -x", 1, "mmlscluster: Incorrect option: -x\nUsage:"},
		{"mmlspool mmfs1 nopool", 2, "nopool"},
		{"mmshutdown -N nsd01,nsd02", 1, "quorum"},
		{"mmmount mmfs2 -N node5", 1, "node5"},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			c := New()
			before := state(t, c)
			res := run(t, c, tt.line)
			assert.Equal(t, tt.exit, res.ExitCode)
			assert.Contains(t, string(res.Stderr), tt.text)
			assert.Empty(t, cmp.Diff(before, state(t, c)))
		})
	}
}

func TestUnknownCommand(t *testing.T) {
	_, err := New().Run(context.Background(), mmexec.Command{Name: "mmnosuch"})
	var missing *mmexec.NotFoundError
	require.ErrorAs(t, err, &missing)
}

func TestDeviceForms(t *testing.T) {
	c := New()
	assert.Equal(t, ok(t, c, "mmlsfs mmfs1 -Y"), ok(t, c, "mmlsfs /dev/mmfs1 -Y"))
	assert.Equal(t, ok(t, c, "mmlsfs mmfs1 -Y"), ok(t, c, "mmlsfs -Y mmfs1"))
	assert.Contains(t, ok(t, c, "mmlsfs all_remote -T -Y"), "::archive:defaultMountPoint:%2Fgpfs%2Farchive:")
	assert.NotContains(t, ok(t, c, "mmlsfs all_local -T -Y"), "archive")
	assert.Contains(t, ok(t, c, "mmlsmount all -Y"), ":archive:arcfs:archive.example.org:5:10.30.0.1:arc01:archive.example.org:RW:")
}

func TestNodeNames(t *testing.T) {
	c := New()
	want := ok(t, c, "mmgetstate -Y -N node1")
	assert.Equal(t, 2, strings.Count(want, "\n"))
	for _, name := range []string{"node1.hpc.example.org", "node1-ib", "node1-ib.hpc.example.org", "10.10.2.20", "20", "20-20", "NODE1"} {
		assert.Equal(t, want, ok(t, c, "mmgetstate -Y -N "+name), name)
	}
	for spec, nodes := range map[string]int{"1-6": 5, "quorumnodes": 3, "rack1,node1": 4, "localhost": 1, "service": 4, "all": 18} {
		assert.Equal(t, nodes+1, strings.Count(ok(t, c, "mmgetstate -Y -N "+spec), "\n"), spec)
	}
	assert.Contains(t, string(run(t, c, "mmgetstate -a").Stderr), "mmgetstate: The following nodes could not be reached:\n\nnode6")

	path, err := c.Put(context.Background(), "nodes", []byte("# two of them\nnode1\n21\n"))
	require.NoError(t, err)
	assert.Equal(t, 3, strings.Count(ok(t, c, "mmgetstate -Y -N "+path), "\n"))
}

func TestDemoSite(t *testing.T) {
	c := New()
	var global []string
	reply, err := mmexec.Query(context.Background(), c, mmexec.Command{Name: "mmlssnapshot", Args: []string{"mmfs1", "-Y"}})
	require.NoError(t, err)
	for _, row := range reply.Rows {
		if row.Get("fileset") == "" {
			global = append(global, row.Get("directory"))
		}
	}
	assert.Equal(t, []string{"global-snapshot1", "TemporarySnapshot"}, global)
	assert.Greater(t, len(reply.Rows), len(global), "there are fileset snapshots")
	assert.NotContains(t, ok(t, c, "mmlsmount mmfs2 -Y"), "mmfs2")
	state := ok(t, c, "mmgetstate -a -Y")
	assert.Contains(t, state, "::node5:26:down:")
	assert.NotContains(t, state, "node6")
	quotas := ok(t, c, "mmrepquota -Y mmfs1")
	for _, word := range []string{":expired:", ":2 days:", ":USR:1017:1017:", ":2097152:2 days:"} {
		assert.Contains(t, quotas, word)
	}
	disks := ok(t, c, "mmlsdisk mmfs1 -Y")
	assert.Contains(t, disks, ":ready:down:")
	assert.Contains(t, disks, ":being emptied:up:")
	assert.Contains(t, ok(t, c, "mmlsnsd -F -Y"), "nsd:0:1::::spare01:")
}

func TestDemoIsReproducible(t *testing.T) {
	assert.Empty(t, cmp.Diff(DemoState(), DemoState()))
	assert.Equal(t, ok(t, New(), "mmlsfileset mmfs1 -Y"), ok(t, New(), "mmlsfileset mmfs1 -Y"))
}

func TestSnapshotLife(t *testing.T) {
	c := New()
	assert.Equal(t, "Flushing dirty data for snapshot :nightly...\nQuiescing all file system operations.\nSnapshot :nightly created with id 421.\n",
		ok(t, c, "mmcrsnapshot mmfs1 nightly"))
	ok(t, c, "mmcrsnapshot mmfs1 n -j home,proj-beta")
	out := ok(t, c, "mmlssnapshot mmfs1 -Y -s nightly,home:n,proj-beta:n")
	assert.Equal(t, 4, strings.Count(out, "\n"))
	assert.Contains(t, ok(t, c, "mmdelsnapshot mmfs1 nightly,home:n,proj-beta:n"), "Delete snapshot :nightly successful.\n")
	assert.Equal(t, 9, strings.Count(ok(t, c, "mmlssnapshot mmfs1 -Y"), "\n")-1)
}

func TestDeletedFilesetGoesWithItsLastSnapshot(t *testing.T) {
	c := New()
	assert.Contains(t, ok(t, c, "mmlsfileset mmfs1 --deleted -Y"), ":(old-proj):")
	ok(t, c, "mmdelsnapshot mmfs1 global-snapshot1")
	assert.NotContains(t, ok(t, c, "mmlsfileset mmfs1 -Y"), "old-proj")
}

func TestFilesetLife(t *testing.T) {
	c := New()
	assert.Equal(t, "Fileset p42 created with id 12 root inode 3670019.\n", ok(t, c, "mmcrfileset mmfs1 p42 --inode-space new --inode-limit 20480:10240 -t hello"))
	ok(t, c, "mmlinkfileset mmfs1 p42 -J /gpfs/mmfs1/proj/p42")
	ok(t, c, "mmcrfileset mmfs1 p42-raw --inode-space p42")
	assert.Equal(t, 22, run(t, c, "mmlinkfileset mmfs1 p42-raw -J /gpfs/mmfs1/home/raw").ExitCode, "outside its inode space")
	ok(t, c, "mmlinkfileset mmfs1 p42-raw -J /gpfs/mmfs1/proj/p42/raw")
	out := ok(t, c, "mmlsfileset mmfs1 p42,p42-raw -Y")
	assert.Contains(t, out, ":p42:12:3670019:Linked:%2Fgpfs%2Fmmfs1%2Fproj%2Fp42:0:Tue May 14 09%3A30%3A07 2024:-:-:hello:")
	assert.Contains(t, out, ":p42-raw:13:")
	assert.Contains(t, out, ":%2Fgpfs%2Fmmfs1%2Fproj%2Fp42%2Fraw:12:")
	ok(t, c, "mmunlinkfileset mmfs1 -J /gpfs/mmfs1/proj/p42/raw")
	assert.Equal(t, "Fileset p42 unlinked.\n", ok(t, c, "mmunlinkfileset mmfs1 p42"))
	assert.Equal(t, 39, run(t, c, "mmdelfileset mmfs1 p42").ExitCode, "it has a dependent fileset")
	ok(t, c, "mmdelfileset mmfs1 p42-raw")
	ok(t, c, "mmcrsnapshot mmfs1 hold")
	ok(t, c, "mmdelfileset mmfs1 p42")
	assert.Contains(t, ok(t, c, "mmlsfileset mmfs1 -Y"), ":(p42):12:", "a snapshot holds it")
	ok(t, c, "mmdelsnapshot mmfs1 hold")
	assert.NotContains(t, ok(t, c, "mmlsfileset mmfs1 -Y"), "p42")
}

func TestMountPointChangesWhenUnmounted(t *testing.T) {
	c := New()
	res := run(t, c, "mmchfs mmfs2 -T /gpfs2")
	require.Zero(t, res.ExitCode)
	assert.Contains(t, string(res.Stderr), "mmchfs: Propagating the cluster configuration data to all\n  affected nodes.  This is an asynchronous process.\n")
	assert.Contains(t, ok(t, c, "mmlsfs mmfs2 -T -Y"), ":%2Fgpfs2:")
	ok(t, c, "mmumount mmfs1 -N nsd01,nsd02,mgmt01,ces01,ces02,gw01,login01,20-25,31-43")
	ok(t, c, "mmchfs mmfs1 -T /gpfs1")
	assert.Contains(t, ok(t, c, "mmlsfileset mmfs1 home -Y"), ":%2Fgpfs1%2Fhome:")
}

func TestShutdownAndStartup(t *testing.T) {
	c := New()
	out := ok(t, c, "mmshutdown -N node1")
	assert.Contains(t, out, "Tue May 14 09:30:07 CEST 2024: mmshutdown: Starting force unmount of GPFS file systems\n")
	assert.Contains(t, out, "node1:  Shutting down!\n")
	assert.Contains(t, ok(t, c, "mmgetstate -Y -N node1"), ":node1:20:down:")
	assert.NotContains(t, ok(t, c, "mmlsmount mmfs1 -Y"), ":node1-ib:")
	assert.Contains(t, ok(t, c, "mmstartup -N node1"), "mmstartup: Starting GPFS ...\n")
	assert.Contains(t, ok(t, c, "mmlsmount mmfs1 -Y"), ":node1-ib:", "mounted at start, as -A says")
}

func TestQuorumLoss(t *testing.T) {
	c := New()
	ok(t, c, "mmshutdown -N nsd01,nsd02 --accept")
	assert.Contains(t, ok(t, c, "mmgetstate -Y"), ":mgmt01:3:arbitrating:")
	assert.NotContains(t, ok(t, c, "mmlsmount mmfs1 -Y"), "mmfs1:mmfs1")
	res := run(t, c, "mmlssnapshot mmfs1")
	assert.NotZero(t, res.ExitCode)
	assert.Contains(t, string(res.Stderr), "Waiting for quorum.")
	ok(t, c, "mmlsfs all -T -Y") // the configuration still answers
	ok(t, c, "mmstartup -N nsd01,nsd02")
	assert.Contains(t, ok(t, c, "mmgetstate -Y"), ":mgmt01:3:active:")

	ok(t, c, "mmshutdown")
	res = run(t, c, "mmlsfileset mmfs1 -Y")
	assert.Contains(t, string(res.Stderr), "Failed to connect to file system daemon: No such process\nmmlsfileset: GPFS is down on this node.\n")
}

func TestMountsManagersAndMaintenance(t *testing.T) {
	c := New()
	ok(t, c, "mmmount mmfs2 -N nsd01,nsd02")
	assert.Contains(t, ok(t, c, "mmlsmgr -Y"), ":mmfs2:nsd01-ib:10.10.1.1:")
	assert.Contains(t, string(run(t, c, "mmmount mmfs2 -N nsd01").Stderr), "File system mmfs2 is already mounted at /gpfs/mmfs2.")
	res := run(t, c, "mmumount mmfs2 -a")
	assert.NotZero(t, res.ExitCode, "node6 cannot be reached")
	assert.Contains(t, string(res.Stderr), "node6")
	assert.NotContains(t, ok(t, c, "mmlsmount mmfs2 -Y"), ":mmfs2:", "but the others were")
	ok(t, c, "mmchfs mmfs2 --maintenance-mode yes")
	assert.NotZero(t, run(t, c, "mmmount mmfs2 -N nsd01").ExitCode)
}

func TestLatency(t *testing.T) {
	forever := func([]string) time.Duration { return 1 << 60 }
	c := New(WithLatency(forever))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := c.Run(ctx, mmexec.Command{Name: "mmlsfs", Args: []string{"all"}})
	require.ErrorIs(t, err, context.Canceled)

	ctx, cancel = context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { _, err := c.Run(ctx, mmexec.Command{Name: "mmlsfs", Args: []string{"all"}}); ended <- err }()
	go func() {
		_, err := c.Run(ctx, mmexec.Command{Name: "mmcrsnapshot", Args: []string{"mmfs1", "s"}})
		ended <- err
	}()
	cancel()
	for range 2 {
		require.ErrorIs(t, <-ended, context.Canceled)
	}
	require.NoError(t, c.Close())
}

func TestChangingCommandGoesOnWithoutItsCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	c := New(WithLatency(func(argv []string) time.Duration {
		cancel() // while the command is under way
		return 20 * time.Millisecond
	}))
	cmd := mmexec.Command{Name: "mmcrsnapshot", Args: []string{"mmfs1", "s"}}
	_, err := c.Run(ctx, cmd)
	var unknown *mmexec.UnknownOutcomeError
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, "mgmt01", unknown.Node)
	c.Settle()
	assert.NotNil(t, state(t, c).filesystem("mmfs1").snapshot("", "s"), "it took effect in the end")
}

func TestFiles(t *testing.T) {
	ctx := context.Background()
	c := New()
	path, err := c.Put(ctx, "a/b", []byte("text"))
	require.NoError(t, err)
	data, err := c.Get(ctx, path)
	require.NoError(t, err)
	assert.Equal(t, "text", string(data))
	require.NoError(t, c.Remove(ctx, path))
	_, err = c.Get(ctx, path)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorIs(t, c.Remove(ctx, path), fs.ErrNotExist)
}

func TestZone(t *testing.T) {
	zone, err := mmexec.Zone(context.Background(), New())
	require.NoError(t, err)
	name, offset := time.Unix(0, 0).In(zone).Zone()
	assert.Equal(t, "CEST", name)
	assert.Equal(t, 7200, offset)
}

func TestStdoutWriter(t *testing.T) {
	var b bytes.Buffer
	res, err := New().Run(context.Background(), mmexec.Command{Name: "mmlscluster", Args: []string{"-Y"}, Stdout: &b})
	require.NoError(t, err)
	assert.Empty(t, res.Stdout)
	assert.Contains(t, b.String(), "mmlscluster:clusterSummary:0:1:::hpc.example.org:")
}

func TestConcurrentCommands(t *testing.T) {
	c := New()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 20 {
				name := fmt.Sprintf("s%d-%d", i, j)
				_, err := c.Run(context.Background(), mmexec.Command{Name: "mmcrsnapshot", Args: []string{"mmfs1", name}})
				assert.NoError(t, err)
				res, err := c.Run(context.Background(), mmexec.Command{Name: "mmlssnapshot", Args: []string{"mmfs1", "-Y"}})
				if assert.NoError(t, err) {
					assert.Contains(t, string(res.Stdout), ":"+name+":")
				}
			}
		})
	}
	wg.Wait()
	f := state(t, c).filesystem("mmfs1")
	assert.Len(t, f.Snapshots, 9+160)
	ids := map[int]bool{}
	for _, s := range f.Snapshots {
		ids[s.ID] = true
	}
	assert.Len(t, ids, len(f.Snapshots), "ids are given once")
}

func TestUsageOfEveryCommand(t *testing.T) {
	c := New()
	for _, name := range Commands() {
		res := runArgs(t, c, name, "--no-such-option")
		assert.Equal(t, 1, res.ExitCode, name)
		assert.Contains(t, string(res.Stderr), name+": Incorrect option: --no-such-option\nUsage:\n  "+name, name)
		assert.Empty(t, res.Stdout, name)
	}
}
