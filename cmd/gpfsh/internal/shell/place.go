package shell

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"strconv"
	"strings"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/completer"
	"gpfsh/interp"
)

// The shell can stand somewhere in the tree of objects, as other shells stand in a directory: cd mmfs1/filesets/home,
// ls, .Snapshots, cd ... Places are expressions; going somewhere is looking whether the expression has a value.

const lsHelp = "Places are written with slashes: mmfs1/filesets/home, names of fields and keys of collections; .. is one up, - is\n" +
	"where you were, / is the cluster. An entry that begins with a dot goes on from here: .Snapshots. The words cd, ls, pwd\n" +
	"and .. need no colon."

// place is a step on the way to where the shell stands.
type place struct {
	expr string // of the object
	name string // as it is shown
}

// root is where the shell stands at first.
const root = "cluster"

// here is the expression of where the shell stands.
func (s *Shell) here() string {
	if len(s.way) == 0 {
		return root
	}
	return s.way[len(s.way)-1].expr
}

// shortPlace is where the shell stands, for the prompt.
func (s *Shell) shortPlace() string {
	var names []string
	for _, p := range s.way {
		names = append(names, style.Printable(p.name))
	}
	return strings.Join(names, "/")
}

// relative completes an entry that begins with a dot by where the shell stands.
func (s *Shell) relative(src string) string {
	line := strings.TrimSpace(src)
	if len(line) > 1 && line[0] == '.' && line != ".." && !strings.HasPrefix(line, "...") {
		return s.here() + line
	}
	return src
}

// isWord tells whether a word that the language could mean as well is meant as a command: nothing is called so, and what
// follows is no operator.
func (s *Shell) isWord(word, rest string) bool {
	rest = strings.TrimSpace(rest)
	for _, op := range goOperators {
		if strings.HasPrefix(rest, op) && op != "/" && op != "." {
			return false
		}
	}
	_, err := s.Language.Describe(word)
	return err != nil
}

// goTo is :cd.
func (s *Shell) goTo(ctx context.Context, arg string) error {
	way, err := s.find(ctx, arg)
	if err != nil {
		return err
	}
	s.back, s.way = s.way, way
	return nil
}

// whereAmI is :pwd.
func (s *Shell) whereAmI(context.Context, string) error {
	_, err := fmt.Fprintln(s.Render.Out, style.Printable(s.here()))
	return err
}

// find follows a place from where the shell stands.
func (s *Shell) find(ctx context.Context, arg string) ([]place, error) {
	way := append([]place(nil), s.way...)
	switch {
	case arg == "" || arg == "~":
		return nil, nil
	case arg == "-":
		return s.back, nil
	case strings.HasPrefix(arg, "/"):
		way = nil
	}
	// An expression is a place as well.
	if strings.ContainsAny(arg, `["(`) {
		expr := s.Language.Correct(s.relative(arg))
		if _, err := s.object(expr); err != nil {
			return nil, err
		}
		return []place{{expr, expr}}, s.reach(ctx, expr)
	}
	for _, word := range strings.FieldsFunc(arg, func(r rune) bool { return r == '/' }) {
		switch word {
		case ".":
			continue
		case "..":
			way = way[:max(0, len(way)-1)]
			continue
		}
		next, err := s.step(ctx, way, word)
		if err != nil {
			return nil, err
		}
		way = append(way, next)
	}
	return way, nil
}

// step goes one step: to the member of a collection, to a field of an object, at the cluster also to a file system or a
// variable.
func (s *Shell) step(ctx context.Context, way []place, word string) (place, error) {
	at := root
	if len(way) > 0 {
		at = way[len(way)-1].expr
	}
	d, err := s.Language.Describe(at)
	if err != nil {
		return place{}, err
	}
	if d.Key != "" {
		expr := at + "[" + strconv.Quote(word) + "]"
		return place{expr, word}, s.reach(ctx, expr)
	}
	if token.IsIdentifier(word) {
		expr := s.Language.Correct(at + "." + word)
		if _, err := s.object(expr); err == nil {
			return place{expr, expr[strings.LastIndexByte(expr, '.')+1:]}, nil
		}
		if at == root {
			if _, err := s.object(word); err == nil {
				return place{word, word}, s.reach(ctx, word)
			}
		}
	}
	return place{}, fmt.Errorf("no %s here: ls lists what there is in %s", style.Printable(word), at)
}

// object says what an expression is, which must be a value with members.
func (s *Shell) object(expr string) (interp.Description, error) {
	d, err := s.Language.Describe(expr)
	switch {
	case err != nil:
		return d, err
	case d.Kind != "value" || d.Key == "" && len(d.Fields)+len(d.Children)+len(d.Methods) == 0:
		return d, fmt.Errorf("%s is no place to go: it is %s %s", expr, d.Kind, d.Type)
	}
	return d, nil
}

// reach evaluates an expression: a name that is not there is an error that says which ones are.
func (s *Shell) reach(ctx context.Context, expr string) error {
	err := s.interruptible(ctx, func(ctx context.Context) error {
		_, err := s.Language.Eval(ctx, interp.Source{Name: entryName, Text: expr})
		return err
	})
	var stop *interp.StopError
	if errors.As(err, &stop) && stop.Err != nil {
		return stop.Err
	}
	return err
}

// list is :ls: the members of a collection as a table, what an object has by name.
func (s *Shell) list(ctx context.Context, arg string) error {
	way, err := s.find(ctx, arg)
	if arg == "" {
		way, err = s.way, nil
	}
	if err != nil {
		return err
	}
	expr := root
	if len(way) > 0 {
		expr = way[len(way)-1].expr
	}
	d, err := s.Language.Describe(expr)
	if err != nil {
		return err
	}
	if d.Key != "" || len(d.Children) == 0 {
		return s.interruptible(ctx, func(ctx context.Context) error { return s.evaluate(ctx, expr) })
	}
	var children, fields, methods []string
	events := 0
	for _, m := range d.Children {
		if isEvent(m.Name) { // there are dozens, one for each event
			events++
			continue
		}
		children = append(children, m.Name+"/")
	}
	if events > 0 {
		children = append(children, fmt.Sprintf("On.../ (%d events)", events))
	}
	for _, m := range d.Fields {
		fields = append(fields, m.Name)
	}
	for _, m := range d.Methods {
		methods = append(methods, m.Name+"()")
	}
	var b strings.Builder
	for _, part := range [][]string{children, fields, methods} {
		b.WriteString(inColumns(part, s.Render.Width))
	}
	_, err = fmt.Fprint(s.Render.Out, b.String())
	return err
}

// isEvent tells whether a collection holds the handlers of an event: OnNodeLeave.
func isEvent(name string) bool {
	return len(name) > 2 && strings.HasPrefix(name, "On") && name[2] >= 'A' && name[2] <= 'Z'
}

// inColumns lays names out in columns, read from top to bottom.
func inColumns(names []string, width int) string {
	if len(names) == 0 {
		return ""
	}
	if width == 0 {
		return strings.Join(names, "\n") + "\n"
	}
	cell := 0
	for _, n := range names {
		cell = max(cell, len(n)+2)
	}
	cols := max(1, width/cell)
	rows := (len(names) + cols - 1) / cols
	var b strings.Builder
	for r := range rows {
		line := ""
		for c := r; c < len(names); c += rows {
			line += fmt.Sprintf("%-*s", cell, names[c])
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// completePlace completes the last step of a place.
func (s *Shell) completePlace(arg string, offset int) completer.Result {
	dir, word := "", arg
	if i := strings.LastIndexByte(arg, '/'); i >= 0 {
		dir, word = arg[:i+1], arg[i+1:]
	}
	res := completer.Result{Start: offset - len(word)}
	expr := root
	if way, ok := s.follow(dir); !ok {
		return res
	} else if len(way) > 0 {
		expr = way[len(way)-1].expr
	}
	d, err := s.Language.Describe(expr)
	if err != nil {
		return res
	}
	if d.Key != "" {
		src := expr + `["` + word
		found := s.Complete.Complete(src, len(src), true)
		for _, k := range found.Suggestions {
			if text, ok := strings.CutSuffix(k.Text, `"]`); ok && k.Kind == "key" {
				res.Suggestions = append(res.Suggestions, completer.Suggestion{Text: text, Kind: k.Kind, Doc: k.Doc})
			}
		}
		res.Pending = found.Pending
		return res
	}
	for _, m := range d.Children {
		if len(m.Name) >= len(word) && strings.EqualFold(m.Name[:len(word)], word) {
			res.Suggestions = append(res.Suggestions, completer.Suggestion{Text: m.Name + "/", Kind: m.Kind, Type: m.Type, Doc: m.Doc})
		}
	}
	if expr == root {
		found := s.Complete.Complete(word, len(word), true)
		for _, m := range found.Suggestions {
			if strings.Contains(m.Type, "Filesystem") && m.Kind == "var" {
				res.Suggestions = append(res.Suggestions, completer.Suggestion{Text: m.Text + "/", Kind: m.Kind, Type: m.Type, Doc: m.Doc})
			}
		}
	}
	return res
}

// follow finds a place by its words alone: nothing is asked of the cluster.
func (s *Shell) follow(arg string) (way []place, ok bool) {
	way = append(way, s.way...)
	if strings.HasPrefix(arg, "/") {
		way = nil
	}
	for _, word := range strings.FieldsFunc(arg, func(r rune) bool { return r == '/' }) {
		at := root
		if len(way) > 0 {
			at = way[len(way)-1].expr
		}
		if word == ".." {
			way = way[:max(0, len(way)-1)]
			continue
		}
		d, err := s.Language.Describe(at)
		if err != nil {
			return nil, false
		}
		expr := s.Language.Correct(at + "." + word)
		switch _, err := s.object(expr); {
		case d.Key != "":
			expr = at + "[" + strconv.Quote(word) + "]"
		case err == nil && token.IsIdentifier(word):
		case at == root:
			expr = word
		default:
			return nil, false
		}
		way = append(way, place{expr, word})
	}
	return way, true
}

// history is :history.
func (s *Shell) history(_ context.Context, text string) error {
	if s.History == nil {
		return &UsageError{"there is no history here"}
	}
	entries := s.History.Entries()
	for i, e := range entries {
		if text != "" && !strings.Contains(strings.ToLower(e), strings.ToLower(text)) {
			continue
		}
		if _, err := fmt.Fprintf(s.Render.Out, "%5d  %s\n", i+1, strings.ReplaceAll(style.PrintableText(e), "\n", "\n       ")); err != nil {
			return err
		}
	}
	return nil
}

// clear clears the screen.
func (s *Shell) clear(context.Context, string) error {
	if !s.Interactive || !s.Render.Terminal {
		return nil
	}
	_, err := fmt.Fprint(s.Render.Out, "\x1b[H\x1b[2J")
	return err
}
