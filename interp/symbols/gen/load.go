package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// loaded is one package: its types, from the compiler's export data, and its syntax, for the documentation.
type loaded struct {
	path  string
	types *types.Package
	files []*ast.File
}

// listed is what go list says of a package.
type listed struct {
	ImportPath string
	Dir        string
	Export     string
	GoFiles    []string
	DepOnly    bool
	Incomplete bool
	Error      *struct{ Err string }
	DepsErrors []*struct{ Err string }
}

// load reads the packages as they are built for linux/amd64 without cgo. Types come from export data, so the packages
// have to compile. A package of ours that has no directory yet is left out.
func load(dir string, paths []string) ([]*loaded, error) {
	paths, err := existing(dir, paths)
	if err != nil {
		return nil, err
	}
	list, err := goList(dir, paths)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		l, ok := list[path]
		if !ok || l.Export == "" {
			return nil, fmt.Errorf("no export data for %s", path)
		}
		return os.Open(l.Export)
	})
	var pkgs []*loaded
	for _, path := range paths {
		l := list[path]
		if l == nil {
			return nil, fmt.Errorf("go list does not know %s", path)
		}
		tp, err := imp.Import(path)
		if err != nil {
			return nil, err
		}
		p := &loaded{path: path, types: tp}
		for _, name := range l.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(l.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			p.files = append(p.files, f)
		}
		pkgs = append(pkgs, p)
	}
	return pkgs, nil
}

// existing returns the paths without those of our own packages that hold no Go file.
func existing(dir string, paths []string) ([]string, error) {
	out, err := command(dir, "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	root := strings.TrimSpace(string(out))
	var there []string
	for _, path := range paths {
		if own(path) {
			found, err := filepath.Glob(filepath.Join(root, strings.TrimPrefix(path, module+"/"), "*.go"))
			if err != nil {
				return nil, err
			}
			if len(found) == 0 {
				continue
			}
		}
		there = append(there, path)
	}
	return there, nil
}

// goList returns what go list says of the packages and of all they import.
func goList(dir string, paths []string) (map[string]*listed, error) {
	args := []string{"list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,DepOnly,Incomplete,Error,DepsErrors"}
	out, err := command(dir, append(args, paths...)...)
	if err != nil {
		return nil, err
	}
	list := map[string]*listed{}
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		l := new(listed)
		if err := dec.Decode(l); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if l.Error != nil {
			return nil, fmt.Errorf("%s does not compile: %s", l.ImportPath, l.Error.Err)
		}
		list[l.ImportPath] = l
	}
}

func command(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("go %s: %s", args[0], bytes.TrimSpace(exit.Stderr))
	}
	return out, err
}
