package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const sample = `// Package sample has one of each.
package sample

// Limit is untyped.
const Limit = 1 << 40

// The sizes.
const (
	Small Size = iota // the smallest
	Large
)

// Size is a size.
type Size int

// Thing is one thing.
type Thing struct {
	// Name is its name.
	Name string
	Box[*Thing] // what it is in
	Parts Parts
}

// Drop drops it.
func (t *Thing) Drop(hard bool) (dropped int, err error) { return 0, nil }

// Box holds values.
type Box[V any] struct{ v V }

// Open opens
// the box.
func (Box[V]) Open(key string) V { var v V; return v }

// All returns items.
func (Box[V]) All() []Item[V] { return nil }

type Item[V any] struct{ Key string; Value V }

type Pair[K comparable, V any] struct{ K K; V V }

func Pairs() []Pair[string, Size] { return nil }

// Parts are the parts of a thing.
type Parts = Box[Size]

type Visitor interface {
	Visit(t *Thing, rest ...string) error
	String() string
}

type Option interface{ apply(*Thing) }

type Number interface{ ~int | ~float64 }

func Map[A, B any](a A, f func(A) B) B { return f(a) }

var Default *Thing

func hidden() {}

func Bad() option { return 0 }

type option int
`

// check returns the sample as a package of ours.
func check(t *testing.T, src string) *loaded {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "sample.go", src, parser.ParseComments|parser.SkipObjectResolution)
	require.NoError(t, err)
	conf := types.Config{}
	p, err := conf.Check(module+"/sample", fset, []*ast.File{f}, nil)
	require.NoError(t, err)
	return &loaded{path: p.Path(), types: p, files: []*ast.File{f}}
}

func TestTable(t *testing.T) {
	src, err := newTable(check(t, sample)).source()
	require.NoError(t, err)
	got := strings.Join(strings.Fields(string(src)), " ")

	for _, want := range []string{
		`"Limit": reflect.ValueOf(constant.MakeFromLiteral("1099511627776", token.INT, 0)),`,
		`"Small": reflect.ValueOf(sample.Small),`,
		`"Default": reflect.ValueOf(&sample.Default).Elem(),`,
		`"Bad": reflect.ValueOf(sample.Bad),`,
		`"Thing": reflect.ValueOf((*sample.Thing)(nil)),`,
		`func gpfshSampleMethods() map[string]string { return map[string]string{ "Parts": "All Open", "Thing": "All *Drop Open", "Box_Thing": "All Open", } }`,
		`"Parts": reflect.ValueOf((*sample.Parts)(nil)),`,
		`"Option": reflect.ValueOf((*sample.Option)(nil)),`,
		`"Box_Thing": reflect.ValueOf((*sample.Box[*sample.Thing])(nil)),`,
		`"Item_Thing": reflect.ValueOf((*sample.Item[*sample.Thing])(nil)),`,
		`"Item_Size": reflect.ValueOf((*sample.Item[sample.Size])(nil)),`,
		`"Pair_string_Size": reflect.ValueOf((*sample.Pair[string, sample.Size])(nil)),`,
		`"_Visitor": reflect.ValueOf((*_gpfsh_sample_Visitor)(nil)),`,
		`type _gpfsh_sample_Visitor struct { IValue any WString func() string WVisit func(a0 *sample.Thing, a1 ...string) error }`,
		`Visit(a0 *sample.Thing, a1 ...string) error { return w.WVisit(a0, a1...) }`,
		`String() string { if w.WString == nil { return "" } return w.WString() }`,
	} {
		assert.Contains(t, got, want)
	}
	for _, not := range []string{`"Map"`, `"Number"`, `"Box"`, `"Item"`, `"hidden"`, `"option"`, `"_Option"`, `"Box_Size"`, `"_Number"`} {
		assert.NotContains(t, got, not)
	}
}

func TestDocText(t *testing.T) {
	p := check(t, sample)
	got := string(newDocIndex([]*loaded{p}).text(p))
	for _, want := range []string{
		"@||\nPackage sample has one of each.\n",
		"@Limit||\nLimit is untyped.\n",
		"@Small||\nthe smallest\n",
		"@Large||\nThe sizes.\n",
		"@Thing.Name||\nName is its name.\n",
		"@Thing.Box||\nwhat it is in\n",
		"@Thing.Drop|hard|dropped,err\nDrop drops it.\n",
		"@Thing.Open|key|_\nOpen opens the box.\n",
		"@Parts||\nParts are the parts of a thing.\n",
		"@Parts.Open|key|_\nOpen opens the box.\n",
		"@Visitor.Visit|t,rest|_\n",
	} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "hidden")
	assert.NotContains(t, got, "Option.apply")
}

func TestRulesForOurPackages(t *testing.T) {
	p := check(t, sample)
	assert.Equal(t, []string{"Bad: type option is not exported"}, unnameable(p))
	assert.Empty(t, missingWrappers(p))
}
