package mmsim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"gpfsh/mmexec"
	"gpfsh/policy"
)

// policyBench is a small cluster in a directory with one file system of two pools, half of whose first one is used.
type policyBench struct {
	t    *testing.T
	c    *Cluster
	dir  string // of the cluster
	data string // behind mmfs1
	tmp  string
}

const benchDiskKB = 1000

func newPolicyBench(t *testing.T, own bool) *policyBench {
	t.Helper()
	st := DemoState()
	f := st.filesystem("mmfs1")
	f.Snapshots = nil
	for i := range f.Disks {
		d := &f.Disks[i]
		d.SizeKB, d.FreeKB = benchDiskKB, benchDiskKB/2
	}
	b := &policyBench{t: t, dir: filepath.Join(t.TempDir(), "cluster"), tmp: t.TempDir()}
	data := map[string]string{}
	if own {
		data["mmfs1"] = t.TempDir()
	}
	require.NoError(t, Init(b.dir, st, data))
	c, err := Open(b.dir)
	require.NoError(t, err)
	b.c, b.data = c, state(t, c).filesystem("mmfs1").Data
	t.Cleanup(func() {
		_ = c.Close()
		_ = removeTree(b.dir)
		_ = removeTree(b.data)
	})
	return b
}

// write makes a file of some KiB in the file system and returns its real path.
func (b *policyBench) write(name string, kb int) string {
	b.t.Helper()
	p := filepath.Join(b.data, name)
	require.NoError(b.t, os.MkdirAll(filepath.Dir(p), 0o755))
	require.NoError(b.t, os.WriteFile(p, bytes.Repeat([]byte("x"), kb<<10), 0o644))
	return p
}

func (b *policyBench) attr(path, name, value string) {
	b.t.Helper()
	if err := setFileAttr(path, name, value); err != nil {
		b.t.Skipf("no user attributes here: %v", err)
	}
}

// apply runs a policy.
func (b *policyBench) apply(text string, args ...string) *mmexec.Result {
	b.t.Helper()
	file := mmexec.File{Name: "policy", Data: []byte(text)}
	res, err := b.c.Run(context.Background(), mmexec.Command{Name: "mmapplypolicy", Args: append(args, "-P", file.Ref()), Files: []mmexec.File{file}})
	require.NoError(b.t, err)
	return res
}

func (b *policyBench) ok(text string, args ...string) string {
	b.t.Helper()
	res := b.apply(text, args...)
	require.Zero(b.t, res.ExitCode, "%s\n%s", res.Stdout, res.Stderr)
	return string(res.Stdout)
}

// script writes a program for EXEC clauses.
func (b *policyBench) script(body string) string {
	b.t.Helper()
	p := filepath.Join(b.tmp, "exec.sh")
	require.NoError(b.t, os.WriteFile(p, []byte("#!/bin/sh\n"+body+"\n"), 0o755))
	return p
}

func (b *policyBench) read(name string) string {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.tmp, name))
	require.NoError(b.t, err)
	return string(data)
}

// tree is every path behind the file system with its pool.
func (b *policyBench) tree() string {
	var out []string
	_ = filepath.WalkDir(b.data, func(p string, _ os.DirEntry, err error) error {
		if err == nil {
			out = append(out, p+" "+fileAttr(p, attrPool))
		}
		return nil
	})
	return strings.Join(out, "\n")
}

func TestApplyPolicyDefersLists(t *testing.T) {
	b := newPolicyBench(t, false)
	b.write("proj/alpha/in alpha.job", 4)
	b.write("home/h.job", 4)
	before := b.tree()
	text := "RULE EXTERNAL LIST 'jobs' EXEC '' ESCAPE '%/'\nRULE 'j' LIST 'jobs' SHOW(FILESET_NAME || ' ' || POOL_NAME) WHERE NAME LIKE '%.job' AND PATH_NAME LIKE '/gpfs/mmfs1/%'\n"
	out := b.ok(text, "mmfs1", "-I", "defer", "-f", b.tmp+"/out")
	lines := strings.Split(strings.TrimSpace(b.read("out.list.jobs")), "\n")
	slices.SortFunc(lines, func(x, y string) int { return strings.Compare(x[strings.Index(x, "  "):], y[strings.Index(y, "  "):]) })
	require.Len(t, lines, 2)
	pool := state(t, b.c).filesystem("mmfs1").sitePool()
	assert.Regexp(t, `^\d+ 0 0  home%20`+pool+` -- /gpfs/mmfs1/home/h.job$`, lines[0])
	assert.Regexp(t, `^\d+ 0 0  proj-alpha%20`+pool+` -- /gpfs/mmfs1/proj/alpha/in%20alpha.job$`, lines[1])
	assert.Equal(t, before, b.tree())
	sum := policy.ParseSummary([]byte(out))
	rule, found := sum.Rule("j")
	assert.True(t, found)
	assert.EqualValues(t, 2, rule.Chosen)
	assert.NotZero(t, sum.InodesTotal)
	assert.Len(t, sum.Pools, 3)

	b.ok(text, filepath.Join(b.data, "home"), "-I", "defer", "-f", b.tmp+"/real")
	assert.NoFileExists(t, b.tmp+"/real.list.jobs", "below a real directory, paths are the real ones")
	b.ok("RULE 'j' LIST 'jobs' WHERE NAME LIKE '%.job'", filepath.Join(b.data, "home"), "-I", "defer", "-f", b.tmp)
	assert.Contains(t, b.read("list.jobs"), "   -- "+b.data+"/home/h.job\n")
}

// sitePool is the pool of files that nobody has placed.
func (f *Filesystem) sitePool() string {
	for _, d := range f.Disks {
		if d.Data {
			return d.Pool
		}
	}
	return ""
}

func TestApplyPolicyScopes(t *testing.T) {
	b := newPolicyBench(t, false)
	text := "RULE 'l' LIST 'all' WHERE NAME = 'README'"
	hits := func(args ...string) int64 {
		rule, _ := policy.ParseSummary([]byte(b.ok(text, append(args, "-I", "test")...))).Rule("l")
		return rule.Hits
	}
	whole := hits("mmfs1")
	assert.Greater(t, whole, int64(3))
	assert.EqualValues(t, 1, hits("/gpfs/mmfs1/home"))
	assert.EqualValues(t, 1, hits("/gpfs/mmfs1/home", "--scope", "fileset"))
	assert.Zero(t, hits("mmfs1", "--scope", "fileset"), "only the root fileset")
	assert.Less(t, hits("mmfs1", "--scope", "inodespace"), whole)
	assert.Zero(t, hits("mmfs1", "--maxdepth", "1"))
	list := filepath.Join(b.tmp, "input")
	require.NoError(t, os.WriteFile(list, []byte("/gpfs/mmfs1/home/README\n"+expertRecord(t, b.data+"/home/README", 0)+expertRecord(t, b.data+"/home/README", 1)+"/gpfs/mmfs1/none\n/etc/passwd\n"), 0o600))
	assert.EqualValues(t, 2, hits("mmfs1", "-i", list), "a record of another inode is not that file")
}

// expertRecord names a file by its inode, too; off is how far from its inode.
func expertRecord(t *testing.T, path string, off uint64) string {
	t.Helper()
	var st unix.Stat_t
	require.NoError(t, unix.Lstat(path, &st))
	return fmt.Sprintf("%x:0:%d!%s\n", st.Ino+off, len(path), path)
}

func TestApplyPolicyCarriesOutPreparedLists(t *testing.T) {
	b := newPolicyBench(t, false)
	for i := range 5 {
		b.write(fmt.Sprintf("home/%d.job", i), 1)
	}
	log := filepath.Join(b.tmp, "log")
	text := "RULE EXTERNAL LIST 'jobs' EXEC '" + b.script(`test $1 = TEST || sed 's/.* -- //' "$2" >> `+log) + "'\nRULE LIST 'jobs' WHERE NAME LIKE '%.job'"
	b.ok(text, "mmfs1", "-I", "prepare", "-f", b.tmp+"/p")
	assert.NoFileExists(t, log)
	require.NoError(t, os.Remove(filepath.Join(b.data, "home/4.job")))
	b.write("home/5.job", 1)
	out := b.ok(text, "mmfs1", "-r", b.tmp+"/p.list.jobs", "-B", "2", "-s", b.tmp)
	assert.Contains(t, out, "5 records read, 5 used, 0 rejected")
	got := strings.Fields(b.read("log"))
	slices.Sort(got)
	assert.Equal(t, b.data+"/home/0.job", got[0], "the paths are those of this machine")
	assert.Equal(t, b.data+"/home/4.job", got[len(got)-1], "nothing is scanned: what has come since is not there, what is gone is")
	res := b.apply("RULE 'd' DELETE", "mmfs1", "-r", b.tmp+"/p.list.jobs")
	assert.Equal(t, 1, res.ExitCode)
	assert.Contains(t, string(res.Stdout), "5 records read, 0 used, 5 rejected")
	res = b.apply(text, "mmfs1", "-r", b.tmp+"/none")
	assert.Contains(t, string(res.Stderr), "none: No such file or directory")
}

func TestApplyPolicyDeletes(t *testing.T) {
	b := newPolicyBench(t, false)
	tmp, keep, held := b.write("home/a.tmp", 8), b.write("home/b.save.tmp", 8), b.write("home/c.tmp", 8)
	b.attr(held, attrImmutable, "yes")
	text := "RULE 'x' EXCLUDE WHERE NAME LIKE '%.save.tmp'\nRULE 'd' DELETE WHERE NAME LIKE '%.tmp'\n"
	before := b.tree()
	b.ok(text, "mmfs1", "-I", "test")
	b.ok(text, "mmfs1", "-I", "defer", "-f", b.tmp)
	assert.Equal(t, before, b.tree(), "neither changes anything")
	free := state(t, b.c).filesystem("mmfs1").sums(state(t, b.c).filesystem("mmfs1").sitePool()).freeData
	res := b.apply(text, "mmfs1", "-L", "4")
	assert.Equal(t, 1, res.ExitCode)
	assert.NoFileExists(t, tmp)
	assert.FileExists(t, keep)
	assert.FileExists(t, held)
	assert.Contains(t, string(res.Stdout), "[E] /gpfs/mmfs1/home/c.tmp: Operation not permitted\n")
	assert.Contains(t, string(res.Stdout), "/gpfs/mmfs1/home/b.save.tmp\t RULE 'x' EXCLUDE\n")
	assert.Contains(t, string(res.Stdout), "[I] A total of 1 files have been migrated, deleted")
	assert.Equal(t, free+8, state(t, b.c).filesystem("mmfs1").sums(state(t, b.c).filesystem("mmfs1").sitePool()).freeData)

	dir := filepath.Join(b.data, "home", "empty")
	require.NoError(t, os.Mkdir(dir, 0o755))
	res = b.apply("RULE 'd' DELETE DIRECTORIES_PLUS WHERE NAME IN ('empty','home')", "/gpfs/mmfs1/home")
	assert.Equal(t, 1, res.ExitCode, "a junction stays")
	assert.NoDirExists(t, dir)
	checkTrees(t, b.c)
}

func TestApplyPolicyMigrates(t *testing.T) {
	b := newPolicyBench(t, false)
	f := state(t, b.c).filesystem("mmfs1")
	from := f.sitePool()
	to := f.poolNames()[slices.IndexFunc(f.poolNames(), func(p string) bool { return p != from && f.sums(p).data > 0 })]
	b.attr(b.write("probe", 1), attrPool, to)
	for i := range 10 {
		p := b.write(fmt.Sprintf("home/%02d.big", i), 100)
		at := time.Now().Add(-time.Duration(i) * 24 * time.Hour)
		require.NoError(t, os.Chtimes(p, at, at))
	}
	// 65 % are used; three files of 100 KiB bring that below 60 % of the pool.
	size := f.sums(from).data
	require.NoError(t, b.c.Update(func(st *State) error {
		f := st.filesystem("mmfs1")
		f.book(from, size*65/100-(f.sums(from).data-f.sums(from).freeData))
		return nil
	}))
	used := func(pool string) int64 {
		s := state(t, b.c).filesystem("mmfs1").sums(pool)
		return s.data - s.freeData
	}
	was, wasTo := used(from), used(to)
	text := fmt.Sprintf("RULE 'm' MIGRATE FROM POOL '%s' THRESHOLD(65,60) WEIGHT(DAYS(CURRENT_TIMESTAMP)-DAYS(MODIFICATION_TIME)) TO POOL '%s' WHERE NAME LIKE '%%.big'\n", from, to)
	need := (size*5/100 + 99) / 100
	before := b.tree()
	b.ok(text, "mmfs1", "-I", "test")
	assert.Equal(t, before, b.tree())
	rule, _ := policy.ParseSummary([]byte(b.ok(text, "mmfs1"))).Rule("m")
	assert.Equal(t, need, rule.Chosen)
	for i := range 10 {
		want := ""
		if int64(i) >= 10-need {
			want = to // the oldest
		}
		assert.Equal(t, want, fileAttr(filepath.Join(b.data, fmt.Sprintf("home/%02d.big", i)), attrPool))
	}
	assert.Equal(t, was-100*need, used(from))
	assert.Equal(t, wasTo+100*need, used(to))
	assert.Contains(t, ok(t, b.c, "mmlsattr -L /gpfs/mmfs1/home/09.big"), "storage pool name:    "+to)
	again, _ := policy.ParseSummary([]byte(b.ok(text, "mmfs1"))).Rule("m")
	assert.Zero(t, again.Chosen, "the pool is below its mark")

	b.ok(fmt.Sprintf("RULE 'm' MIGRATE TO POOL '%s' WHERE NAME = '00.big'", to), "mmfs1", "-I", "defer", "-f", b.tmp)
	assert.Equal(t, to, fileAttr(filepath.Join(b.data, "home/00.big"), attrPool), "it has its new pool")
	assert.Equal(t, was-100*need, used(from), "and its data where they were")
	b.ok("RULE 'a' MIGRATE TO POOL '"+from+"' ACTION(SETXATTR('user.was', PATH_NAME)) WHERE NAME = '00.big'", "mmfs1")
	assert.Equal(t, "/gpfs/mmfs1/home/00.big", fileAttr(filepath.Join(b.data, "home/00.big"), "user.was"))
}

func TestApplyPolicyRunsScripts(t *testing.T) {
	for _, escape := range []string{"", " ESCAPE '%/'", " ESCAPE '%'"} {
		for _, own := range []bool{false, true} {
			b := newPolicyBench(t, own)
			for i := range 5 {
				b.write(fmt.Sprintf("home/%d.job", i), 1)
			}
			log := filepath.Join(b.tmp, "log")
			s := b.script(`echo "$1 $3" >> ` + log + `
case $1 in LIST)
  test -f "$2" || exit 9
  sed -e 's/.* -- //' -e 's,%2F,/,g' "$2" | while read -r p; do test -f "$p" && echo "file $p" >> ` + log + `; done
  echo "seen by the script";;
esac`)
			out := b.ok("RULE EXTERNAL LIST 'jobs' EXEC '"+s+"' OPTS 'a b'"+escape+"\nRULE LIST 'jobs' WHERE NAME LIKE '%.job'", "mmfs1", "-N", "nsd01,nsd02", "-B", "2", "-m", "1", "-s", b.tmp)
			lines := strings.Split(strings.TrimSpace(b.read("log")), "\n")
			assert.Equal(t, []string{"TEST a b", "TEST a b"}, lines[:2], "each node is tested before the first list")
			count := map[string]int{}
			for _, l := range lines[2:] {
				word, _, _ := strings.Cut(l, " ")
				count[word]++
			}
			assert.Equal(t, map[string]int{"LIST": 3, "file": 5}, count, "batches of two, with paths that exist (%s, %v)", escape, own)
			assert.Equal(t, 3, strings.Count(out, "seen by the script\n"))
			left, err := filepath.Glob(filepath.Join(b.tmp, "mmPolicy*"))
			require.NoError(t, err)
			assert.Empty(t, left)
		}
	}
	b := newPolicyBench(t, false)
	b.write("home/x.job", 1)
	s := b.script("test $1 = TEST || { echo broken >&2; exit 3; }")
	res := b.apply("RULE EXTERNAL LIST 'jobs' EXEC '"+s+"'\nRULE LIST 'jobs' WHERE NAME = 'x.job'", "mmfs1", "-N", "nsd01", "-L", "0")
	assert.Equal(t, 1, res.ExitCode)
	assert.Contains(t, string(res.Stdout), "broken\n")
	assert.Contains(t, string(res.Stdout), "[E]")
	assert.NotContains(t, string(res.Stdout), "[I]")
}

func TestApplyPolicyOnSnapshots(t *testing.T) {
	b := newPolicyBench(t, false)
	b.write("home/old.job", 1)
	ok(t, b.c, "mmcrsnapshot mmfs1 snap")
	ok(t, b.c, "mmcrsnapshot mmfs1 home:own")
	require.NoError(t, os.Remove(filepath.Join(b.data, "home/old.job")))
	b.write("home/new.job", 1)
	text := "RULE 'j' LIST 'jobs' SHOW(FILESET_NAME) WHERE NAME LIKE '%.job'"
	list := func(args ...string) string {
		b.ok(text, append(args, "-I", "defer", "-f", b.tmp)...)
		return b.read("list.jobs")
	}
	id := func(fileset, name string) int { return state(t, b.c).filesystem("mmfs1").snapshot(fileset, name).ID }
	assert.Contains(t, list("mmfs1", "-S", "snap"), fmt.Sprintf(" 0 %d  home -- /gpfs/mmfs1/.snapshots/snap/home/old.job\n", id("", "snap")))
	assert.NotContains(t, b.read("list.jobs"), "new.job")
	assert.Contains(t, list("/gpfs/mmfs1/home", "-S", "own"), fmt.Sprintf(" 0 %d  home -- /gpfs/mmfs1/home/.snapshots/own/old.job\n", id("home", "own")))
	assert.Contains(t, list("/gpfs/mmfs1/.snapshots/snap/home"), "/gpfs/mmfs1/.snapshots/snap/home/old.job\n")
	assert.NotContains(t, list("mmfs1"), "old.job", "a scan leaves snapshots out")
	first := list("mmfs1", "-S", "snap")
	ok(t, b.c, "mmcrsnapshot mmfs1 later")
	b.write("home/old.job", 1)
	ok(t, b.c, "mmcrsnapshot mmfs1 last")
	inode := func(list, leaf string) string {
		for line := range strings.Lines(list) {
			if strings.HasSuffix(line, leaf+"\n") {
				return strings.Fields(line)[0]
			}
		}
		return "none"
	}
	assert.Equal(t, inode(list("mmfs1"), "new.job"), inode(list("mmfs1", "-S", "later"), "new.job"), "a file has its inode in snapshots too")
	assert.Equal(t, inode(list("mmfs1", "-S", "later"), "new.job"), inode(list("mmfs1", "-S", "last"), "new.job"))
	assert.NotEqual(t, "none", inode(first, "old.job"))
	res := b.apply("RULE DELETE WHERE NAME LIKE '%.job'", "mmfs1", "-S", "snap")
	assert.Equal(t, 1, res.ExitCode)
	assert.Contains(t, string(res.Stdout), "Read-only file system")
	assert.FileExists(t, filepath.Join(b.data, ".snapshots/snap/home/old.job"))
}

func TestApplyPolicyRefuses(t *testing.T) {
	b := newPolicyBench(t, false)
	good := filepath.Join(b.tmp, "good.pol")
	require.NoError(t, os.WriteFile(good, []byte("RULE LIST 'x'"), 0o600))
	bad := filepath.Join(b.tmp, "bad.pol")
	require.NoError(t, os.WriteFile(bad, []byte("RULE 'm' MIGRATE TO POOL 'nopool'"), 0o600))
	syntax := filepath.Join(b.tmp, "syntax.pol")
	require.NoError(t, os.WriteFile(syntax, []byte("RULE 'm' MIGRATES"), 0o600))
	types := filepath.Join(b.tmp, "types.pol")
	require.NoError(t, os.WriteFile(types, []byte("RULE LIST 'x' WHERE NAME > 5"), 0o600))
	for _, tt := range []struct {
		line string
		exit int
		text string
	}{
		{"mmfs9 -P " + good, 1, "File system mmfs9 is not known"},
		{"archive -P " + good, 1, "belongs to cluster"},
		{"/elsewhere -P " + good, 22, "/elsewhere is not a GPFS file system object."},
		{"/gpfs/mmfs1/none -P " + good, 2, "No such file or directory"},
		{"/gpfs/mmfs1/home/README -P " + good, 20, "Not a directory"},
		{"mmfs1 -P " + b.tmp + "/none", 2, "No such file or directory"},
		{"mmfs1 -P " + bad, 1, "[E:-1] Error while loading policy rules."},
		{"mmfs1 -P " + syntax, 1, "PCSQLERR: '" + syntax + "', line 1"},
		{"mmfs1 -P " + types, 1, "[E:-1] Error while loading policy rules."},
		{"mmfs1 --nonsense -P " + good, 1, "Incorrect option: --nonsense"},
		{"mmfs1 -I maybe -P " + good, 1, "Incorrect option: -I maybe"},
		{"mmfs1 -L 7 -P " + good, 1, "Incorrect option: -L 7"},
		{"mmfs1 -B 0 -P " + good, 1, "Incorrect option: -B 0"},
		{"mmfs1 -D soon -P " + good, 1, "Incorrect option: -D soon"},
		{"mmfs1 -M x -P " + good, 1, "Incorrect option: -M x"},
		{"mmfs1 --scope world -P " + good, 1, "Incorrect option: --scope world"},
		{"mmfs1 --silent-on-delete -P " + good, 1, "Incorrect option: --silent-on-delete"},
		{"mmfs1 -S none -P " + good, 2, "does not contain a snapshot none"},
		{"mmfs1 -N nobody -P " + good, 1, "Incorrect node name: nobody"},
		{"mmfs1 -s /none -P " + good, 2, "/none: No such file or directory"},
		{"mmfs1 -I defer -f /none/x/y -P " + good, 2, "/none/x/y: No such file or directory"},
		{"mmfs1 -r lists -P " + good, 2, "lists: No such file or directory"},
		{"mmfs1 -r " + good + " -I prepare -P " + good, 1, "Option -r excludes"},
		{"mmfs1 -i " + good + " -P " + good, 22, "record 1 is neither an absolute path nor"},
		{"", 1, "Missing arguments."},
	} {
		res := run(t, b.c, strings.TrimSpace("mmapplypolicy "+tt.line))
		assert.Equal(t, tt.exit, res.ExitCode, tt.line)
		assert.Contains(t, string(res.Stderr), tt.text, tt.line)
		assert.NotContains(t, string(res.Stdout), "[I]", tt.line)
	}
	require.NoError(t, b.c.Update(func(st *State) error {
		st.filesystem("mmfs1").Policy = Policy{}
		return nil
	}))
	assert.Contains(t, string(run(t, b.c, "mmapplypolicy mmfs1").Stderr), "No policy file was installed")
	ok(t, b.c, "mmchpolicy mmfs1 "+good)
	assert.Contains(t, ok(t, b.c, "mmapplypolicy mmfs1 -I test"), "[I] Loaded policy rules from good.pol.\n")
	require.NoError(t, b.c.Update(func(st *State) error {
		st.filesystem("mmfs1").Mounts = nil
		return nil
	}))
	res := run(t, b.c, "mmapplypolicy mmfs1 -I test")
	assert.Equal(t, 19, res.ExitCode)
	assert.Contains(t, string(res.Stderr), "ERROR: file system not mounted. Mount file system mmfs1 and retry command.")
}

func TestApplyPolicyInMemory(t *testing.T) {
	c := New()
	file := mmexec.File{Name: "policy", Data: []byte("RULE 'd' DELETE")}
	res, err := c.Run(context.Background(), mmexec.Command{Name: "mmapplypolicy", Args: []string{"/gpfs/mmfs1/home", "-P", file.Ref()}, Files: []mmexec.File{file}})
	require.NoError(t, err)
	assert.Zero(t, res.ExitCode, "%s", res.Stderr)
	assert.Contains(t, string(res.Stdout), "[I] Directories scan: 0 files, 0 directories, 0 other objects")
	assert.Equal(t, 2, run(t, c, "mmapplypolicy /gpfs/mmfs1/none").ExitCode)
}

// hearing tells when a text has been written to it.
type hearing struct {
	mu    sync.Mutex
	text  string
	want  string
	heard chan struct{}
	once  sync.Once
}

func (h *hearing) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text += string(p)
	if strings.Contains(h.text, h.want) {
		h.once.Do(func() { close(h.heard) })
	}
	return len(p), nil
}

func TestApplyPolicyStreamsAndStops(t *testing.T) {
	b := newPolicyBench(t, false)
	b.write("home/x.job", 1)
	s := b.script("test $1 = TEST || { echo working; sleep 1000; }")
	file := mmexec.File{Name: "policy", Data: []byte("RULE EXTERNAL LIST 'jobs' EXEC '" + s + "'\nRULE LIST 'jobs' WHERE NAME = 'x.job'")}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h := &hearing{want: "working\n", heard: make(chan struct{})}
	go func() {
		<-h.heard
		ok(t, b.c, "mmchconfig maxMBpS=1") // the state is not locked meanwhile
		cancel()
	}()
	_, err := b.c.Run(ctx, mmexec.Command{Name: "mmapplypolicy", Args: []string{"mmfs1", "-N", "nsd01", "-P", file.Ref()}, Files: []mmexec.File{file}, Stdout: h})
	var lost *mmexec.UnknownOutcomeError
	require.ErrorAs(t, err, &lost)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "mmapplypolicy", lost.Cmd.Name)
	_, err = b.c.Run(context.Background(), mmexec.Command{Name: "mmapplypolicy", Args: []string{"mmfs1", "-I", "test", "-P", file.Ref()}, Files: []mmexec.File{file}, Stdout: deaf{}})
	require.ErrorContains(t, err, "nobody reads")
}

type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

func TestApplyPolicyInTwoProcesses(t *testing.T) {
	b := newPolicyBench(t, false)
	for i := range 200 {
		b.write(fmt.Sprintf("home/%d.tmp", i), 1)
	}
	free := func() int64 {
		f := state(t, b.c).filesystem("mmfs1")
		return f.sums(f.sitePool()).freeData
	}
	was := free()
	var wg sync.WaitGroup
	for i := range 2 {
		pol := filepath.Join(b.tmp, fmt.Sprintf("%d.pol", i))
		require.NoError(t, os.WriteFile(pol, fmt.Appendf(nil, "RULE 'd' DELETE WHERE NAME LIKE '%%.tmp' AND MOD(INTEGER(SUBSTR(NAME,1,LENGTH(NAME)-4)),2) = %d", i), 0o600))
		wg.Go(func() {
			out, err := process(t, b.dir, "", "mmapplypolicy mmfs1 -P "+pol, "mmlscluster")
			assert.NoError(t, err, out)
		})
	}
	wg.Wait()
	left, _ := filepath.Glob(filepath.Join(b.data, "home/*.tmp"))
	assert.Empty(t, left)
	assert.GreaterOrEqual(t, free(), was+200, "both have booked what they freed")
	checkTrees(t, b.c)

	b.write("home/x.job", 1)
	fifo := filepath.Join(b.tmp, "go")
	require.NoError(t, unix.Mkfifo(fifo, 0o600))
	s := b.script("test $1 = TEST || read -r x < " + fifo)
	pol := filepath.Join(b.tmp, "wait.pol")
	require.NoError(t, os.WriteFile(pol, []byte("RULE EXTERNAL LIST 'jobs' EXEC '"+s+"'\nRULE LIST 'jobs' WHERE NAME = 'x.job'"), 0o600))
	line := "mmapplypolicy mmfs1 --single-instance -N nsd01 -P " + pol
	done := make(chan error, 1)
	go func() {
		_, err := process(t, b.dir, "", line)
		done <- err
	}()
	gate, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits for the script
	require.NoError(t, err)
	res := run(t, b.c, line)
	assert.Equal(t, 1, res.ExitCode)
	assert.Contains(t, string(res.Stderr), "Another instance")
	_, err = gate.WriteString("go\n")
	require.NoError(t, err)
	require.NoError(t, gate.Close())
	require.NoError(t, <-done)
}

func TestApplyPolicyAsAProcessStreams(t *testing.T) {
	b := newPolicyBench(t, false)
	pol := filepath.Join(b.tmp, "p")
	require.NoError(t, os.WriteFile(pol, []byte("RULE LIST 'x' WHERE NAME = 'README'"), 0o600))
	var out, errs bytes.Buffer
	assert.Zero(t, Process(context.Background(), b.dir, "mmapplypolicy", []string{"mmfs1", "-I", "test", "-P", pol, "-D", "2030-01-02@03:04"}, nil, &out, &errs))
	assert.Contains(t, out.String(), "CURRENT_TIMESTAMP = 2030-01-02@03:04:00 UTC\n")
	assert.Empty(t, errs.String())
	assert.Equal(t, 1, Process(context.Background(), b.dir, "mmapplypolicy", []string{"mmfs1", "-I", "test", "-P", pol}, nil, deaf{}, &errs))
}
