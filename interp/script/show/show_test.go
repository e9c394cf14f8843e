package show

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The objects of these tests have the shape of the model: tagged data fields and collections by value.

type size int64

func (s size) String() string { return fmt.Sprintf("%d KiB", int64(s)/1024) }

func (s size) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, "%d", int64(s)), nil }

type state string

func (s state) String() string { return string(s) }

type shot struct {
	Name    string    `col:"NAME" json:"name"`
	Status  state     `col:"STATUS" json:"status"`
	Created time.Time `col:"CREATED" json:"created"`
	Data    size      `col:"DATA" json:"dataBytes"`
	Comment string    `col:"COMMENT" json:"comment"`
	Owner   string    `col:"OWNER,wide" json:"owner"`
	Secret  string    `col:"-" json:"-"`
	Nested  nested
	Kids    shots

	parent *shot
}

type nested struct {
	Limit size
	Tags  []string
}

type entry[V any] struct {
	Key   string
	Value V
}

type collection[V any] struct {
	asked *int
	items []entry[V]
	err   error
}

func (c collection[V]) Items(context.Context) ([]entry[V], error) {
	if c.asked != nil {
		*c.asked++
	}
	return c.items, c.err
}

type shots struct{ collection[*shot] }

type NodeClasses struct{ collection[*shot] }

type params struct{ collection[string] }

func sample() shots {
	day := time.Date(2026, 3, 2, 4, 5, 6, 0, time.UTC)
	a := &shot{Name: "nightly", Status: "Valid", Created: day, Data: 2048, Owner: "root", Nested: nested{Limit: 1024, Tags: []string{"a", "b"}}}
	b := &shot{Name: "old:ü", Status: "DeleteRequired", Data: 123 * 1024, Comment: "made \x1b[31mred, by \"hand\"", parent: a}
	return shots{collection[*shot]{asked: new(int), items: []entry[*shot]{{"nightly", a}, {"old:ü", b}}}}
}

func shown(t *testing.T, r Writer, v any) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	r.Out, r.Err = &out, &errs
	require.NoError(t, r.Value(context.Background(), v))
	return out.String(), errs.String()
}

func TestTable(t *testing.T) {
	c := sample()
	out, errs := shown(t, Writer{}, c)
	assert.Equal(t, ""+
		"NAME     STATUS          CREATED                 DATA  COMMENT\n"+
		"nightly  Valid           2026-03-02 04:05:06    2 KiB  -\n"+
		"old:ü    DeleteRequired  -                    123 KiB  made \\x1b[31mred, by \"hand\"\n", out)
	assert.Empty(t, errs)
	assert.Equal(t, 1, *c.asked, "a collection is shown with one question")

	out, _ = shown(t, Writer{Format: Wide}, c)
	assert.Contains(t, out, "OWNER")
	assert.NotContains(t, out, "Secret")
}

func TestTableColour(t *testing.T) {
	out, _ := shown(t, Writer{Paint: sgr}, sample())
	assert.Contains(t, out, "\x1b[31mDeleteRequired\x1b[0m")
	assert.Contains(t, out, "\x1b[2mNAME\x1b[0m")
	assert.NotContains(t, out, "\x1b[31mred", "text of the cluster is not obeyed")

	plain, _ := shown(t, Writer{}, sample())
	assert.Equal(t, plain, strip(out), "colour does not move the columns")
}

func TestTableFits(t *testing.T) {
	for width := 10; width < 90; width++ {
		out, errs := shown(t, Writer{Width: width}, sample())
		for line := range strings.Lines(out) {
			assert.LessOrEqual(t, runewidth.StringWidth(strings.TrimSuffix(line, "\n")), width)
		}
		assert.Contains(t, out, "NAME", "the first column stays")
		if !strings.Contains(out, "DATA") {
			assert.Contains(t, errs, "DATA", "what is left out is named")
		} else {
			assert.Contains(t, out, "123 KiB", "numbers are never shortened")
		}
	}
	out, _ := shown(t, Writer{Width: 20, Format: Wide}, sample())
	assert.Contains(t, out, "OWNER", "wide tables are not fitted")
}

type pool struct {
	Name  string `col:"NAME" json:"name"`
	Block size   `col:"BLOCK SIZE,minor" json:"block"`
	Data  bool   `col:"DATA" json:"data"`
	Size  size   `col:"SIZE" json:"size"`
	Used  share  `col:"USED%" json:"used"`
	Path  string `col:"PATH" json:"path"`
	State state  `col:"STATE" json:"state"`
}

type share float64

func (p share) String() string { return fmt.Sprintf("%.1f%%", float64(p)) }

func samplePools() []pool {
	return []pool{
		{Name: "system", Block: 4096, Data: true, Size: 1 << 30, Used: 98.5, Path: "/gpfs/mmfs1/projects/alpha/raw/2024", State: "ready"},
		{Name: "data", Size: 1 << 20, Used: 40, Path: "/gpfs/mmfs1/projects/beta", State: "down"},
	}
}

func TestImportantColumnsStay(t *testing.T) {
	for width, want := range map[int]string{
		24: "NAME USED% STATE",
		36: "NAME SIZE USED% STATE",
	} {
		out, errs := shown(t, Writer{Width: width}, samplePools())
		head, _, _ := strings.Cut(out, "\n")
		assert.Equal(t, strings.Fields(want), strings.Fields(head), width)
		assert.Contains(t, errs, "(wide shows all)")
	}
	out, errs := shown(t, Writer{Width: 66}, samplePools())
	assert.Contains(t, out, "…", out)
	assert.Contains(t, out, "alpha/raw/2024", "a path keeps its end")
	assert.Equal(t, "not shown for want of room: DATA (wide shows all)\n", errs)
}

func TestBarsBesidePercentages(t *testing.T) {
	out, errs := shown(t, Writer{Width: 200}, samplePools())
	assert.Empty(t, errs)
	assert.Contains(t, out, "  98.5% ██████████  ")
	assert.Contains(t, out, "  40.0% ████░░░░░░  ")
	out, _ = shown(t, Writer{Width: 200, ASCII: true}, samplePools())
	assert.Contains(t, out, "  40.0% ####......  ")
	out, _ = shown(t, Writer{}, samplePools())
	assert.Contains(t, out, "  40.0%  ", "no bars where no terminal is")
	out, _ = shown(t, Writer{Paint: sgr}, samplePools())
	assert.Contains(t, out, "\x1b[31m98.5%\x1b[0m", "what is as good as full stands out")
}

func TestNamesAreNotObeyed(t *testing.T) {
	evil := "a\x1b]0;t\x07\u202eb\xff\u009bc\u2028"
	want := `a\x1b]0;t\a\u202eb\xff\u009bc\u2028`
	for _, v := range []any{
		[]pool{{Name: evil}}, &pool{Name: evil}, map[string]int{evil: 1}, []string{evil}, evil,
	} {
		out, _ := shown(t, Writer{Terminal: true, Width: 300}, v)
		assert.Contains(t, out, want, "%T", v)
		for _, r := range strings.ReplaceAll(out, "\n", "") {
			assert.False(t, acts(r), "%q", r)
		}
	}
	for _, f := range []Format{JSON, YAML, CSV, Name} {
		out, _ := shown(t, Writer{Terminal: true, Format: f}, []pool{{Name: evil}})
		for _, r := range strings.ReplaceAll(out, "\n", "") {
			assert.False(t, acts(r), "%s: %q", f, r)
		}
	}
	out, _ := shown(t, Writer{Format: JSON}, []pool{{Name: "a\u202eb\u009bc"}})
	assert.Contains(t, out, "a\u202eb\u009bc", "exact where no terminal is")
	out, _ = shown(t, Writer{Format: JSON, Terminal: true}, []pool{{Name: "a\u202eb\u009bc"}})
	var back []map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &back))
	assert.Equal(t, "a\u202eb\u009bc", back[0]["name"], "and no less JSON where one is")
	out, _ = shown(t, Writer{Terminal: true, Width: 300}, []pool{{Name: "日本語"}, {Name: "e\u0301e\u0301"}, {Name: "👩‍👩‍👧"}, {Name: "plain"}})
	at := -1
	for line := range strings.Lines(out) {
		if i := strings.Index(line, "-1 KiB"); i >= 0 {
			t.Fatal(line)
		}
		if i := strings.Index(line, " no "); i >= 0 {
			w := runewidth.StringWidth(line[:i])
			assert.True(t, at < 0 || at == w, "columns stand one below the other:\n%s", out)
			at = w
		}
	}
	assert.Positive(t, at)
}

func TestTablesOfTexts(t *testing.T) {
	table := struct {
		Columns []string
		Rows    [][]string
	}{[]string{"nsdName", "diskSizeKB", "id"}, [][]string{{"b", "9", "007"}, {"a", "10", "1"}, {"c", "", "2"}}}
	out, _ := shown(t, Writer{}, table)
	assert.Equal(t, "nsdName  diskSizeKB  id\nb                 9  007\na                10  1\nc                 -  2\n", out, "numbers stand to the right, names do not")
	out, _ = shown(t, Writer{Format: CSV}, table)
	assert.Equal(t, "nsdName,diskSizeKB,id\nb,9,007\na,10,1\nc,,2\n", out)
	out, _ = shown(t, Writer{Format: JSON}, table)
	assert.Contains(t, out, `"diskSizeKB": "9"`, "the texts of the command as they are")
}

func TestEmptyCollections(t *testing.T) {
	for _, tt := range []struct {
		v    any
		noun string
	}{
		{shots{}, "no shots\n"}, {NodeClasses{}, "no node classes\n"}, {[]*shot{}, "no shots\n"}, {[]string{}, "no values\n"},
	} {
		out, errs := shown(t, Writer{}, tt.v)
		assert.Empty(t, out)
		assert.Equal(t, tt.noun, errs)

		out, errs = shown(t, Writer{Format: JSON}, tt.v)
		assert.Equal(t, "[]\n", out)
		assert.Empty(t, errs)
	}
	out, _ := shown(t, Writer{Format: CSV}, shots{})
	assert.Equal(t, "name,status,created,dataBytes,comment,owner,nested\n", out)
}

func TestCollectionError(t *testing.T) {
	r := Writer{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}
	boom := errors.New("the cluster does not answer")
	for _, f := range Formats() {
		r.Format = f
		err := r.Value(context.Background(), shots{collection[*shot]{err: boom}})
		assert.ErrorIs(t, err, boom, f)
	}
}

func TestProseIsWrappedAndNotCut(t *testing.T) {
	type waiter struct {
		Thread string `col:"THREAD"`
		Reason string `col:"REASON,prose"`
		Node   string `col:"NODE"`
		Count  int    `col:"COUNT"`
	}
	list := []waiter{
		{"CommandMsgHandlerThread", "waiting for quiesce of snapshot operation", "mgmt01", 5},
		{"Rebuild", "short", "mgmt02", 12},
		{"Rebuild", "/a/path/that/is/much/longer/than/the/room/that/there/is", "-", 1},
	}
	out, _ := shown(t, Writer{Width: 60}, list)
	assert.Equal(t, ""+
		"THREAD                   REASON                NODE    COUNT\n"+
		"CommandMsgHandlerThread  waiting for quiesce   mgmt01      5\n"+
		"                         of snapshot\n"+
		"                         operation\n"+
		"Rebuild                  short                 mgmt02     12\n"+
		"Rebuild                  /a/path/that/is/much  -           1\n"+
		"                         /longer/than/the/roo\n"+
		"                         m/that/there/is\n", out)
	whole, _ := shown(t, Writer{}, list)
	assert.Regexp(t, `waiting for quiesce of snapshot operation +mgmt01      5\n`, whole, "not for a terminal: one line each")
	for width := 40; width < 120; width++ {
		out, _ := shown(t, Writer{Width: width}, list)
		for line := range strings.Lines(out) {
			assert.LessOrEqual(t, runewidth.StringWidth(strings.TrimSuffix(line, "\n")), width, line)
		}
		if strings.Contains(out, "REASON") {
			words := strings.Join(strings.Fields(out), "")
			assert.Contains(t, words, "operation")
			assert.NotContains(t, words, "waitingfor…")
		}
	}
}

func TestSheet(t *testing.T) {
	a := sample().items[0].Value
	out, _ := shown(t, Writer{}, a)
	assert.Equal(t, ""+
		"Name     nightly\n"+
		"Status   Valid\n"+
		"Created  2026-03-02 04:05:06\n"+
		"Data     2 KiB\n"+
		"Comment  -\n"+
		"Owner    root\n"+
		"Secret   -\n"+
		"Nested\n"+
		"  Limit  1 KiB\n"+
		"  Tags   a,b\n"+
		"has Kids\n", out)
}

func TestSheetTellsTheAgeOfWhatWasNotReadJustNow(t *testing.T) {
	type pool struct{ Name string }
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for age, want := range map[time.Duration]string{
		-time.Hour: "", 0: "", 4 * time.Second: "",
		7 * time.Second:    "as read 7 seconds ago, 2026-03-02 11:59:53\n",
		150 * time.Second:  "as read 2 minutes ago, 2026-03-02 11:57:30\n",
		3 * time.Hour:      "as read 3 hours ago, 2026-03-02 09:00:00\n",
		3 * 24 * time.Hour: "as read 3 days ago, 2026-02-27 12:00:00\n",
		90 * time.Minute:   "as read 90 minutes ago, 2026-03-02 10:30:00\n",
	} {
		p := &pool{"data"}
		w := Writer{Now: func() time.Time { return now }, ReadAt: func(v any) time.Time {
			require.Same(t, p, v)
			return now.Add(-age)
		}}
		out, _ := shown(t, w, p)
		assert.Equal(t, "Name  data\n"+want, out, age)
	}
	out, _ := shown(t, Writer{ReadAt: func(any) time.Time { return time.Time{} }}, &pool{"data"})
	assert.Equal(t, "Name  data\n", out, "when it was read is not known")
}

func TestSheetWraps(t *testing.T) {
	type list struct {
		Names []string
		Shots shots
		Kids  shots
	}
	out, _ := shown(t, Writer{Width: 30}, &list{Names: []string{"alpha-one", "beta-two", "gamma-three", strings.Repeat("x", 40)}})
	assert.Equal(t, ""+
		"Names  alpha-one,beta-two,\n"+
		"       gamma-three,\n"+
		"       xxxxxxxxxxxxxxxxxxxxxxx\n"+
		"       xxxxxxxxxxxxxxxxx\n"+
		"has Shots, Kids\n", out)
}

func TestObjectsOfNothingButCollections(t *testing.T) {
	type cluster struct{ Nodes, Disks shots }
	out, _ := shown(t, Writer{}, &cluster{})
	assert.Equal(t, "has Nodes, Disks\n", out)
}

func TestJSON(t *testing.T) {
	out, _ := shown(t, Writer{Format: JSON}, sample())
	var got []map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.Len(t, got, 2)
	assert.Equal(t, map[string]any{
		"name": "nightly", "status": "Valid", "created": "2026-03-02T04:05:06Z", "dataBytes": 2048.0, "comment": "", "owner": "root",
		"nested": map[string]any{"limit": 1024.0, "tags": []any{"a", "b"}},
	}, got[0])
	assert.Nil(t, got[1]["created"])
	assert.Equal(t, map[string]any{"limit": 0.0, "tags": []any{}}, got[1]["nested"])
	assert.Less(t, strings.Index(out, `"name"`), strings.Index(out, `"status"`), "members keep their order")

	for _, tt := range []struct {
		v    any
		want string
	}{
		{nil, "null"}, {"a<b", `"a<b"`}, {42, "42"}, {true, "true"}, {1.5, "1.5"}, {[]int{1, 2}, "[\n  1,\n  2\n]"},
		{map[string]int{"b": 2, "a": 1}, "{\n  \"a\": 1,\n  \"b\": 2\n}"}, {time.Minute, `"1m0s"`}, {(*shot)(nil), "null"},
		{errors.New("no"), `"no"`}, {[]any{}, "[]"}, {map[string]int{}, "{}"},
		{params{collection[string]{items: []entry[string]{{"pagepool", "4G"}}}}, "[\n  {\n    \"key\": \"pagepool\",\n    \"value\": \"4G\"\n  }\n]"},
	} {
		out, _ := shown(t, Writer{Format: JSON}, tt.v)
		assert.Equal(t, tt.want+"\n", out)
	}
}

func TestJSONEndsAtLoops(t *testing.T) {
	type owner struct {
		Name string
		Self *owner
	}
	o := &owner{Name: "x"}
	o.Self = o
	out, _ := shown(t, Writer{Format: JSON}, o)
	assert.True(t, json.Valid([]byte(out)))
}

func TestYAML(t *testing.T) {
	out, _ := shown(t, Writer{Format: YAML}, sample())
	assert.Equal(t, ""+
		"- name: nightly\n"+
		"  status: Valid\n"+
		"  created: \"2026-03-02T04:05:06Z\"\n"+
		"  dataBytes: 2048\n"+
		"  comment: \"\"\n"+
		"  owner: root\n"+
		"  nested:\n"+
		"    limit: 1024\n"+
		"    tags:\n"+
		"      - a\n"+
		"      - b\n"+
		"- name: \"old:ü\"\n"+
		"  status: DeleteRequired\n"+
		"  created: null\n"+
		"  dataBytes: 125952\n"+
		"  comment: \"made \\u001b[31mred, by \\\"hand\\\"\"\n"+
		"  owner: \"\"\n"+
		"  nested:\n"+
		"    limit: 0\n"+
		"    tags: []\n", out)

	for v, want := range map[any]string{"yes": `"yes"`, "1e3": `"1e3"`, "/gpfs/a": "/gpfs/a", "-": `"-"`, true: "true", 3: "3", "a b": `"a b"`} {
		out, _ := shown(t, Writer{Format: YAML}, v)
		assert.Equal(t, want+"\n", out)
	}
	out, _ = shown(t, Writer{Format: YAML}, [][]int{{1, 2}, {}})
	assert.Equal(t, "- - 1\n  - 2\n- []\n", out)
}

func TestCSV(t *testing.T) {
	out, _ := shown(t, Writer{Format: CSV}, sample())
	assert.Equal(t, ""+
		"name,status,created,dataBytes,comment,owner,nested\n"+
		"nightly,Valid,2026-03-02T04:05:06Z,2048,,root,\"{\"\"limit\"\":1024,\"\"tags\"\":[\"\"a\"\",\"\"b\"\"]}\"\n"+
		"old:ü,DeleteRequired,,125952,\"made \x1b[31mred, by \"\"hand\"\"\",,\"{\"\"limit\"\":0,\"\"tags\"\":[]}\"\n", out)
	out, _ = shown(t, Writer{Format: CSV}, sample().items[0].Value)
	assert.Contains(t, out, "nightly,Valid")
	out, _ = shown(t, Writer{Format: CSV}, []string{"a,b", "c"})
	assert.Equal(t, "\"a,b\"\nc\n", out)
	out, _ = shown(t, Writer{Format: CSV}, map[string]int{"x": 1})
	assert.Equal(t, "x,1\n", out)
}

func TestName(t *testing.T) {
	for _, tt := range []struct {
		v    any
		want string
	}{
		{sample(), "nightly\nold:ü\n"}, {sample().items[0].Value, "nightly\n"}, {[]*shot{{Name: "x"}}, "x\n"},
		{map[string]int{"b": 1, "a": 2}, "a\nb\n"}, {[]string{"p", "q"}, "p\nq\n"}, {7, "7\n"},
	} {
		out, _ := shown(t, Writer{Format: Name}, tt.v)
		assert.Equal(t, tt.want, out)
	}
}

type text struct{ lines []string }

func (p text) String() string { return strings.Join(p.lines, "\n") }

func TestText(t *testing.T) {
	for _, tt := range []struct {
		v    any
		want string
	}{
		{"two\nlines\n", "two\nlines\n"}, {"", ""}, {42, "42\n"}, {true, "yes\n"}, {nil, "nil\n"}, {(*shot)(nil), "nil\n"},
		{[]string{"a", "b"}, "a\nb\n"}, {[]byte("policy"), "policy\n"}, {errors.New("gone"), "gone\n"},
		{text{[]string{"mmdelsnapshot mmfs1 a", "mmdelsnapshot mmfs1 b"}}, "mmdelsnapshot mmfs1 a\nmmdelsnapshot mmfs1 b\n"},
		{map[string]int{"b": 20, "a": 1}, "KEY  VALUE\na        1\nb       20\n"},
		{time.Minute, "1m0s\n"}, {[]any{1, "x"}, "1\nx\n"},
	} {
		out, _ := shown(t, Writer{}, tt.v)
		assert.Equal(t, tt.want, out)
	}
}

func TestKeysAreShownWhenNoColumnHasThem(t *testing.T) {
	c := shots{collection[*shot]{items: []entry[*shot]{{"USR:a", &shot{Name: "a"}}, {"GRP:a", &shot{Name: "a"}}}}}
	out, _ := shown(t, Writer{}, c)
	assert.True(t, strings.HasPrefix(out, "KEY    NAME"), out)
	assert.Contains(t, out, "USR:a  a")
}

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"Snapshots": "snapshots", "NodeClasses": "node classes", "NSDs": "NSDs", "MaxInodes": "max inodes", "ID": "ID",
		"NSDServers": "NSD servers", "": "",
	} {
		assert.Equal(t, want, words(in))
	}
	for in, want := range map[string]string{"Name": "name", "NSDName": "nsdName", "ID": "id", "MaxInodes": "maxInodes"} {
		assert.Equal(t, want, lowerCamel(in))
	}
	type Policy struct{}
	type NodeClass struct{}
	for want, v := range map[string]any{"policies": Policy{}, "node classes": &NodeClass{}, "shots": &shot{}, "values": ""} {
		assert.Equal(t, want, plural(reflect.TypeOf(v)))
	}
}

func TestParseFormat(t *testing.T) {
	for _, f := range Formats() {
		got, err := ParseFormat(string(f))
		require.NoError(t, err)
		assert.Equal(t, f, got)
	}
	_, err := ParseFormat("xml")
	assert.ErrorContains(t, err, "auto, table, wide, json, yaml, csv, name")
}

// strip removes colour.
func strip(s string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(after, "m")
	}
}

// sgr paints headers, strong text and states as a terminal would.
func sgr(l Look, text string) string {
	return map[Look]string{Header: "\x1b[2m", Dim: "\x1b[2m", Strong: "\x1b[1m", Good: "\x1b[32m", Warning: "\x1b[33m", Bad: "\x1b[31m"}[l] + text + "\x1b[0m"
}

func TestTreesFit(t *testing.T) {
	type fileset struct {
		Name     string `col:"NAME" json:"name"`
		ID       int64
		ParentID int64
		Path     string
	}
	list := []fileset{{"root", 0, -1, "/gpfs/a"}, {"a-fileset-with-a-long-name", 1, 0, "/gpfs/a/with/a/long/path"}, {"inner", 2, 1, "/gpfs/a/with/a/long/path/inner"}}
	view := arranged{list}
	out, _ := shown(t, Writer{Width: 30, Paint: sgr}, view)
	for line := range strings.Lines(strip(out)) {
		assert.LessOrEqual(t, runewidth.StringWidth(strings.TrimSuffix(line, "\n")), 30)
	}
	assert.Contains(t, out, "└─ ")
	out, _ = shown(t, Writer{Width: 30, Paint: sgr, ASCII: true}, view)
	assert.Equal(t, -1, strings.IndexFunc(out, func(r rune) bool { return r > 0x7f }))
	out, _ = shown(t, Writer{}, view)
	assert.Contains(t, out, "/gpfs/a/with/a/long/path/inner", "whole where no terminal is")
}

// arranged is a view of a tree.
type arranged struct{ v any }

func (a arranged) Value() any         { return a.v }
func (arranged) Conditions() []string { return nil }
func (arranged) Columns() []string    { return nil }
func (arranged) Order() []string      { return nil }
func (arranged) Limit() int           { return 0 }
func (arranged) IsTree() bool         { return true }
func (arranged) IsWide() bool         { return false }
