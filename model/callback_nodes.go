package model

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// DefaultProgram is where the nodes have gpfsh, unless [HandlersBy] says something else.
const DefaultProgram = "/usr/local/bin/gpfsh"

// HandlersBy sets the path of gpfsh on the nodes of the cluster: it keeps the handlers of events there and runs them.
func HandlersBy(program string) ConnectOption {
	return connectOption(func(c *Cluster) {
		if program != "" {
			c.program = program
		}
	})
}

// The most nodes that are reached at the same time.
const nodesAtOnce = 8

// HandlerCopy is a handler on one node.
type HandlerCopy struct {
	Node    string `json:"node" col:"NODE"`
	ID      string `json:"id" col:"ID"`
	State   string `json:"state" col:"STATE"` // ok, missing, old, broken, not registered, no answer
	Version int    `json:"version,omitempty" col:"VERSION"`
	Problem string `json:"problem,omitempty" col:"PROBLEM,prose"`
}

// String returns the node, the handler and its state.
func (h *HandlerCopy) String() string {
	if h == nil {
		return ""
	}
	return h.Node + " " + h.ID + " " + h.State
}

// The states of a copy.
const (
	copyOK           = "ok"
	copyMissing      = "missing"
	copyOld          = "old"
	copyBroken       = "broken"
	copyUnregistered = "not registered"
	copyNoAnswer     = "no answer"
)

// onNodes does something on all nodes, some at a time, and returns what went wrong, by node. The first node is waited
// for, as it tells whether this is a dry run: then the others follow one after the other, in their order.
func (c *Cluster) onNodes(nodes []string, do func(node string) (planned bool, err error)) (failed map[string]error, planned bool) {
	failed = map[string]error{}
	if len(nodes) == 0 {
		return failed, false
	}
	planned, err := do(nodes[0])
	if err != nil {
		failed[nodes[0]] = err
	}
	if planned {
		for _, n := range nodes[1:] {
			if _, err := do(n); err != nil {
				failed[n] = err
			}
		}
		return failed, true
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	free := make(chan struct{}, nodesAtOnce)
	for _, n := range nodes[1:] {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			if _, err := do(n); err != nil {
				mu.Lock()
				failed[n] = err
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return failed, false
}

// ask runs a request for the handlers of a node.
func (c *Cluster) ask(ctx context.Context, node, dir string, verb handlers.Verb, h *handlers.Handler, args ...string) (*mmexec.Result, error) {
	res, err := c.run(ctx)(handlers.NodeCommand(node, c.program, dir, verb, h, args...))
	var failed *mmexec.CommandError
	if errors.As(err, &failed) && failed.ExitCode == 127 {
		return nil, fmt.Errorf("node %s has no %s: gpfsh has to be installed on every node: %w", node, c.program, err)
	}
	return res, err
}

// distribute gives a handler to every node, or to one of them where a directory is shared. It fails when no node takes
// it; lacking are those that did not.
func (c *Cluster) distribute(ctx context.Context, h *handlers.Handler) (lacking []string, planned bool, err error) {
	nodes, err := c.Nodes.Names(ctx)
	if err != nil {
		return nil, false, err
	}
	if h.Dir != "" {
		return nil, planned, c.atOne(nodes, func(node string) error {
			res, err := c.ask(ctx, node, h.Dir, handlers.Put, h)
			planned = err == nil && res.Planned
			return err
		})
	}
	failed, planned := c.onNodes(nodes, func(node string) (bool, error) {
		res, err := c.ask(ctx, node, "", handlers.Put, h)
		return err == nil && res.Planned, err
	})
	for _, n := range nodes {
		if failed[n] != nil {
			lacking = append(lacking, n)
		}
	}
	if len(lacking) == len(nodes) && len(nodes) > 0 {
		return nil, false, fmt.Errorf("no node could keep handler %s: %w", h.ID, failed[nodes[0]])
	}
	return lacking, planned, ctx.Err()
}

// atOne does something on the first node that can.
func (c *Cluster) atOne(nodes []string, do func(node string) error) error {
	err := errors.New("the cluster has no nodes")
	for _, n := range nodes {
		if err = do(n); err == nil {
			return nil
		}
	}
	return err
}

// removeHandler removes a handler from every node and returns those where it may still be.
func (c *Cluster) removeHandler(ctx context.Context, dir, id string) ([]*HandlerCopy, error) {
	nodes, err := c.Nodes.Names(ctx)
	if err != nil {
		return nil, err
	}
	if dir != "" && dir != handlers.DefaultDir {
		return nil, c.atOne(nodes, func(node string) error {
			_, err := c.ask(ctx, node, dir, handlers.Remove, nil, id)
			return err
		})
	}
	failed, _ := c.onNodes(nodes, func(node string) (bool, error) {
		res, err := c.ask(ctx, node, "", handlers.Remove, nil, id)
		return err == nil && res.Planned, err
	})
	var left []*HandlerCopy
	for _, n := range nodes {
		if err := failed[n]; err != nil {
			left = append(left, &HandlerCopy{Node: n, ID: id, State: copyNoAnswer, Problem: shortCause(err)})
		}
	}
	return left, ctx.Err()
}

// shortCause is what a node, or the way to it, says.
func shortCause(err error) string {
	var failed *mmexec.CommandError
	if errors.As(err, &failed) && failed.Cause != "" {
		return failed.Cause
	}
	return err.Error()
}

// fetchHandler gets the handler of a callback from a node that has it as it is registered.
func (c *Cluster) fetchHandler(ctx context.Context, cb *Callback) (*handlers.Handler, error) {
	nodes, err := c.Nodes.Names(ctx)
	if err != nil {
		return nil, err
	}
	var found *handlers.Handler
	err = c.atOne(nodes, func(node string) error {
		res, err := c.ask(ctx, node, cb.dir, handlers.Get, nil, cb.ID)
		if err != nil {
			return err
		}
		h, err := handlers.Unmarshal(res.Stdout)
		switch {
		case err != nil:
			return fmt.Errorf("node %s: %w", node, err)
		case !strings.HasPrefix(h.Sum, cb.registered.Sum):
			return fmt.Errorf("node %s has version %d of handler %s, registered is version %d", node, h.Version, cb.ID, cb.Version)
		}
		found = h
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("no node has handler %s as it is registered: %w", cb.ID, err)
	}
	return found, nil
}

// copies asks every node which handlers it has.
func (c *Cluster) copies(ctx context.Context) (nodes []string, have map[string][]handlers.Copy, failed map[string]error, err error) {
	if nodes, err = c.Nodes.Names(ctx); err != nil {
		return nil, nil, nil, err
	}
	have = map[string][]handlers.Copy{}
	var mu sync.Mutex
	failed, _ = c.onNodes(nodes, func(node string) (bool, error) {
		res, err := c.ask(ctx, node, "", handlers.List, nil)
		if err != nil {
			return false, err
		}
		mu.Lock()
		defer mu.Unlock()
		have[node] = handlers.ParseCopies(res.Stdout)
		return false, nil
	})
	return nodes, have, failed, ctx.Err()
}

// healthHandlers returns the handlers of health events. Nothing registers them but their being on the nodes: the highest
// version is the one that counts.
func (c *Cluster) healthHandlers(ctx context.Context) ([]*Callback, error) {
	nodes, have, failed, err := c.copies(ctx)
	if err != nil {
		return nil, err
	}
	if len(failed) == len(nodes) && len(nodes) > 0 {
		return nil, failed[nodes[0]]
	}
	registered, err := (&callbackPlace{c: c}).list(ctx, "")
	if err != nil {
		return nil, err
	}
	best := map[string]handlers.Copy{}
	at := map[string]string{}
	var order []string
	for _, n := range nodes {
		for _, cp := range have[n] {
			if slices.ContainsFunc(registered, func(cb *Callback) bool { return cb.ID == cp.ID }) || cp.Problem != "" {
				continue
			}
			if old, ok := best[cp.ID]; !ok {
				order = append(order, cp.ID)
			} else if old.Version >= cp.Version {
				continue
			}
			best[cp.ID], at[cp.ID] = cp, n
		}
	}
	var list []*Callback
	for _, id := range order {
		res, err := c.ask(ctx, at[id], "", handlers.Get, nil, id)
		if err != nil {
			return list, err
		}
		if h, err := handlers.Unmarshal(res.Stdout); err == nil && h.Health() {
			list = append(list, c.ofHandler(h))
		}
	}
	return list, nil
}

// Check returns the handlers of all nodes, and how they stand to what is registered: a node that was added later lacks
// them, one that was away has old ones, and some may be registered no more. It runs mmlscallback and ssh to each node.
func (c Callbacks) Check(ctx context.Context) ([]*HandlerCopy, error) {
	list, _, err := c.checked(ctx)
	return list, err
}

func (c Callbacks) checked(ctx context.Context) (list []*HandlerCopy, known []*Callback, err error) {
	if err := c.Collection.check(); err != nil {
		return nil, nil, err
	}
	all := c.at.c.Callbacks.WithHealth()
	known, err = all.List(ctx)
	if err != nil {
		return nil, nil, err
	}
	known = slices.DeleteFunc(known, func(cb *Callback) bool { return !cb.Handler })
	nodes, have, failed, err := c.at.c.copies(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, n := range nodes {
		if err := failed[n]; err != nil {
			list = append(list, &HandlerCopy{Node: n, State: copyNoAnswer, Problem: shortCause(err)})
			continue
		}
		for _, cb := range known {
			if !c.at.owns(cb) || cb.dir != "" && cb.dir != handlers.DefaultDir {
				continue
			}
			list = append(list, standing(n, cb, have[n]))
		}
		for _, cp := range have[n] {
			if !slices.ContainsFunc(known, func(cb *Callback) bool { return cb.ID == cp.ID }) {
				list = append(list, &HandlerCopy{Node: n, ID: cp.ID, State: copyUnregistered, Version: cp.Version, Problem: cp.Problem})
			}
		}
	}
	return list, known, nil
}

// standing is the copy of a registered handler on a node.
func standing(node string, cb *Callback, have []handlers.Copy) *HandlerCopy {
	i := slices.IndexFunc(have, func(cp handlers.Copy) bool { return cp.ID == cb.ID })
	if i < 0 {
		return &HandlerCopy{Node: node, ID: cb.ID, State: copyMissing}
	}
	h := &HandlerCopy{Node: node, ID: cb.ID, State: copyOK, Version: have[i].Version, Problem: have[i].Problem}
	switch {
	case h.Problem != "":
		h.State = copyBroken
	case !strings.HasPrefix(have[i].Sum, cb.registered.Sum):
		h.State = copyOld
	}
	return h
}

// Repair gives the registered handlers to the nodes that lack them, have old ones or broken ones, and removes those that
// are registered no more. It returns what it did and what it could not do. It runs mmlscallback and ssh to each node.
func (c Callbacks) Repair(ctx context.Context) ([]*HandlerCopy, error) {
	list, known, err := c.checked(ctx)
	if err != nil {
		return nil, err
	}
	sources := map[string]*handlers.Handler{}
	var done []*HandlerCopy
	for _, cp := range list {
		switch cp.State {
		case copyOK:
			continue
		case copyNoAnswer:
		case copyUnregistered:
			if _, err := c.at.c.ask(ctx, cp.Node, "", handlers.Remove, nil, cp.ID); err != nil {
				cp.Problem = shortCause(err)
			} else {
				cp.State, cp.Problem = "removed", ""
			}
		default:
			if _, asked := sources[cp.ID]; !asked {
				cb := known[slices.IndexFunc(known, func(cb *Callback) bool { return cb.ID == cp.ID })]
				h, err := c.at.c.fetchHandler(ctx, cb)
				if err != nil {
					cp.Problem = err.Error()
				}
				sources[cp.ID] = h
			}
			h := sources[cp.ID]
			if h == nil {
				cp.Problem = cmp.Or(cp.Problem, "no node has it as it is registered")
				break
			}
			if _, err := c.at.c.ask(ctx, cp.Node, "", handlers.Put, h); err != nil {
				cp.Problem = shortCause(err)
			} else {
				cp.State, cp.Version, cp.Problem = "repaired", h.Version, ""
			}
		}
		done = append(done, cp)
	}
	return done, ctx.Err()
}

// HandlerLog is a line of the log of a handler.
type HandlerLog struct {
	Node string `json:"node" col:"NODE"`
	Line string `json:"line" col:"LINE,prose"`
}

// String returns the line with its node.
func (l *HandlerLog) String() string {
	if l == nil {
		return ""
	}
	return l.Node + ": " + l.Line
}

// Log returns what the handler has logged on the nodes given, or on all. Lines begin with their time; those of several
// nodes are merged by it. It runs mmlscluster and ssh to each node.
func (cb *Callback) Log(ctx context.Context, nodes ...string) ([]*HandlerLog, error) {
	if err := cb.ready(); err != nil {
		return nil, err
	}
	if len(nodes) == 0 {
		var err error
		if nodes, err = cb.c.Nodes.Names(ctx); err != nil {
			return nil, err
		}
	}
	texts := map[string]string{}
	var mu sync.Mutex
	failed, _ := cb.c.onNodes(nodes, func(node string) (bool, error) {
		res, err := cb.c.ask(ctx, node, cb.dir, handlers.Log, nil, cb.ID)
		if err == nil {
			mu.Lock()
			texts[node] = string(res.Stdout)
			mu.Unlock()
		}
		return false, err
	})
	if len(failed) == len(nodes) {
		return nil, failed[nodes[0]]
	}
	var list []*HandlerLog
	for _, n := range nodes {
		for line := range strings.Lines(texts[n]) {
			list = append(list, &HandlerLog{Node: n, Line: strings.TrimRight(line, "\r\n")})
		}
	}
	stamp := func(l *HandlerLog) string { first, _, _ := strings.Cut(l.Line, " "); return first }
	slices.SortStableFunc(list, func(a, b *HandlerLog) int { return cmp.Compare(stamp(a), stamp(b)) })
	return list, nil
}

// Test runs the handler without any event, on one node, with values that are made up, or given as "fsName=mmfs1", and
// returns what it printed. The handler does what it does: what it changes is changed. It runs mmlscluster, and ssh to the
// first node that has the handler.
func (cb *Callback) Test(ctx context.Context, values ...string) (string, error) {
	h, err := cb.stored(ctx)
	if err != nil {
		return "", err
	}
	nodes, err := cb.c.Nodes.Names(ctx)
	if err != nil {
		return "", err
	}
	for _, node := range nodes {
		if _, err := cb.c.ask(ctx, node, cb.dir, handlers.Get, nil, cb.ID); err != nil {
			continue
		}
		made := MadeUp(h, node)
		for _, v := range values {
			name, value, ok := strings.Cut(v, "=")
			if !ok {
				return "", fmt.Errorf("%q gives no value: write it like fsName=mmfs1", v)
			}
			known, err := variableFor(name, h.Events)
			if err != nil {
				return "", err
			}
			made[known] = value
		}
		args := []string{cb.ID}
		for _, e := range h.Events {
			for _, v := range variablesOf(e) {
				if value, ok := made[v]; ok {
					args = appendNew(args, v+"="+value)
				}
			}
		}
		res, err := cb.c.ask(ctx, node, cb.dir, handlers.Test, nil, args...)
		if err != nil {
			return "", err
		}
		return string(res.Stdout), nil
	}
	return "", fmt.Errorf("no node has handler %s", cb.ID)
}

// LastValues returns the values of the last event that the handler was run for, as [Callback.Test] takes them, from the
// first node that has any. It runs mmlscluster and ssh.
func (cb *Callback) LastValues(ctx context.Context) ([]string, error) {
	if err := cb.ready(); err != nil {
		return nil, err
	}
	nodes, err := cb.c.Nodes.Names(ctx)
	if err != nil {
		return nil, err
	}
	var list []string
	err = cb.c.atOne(nodes, func(node string) error {
		res, err := cb.c.ask(ctx, node, cb.dir, handlers.Recall, nil, cb.ID)
		if err != nil {
			return err
		}
		values := map[string]string{}
		if err := json.Unmarshal(res.Stdout, &values); err != nil {
			return fmt.Errorf("the values on node %s cannot be read: %w", node, err)
		}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			list = append(list, name+"="+values[name])
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("no node has values of an event for %s: %w", cb.ID, err)
	}
	return list, nil
}

// MadeUp returns values for an event of a handler, for trying it out: those of its scope, and likely ones.
func MadeUp(h *handlers.Handler, node string) map[string]string {
	s := h.Scope
	likely := map[string]string{
		"eventName": h.Events[0], "myNode": node, "eventNode": cmp.Or(s.Node, node), "nodeName": node, "nodeNames": node, "clusterManager": node,
		"upNodes": node, "quorumNodes": node, "fsName": cmp.Or(s.Filesystem, "fs1"), "filesetName": cmp.Or(s.Fileset, "root"),
		"storagePool": cmp.Or(s.Pool, "system"), "diskName": "nsd1", "snapshotName": "snap1", "snapshotID": "1", "reason": "normal",
		"quotaType": "FILESET", "quotaID": "0", "quotaOwnerName": cmp.Or(s.Fileset, "root"), "quotaEventType": "inodeQuotaExceeded",
		"blockUsage": "1048576", "blockQuota": "1048000", "blockLimit": "2097152", "filesUsage": "1001", "filesQuota": "1000", "filesLimit": "2000",
		"filesetSize": "1048576", "softLimit": "1048000", "hardLimit": "2097152", "inodeUsage": "1001", "inodeQuota": "1000", "inodeLimit": "2000",
		"waiterLength": "600", "ioLength": "300", "version": "1", "healthEvent": "disk_down", "component": "DISK", "identifier": "nsd1",
		"severity": "ERROR", "state": "FAILED", "message": "made up to try a handler",
	}
	values := map[string]string{}
	for _, e := range h.Events {
		for _, v := range variablesOf(e) {
			if value, ok := likely[v]; ok {
				values[v] = value
			}
		}
	}
	return values
}
