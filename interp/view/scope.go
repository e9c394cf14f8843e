package view

import (
	"go/types"
	"maps"
	"slices"
)

// Scope holds what earlier entries declared: for each name the object that later checks see and the name it has in
// lowered code.
type Scope struct {
	names   map[string]*Name
	used    map[string]bool
	sources map[string][]string     // the source of declarations, by name; methods stand with their type
	last    *Name                   // the value that was shown last
	imports map[string]string       // names that imports gave to packages -> their paths
	objects map[types.Object]string // all of them, those hidden by later declarations as well
}

// Name is one declared name of a session.
type Name struct {
	Object  types.Object
	Lowered string
}

// NewScope returns an empty scope.
func NewScope() *Scope {
	return &Scope{names: map[string]*Name{}, objects: map[types.Object]string{}, imports: map[string]string{}, used: map[string]bool{}, sources: map[string][]string{}}
}

// Lookup returns what a name stands for, or nil.
func (s *Scope) Lookup(name string) *Name { return s.names[name] }

// Names returns the declared names in order.
func (s *Scope) Names() []string { return slices.Sorted(maps.Keys(s.names)) }

// Declare adds names; one declared before is hidden from then on.
func (s *Scope) Declare(names map[string]*Name) {
	maps.Copy(s.names, names)
	for _, n := range names {
		s.objects[n.Object] = n.Lowered
	}
}

// taken tells whether lowered code of the session already uses a name.
func (s *Scope) taken(name string) bool {
	if _, ok := s.names[name]; ok {
		return true
	}
	return s.used[name]
}
