package script

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

// answers is an executor that answers each command line with a fixed text and notes what it was asked.
type answers struct {
	mmexec.Executor
	replies map[string]string
	asked   []string
}

func (a *answers) Run(_ context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	a.asked = append(a.asked, cmd.String())
	out, ok := a.replies[cmd.String()]
	if !ok {
		return &mmexec.Result{ExitCode: 1, Stderr: []byte(cmd.Name + ": Incorrect option.\n")}, nil
	}
	return &mmexec.Result{Stdout: []byte(out)}, nil
}

func TestArgsAreTheSessionsOwn(t *testing.T) {
	given := []string{"a", "b"}
	s := NewSession(Options{Args: given})
	given[0] = "x"
	s.Args()[1] = "y"
	assert.Equal(t, []string{"a", "b"}, s.Args())
	assert.Empty(t, NewSession(Options{}).Args())
}

func TestExit(t *testing.T) {
	var codes []int
	s := NewSession(Options{Exit: func(code int) { codes = append(codes, code) }})
	s.Exit(3)
	assert.Equal(t, []int{3}, codes)
}

func TestFailKeepsTheCause(t *testing.T) {
	cause := errors.New("no quorum")
	err := NewSession(Options{}).Fail("cannot check %s: %w", "mmfs1", cause)
	assert.EqualError(t, err, "cannot check mmfs1: no quorum")
	assert.ErrorIs(t, err, cause)
}

func TestShortcutsAreTheCollections(t *testing.T) {
	s, err := program(t.Context(), environment(map[string]string{"GPFSH_CLUSTER": "sim"}), nil, io.Discard)
	require.NoError(t, err)

	names, err := s.Cluster().Filesystems.Names(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, names)
	fs, err := s.Filesystem(t.Context(), names[0])
	require.NoError(t, err)
	assert.Equal(t, names[0], fs.Name)

	names, err = s.Cluster().Nodes.Names(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, names)
	node, err := s.Node(t.Context(), names[0])
	require.NoError(t, err)
	assert.Equal(t, names[0], node.Name)

	none := NewSession(Options{})
	_, err = none.Filesystem(t.Context(), "mmfs1")
	assert.ErrorIs(t, err, errNoCluster)
	_, err = none.Node(t.Context(), "n1")
	assert.ErrorIs(t, err, errNoCluster)
}
