package run

import (
	"context"
	"reflect"
	"unsafe"

	"github.com/traefik/yaegi/interp"
)

// globals is the frame of the interpreter's package variables. For each source that declares one, Yaegi replaces its
// slice by a longer copy, while goroutines of earlier entries (one that was interrupted and unwinds, one that works on
// in the background) read it: a data race, though none that the user wrote. The frame is therefore made long enough
// before anything runs, and what a source adds is filled in before it is executed, so that Yaegi finds nothing to
// replace. Only when reserved variables are used up the slice is replaced after all.
type globals struct {
	slots *[]reflect.Value // interp.frame.data
	types *[]reflect.Type  // interp.universe.types: a type for each variable compiled so far
	made  int              // variables that were made
}

// reserved is how many package variables, with the temporaries of statements outside functions, fit before the frame
// grows: some hundred entries' worth, in 96 KiB.
const reserved = 4096

// newGlobals finds the frame of an interpreter. It is empty when this Yaegi has none at the known place; Yaegi replaces
// the slice by itself then.
func newGlobals(it *interp.Interpreter) *globals {
	slots, ok := within[[]reflect.Value](reflect.ValueOf(it), "frame", "data")
	if !ok {
		return &globals{}
	}
	types, ok := within[[]reflect.Type](reflect.ValueOf(it), "universe", "types")
	if !ok {
		return &globals{}
	}
	return &globals{slots: slots, types: types, made: len(*slots)}
}

// within finds an unexported field of a struct that a field of the first points to.
func within[T any](v reflect.Value, outer, inner string) (*T, bool) {
	if v = v.Elem().FieldByName(outer); v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil, false
	}
	if v = v.Elem().FieldByName(inner); !v.IsValid() || v.Type() != reflect.TypeFor[T]() {
		return nil, false
	}
	return (*T)(unsafe.Pointer(v.UnsafeAddr())), true
}

// grow makes the variables that were compiled since the last time.
func (g *globals) grow() {
	if g.slots == nil {
		return
	}
	if n := len(*g.types); n > len(*g.slots) {
		slots := make([]reflect.Value, max(reserved, 2*n))
		copy(slots, *g.slots)
		*g.slots = slots
	}
	for ; g.made < len(*g.types); g.made++ {
		(*g.slots)[g.made] = reflect.New((*g.types)[g.made]).Elem()
	}
}

// eval evaluates a source.
func (y *yaegi) eval(src string) (v reflect.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = interp.Panic{Value: r}
		}
	}()
	program, err := y.it.Compile(src)
	if err != nil {
		return reflect.Value{}, err
	}
	y.globals.grow()
	return y.it.ExecuteWithContext(context.Background(), program)
}
