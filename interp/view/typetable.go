package view

import (
	"go/types"
	"sync"
)

// typeTable numbers the types that lowered code of a session names.
type typeTable struct {
	mu    sync.Mutex
	list  []types.Type
	index map[string][]int
	known map[int]bool // types whose methods the runner has
	fresh []int        // those of the unit that was lowered last
	tags  map[string]types.Type
}

func (t *typeTable) id(typ types.Type) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := types.TypeString(typ, nil)
	for _, n := range t.index[key] {
		if types.Identical(t.list[n], typ) {
			return n
		}
	}
	if t.index == nil {
		t.index = map[string][]int{}
	}
	t.list = append(t.list, typ)
	n := len(t.list) - 1
	t.index[key] = append(t.index[key], n)
	return n
}

// Type returns the type of a number in lowered code, nil when there is none.
func (s *Sites) Type(n int) types.Type {
	s.types.mu.Lock()
	defer s.types.mu.Unlock()
	if n < 0 || n >= len(s.types.list) {
		return nil
	}
	return s.types.list[n]
}

// TypeID returns the number of a type.
func (s *Sites) TypeID(t types.Type) int { return s.types.id(t) }

// Tagged returns the struct type that the tag of a lowered struct stands for, nil when there is none.
func (s *Sites) Tagged(tag string) types.Type {
	s.types.mu.Lock()
	defer s.types.mu.Unlock()
	return s.types.tags[tag]
}

func (t *typeTable) tag(tag string, typ types.Type) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tags == nil {
		t.tags = map[string]types.Type{}
	}
	t.tags[tag] = typ
}

// firstSeen tells, once for each type, that its methods are still to be given to the runner.
func (t *typeTable) firstSeen(n int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known[n] {
		return false
	}
	if t.known == nil {
		t.known = map[int]bool{}
	}
	t.known[n] = true
	t.fresh = append(t.fresh, n)
	return true
}

// ForgetMethods lets the methods be given anew: the runner is a new one.
func (s *Sites) ForgetMethods() {
	s.types.mu.Lock()
	defer s.types.mu.Unlock()
	s.types.known = nil
}

func (s *Sites) begin() {
	s.types.mu.Lock()
	defer s.types.mu.Unlock()
	s.types.fresh = nil
}

// Undo lets the methods that the unit lowered last gives be given again: it was not declared.
func (s *Sites) Undo() {
	s.types.mu.Lock()
	defer s.types.mu.Unlock()
	for _, n := range s.types.fresh {
		delete(s.types.known, n)
	}
	s.types.fresh = nil
}
