package completer

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"time"

	"gpfsh/interp"
	"gpfsh/mmexec"
)

// fitting returns the members that are, or make, what is wanted at the cursor, when one of them begins as what was
// typed does. All members are returned otherwise: what was typed is more than a guess.
func fitting(cur interp.Cursor) (fits []interp.Member, narrowed bool) {
	for _, m := range cur.Members {
		if m.Fits && begins(m.Name, cur.Prefix) {
			fits = append(fits, m)
		}
	}
	if len(fits) == 0 {
		return cur.Members, false
	}
	return fits, true
}

func begins(name, typed string) bool {
	return len(name) >= len(typed) && strings.EqualFold(name[:len(typed)], typed)
}

// withPresent puts beside options what the object has now, and leaves out what they all return. more is true when that
// is still to be asked for.
func (c *Completer) withPresent(list []Suggestion, cur interp.Cursor, asked bool) (more, pending bool) {
	now, known, pending := c.present(cur.Call, asked)
	for i, s := range list {
		if params, ok := optionParams(s.Type); ok {
			list[i].Type = params
		}
		if v := now(strings.TrimRight(s.Text, "()")); v != "" {
			list[i].Type = "now " + v
		}
	}
	return !known, pending
}

// optionParams returns the parameters of the constructor of an option, whose result says nothing that the place does
// not say.
func optionParams(typ string) (string, bool) {
	i := strings.LastIndex(typ, ") ")
	if i < 0 || !strings.HasPrefix(typ, "(") || !strings.HasSuffix(typ, "Option") {
		return "", false
	}
	return typ[:i+1], true
}

// signature is the help on a call: a suggestion that changes nothing. It is made where there is nothing to complete.
func signature(cur interp.Cursor) []Suggestion {
	if cur.Call == nil || cur.Call.Param == "" || cur.Call.Type == "" {
		return nil
	}
	name := cur.Call.Name[strings.LastIndexByte(cur.Call.Name, '.')+1:]
	doc := "in " + name + strings.TrimSuffix(cur.Call.Type, " error")
	if text := cur.Call.Doc; text != "" {
		doc += "  " + strings.TrimPrefix(text, name+" ")
	}
	return []Suggestion{{Text: cur.Prefix, Kind: KindHint, Type: cur.Call.Param, Doc: doc}}
}

// present returns what the object of a call has now, by the names of its fields: what an option of the same name
// changes. It asks the cluster only when somebody pressed a key, once at a time, and a key press does not wait long for
// it. known is false while it has not been asked, pending is true while the answer is under way.
func (c *Completer) present(call *interp.Call, asked bool) (field func(option string) string, known, pending bool) {
	none := func(string) string { return "" }
	if call == nil || len(call.Object) == 0 {
		return none, true, false
	}
	return c.objects.look(call.Object, asked)
}

// objects keeps the objects whose fields are shown beside the options that change them.
type objects struct {
	opts Options
	lang Language

	mu    sync.Mutex
	known map[string]*object
	era   int // grows when everything is forgotten
}

// object is one of them.
type object struct {
	at      time.Time
	value   reflect.Value
	read    bool
	refused bool // it costs more than may be spent unasked
	failed  time.Time
	pending chan struct{}
}

func (o *objects) look(p interp.Path, asked bool) (field func(option string) string, known, pending bool) {
	id := pathID(p)
	o.mu.Lock()
	obj := o.known[id]
	if obj == nil {
		obj = &object{}
		o.known[id] = obj
	}
	fresh := obj.read && o.opts.Now().Sub(obj.at) < o.opts.TTL
	tired := !obj.failed.IsZero() && o.opts.Now().Sub(obj.failed) < retryAfter
	var wait chan struct{}
	if !fresh && !tired && obj.pending == nil {
		wait = o.read(id, obj, p, asked)
	}
	o.mu.Unlock()
	if wait != nil {
		patience := time.NewTimer(o.opts.Patience)
		defer patience.Stop()
		select {
		case <-wait:
		case <-patience.C:
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	value := obj.value
	return func(option string) string { return presentOf(value, option) }, obj.read || asked || tired, obj.pending != nil
}

// read reads an object; o.mu is held. What is known by its key only has no data: it is asked for when somebody pressed a
// key, in a goroutine of its own.
func (o *objects) read(id string, obj *object, p interp.Path, asked bool) chan struct{} {
	ctx := Unattended(context.Background(), mmexec.CostManager)
	brief, cancel := context.WithTimeout(ctx, o.opts.Patience)
	defer cancel()
	last := p[len(p)-1]
	if last.Key == "" {
		if v, err := o.lang.Resolve(brief, p); err == nil {
			obj.value, obj.read, obj.at = reflect.ValueOf(v), true, o.opts.Now()
		} else {
			obj.failed = o.opts.Now()
		}
		return nil
	}
	// What the configuration answers is asked unasked as well.
	if !asked {
		if obj.refused {
			return nil
		}
		ctx = Unattended(context.Background(), mmexec.CostConfig)
	}
	coll, err := o.lang.Resolve(brief, p[:len(p)-1])
	if err != nil {
		obj.failed = o.opts.Now()
		return nil
	}
	done, era := make(chan struct{}), o.era
	obj.pending = done
	go func() {
		ctx, cancel := context.WithTimeout(ctx, o.opts.Deadline)
		defer cancel()
		v, err := memberOf(ctx, coll, last.Key)
		var refused *RefusedError
		o.mu.Lock()
		switch {
		case o.era != era:
		case errors.As(err, &refused):
			obj.refused = true
		case err != nil:
			obj.failed = o.opts.Now()
		default:
			obj.value, obj.read, obj.at, obj.failed = reflect.ValueOf(v), true, o.opts.Now(), time.Time{}
		}
		obj.pending = nil
		o.mu.Unlock()
		close(done)
		if o.opts.Ready != nil {
			o.opts.Ready()
		}
	}()
	return done
}

func (o *objects) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.era++
	clear(o.known)
}

// memberOf reads a member of a collection by its key.
func memberOf(ctx context.Context, coll any, key string) (v any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the object cannot be read")
		}
	}()
	get := reflect.ValueOf(coll).MethodByName("Get")
	if !get.IsValid() || get.Type().NumIn() != 2 || get.Type().NumOut() != 2 {
		return nil, errors.New("no object can be read there")
	}
	out := get.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(key)})
	if err, _ := out[1].Interface().(error); err != nil {
		return nil, err
	}
	return out[0].Interface(), nil
}
