package completer_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/completer"
	"gpfsh/interp"
	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

func TestCompletionInCalls(t *testing.T) {
	ex := mmexec.Wrap(mmsim.New(), completer.Guard())
	cluster, err := model.Connect(context.Background(), ex)
	require.NoError(t, err)
	s, err := interp.New(interp.Options{
		Script: script.NewSession(script.Options{Executor: ex, Cluster: cluster}), Filesystems: func() []string { return []string{"mmfs1"} },
	})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	_, err = s.Eval(context.Background(), interp.Source{Name: "prompt", Text: "fs := mmfs1"})
	require.NoError(t, err)
	c := completer.New(s, completer.Options{})
	at := func(src string, asked bool) []completer.Suggestion {
		return c.Complete(src, len(src), asked).Suggestions
	}
	find := func(list []completer.Suggestion, text string) completer.Suggestion {
		t.Helper()
		i := slices.IndexFunc(list, func(s completer.Suggestion) bool { return s.Text == text })
		require.GreaterOrEqual(t, i, 0, "no %s in %v", text, list)
		return list[i]
	}
	has := func(list []completer.Suggestion, text string) bool {
		return slices.ContainsFunc(list, func(s completer.Suggestion) bool { return s.Text == text })
	}

	// Only the options of the object, with what it has now.
	options := at("fs.Change(", false)
	assert.Equal(t, `now "/gpfs/mmfs1"`, find(options, "MountPoint(").Type)
	assert.False(t, has(options, "Comment("))
	assert.False(t, has(options, "for"))
	options = at(`mmfs1.Change(Mount`, true)
	assert.Equal(t, `now "/gpfs/mmfs1"`, find(options, "MountPoint(").Type)
	assert.Len(t, options, 3)
	assert.Empty(t, at("fs.Change(ACLSemantics(x.", false), "what is wrong has nothing")
	// Values of enumerations, units, variables when nothing else fits.
	assert.True(t, has(at("fs.Change(AutomaticMount(", false), "MountAtStart"))
	assert.True(t, has(at("fs.Change(AutomaticMount(f", false), "fs"))
	// Help on the call where nothing can be completed.
	hint := at(`fs.Snapshots.New("`, false)
	require.Len(t, hint, 1)
	assert.Equal(t, "", hint[0].Text)
	assert.Equal(t, "name string", hint[0].Type)
	assert.Contains(t, hint[0].Doc, "fs.Snapshots.New(name string")
	// Conditions.
	assert.True(t, has(at(`fs.Filesets.Where("Inodes`, false), "InodesUsedPct"))
	values := at(`fs.Filesets.Where("Status == `, false)
	assert.True(t, has(values, "Unlinked"))
	// Paths.
	dir := t.TempDir()
	assert.True(t, has(at(`strings.ToUpper("`+dir[:strings.LastIndexByte(dir, '/')+1], false), dir+"/"))
}
