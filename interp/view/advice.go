package view

import (
	"fmt"
	"go/ast"
	"go/types"
)

// advice says what a script does that works and costs more than it needs to. Check shows it; nothing is kept from
// running.

// inLoop is what to say of a method that is called once for each turn of a loop.
var inLoop = map[string]string{
	"Snapshot.Delete":         "each turn runs a command of its own; one does it for all: Snapshots.Where(…).DeleteAll()",
	"Snapshots.New":           "each turn stops all writers once; Filesets.NewSnapshots(name) makes them all at once",
	"Fileset.Refresh":         "each turn asks the cluster; Filesets.List() reads all of them with one command",
	"Snapshot.Refresh":        "each turn asks the cluster; Snapshots.List() reads all of them with one command",
	"Filesystem.DiskUsage":    "mmdf reads from every disk of the file system; Pools has the sizes at no such cost",
	"Snapshot.ReadSizes":      "sizes of snapshots are expensive to read; Snapshots.WithSizes() reads them with one command",
	"Node.State":              "each turn asks all nodes; Nodes.States() is one command",
	"Node.Health":             "each turn asks a node; Cluster().Health() is one command",
	"Filesystem.MountedOn":    "each turn asks all nodes; Cluster().Mounts() is one command",
	"Fileset.ReadUse":         "the use of a fileset is expensive to read; Quotas and the inode counters have it at no such cost",
	"Quota.Refresh":           "each turn reads all quotas; Quotas.List() reads them with one command",
	"Nodes.States":            "each turn asks all nodes; ask once before the loop",
	"Filesystem.Refresh":      "each turn asks the cluster; ask once before the loop",
	"Snapshots.WithSizes":     "sizes of snapshots are expensive to read; ask once before the loop",
	"Cluster.Health":          "each turn asks the whole cluster; ask once before the loop",
	"Cluster.Waiters":         "each turn asks all nodes; ask once before the loop",
	"Cluster.Mounts":          "each turn asks all nodes; ask once before the loop",
	"Nodes.InState":           "each turn asks all nodes; ask once before the loop",
	"Nodes.Down":              "each turn asks all nodes; ask once before the loop",
	"Nodes.Up":                "each turn asks all nodes; ask once before the loop",
	"Filesystem.SnapshotDirs": "each turn asks the cluster; ask once before the loop",
}

func (u *Unit) advise() {
	if u.mode != Script {
		return
	}
	for _, f := range u.files {
		a := &adviser{u: u, f: f}
		f.each(func(n ast.Node) { a.walk(n, 0) })
	}
}

type adviser struct {
	u *Unit
	f *file
}

func (a *adviser) walk(n ast.Node, loops int) {
	switch x := n.(type) {
	case *ast.ForStmt:
		children(x, func(c ast.Node) {
			if c == ast.Node(x.Init) {
				a.walk(c, loops)
				return
			}
			a.walk(c, loops+1)
		})
		return
	case *ast.RangeStmt:
		a.walk(x.X, loops)
		a.walk(x.Body, loops+1)
		return
	case *ast.AssignStmt:
		a.dropped(x)
	case *ast.CallExpr:
		if loops > 0 {
			a.call(x)
		}
	}
	children(n, func(c ast.Node) { a.walk(c, loops) })
}

func (a *adviser) call(x *ast.CallExpr) {
	sel, ok := ast.Unparen(unwrapped(x.Fun, a.u.wraps)).(*ast.SelectorExpr)
	if !ok {
		return
	}
	s := a.u.info.Selections[sel]
	if s == nil {
		return
	}
	f, ok := s.Obj().(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg().Path() != viewPrefix+"model" {
		return
	}
	nf := a.u.world.funcs[f]
	if nf == nil {
		return
	}
	if text, ok := inLoop[nf.doc]; ok {
		fd := a.f.finding(sel.Sel.Pos(), sel.Sel.End(), fmt.Sprintf("%s in a loop: %s", sel.Sel.Name, text))
		fd.Warning = true
		a.u.Findings = append(a.u.Findings, fd)
	}
}

// dropped says of an error of the object model that is assigned to nothing: without a word of it the error stops the
// script, thrown away it lets the script go on with what is not there.
func (a *adviser) dropped(x *ast.AssignStmt) {
	if len(x.Rhs) != 1 {
		return
	}
	last, ok := x.Lhs[len(x.Lhs)-1].(*ast.Ident)
	call, isCall := ast.Unparen(unwrapped(x.Rhs[0], a.u.wraps)).(*ast.CallExpr)
	if !ok || last.Name != "_" || !isCall {
		return
	}
	results := resultsOf(a.u.info.Types[call].Type)
	if n := len(results); n != len(x.Lhs) || !isError(results[n-1]) {
		return
	}
	sel, ok := ast.Unparen(unwrapped(call.Fun, a.u.wraps)).(*ast.SelectorExpr)
	if !ok {
		return
	}
	s := a.u.info.Selections[sel]
	if s == nil || s.Obj().Pkg() == nil || s.Obj().Pkg().Path() != viewPrefix+"model" {
		return
	}
	fd := a.f.finding(last.Pos(), last.End(), fmt.Sprintf("the error of %s is thrown away: what follows goes on as if it had worked; take the error, or leave it out, which stops the script", sel.Sel.Name))
	fd.Warning = true
	a.u.Findings = append(a.u.Findings, fd)
}
