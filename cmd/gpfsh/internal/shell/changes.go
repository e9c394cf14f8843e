package shell

import (
	"fmt"
	"reflect"
	"time"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/mmexec"
	"gpfsh/policy/spell"
)

// shownChanges is how many commands of an entry are told one by one.
const shownChanges = 5

// tellChanges says which commands have changed the cluster, or were planned, since a moment: a statement without a value
// says nothing by itself.
func (s *Shell) tellChanges(begun time.Time) {
	if !s.Interactive {
		return
	}
	list := s.changedSince(begun)
	planned := 0
	for _, r := range list {
		if r.Planned {
			planned++
		}
	}
	if len(list) > shownChanges {
		what := fmt.Sprintf("%s changed the cluster; :commands lists them", spell.Count(len(list)-planned, "command"))
		if planned > 0 {
			what = fmt.Sprintf("%s planned; :plan shows them", spell.Count(planned, "command"))
		}
		s.tell(what)
		return
	}
	for _, r := range list {
		switch {
		case r.Planned:
			s.tell("planned: " + style.Printable(r.Command))
		case !r.Failed: // of what has failed the error tells
			s.tell(fmt.Sprintf("ran: %s  (%.1f s)", style.Printable(r.Command), r.Took.Seconds()))
		}
	}
}

// tell writes a notice, below what is being shown.
func (s *Shell) tell(text string) {
	w := s.Render.Err
	if s.Render.Late != nil {
		w = s.Render.Late
	}
	fmt.Fprintln(w, s.Render.ErrStyles.Apply(style.Dim, text))
}

// changedSince returns the commands of the session since a moment that change the cluster.
func (s *Shell) changedSince(begun time.Time) []connect.Ran {
	var list []connect.Ran
	for _, r := range s.Ran() {
		if !r.Time.Before(begun) && !r.Unasked && r.Class.Effect != mmexec.Reads {
			list = append(list, r)
		}
	}
	return list
}

// objectLine is an object of the cluster in a line: its kind and its name. It is "" for other values.
func objectLine(v any) string {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Pointer || rv.IsNil() || rv.Elem().Kind() != reflect.Struct || !rv.MethodByName("Refresh").IsValid() {
		return ""
	}
	kind := rv.Elem().Type().Name()
	if k, ok := v.(interface{ Key() string }); ok {
		return kind + " " + k.Key()
	}
	if f := rv.Elem().FieldByName("Name"); f.IsValid() && f.Kind() == reflect.String {
		return kind + " " + f.String()
	}
	return ""
}
