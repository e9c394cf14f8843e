package completer

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"gpfsh/interp"
	"gpfsh/mmexec"
)

// fitting returns the members that are, or make, what is wanted at the cursor, when one of them begins as what was
// typed does. All members are returned otherwise: what was typed is more than a guess.
func fitting(cur interp.Cursor) []interp.Member {
	var fits []interp.Member
	for _, m := range cur.Members {
		if m.Fits && begins(m.Name, cur.Prefix) {
			fits = append(fits, m)
		}
	}
	if len(fits) == 0 {
		return cur.Members
	}
	return fits
}

func begins(name, typed string) bool {
	return len(name) >= len(typed) && strings.EqualFold(name[:len(typed)], typed)
}

// signature is the help on a call: a suggestion that changes nothing. It is made where there is nothing to complete.
func signature(cur interp.Cursor) []Suggestion {
	if cur.Call == nil || cur.Call.Param == "" {
		return nil
	}
	doc := cur.Call.Name + strings.TrimSuffix(cur.Call.Type, " error")
	if cur.Call.Doc != "" {
		doc += "  " + cur.Call.Doc
	}
	return []Suggestion{{Text: cur.Prefix, Kind: "hint", Type: cur.Call.Param, Doc: doc}}
}

// present returns what the object of a call has now, by the names of its fields: what an option of the same name
// changes. It asks the cluster only when somebody pressed a key, once, and never for long.
func (c *Completer) present(call *interp.Call, asked bool) func(option string) string {
	none := func(string) string { return "" }
	if call == nil || len(call.Object) == 0 {
		return none
	}
	id := pathID(call.Object)
	if o, ok := c.objects[id]; ok && c.opts.Now().Sub(o.at) < c.opts.TTL {
		return o.field
	}
	ctx, cancel := context.WithTimeout(Unattended(context.Background(), mmexec.CostManager), c.opts.Patience)
	defer cancel()
	v, err := c.object(ctx, call.Object, asked)
	if err != nil {
		return none
	}
	o := object{at: c.opts.Now(), value: reflect.ValueOf(v)}
	c.objects[id] = o
	return o.field
}

// object is an object whose fields are shown beside the options that change them.
type object struct {
	at    time.Time
	value reflect.Value
}

func (o object) field(name string) string {
	v := o.value
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return ""
	}
	f := v.FieldByName(name)
	if !f.IsValid() || !f.CanInterface() {
		return ""
	}
	switch f.Kind() {
	case reflect.Struct, reflect.Slice, reflect.Map, reflect.Func, reflect.Pointer:
		return ""
	case reflect.String:
		return fmt.Sprintf("%q", f.String())
	}
	return fmt.Sprint(f.Interface())
}

// object follows a path. An object that is known by its key only has no data: it is read when somebody asked.
func (c *Completer) object(ctx context.Context, p interp.Path, asked bool) (v any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the object cannot be read")
		}
	}()
	last := p[len(p)-1]
	if last.Key == "" {
		return c.lang.Resolve(ctx, p)
	}
	if !asked {
		return nil, errors.New("nobody asked")
	}
	coll, err := c.lang.Resolve(ctx, p[:len(p)-1])
	if err != nil {
		return nil, err
	}
	get := reflect.ValueOf(coll).MethodByName("Get")
	if !get.IsValid() || get.Type().NumIn() != 2 || get.Type().NumOut() != 2 {
		return nil, errors.New("no object can be read there")
	}
	out := get.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(last.Key)})
	if err, _ := out[1].Interface().(error); err != nil {
		return nil, err
	}
	return out[0].Interface(), nil
}
