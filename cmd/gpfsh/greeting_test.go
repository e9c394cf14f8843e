package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/cmd/gpfsh/internal/ptytest"
	"gpfsh/mmexec"
)

// TestGreeting: who starts it for the first time, without any argument and without Storage Scale, learns in five lines
// that nothing is real, what to try, and where the lessons are. What is offered works.
func TestGreeting(t *testing.T) {
	if _, err := os.Stat(mmexec.DefaultBinDir); err == nil {
		t.Skip("Storage Scale is installed here")
	}
	path, err := exec.LookPath("gpfsh")
	require.NoError(t, err)
	cmd := exec.Command(path)
	cmd.Env = []string{"HOME=" + t.TempDir(), "TERM=xterm-256color", "PATH=/usr/bin:/bin", "LANG=C.UTF-8"}
	term := ptytest.Start(t, 80, 24, cmd)
	term.CursorLine(at)
	greeting, _, ok := strings.Cut(term.Screen(), at)
	require.True(t, ok)
	greeting = strings.TrimRight(greeting, "\n ")
	assert.LessOrEqual(t, strings.Count(greeting, "\n")+1, 5, greeting)
	assert.Contains(t, greeting, "simulated")
	assert.Contains(t, greeting, "gpfsh learn")
	_, try, ok := strings.Cut(greeting, "Try:")
	require.True(t, ok, greeting)
	try, _, _ = strings.Cut(try, "\nTab ")
	offered := regexp.MustCompile(`\s{2,}`).Split(strings.TrimSpace(try), -1)
	assert.Len(t, offered, 3, try)
	for _, e := range offered {
		out, err := exec.Command(path, "--cluster", "sim", "-e", e).Output()
		require.NoError(t, err, e)
		assert.NotEmpty(t, out, e)
	}
}
