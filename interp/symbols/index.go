package symbols

//go:generate go run ./gen

import "slices"

// All returns the packages that scripts can import: those of gpfsh first, then the standard library by path. The tables
// themselves are built only when they are asked for.
func All() []Package { return packages() }

// Lookup returns the package with the import path.
func Lookup(path string) (Package, bool) {
	all := packages()
	i := slices.IndexFunc(all, func(p Package) bool { return p.Path == path })
	if i < 0 {
		return Package{}, false
	}
	return all[i], true
}
