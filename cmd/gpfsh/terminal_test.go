package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/cmd/gpfsh/internal/ptytest"
)

// sized starts the shell on a terminal of a size, past its greeting.
func sized(t *testing.T, cols, rows int, args ...string) *ptytest.Terminal {
	t.Helper()
	path, err := exec.LookPath("gpfsh")
	require.NoError(t, err)
	home := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(home, ".local", "state", "gpfsh"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(home, ".local", "state", "gpfsh", "history"), nil, 0o600))
	cmd := exec.Command(path, args...)
	cmd.Env = []string{"HOME=" + home, "TERM=xterm-256color", "PATH=/usr/bin:/bin", "GPFSH_CLUSTER=sim", "LANG=C.UTF-8"}
	return ptytest.Start(t, cols, rows, cmd)
}

// TestSignalsLeaveTheTerminalSane: whatever the shell does when a signal ends it, the terminal is as it was found.
func TestSignalsLeaveTheTerminalSane(t *testing.T) {
	for _, tt := range []struct {
		name  string
		typed string
		until string
	}{
		{"typing", "mmfs1.Fil", "\n           Filesets "},
		{"an entry that runs", `println("asleep"); time.Sleep(time.Hour)` + "\r", "\nasleep"},
		{"a page", ":help\r", "-- "},
		{"a search", "\x12mm", "search history: mm"},
	} {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
			t.Run(tt.name+" "+sig.String(), func(t *testing.T) {
				term := sized(t, 80, 12)
				term.CursorLine(at)
				term.Type(tt.typed)
				term.Shows(tt.until)
				term.Signal(sig)
				assert.Equal(t, 128+int(sig), term.Exits())
				assert.Equal(t, term.Before(), term.State())
				term.Wrote("that pastes need not be announced any more", func(raw string) bool {
					return strings.LastIndex(raw, "\x1b[?2004l") > strings.LastIndex(raw, "\x1b[?2004h")
				})
			})
		}
	}
}

// TestSuspend: Ctrl-Z puts the shell into the background of the shell that it was started from, which finds its terminal
// as it left it, and fg brings it back with the line.
func TestSuspend(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	path, err := exec.LookPath("gpfsh")
	require.NoError(t, err)
	cmd := exec.Command(bash, "--norc", "--noediting", "-i")
	cmd.Env = []string{"HOME=" + t.TempDir(), "TERM=xterm-256color", "PATH=/usr/bin:/bin", "GPFSH_CLUSTER=sim", "LANG=C.UTF-8", "PS1=outer: "}
	term := ptytest.Start(t, 80, 24, cmd)
	term.CursorLine("outer:")
	before := term.State()
	term.Type(path + "\r")
	term.CursorLine(at)
	term.Type("40 + 2")
	term.CursorLine(at + " 40 + 2")
	term.Type("\x1a")
	term.Shows("Stopped")
	term.CursorLine("outer:")
	assert.Equal(t, before, term.State())
	term.Type("fg\r")
	term.CursorLine(at + " 40 + 2")
	term.Type("000\r")
	term.Shows("\n2040\n")
	term.CursorLine(at)

	// Also while an entry runs.
	term.Type(`println("asleep"); time.Sleep(time.Hour)` + "\r")
	term.Shows("\nasleep")
	term.Type("\x1a")
	term.Until("the outer shell", func(s string) bool { return strings.Count(s, "Stopped") == 2 })
	term.CursorLine("outer:")
	term.Type("fg\r")
	term.Until("it again", func(s string) bool { return strings.Count(s, path) == 5 }) // typed, and said twice of each job
	term.Type("\x03")
	term.Shows("interrupted")
	term.CursorLine(at)
	term.Type("\x04")
	term.CursorLine("outer:")
	assert.Equal(t, before, term.State())
	term.Type("exit\r")
	assert.Zero(t, term.Exits())
}

// TestCommandsThatAreKilled: a command that somebody else ends is an error, and the session goes on.
func TestCommandsThatAreKilled(t *testing.T) {
	dir := slowCluster(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mmlssnapshot"), []byte("#!/bin/sh\nkill -9 $$\n"), 0o755))
	term := open(t, t.TempDir(), "--cluster", "local:"+dir)
	term.CursorLine("slow.example.org>")
	term.Type(`Cluster().Filesystems["mmfs1"].Snapshots` + "\r")
	term.Shows("mmlssnapshot mmfs1")
	term.CursorLine("slow.example.org>")
	term.Type("6*7000\r")
	term.Shows("\n42000\n")
	term.CursorLine("slow.example.org>")
	term.Type("\x04")
	assert.Zero(t, term.Exits())
	assert.Equal(t, term.Before(), term.State())
}

// TestWindows: from the tiniest window to the widest the shell can be used.
func TestWindows(t *testing.T) {
	for _, size := range [][2]int{{10, 3}, {40, 12}, {80, 24}, {250, 50}} {
		term := sized(t, size[0], size[1])
		term.Line(at) // in the tiniest one the cursor stands below it
		term.Type("1000+1\r")
		term.Shows("1001\n" + at)
		if size[0] >= 40 {
			term.Type("mmfs1.Filesets?\r")
			term.Until("help or its first page", func(s string) bool {
				return strings.Contains(s, "mmfs1.Filesets  Filesets") && (strings.HasSuffix(s, "--") || strings.HasSuffix(s, at))
			})
			if strings.HasSuffix(term.Screen(), "--") {
				term.Type("q\r")
			}
			term.CursorLine(at)
			for _, line := range strings.Split(term.Screen(), "\n") {
				assert.LessOrEqual(t, len([]rune(line)), size[0])
			}
		}
		term.Type(`x := "` + strings.Repeat("日本", 8) + `"` + "\r")
		term.Until("the prompt again", func(s string) bool { return strings.HasSuffix(s, at) })
		term.Type("len(x) * 1000\r")
		term.Shows("48000\n" + at)
		term.Type("mmfs1.Filesets[\"\t")
		term.Type("\x03")
		term.Until("the prompt again", func(s string) bool { return strings.HasSuffix(s, at) })
		term.Resize(60, 12)
		term.Type("2000+1\r")
		term.Shows("2001\n" + at)
		term.Type("\x04")
		assert.Zero(t, term.Exits())
		assert.Equal(t, term.Before(), term.State())
	}
}
