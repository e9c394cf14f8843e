package run

import (
	"fmt"
	"reflect"
	"strings"

	"gpfsh/mmexec/lazyregexp"
)

// languageError is a panic of the language itself, in Go's words: the interpreter speaks of reflection instead.
type languageError struct{ text string }

// Error returns the words.
func (e languageError) Error() string { return "runtime error: " + e.text }

// RuntimeError marks it as an error of the language.
func (languageError) RuntimeError() {}

var errNilDereference = languageError{"invalid memory address or nil pointer dereference"}

var (
	tooShort = lazyregexp.New(`cannot convert slice with length (\d+) to (?:array|pointer to array) with length (\d+)`)
	place    = lazyregexp.New(`^\d+:\d+: `)
)

// inGo turns the value of a panic that comes from the interpreter's use of reflection into what Go would panic with.
func inGo(v any) any {
	text := ""
	switch x := v.(type) {
	case string:
		text = x
	case *reflect.ValueError:
		return errNilDereference
	case error:
		if _, ok := v.(interface{ RuntimeError() }); ok {
			return v
		}
		text = x.Error()
	default:
		return v
	}
	text = place.ReplaceAllString(text, "")
	if !strings.HasPrefix(text, "reflect") {
		return v
	}
	switch {
	case strings.Contains(text, "index out of range"):
		return languageError{"index out of range"}
	case strings.Contains(text, "out of bounds"):
		return languageError{"slice bounds out of range"}
	case strings.HasPrefix(text, "reflect.MakeSlice"), strings.Contains(text, "negative"):
		return languageError{"makeslice: len out of range"}
	case strings.HasPrefix(text, "reflect.MakeChan"):
		return languageError{"makechan: size out of range"}
	case strings.Contains(text, "on zero Value"), strings.Contains(text, "nil function"), strings.Contains(text, "nil pointer"), strings.Contains(text, "on nil interface value"):
		return errNilDereference
	}
	if m := tooShort.FindStringSubmatch(text); m != nil {
		return languageError{fmt.Sprintf("cannot convert slice with length %s to array or pointer to array with length %s", m[1], m[2])}
	}
	return v
}
