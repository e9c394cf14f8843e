package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// Callback is something that Storage Scale runs when an event happens, from mmlscallback: a handler of ours, or a
// command that somebody registered.
type Callback struct {
	ID        string        `json:"id" col:"ID"`
	Events    []string      `json:"events" col:"EVENTS"`
	For       string        `json:"for,omitempty" col:"FOR"`              // what the events must be about: mmfs1, mmfs1:fileset:proj; "" for anything
	Handler   bool          `json:"handler" col:"HANDLER"`                // it belongs to gpfsh
	Version   int           `json:"version,omitempty" col:"VERSION,wide"` // of the handler; 0 for what is none
	Nodes     string        `json:"nodes,omitempty" col:"NODES"`          // where it runs, as registered; "" for all nodes
	Sync      bool          `json:"sync,omitempty" col:"SYNC"`            // the daemon waits for its end
	Timeout   time.Duration `json:"timeout,omitempty" col:"TIMEOUT,wide"` // for which it waits; 0 for ever
	OnError   string        `json:"onError,omitempty" col:"ON ERROR,wide"`
	Priority  string        `json:"priority,omitempty" col:"PRIORITY,wide"` // those without one run last
	Command   string        `json:"command" col:"COMMAND,wide"`             // the path of what runs
	Parms     string        `json:"parms,omitempty" col:"-"`                // its parameters, as registered
	ManagedBy string        `json:"managedBy,omitempty" col:"MANAGED BY"`   // the program that it belongs to, where that is known
	// Lacking are the nodes that did not get the handler when it was made or changed: [Callbacks.Repair] gives it to them.
	Lacking []string `json:"lacking,omitempty" col:"LACKING"`

	registered handlers.Registration
	dir        string
	c          *Cluster
	planned    bool
	reading
}

// String returns the identifier of the callback.
func (cb *Callback) String() string {
	if cb == nil {
		return ""
	}
	return cb.ID
}

// Planned reports whether the callback exists only in the plan of a dry run.
func (cb *Callback) Planned() bool { return cb != nil && cb.planned }

func (cb *Callback) ready() error {
	switch {
	case cb == nil || cb.c == nil:
		return errNil(kindCallback)
	case cb.planned:
		return &PlannedError{Kind: kindCallback, Name: cb.ID}
	}
	return nil
}

// health tells whether it is for health events, which are not registered with mmaddcallback.
func (cb *Callback) health() bool { return slices.Contains(cb.Events, handlers.HealthEvent) }

// readCallback reads a callback of mmlscallback.
func (c *Cluster) readCallback(from mmexec.Callback) *Callback {
	cb := &Callback{
		ID: from.ID, Events: from.Events, Nodes: from.Nodes, Sync: from.Sync, OnError: from.OnError, Priority: from.Priority,
		Command: from.Command, Parms: from.Parms, c: c,
	}
	if seconds, err := strconv.ParseFloat(from.Timeout, 64); err == nil {
		cb.Timeout = time.Duration(seconds * float64(time.Second))
	}
	dir, id, ours := handlers.IDOf(from.Command)
	if r, ok := handlers.ParseRegistration(from.Parms); ok && ours && id == from.ID {
		cb.Handler, cb.Version, cb.registered, cb.dir = true, r.Version, r, dir
		cb.For = r.Scope.String()
	}
	cb.ManagedBy = callbackManagedBy(cb)
	return cb
}

// callbackManagedBy tells by their names and commands which callbacks other programs count on.
//
// unverified: the names that the GUI gives, and where it keeps its commands.
func callbackManagedBy(cb *Callback) string {
	switch {
	case strings.HasPrefix(cb.ID, "GUI_"), strings.HasPrefix(cb.Command, "/usr/lpp/mmfs/gui/"):
		return "the GUI"
	case strings.HasPrefix(strings.ToLower(cb.ID), "gpfs"), strings.HasPrefix(strings.ToLower(cb.ID), "mm"):
		return "Storage Scale"
	}
	return ""
}

// callbackPlace is the object that callbacks are asked of or added to.
type callbackPlace struct {
	c     *Cluster
	scope handlers.Scope
	node  string       // of a node: its name
	class string       // of a node class: its name
	ready func() error // says why nothing can be asked of the object
}

// String names the object in messages.
func (p *callbackPlace) String() string { return cmp.Or(p.scope.String(), p.node, p.class) }

// Callbacks are callbacks by their identifiers, read by mmlscallback, and the handlers of health events, which
// mmlscallback does not know, where [Callbacks.WithHealth] asks for them. Those of an object are the ones that are bound
// to it.
type Callbacks struct {
	Collection[*Callback]
	at *callbackPlace
}

func (p *callbackPlace) callbacks() Callbacks {
	return Callbacks{p.collection("", func(cb *Callback) bool { return p.owns(cb) }), p}
}

// collection returns the callbacks for which keep is true.
func (p *callbackPlace) collection(event string, keep func(*Callback) bool) Collection[*Callback] {
	of := p.String()
	if event != "" {
		of = strings.TrimPrefix(of+" at "+event, " ")
	}
	return Collection[*Callback]{&source[*Callback]{
		c:     p.c,
		kind:  kindCallback,
		of:    of,
		ready: p.check,
		list: func(ctx context.Context) ([]Item[*Callback], error) {
			all, err := p.list(ctx, event)
			var items []Item[*Callback]
			for _, cb := range all {
				if keep(cb) {
					items = append(items, Item[*Callback]{cb.ID, cb})
				}
			}
			return items, err
		},
		handle: func(key string) (*Callback, bool) {
			if mmexec.CheckCallbackName(key) != nil {
				return nil, false
			}
			return &Callback{ID: key, c: p.c}, true
		},
	}}
}

func (p *callbackPlace) check() error {
	switch {
	case p == nil || p.c == nil:
		return errors.New("these callbacks belong to no object: take them from Cluster() or from an object, do not make them")
	case p.ready != nil:
		return p.ready()
	}
	return nil
}

func (p *callbackPlace) list(ctx context.Context, event string) ([]*Callback, error) {
	if event == handlers.HealthEvent {
		return p.c.healthHandlers(ctx)
	}
	res, err := p.c.run(ctx)(mmexec.MmLsCallback())
	if err != nil {
		return nil, err
	}
	if noCallbacks(res.Stdout) {
		return nil, nil
	}
	parsed, err := mmexec.ParseMmLsCallback(res.Stdout)
	if err != nil {
		return nil, err
	}
	list := make([]*Callback, len(parsed))
	for i, from := range parsed {
		list[i] = p.c.readCallback(from)
	}
	return list, nil
}

// noCallbacks tells whether mmlscallback says that there are none.
//
// unverified: the words.
func noCallbacks(out []byte) bool {
	text := strings.TrimSpace(string(out))
	return text == "" || !strings.Contains(text, "\n") && strings.Contains(text, " ")
}

// owns tells whether a callback is bound to the object or to something in it.
func (p *callbackPlace) owns(cb *Callback) bool {
	bound := cb.registered.Scope
	switch {
	case p.class != "":
		return cb.Nodes == p.class
	case p.node != "":
		return bound.Node == p.node || cb.Nodes == p.node
	case p.scope.Fileset != "" || p.scope.Pool != "":
		return bound == p.scope
	}
	return p.scope.Filesystem == "" || bound.Filesystem == p.scope.Filesystem
}

// concerns tells whether a callback runs for events of the object: it is bound to it, or to nothing finer.
func (p *callbackPlace) concerns(cb *Callback) bool {
	bound := cb.registered.Scope
	within := func(bound, own string) bool { return bound == "" || own == "" || bound == own }
	switch {
	case p.class != "":
		return cb.Nodes == "" || cb.Nodes == p.class
	case p.node != "":
		// Which nodes a list or a class means is not looked up.
		return within(bound.Node, p.node)
	case p.scope.Pool != "" && bound.Fileset != "", p.scope.Fileset != "" && bound.Pool != "":
		return false
	}
	return within(bound.Filesystem, p.scope.Filesystem) && within(bound.Fileset, p.scope.Fileset) && within(bound.Pool, p.scope.Pool)
}

// Where returns the callbacks for which keep is true.
func (c Callbacks) Where(keep func(*Callback) bool) Callbacks {
	c.Collection = c.where(keep)
	return c
}

// Match returns the callbacks whose identifiers match a pattern: * stands for any text, ? for one character.
func (c Callbacks) Match(pattern string) Callbacks {
	c.Collection = c.match(pattern)
	return c
}

// WithHealth returns the callbacks together with the handlers of health events, which every node is asked for (ssh).
func (c Callbacks) WithHealth() Callbacks {
	if c.src == nil {
		return c
	}
	c.Collection = c.with(func(s *source[*Callback]) {
		list := s.list
		s.list = func(ctx context.Context) ([]Item[*Callback], error) {
			items, err := list(ctx)
			if err != nil {
				return nil, err
			}
			health, err := c.at.c.healthHandlers(ctx)
			for _, cb := range health {
				items = append(items, Item[*Callback]{cb.ID, cb})
			}
			return items, err
		}
	})
	return c
}

// New registers a handler, or a command, for the events of [ForEvents]. See [EventCallbacks.New].
func (c Callbacks) New(ctx context.Context, parts ...CallbackPart) (*Callback, error) {
	return c.at.add(ctx, nil, parts)
}

// EventCallbacks are the callbacks of one event by their identifiers, read by mmlscallback: those that are bound to the
// object, and those that run for every object.
type EventCallbacks[E any] struct{ at *callbackPlace }

func (e EventCallbacks[E]) event() string { return eventOf(reflect.TypeFor[E]()) }

func (e EventCallbacks[E]) collection() Collection[*Callback] {
	if e.at == nil {
		return Collection[*Callback]{}
	}
	name := e.event()
	return e.at.collection(name, func(cb *Callback) bool {
		return e.at.concerns(cb) && slices.ContainsFunc(cb.Events, func(have string) bool { return strings.EqualFold(have, name) })
	})
}

// Get returns the callback of that name. A name that is not there is a [*NotFoundError] with the names there are. It
// runs mmlscallback.
func (e EventCallbacks[E]) Get(ctx context.Context, key string) (*Callback, error) {
	return e.collection().Get(ctx, key)
}

// Lookup returns the callback of that name and whether there is one. It runs mmlscallback.
func (e EventCallbacks[E]) Lookup(ctx context.Context, key string) (*Callback, bool, error) {
	return e.collection().Lookup(ctx, key)
}

// List returns the callbacks in the order of the command. It runs mmlscallback.
func (e EventCallbacks[E]) List(ctx context.Context) ([]*Callback, error) {
	return e.collection().List(ctx)
}

// Items returns the callbacks with their keys in the order of the command. It runs mmlscallback.
func (e EventCallbacks[E]) Items(ctx context.Context) ([]Item[*Callback], error) {
	return e.collection().Items(ctx)
}

// Names returns the keys in the order of the command. It runs mmlscallback.
func (e EventCallbacks[E]) Names(ctx context.Context) ([]string, error) {
	return e.collection().Names(ctx)
}

// Len returns the number of callbacks. It runs mmlscallback.
func (e EventCallbacks[E]) Len(ctx context.Context) (int, error) { return e.collection().Len(ctx) }

// Map returns the callbacks by their keys. It runs mmlscallback.
func (e EventCallbacks[E]) Map(ctx context.Context) (map[string]*Callback, error) {
	return e.collection().Map(ctx)
}

// Where returns the callbacks for which keep is true.
func (e EventCallbacks[E]) Where(keep func(*Callback) bool) Callbacks {
	return Callbacks{e.collection().where(keep), e.at}
}

// New has a function run whenever the event happens, until it is taken away again:
//
//	fs.OnMount.New(func(e MountEvent) { print(e.FsName, e.MyNode) })
//	fset.OnSoftQuotaExceeded.New(CallbackID("grow"), grow)
//	Cluster().OnNodeLeave.New(RunCommand("/sbin/page", "%eventNode"))
//
// The function goes to every node as source, with a version and a checksum, and is run by the gpfsh there. It takes the
// event, or variables by their names, or nothing; what it does not read is not asked for. It cannot take variables of the
// session along. The handlers of an object run for events about that object only. Any number of handlers may be added;
// each runs by itself.
//
// Handlers of the events before something happens (preMount, preShutdown, …) and of those of the quorum would hang when
// they touched a file of a file system. One that uses a path in a file system that the cluster knows is refused with a
// [*HandlerPathError]: a constant text, a concatenation, path.Join or Sprintf of such texts and of the event's FsName, or
// an argument of [RunCommand]. Paths that are only made while the handler runs, and links that lead into a file system,
// cannot be seen beforehand. mmlsfs all -T tells the mount points, and is run only where there is a path at all.
//
// Other parts are options: [CallbackID], [On], [Priority], [Synchronous], [ShutDownOnFailure], [TimeLimit], [OnceIn],
// [InSharedDir]. It runs ssh to each node and then mmaddcallback.
func (e EventCallbacks[E]) New(ctx context.Context, parts ...CallbackPart) (*Callback, error) {
	return e.at.add(ctx, []string{e.event()}, parts)
}

// CheckHandler says why a function cannot be added here. It asks nothing of the cluster.
func (f HandlerFunc) CheckHandler(to any) error {
	var events []string
	if e, ok := to.(interface{ event() string }); ok {
		events = []string{e.event()}
	} else {
		_, err := f.signature()
		return err
	}
	_, _, err := f.fit(events)
	return err
}

// Delete takes a callback away. It runs mmdelcallback, and ssh to each node to remove the handler there; what it returns
// are the nodes where it could not be removed, which [Callbacks.Repair] does when they are back. Callbacks of other
// programs are refused with a [*ManagedError] unless [EvenIfManaged] is given.
func (cb *Callback) Delete(ctx context.Context, options ...CallbackDeleteOption) ([]*HandlerCopy, error) {
	if err := cb.ready(); err != nil {
		return nil, err
	}
	var spec callbackGone
	for _, o := range options {
		o.deleteCallback(&spec)
	}
	if cb.ManagedBy == "" {
		cb.ManagedBy = callbackManagedBy(cb)
	}
	if cb.ManagedBy != "" && !spec.managed {
		return nil, &ManagedError{Kind: kindCallback, Name: cb.ID, By: cb.ManagedBy}
	}
	if cb.Command == "" && !cb.health() {
		fresh, err := cb.c.Callbacks.Get(ctx, cb.ID)
		if err != nil {
			return nil, err
		}
		*cb = *fresh
	}
	if !cb.health() {
		if _, err := cb.c.run(ctx)(mmexec.MmDelCallback(cb.ID)); err != nil {
			return nil, err
		}
	}
	if !cb.Handler {
		return nil, nil
	}
	return cb.c.removeHandler(ctx, cb.dir, cb.ID)
}

// CallbackDeleteOption is an option of deleting a callback: [EvenIfManaged].
type CallbackDeleteOption interface{ deleteCallback(*callbackGone) }

type callbackGone struct{ managed bool }

// HandlerSource returns the source of a handler of ours, read from the first node that has it.
// It runs mmlscluster and ssh.
func (cb *Callback) HandlerSource(ctx context.Context) (string, error) {
	h, err := cb.stored(ctx)
	if err != nil {
		return "", err
	}
	if h.Source == "" {
		return strings.Join(h.Command, " "), nil
	}
	return h.Source, nil
}

// stored fetches the handler from a node that has it as it is registered.
func (cb *Callback) stored(ctx context.Context) (*handlers.Handler, error) {
	if err := cb.ready(); err != nil {
		return nil, err
	}
	if !cb.Handler {
		return nil, fmt.Errorf("callback %s is no handler of gpfsh: it runs %s", cb.ID, cb.Command)
	}
	return cb.c.fetchHandler(ctx, cb)
}
