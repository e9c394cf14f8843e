package completer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp"
	"gpfsh/mmexec"
)

// session is a language with one word under the cursor: the text behind the last character that cannot be in a name.
type session struct {
	kind    interp.CursorKind
	members []interp.Member
	path    interp.Path
	closed  bool
	found   any
	err     error
}

func (s *session) Cursor(src string, offset int) interp.Cursor {
	cut := " ."
	if s.kind == interp.CursorKey {
		cut = "\"`"
	}
	start := strings.LastIndexAny(src[:offset], cut) + 1
	return interp.Cursor{Kind: s.kind, Start: start, Prefix: src[start:offset], Members: s.members, Path: s.path, Closed: s.closed}
}

func (s *session) Resolve(context.Context, interp.Path) (any, error) { return s.found, s.err }

func texts(r Result) []string {
	var out []string
	for _, s := range r.Suggestions {
		out = append(out, s.Text)
	}
	return out
}

func TestMembers(t *testing.T) {
	lang := &session{kind: interp.CursorMember, members: []interp.Member{
		{Name: "Delete", Kind: "method", Type: "func() error", Doc: "removes it"},
		{Name: "Rename", Kind: "method", Type: "func(name string) error"},
		{Name: "Filesets", Kind: "field", Type: "Filesets"},
		{Name: "DefaultMount", Kind: "field", Type: "string"},
		{Name: "MaxInodes", Kind: "field", Type: "Count"},
	}}
	c := New(lang, Options{})
	for _, tt := range []struct {
		src  string
		want []string
	}{
		{"fs.", []string{"Filesets", "DefaultMount", "MaxInodes", "Delete()", "Rename("}},
		{"fs.De", []string{"DefaultMount", "Delete()"}},
		{"fs.de", []string{"DefaultMount", "Delete()"}},
		{"fs.mount", []string{"DefaultMount"}},
		{"fs.mxi", []string{"MaxInodes"}},
		{"fs.Filesets", nil},
		{"fs.Delete", []string{"Delete()"}},
		{"fs.zz", nil},
	} {
		r := c.Complete(tt.src, len(tt.src), false)
		assert.Equal(t, tt.want, texts(r), tt.src)
		assert.Equal(t, 3, r.Start)
	}
	r := c.Complete("fs.De()", 5, false)
	assert.Equal(t, []string{"DefaultMount", "Delete"}, texts(r), "no second pair of parentheses")
	assert.Equal(t, Suggestion{Text: "Delete", Kind: "method", Type: "func() error", Doc: "removes it"}, r.Suggestions[1])
}

func TestNamesInScopeAreNotOfferedUnasked(t *testing.T) {
	c := New(&session{kind: interp.CursorIdent, members: []interp.Member{{Name: "Cluster", Kind: "func", Type: "func() *Cluster"}}}, Options{})
	assert.Empty(t, c.Complete("x = ", 4, false).Suggestions)
	assert.Equal(t, []string{"Cluster()"}, texts(c.Complete("x = ", 4, true)))
	assert.Equal(t, []string{"Cluster()"}, texts(c.Complete("x = C", 5, false)))
	assert.Empty(t, New(&session{}, Options{}).Complete("// C", 4, true).Suggestions)
}

// coll is a collection whose names are asked of a cluster.
type coll struct {
	ex    mmexec.Executor
	cmd   mmexec.Command
	names []string
}

func (c coll) Names(ctx context.Context) ([]string, error) {
	if _, err := c.ex.Run(ctx, c.cmd); err != nil {
		return nil, err
	}
	return c.names, nil
}

// cluster counts what it is asked and answers when it may.
type cluster struct {
	mmexec.Executor
	mu   sync.Mutex
	runs []string
	gate chan struct{} // when set, an answer waits for it
	err  error
}

func (c *cluster) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	c.mu.Lock()
	c.runs = append(c.runs, cmd.String())
	gate, err := c.gate, c.err
	c.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return &mmexec.Result{}, err
}

func (c *cluster) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.runs)
}

var (
	config  = mmexec.Command{Name: "mmlscluster", Args: []string{"-Y"}}
	manager = mmexec.Command{Name: "mmlssnapshot", Args: []string{"mmfs1", "-Y"}}
	scan    = mmexec.Command{Name: "mmdf", Args: []string{"mmfs1", "-Y"}}
	change  = mmexec.Command{Name: "mmdelsnapshot", Args: []string{"mmfs1", "x"}}
)

// setup makes a completer of keys over a cluster, with a clock of its own.
func setup(t *testing.T, cmd mmexec.Command, keys ...string) (*Completer, *cluster, *time.Time, chan struct{}) {
	t.Helper()
	cl := &cluster{}
	lang := &session{
		kind: interp.CursorKey, path: interp.Path{{Root: "Cluster"}, {Field: "Filesystems"}},
		found: coll{ex: mmexec.Wrap(cl, Guard()), cmd: cmd, names: keys},
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ready := make(chan struct{}, 16)
	c := New(lang, Options{
		Patience: time.Hour, // a test waits for answers unless it says otherwise
		Now:      func() time.Time { return now },
		Ready:    func() { ready <- struct{}{} },
	})
	return c, cl, &now, ready
}

func TestKeys(t *testing.T) {
	c, cl, _, _ := setup(t, config, "mmfs1", "mmfs2", `odd"name`, "a.b-c")
	for _, tt := range []struct {
		src    string
		offset int
		closed bool
		want   []string
	}{
		{`c["mm`, 5, false, []string{`mmfs1"]`, `mmfs2"]`}},
		{`c["`, 3, false, []string{`mmfs1"]`, `mmfs2"]`, `odd\"name"]`, `a.b-c"]`}},
		{`c["mm"].X`, 5, true, []string{"mmfs1", "mmfs2"}},
		{"c[`odd", 6, false, []string{"odd\"name`]"}},
		{`c["a.b`, 6, false, []string{`a.b-c"]`}},
		{`c["FS2`, 6, false, []string{`mmfs2"]`}},
		{`c["none`, 7, false, nil},
	} {
		c.lang.(*session).closed = tt.closed
		r := c.Complete(tt.src, tt.offset, false)
		assert.Equal(t, tt.want, texts(r), tt.src)
		assert.Equal(t, 3, r.Start, tt.src)
		assert.False(t, r.Pending)
	}
	assert.Equal(t, []string{"mmlscluster -Y"}, cl.runs, "one question for all key presses")
}

func TestKeysCostNothingUnasked(t *testing.T) {
	c, cl, _, _ := setup(t, manager, "nightly")
	assert.Empty(t, c.Complete(`c["`, 3, false).Suggestions)
	assert.Zero(t, cl.count(), "the manager of a file system is not asked because somebody types")
	assert.Equal(t, []string{`nightly"]`}, texts(c.Complete(`c["`, 3, true)))
	assert.Equal(t, []string{`nightly"]`}, texts(c.Complete(`c["n`, 4, false)), "what is known is shown to who types")
	assert.Equal(t, 1, cl.count())
}

func TestKeysNeverChangeOrScan(t *testing.T) {
	for _, cmd := range []mmexec.Command{scan, change, {Name: "mmunheardof"}} {
		c, cl, _, _ := setup(t, cmd, "x")
		for range 3 {
			assert.Empty(t, c.Complete(`c["`, 3, true).Suggestions, cmd.Name)
		}
		assert.Zero(t, cl.count(), cmd.Name)
	}
}

func TestGuardLetsTypedCommandsPass(t *testing.T) {
	cl := &cluster{}
	ex := mmexec.Wrap(cl, Guard())
	_, err := ex.Run(context.Background(), change)
	require.NoError(t, err)
	_, err = ex.Run(Unattended(context.Background(), mmexec.CostManager), change)
	var refused *RefusedError
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, err.Error(), "mmdelsnapshot mmfs1 x")
	_, err = ex.Put(Unattended(context.Background(), mmexec.CostManager), "f", nil)
	assert.Error(t, err)
	assert.Equal(t, 1, cl.count())
}

func TestKeysGrowOld(t *testing.T) {
	c, cl, now, ready := setup(t, config, "a")
	require.Equal(t, []string{`a"]`}, texts(c.Complete(`c["`, 3, false)))
	<-ready
	*now = now.Add(59 * time.Second)
	r := c.Complete(`c["`, 3, false)
	assert.Equal(t, 1, cl.count())
	assert.Equal(t, "read 59s ago", r.Suggestions[0].Doc, "old names say so")

	*now = now.Add(2 * time.Second)
	assert.Equal(t, []string{`a"]`}, texts(c.Complete(`c["`, 3, false)), "old names are shown while new ones are asked for")
	<-ready
	assert.Equal(t, 2, cl.count())
	assert.Empty(t, c.Complete(`c["`, 3, false).Suggestions[0].Doc)
}

func TestKeysComeLate(t *testing.T) {
	c, cl, _, ready := setup(t, config, "a")
	c.names.opts.Patience = time.Nanosecond
	cl.gate = make(chan struct{})
	for range 5 {
		r := c.Complete(`c["`, 3, true)
		assert.Empty(t, r.Suggestions)
		assert.True(t, r.Pending)
	}
	close(cl.gate)
	<-ready
	r := c.Complete(`c["`, 3, false)
	assert.Equal(t, []string{`a"]`}, texts(r))
	assert.False(t, r.Pending)
	assert.Equal(t, 1, cl.count(), "one question at a time")
}

func TestFailuresAreNotRepeatedWithEveryKey(t *testing.T) {
	c, cl, now, _ := setup(t, config, "a")
	cl.err = errors.New("the cluster has no quorum")
	for range 4 {
		assert.Empty(t, c.Complete(`c["`, 3, true).Suggestions)
	}
	assert.Equal(t, 1, cl.count())
	*now = now.Add(retryAfter)
	c.Complete(`c["`, 3, false)
	assert.Equal(t, 1, cl.count(), "typing does not ask a cluster again that failed")
	cl.err = nil
	assert.Equal(t, []string{`a"]`}, texts(c.Complete(`c["`, 3, true)), "a key pressed for it does")
}

func TestPathsThatLeadNowhere(t *testing.T) {
	c, cl, _, _ := setup(t, config, "a")
	lang := c.lang.(*session)
	lang.err = errors.New("no such variable")
	assert.Empty(t, c.Complete(`c["`, 3, true).Suggestions)
	lang.err, lang.found = nil, 42
	c.Entered(true)
	assert.Empty(t, c.Complete(`c["`, 3, true).Suggestions)
	lang.path = nil
	assert.Empty(t, c.Complete(`c["`, 3, true).Suggestions)
	assert.Zero(t, cl.count())
}

func TestEntered(t *testing.T) {
	c, cl, _, _ := setup(t, config, "a")
	complete := func() { require.Equal(t, []string{`a"]`}, texts(c.Complete(`c["`, 3, false))) }
	complete()
	c.Entered(false)
	complete()
	assert.Equal(t, 1, cl.count(), "the cluster is the same after an entry that changed nothing")
	c.Entered(true)
	complete()
	assert.Equal(t, 2, cl.count())

	c.lang.(*session).path = interp.Path{{Root: "fs"}, {Field: "Snapshots"}}
	complete()
	c.Entered(false)
	complete()
	assert.Equal(t, 4, cl.count(), "a variable may stand for something else after an entry")
}

type panics struct{}

func (panics) Names(context.Context) ([]string, error) { panic("no") }

func TestPanicsOfCollectionsAreContained(t *testing.T) {
	c, _, _, _ := setup(t, config)
	c.lang.(*session).found = panics{}
	assert.Empty(t, c.Complete(`c["`, 3, true).Suggestions)
}

func TestPathsDiffer(t *testing.T) {
	ids := map[string]bool{}
	for _, p := range []interp.Path{
		{{Root: "a"}, {Field: "B"}}, {{Root: "a"}, {Key: "B"}}, {{Root: "a"}, {Key: `B"][`}}, {{Root: "aB"}}, {{Root: "a"}, {Key: ""}},
	} {
		ids[pathID(p)] = true
	}
	assert.Len(t, ids, 5)
}

func TestMax(t *testing.T) {
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprintf("fset%04d", i)
	}
	c, _, _, _ := setup(t, config, keys...)
	assert.Len(t, c.Complete(`c["`, 3, false).Suggestions, 200)
}

func BenchmarkKeys(b *testing.B) {
	keys := make([]string, 10_000)
	for i := range keys {
		keys[i] = fmt.Sprintf("project-%05d", i)
	}
	lang := &session{
		kind: interp.CursorKey, path: interp.Path{{Root: "Cluster"}},
		found: coll{ex: &cluster{}, cmd: config, names: keys},
	}
	c := New(lang, Options{})
	for b.Loop() {
		c.Complete(`c["99`, 5, false)
	}
}
