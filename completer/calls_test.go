package completer_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/completer"
	"gpfsh/interp"
	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

func textsOf(list []completer.Suggestion) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.Text)
	}
	return out
}

// onDemo is a completer of a session on the demo cluster.
func onDemo(t *testing.T) *completer.Completer {
	t.Helper()
	return completer.New(onDemoSession(t), completer.Options{Patience: time.Minute})
}

func onDemoSession(t *testing.T) *interp.Session {
	t.Helper()
	ex := mmexec.Wrap(mmsim.New(), completer.Guard())
	cluster, err := model.Connect(context.Background(), ex)
	require.NoError(t, err)
	s, err := interp.New(interp.Options{
		Script: script.NewSession(script.Options{Executor: ex, Cluster: cluster}), Filesystems: func() []string { return []string{"mmfs1", "mmfs2"} },
	})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	_, err = s.Eval(context.Background(), interp.Source{Name: "prompt", Text: "fs := mmfs1"})
	require.NoError(t, err)
	return s
}

// TestKnownValues: what the cluster knows of the values of a parameter is offered inside its string.
func TestKnownValues(t *testing.T) {
	c := onDemo(t)
	for _, tt := range []struct {
		src  string
		want string
	}{
		{`fs.Disks.InPool("`, `capacity"`},
		{`cluster.File("/gpfs/mmfs1/x").Change(InPool("c`, ""}, // which file system it is in is not known without asking
		{`fs.Filesets.New("x", InInodeSpaceOf("ho`, `home"`},
		{`fs.Mount(On("nsd`, `nsdServers"`},
		{`fs.Mount(On("nsd01`, `nsd01.hpc.example.org"`},
		{`cluster.NodeClasses.New("x", "node1`, `node12.hpc.example.org"`},
		{`fs.Quotas["`, `user/`},
		{`fs.Quotas["fileset/ho`, `fileset/home"]`},
		{`cluster.Callbacks.New(ForEvents("lowD`, `lowDiskSpace"`},
		{`Node("gw`, `gw01.hpc.example.org"`},
		{`Filesystem("mm`, `mmfs2"`},
		{`cluster.MoveManager("nsd`, `nsd02.hpc.example.org"`},
		{`fs.Snapshots.Delete("glob`, `global-snapshot1"`},
		{`fs.Filesets.Match("pro`, `proj-*"`},
		{`fs.Filesets["pro`, `proj-*"]`},
		{`fs.Filesets["*beta`, `proj-beta"]`},
		{`cluster.Config.Change(Settings{"page`, `pagepool"`},
		{`cluster.Config.Change(Settings{"maxMBpS": "1", "autol`, `autoload"`},
		{`cluster.Config.Change(Settings{"autoload": "`, `no"`},
		{`cluster.Config["autoload"].Change("`, `yes"`},
		{`Cols(fs.Filesets, "InodesU`, `InodesUsedPct"`},
		{`Sort(fs.Filesets, "-Inod`, `-InodesUsedPct"`},
		{`Cols(fs.Filesets, "Name").Sort("Pa`, `Path"`},
		{`Mm("mmlssn`, `mmlssnapshot`},
		{`Mm("mmlssnapshot mm`, `mmlssnapshot mmfs1`},
		{`Mm("mmhealth no`, `mmhealth node`},
	} {
		got := textsOf(c.Complete(tt.src, len(tt.src), true).Suggestions)
		if tt.want == "" {
			continue
		}
		assert.Contains(t, got, tt.want, tt.src)
	}
	fields := textsOf(c.Complete(`Cols(fs.Filesets, "`, len(`Cols(fs.Filesets, "`), true).Suggestions)
	assert.Equal(t, []string{`Name"`, `Status"`, `Path"`}, fields[:3], "the columns stand in their order")
	now := c.Complete(`cluster.Config.Change(Settings{"pagepool": "`, len(`cluster.Config.Change(Settings{"pagepool": "`), false).Suggestions
	require.NotEmpty(t, now, "the configuration answers unasked")
	assert.Equal(t, completer.Suggestion{Text: `4G"`, Kind: "value", Doc: "what it is now"}, now[0])
	assert.Empty(t, c.Complete(`Settings{"pagepool": "x"}; y := "`, len(`Settings{"pagepool": "x"}; y := "`), true).Suggestions)
}

// TestEveryPlace: whatever stands before the cursor, completion has an answer.
func TestEveryPlace(t *testing.T) {
	c := onDemo(t)
	for _, src := range []string{
		`mmfs1.NewProject(Project{Name: "p42", Path: "/gpfs/mmfs1/p42", BlockSoft: 9*TiB})`,
		`cluster.Config.Change(Settings{"pagepool": "8G", "autoload": "yes"}, On("nsdServers"), Now())`,
		`for n, f := range fs.Filesets.Where("InodesUsedPct > 90 && Status == Linked") { print(n, f.Path[1:]) }`,
		"f := func(s *Snapshot) bool {\n\treturn s.Age() > 30*Day // old\n}\nfs.Snapshots.Where(f)",
		`x := map[string][]int{"a": {1, 2}}["a"][0]; if x > 0 { switch x { case 1: } }`,
		`Cols(Sort(fs.Quotas, "-BlockUsage"), "Owner").Top(3, "FilesUsage")`,
		`:= ) } ] "`,
	} {
		for i := range len(src) + 1 {
			res := c.Complete(src, i, i%2 == 0)
			assert.LessOrEqual(t, res.Start, i)
			c.Complete(src[:i], i, false)
		}
	}
	fields := textsOf(c.Complete(`fs.NewProject(Project{Name: "p42", `, 35, false).Suggestions)
	assert.Contains(t, fields, "Path")
	assert.NotContains(t, fields, "Name", "it is set already")
}

// TestQuotasAreNotAskedFor: who has quotas is never asked because somebody types.
func TestQuotasAreNotAskedFor(t *testing.T) {
	c := onDemo(t)
	for _, k := range c.Complete(`fs.Quotas["`, 11, true).Suggestions {
		assert.NotContains(t, k.Text, "alice")
		assert.NotContains(t, k.Text, "1001")
	}
	// What an entry has read is known from then on.
	s := onDemoSession(t)
	_, err := s.Eval(context.Background(), interp.Source{Name: "prompt", Text: `fs.Quotas.Users().Names()`})
	require.NoError(t, err)
	c = completer.New(s, completer.Options{Patience: time.Minute})
	keys := func(src string) []string { return textsOf(c.Complete(src, len(src), false).Suggestions) }
	assert.Equal(t, []string{`home:user/root"]`, `home:user/uid:1001"]`, `home:user/uid:1002"]`, `home:user/uid:1003"]`}, keys(`fs.Quotas["home:`))
	assert.Equal(t, []string{`home:user/uid:1001"]`}, keys(`fs.Quotas["home:user/uid:1001`))
	assert.Equal(t, []string{`home:user/uid:1001"]`, `proj-alpha:user/uid:1001"]`}, keys(`fs.Quotas["1001`), "the owner is enough")
	assert.Contains(t, keys(`fs.Quotas["user/`), `scratch:user/uid:1003"]`, "so is the kind")
	assert.Equal(t, []string{`home:user/root"]`}, keys(`mmfs1.Quotas["home:user/r`), "the same file system by another name")
	assert.Equal(t, []string{"user/", "group/", "fileset/"}, keys(`fs.Quotas["`)[:3], "the kinds come first")
	assert.Equal(t, []string{"group/"}, keys(`fs.Quotas["group/`), "of groups nothing was read")
	assert.Equal(t, []string{"user/"}, keys(`mmfs2.Quotas["user/`), "nor of another file system")

	cl := &mmexec.Result{}
	ran := 0
	ex := mmexec.Wrap(counting{cl, &ran}, completer.Guard())
	_, err = ex.Run(completer.Unattended(context.Background(), mmexec.CostManager), mmexec.Command{Name: "mmrepquota", Args: []string{"-Y", "mmfs1"}})
	var refused *completer.RefusedError
	require.ErrorAs(t, err, &refused)
	assert.Zero(t, ran)
}

type counting struct {
	res *mmexec.Result
	ran *int
}

func (c counting) Run(context.Context, mmexec.Command) (*mmexec.Result, error) {
	*c.ran++
	return c.res, nil
}

func (counting) Put(context.Context, string, []byte) (string, error) { return "", nil }
func (counting) Get(context.Context, string) ([]byte, error)         { return nil, nil }
func (counting) Remove(context.Context, string) error                { return nil }

func TestMmLines(t *testing.T) {
	c := onDemo(t)
	for _, tt := range []struct {
		line  string
		start int
		want  string
	}{
		{"mmlsfi", 0, "mmlsfileset"},
		{"mmlsfileset mm", 12, "mmfs1"},
		{"mmlsfileset mmfs1 ho", 18, "home"},
		{"mmlssnapshot mmfs1 -j ho", 22, "home"},
		{"mmlssnapshot mmfs1 --bl", 19, "--block-size"},
		{"mmgetstate -N nsdS", 14, "nsdServers"},
		{"mmhealth node ", 14, "eventlog"},
		{"mmlsfs", 0, ""},
	} {
		res := c.MmLine(tt.line, len(tt.line), true)
		assert.Equal(t, tt.start, res.Start, tt.line)
		if tt.want == "" {
			assert.Empty(t, res.Suggestions, tt.line)
			continue
		}
		assert.Contains(t, textsOf(res.Suggestions), tt.want, tt.line)
	}
	res := c.MmLine("mmlssnapshot mmfs1 -s ", 22, true)
	assert.Empty(t, res.Suggestions, "what -s wants nobody knows")
}

// TestMore: what costs a question to the manager of a file system is shown to who asks, and the rest says that there is more.
func TestMore(t *testing.T) {
	c := onDemo(t)
	res := c.Complete(`mmfs1.Change(Mou`, 16, false)
	assert.True(t, res.More)
	assert.NotContains(t, res.Suggestions[0].Type, "now")
	res = c.Complete(`mmfs1.Change(Mou`, 16, true)
	assert.False(t, res.More)
	assert.Contains(t, res.Suggestions[0].Type, "now")
	res = c.Complete(`mmfs1.Change(Mou`, 16, false)
	assert.Contains(t, res.Suggestions[0].Type, "now", "what is known is shown to who types")
}

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
	options = at("mmfs1.Change(", true)
	for _, o := range options {
		if !strings.Contains("DriveLetter( InodeSegmentManager(", o.Text) { // mmlsfs says neither
			assert.Contains(t, o.Type, "now ", "%s has no present value", o.Text)
		}
	}
	assert.Equal(t, "now false", find(options, "DMAPI(").Type)
	assert.Equal(t, "now 1", find(options, "DefaultDataReplicas(").Type)
	assert.Equal(t, "now user,group,fileset", find(options, "AccountQuotas(").Type)
	for _, src := range []string{`mmfs1.Filesets["home"].Change(`, `cluster.Nodes["nsd01"].Change(`} {
		for _, o := range at(src, true) {
			if !strings.Contains("AFMAttributes(", o.Text) {
				assert.Contains(t, o.Type, "now ", "%s %s has no present value", src, o.Text)
			}
		}
	}
	assert.Equal(t, "now true", find(at(`cluster.Nodes["ces01"].Change(`, true), "CESNode(").Type)
	assert.Equal(t, []string{"false", "true"}, textsOf(at("mmfs1.Change(DMAPI(", false)))
	assert.Empty(t, at("fs.Change(ACLSemantics(x.", false), "what is wrong has nothing")
	// Values of enumerations, units, variables when nothing else fits.
	assert.True(t, has(at("fs.Change(AutomaticMount(", false), "MountAtStart"))
	assert.True(t, has(at("fs.Change(AutomaticMount(f", false), "fs"))
	// Help on the call where nothing can be completed.
	hint := at(`fs.Snapshots.New("`, false)
	require.Len(t, hint, 1)
	assert.Equal(t, "", hint[0].Text)
	assert.Equal(t, "name string", hint[0].Type)
	assert.Equal(t, completer.KindHint, hint[0].Kind)
	assert.Contains(t, hint[0].Doc, "in New(name string, options ...SnapshotOption)")
	// Conditions.
	assert.True(t, has(at(`fs.Filesets.Where("Inodes`, false), "InodesUsedPct"))
	values := at(`fs.Filesets.Where("Status == `, false)
	assert.True(t, has(values, "Unlinked"))
	// Paths.
	dir := t.TempDir()
	assert.True(t, has(at(`strings.ToUpper("`+dir[:strings.LastIndexByte(dir, '/')+1], false), dir+"/"))
}
