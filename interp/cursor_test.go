package interp

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/internal/toy"
	"gpfsh/interp/script"
)

// at returns the cursor where the bar stands.
func at(t *testing.T, s *Session, text string) Cursor {
	t.Helper()
	i := strings.IndexByte(text, '|')
	require.GreaterOrEqual(t, i, 0)
	return s.Cursor(text[:i]+text[i+1:], i)
}

func names(c Cursor) string {
	var list []string
	for _, m := range c.Members {
		if strings.HasPrefix(m.Name, c.Prefix) {
			list = append(list, m.Name)
		}
	}
	return strings.Join(list, " ")
}

func TestCursor(t *testing.T) {
	s, _ := toySession(t)
	_, err := s.Eval(context.Background(), Source{Name: "prompt", Text: `f := FS("mmfs1"); snap := f.Snaps["a"]`})
	require.NoError(t, err)
	toy.Called()
	tests := []struct {
		text   string
		kind   CursorKind
		prefix string
		names  string
	}{
		{"f.|", CursorMember, "", "Name On Snaps"},
		{"f.Sn|", CursorMember, "Sn", "Snaps"},
		{"f.Sn|aps", CursorMember, "Sn", "Snaps"},
		{"snap.D|", CursorMember, "D", "Delete"},
		{`FS("mmfs1").|`, CursorMember, "", "Name On Snaps"},
		{`f.Snaps["a"].De|`, CursorMember, "De", "Delete"},
		{"for _, s := range f.Snaps { s.De|", CursorMember, "De", "Delete"},
		{"if snap.I|", CursorMember, "I", "ID"},
		{"if x := f; x.N|", CursorMember, "N", "Name"},
		{"print(f.Snaps.Where(func(s *Snap) bool { return s.I|", CursorMember, "I", "ID"},
		{"strings.ToUp|", CursorMember, "ToUp", "ToUpper ToUpperSpecial"},
		{"sna|", CursorIdent, "sna", "snap"},
		{"Sn|", CursorIdent, "Sn", "Snap SnapOption Snaps"},
		{"func g(longName int) { lon|", CursorIdent, "lon", "longName"},
		{"x := Com|", CursorIdent, "Com", "Comment CommentOption"},
		{`f.Snaps["|`, CursorKey, "", ""},
		{`f.Snaps["a|"]`, CursorKey, "a", ""},
		{`len(FS("x").Snaps["|`, CursorKey, "", ""},
		{`"plain |`, CursorNone, "", ""},
		{"// f.|", CursorNone, "", ""},
		{"1.|", CursorNone, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			c := at(t, s, tt.text)
			assert.Equal(t, tt.kind, c.Kind)
			assert.Equal(t, tt.prefix, c.Prefix)
			if tt.names != "" {
				assert.Equal(t, tt.names, names(c))
			}
		})
	}
	assert.Empty(t, toy.Called(), "completion reached the cluster")
}

func TestMembersAreDescribed(t *testing.T) {
	s, _ := toySession(t)
	_, err := s.Eval(context.Background(), Source{Name: "prompt", Text: `f := FS("mmfs1"); snap := f.Snaps["a"]`})
	require.NoError(t, err)
	c := at(t, s, "snap.Delet|")
	var m Member
	for _, x := range c.Members {
		if x.Name == "Delete" {
			m = x
		}
	}
	assert.Equal(t, Member{Name: "Delete", Kind: "method", Type: "() error", Doc: "Delete deletes it."}, m)
}

func TestPathsAreFollowedWithoutAsking(t *testing.T) {
	s, _ := toySession(t)
	_, err := s.Eval(context.Background(), Source{Name: "prompt", Text: `f := FS("mmfs1")`})
	require.NoError(t, err)
	toy.Called()
	c := at(t, s, `f.Snaps["|`)
	require.Equal(t, Path{{Root: "f"}, {Field: "Snaps"}}, c.Path)
	v, err := s.Resolve(context.Background(), c.Path)
	require.NoError(t, err)
	assert.IsType(t, toy.Snaps{}, v)
	assert.Empty(t, toy.Called())

	c = at(t, s, `f.Snaps["a"].X["|`)
	assert.Empty(t, c.Path)
	v, err = s.Resolve(context.Background(), Path{{Root: "f"}, {Field: "Snaps"}, {Key: "a"}, {Field: "Name"}})
	require.NoError(t, err)
	assert.Equal(t, "a", v)
	assert.Empty(t, toy.Called())
}

// What is prepared in the background is what a completion finds by itself, and others may work meanwhile.
func TestWarm(t *testing.T) {
	session := func() *Session {
		s, err := New(Options{Script: script.NewSession(script.Options{}), Stdout: io.Discard, Stderr: io.Discard})
		require.NoError(t, err)
		return s
	}
	cold, warm := session(), session()
	var beside sync.WaitGroup
	beside.Go(warm.Warm)
	_, err := warm.Eval(context.Background(), Source{Name: "prompt", Text: `strings.ToUpper("a")`})
	require.NoError(t, err)
	assert.NotEmpty(t, warm.Cursor("Cluster().F", 11).Members)
	beside.Wait()
	_, err = cold.Eval(context.Background(), Source{Name: "prompt", Text: `1`})
	require.NoError(t, err)
	assert.Equal(t, cold.Cursor("C", 1), warm.Cursor("C", 1))
}
