package policy

import (
	bin "encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// What a part of a map-reduce comes to goes from node to node as a value of checked kinds, in a form of our own: JSON
// would change names that are not valid UTF-8, and gob has no sets.

// EncodeValue writes a value with the text of its type, so that [DecodeValue] notices when another type is wanted. There
// are truth values, numbers, texts, times, and arrays, slices, maps and structs of them. Functions, channels, pointers
// and interfaces are refused with a sentence: they mean nothing in another process.
func EncodeValue(v any) ([]byte, error) {
	if v == nil {
		return nil, errors.New("there is no value")
	}
	r := reflect.ValueOf(v)
	if err := CheckValue(r.Type()); err != nil {
		return nil, err
	}
	e := &valueEncoder{}
	e.text(typeShape(r.Type()))
	e.value(r)
	return e.buf, nil
}

// DecodeValue reads what EncodeValue has written as a value of the type. What is damaged or of another type is an error.
func DecodeValue(data []byte, t reflect.Type) (any, error) {
	if err := CheckValue(t); err != nil {
		return nil, err
	}
	d := &valueDecoder{buf: data}
	if shape := d.text(); d.err == nil && shape != typeShape(t) {
		return nil, fmt.Errorf("a value of another type: %s, wanted is %s", shape, typeShape(t))
	}
	v := reflect.New(t).Elem()
	d.value(v)
	if d.err == nil && len(d.buf) > 0 {
		d.err = errors.New("something is behind the value")
	}
	if d.err != nil {
		return nil, fmt.Errorf("damaged value: %w", d.err)
	}
	return v.Interface(), nil
}

// CheckValue says why values of a type cannot go to another process; nil when they can.
func CheckValue(t reflect.Type) error { return checkValue(t, t.String(), map[reflect.Type]bool{}) }

var timeType = reflect.TypeFor[time.Time]()

func checkValue(t reflect.Type, where string, seen map[reflect.Type]bool) error {
	if seen[t] || t == timeType {
		return nil
	}
	seen[t] = true
	what := ""
	switch t.Kind() {
	case reflect.Func:
		what = "a function"
	case reflect.Chan:
		what = "a channel"
	case reflect.Pointer, reflect.UnsafePointer:
		what = "a pointer"
	case reflect.Interface:
		what = "an interface, which could hold anything"
	case reflect.Slice, reflect.Array:
		return checkValue(t.Elem(), where, seen)
	case reflect.Map:
		if err := checkValue(t.Key(), where, seen); err != nil {
			return err
		}
		return checkValue(t.Elem(), where, seen)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() {
				return fmt.Errorf("%s has the field %s, which begins with a small letter: only those with a capital one travel between nodes", where, f.Name)
			}
			if err := checkValue(f.Type, where, seen); err != nil {
				return err
			}
		}
	}
	if what != "" {
		return fmt.Errorf("%s holds %s (%s), which means nothing on another node: use numbers, texts, lists, maps and structs of them", where, what, t)
	}
	return nil
}

// typeShape is the structure of a type, without its names: those differ between an interpreter and a program.
func typeShape(t reflect.Type) string {
	switch {
	case t == timeType:
		return "time"
	case t.Kind() == reflect.Slice:
		return "[]" + typeShape(t.Elem())
	case t.Kind() == reflect.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), typeShape(t.Elem()))
	case t.Kind() == reflect.Map:
		return "map[" + typeShape(t.Key()) + "]" + typeShape(t.Elem())
	case t.Kind() == reflect.Struct:
		fields := make([]string, t.NumField())
		for i := range fields {
			fields[i] = t.Field(i).Name + " " + shallow(t.Field(i).Type)
		}
		return "{" + strings.Join(fields, "; ") + "}"
	}
	return t.Kind().String()
}

// shallow is the structure of the type of a field; a struct inside of lists and maps is named by its kind, because it may
// hold itself.
func shallow(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "[]" + t.Elem().Kind().String()
	case reflect.Map:
		return "map[" + t.Key().Kind().String() + "]" + t.Elem().Kind().String()
	}
	return typeShape(t)
}

type valueEncoder struct{ buf []byte }

func (e *valueEncoder) uint(n uint64) { e.buf = bin.AppendUvarint(e.buf, n) }

func (e *valueEncoder) text(s string) {
	e.uint(uint64(len(s)))
	e.buf = append(e.buf, s...)
}

func (e *valueEncoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		n := uint64(0)
		if v.Bool() {
			n = 1
		}
		e.uint(n)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.buf = bin.AppendVarint(e.buf, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		e.uint(v.Uint())
	case reflect.Float32, reflect.Float64:
		e.buf = bin.BigEndian.AppendUint64(e.buf, math.Float64bits(v.Float()))
	case reflect.Complex64, reflect.Complex128:
		e.buf = bin.BigEndian.AppendUint64(e.buf, math.Float64bits(real(v.Complex())))
		e.buf = bin.BigEndian.AppendUint64(e.buf, math.Float64bits(imag(v.Complex())))
	case reflect.String:
		e.text(v.String())
	case reflect.Slice:
		if v.IsNil() {
			e.uint(0)
			return
		}
		e.uint(uint64(v.Len()) + 1)
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.Map:
		e.entries(v)
	case reflect.Struct:
		if v.Type() == timeType {
			data, err := v.Interface().(time.Time).MarshalBinary()
			if err != nil { // a zone with odd seconds
				data, _ = v.Interface().(time.Time).UTC().MarshalBinary()
			}
			e.text(string(data))
			return
		}
		for i := range v.NumField() {
			e.value(v.Field(i))
		}
	}
}

// entries writes a map in the order of its written keys, so that equal maps are equal bytes.
func (e *valueEncoder) entries(v reflect.Value) {
	if v.IsNil() {
		e.uint(0)
		return
	}
	e.uint(uint64(v.Len()) + 1)
	list := make([][2][]byte, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		var key, value valueEncoder
		key.value(it.Key())
		value.value(it.Value())
		list = append(list, [2][]byte{key.buf, value.buf})
	}
	slices.SortFunc(list, func(a, b [2][]byte) int { return slices.Compare(a[0], b[0]) })
	for _, kv := range list {
		e.buf = append(append(e.buf, kv[0]...), kv[1]...)
	}
}

type valueDecoder struct {
	buf []byte
	err error
}

func (d *valueDecoder) fail(err error) {
	if d.err == nil {
		d.err, d.buf = err, nil
	}
}

var errShort = errors.New("it ends too early")

func (d *valueDecoder) uint() uint64 {
	n, size := bin.Uvarint(d.buf)
	if size <= 0 {
		d.fail(errShort)
		return 0
	}
	d.buf = d.buf[size:]
	return n
}

func (d *valueDecoder) int() int64 {
	n, size := bin.Varint(d.buf)
	if size <= 0 {
		d.fail(errShort)
		return 0
	}
	d.buf = d.buf[size:]
	return n
}

func (d *valueDecoder) float() float64 {
	if len(d.buf) < 8 {
		d.fail(errShort)
		return 0
	}
	n := bin.BigEndian.Uint64(d.buf)
	d.buf = d.buf[8:]
	return math.Float64frombits(n)
}

func (d *valueDecoder) text() string {
	n := d.uint()
	if n > uint64(len(d.buf)) {
		d.fail(errShort)
		return ""
	}
	s := string(d.buf[:n])
	d.buf = d.buf[n:]
	return s
}

// count reads how many elements follow; more than there can be is an error before memory is asked for. Elements may be
// empty, so only those with a size bound the number.
func (d *valueDecoder) count(empty bool) (n int, isNil bool) {
	c := d.uint()
	if c == 0 {
		return 0, true
	}
	if c--; c > uint64(len(d.buf)) && !empty || c > 1<<31 {
		d.fail(errShort)
		return 0, false
	}
	return int(c), false
}

func (d *valueDecoder) value(v reflect.Value) {
	if d.err != nil {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(d.uint() == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n := d.int()
		if v.OverflowInt(n) {
			d.fail(fmt.Errorf("%d is no %s", n, v.Type()))
			return
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		n := d.uint()
		if v.OverflowUint(n) {
			d.fail(fmt.Errorf("%d is no %s", n, v.Type()))
			return
		}
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(d.float())
	case reflect.Complex64, reflect.Complex128:
		re := d.float()
		v.SetComplex(complex(re, d.float()))
	case reflect.String:
		v.SetString(d.text())
	case reflect.Slice:
		n, isNil := d.count(v.Type().Elem().Size() == 0)
		if isNil || d.err != nil {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 0, min(n, 1<<16)))
		elem := reflect.New(v.Type().Elem()).Elem()
		for range n {
			elem.SetZero()
			d.value(elem)
			if d.err != nil {
				return
			}
			v.Set(reflect.Append(v, elem))
		}
	case reflect.Array:
		for i := range v.Len() {
			d.value(v.Index(i))
		}
	case reflect.Map:
		d.entries(v)
	case reflect.Struct:
		if v.Type() == timeType {
			var t time.Time
			if err := t.UnmarshalBinary([]byte(d.text())); err != nil {
				d.fail(err)
				return
			}
			v.Set(reflect.ValueOf(t))
			return
		}
		for i := range v.NumField() {
			d.value(v.Field(i))
		}
	}
}

func (d *valueDecoder) entries(v reflect.Value) {
	n, isNil := d.count(v.Type().Key().Size() == 0)
	if isNil || d.err != nil {
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), min(n, 1<<16)))
	key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
	for range n {
		key.SetZero()
		value.SetZero()
		d.value(key)
		d.value(value)
		if d.err != nil {
			return
		}
		v.SetMapIndex(key, value)
	}
}
