package batch

import (
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"unsafe"
)

// The keys of the user's maps have any type, and reflection takes a dozen times longer for an element than a map of Go.
// A map that a loop works on has a shadow therefore: the elements that the loop touched, found by a native map of
// whole numbers or texts. What was changed goes to the map itself when the loop ends, however it ends.

// mapType is what is known of the maps of a type.
type mapType struct {
	rt       reflect.Type
	key      class // integer, text, or memory: a struct, or a float, by its bytes
	keyKind  reflect.Kind
	elemSize uintptr
	copy     func(dst, src unsafe.Pointer)
	zero     unsafe.Pointer                              // an element that is not there
	encode   func(buf []byte, key unsafe.Pointer) []byte // of a key that is a struct
}

// mapCache is the shadow that an expression used last.
type mapCache struct {
	of     unsafe.Pointer
	shadow *shadow
	buf    []byte
}

// cell is an element.
type cell struct {
	mem     unsafe.Pointer
	key     unsafe.Pointer // of a key that is a struct
	present bool
	changed bool // against the map
}

// shadow is what a loop knows of a map.
type shadow struct {
	*mapType
	m     reflect.Value
	whole bool // all elements of the map are known
	len   int

	ints  index[int64]
	texts index[string] // of records by their encoded keys, too

	cells []cell         // not used yet
	mems  unsafe.Pointer // of elements not used yet
}

// wholeBelow is up to which size a map is taken over at once, so that a key that is not known is not there.
const wholeBelow = 1 << 16

// manyShadows is how many maps may have shadows when the next file begins: a body that makes a map of each file would keep
// them all.
const manyShadows = 1 << 10

// shadowOf returns the shadow of a map that is not nil.
func (m *machine) shadowOf(cache int, of unsafe.Pointer, t *mapType) *shadow {
	c := &m.caches[cache]
	if c.of == of {
		return c.shadow
	}
	s := m.shadows[of]
	if s == nil {
		s = newShadow(of, t)
		m.shadows[of] = s
	}
	c.of, c.shadow = of, s
	return s
}

func newShadow(of unsafe.Pointer, t *mapType) *shadow {
	p := reflect.New(t.rt)
	*(*unsafe.Pointer)(p.UnsafePointer()) = of
	s := &shadow{mapType: t, m: p.Elem()}
	s.len = s.m.Len()
	if t.key == integer {
		s.ints.cells = map[int64]*cell{}
	} else {
		s.texts.cells = map[string]*cell{}
	}
	if s.len > wholeBelow {
		return s
	}
	s.whole = true
	for it := s.m.MapRange(); it.Next(); {
		k := reflect.New(t.rt.Key())
		k.Elem().Set(it.Key())
		var c *cell
		switch t.key {
		case integer:
			c = s.ints.add(loadInt(t.keyKind, k.UnsafePointer()), s)
		case text:
			c = s.texts.add(*(*string)(k.UnsafePointer()), s)
		default:
			c = s.addKey(string(t.encode(nil, k.UnsafePointer())), k.UnsafePointer())
		}
		s.take(c, it.Value())
	}
	return s
}

// take copies an element of the map.
func (s *shadow) take(c *cell, v reflect.Value) {
	reflect.NewAt(s.rt.Elem(), c.mem).Elem().Set(v)
	c.present = true
}

func (s *shadow) newCell() *cell {
	if len(s.cells) == 0 {
		n := min(8+s.len, 256)
		s.cells = make([]cell, n)
		s.mems = reflect.MakeSlice(reflect.SliceOf(s.rt.Elem()), n, n).UnsafePointer()
	}
	c := &s.cells[0]
	s.cells = s.cells[1:]
	c.mem = s.mems
	if len(s.cells) > 0 {
		s.mems = unsafe.Add(s.mems, s.elemSize)
	}
	return c
}

func (s *shadow) addKey(encoded string, key unsafe.Pointer) *cell {
	c := s.newCell()
	p := reflect.New(s.rt.Key())
	p.Elem().Set(reflect.NewAt(s.rt.Key(), key).Elem())
	c.key = p.UnsafePointer()
	s.texts.cells[encoded] = c
	return c
}

// index finds elements by keys of a kind, and remembers the one that was found last: a record is often counted in several
// statements, or read and written.
type index[K int64 | string] struct {
	cells   map[K]*cell
	last    *cell
	lastKey K
}

// at finds the element of a key. What is not there is nil, unless it is to be made: then it is in the map when it is set.
func (x *index[K]) at(k K, s *shadow, add bool) *cell {
	if x.last != nil && x.lastKey == k {
		return x.last
	}
	e := x.cells[k]
	if e == nil {
		e = x.other(k, s, add)
	}
	x.last, x.lastKey = e, k
	return e
}

// other finds an element that the loop has not touched.
func (x *index[K]) other(k K, s *shadow, add bool) *cell {
	if !s.whole {
		p := reflect.New(s.rt.Key())
		switch k := any(k).(type) {
		case int64:
			storeInt(s.keyKind, p.UnsafePointer(), k)
		case string:
			*(*string)(p.UnsafePointer()) = k
		}
		if v := s.m.MapIndex(p.Elem()); v.IsValid() {
			c := x.add(k, s)
			s.take(c, v)
			return c
		}
	}
	if !add {
		return nil
	}
	return x.add(k, s)
}

func (x *index[K]) add(k K, s *shadow) *cell {
	if text, ok := any(k).(string); ok {
		k = any(strings.Clone(text)).(K) // a part of a path would keep the texts of its whole batch
	}
	c := s.newCell()
	x.cells[k] = c
	return c
}

// atRecord finds the element of a key that is a struct, as index.at does.
func (s *shadow) atRecord(buf []byte, key unsafe.Pointer, add bool) *cell {
	if c := s.texts.cells[string(buf)]; c != nil {
		return c
	}
	if !s.whole {
		if v := s.m.MapIndex(reflect.NewAt(s.rt.Key(), key).Elem()); v.IsValid() {
			c := s.addKey(string(buf), key)
			s.take(c, v)
			return c
		}
	}
	if !add {
		return nil
	}
	return s.addKey(string(buf), key)
}

// set says that the element was given a value.
func (s *shadow) set(c *cell) {
	if !c.present {
		c.present = true
		s.len++
	}
	c.changed = true
}

func (s *shadow) delete(c *cell) {
	if c == nil || !c.present {
		return
	}
	c.present, c.changed = false, true
	s.len--
	s.copy(c.mem, s.zero)
}

// flush gives the maps their new values.
func (m *machine) flush() {
	for _, s := range m.shadows {
		s.flush()
	}
}

// forget flushes the maps, and lets go of those that no variable of the source holds: what a fold comes to would else be
// taken over again and again.
func (m *machine) forget(varTypes []reflect.Type) {
	m.flush()
	kept := map[unsafe.Pointer]*shadow{}
	for i, t := range varTypes {
		if t.Kind() == reflect.Map {
			of := *(*unsafe.Pointer)(m.mem[i])
			if s := m.shadows[of]; s != nil {
				kept[of] = s
			}
		}
	}
	m.shadows = kept
	clear(m.caches)
}

func (s *shadow) flush() {
	write := func(key reflect.Value, c *cell) {
		if !c.changed {
			return
		}
		c.changed = false
		if c.present {
			s.m.SetMapIndex(key, reflect.NewAt(s.rt.Elem(), c.mem).Elem())
		} else {
			s.m.SetMapIndex(key, reflect.Value{})
		}
	}
	k := reflect.New(s.rt.Key())
	for n, c := range s.ints.cells {
		storeInt(s.keyKind, k.UnsafePointer(), n)
		write(k.Elem(), c)
	}
	for t, c := range s.texts.cells {
		if s.key == text {
			*(*string)(k.UnsafePointer()) = t
			write(k.Elem(), c)
			continue
		}
		write(reflect.NewAt(s.rt.Key(), c.key).Elem(), c)
	}
}

// encoder returns what writes a key so that two are equal exactly when their texts are. It declines floats, of which one
// is not equal to itself.
func (c *compiler) encoder(rt reflect.Type) func(buf []byte, p unsafe.Pointer) []byte {
	switch rt.Kind() {
	case reflect.String:
		return func(buf []byte, p unsafe.Pointer) []byte {
			s := *(*string)(p)
			return append(binary.AppendUvarint(buf, uint64(len(s))), s...)
		}
	case reflect.Bool:
		return func(buf []byte, p unsafe.Pointer) []byte { return append(buf, *(*byte)(p)) }
	case reflect.Struct:
		if rt == timeType {
			break // two times are equal only with the same clock and place
		}
		type part struct {
			offset uintptr
			encode func([]byte, unsafe.Pointer) []byte
		}
		var parts []part
		for i := range rt.NumField() {
			f := rt.Field(i)
			parts = append(parts, part{f.Offset, c.encoder(f.Type)})
		}
		return func(buf []byte, p unsafe.Pointer) []byte {
			for _, f := range parts {
				buf = f.encode(buf, unsafe.Add(p, f.offset))
			}
			return buf
		}
	}
	if classOf(rt) == integer {
		k := rt.Kind()
		return func(buf []byte, p unsafe.Pointer) []byte {
			return binary.LittleEndian.AppendUint64(buf, uint64(loadInt(k, p)))
		}
	}
	c.decline("a key of type " + rt.String())
	return nil
}

// maxElement is how large elements may be.
const maxElement = math.MaxInt16

// mapType says how maps of a type are worked on.
func (c *compiler) mapType(rt reflect.Type) *mapType {
	if t := c.mapTypes[rt]; t != nil {
		return t
	}
	if rt.Elem().Size() > maxElement {
		c.decline("large elements")
	}
	t := &mapType{rt: rt, key: classOf(rt.Key()), keyKind: rt.Key().Kind(), elemSize: rt.Elem().Size(), copy: copier(rt.Elem()), zero: reflect.New(rt.Elem()).UnsafePointer()}
	if t.key != integer && t.key != text {
		t.key = memory
		t.encode = c.encoder(rt.Key())
	}
	c.mapTypes[rt] = t
	return t
}
