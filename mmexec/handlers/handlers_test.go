package handlers

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func grow(version int, change ...func(*Handler)) *Handler {
	h := &Handler{
		ID: "grow", Version: version, Created: time.Unix(1716000000, 0), Program: "/no/such/gpfsh", Events: []string{"softQuotaExceeded"},
		Variables: []string{"fsName", "filesetName"}, Binds: []string{"fsName", "filesetName"}, Scope: Scope{Filesystem: "mmfs1", Fileset: "100%proj"},
		Limit: time.Minute, Source: "func handler(fsName, filesetName string) { print(fsName) }",
	}
	for _, c := range change {
		c(h)
	}
	h.Seal()
	return h
}

func TestRegistrations(t *testing.T) {
	h := grow(3)
	assert.Equal(t, []string{
		fmt.Sprintf("gpfsh=3.%.12s", h.Sum), "for=mmfs1:fileset:100%%proj", "fsName=%fsName", "filesetName=%filesetName",
	}, h.Parameters())
	r, ok := ParseRegistration(strings.Join(h.Parameters(), " "))
	assert.True(t, ok)
	assert.Equal(t, Registration{Version: 3, Sum: h.Sum[:12], Scope: h.Scope}, r)
	_, ok = ParseRegistration("%eventName %fsName")
	assert.False(t, ok)
	for _, s := range []Scope{{}, {Filesystem: "mmfs1"}, {Filesystem: "mmfs1", Fileset: "a:b"}, {Filesystem: "mmfs1", Pool: "data"}, {Node: "nsd01"}} {
		assert.Equal(t, s, ParseScope(s.String()))
	}
	dir, id, ok := IDOf(h.RunPath())
	assert.True(t, ok)
	assert.Equal(t, []string{DefaultDir, "grow"}, []string{dir, id})
	_, _, ok = IDOf("/usr/lpp/mmfs/gui/callbacks/global/run")
	assert.False(t, ok)
}

func TestCalls(t *testing.T) {
	// Storage Scale splits at blanks and writes UNDEFINED.
	c := ParseCall([]string{"gpfsh=3.abc", "for=mmfs1", "eventName=softQuotaExceeded", "FSNAME=mmfs1", "filesetName=UNDEFINED", "reason=no", "space", "left", "quotaID=", "other=1"})
	assert.Equal(t, "gpfsh=3.abc", c.Token)
	assert.Equal(t, map[string]string{"eventName": "softQuotaExceeded", "fsName": "mmfs1", "reason": "no space left"}, c.Values)
	assert.Equal(t, "softQuotaExceeded fsName=mmfs1", c.Key())

	c = ParseHealthCall([]string{"1", "2026-01-02", "03:04:05", "UTC", "disk_down", "DISK", "nsd7", "ERROR", "FAILED", "the disk is down", "a", "b"})
	assert.Equal(t, "disk_down", c.Values["healthEvent"])
	assert.Equal(t, "a b", c.Values["eventArguments"])

	h := grow(1, func(h *Handler) { h.Command = []string{"/bin/mail", "100%% of %fsName, %storagePool: $(x)"} })
	assert.Equal(t, []string{"/bin/mail", "100% of mmfs1, UNDEFINED: $(x)"}, h.Args(map[string]string{"fsName": "mmfs1"}))
	vars, other := VariablesIn("%fsname %nosuch %fsName %%x")
	assert.Equal(t, []string{"fsName"}, vars)
	assert.Equal(t, "nosuch", other)
}

func TestScopes(t *testing.T) {
	values := map[string]string{"fsName": "/dev/mmfs1", "filesetName": "proj", "storagePool": "data", "eventNode": "a.example.org,nsd01.example.org"}
	for scope, want := range map[Scope]bool{
		{}: true, {Filesystem: "mmfs1"}: true, {Filesystem: "mmfs2"}: false, {Filesystem: "mmfs1", Fileset: "proj"}: true,
		{Filesystem: "mmfs1", Fileset: "other"}: false, {Filesystem: "mmfs1", Pool: "data"}: true, {Filesystem: "mmfs1", Pool: "system"}: false,
		{Node: "nsd01"}: true, {Node: "nsd01.example.org"}: true, {Node: "nsd01.example.com"}: false, {Node: "nsd02"}: false,
	} {
		assert.Equal(t, want, scope.Holds(values), "%+v", scope)
	}
}

func stores(t *testing.T) map[string]Store {
	return map[string]Store{"directory": NewDir(t.TempDir(), ""), "memory": &Memory{}}
}

func TestStores(t *testing.T) {
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			list, err := s.List()
			require.NoError(t, err)
			assert.Empty(t, list)
			require.NoError(t, s.Put(grow(1)))
			require.NoError(t, s.Append("grow", []byte("one\n")))
			require.NoError(t, s.Put(grow(2)))
			require.NoError(t, s.Append("grow", []byte("two\n")))
			got, err := s.Get("grow")
			require.NoError(t, err)
			assert.Equal(t, grow(2), got)
			list, err = s.List()
			require.NoError(t, err)
			assert.Equal(t, []Copy{{ID: "grow", Version: 2, Sum: grow(2).Sum}}, list)
			log, err := s.Log("grow")
			require.NoError(t, err)
			assert.Equal(t, "one\ntwo\n", string(log))
			require.NoError(t, s.Keep("grow", LastFile, func([]byte) []byte { return []byte("{}") }))
			last, err := Last(s, "grow")
			require.NoError(t, err)
			assert.Equal(t, "{}", string(last))

			changed := grow(3)
			changed.Source += " "
			assert.ErrorContains(t, s.Put(changed), "checksum")
			require.NoError(t, s.Remove("grow"))
			require.NoError(t, s.Remove("grow"))
			_, err = s.Get("grow")
			assert.ErrorContains(t, err, "no handler grow")
			_, err = s.Log("grow")
			assert.ErrorContains(t, err, "no handler grow")
		})
	}
}

func TestHandlersThatOthersCouldChangeAreRefused(t *testing.T) {
	root := t.TempDir()
	s := NewDir(root, "")
	require.NoError(t, s.Put(grow(1)))
	dir := filepath.Join(root, DefaultDir, "grow")
	for _, tt := range []struct {
		path       string
		mode, back os.FileMode
	}{{filepath.Join(dir, "handler.go"), 0o620, 0o600}, {filepath.Join(dir, "run"), 0o702, 0o700}, {filepath.Dir(dir), 0o770, 0o700}} {
		require.NoError(t, os.Chmod(tt.path, tt.mode))
		_, err := s.Get("grow")
		require.ErrorContains(t, err, "others may write to "+tt.path)
		require.NoError(t, os.Chmod(tt.path, tt.back))
	}
	if os.Getuid() == 0 {
		require.NoError(t, os.Chown(filepath.Join(dir, "handler.go"), 12345, -1))
		_, err := s.Get("grow")
		require.ErrorContains(t, err, filepath.Join(dir, "handler.go")+" belongs to user 12345")
		require.NoError(t, os.Chown(filepath.Join(dir, "handler.go"), 0, -1))
	}
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o777))
	assert.ErrorContains(t, s.Put(grow(2)), "others could change it")
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o700))

	require.NoError(t, os.WriteFile(filepath.Join(dir, "handler.go"), []byte("func handler() { evil() }"), 0o600))
	_, err := s.Get("grow")
	require.ErrorContains(t, err, "the checksum of handler grow does not fit")
	list, err := s.List()
	require.NoError(t, err)
	assert.Contains(t, list[0].Problem, "checksum")

	require.NoError(t, s.Remove("grow"))
	left, _ := filepath.Glob(filepath.Join(root, "var/mmfs/*"))
	assert.Empty(t, left, "a removed handler leaves nothing behind")
}

func TestLogsAreRotated(t *testing.T) {
	root := t.TempDir()
	s := NewDir(root, "")
	require.NoError(t, s.Put(grow(1)))
	block := bytes.Repeat([]byte("x"), MaxLog)
	for i := range MaxLogs + 3 {
		require.NoError(t, s.Append("grow", append(block, byte('0'+i), '\n')))
	}
	files, err := filepath.Glob(filepath.Join(root, DefaultDir, "grow", "log*"))
	require.NoError(t, err)
	assert.Len(t, files, MaxLogs+1)
	info, err := os.Stat(files[0])
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	log, err := s.Log("grow")
	require.NoError(t, err)
	assert.True(t, bytes.HasSuffix(log, []byte("5\n")), "the newest comes last")
}

// program is a stand-in for gpfsh that writes down its arguments.
func program(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gp fsh's\n$(exit 7)")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700))
	return path
}

func TestScriptsOfHandlers(t *testing.T) {
	run := func(h *Handler, args ...string) (status int, log string) {
		s := NewDir(t.TempDir(), "")
		require.NoError(t, s.Put(h))
		cmd := exec.Command(filepath.Join(s.at(h.ID), "run"), args...)
		cmd.Env = []string{"OUT=" + s.at(h.ID, "log")}
		out, _ := cmd.CombinedOutput()
		assert.Empty(t, string(out), "nothing is said to the daemon")
		data, _ := s.Log(h.ID)
		return cmd.ProcessState.ExitCode(), string(data)
	}
	sync := func(onError, text string) *Handler {
		return grow(1, func(h *Handler) { h.Sync, h.OnError, h.Limit, h.Program = true, onError, time.Second, program(t, text) })
	}

	status, log := run(grow(1), "fsName=mmfs1")
	assert.Zero(t, status, "a gpfsh that is missing hurts nobody")
	assert.Contains(t, log, "not run: /no/such/gpfsh or")

	status, log = run(sync("continue", `printf '<%s>' "$@" >"$OUT"; exit 3`), "fsName=mm fs", "reason=$(reboot)")
	assert.Zero(t, status)
	assert.Regexp(t, `^<callback><run></.*/grow><fsName=mm fs><reason=\$\(reboot\)>$`, log)

	status, _ = run(sync("shutdown", "exit 3"))
	assert.Equal(t, 1, status, "what follows an error was asked for")
	if _, err := exec.LookPath("timeout"); err == nil {
		status, _ = run(sync("continue", "sleep 100"))
		assert.Zero(t, status, "a gpfsh that hangs is ended")
	}
}

func TestHealthScript(t *testing.T) {
	root := t.TempDir()
	s := NewDir(root, "")
	at := filepath.Join(root, ChainPath)
	require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
	theirs := []byte("#!/bin/sh\necho theirs \"$5\" >>\"$OUT\"\nexit 7\n")
	require.NoError(t, os.WriteFile(at, theirs, 0o755))

	ours := program(t, `shift 3; echo ours "$5" >>"$OUT"`)
	health := func(id string, version int) *Handler {
		return grow(version, func(h *Handler) {
			h.ID, h.Events, h.Scope, h.Variables, h.Binds, h.Program, h.Sync, h.Limit = id, []string{HealthEvent}, Scope{}, nil, nil, ours, true, time.Minute
		})
	}
	require.NoError(t, s.Put(health("one", 1)))
	require.NoError(t, s.Put(health("two", 1)))
	require.NoError(t, s.Put(health("one", 2)))

	out := filepath.Join(t.TempDir(), "out")
	cmd := exec.Command(at, "1", "date", "time", "zone", "disk_down", "DISK")
	cmd.Env = []string{"OUT=" + out}
	require.Error(t, cmd.Run())
	assert.Equal(t, 7, cmd.ProcessState.ExitCode(), "the script that was there before goes on as it did")
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Equal(t, "ours disk_down\nours disk_down\ntheirs disk_down\n", string(text))

	require.NoError(t, s.Remove("one"))
	have, err := os.ReadFile(at)
	require.NoError(t, err)
	assert.Contains(t, string(have), chainMark)
	require.NoError(t, s.Remove("two"))
	have, err = os.ReadFile(at)
	require.NoError(t, err)
	assert.Equal(t, string(theirs), string(have))
	assert.NoFileExists(t, filepath.Join(root, BeforePath))

	// Where there was none, none is left.
	require.NoError(t, os.Remove(at))
	require.NoError(t, s.Put(health("one", 1)))
	assert.FileExists(t, at)
	require.NoError(t, s.Remove("one"))
	assert.NoFileExists(t, at)
}

func TestStormsAreHeldBack(t *testing.T) {
	now := time.Unix(1716000000, 0)
	var state []byte
	ask := func(key string, every time.Duration, after time.Duration) (held int, why string) {
		now = now.Add(after)
		state, held, why = Allow(state, key, every, now)
		return held, why
	}
	held, why := ask("a", time.Minute, 0)
	assert.Equal(t, []any{0, ""}, []any{held, why})
	_, why = ask("a", time.Minute, 30*time.Second)
	assert.Contains(t, why, "less than 1m0s ago")
	_, why = ask("b", time.Minute, 0)
	assert.Empty(t, why, "another object is another matter")
	held, why = ask("a", time.Minute, 31*time.Second)
	assert.Equal(t, []any{0, ""}, []any{held, why}, "what was held back was told with b")

	now, state = now.Add(time.Hour), nil
	ran := 0
	for i := range 5000 {
		if _, why := ask(fmt.Sprint(i), time.Minute, time.Millisecond); why == "" {
			ran++
		}
	}
	assert.Equal(t, MaxPerMinute, ran)
	held, why = ask("later", time.Minute, time.Minute)
	assert.Equal(t, []any{5000 - MaxPerMinute, ""}, []any{held, why})
	_, _, why = Allow([]byte("broken"), "a", time.Minute, now)
	assert.Empty(t, why)
}

func TestNodeRequests(t *testing.T) {
	s := &Memory{}
	serve := func(stdin string, words ...string) (string, error) {
		r, err := ParseNodeRequest(words)
		if err != nil {
			return "", err
		}
		var out bytes.Buffer
		err = r.Serve(s, strings.NewReader(stdin), &out)
		return out.String(), err
	}
	_, err := serve(string(grow(1).Marshal()), "put")
	require.NoError(t, err)
	out, err := serve("", "list")
	require.NoError(t, err)
	assert.Equal(t, []Copy{{ID: "grow", Version: 1, Sum: grow(1).Sum}}, ParseCopies([]byte("Welcome!\n"+out)))
	out, err = serve("", "get", "grow")
	require.NoError(t, err)
	h, err := Unmarshal([]byte(out))
	require.NoError(t, err)
	assert.Equal(t, grow(1), h)
	_, err = serve("", "remove", "grow")
	require.NoError(t, err)
	for _, bad := range [][]string{{}, {"reboot"}, {"get"}, {"remove", "../x"}, {"remove", ".."}, {"list", "x"}} {
		_, err := serve("", bad...)
		assert.Error(t, err, bad)
	}
	_, err = serve("{", "put")
	assert.ErrorContains(t, err, "no handler")
}
