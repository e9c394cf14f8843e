package view

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// replaced are functions of the standard library that the shell has its own of: they end with the statement's context,
// must not end the process, know the types of the user, or are held back by a dry run.
var replaced = map[string]string{
	"time.Sleep":  "Sleep",
	"os.Exit":     "Exit",
	"log.Fatal":   "Fatal",
	"log.Fatalf":  "Fatalf",
	"log.Fatalln": "Fatalln",
	"flag.Parse":  "FlagParse",

	// They end with the statement.
	"fmt.Scan": "Scan", "fmt.Scanf": "Scanf", "fmt.Scanln": "Scanln", "io.Pipe": "IoPipe", "os.Pipe": "OsPipe",
	"os.Open": "OsOpen", "os.ReadFile": "OsReadFile", "os.ReadDir": "OsReadDir", "os.Stat": "OsStat", "os.Lstat": "OsLstat",

	// They know the names of types.
	"fmt.Printf": "Printf", "fmt.Sprintf": "Sprintf", "fmt.Fprintf": "Fprintf", "fmt.Errorf": "Errorf",

	// Held back by a dry run.
	"os.Remove": "OsRemove", "os.RemoveAll": "OsRemoveAll", "os.Mkdir": "OsMkdir", "os.MkdirAll": "OsMkdirAll",
	"os.Rename": "OsRename", "os.Link": "OsLink", "os.Symlink": "OsSymlink", "os.Chmod": "OsChmod", "os.Chown": "OsChown",
	"os.Lchown": "OsLchown", "os.Truncate": "OsTruncate", "os.Chtimes": "OsChtimes", "os.WriteFile": "OsWriteFile",
	"os.Create": "OsCreate", "os.OpenFile": "OsOpenFile", "os.CopyFS": "OsCopyFS", "os.CreateTemp": "OsCreateTemp", "os.MkdirTemp": "OsMkdirTemp",
}

// replacedMethods are methods of the standard library that a dry run holds back; the replacement takes the receiver
// first.
var replacedMethods = map[string]string{
	"os.File.Chmod": "FileChmod", "os.File.Chown": "FileChown", "os.File.Truncate": "FileTruncate",
	"os.Process.Kill": "ProcessKill", "os.Process.Signal": "ProcessSignal",
	"os/exec.Cmd.Run": "CmdRun", "os/exec.Cmd.Start": "CmdStart", "os/exec.Cmd.Output": "CmdOutput", "os/exec.Cmd.CombinedOutput": "CmdCombinedOutput",

	// They end with the statement.
	"os.File.Read": "FileRead", "os.Process.Wait": "ProcessWait",
	"os/exec.Cmd.Wait": "CmdWait", "sync.WaitGroup.Wait": "WaitGroupWait", "sync.Cond.Wait": "CondWait",
	"sync.Mutex.Lock": "MutexLock", "sync.RWMutex.Lock": "RWMutexLock", "sync.RWMutex.RLock": "RWMutexRLock",
}

// refused are names that a source cannot have, because nothing could hold back what they do.
var refused = map[string]string{
	"os.StartProcess":        "is not held back by a dry run; use exec.Command",
	"os.OpenRoot":            "is not held back by a dry run; use os.OpenFile, os.Mkdir and the like",
	"os.NewFile":             "would write past a dry run; use os.OpenFile",
	"gpfsh/mmexec.NewLocal":  "runs commands past dry run, confirmation and audit; use Cluster() or Mm(…)",
	"gpfsh/mmexec.NewSSH":    "runs commands past dry run, confirmation and audit; use Cluster() or Mm(…)",
	"gpfsh/mmexec.OpenAudit": "is for the program, not for its scripts",
}

// methodKey names a method of a native type: "os/exec.Cmd.Run"; "" for others.
func methodKey(f *types.Func) string {
	recv := f.Signature().Recv()
	if recv == nil || f.Pkg() == nil {
		return ""
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok {
		return ""
	}
	return f.Pkg().Path() + "." + n.Obj().Name() + "." + f.Name()
}

func (l *lowerer) replacedMethod(sel *types.Selection) string {
	f, ok := sel.Obj().(*types.Func)
	if !ok || l.export || l.untraced {
		return ""
	}
	return replacedMethods[methodKey(f)]
}

// replacedCall writes the call of a method that the shell has its own of.
func (l *lowerer) replacedCall(x *ast.CallExpr) bool {
	se, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
	if !ok || l.export {
		return false
	}
	sel := l.u.info.Selections[se]
	if sel == nil || sel.Kind() != types.MethodVal {
		return false
	}
	if l.writesFile(x, se, sel) {
		return true
	}
	name := l.replacedMethod(sel)
	if name == "" {
		return false
	}
	l.write(rt + "." + name + "(")
	l.methodReceiver(se, sel)
	for i, a := range x.Args {
		l.write(", ")
		l.argument(x, i, a)
	}
	l.write(")")
	return true
}

// methodReceiver writes the pointer that a promoted or direct method is called on.
func (l *lowerer) methodReceiver(se *ast.SelectorExpr, sel *types.Selection) {
	t, path := l.typeOf(se.X), ""
	index := sel.Index()
	for _, i := range index[:len(index)-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			break
		}
		path += "." + l.fieldName(st.Field(i))
		t = st.Field(i).Type()
	}
	if _, ok := t.Underlying().(*types.Pointer); !ok {
		l.write("&")
	}
	l.emit(se.X)
	l.write(path)
}

// writesFile holds back the methods of our own packages that write a local file: they are all called WriteFile, and
// take its name first.
func (l *lowerer) writesFile(x *ast.CallExpr, se *ast.SelectorExpr, sel *types.Selection) bool {
	f, ok := sel.Obj().(*types.Func)
	if !ok || f.Name() != "WriteFile" || f.Pkg() == nil || !strings.HasPrefix(f.Pkg().Path(), viewPrefix) || l.takesContext(f) || len(x.Args) == 0 {
		return false
	}
	sig := f.Signature()
	plain := types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
	decl, args, results := l.forward(plain, x.Pos())
	recv := l.typeText(l.typeOf(se.X), x.Pos())
	l.helper("file", fmt.Sprintf("(r %s) %s { if %s.HoldFile(%s) { return nil }; return r.WriteFile(%s) }", strings.Join(append([]string{recv}, decl...), ", "), results, rt, args[0], strings.Join(args, ", ")), true)
	l.write("(")
	l.emit(se.X)
	for i, a := range x.Args {
		l.write(", ")
		l.argument(x, i, a)
	}
	l.write(")")
	return true
}

// readsFile gives native code that reads a file a reader that gives up at an interrupt.
func (l *lowerer) readsFile(f *types.Func, x *ast.CallExpr, i int, a ast.Expr) bool {
	if f.Pkg() == nil || f.Pkg().Path() == "main" || l.untraced {
		return false
	}
	p, ok := types.Unalias(l.typeOf(a)).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != "os" || n.Obj().Name() != "File" {
		return false
	}
	sig, ok := l.typeOf(x.Fun).Underlying().(*types.Signature)
	if !ok {
		return false
	}
	to, ok := types.Unalias(paramType(sig, i, x.Ellipsis.IsValid())).(*types.Named)
	if !ok || to.Obj().Pkg() == nil || to.Obj().Pkg().Path() != "io" || to.Obj().Name() != "Reader" {
		return false
	}
	l.write(rt + ".Reader(")
	l.emit(a)
	l.write(")")
	return true
}
