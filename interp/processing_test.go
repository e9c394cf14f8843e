package interp

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
	"gpfsh/policy"
)

// The test binary is also the program that the policy engine starts on the simulated nodes.
func TestMain(m *testing.M) {
	if policy.IsNodeCall(os.Args[1:]) {
		os.Exit(nodeProgram().Main(context.Background(), os.Args[1:]))
	}
	os.Exit(m.Run())
}

const nodeVersion = "of the test"

func nodeProgram() policy.NodeProgram {
	p := policy.NodeProgram{
		Path: os.Args[0], Version: nodeVersion, Node: os.Getenv(mmsim.NodeVariable), Out: os.Stderr,
		Load: func(source string) (*policy.Loaded, error) { return LoadNode(source, os.Stderr) },
	}
	if bad := os.Getenv("GPFSH_TEST_OLD_NODE"); bad != "" && bad == p.Node {
		p.Version = "older"
	}
	if dies := os.Getenv("GPFSH_TEST_DYING_NODE"); dies != "" && dies == p.Node && os.Args[1] == "LIST" {
		p.Load = func(string) (*policy.Loaded, error) { os.Exit(137); return nil, nil }
	}
	return p
}

// site is a simulated cluster whose file system mmfs1 is a real tree, mounted where it lies.
type site struct {
	t    *testing.T
	dir  string // of the cluster
	tree string
	plan *mmexec.Plan
	out  bytes.Buffer

	recoveryGroups string // what mmvdisk answers; "" leaves it to the cluster

	mu      sync.Mutex
	ran     []string
	notices []string
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, dir: filepath.Join(t.TempDir(), "cluster"), tree: t.TempDir(), plan: &mmexec.Plan{}}
	t.Setenv("TMPDIR", t.TempDir())
	plant(t, s.tree)
	st := mmsim.DemoState()
	for i := range st.Filesystems {
		if f := &st.Filesystems[i]; f.Name == "mmfs1" {
			f.Attrs.MountPoint = s.tree
			f.Snapshots = nil
		}
	}
	require.NoError(t, mmsim.Init(s.dir, st, map[string]string{"mmfs1": s.tree}))
	return s
}

// plant makes files of all sizes and extensions, with odd names among them.
func plant(t *testing.T, root string) {
	t.Helper()
	exts := []string{"dat", "tmp", "txt", "TMP", "h5"}
	n := 0
	for _, dir := range []string{"home/alice", "home/bob/deep/er", "proj/alpha", "proj/beta data"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
		for i := range 60 {
			n++
			name := fmt.Sprintf("f%02d.%s", i, exts[i%len(exts)])
			if i == 7 {
				name = "odd -- name\nwith %41 and \xff.dat"
			}
			p := filepath.Join(root, dir, name)
			content := strings.Repeat(fmt.Sprintf("%d\n", i%9), (i*i*i)%5000)
			require.NoError(t, os.WriteFile(p, []byte(content), 0o644))
			at := time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC)
			require.NoError(t, os.Chtimes(p, at, at))
		}
	}
}

// session connects to the cluster; with spread the nodes do what they can.
func (s *site) session(spread bool, args ...string) *Session {
	s.t.Helper()
	c, err := mmsim.Open(s.dir)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = c.Close() })
	note := func(next mmexec.Executor) mmexec.Executor { return &noting{next, s} }
	ex := mmexec.Wrap(c, mmexec.DryRun(s.plan), note)
	var options []model.ConnectOption
	if spread {
		options = append(options, model.NodeProgram(model.NodeInstallation{Path: os.Args[0], Version: nodeVersion}, nil))
	}
	cluster, err := model.Connect(s.t.Context(), ex, options...)
	require.NoError(s.t, err)
	sess, err := New(Options{Script: script.NewSession(script.Options{Cluster: cluster, Executor: ex, Plan: s.plan, Args: args}), Stdout: &s.out, Stderr: &s.out})
	require.NoError(s.t, err)
	s.t.Cleanup(sess.Close)
	return sess
}

type noting struct {
	mmexec.Executor
	s *site
}

func (n *noting) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	n.s.mu.Lock()
	n.s.ran = append(n.s.ran, cmd.String())
	n.s.mu.Unlock()
	if cmd.Name == "mmvdisk" && n.s.recoveryGroups != "" {
		return &mmexec.Result{Stdout: []byte(n.s.recoveryGroups)}, nil
	}
	return n.Executor.Run(ctx, cmd)
}

func (n *noting) Unwrap() mmexec.Executor { return n.Executor }

// run runs a source and returns what it printed.
func (s *site) run(ctx context.Context, sess *Session, text string) (string, error) {
	s.out.Reset()
	ctx = policy.WithNotices(ctx, func(text string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.notices = append(s.notices, text)
	})
	err := sess.Run(ctx, []Source{{Name: "user.go", Text: text}})
	return s.out.String(), err
}

// walk goes over the regular files of the tree, for the computations that results are compared with.
func (s *site) walk(fn func(path string, info fs.FileInfo)) {
	s.t.Helper()
	require.NoError(s.t, filepath.WalkDir(s.tree, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (strings.HasPrefix(d.Name(), ".mm") || d.Name() == ".gpfs-sim") {
			return filepath.SkipDir
		}
		if err == nil && d.Type().IsRegular() {
			info, err := d.Info()
			require.NoError(s.t, err)
			fn(p, info)
		}
		return err
	}))
}

// leftovers are what runs have left in the shared directory, and lists in the directory for temporary files.
func (s *site) leftovers() []string {
	found, _ := filepath.Glob(filepath.Join(s.tree, ".mmSharedTmpDir", "*"))
	lists, _ := filepath.Glob(filepath.Join(os.TempDir(), "gpfsh-list-*"))
	return append(found, lists...)
}

const bytesPerExt = `
files := Cluster().Filesystems["mmfs1"].Files(Nodes("nsd01", "nsd02", "node1"), BatchFiles(30), ScriptThreads(1))
type Use struct { Files int; Bytes int64 }
func ext(f *File) string { return strings.ToLower(strings.TrimPrefix(path.Ext(f.Name), ".")) }
p := MapReduce("types",
	func(f *File) map[string]Use { return map[string]Use{ext(f): {1, f.Size}} },
	func(acc, one map[string]Use) map[string]Use { return merge(acc, one) },
	merge,
	map[string]Use{},
	func(acc map[string]Use) []string {
		var lines []string
		for k, u := range acc { lines = append(lines, fmt.Sprint(k, " ", u.Files, " ", u.Bytes)) }
		slices.Sort(lines)
		return lines
	})
func merge(a, b map[string]Use) map[string]Use {
	for k, u := range b {
		t := a[k]
		t.Files += u.Files
		t.Bytes += u.Bytes
		a[k] = t
	}
	return a
}
for _, line := range p.Run(files) { print(line) }
`

func TestMapReduceInOneProcessAndOnNodes(t *testing.T) {
	s := newSite(t)
	count, size := map[string]int{}, map[string]int64{}
	s.walk(func(p string, info fs.FileInfo) {
		ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(p), "."))
		count[ext]++
		size[ext] += info.Size()
	})
	var want []string
	for ext, n := range count {
		want = append(want, fmt.Sprintln(ext, n, size[ext]))
	}
	sort.Strings(want)

	got, err := s.run(t.Context(), s.session(false), bytesPerExt)
	require.NoError(t, err)
	assert.Equal(t, strings.Join(want, ""), got, "in one process")
	assert.Contains(t, s.ran[len(s.ran)-1], "-I defer")
	assert.Equal(t, []string{"types: 240 read, 240 used, 0 skipped, 0 rejected"}, s.notices)

	s.notices = nil
	got, err = s.run(t.Context(), s.session(true), bytesPerExt)
	require.NoError(t, err)
	assert.Equal(t, strings.Join(want, ""), got, "on three nodes")
	last := s.ran[len(s.ran)-1]
	assert.Contains(t, last, "-N nsd01,nsd02,node1 --qos maintenance --single-instance -g "+s.tree+"/.mmSharedTmpDir -B 30 -m 1")
	assert.Contains(t, s.notices, "types: 240 read, 240 used, 0 skipped, 0 rejected")
	nodes := 0
	for _, n := range s.notices {
		if strings.Contains(n, " parts") {
			nodes++
		}
	}
	assert.GreaterOrEqual(t, nodes, 2, "%q", s.notices)
	assert.Empty(t, s.leftovers())
}

func TestMapReduceOnADirectory(t *testing.T) {
	s := newSite(t)
	text := strings.Replace(bytesPerExt, `Cluster().Filesystems["mmfs1"].Files(Nodes("nsd01", "nsd02", "node1"), BatchFiles(30), ScriptThreads(1))`, fmt.Sprintf("Scan(%q).Skip(\".gpfs-sim\")", s.tree), 1)
	onNodes, err := s.run(t.Context(), s.session(false), bytesPerExt)
	require.NoError(t, err)
	got, err := s.run(t.Context(), s.session(false), text)
	require.NoError(t, err)
	assert.Equal(t, onNodes, got)
}

func TestANodeThatCannotDoTheWork(t *testing.T) {
	s := newSite(t)
	t.Setenv("GPFSH_TEST_OLD_NODE", "nsd02")
	_, err := s.run(t.Context(), s.session(true), bytesPerExt)
	require.ErrorContains(t, err, "not all nodes can do the work:\non nsd02: gpfsh is older here and of the test where the run was started")
	for _, cmd := range s.ran {
		if strings.HasPrefix(cmd, "mmapplypolicy") {
			assert.Contains(t, cmd, "preflight.list", "nothing was scanned")
		}
	}
	assert.Empty(t, s.leftovers())
}

func TestANodeThatDies(t *testing.T) {
	s := newSite(t)
	want, err := s.run(t.Context(), s.session(false), bytesPerExt)
	require.NoError(t, err)
	t.Setenv("GPFSH_TEST_DYING_NODE", "nsd02")
	got, err := s.run(t.Context(), s.session(true), bytesPerExt)
	require.NoError(t, err)
	assert.Equal(t, want, got, "its list is done elsewhere, once")
	assert.Contains(t, strings.Join(s.notices, "\n"), "types: node nsd02 has not finished a list: it is done here")
	assert.Empty(t, s.leftovers())
}

func TestAPanicOnANodeNamesTheFile(t *testing.T) {
	s := newSite(t)
	text := `
p := MapReduce("bad", func(f *File) int {
	if strings.HasSuffix(f.Path, "alpha/f33.TMP") {
		var m map[string]int
		m["x"] = 1
	}
	return 1
})
print(p.Run(Cluster().Filesystems["mmfs1"].Files(Nodes("nsd01", "node1"), BatchFiles(30))))
`
	for _, spread := range []bool{false, true} {
		_, err := s.run(t.Context(), s.session(spread), text)
		require.Error(t, err)
		assert.Regexp(t, `user\.go:5:?\d*: .*panic at record \d+, ".*/proj/alpha/f33\.TMP": assignment to entry in nil map`, err.Error(), "spread: %v", spread)
		assert.Empty(t, s.leftovers())
	}
	assert.Contains(t, strings.Join(s.ran, "\n"), "-I yes")
}

func TestAPanicInADeclaredFunctionNamesIt(t *testing.T) {
	s := newSite(t)
	text := `
type Use struct{ Seen map[string]int }

func first(f *File) map[string]int {
	return map[string]int{f.Path: depth(f.Path)}
}

func depth(path string) int {
	n := strings.Count(path, "/")
	if strings.HasSuffix(path, "alpha/f33.TMP") {
		n = n / len(strings.TrimLeft(path, path))
	}
	return n
}
p := %s
print(len(p.Run(Cluster().Filesystems["mmfs1"].Files(Nodes("nsd01", "node1"), BatchFiles(30)))))
`
	for _, call := range []string{
		`MapReduce("bad", first)`,
		`MapReduce("bad", func(f *File) map[string]int { return first(f) }, func(a, b map[string]int) map[string]int { maps.Copy(a, b); return a })`,
		`ListProcessing("bad", func(files Files) map[string]int { for f := range files { first(f) }; return nil })`,
	} {
		for _, spread := range []bool{false, true} {
			_, err := s.run(t.Context(), s.session(spread), fmt.Sprintf(text, call))
			require.Error(t, err)
			assert.Regexp(t, `user\.go:11:?\d*: .*in depth: panic at record \d+, ".*/proj/alpha/f33\.TMP": .*divide by zero`, err.Error(), "%s, spread: %v", call, spread)
			assert.Empty(t, s.leftovers())
		}
	}
	// One that was declared in an earlier entry of a session.
	sess := s.session(true)
	_, err := sess.Eval(t.Context(), Source{Name: "entry 1", Text: strings.TrimSpace(text[:strings.Index(text, "p := ")])})
	require.NoError(t, err)
	_, err = sess.Eval(t.Context(), Source{Name: "entry 2", Text: `MapReduce("bad", first).Run(Cluster().Filesystems["mmfs1"].Files(Nodes("nsd01", "node1"), BatchFiles(30)))`})
	require.Error(t, err)
	assert.Regexp(t, `entry 1:10: in depth: panic at record \d+, ".*/proj/alpha/f33\.TMP": .*divide by zero`, err.Error())
}

func TestInterruptedRunsAreCleanedUp(t *testing.T) {
	s := newSite(t)
	text := `
p := MapReduce("slow", func(f *File) int { time.Sleep(10 * time.Second); return 1 })
print(p.Run(Cluster().Filesystems["mmfs1"].Files(Nodes("nsd01", "node1"), BatchFiles(30))))
`
	for _, spread := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		sess := s.session(spread)
		done := make(chan error, 1)
		go func() {
			_, err := s.run(ctx, sess, text)
			done <- err
		}()
		require.Eventually(t, func() bool {
			if !spread {
				return len(s.leftovers()) > 0
			}
			todo, _ := filepath.Glob(filepath.Join(s.tree, ".mmSharedTmpDir", "*", "todo.*"))
			return len(todo) > 0
		}, 30*time.Second, 10*time.Millisecond)
		cancel()
		err := <-done
		require.ErrorIs(t, err, ErrInterrupted, "spread: %v", spread)
		assert.Empty(t, s.leftovers())
	}
}

const countAll = `print(MapReduce("all", func(f *File) int { return 1 }).Run(Cluster().Filesystems["mmfs1"].Files(%s)))`

func TestNodesOfTheConfigurationDoTheWork(t *testing.T) {
	s := newSite(t)
	_, err := s.run(t.Context(), s.session(true), fmt.Sprintf(countAll, ""))
	require.ErrorContains(t, err, "all: files of file system mmfs1: name the nodes that do the work, Nodes(\"…\"), or configure defaultHelperNodes")
	assert.NotContains(t, strings.Join(s.ran, "\n"), "mmapplypolicy", "all manager nodes is nobody's choice")

	c, err := mmsim.Open(s.dir)
	require.NoError(t, err)
	defer c.Close()
	res, err := c.Run(t.Context(), mmexec.Command{Name: "mmchconfig", Args: []string{"defaultHelperNodes=nsd01,node1"}})
	require.NoError(t, err)
	require.Zero(t, res.ExitCode, "%s", res.Stderr)
	for _, spread := range []bool{false, true} {
		got, err := s.run(t.Context(), s.session(spread), fmt.Sprintf(countAll, ""))
		require.NoError(t, err)
		assert.Equal(t, "240\n", got)
		assert.Contains(t, s.ran[len(s.ran)-1], " -N nsd01,node1 ", "spread: %v", spread)
	}
	got, err := s.run(t.Context(), s.session(true), fmt.Sprintf(countAll, `Nodes("nsd02")`))
	require.NoError(t, err)
	assert.Equal(t, "240\n", got)
	assert.Contains(t, s.ran[len(s.ran)-1], " -N nsd02 ", "those that are named come first")
}

func TestServersOfRecoveryGroupsAreSpared(t *testing.T) {
	s := newSite(t)
	s.recoveryGroups = "mmvdisk:recoverygroup:HEADER:version:reserved:reserved:recoveryGroup:active:currentServer:nodeClass:\n" +
		"mmvdisk:recoverygroup:0:1:::rg1:yes:nsd01.demo.example:none:\n"
	for _, nodes := range []string{`Nodes("nsd01", "node1")`, `Nodes("node1", "nsd01")`} {
		for _, spread := range []bool{false, true} {
			_, err := s.run(t.Context(), s.session(spread), fmt.Sprintf(countAll, nodes))
			require.ErrorContains(t, err, "is a server of recovery group rg1: name other nodes, or allow it with policy.OnRecoveryGroupServers()", "%s, spread: %v", nodes, spread)
		}
	}
	assert.NotContains(t, strings.Join(s.ran, "\n"), "mmapplypolicy")
	for _, options := range []string{`Nodes("node1")`, `Nodes("nsd01"), OnRecoveryGroupServers()`} {
		got, err := s.run(t.Context(), s.session(true), fmt.Sprintf(countAll, options))
		require.NoError(t, err, options)
		assert.Equal(t, "240\n", got)
	}
}

// TestExportedMapReduceComesToTheSame builds what was exported with the toolchain, and runs it on the same files.
func TestExportedMapReduceComesToTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command is not installed")
	}
	s := newSite(t)
	text := bytesPerExt + `
smallest := MapReduce("smallest", func(f *File) int64 { return f.Size + 7 }, func(a, b int64) int64 { return min(a, b) }).Run(files)
deep := MapReduce("deep", func(f *File) map[int]int { return map[int]int{strings.Count(f.Path, "/"): 1} }).Run(files)
big := ListProcessing("big", func(files Files) (n int) { for f := range files { if f.Size > smallest * 10 { n++ } }; return n }).Run(files)
print(smallest, len(deep), big)
`
	sess := s.session(false)
	want, err := s.run(t.Context(), sess, text)
	require.NoError(t, err)
	program, err := sess.Export(Source{Name: "user.go", Text: text})
	require.NoError(t, err)

	root, err := filepath.Abs("..")
	require.NoError(t, err)
	// Inside the module, so that its dependencies are there without a network; the name keeps ./... from seeing it.
	dir, err := os.MkdirTemp(root, "_export")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), program, 0o644))
	binary := filepath.Join(t.TempDir(), "exported")
	build := exec.CommandContext(t.Context(), goTool, "build", "-o", binary, "./"+filepath.Base(dir))
	build.Dir = root
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s\n%s", out, program)
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), "GPFSH_CLUSTER=sim:"+s.dir)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), stderr.String())
	assert.Equal(t, want, stdout.String())
	assert.Empty(t, s.leftovers())
}

func TestDryRunScansNothing(t *testing.T) {
	s := newSite(t)
	s.plan.SetEnabled(true)
	for _, spread := range []bool{false, true} {
		s.plan.Reset()
		_, err := s.run(t.Context(), s.session(spread), bytesPerExt)
		require.ErrorIs(t, err, policy.ErrPlanned)
		entries := s.plan.Entries()
		require.Len(t, entries, 1)
		assert.Contains(t, entries[0].String(), "mmapplypolicy mmfs1 -P '<policy>'")
		require.Len(t, entries[0].Files, 1)
		text := string(entries[0].Files[0].Data)
		assert.Contains(t, text, "SHOW(VARCHAR(FILE_SIZE))", "what is listed follows from what the functions read")
		assert.Equal(t, spread, strings.Contains(text, "OPTS"), text)
		assert.Empty(t, s.leftovers())
	}
}

func TestClosuresThatCaptureAreRefused(t *testing.T) {
	s := newSite(t)
	sess := s.session(false)
	for text, want := range map[string]string{
		"limit := int64(5)\np := MapReduce(\"x\", func(f *File) int { if f.Size > limit { return 1 }; return 0 })\np.Run(Scan(\"/\"))": "user.go:2:53: the function travels and cannot take the variable limit along (declared on line 1)",
		"p := MapReduce(\"x\", func(f *File) *File { return f })\np.Run(Scan(\"/\"))":                                                  "travels between nodes, and *filelist.File holds a pointer",
		"p := MapReduce(\"x\", func(f *File) func() { return nil })\np.Run(Scan(\"/\"))":                                               "holds a function",
		"p := MapReduce(\"x\", func(f *File) time.Duration { return 0 }, nil, nil, \"\")\np.Run(Scan(\"/\"))":                          "without combine a value is what a part comes to",
	} {
		_, err := s.run(t.Context(), sess, text)
		require.ErrorContains(t, err, want)
	}
	// A list processing is done here, and may use what is around it.
	got, err := s.run(t.Context(), sess, fmt.Sprintf("limit := int64(2000)\nprint(ListProcessing(\"x\", func(files Files) (n int) { for f := range files { if f.Size > limit { n++ } }; return n }).Run(Scan(%q).Skip(\".gpfs-sim\")))", s.tree))
	require.NoError(t, err)
	n := 0
	s.walk(func(_ string, info fs.FileInfo) {
		if info.Size() > 2000 {
			n++
		}
	})
	assert.Equal(t, fmt.Sprintln(n), got)
}

// The error of what is ranged over is elided, in every form of the loop.
func TestLoopsOverWhatTheClusterLists(t *testing.T) {
	s := newSite(t)
	sess := s.session(false)
	want := 0
	s.walk(func(string, fs.FileInfo) { want++ })
	require.NotZero(t, want)
	for _, text := range []string{
		`n := 0; for range Cluster().Filesystems["mmfs1"].Files(Nodes("nsd01")) { n++ }; print(n)`,
		`var n int; for f := range Cluster().Filesystems["mmfs1"].Files(Nodes("nsd01")) { if f.Path != "" { n++ } }; print(n)`,
		`func count(o *Filesystem) (n int) { for range o.Files(Nodes("nsd01")) { n++ }; return }; print(count(Cluster().Filesystems["mmfs1"]))`,
	} {
		got, err := s.run(t.Context(), sess, text)
		require.NoError(t, err, text)
		assert.Equal(t, fmt.Sprintln(want), got, text)
	}
}
