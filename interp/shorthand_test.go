package interp_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp"
	"gpfsh/interp/script"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// demo is a session on the simulated cluster, where mmfs1 is a file system.
func demo(t testing.TB) *interp.Session {
	t.Helper()
	sim := mmsim.New()
	c, err := model.Connect(context.Background(), sim)
	require.NoError(t, err)
	s, err := interp.New(interp.Options{
		Script:      script.NewSession(script.Options{Executor: sim, Cluster: c}),
		Filesystems: func() []string { return []string{"mmfs1", "mmfs2"} },
	})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func eval(t testing.TB, s *interp.Session, src string) []any {
	t.Helper()
	out, err := s.Eval(context.Background(), interp.Source{Name: "prompt", Text: src})
	require.NoError(t, err)
	return out.Values
}

func TestErrorsQuoteWhatWasTyped(t *testing.T) {
	s := demo(t)
	for text, want := range map[string]string{
		`mmfs1.Filesetz`:                        `prompt:1:7: mmfs1.Filesetz undefined (type *Filesystem has no field or method Filesetz); did you mean Filesets?`,
		`cluster.Nodez`:                         `prompt:1:9: cluster.Nodez undefined (type *Cluster has no field or method Nodez); did you mean Node?`,
		`x := mmfs1.Pools + 1`:                  `prompt:1:6: invalid operation: mmfs1.Pools + 1 (mismatched types Pools and untyped int)`,
		`len(mmfs1)`:                            `prompt:1:5: invalid argument: mmfs1 (map index expression of type *Filesystem) for built-in len`,
		`mmfs1.Snapshots.New(3)`:                `prompt:1:21: cannot use 3 (untyped int constant) as string value in argument to mmfs1.Snapshots.New`,
		`mmfs1.Filesets["x"].Foo`:               `prompt:1:21: mmfs1.Filesets["x"].Foo undefined (type *Fileset has no field or method Foo)`,
		"print(mmfs2.Name)\nmmfs1.Foo()":        `prompt:2:7: mmfs1.Foo undefined (type *Filesystem has no field or method Foo)`,
		`mmfs1.Filesets.Where("InodesUsd > 3")`: `prompt:1:23: InodesUsd undefined (type *Fileset has no field or method InodesUsd); did you mean Inodes?`,
		`Cluster().Filesystems["mmfs1"].Foo()`:  `prompt:1:32: Cluster().Filesystems["mmfs1"].Foo undefined (type *Filesystem has no field or method Foo)`,
		`print(mmfs1.Name); print(Cluster().Filesystems["mmfs1"].Foo)`:          `prompt:1:57: Cluster().Filesystems["mmfs1"].Foo undefined (type *Filesystem has no field or method Foo)`,
		`print(Cluster().Filesystems["mmfs1"].Name); print(mmfs1.Foo)`:          `prompt:1:57: mmfs1.Foo undefined (type *Filesystem has no field or method Foo)`,
		`print(func() string { return mmfs1.Pools["data"] }(), mmfs1.Filesets)`: `prompt:1:30: cannot use mmfs1.Pools["data"] (map index expression of type *Pool) as string value in return statement`,
	} {
		_, err := s.Eval(context.Background(), interp.Source{Name: "prompt", Text: text})
		require.Error(t, err, text)
		first, _, _ := strings.Cut(err.Error(), "\n")
		assert.Equal(t, want, first, text)
	}
}

func TestNamesThatStandAlone(t *testing.T) {
	s := demo(t)
	for short, long := range map[string]string{
		`cluster.Filesystems.Names()`:           `Cluster().Filesystems.Names()`,
		`mmfs1.Name`:                            `Cluster().Filesystems["mmfs1"].Name`,
		`len(mmfs1.Snapshots)`:                  `len(Cluster().Filesystems["mmfs1"].Snapshots)`,
		`"a" + mmfs1.Name + mmfs2.Name`:         `"ammfs1mmfs2"`,
		`func() string { return mmfs2.Name }()`: `"mmfs2"`,
	} {
		assert.Equal(t, eval(t, s, long), eval(t, s, short), short)
	}
	eval(t, s, `mmfs1 := 7`)
	assert.Equal(t, []any{7}, eval(t, s, "mmfs1"), "a variable wins")
	eval(t, s, `cluster := "mine"`)
	assert.Equal(t, []any{"mine"}, eval(t, s, "cluster"))
	_, err := s.Eval(context.Background(), interp.Source{Name: "x", Text: "mmfs3.Name"})
	assert.ErrorContains(t, err, "undefined: mmfs3")
	assert.NotEmpty(t, s.Check([]interp.Source{{Name: "x.go", Text: "print(mmfs2.Name)"}}), "a script says what it means")
}

func TestConditionsAsStrings(t *testing.T) {
	s := demo(t)
	for short, long := range map[string]string{
		`mmfs1.Filesets.Where("InodesUsedPct > 90 && Status == Linked").Names()`:              `Filesystem("mmfs1").Filesets.Where(func(f *Fileset) bool { return f.InodesUsedPct > 90 && f.Status == Linked }).Names()`,
		"mmfs1.Filesets.Where(`Name == \"home\" || !Independent`).Names()":                    `Filesystem("mmfs1").Filesets.Where(func(f *Fileset) bool { return f.Name == "home" || !f.Independent }).Names()`,
		`mmfs1.Filesets.Where("Name == \"home\"").Names()`:                                    `[]string{"home"}`,
		`mmfs1.Filesets.Where("Independent").Where("strings.HasPrefix(Name, \"h\")").Names()`: `[]string{"home"}`,
		`mmfs1.Snapshots.Where("Age() > Hour").Names()`:                                       `Filesystem("mmfs1").Snapshots.Where(func(f *Snapshot) bool { return f.Age() > Hour }).Names()`,
		`mmfs1.Snapshots.Where("Age > Hour").Names()`:                                         `Filesystem("mmfs1").Snapshots.Where(func(f *Snapshot) bool { return f.Age() > Hour }).Names()`,
	} {
		assert.Equal(t, eval(t, s, long), eval(t, s, short), short)
	}
	eval(t, s, `limit := 90.0; it := "home"`)
	assert.Equal(t, []any{[]string{"home"}}, eval(t, s, `mmfs1.Filesets.Where("Name == it && float64(InodesUsedPct) < limit").Names()`), "variables of the session")

	// Errors stand at the place in the string.
	for src, want := range map[string][2]string{
		`mmfs1.Filesets.Where("InodesUsedPc > 90")`:                         {`InodesUsedPc > 90`, "did you mean InodesUsedPct?"},
		`mmfs1.Filesets.Where("Name == \"a\" && Independent == 3")`:         {"3", ""},
		`mmfs1.Filesets.Where("Name > 90 &&")`:                              {"", ""},
		`mmfs1.Filesets.Where("nosuch == 1")`:                               {"nosuch", ""},
		`mmfs1.Filesets.Where("Name ==", 3)`:                                {"", ""},
		"\nmmfs1.Filesets.Where(\"Independent\").Where(\"Stat == Linked\")": {"Stat ==", "Status"},
	} {
		_, err := s.Eval(context.Background(), interp.Source{Name: "prompt", Text: src})
		var check *interp.CheckError
		require.True(t, errors.As(err, &check), src)
		d := check.Diagnostics[0]
		line := strings.Split(src, "\n")[d.Line-1]
		assert.Equal(t, line, d.Source)
		assert.True(t, strings.HasPrefix(line[d.Col-1:], want[0]), "%s: %s", src, d)
		assert.Contains(t, d.String(), want[1])
		assert.NotContains(t, d.Message, "ǃ")
	}
	src := interp.Source{Name: "x.go", Text: `print(Filesystem("mmfs1").Filesets.Where("Status == Linked && InodesUsedPct > 90").Names())`}
	assert.Empty(t, s.Check([]interp.Source{src}))
	program, err := s.Export(src)
	require.NoError(t, err)
	assert.Contains(t, string(program), "func(it *model.Fileset) bool { return it.Status == model.Linked && it.InodesUsedPct > 90 }")
}

func TestCorrect(t *testing.T) {
	s := demo(t)
	for typed, want := range map[string]string{
		`cluster.filesystems`:                                          `cluster.Filesystems`,
		`mmfs1.filesets.where("status == Linked")`:                     `mmfs1.Filesets.Where("Status == Linked")`,
		`mmfs1.filesets["home"].path`:                                  `mmfs1.Filesets["home"].Path`,
		`for _, f := range mmfs1.filesets { print(f.name, f.status) }`: `for _, f := range mmfs1.Filesets { print(f.Name, f.Status) }`,
		`cluster.Filesystems`:                                          `cluster.Filesystems`,
		`cluster.nosuch`:                                               `cluster.nosuch`,
		`mmfs1.filesets[`:                                              `mmfs1.filesets[`,
		`mmfs1.filesets["proj-*"]`:                                     `mmfs1.Filesets.Match("proj-*")`,
		`len(mmfs1.Filesets["proj-*"]) + len(mmfs2.Snapshots["n?"])`:   `len(mmfs1.Filesets.Match("proj-*")) + len(mmfs2.Snapshots.Match("n?"))`,
		`map[string]int{"a*": 1}["a*"]`:                                `map[string]int{"a*": 1}["a*"]`,
	} {
		assert.Equal(t, want, s.Correct(typed))
	}
}

func names(list []interp.Member, fits bool) []string {
	var out []string
	for _, m := range list {
		if m.Fits || !fits {
			out = append(out, m.Name)
		}
	}
	return out
}

func TestCursorInCalls(t *testing.T) {
	s := demo(t)
	eval(t, s, `fs := mmfs1`)
	at := func(src string) interp.Cursor { return s.Cursor(src, len(src)) }

	c := at(`fs.Change(Mou`)
	fits := names(c.Members, true)
	assert.Contains(t, fits, "MountPoint")
	assert.NotContains(t, fits, "Comment", "an option of filesets")
	require.NotNil(t, c.Call)
	assert.Equal(t, "fs.Change", c.Call.Name)
	assert.Equal(t, "options ...FilesystemOption", c.Call.Param)
	assert.Equal(t, interp.Path{{Root: "fs"}}, c.Call.Object)

	c = at(`mmfs1.Filesets["home"].Change(`)
	assert.Contains(t, names(c.Members, true), "Comment")
	assert.Contains(t, names(c.Members, true), "InodeLimit")
	assert.NotContains(t, names(c.Members, true), "MountPoint")
	assert.Equal(t, interp.Path{{Root: "Cluster"}, {Field: "Filesystems"}, {Key: "mmfs1"}, {Field: "Filesets"}, {Key: "home"}}, c.Call.Object)

	c = at(`fs.Change(AutomaticMount(`)
	assert.ElementsMatch(t, []string{"MountAtStart", "MountByHand", "MountOnAccess"}, first(names(c.Members, true), 3))
	assert.Equal(t, "AutomaticMount", c.Call.Name)

	c = at(`fs.Snapshots.New("`)
	assert.Equal(t, interp.CursorText, c.Kind)
	assert.Equal(t, "name string", c.Call.Param)

	c = at(`fs.Filesets.Where("InodesU`)
	assert.Equal(t, interp.CursorMember, c.Kind)
	assert.Equal(t, "InodesU", c.Prefix)
	assert.Equal(t, len(`fs.Filesets.Where("`), c.Start)
	assert.Contains(t, names(c.Members, false), "InodesUsedPct")
	c = at(`fs.Filesets.Where("Status == `)
	assert.Subset(t, names(c.Members, true), []string{"Linked", "Unlinked"})
	c = at(`fs.Filesets.Where("Independent && Sta`)
	assert.Contains(t, names(c.Members, false), "Status")

	c = at(`mmfs1.`)
	assert.Contains(t, names(c.Members, false), "Filesets")
	c = at(`mm`)
	assert.Subset(t, names(c.Members, false), []string{"mmfs1", "mmfs2", "cluster"})
	assert.True(t, slices.ContainsFunc(c.Members, func(m interp.Member) bool { return m.Name == "mmfs1" && m.Type == "*Filesystem" }))
}

func first(list []string, n int) []string { return list[:min(n, len(list))] }
