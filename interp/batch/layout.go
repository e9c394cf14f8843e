package batch

import (
	"fmt"
	"go/types"
	"reflect"
	"time"
	"unsafe"
)

// Values lie in memory as Go has them. The interpreter makes types of its own for those of the user, with other names of
// fields, but of the same layout; only the layout is relied on, and compared before a loop runs.

var timeType = reflect.TypeFor[time.Time]()

var basicTypes = map[types.BasicKind]reflect.Type{
	types.Bool: reflect.TypeFor[bool](), types.String: reflect.TypeFor[string](),
	types.Int: reflect.TypeFor[int](), types.Int8: reflect.TypeFor[int8](), types.Int16: reflect.TypeFor[int16](),
	types.Int32: reflect.TypeFor[int32](), types.Int64: reflect.TypeFor[int64](),
	types.Uint: reflect.TypeFor[uint](), types.Uint8: reflect.TypeFor[uint8](), types.Uint16: reflect.TypeFor[uint16](),
	types.Uint32: reflect.TypeFor[uint32](), types.Uint64: reflect.TypeFor[uint64](), types.Uintptr: reflect.TypeFor[uintptr](),
	types.Float32: reflect.TypeFor[float32](), types.Float64: reflect.TypeFor[float64](),
}

// layout returns a type of the layout of a type of the source. It declines those that values of a loop do not have.
func (c *compiler) layout(t types.Type) reflect.Type {
	if rt, ok := c.layouts[t]; ok {
		if rt == nil {
			c.decline("a type that contains itself")
		}
		return rt
	}
	c.layouts[t] = nil
	rt := c.layoutOf(t)
	c.layouts[t] = rt
	return rt
}

func (c *compiler) layoutOf(t types.Type) reflect.Type {
	t = types.Unalias(t)
	if isTime(t) {
		return timeType
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if rt := basicTypes[u.Kind()]; rt != nil {
			return rt
		}
	case *types.Map:
		return reflect.MapOf(c.layout(u.Key()), c.layout(u.Elem()))
	case *types.Slice:
		return reflect.SliceOf(c.layout(u.Elem()))
	case *types.Array:
		if elem := c.layout(u.Elem()); u.Len() >= 0 && u.Len() <= maxArray {
			return reflect.ArrayOf(int(u.Len()), elem)
		}
	case *types.Pointer:
		return reflect.PointerTo(c.layout(u.Elem()))
	case *types.Struct:
		if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() != "main" {
			break // a native type may have fields that are not shown
		}
		fields := make([]reflect.StructField, u.NumFields())
		for i := range fields {
			fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: c.layout(u.Field(i).Type())}
		}
		return reflect.StructOf(fields)
	}
	c.decline("a value of type " + t.String())
	return nil
}

// maxArray is how many elements an array may have: they are copied often.
const maxArray = 1 << 12

func isTime(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Time" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "time"
}

// sameLayout tells whether values of two types lie in memory alike.
func sameLayout(a, b reflect.Type) bool {
	if a == b {
		return true
	}
	if a.Kind() != b.Kind() || a.Size() != b.Size() {
		return false
	}
	switch a.Kind() {
	case reflect.Struct:
		if a.NumField() != b.NumField() || a == timeType || b == timeType {
			return false
		}
		for i := range a.NumField() {
			if f, g := a.Field(i), b.Field(i); f.Offset != g.Offset || !sameLayout(f.Type, g.Type) {
				return false
			}
		}
		return true
	case reflect.Map:
		return sameLayout(a.Key(), b.Key()) && sameLayout(a.Elem(), b.Elem())
	case reflect.Array:
		return a.Len() == b.Len() && sameLayout(a.Elem(), b.Elem())
	case reflect.Slice, reflect.Pointer:
		return sameLayout(a.Elem(), b.Elem())
	case reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return false
	}
	return true
}

// class is how a value is computed.
type class int

const (
	integer class = iota // int64, or the bits of an unsigned number
	float
	text
	boolean
	pointer // a pointer, a map
	memory  // a struct, an array, a slice, a time: by its address
)

func classOf(rt reflect.Type) class {
	switch rt.Kind() {
	case reflect.Float32, reflect.Float64:
		return float
	case reflect.String:
		return text
	case reflect.Bool:
		return boolean
	case reflect.Pointer, reflect.Map:
		return pointer
	case reflect.Struct, reflect.Slice, reflect.Array:
		return memory
	}
	return integer
}

func unsigned(k reflect.Kind) bool { return k >= reflect.Uint && k <= reflect.Uintptr }

// wrap cuts the result of an operation to the size of its type.
func wrap(k reflect.Kind, v int64) int64 {
	switch k {
	case reflect.Int8:
		return int64(int8(v))
	case reflect.Int16:
		return int64(int16(v))
	case reflect.Int32:
		return int64(int32(v))
	case reflect.Uint8:
		return int64(uint8(v))
	case reflect.Uint16:
		return int64(uint16(v))
	case reflect.Uint32:
		return int64(uint32(v))
	}
	return v
}

func loadInt(k reflect.Kind, p unsafe.Pointer) int64 {
	switch k {
	case reflect.Int8:
		return int64(*(*int8)(p))
	case reflect.Int16:
		return int64(*(*int16)(p))
	case reflect.Int32:
		return int64(*(*int32)(p))
	case reflect.Uint8:
		return int64(*(*uint8)(p))
	case reflect.Uint16:
		return int64(*(*uint16)(p))
	case reflect.Uint32:
		return int64(*(*uint32)(p))
	}
	return *(*int64)(p)
}

func storeInt(k reflect.Kind, p unsafe.Pointer, v int64) {
	switch k {
	case reflect.Int8, reflect.Uint8:
		*(*int8)(p) = int8(v)
	case reflect.Int16, reflect.Uint16:
		*(*int16)(p) = int16(v)
	case reflect.Int32, reflect.Uint32:
		*(*int32)(p) = int32(v)
	default:
		*(*int64)(p) = v
	}
}

// copier returns what copies a value of a type.
func copier(rt reflect.Type) func(dst, src unsafe.Pointer) {
	switch rt.Kind() {
	case reflect.Struct:
		if rt == timeType {
			return func(dst, src unsafe.Pointer) { *(*time.Time)(dst) = *(*time.Time)(src) }
		}
		type part struct {
			offset uintptr
			copy   func(dst, src unsafe.Pointer)
		}
		var parts []part
		words := true
		for i := range rt.NumField() {
			f := rt.Field(i)
			parts = append(parts, part{f.Offset, copier(f.Type)})
			words = words && f.Type.Size() == 8 && !hasPointers(f.Type)
		}
		if n := len(parts); words && n <= 4 {
			return func(dst, src unsafe.Pointer) {
				for i := range n {
					*(*uint64)(unsafe.Add(dst, 8*i)) = *(*uint64)(unsafe.Add(src, 8*i))
				}
			}
		}
		return func(dst, src unsafe.Pointer) {
			for _, p := range parts {
				p.copy(unsafe.Add(dst, p.offset), unsafe.Add(src, p.offset))
			}
		}
	case reflect.Array:
		n, size, one := rt.Len(), rt.Elem().Size(), copier(rt.Elem())
		if !hasPointers(rt) {
			return func(dst, src unsafe.Pointer) {
				copy(unsafe.Slice((*byte)(dst), uintptr(n)*size), unsafe.Slice((*byte)(src), uintptr(n)*size))
			}
		}
		return func(dst, src unsafe.Pointer) {
			for i := range uintptr(n) {
				one(unsafe.Add(dst, i*size), unsafe.Add(src, i*size))
			}
		}
	case reflect.String:
		return func(dst, src unsafe.Pointer) { *(*string)(dst) = *(*string)(src) }
	case reflect.Slice:
		return func(dst, src unsafe.Pointer) { *(*[]byte)(dst) = *(*[]byte)(src) }
	case reflect.Pointer, reflect.Map:
		return func(dst, src unsafe.Pointer) { *(*unsafe.Pointer)(dst) = *(*unsafe.Pointer)(src) }
	case reflect.Bool:
		return func(dst, src unsafe.Pointer) { *(*bool)(dst) = *(*bool)(src) }
	case reflect.Float32:
		return func(dst, src unsafe.Pointer) { *(*float32)(dst) = *(*float32)(src) }
	}
	k := rt.Kind()
	if rt.Size() == 8 {
		return func(dst, src unsafe.Pointer) { *(*uint64)(dst) = *(*uint64)(src) }
	}
	return func(dst, src unsafe.Pointer) { storeInt(k, dst, loadInt(k, src)) }
}

func hasPointers(rt reflect.Type) bool {
	switch rt.Kind() {
	case reflect.String, reflect.Slice, reflect.Pointer, reflect.Map:
		return true
	case reflect.Array:
		return hasPointers(rt.Elem())
	case reflect.Struct:
		if rt == timeType {
			return true
		}
		for i := range rt.NumField() {
			if hasPointers(rt.Field(i).Type) {
				return true
			}
		}
	}
	return false
}
