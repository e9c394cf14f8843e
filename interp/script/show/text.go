package show

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// nothing stands in tables and sheets where there is no value.
const nothing = "-"

// cellText returns a value as it stands in a table: one line, nothing that a terminal would act on.
func cellText(v reflect.Value) string {
	text := Printable(valueText(v))
	if text == "" {
		return nothing
	}
	return text
}

func valueText(v reflect.Value) string {
	if !v.IsValid() || isNil(v) {
		return ""
	}
	if text, ok := ownText(v); ok {
		return text
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return valueText(v.Elem())
	case reflect.Bool:
		if v.Bool() {
			return "yes"
		}
		return "no"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	case reflect.String:
		return v.String()
	case reflect.Slice, reflect.Array:
		return sliceText(v)
	case reflect.Map:
		return mapText(v)
	case reflect.Struct:
		return structText(v)
	case reflect.Func, reflect.Chan:
		return v.Type().String()
	}
	return fmt.Sprint(v)
}

// ownText is the text that a value has of itself.
func ownText(v reflect.Value) (string, bool) {
	if !v.CanInterface() {
		return "", false
	}
	if !v.Type().Implements(stringerType) && !v.Type().Implements(errorType) && v.CanAddr() && v.Addr().Type().Implements(stringerType) {
		v = v.Addr()
	}
	switch x := v.Interface().(type) {
	case time.Time:
		if x.IsZero() {
			return "", true
		}
		return x.Format("2006-01-02 15:04:05"), true
	case error:
		return x.Error(), true
	case fmt.Stringer:
		return x.String(), true
	}
	return "", false
}

func sliceText(v reflect.Value) string {
	if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
		return plainText(v)
	}
	parts := make([]string, v.Len())
	for i := range parts {
		parts[i] = objectName(v.Index(i))
	}
	return strings.Join(parts, ",")
}

func mapText(v reflect.Value) string {
	parts := make([]string, 0, v.Len())
	for iter := v.MapRange(); iter.Next(); {
		parts = append(parts, cellText(iter.Key())+"="+cellText(iter.Value()))
	}
	sort.Strings(parts)
	return strings.Join(parts, ",")
}

// structText is an object inside another: its name when it has one, its data otherwise.
func structText(v reflect.Value) string {
	if f := v.FieldByName("Name"); f.IsValid() && f.Kind() == reflect.String {
		return f.String()
	}
	var parts []string
	for _, f := range fields(v.Type()) {
		if text := valueText(v.FieldByIndex(f.index)); text != "" {
			parts = append(parts, f.name+"="+text)
		}
	}
	return strings.Join(parts, " ")
}

// isText says that a value is text: a string or bytes.
func isText(v reflect.Value) bool {
	if !v.IsValid() {
		return false
	}
	return v.Kind() == reflect.String || v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8
}

// plainText returns text as it is. Bytes that are not text are written in hexadecimal.
func plainText(v reflect.Value) string {
	if text, ok := ownText(v); ok {
		return text
	}
	if v.Kind() == reflect.String {
		return v.String()
	}
	b := v.Bytes()
	if !utf8.Valid(b) {
		return fmt.Sprintf("%x", b)
	}
	return string(b)
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return v.IsNil()
	}
	return false
}
