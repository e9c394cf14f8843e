// Command gen writes the tables of package symbols: a Go file and a text of documentation for each package that scripts
// can import, and the index of them.
//
//	go generate ./interp/symbols
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// module is the import path below which packages are ours.
const module = "gpfsh"

func main() {
	dir := flag.String("dir", ".", "the directory of package symbols")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run writes all tables to dir and removes those of packages that are no longer listed.
func run(dir string) error {
	pkgs, err := load(dir, packages)
	if err != nil {
		return err
	}
	files, err := generate(pkgs)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, docsDir), 0o755); err != nil {
		return err
	}
	for name, data := range files {
		path := filepath.Join(dir, name)
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
			continue
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	stale, err := leftovers(dir, files)
	if err != nil {
		return err
	}
	for _, path := range stale {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

// generate returns the generated files by their names relative to the directory of package symbols.
func generate(pkgs []*loaded) (map[string][]byte, error) {
	files := map[string][]byte{}
	texts := newDocIndex(pkgs)
	for _, p := range pkgs {
		t := newTable(p)
		src, err := t.source()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.path, err)
		}
		files[fileName(p.path)+".go"] = src
		files[docsDir+"/"+fileName(p.path)+".txt"] = texts.text(p)
	}
	index, err := indexSource(pkgs)
	if err != nil {
		return nil, err
	}
	files[indexFile] = index
	return files, nil
}

// leftovers returns the generated files in dir that are not among files.
func leftovers(dir string, files map[string][]byte) ([]string, error) {
	var stale []string
	for _, pattern := range []string{"gpfsh_*.go", "std_*.go", docsDir + "/*.txt"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			rel, err := filepath.Rel(dir, path)
			if err != nil {
				return nil, err
			}
			if _, ok := files[filepath.ToSlash(rel)]; !ok {
				stale = append(stale, path)
			}
		}
	}
	return stale, nil
}

const (
	docsDir   = "docs"
	indexFile = "index_packages.go"
)

// fileName returns the name, without an extension, of the files made for a package.
func fileName(path string) string {
	name := strings.ReplaceAll(path, "/", "_")
	if own(path) {
		return name
	}
	return "std_" + name
}

// own reports whether the package is one of this module.
func own(path string) bool { return strings.HasPrefix(path, module+"/") }
