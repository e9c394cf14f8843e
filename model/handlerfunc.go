package model

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// HandlerFunc is a function that runs when something happens, on whatever node that is and long after this program has
// ended: it goes to the nodes as source. In the shell it is written as a function,
//
//	fs.OnMount.New(func(e MountEvent) { print(e.FsName, "is mounted on", e.MyNode) })
//	fs.OnMount.New(func(fsName, myNode string) { … })
//	fs.OnMount.New(func() { … })
//
// which takes the event, or the variables that its parameters are named after, or nothing, and may return an error.
type HandlerFunc struct {
	// Source are declarations in the language of gpfsh, a function named handler among them.
	Source string
	// Local is the function for use in this process. It may be nil.
	Local any
	// At is where the parameters of the function were written, prompt:1:40, so that errors tell places there. It may be
	// empty.
	At string
}

// The name of the function in the source of a handler.
const handlerName = "handler"

// signature is what the source of a handler says of the function.
type signature struct {
	event string   // the type of its one parameter: MountEvent; "" when it takes variables
	binds []string // the variables that its parameters are named after
	types []string // their types
	// fields are the fields of the event that the function reads; nil when it may read any.
	fields []string
}

// signature reads the source.
func (f HandlerFunc) signature() (signature, error) {
	var sig signature
	file, err := parser.ParseFile(token.NewFileSet(), "handler", "package handler\n"+f.Source, parser.SkipObjectResolution)
	if err != nil {
		return sig, fmt.Errorf("the source of the handler cannot be read: %w", err)
	}
	var fn *ast.FuncDecl
	for _, d := range file.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == handlerName {
			fn = d
		}
	}
	if fn == nil {
		return sig, fmt.Errorf("the source of the handler has no function %s", handlerName)
	}
	if r := fn.Type.Results; r != nil && (len(r.List) != 1 || typeText(r.List[0].Type) != "error" || len(r.List[0].Names) > 1) {
		return sig, fmt.Errorf("a handler returns nothing, or an error")
	}
	params := fn.Type.Params.List
	if len(params) == 1 && len(params[0].Names) <= 1 {
		if name := typeText(params[0].Type); eventType(name) != nil {
			sig.event = name
			if len(params[0].Names) == 1 {
				sig.fields = fieldsRead(fn.Body, params[0].Names[0].Name, eventType(name))
			} else {
				sig.fields = []string{}
			}
			return sig, nil
		}
	}
	for _, p := range params {
		if len(p.Names) == 0 {
			return sig, fmt.Errorf("a handler takes an event, or parameters that are named after variables: give the parameter of type %s a name", typeText(p.Type))
		}
		for _, name := range p.Names {
			sig.binds = append(sig.binds, name.Name)
			sig.types = append(sig.types, typeText(p.Type))
		}
	}
	return sig, nil
}

// typeText writes a type without the package that the shell does not need.
func typeText(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		if pkg, ok := x.X.(*ast.Ident); ok && pkg.Name == "model" {
			return x.Sel.Name
		}
		return typeText(x.X) + "." + x.Sel.Name
	case *ast.ArrayType:
		if x.Len == nil {
			return "[]" + typeText(x.Elt)
		}
	}
	return "another type"
}

// fieldsRead returns the fields of an event that a function reads through its parameter; nil when the event is used as a
// whole, so that it may be any.
func fieldsRead(body *ast.BlockStmt, param string, event reflect.Type) []string {
	fields := map[string]bool{}
	whole := false
	var look func(ast.Node) bool
	look = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok && id.Name == param {
				if f, ok := event.FieldByName(n.Sel.Name); ok && !f.Anonymous && f.Name != "Values" {
					fields[n.Sel.Name] = true
				} else {
					whole = true
				}
				return false
			}
			ast.Inspect(n.X, look) // the name behind the dot is none of ours
			return false
		case *ast.KeyValueExpr:
			ast.Inspect(n.Value, look)
			return false
		case *ast.Ident:
			whole = whole || n.Name == param
		}
		return true
	}
	if body != nil {
		ast.Inspect(body, look)
	}
	if whole {
		return nil
	}
	names := slices.Sorted(maps.Keys(fields))
	if names == nil {
		names = []string{}
	}
	return names
}

// eventType returns the type of that name that a handler can be called with, nil when there is none.
func eventType(name string) reflect.Type {
	if name == "Event" {
		return reflect.TypeFor[Event]()
	}
	for _, zero := range eventTypes() {
		if t := reflect.TypeOf(zero); t.Name() == name {
			return t
		}
	}
	return nil
}

// eventOf returns the name of the event that a type is for.
func eventOf(t reflect.Type) string {
	for name, zero := range eventTypes() {
		if reflect.TypeOf(zero) == t {
			return name
		}
	}
	return ""
}

// variablesOf returns the variables of an event, those that every event has behind its own.
func variablesOf(event string) []string {
	if event == handlers.HealthEvent {
		return append(handlers.HealthVariables(), "eventName", "myNode")
	}
	e, _ := mmexec.FindCallbackEvent(event)
	own := slices.Clone(e.Variables)
	for _, v := range mmexec.GeneralVariables() {
		if !slices.Contains(own, v) {
			own = append(own, v)
		}
	}
	return own
}

// fieldOf is the field of an event for a variable: FsName for fsName.
func fieldOf(variable string) string { return strings.ToUpper(variable[:1]) + variable[1:] }

// fit says why a function cannot handle events, and else which variables it takes, those of its parameters with their
// spelling first.
func (f HandlerFunc) fit(events []string) (sig signature, variables []string, err error) {
	if sig, err = f.signature(); err != nil {
		return sig, nil, err
	}
	if sig.event != "" {
		t := eventType(sig.event)
		if want := eventOf(t); sig.event != "Event" && (len(events) != 1 || events[0] != want) {
			return sig, nil, fmt.Errorf("a handler of %s cannot take a %s: take %s", strings.Join(events, " and "), sig.event, wantedType(events))
		}
		for _, e := range events {
			for _, v := range variablesOf(e) {
				// An event that is used as a whole is everything that belongs to it; who is up belongs to the cluster.
				if sig.fields == nil || slices.Contains(sig.fields, fieldOf(v)) {
					variables = appendNew(variables, v)
				}
			}
		}
		return sig, variables, nil
	}
	for i, name := range sig.binds {
		v, err := variableFor(name, events)
		if err != nil {
			return sig, nil, err
		}
		if natural := variableType(v); sig.types[i] != "string" && sig.types[i] != natural {
			also := ""
			if natural != "string" {
				also = " or a " + natural
			}
			return sig, nil, fmt.Errorf("the parameter %s of the handler is a %s: it has to be a string%s", name, sig.types[i], also)
		}
		sig.binds[i] = v
		variables = appendNew(variables, v)
	}
	return sig, variables, nil
}

func appendNew(list []string, v string) []string {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// wantedType names the type that a handler of events takes.
func wantedType(events []string) string {
	if len(events) == 1 {
		if zero, ok := eventTypes()[events[0]]; ok {
			return reflect.TypeOf(zero).Name()
		}
	}
	return "Event"
}

// variableFor finds the variable that a parameter is named after, whatever its case, in one of the events at least.
func variableFor(name string, events []string) (string, error) {
	var all []string
	for _, e := range events {
		for _, v := range variablesOf(e) {
			all = appendNew(all, v)
		}
	}
	for _, v := range all {
		if strings.EqualFold(v, name) {
			return v, nil
		}
	}
	return "", fmt.Errorf("%s has no variable %s for the parameter of the handler: there are %s", strings.Join(events, " and "), name, strings.Join(all, ", "))
}

// variableType is the type that the value of a variable has in events.
func variableType(variable string) string {
	v, _ := mmexec.FindCallbackVariable(variable)
	switch v.Kind {
	case mmexec.NodesVariable:
		return "[]string"
	case mmexec.KilobytesVariable, mmexec.KilobytesLimit:
		return "Bytes"
	case mmexec.CountVariable, mmexec.CountLimit:
		return "Count"
	case mmexec.NumberVariable:
		return "int64"
	case mmexec.SecondsVariable:
		return "time.Duration"
	}
	return "string"
}

// decoded returns the value of a variable with its type. given is false when the event did not tell it.
func decoded(variable, text string, given bool) any {
	v, _ := mmexec.FindCallbackVariable(variable)
	n, err := strconv.ParseInt(text, 10, 64)
	number := given && err == nil
	switch v.Kind {
	case mmexec.NodesVariable:
		if !given {
			return []string(nil)
		}
		return fields(text, ",")
	case mmexec.KilobytesVariable, mmexec.KilobytesLimit:
		switch {
		case !number:
			return Bytes(NotAsked)
		case n == 0 && v.Kind == mmexec.KilobytesLimit:
			return Bytes(Unlimited)
		}
		return kilobytes(text)
	case mmexec.CountVariable, mmexec.CountLimit:
		switch {
		case !number:
			return Count(NotAsked)
		case n == 0 && v.Kind == mmexec.CountLimit:
			return Count(Unlimited)
		}
		return Count(n)
	case mmexec.NumberVariable:
		if !number {
			return int64(-1)
		}
		return n
	case mmexec.SecondsVariable:
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return time.Duration(0)
		}
		return time.Duration(seconds * float64(time.Second))
	}
	return text
}

// HandlerArguments returns what the function of a handler is called with for an event: the event, or the values of the
// variables that its parameters are named after. values are those that Storage Scale gave; at is when.
func HandlerArguments(h *handlers.Handler, values map[string]string, at time.Time) ([]any, error) {
	sig, _, err := HandlerFunc{Source: h.Source}.fit(h.Events)
	if err != nil {
		return nil, err
	}
	if sig.event == "" {
		args := make([]any, len(sig.binds))
		for i, v := range sig.binds {
			text, given := values[v]
			args[i] = decoded(v, text, given)
			if sig.types[i] == "string" {
				args[i] = text
			}
		}
		return args, nil
	}
	e := reflect.New(eventType(sig.event)).Elem()
	var names []string
	for _, name := range h.Events {
		for _, v := range variablesOf(name) {
			names = appendNew(names, v)
		}
	}
	for _, v := range names {
		if field := e.FieldByName(fieldOf(v)); field.IsValid() {
			text, given := values[v]
			field.Set(reflect.ValueOf(decoded(v, text, given)))
		}
	}
	e.FieldByName("Time").Set(reflect.ValueOf(at))
	e.FieldByName("Values").Set(reflect.ValueOf(TextMap(maps.Clone(values))))
	return []any{e.Interface()}, nil
}
