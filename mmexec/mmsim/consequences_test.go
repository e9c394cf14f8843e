package mmsim

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

// write puts a file of a size into a tree.
func write(t *testing.T, path string, size int) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("x", size)), 0o640))
}

// dataDir makes a demo cluster whose mmfs1 is a directory of the user's own.
func dataDir(t *testing.T, opts ...Option) (root string, c *Cluster) {
	t.Helper()
	root = t.TempDir()
	dir := filepath.Join(t.TempDir(), "cluster")
	st := DemoState()
	st.Filesystems[0].Filesets = st.Filesystems[0].Filesets[:1] // only root: the directory is empty
	st.Filesystems[0].Snapshots, st.Filesystems[0].Quotas = nil, nil
	require.NoError(t, Init(dir, st, map[string]string{"mmfs1": root}))
	c, err := Open(dir, opts...)
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = c.Close()
		_ = removeTree(root)
		_ = removeTree(dir)
	})
	return root, c
}

// TestLifeOfAProject is what somebody does with a new project: create, link, fill, exceed the quota, snapshot, delete,
// look into the snapshot, restore, unlink, delete.
func TestLifeOfAProject(t *testing.T) {
	var events []string
	root, c := dataDir(t, WithCallbacks(func(r CallbackRun) error {
		events = append(events, strings.Join(r.Argv[1:], " "))
		return nil
	}))
	assert.Contains(t, ok(t, c, "mmlsfs mmfs1 -T"), root, "the directory is the mount point")
	ok(t, c, "mmaddcallback q --command /bin/notify --event softQuotaExceeded,usageUnderSoftQuota,snapshotCreated --parms %eventName --parms %fsName --parms %filesetName --parms %quotaType")

	ok(t, c, "mmcrfileset mmfs1 p42 --inode-space new --inode-limit 2000:1024")
	assert.NoDirExists(t, filepath.Join(root, "p42"))
	assert.Equal(t, 2, run(t, c, "mmlinkfileset mmfs1 p42 -J "+root+"/no/such/dir").ExitCode)
	write(t, filepath.Join(root, "taken"), 1)
	assert.Equal(t, 17, run(t, c, "mmlinkfileset mmfs1 p42 -J "+root+"/taken").ExitCode)
	ok(t, c, "mmlinkfileset mmfs1 p42 -J "+root+"/p42")
	info, err := os.Stat(filepath.Join(root, "p42"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	ok(t, c, "mmsetquota mmfs1:p42 --block 64K:1M --files 100:200")
	assert.Contains(t, ok(t, c, "mmlsquota -j p42 -Y mmfs1"), ":p42:0:64:1024:0:none:1:100:200:0:none:")
	assert.Empty(t, events)
	file := filepath.Join(root, "p42", "data", "results")
	write(t, file, 100_000)
	assert.Contains(t, ok(t, c, "mmlsquota -j p42 -Y mmfs1"), ":64:1024:0:7 days:3:100:200:0:none:", "counted from the files")
	assert.Equal(t, []string{"softQuotaExceeded mmfs1 p42 FILESET"}, events)
	ok(t, c, "mmlsquota -j p42 -Y mmfs1")
	assert.Len(t, events, 1, "told once, until usage drops")

	ok(t, c, "mmcrsnapshot mmfs1 p42:before")
	assert.Equal(t, "snapshotCreated mmfs1 p42 UNDEFINED", events[1])
	inSnapshot := filepath.Join(root, "p42", ".snapshots", "before", "data", "results")
	info, err = os.Stat(inSnapshot)
	require.NoError(t, err)
	assert.Zero(t, info.Mode()&0o222, "nothing can be written in a snapshot")
	assert.EqualValues(t, 100_000, info.Size())

	require.NoError(t, os.Remove(file))
	write(t, filepath.Join(root, "p42", "later"), 10)
	assert.Contains(t, ok(t, c, "mmlsquota -j p42 -Y mmfs1"), ":0:none:3:100:200:0:none:", "what snapshots hold does not count")
	assert.Equal(t, "usageUnderSoftQuota mmfs1 p42 FILESET", events[len(events)-1])
	assert.FileExists(t, inSnapshot)

	ok(t, c, "mmrestorefs mmfs1 before -j p42")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Len(t, data, 100_000)
	info, err = os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm(), "with the mode it had")
	assert.NoFileExists(t, filepath.Join(root, "p42", "later"))
	assert.FileExists(t, inSnapshot)
	assert.FileExists(t, filepath.Join(root, "taken"), "what is outside the fileset stays")

	open, err := os.Open(file)
	require.NoError(t, err)
	res := run(t, c, "mmunlinkfileset mmfs1 p42")
	assert.Equal(t, 16, res.ExitCode)
	assert.Contains(t, string(res.Stderr), "open files")
	require.NoError(t, open.Close())
	ok(t, c, "mmunlinkfileset mmfs1 p42")
	assert.NoDirExists(t, filepath.Join(root, "p42"))
	assert.Equal(t, 39, run(t, c, "mmdelfileset mmfs1 p42 -f").ExitCode, "it has a snapshot")
	ok(t, c, "mmdelsnapshot mmfs1 p42:before")
	assert.Equal(t, 39, run(t, c, "mmdelfileset mmfs1 p42").ExitCode, "it holds files")
	ok(t, c, "mmdelfileset mmfs1 p42 -f")
	assert.NotContains(t, ok(t, c, "mmlsfileset mmfs1 -Y"), "p42")
	entries, err := os.ReadDir(filepath.Join(root, sideDir, "filesets"))
	require.NoError(t, err)
	assert.Empty(t, entries)
	checkTrees(t, c)
}

func TestGlobalSnapshotOfNestedFilesets(t *testing.T) {
	root, c := dataDir(t)
	ok(t, c, "mmcrfileset mmfs1 outer --inode-space new -J "+root+"/outer")
	ok(t, c, "mmcrfileset mmfs1 inner --inode-space new -J "+root+"/outer/inner")
	write(t, filepath.Join(root, "outer", "a"), 10)
	write(t, filepath.Join(root, "outer", "inner", "b"), 10)
	require.NoError(t, os.Symlink("a", filepath.Join(root, "outer", "link")))
	ok(t, c, "mmcrsnapshot mmfs1 inner:s")
	ok(t, c, "mmcrsnapshot mmfs1 outer:s")
	ok(t, c, "mmcrsnapshot mmfs1 all")
	assert.FileExists(t, filepath.Join(root, ".snapshots/all/outer/inner/b"))
	assert.NoDirExists(t, filepath.Join(root, ".snapshots/all/outer/.snapshots"))
	assert.DirExists(t, filepath.Join(root, "outer/.snapshots/s/inner"))
	assert.NoFileExists(t, filepath.Join(root, "outer/.snapshots/s/inner/b"), "another inode space")
	link, err := os.Readlink(filepath.Join(root, "outer/.snapshots/s/link"))
	require.NoError(t, err)
	assert.Equal(t, "a", link)

	ok(t, c, "mmcrfileset mmfs1 young --inode-space new -J "+root+"/young")
	write(t, filepath.Join(root, "young", "c"), 10)
	require.NoError(t, os.Remove(filepath.Join(root, "outer", "inner", "b")))
	require.NoError(t, os.Remove(filepath.Join(root, "outer", "a")))
	ok(t, c, "mmrestorefs mmfs1 all")
	assert.FileExists(t, filepath.Join(root, "outer/a"))
	assert.FileExists(t, filepath.Join(root, "outer/inner/b"))
	assert.FileExists(t, filepath.Join(root, "outer/inner/.snapshots/s/b"), "snapshots survive a restore")
	assert.FileExists(t, filepath.Join(root, "young/c"), "a fileset that the snapshot does not hold is left alone")

	ok(t, c, "mmsnapdir mmfs1 -s .snap")
	assert.FileExists(t, filepath.Join(root, ".snap/all/outer/a"))
	assert.FileExists(t, filepath.Join(root, "outer/.snap/s/a"))
	ok(t, c, "mmchfileset mmfs1 inner -j renamed")
	assert.Contains(t, ok(t, c, "mmlssnapshot mmfs1 -j renamed -Y"), ":renamed:")
	ok(t, c, "mmdelsnapshot mmfs1 all,renamed:s,outer:s")
	checkTrees(t, c)
}

func TestFileAttributes(t *testing.T) {
	root, c := dataDir(t)
	ok(t, c, "mmcrfileset mmfs1 p --inode-space new -J "+root+"/p")
	file := filepath.Join(root, "p", "file")
	write(t, file, 10)
	if err := setFileAttr(file, attrPool, "data"); err != nil {
		t.Skip("this file system has no user attributes: ", err)
	}
	require.NoError(t, setFileAttr(file, attrPool, ""))
	out := ok(t, c, "mmlsattr -L "+file)
	assert.Contains(t, out, "file name:            "+file+"\nmetadata replication: 2 max 2\ndata replication:     1 max 2\nimmutable:            no\n")
	assert.Contains(t, out, "storage pool name:    data\nfileset name:         p\nsnapshot name:        \n")
	assert.NotContains(t, ok(t, c, "mmlsattr -L "+filepath.Dir(file)), "\ndata replication")
	ok(t, c, "mmchattr -P capacity "+file)
	assert.Contains(t, ok(t, c, "mmlsattr -L "+file), "storage pool name:    capacity\n")
	assert.Equal(t, 22, run(t, c, "mmchattr -P nopool "+file).ExitCode)
	ok(t, c, "mmchattr -i yes "+file)
	assert.Contains(t, ok(t, c, "mmlsattr -L "+file), "immutable:            yes\n")
	assert.Equal(t, 1, run(t, c, "mmchattr -P data "+file).ExitCode, "immutable files refuse")
	ok(t, c, "mmunlinkfileset mmfs1 p")
	res := run(t, c, "mmdelfileset mmfs1 p -f")
	assert.Equal(t, 1, res.ExitCode)
	assert.Contains(t, string(res.Stderr), "immutable")
	ok(t, c, "mmlinkfileset mmfs1 p -J "+root+"/p")
	ok(t, c, "mmchattr -i no "+file)
	ok(t, c, "mmcrsnapshot mmfs1 p:s")
	snap := filepath.Join(root, "p/.snapshots/s/file")
	assert.Contains(t, ok(t, c, "mmlsattr -L "+snap), "snapshot name:        s\n")
	assert.Equal(t, 30, run(t, c, "mmchattr -P data "+snap).ExitCode)

	assert.Contains(t, ok(t, c, "mmgetacl "+file), "user::rw-c\ngroup::r---\nother::----\n")
	res, err := c.Run(context.Background(), mmexec.Command{Name: "mmputacl", Args: []string{file}, Stdin: []byte("user::rwxc\ngroup::---\nother::---\n")})
	require.NoError(t, err)
	require.Zero(t, res.ExitCode, "%s", res.Stderr)
	assert.Contains(t, ok(t, c, "mmgetacl "+file), "user::rwxc\n")
	ok(t, c, "mmdelacl "+file)
	assert.Contains(t, ok(t, c, "mmgetacl "+file), "user::rw-c\n")
	assert.Contains(t, ok(t, c, "mmgetacl -k nfs4 "+file), "#NFSv4 ACL\n")

	parent, copied := file+".snap", file+".copy"
	ok(t, c, "mmclone snap "+file+" "+parent)
	ok(t, c, "mmclone copy "+parent+" "+copied)
	assert.Regexp(t, `(?m)^ +yes +0 +\S*file.snap$`, ok(t, c, "mmclone show "+parent))
	assert.Regexp(t, `(?m)^ +no +1 +\d+ +\S*file.copy$`, ok(t, c, "mmclone show "+copied))
}

func TestDefaultQuotasAndGrace(t *testing.T) {
	root, c := dataDir(t)
	ok(t, c, "mmcrfileset mmfs1 p --inode-space new -J "+root+"/p")
	ok(t, c, "mmdefquotaon -u mmfs1:p")
	ok(t, c, "mmsetquota mmfs1:p --default user --block 4K:1M")
	ok(t, c, "mmsetquota mmfs1 --grace user --block 3days")
	write(t, filepath.Join(root, "p", "file"), 20_000)
	uid := os.Getuid()
	line := ""
	for l := range strings.Lines(ok(t, c, "mmrepquota -u -Y mmfs1:p")) {
		if strings.Contains(l, fmt.Sprintf(":USR:%d:", uid)) {
			line = l
		}
	}
	assert.Regexp(t, fmt.Sprintf(`:USR:%d:[^:]*:\d+:4:1024:0:3 days:1:0:0:0:none:d_fset:on:on:12:p:`, uid), line)
	assert.Contains(t, ok(t, c, "mmlsquota -d mmfs1"), "1024")
}

func TestCrfsMakesADirectory(t *testing.T) {
	dir, c := demoDir(t)
	assert.Equal(t, 22, run(t, c, "mmcrfs extra spare01").ExitCode, "it has no place for metadata")
	assert.NoDirExists(t, filepath.Join(dir, "data", "extra"))
	path, err := c.Put(context.Background(), "stanza", []byte("%nsd: device=/dev/sdq nsd=n1 servers=nsd01,nsd02 failureGroup=1\n"))
	require.NoError(t, err)
	ok(t, c, "mmcrnsd -F "+path)
	ok(t, c, "mmcrfs extra n1 -Q yes -T /gpfs/extra")
	root := filepath.Join(dir, "data", "extra")
	assert.DirExists(t, root)
	ok(t, c, "mmmount extra -N mgmt01")
	ok(t, c, "mmcrfileset extra p --inode-space new -J /gpfs/extra/p")
	write(t, filepath.Join(root, "p", "x"), 5)
	assert.Contains(t, ok(t, c, "mmlsattr /gpfs/extra/p/x"), "/gpfs/extra/p/x")
	ok(t, c, "mmumount extra -N mgmt01")
	ok(t, c, "mmdelfs extra")
	assert.NoDirExists(t, root)
	assert.Contains(t, ok(t, c, "mmlsnsd -F -Y"), ":n1:")
}

func TestCallbacksRunOnThisMachine(t *testing.T) {
	root, c := dataDir(t) // the default runner
	dir := t.TempDir()
	script := filepath.Join(dir, "handler")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\necho \"$@\" >> "+dir+"/log\nexit $(cat "+dir+"/exit)\n"), 0o755))
	require.NoError(t, os.WriteFile(dir+"/exit", []byte("0"), 0o644))
	log := func() string {
		data, _ := os.ReadFile(dir + "/log")
		return string(data)
	}
	ok(t, c, "mmaddcallback sync1 --command "+script+" --event preUnmount --sync --timeout 20 --onerror shutdown --parms %eventName --parms node=%myNode.shortName --parms fs=%fsName --parms reason=%reason")
	ok(t, c, "mmumount mmfs1 -N node1")
	assert.Equal(t, "preUnmount node=node1 fs=mmfs1 reason=normal\n", log())
	require.NoError(t, os.WriteFile(dir+"/exit", []byte("1"), 0o644))
	ok(t, c, "mmumount mmfs1 -N node2 -f")
	assert.Contains(t, log(), "preUnmount node=node2 fs=mmfs1 reason=forced\n")
	assert.Contains(t, ok(t, c, "mmgetstate -Y -N node2"), ":down:", "onerror shutdown")
	_ = root

	ok(t, c, "mmdelcallback sync1")
	ok(t, c, "mmaddcallback later --command "+script+" --event mount --priority 2 --parms later-%fsName")
	ok(t, c, "mmmount mmfs1 -N node1")
	require.Eventually(t, func() bool { return strings.Contains(log(), "later-mmfs1\n") }, 20*time.Second, 5*time.Millisecond)
}

func TestSyncCallbackTimesOut(t *testing.T) {
	err := execCallback(CallbackRun{Argv: []string{"/bin/sleep", "60"}, Sync: true, Timeout: time.Millisecond})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestCallbackOrderAndPlaces(t *testing.T) {
	var runs []CallbackRun
	c := New(WithCallbacks(func(r CallbackRun) error { runs = append(runs, r); return nil }))
	ok(t, c, "mmaddcallback none --command /h --event startup")
	ok(t, c, "mmaddcallback second --command /h --event startup --priority 2.5 --parms %upNodes")
	ok(t, c, "mmaddcallback first --command /h --event startup --priority 1 -N node1,node2")
	ok(t, c, "mmaddcallback joined --command /h --event nodeJoin --parms %eventNode --parms %%literal --parms %nosuch -N quorumNodes")
	ok(t, c, "mmshutdown -N node1")
	ok(t, c, "mmstartup -N node1")
	var names, places []string
	for _, r := range runs {
		switch r.Event {
		case "startup":
			names = append(names, r.Callback)
			assert.Equal(t, "node1", r.Node, "a local event")
		case "nodeJoin":
			places = append(places, r.Node)
			assert.Equal(t, []string{"/h", "node1.hpc.example.org", "%literal", "UNDEFINED"}, r.Argv)
		}
	}
	assert.Equal(t, []string{"first", "second", "none"}, names)
	assert.Equal(t, []string{"nsd01", "nsd02", "mgmt01"}, places, "a global event, on the nodes of -N")
}

func TestCallbackSpecFile(t *testing.T) {
	c := New()
	ok(t, c, "mmaddcallback one --command /bin/one --event mount,unmount --priority 3 --parms %fsName")
	listed := ok(t, c, "mmlscallback one")
	assert.Equal(t, "one\n        command       = /bin/one\n        priority      = 3\n        event         = mount,unmount\n        parms         = %fsName\n\n", listed)
	path, err := c.Put(context.Background(), "spec", []byte(strings.Replace(listed, "one\n", "two\n", 1)))
	require.NoError(t, err)
	ok(t, c, "mmaddcallback -S "+path)
	assert.Equal(t, strings.Replace(listed, "one\n", "two\n", 1), ok(t, c, "mmlscallback two"))
}
