package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/mmexec"
	"gpfsh/model"
)

// peer is a further cluster of a session, from Connect.
type peer struct {
	spec    string
	name    string // its own
	target  *connect.Target
	stack   *connect.Stack
	cluster *model.Cluster
	ex      mmexec.Executor
	seen    int // how many of its commands were there when somebody last looked
}

// peers are the further clusters of a session.
type peers struct {
	mu   sync.Mutex
	list []*peer
	seen int // how many commands of the session's own cluster were there when somebody last looked
}

func (p *peers) find(spec string) *peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, x := range p.list {
		if x.spec == spec {
			return x
		}
	}
	return nil
}

func (p *peers) all() []*peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.list)
}

// connect reaches a further cluster: the function Connect of the language. It asks for its name, so that a cluster that
// cannot be reached is told from one that can at once. Whatever holds for the commands of the session holds for it.
func (s *session) connect(ctx context.Context, spec string) (*model.Cluster, error) {
	if p := s.peers.find(spec); p != nil {
		return p.cluster, nil
	}
	target, err := connect.Open(spec, connect.Settings{Timeout: s.app.timeout, Program: s.app.Program, NodeProgram: s.app.nodeProgram, Spool: s.app.Getenv("GPFSH_SPOOL")})
	if err != nil {
		return nil, err
	}
	p := &peer{spec: spec, target: target}
	p.stack = &connect.Stack{
		Plan: s.plan, ReadOnly: s.app.readOnly, Confirm: s.confirmer.confirm, Record: s.stack.Record, Retry: !target.Simulated, Cluster: spec,
	}
	if s.stack.Cache != nil {
		p.stack.Cache = &mmexec.ReadCache{Keep: s.stack.Cache.Keep}
	}
	if s.stack.Trace != nil {
		p.stack.Trace = &prefixed{w: s.stack.Trace, prefix: spec + ": "}
	}
	if !target.Simulated {
		if err := s.auditPeer(p); err != nil {
			target.Close()
			return nil, err
		}
	}
	if err := s.app.settle(ctx, target); err != nil {
		fmt.Fprintf(s.app.Stderr, "gpfsh: %s: %v\n", spec, err)
	}
	p.ex = p.stack.Wrap(target.Executor)
	if p.cluster, err = model.Connect(ctx, p.ex, append(slices.Clip(target.Options), model.KeepingPolicies(s.app.policies(target.Name)))...); err == nil {
		p.name, err = p.cluster.Name(ctx)
	}
	if err != nil {
		target.Close()
		return nil, fmt.Errorf("cannot connect to %s: %w", spec, err)
	}
	s.peers.mu.Lock()
	defer s.peers.mu.Unlock()
	s.peers.list = append(s.peers.list, p)
	return p.cluster, nil
}

// auditPeer writes the changes of a further real cluster down, and lets somebody who sits there be asked before them.
func (s *session) auditPeer(p *peer) error {
	if s.audit == nil {
		var err error
		if s.audit, err = s.app.openAudit(); err != nil {
			fmt.Fprintf(s.app.Stderr, "gpfsh: changes are not written down: %v\n", err)
		}
	}
	if s.audit != nil {
		p.stack.Audit, p.stack.Target = s.audit, p.spec
	}
	if s.app.confirm != "off" && s.confirmer.ask != nil && !s.app.yes {
		return s.confirmer.Set(true)
	}
	return nil
}

// others returns the further clusters for the prompt, each by the first part of its name.
func (s *session) others() []string {
	var names []string
	own, _, _ := strings.Cut(s.clusterName(), ".")
	for _, p := range s.peers.all() {
		name, _, _ := strings.Cut(p.name, ".")
		switch {
		case name == own || slices.Contains(names, name):
			kind, where, _ := strings.Cut(p.spec, ":")
			name += "(" + kind + ":" + filepath.Base(where) + ")"
		case p.target.Simulated:
			name += "(sim)"
		}
		names = append(names, name)
	}
	return names
}

// answered returns which of several clusters have answered since it was last called; nothing in a session with one.
func (s *session) answered() []string {
	s.peers.mu.Lock()
	defer s.peers.mu.Unlock()
	fresh := func(stack *connect.Stack, seen *int) bool {
		n := stack.Journal.Asked()
		was := *seen
		*seen = n
		return n > was
	}
	var names []string
	own := fresh(s.stack, &s.peers.seen)
	for _, p := range s.peers.list {
		if fresh(p.stack, &p.seen) {
			names = append(names, fmt.Sprintf("%s (%s)", p.name, p.spec))
		}
	}
	if len(names) > 0 && own {
		names = append([]string{s.clusterName()}, names...)
	}
	return names
}

// ran returns the commands of the session on all of its clusters, oldest first.
func (s *session) ran() []connect.Ran {
	list := s.stack.Journal.Entries()
	for _, p := range s.peers.all() {
		list = append(list, p.stack.Journal.Entries()...)
	}
	slices.SortStableFunc(list, func(a, b connect.Ran) int { return a.Time.Compare(b.Time) })
	return list
}

// forgetAnswers begins a new entry: nothing was asked in it yet.
func (s *session) forgetAnswers() {
	for _, c := range append([]*mmexec.ReadCache{s.stack.Cache}, s.peerCaches()...) {
		if c != nil {
			c.Clear()
		}
	}
}

func (s *session) peerCaches() []*mmexec.ReadCache {
	var list []*mmexec.ReadCache
	for _, p := range s.peers.all() {
		list = append(list, p.stack.Cache)
	}
	return list
}

// route runs each command on the cluster that it is for.
type route struct {
	mmexec.Executor
	s *session
}

// Run runs a command.
func (r route) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	if cmd.Cluster == "" {
		return r.Executor.Run(ctx, cmd)
	}
	p := r.s.peers.find(cmd.Cluster)
	if p == nil {
		return nil, fmt.Errorf("%s was not run: it is for %s, which this session is not connected to", cmd, cmd.Cluster)
	}
	return p.ex.Run(ctx, cmd)
}

// verify checks that what planned commands are about is what it was, on each cluster.
func (s *session) verify(ctx context.Context, cmds []mmexec.Command) error {
	byCluster := make(map[string][]mmexec.Command)
	for _, c := range cmds {
		byCluster[c.Cluster] = append(byCluster[c.Cluster], c)
	}
	for spec, list := range byCluster {
		c := s.cluster
		if spec != "" {
			p := s.peers.find(spec)
			if p == nil {
				return fmt.Errorf("the plan cannot be checked: this session is not connected to %s", spec)
			}
			c = p.cluster
		}
		if err := verifyPlan(ctx, c, list); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) closePeers() error {
	var errs []error
	for _, p := range s.peers.all() {
		errs = append(errs, p.target.Close())
	}
	return errors.Join(errs...)
}

// prefixed puts a text before each line.
type prefixed struct {
	w      io.Writer
	prefix string
}

// Write writes whole lines.
func (p *prefixed) Write(data []byte) (int, error) {
	var b strings.Builder
	for line := range strings.Lines(string(data)) {
		b.WriteString(p.prefix + line)
	}
	if _, err := io.WriteString(p.w, b.String()); err != nil {
		return 0, err
	}
	return len(data), nil
}
