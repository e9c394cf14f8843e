package phrasebook_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp"
	"gpfsh/interp/phrasebook"
	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// site is a session on the demo cluster, in a dry run, that remembers every command.
type site struct {
	*interp.Session
	mu  sync.Mutex
	ran []string
}

func open(t *testing.T) *site {
	t.Helper()
	st := &site{}
	plan := new(mmexec.Plan)
	plan.SetEnabled(true)
	note := func(next mmexec.Executor) mmexec.Executor { return &noting{next, st} }
	ex := mmexec.Wrap(mmsim.New(), note, mmexec.DryRun(plan))
	cluster, err := model.Connect(context.Background(), ex)
	require.NoError(t, err)
	st.Session, err = interp.New(interp.Options{
		Script:      script.NewSession(script.Options{Executor: ex, Cluster: cluster, Plan: plan, Rehearsal: true}),
		Filesystems: func() []string { return []string{"mmfs1", "mmfs2"} },
		Stdout:      new(bytes.Buffer), Stderr: new(bytes.Buffer),
	})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	return st
}

type noting struct {
	mmexec.Executor
	st *site
}

func (n *noting) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	n.st.mu.Lock()
	n.st.ran = append(n.st.ran, cmd.String())
	n.st.mu.Unlock()
	return n.Executor.Run(ctx, cmd)
}

// TestPhrasesAreTrue: each expression runs the command of its line, with the names of the line.
func TestPhrasesAreTrue(t *testing.T) {
	for _, p := range phrasebook.All() {
		t.Run(p.Line(), func(t *testing.T) {
			st := open(t)
			out, err := st.Eval(context.Background(), interp.Source{Name: "prompt", Text: p.Expr()})
			if err == nil && out != nil {
				for _, v := range out.Values {
					if l, ok := v.(interface {
						Len(context.Context) (int, error)
					}); ok {
						_, _ = l.Len(context.Background()) // a collection asks when it is shown
					}
				}
			}
			want := p.Command()
			if p.Runs != "" {
				want = p.Runs
			}
			found := false
			for _, line := range st.ran {
				found = found || strings.HasPrefix(line, want+" ") || line == want
			}
			assert.True(t, found, "%s runs %q; %v", p.Expr(), st.ran, err)
		})
	}
}

func TestTranslate(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"mmlssnapshot gpfs0 -j data -Y", `gpfs0.Filesets["data"].Snapshots`},
		{"mmlsfileset my-fs", `cluster.Filesystems["my-fs"].Filesets`},
		{"mmcrsnapshot gpfs0 pre", `gpfs0.Snapshots.New("pre")`},
		{"mmcrsnapshot gpfs0 data:pre", `gpfs0.Filesets["data"].Snapshots.New("pre")`},
		{"mmcrsnapshot gpfs0 pre,post", ""},
		{`mmchfileset gpfs0 data -t say"so`, `gpfs0.Filesets["data"].Change(Comment("say\"so"))`},
		{"mmrepquota gpfs0 -u", "gpfs0.Quotas.Users()"},
		{"mmchfs gpfs0 -A automount", ""},
		{"mmchfs gpfs0 -A yes", "gpfs0.Change(AutomaticMount(MountAtStart))"},
		{"mmdelfs", ""},
		{"mmshutdown -N node1 --force", ""},
		{"mmlsfs all -Y", "cluster.Filesystems"},
		{"mmunheardof", ""},
		{"mmlsfileset gpfs0 -d", ""},
	} {
		assert.Equal(t, tt.want, phrasebook.Translate(strings.Fields(tt.line)), tt.line)
	}
	assert.Empty(t, phrasebook.Translate(nil))
}

// TestPhrasesTranslateThemselves: the line of a phrase, typed, is its expression, unless an earlier phrase says the same.
func TestPhrasesTranslateThemselves(t *testing.T) {
	for _, p := range phrasebook.All() {
		assert.NotEmpty(t, phrasebook.Translate(strings.Fields(p.Line())), p.Line())
	}
}

func TestOf(t *testing.T) {
	for _, p := range phrasebook.Of("mmcrsnapshot") {
		assert.Equal(t, "mmcrsnapshot", p.Command())
	}
	assert.NotEmpty(t, phrasebook.Of("snapshot"), "a word finds what is about it")
	assert.NotEmpty(t, phrasebook.Of("Restripe"))
	assert.Empty(t, phrasebook.Of("nothing of the kind"))
}

// TestCommandsAreKnown: every command of the table is in the catalogue.
func TestCommandsAreKnown(t *testing.T) {
	for _, p := range phrasebook.All() {
		assert.True(t, mmexec.Classify(strings.Fields(p.Line())).Known, p.Line())
	}
}
