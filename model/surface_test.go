package model_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/model"
)

// TestObjectsAreRenderedByTheirTags proves what every rendering counts on: each data field has a stable JSON name and
// says whether it is a column, the key is the first column, and no object leads to another one.
func TestObjectsAreRenderedByTheirTags(t *testing.T) {
	for _, o := range []any{
		model.ClusterInfo{}, model.Filesystem{}, model.Fileset{}, model.Snapshot{}, model.Node{}, model.NodeStatus{}, model.NodeClass{},
		model.Disk{}, model.NSD{}, model.Pool{}, model.Quota{}, model.Parameter{}, model.Mount{}, model.NodeLicense{},
		model.HealthSummary{}, model.Health{}, model.HealthEvent{}, model.Waiter{}, model.RemoteCluster{}, model.SnapshotDirs{},
		model.Usage{}, &model.Job{}, model.File{}, model.ACL{},
		model.QoSStatus{}, model.NFSExport{}, model.Deadlock{}, model.DefaultQuota{}, model.GracePeriod{}, model.AFMState{},
		model.CESNodeStatus{}, model.CESAddress{}, model.CESService{}, model.SMBShare{}, model.Explanation{}, model.Check{}, model.Preflight{}, model.RollingStep{},
		model.NodeWaiter{}, model.Expelled{}, model.LogLine{}, model.State{}, model.StateObject{}, model.Difference{},
		model.QuotaStanding{}, model.QuotaChange{}, model.QuotaChanges{}, model.ProjectReport{}, model.ProjectStep{}, model.ParameterTruth{}, model.Upgrade{}, model.NodeLevel{},
		model.Callback{}, model.HandlerCopy{}, model.HandlerLog{}, model.FormatLevel{}, model.UpgradeStep{}, model.RecoveryGroup{}, model.VdiskSet{}, model.Pdisk{}, model.ReplaceStep{},
	} {
		typ := reflect.TypeOf(o)
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		names := make(map[string]bool)
		columns := 0
		for f := range typ.Fields() {
			if !f.IsExported() || f.Anonymous && f.Tag.Get("json") == "-" {
				continue
			}
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			require.NotEmpty(t, name, "%s.%s has no JSON name", typ, f.Name)
			if name != "-" {
				assert.False(t, names[name], "%s has %s twice", typ, name)
				names[name] = true
				assert.Equal(t, strings.ToLower(name[:1]), name[:1], "%s.%s", typ, f.Name)
			}
			col, wide, _ := strings.Cut(f.Tag.Get("col"), ",")
			assert.Contains(t, []string{"", "wide", "main", "minor", "prose"}, wide, "%s.%s", typ, f.Name)
			if collection(f.Type) {
				assert.Equal(t, "-", name, "%s.%s is a collection and has no place in JSON", typ, f.Name)
				assert.Empty(t, col)
				continue
			}
			require.NotEmpty(t, col, "%s.%s does not say whether it is a column", typ, f.Name)
			if col != "-" {
				columns++
				assert.Equal(t, strings.ToUpper(col), col, "%s.%s", typ, f.Name)
				assert.False(t, columns == 1 && wide != "", "the key of %s is always a column", typ)
			}
		}
		assert.GreaterOrEqual(t, columns, 2, typ)
	}
}

func collection(t reflect.Type) bool {
	_, ok := t.MethodByName("Items")
	return ok && t.Kind() == reflect.Struct
}

func TestObjectsHaveNoParentsInJSON(t *testing.T) {
	c, _ := simulated(t)
	ctx := t.Context()
	f, err := c.Filesystems.Get(ctx, "mmfs1")
	require.NoError(t, err)
	sets, err := f.Filesets.Items(ctx)
	require.NoError(t, err)
	snaps, err := f.AllSnapshots.Items(ctx)
	require.NoError(t, err)
	text, err := json.Marshal(map[string]any{"fs": f, "sets": sets, "snaps": snaps, "cluster": c})
	require.NoError(t, err)
	var back map[string]any
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Empty(t, back["cluster"], "a cluster is nothing but collections")
	first := back["snaps"].([]any)[0].(map[string]any)
	assert.Equal(t, "global-snapshot1", first["key"])
	value := first["value"].(map[string]any)
	assert.Equal(t, "mmfs1", value["filesystem"], "a parent is a name")
	assert.Nil(t, value["data"], "not asked is null")
	assert.Equal(t, "2024-04-28T22:15:07+02:00", value["created"])
	assert.Equal(t, "/gpfs/mmfs1", back["fs"].(map[string]any)["mountPoint"])
}

// TestEveryExportedNameIsDocumented keeps the package readable as a manual, and usable by scripts: what they cannot see
// or write must not be needed.
func TestEveryExportedNameIsDocumented(t *testing.T) {
	set := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				checkFunc(t, set, d)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					checkSpec(t, set, d, s)
				}
			}
		}
	}
}

func checkFunc(t *testing.T, set *token.FileSet, d *ast.FuncDecl) {
	t.Helper()
	if !d.Name.IsExported() || d.Recv != nil && !receiver(d).IsExported() {
		return
	}
	at := set.Position(d.Pos())
	assert.NotEmpty(t, d.Doc.Text(), "%s: %s has no documentation", at, d.Name)
	if d.Recv == nil {
		assert.Nil(t, d.Type.TypeParams, "%s: scripts cannot see a generic function", at)
	}
	if d.Type.Results != nil {
		for _, r := range d.Type.Results.List {
			ast.Inspect(r.Type, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && !id.IsExported() && !predeclared(id.Name) {
					assert.Fail(t, "unexported result", "%s: %s returns %s", at, d.Name, id.Name)
				}
				_, sel := n.(*ast.SelectorExpr)
				return !sel
			})
		}
	}
	bare := 0
	for i, p := range d.Type.Params.List {
		id, ok := p.Type.(*ast.Ident)
		if ok && id.Name == "string" {
			bare += len(p.Names)
		}
		if sel, ok := p.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
			assert.Zero(t, i, "%s: the context comes first", at)
		}
	}
	assert.LessOrEqual(t, bare, 1, "%s: %s takes strings that can be swapped", at, d.Name)
}

func checkSpec(t *testing.T, set *token.FileSet, d *ast.GenDecl, s ast.Spec) {
	t.Helper()
	switch s := s.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() {
			assert.NotEmpty(t, d.Doc.Text()+s.Doc.Text(), "%s: %s has no documentation", set.Position(s.Pos()), s.Name)
		}
	case *ast.ValueSpec:
		for _, n := range s.Names {
			if n.IsExported() {
				assert.NotEmpty(t, d.Doc.Text()+s.Doc.Text()+s.Comment.Text(), "%s: %s has no documentation", set.Position(s.Pos()), n)
			}
		}
	}
}

func receiver(d *ast.FuncDecl) *ast.Ident {
	typ := d.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.Ident:
			return t
		default:
			return ast.NewIdent("")
		}
	}
}

func predeclared(name string) bool {
	switch name {
	case "V", "string", "bool", "int", "int64", "error", "byte", "map", "float64", "any":
		return true
	}
	return false
}
