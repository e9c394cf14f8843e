package completer

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxPaths is how many entries of a directory are looked at.
const maxPaths = 2000

// Paths completes the name of a file on this machine that ends at offset.
func Paths(typed string, offset int) Result {
	dir, base := filepath.Split(typed)
	res := Result{Start: offset - len(base)}
	look := dir
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(look, "~/") {
		look = filepath.Join(home, look[2:])
	}
	if look == "" {
		look = "."
	}
	f, err := os.Open(look)
	if err != nil {
		return res
	}
	defer f.Close()
	list, _ := f.ReadDir(maxPaths)
	for _, e := range list {
		name := e.Name()
		if !strings.HasPrefix(name, base) || base == "" && strings.HasPrefix(name, ".") || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
			continue
		}
		if e.IsDir() {
			name += "/"
		}
		if name != base {
			res.Suggestions = append(res.Suggestions, Suggestion{Text: name, Kind: "path"})
		}
	}
	slices.SortFunc(res.Suggestions, func(a, b Suggestion) int { return strings.Compare(a.Text, b.Text) })
	return res
}
