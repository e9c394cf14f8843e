package script

import (
	"context"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
)

// Print prints values for people on standard output, separated by blanks: collections as the names they hold, what is
// not there as "nothing". The builtin print means this.
func (s *Session) Print(ctx context.Context, values ...any) error {
	return Fprint(ctx, os.Stdout, values...)
}

// Fprint is Print to a writer.
func Fprint(ctx context.Context, w io.Writer, values ...any) error {
	words := make([]string, len(values))
	for i, v := range values {
		text, err := text(ctx, v)
		if err != nil {
			return err
		}
		words[i] = text
	}
	_, err := fmt.Fprintln(w, strings.Join(words, " "))
	return err
}

func text(ctx context.Context, v any) (string, error) {
	type collection interface {
		Names(ctx context.Context) ([]string, error)
		Len(ctx context.Context) (int, error)
	}
	if c, ok := v.(collection); ok {
		names, err := c.Names(ctx)
		return strings.Join(names, ","), err
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && r.IsNil() {
		return "nothing", nil
	}
	return fmt.Sprint(v), nil
}
