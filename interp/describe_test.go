package interp_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp"
)

func member(t *testing.T, list []interp.Member, name string) interp.Member {
	t.Helper()
	i := slices.IndexFunc(list, func(m interp.Member) bool { return m.Name == name })
	require.GreaterOrEqual(t, i, 0, "no %s in %v", name, list)
	return list[i]
}

func TestDescribe(t *testing.T) {
	s := demo(t)
	eval(t, s, `fs := mmfs1`)
	describe := func(src string) interp.Description {
		t.Helper()
		d, err := s.Describe(src)
		require.NoError(t, err, src)
		return d
	}
	d := describe(`fs`)
	assert.Equal(t, "*Filesystem", d.Type)
	assert.Contains(t, d.Doc, "from mmlsfs")
	assert.Contains(t, d.Commands, "mmlsfs")
	assert.Equal(t, "string", member(t, d.Fields, "MountPoint").Type)
	assert.Contains(t, member(t, d.Fields, "AutomaticMount").Params, "MountAtStart")
	assert.Equal(t, "Snapshots", member(t, d.Children, "Snapshots").Type)
	assert.Contains(t, member(t, d.Methods, "Change").Doc, "Change")
	assert.Equal(t, interp.Path{{Root: "fs"}}, d.Path)

	d = describe(`mmfs1.Filesets`)
	assert.Equal(t, "*Fileset", d.Key)
	assert.Contains(t, d.Example, "mmfs1.Filesets.Where(")
	assert.Contains(t, member(t, d.Methods, "New").Commands, "mmcrfileset")
	assert.Len(t, d.Path, 4)

	d = describe(`fs.Change`)
	assert.Equal(t, "method", d.Kind)
	assert.Contains(t, d.Commands, "mmchfs")
	assert.Equal(t, "(options ...FilesystemOption)", d.Type[:len("(options ...FilesystemOption)")])
	member(t, d.Options, "MountPoint")

	d = describe(`Fileset`)
	assert.Equal(t, "type", d.Kind)
	assert.Contains(t, d.Doc, "mmlsfileset")
	member(t, d.Fields, "Path")

	d = describe(`FilesetStatus`)
	member(t, d.Values, "Linked")
	assert.Equal(t, "const", describe(`Linked`).Kind)
	assert.Equal(t, "package", describe(`strings`).Kind)
	assert.Equal(t, "func", describe(`Mm`).Kind)
	assert.Equal(t, "int", describe(`1+2`).Type)

	_, err := s.Describe(`nosuch.Thing`)
	assert.ErrorContains(t, err, "undefined: nosuch")
}
