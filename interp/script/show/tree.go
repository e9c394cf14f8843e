package show

import (
	"bytes"
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
)

// object is an object of a machine format: members in a stable order.
type object []member

type member struct {
	key   string
	value any
}

// maxDepth bounds how deep objects inside objects are written; objects that point back to their owner end there.
const maxDepth = 8

// tree turns a value into what machine formats can say: nil, bool, json.Number, string, []any and object. Collections
// are asked, and are lists whatever they hold; the collections of an object are not asked.
func tree(ctx context.Context, v any) (any, error) {
	rv := reflect.ValueOf(v)
	rows, ok, err := members(ctx, rv)
	if err != nil {
		return nil, err
	}
	if !ok {
		if w, isView := v.(Arranged); isView {
			return tree(ctx, w.Value())
		}
		return node(rv, maxDepth)
	}
	if rv.Kind() == reflect.Map {
		return mapNode(rv, maxDepth+1)
	}
	_, objects := elemStruct(rows)
	list := make([]any, 0, len(rows.items))
	for _, it := range rows.items {
		if rows.only != nil {
			n, err := rows.onlyNode(it)
			if err != nil {
				return nil, err
			}
			list = append(list, n)
			continue
		}
		n, err := node(it.value, maxDepth)
		if err != nil {
			return nil, err
		}
		if rows.keyed && !objects {
			n = object{{"key", it.key}, {"value", n}}
		}
		list = append(list, n)
	}
	return list, nil
}

func node(v reflect.Value, depth int) (any, error) {
	if !v.IsValid() || isNil(v) {
		return nilNode(v), nil
	}
	if n, ok, err := ownNode(v); ok || err != nil {
		return n, err
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return node(v.Elem(), depth)
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.String:
		return v.String(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64:
		return number(v)
	case reflect.Slice, reflect.Array:
		if isText(v) {
			return plainText(v), nil
		}
		return listNode(v, depth)
	case reflect.Map:
		return mapNode(v, depth)
	case reflect.Struct:
		return structNode(v, depth)
	}
	return cellText(v), nil
}

// nilNode keeps the form: a slice without members is a list, not null.
func nilNode(v reflect.Value) any {
	if v.IsValid() && v.Kind() == reflect.Slice && !isText(v) {
		return []any{}
	}
	return nil
}

// ownNode is what a value says of itself.
func ownNode(v reflect.Value) (any, bool, error) {
	if !v.CanInterface() {
		return nil, false, nil
	}
	if v.CanAddr() && !v.Type().Implements(marshalerType) && !v.Type().Implements(textType) &&
		(implements(v.Type(), marshalerType) || implements(v.Type(), textType)) {
		v = v.Addr()
	}
	if v.Type() == timeType && v.IsZero() {
		return nil, true, nil
	}
	switch x := v.Interface().(type) {
	case json.Marshaler:
		data, err := x.MarshalJSON()
		if err != nil {
			return nil, false, err
		}
		n, err := parse(data)
		return n, true, err
	case encoding.TextMarshaler:
		text, err := x.MarshalText()
		return string(text), err == nil, err
	case error:
		return x.Error(), true, nil
	case fmt.Stringer:
		if s, ok := structOf(v); ok {
			return x.String(), !hasData(s.Type()), nil
		}
		return x.String(), true, nil
	}
	return nil, false, nil
}

// hasData says whether a struct type has data of its own to show besides its text.
func hasData(t reflect.Type) bool {
	all, _ := appendFields(nil, t, nil)
	return len(all) > 0
}

func number(v reflect.Value) (any, error) {
	data, err := json.Marshal(v.Convert(basicType(v.Kind())).Interface())
	if err != nil {
		return valueText(v), nil // an infinity has no number in JSON
	}
	return json.Number(data), nil
}

func basicType(k reflect.Kind) reflect.Type {
	switch k {
	case reflect.Float32, reflect.Float64:
		return reflect.TypeFor[float64]()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return reflect.TypeFor[uint64]()
	}
	return reflect.TypeFor[int64]()
}

func listNode(v reflect.Value, depth int) (any, error) {
	list := make([]any, 0, v.Len())
	for i := range v.Len() {
		n, err := node(v.Index(i), depth-1)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

func mapNode(v reflect.Value, depth int) (any, error) {
	rows, _, _ := members(context.Background(), v)
	o := make(object, 0, len(rows.items))
	for _, it := range rows.items {
		n, err := node(it.value, depth-1)
		if err != nil {
			return nil, err
		}
		o = append(o, member{it.key, n})
	}
	return o, nil
}

func structNode(v reflect.Value, depth int) (any, error) {
	if depth <= 0 {
		return objectName(v), nil
	}
	o := object{}
	for _, f := range fields(v.Type()) {
		if f.json == "" {
			continue
		}
		n, err := node(v.FieldByIndex(f.index), depth-1)
		if err != nil {
			return nil, err
		}
		o = append(o, member{f.json, n})
	}
	return o, nil
}

// parse reads JSON into a tree, keeping the order of members.
func parse(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return parseValue(dec)
}

func parseValue(dec *json.Decoder) (any, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			n, err := parseValue(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, n)
		}
		_, err := dec.Token()
		return list, err
	case json.Delim('{'):
		o := object{}
		for dec.More() {
			key, err := dec.Token()
			if err != nil {
				return nil, err
			}
			n, err := parseValue(dec)
			if err != nil {
				return nil, err
			}
			name, _ := key.(string)
			o = append(o, member{name, n})
		}
		_, err := dec.Token()
		return o, err
	}
	return tok, nil
}
