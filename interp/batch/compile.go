package batch

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

// Source is what a loop is compiled from.
type Source struct {
	Info *types.Info
	// File is the type of the files of a batch.
	File reflect.Type
	// Unwrap returns the expression that the user wrote for one in the tree.
	Unwrap func(ast.Expr) ast.Expr
	// Site numbers the place of a node in the function of the user's that is given, nil for the one with the loop.
	Site func(n ast.Node, in *types.Func) int
	// Native returns a function or a method of a native package, the latter with its receiver as the first argument.
	Native func(*types.Func) reflect.Value
	// Decl returns the declaration of a function of the user's whose body can stand for its calls, nil otherwise.
	Decl func(*types.Func) *ast.FuncDecl
}

// compiler makes one Loop.
type compiler struct {
	Source
	loop     *Loop
	file     map[types.Object]bool // variables that are the file at hand
	slots    map[types.Object]int  // variables in memory
	layouts  map[types.Type]reflect.Type
	mapTypes map[reflect.Type]*mapType
	calls    []call // functions whose bodies the statement at hand is in, the outermost first
}

// call is a function whose body is compiled in place.
type call struct {
	fn     *types.Func // nil for a literal, which stands in the function of the loop
	site   int         // of the call
	result int         // the variable that takes the result, -1 when there is none
	t      types.Type
}

// declined is the panic that ends a compilation.
type declined struct{ why string }

func (c *compiler) decline(why string) { panic(declined{why}) }

func newCompiler(s Source) *compiler {
	return &compiler{Source: s, loop: &Loop{}, file: map[types.Object]bool{}, slots: map[types.Object]int{}, layouts: map[types.Type]reflect.Type{}, mapTypes: map[reflect.Type]*mapType{}}
}

// compiled makes a loop that works on variables of the source. why says what was declined.
func compiled(s Source, outer []types.Object, make func(c *compiler) []stmt) (l *Loop, why string) {
	defer func() {
		if r := recover(); r != nil {
			d, ok := r.(declined)
			if !ok {
				panic(r)
			}
			l, why = nil, d.why
		}
	}()
	c := newCompiler(s)
	for i, o := range outer {
		v := o.(*types.Var)
		c.slots[o] = i
		c.loop.Vars = append(c.loop.Vars, v)
		c.loop.varTypes = append(c.loop.varTypes, c.layout(v.Type()))
	}
	c.loop.body = make(c)
	return c.loop, ""
}

// Compile compiles the body of a loop over files, whose variable is file; nil when it has none. It returns nil and what
// it does not know when the interpreter is to run the loop.
func Compile(s Source, file types.Object, body *ast.BlockStmt) (*Loop, string) {
	return compiled(s, outerVars(s, file, body), func(c *compiler) []stmt {
		if file != nil {
			c.file[file] = true
		}
		return c.block(body.List)
	})
}

// outerVars are the variables that nodes use and do not declare.
func outerVars(s Source, file types.Object, nodes ...ast.Node) []types.Object {
	declared := map[types.Object]bool{file: true}
	var used []types.Object
	seen := map[types.Object]bool{}
	for _, n := range nodes {
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			if o := s.Info.Defs[id]; o != nil {
				declared[o] = true
			}
			if v, ok := s.Info.Uses[id].(*types.Var); ok && !v.IsField() && !seen[v] {
				seen[v] = true
				used = append(used, v)
			}
			return true
		})
	}
	var outer []types.Object
	for _, v := range used {
		if !declared[v] {
			outer = append(outer, v)
		}
	}
	return outer
}

// newLocal makes a variable of the loop's own and returns its slot.
func (c *compiler) newLocal(rt reflect.Type) int {
	c.loop.locals = append(c.loop.locals, rt)
	return len(c.loop.varTypes) + len(c.loop.locals) - 1
}

// site numbers a place, with those of the calls around it.
func (c *compiler) site(n ast.Node) int {
	var sites []int
	var in *types.Func
	if len(c.calls) > 0 {
		in = c.calls[len(c.calls)-1].fn
	}
	sites = append(sites, c.Site(n, in))
	if in != nil {
		sites = append(sites, c.loop.sites[c.calls[len(c.calls)-1].site]...)
	}
	c.loop.sites = append(c.loop.sites, sites)
	return len(c.loop.sites) - 1
}

func (c *compiler) block(list []ast.Stmt) []stmt {
	var out []stmt
	for _, s := range list {
		if _, empty := s.(*ast.EmptyStmt); empty {
			continue
		}
		site := c.site(s)
		if run := c.statement(s, site); run != nil {
			out = append(out, stmt{run, site})
		}
	}
	return out
}

// act is a statement that always ends normally.
func act(f func(*machine)) func(*machine) control {
	return func(m *machine) control { f(m); return next }
}

func (c *compiler) statement(s ast.Stmt, site int) func(*machine) control {
	switch x := s.(type) {
	case *ast.ExprStmt:
		return act(c.exprStmt(x, site))
	case *ast.AssignStmt:
		return act(c.assign(x, site))
	case *ast.IncDecStmt:
		op := token.ADD
		if x.Tok == token.DEC {
			op = token.SUB
		}
		t := c.typeOf(x.X)
		return act(c.update(x.X, op, c.one(t), site))
	case *ast.DeclStmt:
		return act(c.declare(x, site))
	case *ast.BlockStmt:
		list := c.block(x.List)
		return func(m *machine) control { return runAll(list, m) }
	case *ast.IfStmt:
		return c.ifStmt(x, site)
	case *ast.SwitchStmt:
		return c.switchStmt(x, site)
	case *ast.ForStmt:
		return c.forStmt(x, site)
	case *ast.RangeStmt:
		return c.rangeStmt(x, site)
	case *ast.BranchStmt:
		if x.Label != nil {
			c.decline("a label")
		}
		switch x.Tok {
		case token.CONTINUE:
			return func(*machine) control { return goOn }
		case token.BREAK:
			return func(*machine) control { return leave }
		}
	case *ast.ReturnStmt:
		return c.returnStmt(x, site)
	}
	c.decline("a statement of this kind")
	return nil
}

func (c *compiler) ifStmt(x *ast.IfStmt, site int) func(*machine) control {
	init := func(*machine) {}
	if x.Init != nil {
		run := c.statement(x.Init, site)
		init = func(m *machine) { run(m) }
	}
	cond := c.value(x.Cond, site).boolean()
	then := c.block(x.Body.List)
	var other []stmt
	if x.Else != nil {
		other = c.block([]ast.Stmt{x.Else})
	}
	if x.Init == nil {
		return func(m *machine) control {
			if cond(m) {
				return runAll(then, m)
			}
			return runAll(other, m)
		}
	}
	return func(m *machine) control {
		init(m)
		if cond(m) {
			return runAll(then, m)
		}
		return runAll(other, m)
	}
}

func (c *compiler) switchStmt(x *ast.SwitchStmt, site int) func(*machine) control {
	var init func(*machine) control
	if x.Init != nil {
		init = c.statement(x.Init, site)
	}
	var tag *value
	keep := func(*machine) {}
	if x.Tag != nil {
		t := types.Default(c.typeOf(x.Tag))
		v := c.converted(x.Tag, t, site)
		slot := c.newLocal(c.layout(t))
		store := c.store(c.layout(t), v)
		keep = func(m *machine) { store(m, m.mem[slot]) }
		tag = c.load(c.layout(t), func(m *machine) unsafe.Pointer { return m.mem[slot] })
	}
	type clause struct {
		conds []func(*machine) bool
		body  []stmt
	}
	var clauses []clause
	fallback := -1
	for _, s := range x.Body.List {
		cc := s.(*ast.CaseClause)
		var cl clause
		if cc.List == nil {
			fallback = len(clauses)
		}
		for _, e := range cc.List {
			if tag == nil {
				cl.conds = append(cl.conds, c.value(e, site).boolean())
				continue
			}
			if !types.Identical(types.Default(c.typeOf(x.Tag)), c.typeOf(e)) && c.Info.Types[e].Value == nil {
				c.decline("a case of another type")
			}
			cl.conds = append(cl.conds, c.compare(token.EQL, tag, c.converted(e, types.Default(c.typeOf(x.Tag)), site)))
		}
		if n := len(cc.Body); n > 0 {
			if b, ok := cc.Body[n-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
				c.decline("fallthrough")
			}
		}
		cl.body = c.block(cc.Body)
		clauses = append(clauses, cl)
	}
	ended := func(r control) control {
		if r == leave {
			return next
		}
		return r
	}
	return func(m *machine) control {
		if init != nil {
			init(m)
		}
		keep(m)
		for i := range clauses {
			for _, cond := range clauses[i].conds {
				if cond(m) {
					return ended(runAll(clauses[i].body, m))
				}
			}
		}
		if fallback >= 0 {
			return ended(runAll(clauses[fallback].body, m))
		}
		return next
	}
}

func (c *compiler) exprStmt(x *ast.ExprStmt, site int) func(*machine) {
	e, ok := ast.Unparen(c.Unwrap(x.X)).(*ast.CallExpr)
	if !ok {
		c.decline("an expression as a statement")
	}
	if c.builtin(e) == "delete" {
		return c.deleteCall(e, site)
	}
	c.decline("a call as a statement")
	return nil
}

func (c *compiler) returnStmt(x *ast.ReturnStmt, site int) func(*machine) control {
	if len(c.calls) == 0 {
		c.decline("a return out of the loop")
	}
	in := c.calls[len(c.calls)-1]
	if in.result < 0 || len(x.Results) != 1 {
		c.decline("a return of this kind")
	}
	slot := in.result
	if id, ok := ast.Unparen(x.Results[0]).(*ast.Ident); ok {
		if from, ok := c.slots[c.Info.ObjectOf(id)]; ok && from == slot {
			return func(*machine) control { return giveBack }
		}
	}
	store := c.store(c.layout(in.t), c.converted(x.Results[0], in.t, site))
	return func(m *machine) control { store(m, m.mem[slot]); return giveBack }
}

func (c *compiler) declare(x *ast.DeclStmt, site int) func(*machine) {
	g := x.Decl.(*ast.GenDecl)
	if g.Tok == token.CONST {
		return func(*machine) {}
	}
	if g.Tok != token.VAR {
		c.decline("a declaration of a type")
	}
	var run []func(*machine)
	for _, s := range g.Specs {
		vs := s.(*ast.ValueSpec)
		if len(vs.Values) != 0 && len(vs.Values) != len(vs.Names) {
			c.decline("a call with several results")
		}
		if len(vs.Values) > 1 {
			c.decline("a declaration of several values")
		}
		for i, name := range vs.Names {
			o := c.Info.Defs[name]
			if name.Name == "_" || o == nil {
				c.decline("a blank variable")
			}
			rt := c.layout(o.Type())
			var v *value
			if len(vs.Values) > 0 {
				v = c.converted(vs.Values[i], o.Type(), site)
			} else {
				v = c.zero(rt)
			}
			slot := c.newLocal(rt)
			c.slots[o] = slot
			store := c.store(rt, v)
			run = append(run, func(m *machine) { store(m, m.mem[slot]) })
		}
	}
	if len(run) == 1 {
		return run[0]
	}
	return func(m *machine) {
		for _, f := range run {
			f(m)
		}
	}
}
