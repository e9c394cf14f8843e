package view

import (
	"fmt"
	"go/types"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gpfsh/interp/generic"
	"gpfsh/interp/symbols"
)

// World holds what every source can see: the packages of the symbol tables as go/types shows them. Packages and types
// are converted when something asks for them and kept. A World is safe for concurrent use through its exported
// methods; checks that share one are serialised by it, because go/types marks the objects it meets.
type World struct {
	mu sync.Mutex

	tables map[string]symbols.Package
	order  []string // package paths as the index has them

	values map[string]map[string]reflect.Value
	docs   map[string]map[string]symbols.Doc
	pkgs   map[string]*types.Package
	filled map[string]bool

	methods map[string]map[string]string // of the types of a package

	named  map[reflect.Type]*types.Named
	native map[*types.TypeName]reflect.Type
	alias  map[reflect.Type]string // nil until somebody asks, see aliasOf
	funcs  map[*types.Func]*nativeFunc
	fields map[*types.Var]string // documentation keys of fields

	sources map[string]string // generic packages, as text; see package generic

	language reflect.Type           // the exported methods of this are the functions of the language; may be nil
	session  map[string]*types.Func // those that were asked for, by name
	dot      []string               // packages whose names need no qualifier
	prefer   map[string]string      // names that stand for those of another package than the first that has them
	short    Shorthands

	processing map[string]types.Object  // computations over files, see processing.go
	erased     map[*types.TypeName]bool // generic types that lowered code has without arguments

	described   map[types.Object]Member // for completion
	partTypes   map[reflect.Type]reflect.Type
	collections map[*types.TypeName]bool  // live collections, shown as maps
	carriers    map[string][]reflect.Type // by package, see partCarriersOf
	closed      map[string][]reflect.Type // by package, see closedOf
}

// nativeFunc says how the native form of a function differs from the one that the view shows.
type nativeFunc struct {
	ctx       bool                 // a leading context is left out
	callbacks map[int]bool         // parameters (of the view) that are functions with a leading context
	carriers  map[int]reflect.Type // parameters that carry a function with its source
	parts     reflect.Type         // the carrier that the last, variadic parameter takes among other things
	doc       string               // key in the documentation of its package
	unmarked  bool                 // a function whose calls are marked, because its name stands for a type elsewhere
	session   bool                 // a method of the session, shown as a function
	name      string
}

// viewPrefix marks the packages that the view's rules apply to; the standard library is shown as it is.
const viewPrefix = "gpfsh/"

// NewWorld makes a world of the packages given. Names of the packages in dot need no qualifier; the exported methods of
// session (a pointer to a struct type) are the functions of the language.
func NewWorld(tables []symbols.Package, dot []string, session reflect.Type) *World {
	w := &World{
		tables: map[string]symbols.Package{}, values: map[string]map[string]reflect.Value{},
		docs: map[string]map[string]symbols.Doc{}, pkgs: map[string]*types.Package{}, filled: map[string]bool{},
		methods: map[string]map[string]string{}, named: map[reflect.Type]*types.Named{}, native: map[*types.TypeName]reflect.Type{},
		funcs: map[*types.Func]*nativeFunc{}, fields: map[*types.Var]string{}, language: session,
		described: map[types.Object]Member{}, session: map[string]*types.Func{}, dot: dot, sources: map[string]string{}, partTypes: map[reflect.Type]reflect.Type{},
		collections: map[*types.TypeName]bool{}, carriers: map[string][]reflect.Type{}, closed: map[string][]reflect.Type{},
	}
	for _, g := range generic.Packages() {
		w.sources[g.Path] = g.Text
	}
	for _, t := range tables {
		w.tables[t.Path] = t
		w.order = append(w.order, t.Path)
	}
	return w
}

// languageFunc returns the function of the language that has a name, nil when there is none. It is converted when it is
// first asked for: the types of all of them together are most of what there is.
func (w *World) languageFunc(name string) *types.Func {
	if f := w.session[name]; f != nil {
		return f
	}
	if !w.hasLanguageFunc(name) {
		return nil
	}
	m, _ := w.language.MethodByName(name)
	f, nf := w.method(w.pkg(w.language.Elem().PkgPath()), name, m.Type, 1, nil, w.language.Elem().Name())
	nf.session = true
	w.session[name] = f
	return f
}

// hasLanguageFunc tells whether a name is that of a function of the language.
func (w *World) hasLanguageFunc(name string) bool {
	if w.language == nil {
		return false
	}
	_, ok := w.language.MethodByName(name)
	return ok
}

// aliasOf returns the name that a package whose names need no qualifier gives to a type of another name, or "".
func (w *World) aliasOf(t reflect.Type) string {
	if w.alias == nil {
		w.alias = map[reflect.Type]string{}
		for _, p := range w.dot {
			for name, v := range w.table(p) {
				if isTypeValue(v) && v.Type().Elem().Name() != name && !strings.HasPrefix(name, "_") {
					w.alias[v.Type().Elem()] = name
				}
			}
		}
	}
	return w.alias[t]
}

// Prefer makes names stand for those of the packages given, where several packages whose names need no qualifier have
// them. A function that is hidden so by a type is still meant where it is called.
func (w *World) Prefer(names map[string]string) { w.prefer = names }

// hidden finds the function that a call of a preferred type's name means.
func (w *World) hidden(name string) (p string, ok bool) {
	if w.prefer[name] == "" {
		return "", false
	}
	for _, p := range w.dot {
		if v, has := w.table(p)[name]; has && v.Kind() == reflect.Func {
			return p, true
		}
	}
	return "", false
}

// Packages returns the import paths that a source can use: those of the index in its order, then the generic ones.
func (w *World) Packages() []string {
	return append(slices.Clone(w.order), slices.Sorted(maps.Keys(w.sources))...)
}

// has tells whether sources can use a package.
func (w *World) has(path string) bool {
	_, ok := w.tables[path]
	return ok || w.sources[path] != ""
}

// Import implements types.Importer.
func (w *World) Import(p string) (*types.Package, error) {
	if !w.has(p) {
		return nil, fmt.Errorf("package %s is not available here", p)
	}
	return w.fill(p), nil
}

func (w *World) table(p string) map[string]reflect.Value {
	if m, ok := w.values[p]; ok {
		return m
	}
	t, ok := w.tables[p]
	if !ok {
		return nil
	}
	m := t.Values()
	w.values[p] = m
	return m
}

func (w *World) doc(p, key string) symbols.Doc {
	m, ok := w.docs[p]
	if !ok {
		if t, found := w.tables[p]; found && t.Docs != nil {
			m = t.Docs()
		}
		w.docs[p] = m
	}
	return m[key]
}

func (w *World) pkg(p string) *types.Package {
	if p == "" {
		return nil
	}
	if q := w.pkgs[p]; q != nil {
		return q
	}
	name := path.Base(p)
	if t, ok := w.tables[p]; ok {
		name = t.Name
	}
	q := types.NewPackage(p, name)
	w.pkgs[p] = q
	return q
}

// inView tells whether the rules of the view apply to a type.
func inView(t reflect.Type) bool { return strings.HasPrefix(t.PkgPath(), viewPrefix) }

// byPackageName finds a package by its name ("fmt") among those whose names may be used without an import.
func (w *World) byPackageName(name string) (string, bool) {
	for _, p := range w.order {
		if w.tables[p].Name == name {
			return p, true
		}
	}
	_, ok := w.sources[name]
	return name, ok
}

const connect = "Connect"

// predeclared returns the object that a name stands for before the user declares anything: a function of the language,
// a name of a dot package. The function of the language loses against a type of the same name here; at calls it wins
// (see callName). Against a function only Connect wins: scripts have no use for that of the model, which takes an executor.
func (w *World) predeclared(name string) types.Object {
	if p := w.prefer[name]; p != "" {
		w.convertName(p, name)
		if o := w.pkg(p).Scope().Lookup(name); o != nil {
			return o
		}
	}
	for _, p := range w.dot {
		if _, ok := w.table(p)[name]; ok && !strings.HasPrefix(name, "_") {
			w.convertName(p, name)
			o := w.pkg(p).Scope().Lookup(name)
			if _, isFunc := o.(*types.Func); isFunc && name == connect && w.hasLanguageFunc(name) {
				continue
			}
			if o != nil {
				return o
			}
		}
	}
	if o := w.processingName(name); o != nil {
		return o
	}
	if f := w.languageFunc(name); f != nil {
		return f
	}
	return nil
}

// predeclaredNames returns every name that predeclared knows.
func (w *World) predeclaredNames() []string {
	var names []string
	if w.language != nil {
		for m := range w.language.Methods() {
			names = append(names, m.Name)
		}
	}
	for _, p := range w.dot {
		for n, v := range w.table(p) {
			// An instance of a generic type has a name for the interpreter only.
			instance := strings.Contains(n, "_") && isTypeValue(v) && strings.Contains(v.Type().Elem().Name(), "[")
			if !strings.HasPrefix(n, "_") && !instance {
				names = append(names, n)
			}
		}
	}
	if w.hasProcessing() {
		names = append(names, "ListProcessing", "MapReduce", "Processing")
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// IsCollection tells whether a type of the view is a live collection, shown as a map.
func (w *World) IsCollection(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	return w.collections[n.Obj()]
}

// collectionGet returns the method Get, without its receiver, of a type of the generic shape of the object model, see
// model.Collection; nil of other types. The names of its methods are those of methodNames.
func collectionGet(t reflect.Type, names []string) reflect.Type {
	if t.Kind() != reflect.Struct || !inView(t) {
		return nil
	}
	for _, name := range []string{"Get", "Lookup", "Items", "Len", "Names"} {
		if !slices.Contains(names, name) {
			return nil
		}
	}
	get := reflect.Zero(reflect.PointerTo(t)).Method(slices.Index(names, "Get")).Type()
	if get.NumIn() != 2 || get.NumOut() != 2 || !isContext(get.In(0)) {
		return nil
	}
	return get
}

// DocOf returns what the source says of an object of a package; see symbols.Doc.
func (w *World) DocOf(o types.Object) symbols.Doc {
	if o == nil || o.Pkg() == nil {
		return symbols.Doc{}
	}
	p := o.Pkg().Path()
	switch o := o.(type) {
	case *types.Func:
		if nf := w.funcs[o.Origin()]; nf != nil {
			return w.doc(p, nf.doc)
		}
	case *types.Var:
		if key := w.fields[o]; key != "" {
			return w.doc(p, key)
		}
	}
	return w.doc(p, o.Name())
}
