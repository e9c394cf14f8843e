package model_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// spy is an executor that remembers the lines of the commands that went through it.
type spy struct {
	mmexec.Executor
	mu    sync.Mutex
	lines []string
}

func (s *spy) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	s.mu.Lock()
	s.lines = append(s.lines, cmd.String())
	s.mu.Unlock()
	return s.Executor.Run(ctx, cmd)
}

// ran returns the commands since the last call.
func (s *spy) ran() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := s.lines
	s.lines = nil
	return lines
}

// answer is an executor that answers every command by a function.
type answer func(cmd mmexec.Command) *mmexec.Result

func (a answer) Run(_ context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	return a(cmd), nil
}
func (a answer) Put(context.Context, string, []byte) (string, error) {
	return "", fmt.Errorf("no files here")
}
func (a answer) Get(context.Context, string) ([]byte, error) { return nil, fmt.Errorf("no files here") }
func (a answer) Remove(context.Context, string) error        { return nil }

// refuse makes a result as a command that refuses leaves it.
func refuse(cmd mmexec.Command, exit int, cause string) *mmexec.Result {
	text := fmt.Sprintf("%s: %s\n%s: Command failed. Examine previous error messages to determine cause.\n", cmd.Name, cause, cmd.Name)
	return &mmexec.Result{Stderr: []byte(text), ExitCode: exit}
}

func said(text string) *mmexec.Result { return &mmexec.Result{Stdout: []byte(text)} }

func connect(t testing.TB, ex mmexec.Executor, options ...model.ConnectOption) *model.Cluster {
	t.Helper()
	options = append([]model.ConnectOption{model.InZone(time.UTC), model.ResolvingNames(model.NoNames())}, options...)
	c, err := model.Connect(t.Context(), ex, options...)
	require.NoError(t, err)
	return c
}

// simulated returns the demo cluster and a spy on it.
func simulated(t testing.TB, options ...model.ConnectOption) (*model.Cluster, *spy) {
	t.Helper()
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	s := &spy{Executor: sim}
	now := mmsim.DemoState().Now
	options = append([]model.ConnectOption{
		model.InZone(now.Location()), model.WithClock(func() time.Time { return now }),
	}, options...)
	return connect(t, s, options...), s
}

// captured returns a cluster that answers with captured output: for each command line a file of the corpus.
func captured(t *testing.T, answers map[string]string) *model.Cluster {
	t.Helper()
	dir := os.Getenv("GPFSH_CAPTURES")
	if dir == "" {
		t.Skip("GPFSH_CAPTURES is not set: captured output is not available")
	}
	var recording txtar.Archive
	for line, file := range answers {
		data, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		recording.Files = append(recording.Files, txtar.File{Name: line, Data: data})
	}
	ex, err := mmexec.NewReplay(bytes.NewReader(txtar.Format(&recording)))
	require.NoError(t, err)
	return connect(t, ex)
}

// keys returns the keys of items with blanks between them.
func keys[V any](items []model.Item[V]) string {
	var names []string
	for _, it := range items {
		names = append(names, it.Key)
	}
	return strings.Join(names, " ")
}

func jobsOf(t *testing.T, c *model.Cluster) []*model.Job {
	t.Helper()
	list, err := c.Jobs(t.Context())
	require.NoError(t, err)
	return list
}
