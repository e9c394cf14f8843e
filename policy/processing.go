package policy

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"gpfsh/policy/filelist"
)

// Processing is a computation over the files that a policy lists, made by [ListProcessing] or [MapReduce]. It can be run
// as often as one likes.
type Processing[T any] struct {
	w *work
}

// Origin is what the language tells of functions beside their values: it fills it in, a Go program needs none of it.
type Origin struct {
	// Source declares the function handler(files Files, acc A) A, with all that it needs: what other nodes run. Without
	// it the work is done in one process.
	Source string
	// Attrs are the attributes that the functions read; without them the files have all that can be had.
	Attrs []filelist.Attr
}

// work is a computation without its types.
type work struct {
	name    string
	origin  Origin
	initial func() any
	fold    func(ctx context.Context, files filelist.Files, acc any) (any, error)
	reduce  func(a, b any) any
	output  func(acc any) any
	parts   bool // it can be done in parts

	mu     sync.Mutex
	report filelist.Report
}

// ListProcessing makes a computation of a function that sees all files, one after the other, in one place:
//
//	users := policy.ListProcessing("user_counts", func(ctx context.Context, files filelist.Files) (map[string]int, error) {
//		counts := map[string]int{}
//		for f, err := range files.All(ctx) {
//			if err != nil {
//				return nil, err
//			}
//			counts[f.User]++
//		}
//		return counts, nil
//	})
//	counts, err := users.Run(ctx, filelist.Scan("/data"))
//
// The name is that of the list in the policy. The function may go over the files more than once: the cluster is asked
// once.
func ListProcessing[T any](name string, process func(ctx context.Context, files filelist.Files) (T, error), origin ...Origin) *Processing[T] {
	w := newWork(name, origin)
	w.fold = func(ctx context.Context, files filelist.Files, _ any) (any, error) { return process(ctx, files) }
	return &Processing[T]{w}
}

// MapReduce makes a computation that can be done in parts, on many nodes: mapping makes a value of each file, combine adds
// the value to what a part has come to, beginning with a copy of initial, reduce puts two parts together, and output
// makes the result of what all have come to.
//
//	sizes := policy.MapReduce("sizes", bin, count, add, [8]int{}, policy.Same[[8]int])
//
// Without combine, reduce is used, and a value is what a part comes to (V and A are one type); without reduce, numbers are
// added, texts and lists put one behind the other, maps merged with their values added; without output the result is
// what all parts have come to. What parts come to travels between nodes, see [EncodeValue].
func MapReduce[V, A, R any](name string, mapping func(*filelist.File) V, combine func(A, V) A, reduce func(A, A) A, initial A, output func(A) R, origin ...Origin) *Processing[R] {
	if combine == nil {
		add := reduce
		if add == nil {
			add = Add[A]
		}
		combine = func(a A, v V) A { return add(a, any(v).(A)) }
	}
	fold := func(ctx context.Context, files filelist.Files, acc A) (A, error) {
		_, err := files.Each(ctx, func(f *filelist.File) error {
			acc = combine(acc, mapping(f))
			return nil
		})
		return acc, err
	}
	return Fold(name, fold, reduce, func() A { return initial }, output, origin...)
}

// Reduce is MapReduce of values that are what a part comes to: reduce puts two of them together, beginning with the first,
// so that the smallest of all is Reduce with a function that takes the smaller of two. Without reduce they are added. No
// files come to the zero value.
func Reduce[V any](name string, mapping func(*filelist.File) V, reduce func(V, V) V, origin ...Origin) *Processing[V] {
	if reduce == nil {
		reduce = Add[V]
	}
	combine := func(acc []V, v V) []V {
		if len(acc) == 0 {
			return append(acc, v)
		}
		acc[0] = reduce(acc[0], v)
		return acc
	}
	together := func(a, b []V) []V {
		if len(a) == 0 || len(b) == 0 {
			return append(a, b...)
		}
		return combine(a, b[0])
	}
	output := func(acc []V) V {
		var v V
		if len(acc) > 0 {
			v = acc[0]
		}
		return v
	}
	return MapReduce(name, mapping, combine, together, nil, output, origin...)
}

// Fold is MapReduce with the loop over the files of a part in the hands of the caller: fold goes on from acc.
func Fold[A, R any](name string, fold func(ctx context.Context, files filelist.Files, acc A) (A, error), reduce func(A, A) A, initial func() A, output func(A) R, origin ...Origin) *Processing[R] {
	w := newWork(name, origin)
	w.parts = true
	w.initial = func() any { return initial() }
	w.fold = func(ctx context.Context, files filelist.Files, acc any) (any, error) {
		return fold(ctx, files, as[A](acc))
	}
	w.reduce = func(a, b any) any { return add(a, b) }
	if reduce != nil {
		w.reduce = func(a, b any) any { return reduce(as[A](a), as[A](b)) }
	}
	w.output = func(a any) any { return a }
	if output != nil {
		w.output = func(a any) any { return output(as[A](a)) }
	}
	return &Processing[R]{w}
}

// Same returns what it is given: the output of a MapReduce that needs none.
func Same[T any](v T) T { return v }

// as is v as a T; nothing is the zero value.
func as[T any](v any) T {
	t, _ := v.(T)
	return t
}

func newWork(name string, origin []Origin) *work {
	w := &work{name: name}
	for _, o := range origin {
		w.origin = o
	}
	return w
}

// String says what it is and runs nothing.
func (p *Processing[T]) String() string {
	if p == nil || p.w == nil {
		return "no processing"
	}
	kind := "list processing"
	if p.w.parts {
		kind = "map-reduce"
	}
	return kind + " " + p.w.name
}

// Name is the name of the list in the policy.
func (p *Processing[T]) Name() string { return p.w.name }

// Run goes over the files and returns what the computation comes to. On a cluster it runs mmapplypolicy: a map-reduce
// in parts on the nodes that the files name, a list processing on a list that is read here. A dry run records the
// command, scans nothing, and returns [ErrPlanned].
func (p *Processing[T]) Run(ctx context.Context, files filelist.Files) (T, error) {
	var zero T
	v, err := p.w.run(ctx, files)
	if err != nil {
		return zero, err
	}
	return as[T](v), nil
}

// Into is Run with the result put where out points, for programs that know the type only when they run.
func (p *Processing[T]) Into(ctx context.Context, files filelist.Files, out any) error {
	to := reflect.ValueOf(out)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return fmt.Errorf("the result needs a place: give a pointer")
	}
	v, err := p.w.run(ctx, files)
	if err != nil {
		return err
	}
	from := reflect.ValueOf(v)
	switch {
	case !from.IsValid():
		to.Elem().SetZero()
	case from.Type().AssignableTo(to.Type().Elem()):
		to.Elem().Set(from)
	default:
		return fmt.Errorf("%s comes to a %s, and a %s is wanted", p.w.name, from.Type(), to.Type().Elem())
	}
	return nil
}

// Report says what became of the records of the last run: read, used, left out, rejected.
func (p *Processing[T]) Report() filelist.Report {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	return p.w.report
}

func (w *work) run(ctx context.Context, files filelist.Files) (any, error) {
	if err := checkListName(w.name); err != nil {
		return nil, err
	}
	if len(w.origin.Attrs) > 0 {
		named := make([]filelist.Attr, len(w.origin.Attrs))
		for i, a := range w.origin.Attrs {
			named[i] = filelist.Named(string(a))
		}
		files = files.Attrs(named...)
	}
	total := &filelist.Tally{}
	files = files.Tallied(total)
	ctx = withListName(ctx, w.name)
	v, err := w.compute(ctx, files, total)
	report := total.Report()
	w.mu.Lock()
	w.report = report
	w.mu.Unlock()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.name, err)
	}
	notify(ctx, w.name+": "+report.String())
	return v, nil
}

func (w *work) compute(ctx context.Context, files filelist.Files, total *filelist.Tally) (any, error) {
	if e, ok := clusterFilesOf(files); ok && w.parts && e.spreads(w) {
		acc, err := e.spread(ctx, w, files, total)
		if err != nil {
			return nil, err
		}
		return w.output(acc), nil
	}
	files, remove, err := files.Fetch(ctx)
	if err != nil {
		return nil, err
	}
	defer remove()
	if !w.parts {
		return w.fold(ctx, files, nil)
	}
	acc, err := w.fresh()
	if err != nil {
		return nil, err
	}
	if acc, err = w.fold(ctx, files, acc); err != nil {
		return nil, err
	}
	return w.output(acc), nil
}

// fresh is a copy of the initial value that is nobody else's: what one run puts into it must not be there in the next.
func (w *work) fresh() (any, error) {
	v := w.initial()
	data, err := EncodeValue(v)
	if err != nil {
		return nil, fmt.Errorf("the initial value: %w", err)
	}
	return DecodeValue(data, reflect.TypeOf(v))
}

// Add puts two values together as a reduce that nobody has written: numbers are added, texts and lists put one behind the
// other, maps merged, with the values that both have put together.
func Add[T any](a, b T) T { return as[T](add(a, b)) }

func add(a, b any) any {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return addValues(reflect.ValueOf(a), reflect.ValueOf(b)).Interface()
}

func addValues(a, b reflect.Value) reflect.Value {
	sum := reflect.New(a.Type()).Elem()
	switch a.Kind() {
	case reflect.Bool:
		sum.SetBool(a.Bool() || b.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		sum.SetInt(a.Int() + b.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		sum.SetUint(a.Uint() + b.Uint())
	case reflect.Float32, reflect.Float64:
		sum.SetFloat(a.Float() + b.Float())
	case reflect.String:
		sum.SetString(a.String() + b.String())
	case reflect.Slice:
		sum.Set(reflect.AppendSlice(a, b))
	case reflect.Array:
		for i := range a.Len() {
			sum.Index(i).Set(addValues(a.Index(i), b.Index(i)))
		}
	case reflect.Struct:
		for i := range a.NumField() {
			if sum.Field(i).CanSet() {
				sum.Field(i).Set(addValues(a.Field(i), b.Field(i)))
			}
		}
	case reflect.Map:
		if a.IsNil() {
			return b
		}
		for it := b.MapRange(); it.Next(); {
			v := it.Value()
			if old := a.MapIndex(it.Key()); old.IsValid() {
				v = addValues(old, v)
			}
			a.SetMapIndex(it.Key(), v)
		}
		return a
	default:
		sum.Set(b)
	}
	return sum
}
