package model

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// CallbackPart is a part of a callback: what runs, which is a function, see [HandlerFunc], or [RunCommand], and the
// options [ForEvents], [CallbackID], [On], [Priority], [Synchronous], [ShutDownOnFailure], [TimeLimit], [OnceIn],
// [InSharedDir].
type CallbackPart interface{ callback(*callbackSpec) }

type callbackSpec struct {
	target
	id       string
	events   []string
	function *HandlerFunc
	command  []string
	priority *float64
	sync     bool
	timeout  time.Duration
	shutdown bool
	limit    time.Duration
	every    *time.Duration
	shared   string
	runs     int // how many things were given to run
}

func (f HandlerFunc) callback(s *callbackSpec) { s.function, s.runs = &f, s.runs+1 }

type callbackOption func(*callbackSpec)

func (o callbackOption) callback(s *callbackSpec) { o(s) }

// CallbackID names a callback: at most 255 characters without a colon, semicolon, comma or blank, and not beginning with
// gpfs or mm. Without it the name is made of the object, the event and what runs.
func CallbackID(id string) CallbackPart { return callbackOption(func(s *callbackSpec) { s.id = id }) }

// RunCommand runs an external command, by its absolute path, that has to be on the local disk of every node. Variables in
// its arguments, with a percent sign in front, get their values: RunCommand("/usr/local/sbin/page", "%fsName is full").
// No shell reads them, and a value with blanks remains one argument.
func RunCommand(command string, args ...string) CallbackPart {
	return callbackOption(func(s *callbackSpec) { s.command, s.runs = append([]string{command}, args...), s.runs+1 })
}

// ForEvents names the events of a callback that several can lead to: Cluster().Callbacks.New(ForEvents("startup",
// "shutdown"), func(eventName string) { … }).
func ForEvents(events ...string) CallbackPart {
	return callbackOption(func(s *callbackSpec) { s.events = append(s.events, events...) })
}

// Priority orders the callbacks of an event, from 0 to 10; the lower comes first, those without one come last
// (--priority).
func Priority(p float64) CallbackPart {
	return callbackOption(func(s *callbackSpec) { s.priority = &p })
}

// Synchronous makes the daemon wait for the handler, at most for so long, from one to ten seconds: everything that the
// event holds up waits too (--sync --timeout). Such a handler may not change the cluster. Events of RAID, and those that
// nothing can hold up, are refused.
func Synchronous(timeout time.Duration) CallbackPart {
	return callbackOption(func(s *callbackSpec) { s.sync, s.timeout = true, timeout })
}

// ShutDownOnFailure has the daemon of the node stopped when a synchronous handler fails or takes too long (--onerror
// shutdown). Otherwise nothing follows.
func ShutDownOnFailure() CallbackPart {
	return callbackOption(func(s *callbackSpec) { s.shutdown = true })
}

// TimeLimit sets after what time a handler is stopped that nobody waits for. It is a minute unless set.
func TimeLimit(d time.Duration) CallbackPart {
	return callbackOption(func(s *callbackSpec) { s.limit = d })
}

// OnceIn lets a handler run once in that time for the same object. Unless set, this is ten minutes for pools that are
// full, a minute for limits that are exceeded, and no time for other events; 0 is no time.
func OnceIn(d time.Duration) CallbackPart {
	return callbackOption(func(s *callbackSpec) { s.every = &d })
}

// InSharedDir keeps a handler in a directory of a file system that all nodes have, instead of on each node. It is refused
// for events at which that file system may not be there: mounts, startup and shutdown, quorum, failing disks.
func InSharedDir(dir string) CallbackPart {
	return callbackOption(func(s *callbackSpec) { s.shared = dir })
}

// The longest that a handler may run unless something else is said.
const handlerLimit = time.Minute

// add makes a callback for events at a place.
func (p *callbackPlace) add(ctx context.Context, events []string, parts []CallbackPart) (*Callback, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	var s callbackSpec
	for _, part := range parts {
		if part == nil {
			return nil, errors.New("a part of the callback is nil")
		}
		part.callback(&s)
	}
	if len(events) > 0 && len(s.events) > 0 {
		return nil, fmt.Errorf("this collection is for %s: take Callbacks.New for other events", events[0])
	}
	s.events = append(s.events, events...)
	h, options, err := p.handler(&s)
	if err != nil {
		return nil, err
	}
	if err := p.c.keepsOff(ctx, h, s.function); err != nil {
		return nil, err
	}
	if err := p.c.isNew(ctx, h); err != nil {
		return nil, err
	}
	return p.c.register(ctx, h, options)
}

// registering is how a handler is registered.
type registering struct {
	mmexec.AddCallbackOptions
	on []string // nodes, or a node class; none for all
}

func (r registering) command(id string) (mmexec.Command, error) {
	if len(r.on) > 0 {
		r.Nodes = mmexec.OnNodes(r.on...)
	}
	return mmexec.MmAddCallback(id, r.AddCallbackOptions)
}

// handler makes the handler, and how it is registered.
func (p *callbackPlace) handler(s *callbackSpec) (*handlers.Handler, registering, error) {
	var o registering
	fail := func(format string, args ...any) (*handlers.Handler, registering, error) {
		return nil, o, fmt.Errorf(format, args...)
	}
	switch {
	case s.runs == 0:
		return fail("say what is to run: a function, or RunCommand")
	case s.runs > 1:
		return fail("say one thing that is to run; make another callback for another one")
	case len(s.events) == 0:
		return fail("say for which events with ForEvents")
	case s.named && len(s.nodes) == 0:
		return fail("On needs at least one node")
	}
	h := &handlers.Handler{Version: 1, Created: p.c.now(), Program: p.c.program, Scope: p.scope, Limit: s.limit, Sync: s.sync}
	for _, name := range s.events {
		e, err := p.event(name)
		if err != nil {
			return nil, o, err
		}
		if err := s.allowed(e); err != nil {
			return nil, o, err
		}
		h.Events = appendNew(h.Events, e.Name)
	}
	if h.Health() && len(h.Events) > 1 {
		return fail("health events come another way than the others: make a handler of their own for them")
	}
	switch {
	case s.sync && (s.timeout < time.Second || s.timeout > 10*time.Second):
		return fail("Synchronous takes from 1 to 10 seconds, not %s: everything that the event holds up waits", s.timeout)
	case s.sync && s.limit != 0:
		return fail("the time limit of a synchronous handler is that of Synchronous")
	case s.sync:
		h.Limit, h.OnError = s.timeout-min(s.timeout/4, time.Second), "continue"
	case s.shutdown:
		return fail("ShutDownOnFailure goes with Synchronous: nobody sees the failure of a handler that nobody waits for")
	case s.limit < 0 || s.limit > time.Hour:
		return fail("the time limit %s is not between nothing and an hour: work that long is no handler's", s.limit)
	case s.limit == 0:
		h.Limit = handlerLimit
	}
	if s.shutdown {
		h.OnError = "shutdown"
	}
	h.Every = handlers.EveryOf(h.Events)
	if s.every != nil {
		h.Every = max(0, *s.every)
	}
	if s.shared != "" {
		if !path.IsAbs(s.shared) {
			return fail("the shared directory %q must be an absolute path", s.shared)
		}
		h.Dir = path.Join(s.shared, ".gpfsh", "handlers")
	}
	if err := s.what(h); err != nil {
		return nil, o, err
	}
	if err := p.where(s, h, &o); err != nil {
		return nil, o, err
	}
	h.ID = s.id
	if h.ID == "" {
		h.ID = p.makeID(h)
	}
	if err := mmexec.CheckNewCallbackName(h.ID); err != nil {
		return nil, o, err
	}
	h.Seal()
	o.Command, o.Events, o.Priority, o.Parms = h.RunPath(), h.Events, s.priority, h.Parameters()
	if s.sync {
		o.Sync, o.Timeout, o.OnError = true, s.timeout, h.OnError
	}
	return h, o, nil
}

// event finds an event that handlers can be added for.
//
// unverified: whether events exist that the table does not have; they are refused.
func (p *callbackPlace) event(name string) (mmexec.CallbackEvent, error) {
	if strings.EqualFold(name, handlers.HealthEvent) {
		return mmexec.CallbackEvent{Name: handlers.HealthEvent}, nil
	}
	e, ok := mmexec.FindCallbackEvent(name)
	switch {
	case !ok:
		var names []string
		for _, e := range mmexec.CallbackEvents() {
			names = append(names, e.Name)
		}
		return e, &NotFoundError{Kind: "event", Name: name, Names: names}
	case e.Name == "tiebreakerCheck":
		return e, errors.New("tiebreakerCheck needs the daemon stopped on all nodes and can cost the quorum: no handler is made for it")
	}
	for v, want := range map[string]string{"fsName": p.scope.Filesystem, "filesetName": p.scope.Fileset, "storagePool": p.scope.Pool} {
		if want != "" && !slices.Contains(e.Variables, v) {
			return e, fmt.Errorf("%s does not tell its %s, so no handler of %s can be made for it: make it at the cluster", e.Name, v, p)
		}
	}
	return e, nil
}

// allowed says why an event cannot have what the options ask for.
func (s *callbackSpec) allowed(e mmexec.CallbackEvent) error {
	switch {
	case s.sync && e.RAID:
		return fmt.Errorf("the daemon must never wait at %s", e.Name)
	case s.sync && !e.Sync:
		return fmt.Errorf("%s is over when it is told: the daemon cannot wait at it", e.Name)
	case s.shared != "" && e.Offline():
		return fmt.Errorf("a handler of %s cannot be in a shared directory: it may not be there when it is needed", e.Name)
	}
	return nil
}

// what fills in what runs, and which variables it needs.
func (s *callbackSpec) what(h *handlers.Handler) error {
	if s.function != nil {
		sig, variables, err := s.function.fit(h.Events)
		if err != nil {
			return err
		}
		h.Source, h.Type, h.Binds, h.Variables = s.function.Source, sig.event, sig.binds, variables
	} else {
		if !path.IsAbs(s.command[0]) || strings.ContainsAny(s.command[0], "\x00\n") {
			return fmt.Errorf("the path %q of the command must be absolute", s.command[0])
		}
		h.Command = s.command
		for _, a := range s.command[1:] {
			names, other := handlers.VariablesIn(a)
			if other != "" {
				return fmt.Errorf("there is no variable %%%s: write %%%% for a percent sign", other)
			}
			for _, name := range names {
				if _, err := variableFor(name, h.Events); err != nil {
					return err
				}
				h.Variables = appendNew(h.Variables, name)
			}
		}
	}
	if h.Health() {
		h.Variables = nil // all are given
		return nil
	}
	// The event, and what the scope and the limits go by, are always told.
	for _, v := range append(append([]string{"eventName"}, h.Scope.Variables()...), keyVariables(h.Events)...) {
		h.Variables = appendNew(h.Variables, v)
	}
	return nil
}

// keyVariables are those that tell the object of an event that is repeated.
func keyVariables(events []string) []string {
	if handlers.EveryOf(events) == 0 {
		return nil
	}
	var list []string
	for _, e := range events {
		event, _ := mmexec.FindCallbackEvent(e)
		for _, v := range []string{"fsName", "filesetName", "storagePool", "quotaType", "quotaID", "diskName"} {
			if slices.Contains(event.Variables, v) {
				list = appendNew(list, v)
			}
		}
	}
	return list
}

// where fills in the nodes: those that options name, or the object itself.
func (p *callbackPlace) where(s *callbackSpec, h *handlers.Handler, o *registering) error {
	about := p.node != ""
	for _, name := range h.Events {
		about = about && slices.Contains(variablesOf(name), "eventNode")
	}
	switch {
	case about: // the event tells of the node on other nodes
		h.Scope.Node = p.node
		h.Variables = appendNew(h.Variables, "eventNode")
		if s.named {
			o.on = s.nodes
		}
	case (p.node != "" || p.class != "") && s.named:
		return fmt.Errorf("a handler of %s runs there: On cannot name other nodes", p)
	case p.node != "":
		o.on = []string{p.node}
	case p.class != "":
		o.on = []string{p.class}
	case s.named:
		o.on = s.nodes
	}
	if h.Health() && len(o.on) > 0 {
		return errors.New("health events are told on the node of the component: On cannot choose nodes for them")
	}
	return nil
}

// makeID makes an identifier of what the callback is for and of what runs, so that the same one is not made twice.
func (p *callbackPlace) makeID(h *handlers.Handler) string {
	sum := sha256.Sum256([]byte(h.Source + "\x00" + strings.Join(h.Command, "\x00")))
	parts := []string{h.Events[0], fmt.Sprintf("%x", sum[:3])}
	if at := p.String(); at != "" {
		parts = slices.Insert(parts, 0, at)
	}
	id := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, strings.Join(parts, "-"))
	if mmexec.CheckNewCallbackName(id) != nil { // a file system may be called mmfs1
		id = "on-" + id
	}
	return id
}

// isNew says whether the identifier is taken.
func (c *Cluster) isNew(ctx context.Context, h *handlers.Handler) error {
	taken := false
	if h.Health() {
		have, err := c.healthHandlers(ctx)
		if err != nil {
			return err
		}
		taken = slices.ContainsFunc(have, func(cb *Callback) bool { return cb.ID == h.ID })
	} else {
		all := &callbackPlace{c: c}
		have, err := all.list(ctx, "")
		if err != nil {
			return err
		}
		taken = slices.ContainsFunc(have, func(cb *Callback) bool { return cb.ID == h.ID })
	}
	if taken {
		return &ExistsError{Kind: kindCallback, Name: h.ID}
	}
	return nil
}

// register keeps a handler on the nodes and registers it.
func (c *Cluster) register(ctx context.Context, h *handlers.Handler, o registering) (*Callback, error) {
	// What mmaddcallback would be refused for is found before anything goes to the nodes.
	var add mmexec.Command
	var err error
	if !h.Health() {
		if add, err = o.command(h.ID); err != nil {
			return nil, err
		}
	}
	lacking, planned, err := c.distribute(ctx, h)
	if err != nil {
		return nil, err
	}
	cb := c.ofHandler(h)
	cb.Lacking, cb.planned = lacking, planned
	if h.Health() {
		return cb, nil
	}
	res, err := c.run(ctx)(add, nil)
	if err != nil {
		if _, rerr := c.removeHandler(context.WithoutCancel(ctx), h.Dir, h.ID); rerr != nil {
			err = fmt.Errorf("%w (and its files are left on the nodes: %w)", err, rerr)
		}
		return nil, err
	}
	cb.planned = res.Planned
	cb.Sync, cb.Timeout, cb.OnError = o.Sync, o.Timeout, o.OnError
	cb.Nodes = strings.Join(o.on, ",")
	if o.Priority != nil {
		cb.Priority = fmt.Sprint(*o.Priority)
	}
	return cb, nil
}

// ofHandler returns the callback of a handler as it is registered for all nodes.
func (c *Cluster) ofHandler(h *handlers.Handler) *Callback {
	return &Callback{
		ID: h.ID, Events: h.Events, For: h.Scope.String(), Handler: true, Version: h.Version, Command: h.RunPath(),
		Parms: strings.Join(h.Parameters(), " "), dir: h.Dir, c: c,
		registered: handlers.Registration{Version: h.Version, Sum: h.Sum[:12], Scope: h.Scope},
	}
}

// Change changes a handler of ours: another function or command, or options; what is not named stays as it is. There is
// no command that changes a callback: it runs mmdelcallback, ssh to each node and mmaddcallback, and events in between
// are missed.
func (cb *Callback) Change(ctx context.Context, parts ...CallbackPart) error {
	old, err := cb.stored(ctx)
	if err != nil {
		return err
	}
	s := callbackSpec{events: old.Events, sync: cb.Sync, timeout: cb.Timeout, shutdown: old.OnError == "shutdown", every: &old.Every}
	if !old.Sync {
		s.limit = old.Limit
	}
	if p := cb.Priority; p != "" {
		var priority float64
		if _, err := fmt.Sscan(p, &priority); err == nil {
			s.priority = &priority
		}
	}
	if cb.Nodes != "" {
		s.named, s.nodes = true, strings.Split(cb.Nodes, ",")
	}
	before := s
	for _, part := range parts {
		if part == nil {
			return errors.New("a part of the callback is nil")
		}
		part.callback(&s)
	}
	switch {
	case s.id != "":
		return errors.New("the name of a callback cannot be changed: make another one")
	case s.shared != "":
		return errors.New("where a handler is kept cannot be changed: make another one")
	}
	if s.sync && !before.sync {
		s.limit = 0
	}
	if s.runs == 0 {
		s.command, s.runs = old.Command, 1
		if old.Source != "" {
			s.function = &HandlerFunc{Source: old.Source}
		}
	}
	if len(s.nodes) > len(before.nodes) {
		s.nodes = s.nodes[len(before.nodes):] // On names the nodes anew
	}
	if n := len(before.events); len(s.events) > n {
		s.events = s.events[n:]
	}
	place := &callbackPlace{c: cb.c, scope: handlers.Scope{Filesystem: old.Scope.Filesystem, Fileset: old.Scope.Fileset, Pool: old.Scope.Pool}, node: old.Scope.Node}
	s.id = old.ID
	h, options, err := place.handler(&s)
	if err != nil {
		return err
	}
	h.Version, h.Dir = old.Version+1, old.Dir
	if err := cb.c.keepsOff(ctx, h, s.function); err != nil {
		return err
	}
	h.Seal()
	options.Command, options.Parms = h.RunPath(), h.Parameters()
	if !h.Health() {
		if _, err := options.command(h.ID); err != nil {
			return err
		}
		if _, err := cb.c.run(ctx)(mmexec.MmDelCallback(cb.ID)); err != nil {
			return err
		}
	}
	fresh, err := cb.c.register(ctx, h, options)
	if err != nil {
		return fmt.Errorf("callback %s is no longer registered, make it anew: %w", cb.ID, err)
	}
	*cb = *fresh
	return nil
}
