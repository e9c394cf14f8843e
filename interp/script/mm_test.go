package script

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

func TestMmReturnsTheColumnsOfTheReply(t *testing.T) {
	ex := &answers{replies: map[string]string{
		"mmlssnapshot mmfs1 -Y": "mmlssnapshot::HEADER:version:reserved:reserved:filesystemName:directory:snapID:\n" +
			"mmlssnapshot::0:1:::mmfs1:night%3Aly:12:\n" +
			"mmlssnapshot::0:1:::mmfs1:weekly:13:\n",
	}}
	got, err := NewSession(Options{Executor: ex}).Mm(t.Context(), "/usr/lpp/mmfs/bin/mmlssnapshot mmfs1 -Y")
	require.NoError(t, err)
	want := &Table{
		Columns: []string{"filesystemName", "directory", "snapID"},
		Rows:    [][]string{{"mmfs1", "night:ly", "12"}, {"mmfs1", "weekly", "13"}},
	}
	assert.Empty(t, cmp.Diff(want, got))
}

func TestMmPutsSectionsSideBySide(t *testing.T) {
	ex := &answers{replies: map[string]string{
		"mmdiag --x -Y": "mmdiag:config:HEADER:version:reserved:reserved:name:value:\n" +
			"mmdiag:config:0:1:::pagepool:4G:\n" +
			"mmdiag:node:HEADER:version:reserved:reserved:Name:state:\n" +
			"mmdiag:node:0:1:::n1:up:\n" +
			"mmdiag:empty:HEADER:version:reserved:reserved:none:\n",
	}}
	got, err := NewSession(Options{Executor: ex}).Mm(t.Context(), "mmdiag --x -Y")
	require.NoError(t, err)
	want := &Table{
		Columns: []string{"section", "name", "value", "state", "none"},
		Rows:    [][]string{{"config", "pagepool", "4G", "", ""}, {"node", "n1", "", "up", ""}},
	}
	assert.Empty(t, cmp.Diff(want, got))
}

func TestMmAsksForTheYFormByItself(t *testing.T) {
	ex := &answers{replies: map[string]string{
		"mmlsquota -Y -u alice mmfs1": "mmlsquota::HEADER:version:reserved:reserved:name:\nmmlsquota::0:1:::alice:\n",
		// A release that prints no -Y reply for this one.
		"mmlsmount mmfs1 -Y": "File system mmfs1 is mounted on 3 nodes.\n",
		"mmlsmount mmfs1":    "File system mmfs1 is mounted on 3 nodes.\n",
		// A release that refuses it.
		"mmlsnode": "default  n1 n2\n",
	}}
	s := NewSession(Options{Executor: ex})

	got, err := s.Mm(t.Context(), "mmlsquota -u alice mmfs1")
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"alice"}}, got.Rows)

	got, err = s.Mm(t.Context(), "mmlsmount mmfs1")
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"File system mmfs1 is mounted on 3 nodes."}}, got.Rows)

	got, err = s.Mm(t.Context(), "mmlsnode")
	require.NoError(t, err)
	assert.Equal(t, []string{"line"}, got.Columns)

	_, err = s.Mm(t.Context(), "mmlsmount mmfs2 -Y")
	assert.Error(t, err, "a -Y that was typed stays")
}

func TestMmReturnsOtherOutputLineByLine(t *testing.T) {
	ex := &answers{replies: map[string]string{"mmx": "one\n\n  two\r\n", "mmy": ""}}
	s := NewSession(Options{Executor: ex})

	got, err := s.Mm(t.Context(), "mmx")
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(&Table{Columns: []string{"line"}, Rows: [][]string{{"one"}, {""}, {"  two"}}}, got))

	got, err = s.Mm(t.Context(), "mmy")
	require.NoError(t, err)
	data, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, `{"columns":["line"],"rows":[]}`, string(data))
}

func TestMmRefusals(t *testing.T) {
	ex := &answers{}
	s := NewSession(Options{Executor: ex})
	for line, want := range map[string]string{
		"":                "no command",
		"rm -rf /gpfs":    "rm is not a command of Storage Scale",
		"sudo mmlsfs all": "leave sudo out",
		"/tmp/mmlsfs all": "not the name of a command",
		"mmlsfs all | wc": "operator of a shell",
	} {
		_, err := s.Mm(t.Context(), line)
		assert.ErrorContains(t, err, want, line)
	}
	assert.Empty(t, ex.asked, "nothing of it was run")

	_, err := s.Mm(t.Context(), "mmbad")
	var failed *mmexec.CommandError
	assert.ErrorAs(t, err, &failed)

	_, err = NewSession(Options{}).Mm(t.Context(), "mmlsfs all")
	assert.ErrorIs(t, err, errNoCluster)
}

func TestTable(t *testing.T) {
	table := &Table{Columns: []string{"name", "größe"}, Rows: [][]string{{"a", "1"}, {"日本", "22"}, {"short"}}}

	assert.Equal(t, 3, table.Len())
	assert.Equal(t, []string{"1", "22", ""}, table.Column("Größe"))
	assert.Nil(t, table.Column("missing"))
	assert.Equal(t, []map[string]string{{"name": "a", "größe": "1"}, {"name": "日本", "größe": "22"}, {"name": "short"}}, table.Records())
	assert.Equal(t, "name   größe\na      1\n日本   22\nshort", table.String())

	var none *Table
	assert.Zero(t, none.Len())
	assert.Nil(t, none.Column("x"))
	assert.Nil(t, none.Records())
	assert.Empty(t, none.String())
}
