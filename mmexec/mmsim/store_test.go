package mmsim

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

// TestMain lets the test binary be an installed entry, or a process that works on a state directory: MMSIM_TEST_DIR names
// it, MMSIM_TEST_CRASH a stage at which the process kills itself.
func TestMain(m *testing.M) {
	if dir, name, ok := EntryPoint(os.Args[0]); ok {
		os.Exit(Process(context.Background(), dir, name, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	if dir := os.Getenv("MMSIM_TEST_DIR"); dir != "" {
		os.Exit(child(dir, os.Args[1:]))
	}
	os.Exit(m.Run())
}

func child(dir string, argv []string) int {
	c, err := Open(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	stage := os.Getenv("MMSIM_TEST_CRASH")
	c.crash = func(at string) {
		if at == stage {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}
	for _, line := range argv {
		words := strings.Fields(line)
		if words[0] == "write" || words[0] == "read" || words[0] == "remove" { // what a user does between commands
			if err := userDoes(words[0], words[1]); err != nil {
				fmt.Fprintln(os.Stderr, line, err)
				return 4
			}
			continue
		}
		res, err := c.Run(context.Background(), mmexec.Command{Name: words[0], Args: words[1:]})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 3
		}
		os.Stdout.Write(res.Stdout)
		os.Stderr.Write(res.Stderr)
		if res.ExitCode != 0 {
			return res.ExitCode
		}
	}
	return 0
}

func userDoes(what, path string) error {
	switch what {
	case "write":
		return os.WriteFile(path, make([]byte, 50_000), 0o600)
	case "remove":
		return os.Remove(path)
	}
	_, err := os.ReadFile(path)
	return err
}

// process runs command lines in a process of its own.
func process(t *testing.T, dir, crash string, lines ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], lines...)
	cmd.Env = append(os.Environ(), "MMSIM_TEST_DIR="+dir, "MMSIM_TEST_CRASH="+crash)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// demoDir makes a demo cluster in a directory.
func demoDir(t *testing.T) (string, *Cluster) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cluster")
	require.NoError(t, Init(dir, DemoState(), nil))
	c, err := Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = c.Close()
		_ = removeTree(dir) // snapshots are read-only
	})
	return dir, c
}

func TestStateSurvivesTheDirectory(t *testing.T) {
	_, c := demoDir(t)
	want := DemoState()
	got := state(t, c)
	ignore := cmp.Options{
		cmpopts.IgnoreFields(Filesystem{}, "Data"), cmpopts.IgnoreFields(Usage{}, "Base"), cmpopts.IgnoreFields(Fileset{}, "BaseInodes", "BaseKB"), cmpopts.EquateEmpty(),
	}
	assert.Empty(t, cmp.Diff(want, got, ignore))
	for _, line := range []string{"mmlsfileset mmfs1 -Y", "mmlssnapshot mmfs1 -Y -d", "mmlscluster", "mmlsfs all", "mmlsdisk mmfs1 -L", "mmlsmount all -L", "mmdf mmfs1"} {
		assert.Equal(t, ok(t, New(), line), ok(t, c, line), line)
	}
}

func TestCommandsThatSkipPartsAnswerTheSame(t *testing.T) {
	_, c := demoDir(t)
	for _, name := range Commands() {
		d := commandTable()[name]
		if d.changes || d.skips == 0 {
			continue
		}
		for _, args := range [][]string{{}, {"-Y"}, {"mmfs1"}, {"mmfs1", "-Y"}, {"all"}, {"all", "-Y"}, {"mmfs1", "all", "-L"}, {"-a"}, {"-X", "-Y"}} {
			part, err := c.view(d.need())
			require.NoError(t, err)
			whole, err := c.view(wantAll)
			require.NoError(t, err)
			a, b := c.newCall(part), c.newCall(whole)
			a.cmd, b.cmd = d, d
			assert.Equal(t, d.dispatch(b, args), d.dispatch(a, args), "%s %v", name, args)
			assert.Equal(t, b.out.String(), a.out.String(), "%s %v", name, args)
			assert.Equal(t, b.err.String(), a.err.String(), "%s %v", name, args)
		}
	}
}

func TestInitRefuses(t *testing.T) {
	dir, _ := demoDir(t)
	require.ErrorContains(t, Init(dir, DemoState(), nil), "already")
	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "x"), nil, 0o600))
	require.ErrorContains(t, Init(other, DemoState(), nil), "not empty")
	require.ErrorContains(t, Init(filepath.Join(other, "new"), DemoState(), map[string]string{"mmfs9": other}), "no file system mmfs9")
	_, err := Open(other)
	require.ErrorContains(t, err, "no simulated cluster")
	require.NoError(t, os.WriteFile(filepath.Join(other, "state.json"), []byte(`{"format": 99}`), 0o600))
	_, err = Open(other)
	require.ErrorContains(t, err, "format 99")
}

func TestEightProcesses(t *testing.T) {
	dir, c := demoDir(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			var lines []string
			for j := range 3 {
				name := fmt.Sprintf("p%d-%d", i, j)
				root := filepath.Join(dir, "data", "mmfs1", name)
				lines = append(lines,
					"mmcrfileset mmfs1 "+name+" --inode-space new", "mmlinkfileset mmfs1 "+name+" -J /gpfs/mmfs1/"+name,
					"mmsetquota mmfs1:"+name+" --block 8K:1M", "write "+root+"/file", "mmlsquota -j "+name+" mmfs1",
					"mmcrsnapshot mmfs1 "+name+":s", "remove "+root+"/file", "read "+root+"/.snapshots/s/file",
					"mmrestorefs mmfs1 s -j "+name, "read "+root+"/file", "mmlsfileset mmfs1 "+name+" -Y")
				if j > 0 {
					lines = append(lines, "mmdelsnapshot mmfs1 "+name+":s", "mmunlinkfileset mmfs1 "+name+" -f", "mmdelfileset mmfs1 "+name+" -f")
				}
			}
			out, err := process(t, dir, "", lines...)
			assert.NoError(t, err, out)
		})
	}
	wg.Wait()
	f := state(t, c).filesystem("mmfs1")
	assert.Len(t, f.Filesets, len(demoFilesets())+8)
	ids, spaces := map[int]bool{}, map[int]bool{}
	for _, fset := range f.Filesets {
		ids[fset.ID] = true
		if fset.Independent {
			assert.False(t, spaces[fset.InodeSpace], "inode space %d is given twice", fset.InodeSpace)
			spaces[fset.InodeSpace] = true
		}
	}
	assert.Len(t, ids, len(f.Filesets))
	for i := range 8 {
		assert.FileExists(t, filepath.Join(f.Data, fmt.Sprintf("p%d-0", i), ".snapshots", "s", "file"))
		assert.NoDirExists(t, filepath.Join(f.Data, fmt.Sprintf("p%d-2", i)))
	}
	checkTrees(t, c)
}

// TestKilled kills a process in the middle of each changing command: first before its change is written, then after that
// and before directory trees have followed. The state is that before the command, then that after it, and the next
// command finds the trees in order.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	stanza, policy, acl := filepath.Join(dir, "nsd.stanza"), filepath.Join(dir, "new.pol"), filepath.Join(dir, "acl")
	require.NoError(t, os.WriteFile(acl, []byte("user::rwxc\ngroup::r-x-\nother::----\n"), 0o600))
	require.NoError(t, os.WriteFile(stanza, []byte("%nsd: device=/dev/sdq nsd=fresh servers=nsd01,nsd02 failureGroup=1\n"), 0o600))
	require.NoError(t, os.WriteFile(policy, []byte("RULE 'r' SET POOL 'data'\n"), 0o600))
	tests := []struct{ before, line, probe string }{
		{"", "mmcrsnapshot mmfs1 killed", "mmlssnapshot mmfs1 -Y"},
		{"", "mmdelsnapshot mmfs1 global-snapshot1", "mmlssnapshot mmfs1 -Y"},
		{"", "mmsnapdir mmfs1 -s .snap", "mmsnapdir mmfs1 -q"},
		{"", "mmrestorefs mmfs1 n-20240512 -j home", ""},
		{"", "mmcrfileset mmfs1 killed --inode-space new -J /gpfs/mmfs1/killed", "mmlsfileset mmfs1 -Y"},
		{"", "mmchfileset mmfs1 home -t killed", "mmlsfileset mmfs1 -Y"},
		{"", "mmlinkfileset mmfs1 retired-gamma -J /gpfs/mmfs1/gamma", "mmlsfileset mmfs1 -Y"},
		{"", "mmunlinkfileset mmfs1 proj-beta", "mmlsfileset mmfs1 -Y"},
		{"", "mmdelfileset mmfs1 retired-gamma -f", "mmlsfileset mmfs1 -Y"},
		{"", "mmsetquota mmfs1:home --user alice --block 1T:2T", "mmlsquota -u alice mmfs1 -Y"},
		{"", "mmquotaoff mmfs1", "mmlsfs mmfs1 -Q -Y"},
		{"mmquotaoff mmfs1", "mmquotaon mmfs1", "mmlsfs mmfs1 -Q -Y"},
		{"", "mmdefquotaon -u mmfs1", "mmlsfs mmfs1 -Q -Y"},
		{"mmdefquotaon -u mmfs1", "mmdefquotaoff -u mmfs1", "mmlsfs mmfs1 -Q -Y"},
		{"", "mmcheckquota mmfs1", "mmrepquota -Y mmfs1"},
		{"", "mmchfs mmfs2 -T /gpfs2", "mmlsfs mmfs2 -T -Y"},
		{"mmcrnsd -F " + stanza, "mmcrfs killed fresh", "mmlsfs all -T -Y"},
		{"", "mmdelfs mmfs2", "mmlsfs all -T -Y"},
		{"", "mmchpolicy mmfs1 " + policy, "mmlspolicy mmfs1 -L"},
		{"", "mmchqos mmfs1 --enable", "mmlsqos mmfs1 -Y"},
		{"", "mmshutdown -N node1", "mmgetstate -a -Y"},
		{"mmshutdown -N node1", "mmstartup -N node1", "mmgetstate -a -Y"},
		{"", "mmexpelnode -N node1", "mmgetstate -a -Y"},
		{"", "mmmount mmfs2 -N nsd01", "mmlsmount mmfs2 -Y"},
		{"", "mmumount mmfs1 -N nsd01", "mmlsmount mmfs1 -Y"},
		{"", "mmunmount mmfs1 -N nsd01", "mmlsmount mmfs1 -Y"},
		{"", "mmcrnsd -F " + stanza, "mmlsnsd -Y"},
		{"", "mmdelnsd spare01", "mmlsnsd -Y"},
		{"", "mmchnsd spare01:nsd02", "mmlsnsd -Y"},
		{"", "mmadddisk mmfs1 spare01", "mmlsdisk mmfs1 -Y"},
		{"", "mmdeldisk mmfs1 data05", "mmlsdisk mmfs1 -Y"},
		{"", "mmchdisk mmfs1 start -a", "mmlsdisk mmfs1 -Y"},
		{"", "mmrpldisk mmfs1 data05 spare01", "mmlsdisk mmfs1 -Y"},
		{"", "mmrestripefs mmfs1 -b", "mmlsdisk mmfs1 -Y"},
		{"", "mmaddcallback killed --command /bin/true --event mount", "mmlscallback -Y"},
		{"", "mmdelcallback notifyLowSpace", "mmlscallback -Y"},
		{"", "mmchconfig pagepool=9G", "mmlsconfig -Y"},
		{"", "mmaddnode -N killed.example.org", "mmlscluster -Y"},
		{"", "mmdelnode -N node5", "mmlscluster -Y"},
		{"", "mmchnode --gateway -N node1", "mmlscluster -Y"},
		{"", "mmchlicense server --accept -N node1", "mmlslicense -Y"},
		{"", "mmcrnodeclass killed -N node1", "mmlsnodeclass -Y"},
		{"", "mmchnodeclass rack1 add -N node9", "mmlsnodeclass -Y"},
		{"", "mmdelnodeclass rack1", "mmlsnodeclass -Y"},
		{"", "mmchmgr mmfs1 nsd01", "mmlsmgr -Y"},
		{"", "mmnfs export add /gpfs/mmfs1/home", "mmnfs export list -Y"},
		{"", "mmces node suspend -N ces01", "mmces node list"},
		{"", "mmremotefs delete archive --force", "mmlsfs all -T -Y"},
		{"", "mmafmctl mmfs2 stop -j backup", "mmlsfileset mmfs2 -Y"},
		{"", "mmputacl -i " + acl + " /gpfs/mmfs1/home", ""},
		{"", "mmdelacl /gpfs/mmfs1/home", ""},
		{"mmvdisk pdisk replace --prepare --rg RG001 --pdisk e1s01", "mmvdisk pdisk replace --rg RG001 --pdisk e1s01", "mmvdisk pdisk list --rg all -Y"},
	}
	killed := map[string]bool{}
	for _, tt := range tests {
		name, _, _ := strings.Cut(tt.line, " ")
		killed[name] = true
		t.Run(tt.line, func(t *testing.T) {
			t.Parallel()
			dir, c := killDir(t)
			if tt.before != "" {
				ok(t, c, tt.before)
			}
			var before string
			if tt.probe != "" {
				before = ok(t, c, tt.probe)
			}
			_, err := process(t, dir, "before commit", tt.line)
			require.ErrorContains(t, err, "killed")
			if tt.probe != "" {
				assert.Equal(t, before, ok(t, c, tt.probe), "killed before its change was written")
			}
			checkTrees(t, c)
			_, err = process(t, dir, "after commit", tt.line)
			require.ErrorContains(t, err, "killed")
			if tt.probe != "" {
				assert.NotEqual(t, before, ok(t, c, tt.probe), "killed when its change was written")
			}
			ok(t, c, "mmchconfig maxMBpS=1") // does what was left undone
			checkTrees(t, c)
		})
	}
	for name, d := range commandTable() {
		assert.True(t, killed[name] || !d.changes, "%s changes the state and is not among the commands that were killed", name)
	}
}

// TestKilledBetweenTrees kills a process when the trees have followed and the manifest does not know it yet: doing it all
// again must do no harm.
func TestKilledBetweenTrees(t *testing.T) {
	for _, line := range []string{
		"mmcrsnapshot mmfs1 killed", "mmdelsnapshot mmfs1 global-snapshot1", "mmcrfileset mmfs1 killed --inode-space new -J /gpfs/mmfs1/killed",
		"mmlinkfileset mmfs1 retired-gamma -J /gpfs/mmfs1/gamma", "mmunlinkfileset mmfs1 proj-beta", "mmdelfileset mmfs1 retired-gamma -f",
		"mmsnapdir mmfs1 -s .snap", "mmrestorefs mmfs1 n-20240512 -j home", "mmdelfs mmfs2",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			dir, c := demoDir(t)
			_, err := process(t, dir, "after trees", line)
			require.ErrorContains(t, err, "killed")
			ok(t, c, "mmchconfig maxMBpS=1")
			checkTrees(t, c)
		})
	}
}

// killDir makes a demo cluster in a directory with a cache, and without the many copies of snapshots.
func killDir(t *testing.T) (string, *Cluster) {
	t.Helper()
	st := DemoState()
	f := &st.Filesystems[0]
	f.Snapshots = f.Snapshots[:4:4]
	st.Filesystems[1].Filesets[1].AFM = &AFM{Mode: "single-writer", State: "Active"}
	st.RecoveryGroups = []RecoveryGroup{{Name: "RG001", Servers: []int{1}, Pdisks: []Pdisk{{Name: "e1s01", State: "dead/replace"}}}}
	dir := filepath.Join(t.TempDir(), "cluster")
	require.NoError(t, Init(dir, st, nil))
	c, err := Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = removeTree(dir) })
	return dir, c
}

// checkTrees compares the directory trees with what the state says.
func checkTrees(t *testing.T, c *Cluster) {
	t.Helper()
	st := state(t, c)
	for i := range st.Filesystems {
		f := &st.Filesystems[i]
		for j := range f.Filesets {
			if fset := &f.Filesets[j]; fset.Status != FilesetDeleted {
				assert.DirExists(t, f.filesetDir(fset), "fileset %s", fset.Name)
			}
		}
		for j := range f.Snapshots {
			if s := &f.Snapshots[j]; s.Status == "Valid" {
				assert.DirExists(t, f.snapshotDir(s), "snapshot %s:%s", s.Fileset, s.Name)
			}
		}
		if entries, err := os.ReadDir(f.real(f.Snapdir.GlobalName)); err == nil {
			for _, e := range entries {
				assert.NotNil(t, f.snapshot("", e.Name()), "nobody knows the snapshot %s", e.Name())
			}
		}
		if entries, err := os.ReadDir(f.side("filesets")); err == nil {
			for _, e := range entries {
				var id int
				_, err := fmt.Sscan(e.Name(), &id)
				require.NoError(t, err)
				fset := f.filesetID(id)
				if assert.NotNil(t, fset, "nobody knows the fileset %d", id) {
					assert.Equal(t, FilesetUnlinked, fset.Status)
				}
			}
		}
	}
	m, err := c.store.readManifest()
	require.NoError(t, err)
	assert.Empty(t, m.Pending)
	entries, err := os.ReadDir(filepath.Join(c.store.dir, "parts"))
	require.NoError(t, err)
	assert.Len(t, entries, len(m.Parts), "outdated parts are swept away")
}

func TestQuotaLines(t *testing.T) {
	want := append(demoQuotas(), Quota{Type: QuotaUser, ID: -1, Name: "a\tb\\n\nc", Remarks: "i"})
	got, err := decodeQuotas(encodeQuotas(want))
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(want, *got))
}

func FuzzQuotaLines(f *testing.F) {
	f.Add(string(encodeQuotas(demoQuotas())))
	f.Add("USR\t1\t\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		quotas, err := decodeQuotas([]byte(text))
		if err != nil {
			return
		}
		again, err := decodeQuotas(encodeQuotas(*quotas))
		require.NoError(t, err)
		assert.Empty(t, cmp.Diff(*quotas, *again))
	})
}

func BenchmarkLargeCluster(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "cluster")
	st, err := NewState(Profile{Name: "large", Filesystems: 1, Filesets: 10000, QuotaUsers: 90000, Nodes: 100})
	require.NoError(b, err)
	require.NoError(b, Init(dir, st, nil))
	for _, line := range []string{"mmlsfileset fs1 -Y", "mmrepquota fs1 -Y", "mmlscluster -Y", "mmcrsnapshot fs1 s%d"} {
		b.Run(line, func(b *testing.B) {
			for i := range b.N {
				c, err := Open(dir) // as a process of its own would
				require.NoError(b, err)
				words := strings.Fields(line)
				for j, w := range words {
					if strings.Contains(w, "%d") {
						words[j] = fmt.Sprintf(w, b.N*1000000+i)
					}
				}
				res, err := c.Run(context.Background(), mmexec.Command{Name: words[0], Args: words[1:]})
				require.NoError(b, err)
				require.Zero(b, res.ExitCode, "%s", res.Stderr)
			}
		})
	}
}
