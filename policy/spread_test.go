package policy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"gpfsh/mmexec"
	"gpfsh/policy/filelist"
)

// spreading is a policy engine that hands lists to node programs in this process, and lets a test come in between.
type spreading struct {
	t       *testing.T
	shared  string
	lists   []string // the contents of the lists, one call each
	chosen  int      // what the engine says that it chose; as many as there are records when 0
	list    func(p NodeProgram, dir string, args []string) int
	ran     []string
	notices []string
	out     bytes.Buffer
}

func newSpreading(t *testing.T) *spreading {
	s := &spreading{t: t, shared: filepath.Join(t.TempDir(), "shared")}
	for i := range 3 {
		text := ""
		for j := range 4 {
			text += fmt.Sprintf("%d 1 0   -- /fs/%d-%d\n", 10*i+j, i, j)
		}
		s.lists = append(s.lists, text)
	}
	s.list = func(p NodeProgram, _ string, args []string) int { return p.Main(t.Context(), args) }
	return s
}

var optsText = regexp.MustCompile(`OPTS '([^']*)'`)

// Run implements mmexec.Executor.
func (s *spreading) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	s.ran = append(s.ran, strings.Join(cmd.Argv(), " "))
	opts := optsText.FindStringSubmatch(string(cmd.Files[0].Data))
	require.NotNil(s.t, opts, "%s", cmd.Files[0].Data)
	dir := strings.Fields(opts[1])[0]
	program := func(i int) NodeProgram {
		return NodeProgram{Path: "/opt/gpfsh", Version: "7", Node: fmt.Sprintf("node%d", i+1), Load: countFiles, Out: &s.out}
	}
	lists := s.lists
	if strings.HasSuffix(opts[1], " preflight") {
		for i := range lists {
			program(i).Main(ctx, []string{"TEST", "/fs", opts[1]})
		}
		return &mmexec.Result{}, nil
	}
	failed := 0
	for i, text := range lists {
		path := filepath.Join(s.t.TempDir(), "list")
		require.NoError(s.t, os.WriteFile(path, []byte(text), 0o600))
		failed |= s.list(program(i), dir, []string{"LIST", path, opts[1]})
	}
	n := s.chosen
	if n == 0 {
		n = strings.Count(strings.Join(lists, ""), "\n")
	}
	out := fmt.Sprintf("[I] Summary of Rule Applicability and File Choices:\n Rule#      Hit_Cnt          KB_Hit          Chosen       KB_Chosen          KB_Ill    Rule\n     0          %d          0             %d          0               0    RULE 'count' LIST 'count'\n", n, n)
	if cmd.Stdout != nil {
		_, _ = io.WriteString(cmd.Stdout, out)
		out = ""
	}
	return &mmexec.Result{Stdout: []byte(out), ExitCode: failed}, nil
}

func (s *spreading) Put(context.Context, string, []byte) (string, error) { return "", nil }
func (s *spreading) Get(context.Context, string) ([]byte, error)         { return nil, nil }
func (s *spreading) Remove(context.Context, string) error                { return nil }

// countFiles is the function that has travelled.
func countFiles(string) (*Loaded, error) {
	return &Loaded{Acc: reflect.TypeFor[int](), Fold: func(ctx context.Context, files filelist.Files, acc any) (any, error) {
		n := acc.(int)
		_, err := files.Each(ctx, func(*filelist.File) error { n++; return nil })
		return n, err
	}}, nil
}

func (s *spreading) site() Site {
	return Site{Device: "fs", Root: "/fs", Nodes: []string{"node1", "node2", "node3"}, SharedDir: s.shared, Program: "/opt/gpfsh", Version: "7"}
}

func (s *spreading) count(site Site, options ...RunOption) (int, error) {
	p := MapReduce("count", func(*filelist.File) int { return 1 }, nil, nil, 0, Same[int], Origin{Source: "a function", Attrs: []filelist.Attr{filelist.Path}})
	ctx := WithNotices(s.t.Context(), func(text string) { s.notices = append(s.notices, text) })
	return p.Run(ctx, FilesOn(s, OnFilesystem("fs"), site, options...))
}

// parts are the parts in the directory of a run.
func parts(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "part.*"))
	require.NoError(t, err)
	return found
}

func (s *spreading) nothingIsLeft() {
	s.t.Helper()
	left, err := filepath.Glob(filepath.Join(s.shared, "*"))
	require.NoError(s.t, err)
	assert.Empty(s.t, left)
}

func TestPartsOfAllNodesAreCountedOnce(t *testing.T) {
	s := newSpreading(t)
	s.list = func(p NodeProgram, _ string, args []string) int {
		// A list that is handed out again, to the same node or another one, makes the same part.
		p.Main(t.Context(), args)
		p.Node += "b"
		return p.Main(t.Context(), args)
	}
	n, err := s.count(s.site())
	require.NoError(t, err, s.out.String())
	assert.Equal(t, 12, n)
	assert.Contains(t, s.notices, "count: 12 read, 12 used, 0 skipped, 0 rejected")
	s.nothingIsLeft()
}

func TestPartsThatDoNotBelongAreRefused(t *testing.T) {
	rewritten := func(change func(head *partHead)) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			d := valueDecoder{buf: data[len(partMagic):]}
			head := partHead{}
			require.NoError(t, json.Unmarshal([]byte(d.text()), &head))
			value := d.text()
			change(&head)
			data, err = encodePart(head, []byte(value))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, data, 0o600))
		}
	}
	edited := func(change func(data []byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, change(data), 0o600))
		}
	}
	for name, c := range map[string]struct {
		spoil func(t *testing.T, path string)
		is    error
		says  string
	}{
		"of another run":     {rewritten(func(h *partHead) { h.Run = "0123" }), filelist.ErrOtherRun, `"0123", this is`},
		"of another task":    {rewritten(func(h *partHead) { h.Task = "0123" }), filelist.ErrOtherRun, "part "},
		"of another list":    {rewritten(func(h *partHead) { h.Part = "0123" }), filelist.ErrDamaged, "it is part 0123"},
		"of another version": {edited(func(d []byte) []byte { d[len(partMagic)-2] = '9'; return d }), filelist.ErrVersion, `version "9", this release reads "1"`},
		"a bit turned":       {edited(func(d []byte) []byte { d[len(d)/2] ^= 4; return d }), filelist.ErrDamaged, "the checksum is wrong"},
		"cut off":            {edited(func(d []byte) []byte { return d[:len(d)-1] }), filelist.ErrDamaged, "the checksum is wrong"},
		"cut off early":      {edited(func(d []byte) []byte { return d[:len(partMagic)+3] }), filelist.ErrDamaged, "only 16 bytes"},
		"empty":              {edited(func([]byte) []byte { return nil }), filelist.ErrDamaged, "it does not begin like one"},
		"something else":     {edited(func([]byte) []byte { return []byte("#!/bin/sh\n# not a part of anything at all\n") }), filelist.ErrDamaged, "it does not begin like one"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSpreading(t)
			s.list = func(p NodeProgram, dir string, args []string) int {
				status := p.Main(t.Context(), args)
				if found := parts(t, dir); p.Node == "node1" {
					require.Len(t, found, 1, s.out.String())
					c.spoil(t, found[0])
				}
				return status
			}
			_, err := s.count(s.site())
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, c.says)
			assert.Regexp(t, `^count: part [0-9a-f]{12}: `, err.Error(), "it says which")
			s.nothingIsLeft()
		})
	}
}

func TestPartsThatAreMissingOrTooManyAreNoticed(t *testing.T) {
	s := newSpreading(t)
	s.chosen = 14
	_, err := s.count(s.site())
	require.EqualError(t, err, "count: 2 of 14 files came to no node that finished them: the result would be too small")
	s.chosen = 11
	_, err = s.count(s.site())
	require.EqualError(t, err, "count: the nodes have read 12 records and mmapplypolicy has chosen 11 files: some would count twice")
	s.nothingIsLeft()
}

func TestListsThatVanishOnANode(t *testing.T) {
	s := newSpreading(t)
	s.list = func(p NodeProgram, _ string, args []string) int {
		p.Load = func(source string) (*Loaded, error) { // after the list was taken in, before it is read
			require.NoError(t, os.Remove(args[1]))
			return countFiles(source)
		}
		return p.Main(t.Context(), args)
	}
	n, err := s.count(s.site())
	require.NoError(t, err)
	assert.Equal(t, 12, n, "the copy in the directory of the run is read")

	s.list = func(p NodeProgram, _ string, args []string) int {
		require.NoError(t, os.Remove(args[1]))
		return p.Main(t.Context(), args)
	}
	_, err = s.count(s.site())
	require.ErrorContains(t, err, "count: on node1: cannot read the list: open ")
	assert.ErrorContains(t, err, "no such file or directory")
	s.nothingIsLeft()
}

// listing has its files in lists that a test wrote.
type listing struct{ path string }

func (l listing) List(context.Context, filelist.Request) ([]string, func(), error) {
	return []string{l.path}, func() {}, nil
}
func (l listing) String() string { return "files of the test" }

func TestListsThatVanishHere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	var text strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&text, "%d 1 0   -- /fs/%d\n", i, i)
	}
	write := func() { require.NoError(t, os.WriteFile(path, []byte(text.String()), 0o600)) }
	spoilt := func(spoil func() error) (int, error) {
		write()
		return ListProcessing("seen", func(ctx context.Context, files filelist.Files) (int, error) {
			n := 0
			_, err := files.Each(ctx, func(*filelist.File) error {
				if n++; n == 1 {
					return spoil()
				}
				return nil
			})
			return n, err
		}, Origin{Attrs: []filelist.Attr{filelist.Path}}).Run(t.Context(), filelist.Listed(listing{path}, "/fs").Workers(1))
	}
	n, err := spoilt(func() error { return os.Remove(path) })
	require.NoError(t, err)
	assert.Equal(t, 200_000, n, "what is open stays whole")
	_, err = spoilt(func() error { return os.Truncate(path, 100) })
	require.ErrorContains(t, err, "changed while it was read")

	write()
	twice := ListProcessing("seen", func(ctx context.Context, files filelist.Files) (int, error) {
		n := 0
		for range 2 {
			if _, err := files.Each(ctx, func(*filelist.File) error { n++; return nil }); err != nil {
				return n, err
			}
			require.NoError(t, os.Remove(path))
		}
		return n, nil
	}, Origin{Attrs: []filelist.Attr{filelist.Path}})
	_, err = twice.Run(t.Context(), filelist.Listed(listing{path}, "/fs"))
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, path)
}

// fullAfter is set where this test program is a node on which files can grow to so many bytes.
const fullAfter = "GPFSH_TEST_FULL_AFTER"

// TestNodeOnAFullDisk is that node; it has nothing to do in an ordinary run.
func TestNodeOnAFullDisk(t *testing.T) {
	size, err := strconv.ParseUint(os.Getenv(fullAfter), 10, 64)
	if err != nil {
		t.Skip("this is the node of TestTheSharedDirectoryIsFull")
	}
	signal.Ignore(unix.SIGXFSZ)
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: size}))
	p := NodeProgram{Path: "/opt/gpfsh", Version: "7", Node: "node2", Load: countFiles, Out: os.Stdout}
	os.Exit(p.Main(t.Context(), []string{"LIST", os.Getenv("GPFSH_TEST_LIST"), os.Getenv("GPFSH_TEST_OPTS")}))
}

func TestTheSharedDirectoryIsFull(t *testing.T) {
	full := func(s *spreading, size int) func(p NodeProgram, dir string, args []string) int {
		return func(p NodeProgram, dir string, args []string) int {
			if p.Node != "node2" {
				return p.Main(t.Context(), args)
			}
			cmd := exec.Command(os.Args[0], "-test.run=^TestNodeOnAFullDisk$")
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", fullAfter, size), "GPFSH_TEST_LIST="+args[1], "GPFSH_TEST_OPTS="+args[2])
			out, err := cmd.Output()
			s.out.Write(out)
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit)
			hidden, err := filepath.Glob(filepath.Join(dir, ".*"))
			require.NoError(t, err)
			assert.Empty(t, hidden, "nothing half written stays")
			return exit.ExitCode()
		}
	}
	t.Run("for the list", func(t *testing.T) {
		s := newSpreading(t)
		s.list = full(s, 16)
		_, err := s.count(s.site())
		require.ErrorContains(t, err, "4 of 12 files came to no node that finished them: the result would be too small", "it could not even leave its error")
		assert.Contains(t, s.out.String(), "gpfsh on node2: cannot keep the list in the shared directory: write ")
		assert.Contains(t, s.out.String(), "file too large")
		s.nothingIsLeft()
	})
	t.Run("for the part", func(t *testing.T) {
		s := newSpreading(t)
		s.list = full(s, 120)
		n, err := s.count(s.site())
		require.NoError(t, err)
		assert.Equal(t, 12, n, "the list was kept: it is done here")
		assert.Contains(t, s.out.String(), "gpfsh on node2: cannot leave what the list comes to: write ")
		assert.Contains(t, s.notices, "count: node node2 has not finished a list: it is done here")
		s.nothingIsLeft()
	})
}

// TestTheTaskDoesNotFit starts itself in a process of its own, where files cannot grow.
func TestTheTaskDoesNotFit(t *testing.T) {
	if os.Getenv(fullAfter) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestTheTaskDoesNotFit$")
		cmd.Env = append(os.Environ(), fullAfter+"=100")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return
	}
	signal.Ignore(unix.SIGXFSZ)
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 100, Max: 100}))
	s := newSpreading(t)
	_, err := s.count(s.site())
	require.ErrorContains(t, err, "count: cannot leave the task for the nodes: write "+s.shared)
	require.ErrorIs(t, err, unix.EFBIG)
	assert.Empty(t, s.ran, "nothing was scanned")
	s.nothingIsLeft()
}

func TestWithoutASharedDirectoryNothingIsScanned(t *testing.T) {
	s := newSpreading(t)
	require.NoError(t, os.WriteFile(s.shared, nil, 0o600))
	_, err := s.count(s.site())
	require.ErrorContains(t, err, "count: no directory that all nodes share: mkdir "+s.shared+": not a directory; name one with SharedDir")
	assert.Empty(t, s.ran)
}

func TestNodesOfARun(t *testing.T) {
	s := newSpreading(t)
	busy := errors.New("node node2 is a server of recovery group rg1")
	site := s.site()
	site.Check = func(_ context.Context, nodes []string) error {
		if strings.Contains(strings.Join(nodes, ","), "node2") {
			return busy
		}
		return nil
	}
	_, err := s.count(site)
	require.ErrorIs(t, err, busy, "the nodes that are configured")
	_, err = s.count(site, Nodes("node1", "node2"))
	require.ErrorIs(t, err, busy, "those that are named")
	_, err = s.count(site, InOneProcess())
	require.ErrorIs(t, err, busy, "whoever does the work, they are scanned from")
	assert.Empty(t, s.ran)
	n, err := s.count(site, Nodes("node1", "node3"))
	require.NoError(t, err)
	assert.Equal(t, 12, n)
	assert.Contains(t, s.ran[1], " -N node1,node3 --qos maintenance --single-instance -B 100000 -g "+s.shared, "those named come before those configured")
	n, err = s.count(site, OnRecoveryGroupServers())
	require.NoError(t, err)
	assert.Equal(t, 12, n)
	assert.Contains(t, s.ran[3], " -N node1,node2,node3 ")

	site.Nodes = nil
	_, err = s.count(site)
	require.ErrorContains(t, err, "name the nodes that do the work, Nodes(\"…\"), or configure defaultHelperNodes")
}

func TestARealClusterIsToldWhatItCosts(t *testing.T) {
	s := newSpreading(t)
	site := s.site()
	site.Objects = func(context.Context) (int64, error) { return 1_234_567, nil }
	_, err := s.count(site)
	require.NoError(t, err)
	assert.NotContains(t, strings.Join(s.notices, "\n"), "scanning", "it costs nothing")

	site.Real, s.notices = true, nil
	s.list = func(p NodeProgram, _ string, args []string) int {
		assert.Equal(t, []string{"count: scanning file system fs on node1, node2, node3, about 1,234,567 inodes, the work is done there"}, s.notices, "before the scan")
		return p.Main(t.Context(), args)
	}
	_, err = s.count(site)
	require.NoError(t, err)

	s.notices = nil
	site.Objects = func(context.Context) (int64, error) { return 0, errors.New("mmlsfileset: no") }
	s.list = func(p NodeProgram, _ string, args []string) int { return p.Main(t.Context(), args) }
	_, err = s.count(site)
	require.NoError(t, err)
	assert.Equal(t, "count: scanning file system fs on node1, node2, node3, the work is done there", s.notices[0], "no number is better than a wrong one")
}

func TestTasksAreTakenFromNobodyElse(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run", taskFile)
	require.NoError(t, os.Mkdir(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte("{}"), 0o600))
	_, err := readTask(filepath.Dir(path), strings.Repeat("0", 64))
	require.ErrorContains(t, err, "is not the one that was sent: its checksum is wrong")
	for at, mode := range map[string]os.FileMode{path: 0o622, filepath.Dir(path): 0o770, dir: 0o707} {
		info, err := os.Stat(at)
		require.NoError(t, err)
		require.NoError(t, os.Chmod(at, mode))
		_, err = readTask(filepath.Dir(path), strings.Repeat("0", 64))
		require.EqualError(t, err, fmt.Sprintf("the task is not taken: others may write to %s (mode %04o): chmod go-w %s", at, mode, at))
		require.NoError(t, os.Chmod(at, info.Mode()))
	}
	if os.Getuid() == 0 {
		require.NoError(t, os.Chown(path, 12345, -1))
		_, err = readTask(filepath.Dir(path), strings.Repeat("0", 64))
		require.EqualError(t, err, "the task is not taken: "+path+" belongs to user 12345, neither to root nor to you")
	}
}
