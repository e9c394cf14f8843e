package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"gpfsh/policy/lang"
)

// Scripts runs the EXEC script of an external pool or list on a node. out receives what it prints. A script that cannot
// be run at all is an error; how it ended is its exit status.
type Scripts interface {
	Run(ctx context.Context, node string, argv []string, out io.Writer) (exit int, err error)
}

// LocalScripts runs scripts on this machine, whatever the node is called.
type LocalScripts struct {
	// Env is added to the environment.
	Env []string
}

// Run implements [Scripts].
func (l LocalScripts) Run(ctx context.Context, _ string, argv []string, out io.Writer) (int, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), l.Env...)
	cmd.Stdout, cmd.Stderr = out, out
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// execute is the third phase.
func (r *phases) execute(ctx context.Context) error {
	for _, s := range r.lists.sinks {
		if s.amount.Files == 0 {
			continue
		}
		var err error
		switch {
		case s.rule == nil && s.command != "LIST":
			err = r.carryOut(ctx, s)
		case r.prog.opts.Mode == Yes && r.prog.opts.Scripts != nil && s.script() != "":
			err = r.runScript(ctx, s)
		}
		if err != nil {
			return err
		}
		if s.rule != nil || s.command == "LIST" {
			r.report.Lists = append(r.report.Lists, ListReport{Name: s.name, External: s.external, Chosen: s.amount, File: s.kept, Calls: s.calls, Failed: s.failed})
		}
	}
	return nil
}

func (r *phases) failed(format string, args ...any) {
	r.report.Errors++
	text := fmt.Sprintf(format, args...)
	if len(r.report.Failures) < 20 {
		r.report.Failures = append(r.report.Failures, text)
	}
	r.console.failure(text)
}

// carryOut does what the cluster does itself: move data between its pools, compress, delete.
func (r *phases) carryOut(ctx context.Context, s *sink) error {
	o := &r.prog.opts
	if o.Mode == Prepare || o.Mode == Defer && s.command == "DELETE" {
		return nil
	}
	return s.each(func(lines []byte, _ int) error {
		for len(lines) > 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			n := bytes.IndexByte(lines, '\n')
			inode, ru, to, path, err := parseOwn(lines[:n])
			lines = lines[n+1:]
			if err != nil {
				return err
			}
			rule := r.prog.rules[ru]
			err = r.same(path, inode)
			if err == nil {
				err = r.act(rule, path)
			}
			if err != nil {
				r.failed("%s: %v", path, err)
				continue
			}
			if o.Mover == nil {
				continue
			}
			switch s.command {
			case "DELETE":
				err = o.Mover.Delete(path)
			default:
				err = o.Mover.Migrate(path, to, rule.replicas, rule.src.Compress.Text(), o.Mode == Defer)
			}
			if err != nil {
				r.failed("%s: %v", path, err)
				continue
			}
			r.report.Done++
		}
		return nil
	})
}

// same says when something else stands in the place of a file that was chosen. What is gone is noticed by who acts.
func (r *phases) same(path string, inode uint64) error {
	if r.prog.opts.Frozen {
		return nil
	}
	if locate := r.prog.opts.Locate; locate != nil {
		path = locate(path)
	}
	if o, err := newPathObject(path); err == nil && o.Inode() != inode {
		return errors.New("another file has come in its place since the scan; it is left alone")
	}
	return nil
}

// act evaluates the ACTION of a rule for one file.
func (r *phases) act(ru *rule, path string) error {
	if ru.action == nil || r.prog.opts.Mode != Yes || r.prog.opts.Act == nil {
		return nil
	}
	at := path
	if locate := r.prog.opts.Locate; locate != nil {
		at = locate(path)
	}
	o, err := newPathObject(at)
	if err != nil {
		return err
	}
	o.shown = path
	e := newEval(r.prog, 0)
	e.acting = true
	e.show(o)
	switch {
	case ru.action.b != nil && ru.action.typ == lang.Bool:
		if ru.action.b(e) == isFalse {
			return errors.New("the ACTION failed")
		}
	case ru.action.s != nil:
		ru.action.s(e)
	case ru.action.i != nil:
		ru.action.i(e)
	case ru.action.f != nil:
		ru.action.f(e)
	}
	return e.err
}

func parseOwn(line []byte) (inode uint64, rule int, to, path string, err error) {
	bad := errors.New("a list that was written cannot be read again")
	f := strings.SplitN(string(line), " ", 4)
	if len(f) != 4 {
		return 0, 0, "", "", bad
	}
	inode, err1 := strconv.ParseUint(f[0], 10, 64)
	rule, err2 := strconv.Atoi(f[1])
	n, err3 := strconv.Atoi(f[2])
	if errors.Join(err1, err2, err3) != nil || n+1 > len(f[3]) {
		return 0, 0, "", "", bad
	}
	return inode, rule, f[3][:n], unescape(f[3][n+1:]), nil
}

// unescape undoes the writing of a rule without ESCAPE.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == 'n' {
				b.WriteByte('\n')
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// runScript hands the files of a list to the script: TEST on every node first, then batch by batch, several at once. A
// node on which the script fails gets no more work; its batch goes to nobody, the rest to the other nodes.
func (r *phases) runScript(ctx context.Context, s *sink) error {
	o := &r.prog.opts
	opts := s.rule.Opts
	argv := func(command, file string) []string {
		a := []string{s.script(), command, file}
		if opts != nil && opts.Value != "" {
			a = append(a, opts.Value)
		}
		return a
	}
	work := o.WorkDir
	if work == "" {
		work = os.TempDir()
	}
	var nodes []string
	for _, node := range o.Nodes {
		out := r.console.node()
		exit, err := o.Scripts.Run(ctx, node, argv("TEST", work), out)
		out.flush()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			r.failed("%s: %v", s.script(), err)
		case exit != 0:
			r.failed("%s TEST ended with status %d on node %s: it takes no part", s.script(), exit, nodeName(node))
		default:
			nodes = append(nodes, node)
		}
	}
	if len(nodes) == 0 {
		r.failed("%s can be run on no node", s.script())
		return nil
	}
	return r.dispatch(ctx, s, nodes, work, argv)
}

// job is a batch of files in a file of its own.
type job struct {
	file  string
	files int
}

// crew runs the batches of one list on the nodes.
type crew struct {
	r    *phases
	s    *sink
	argv func(command, file string) []string

	mu   sync.Mutex
	dead map[string]bool
	// left are batches that a node had taken when it failed on another one.
	left []job
}

func (c *crew) fallen(node string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead[node]
}

// run runs one batch.
func (c *crew) run(ctx context.Context, node string, j job) {
	out := c.r.console.node()
	exit, err := c.r.prog.opts.Scripts.Run(ctx, node, c.argv(c.s.command, j.file), out)
	out.flush()
	_ = os.Remove(j.file)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.s.calls++
	if err == nil && exit == 0 {
		c.r.report.Done += int64(j.files)
		return
	}
	if err == nil {
		err = fmt.Errorf("ended with status %d", exit)
	}
	c.s.failed++
	c.dead[node] = true
	c.r.failed("%s %s on node %s: %v", c.s.script(), c.s.command, nodeName(node), err)
}

// work takes batches until there are none or the node has failed.
func (c *crew) work(ctx context.Context, node string, jobs <-chan job) {
	for j := range jobs {
		if c.fallen(node) {
			c.mu.Lock()
			c.left = append(c.left, j)
			c.mu.Unlock()
			return
		}
		c.run(ctx, node, j)
		if c.fallen(node) {
			return
		}
	}
}

// dispatch writes the batches and has them run.
func (r *phases) dispatch(ctx context.Context, s *sink, nodes []string, work string, argv func(command, file string) []string) error {
	c := &crew{r: r, s: s, argv: argv, dead: map[string]bool{}}
	jobs := make(chan job)
	gone := make(chan struct{})
	var wg sync.WaitGroup
	for range r.prog.opts.Threads { // all nodes have work before one has a second script
		for _, node := range nodes {
			wg.Go(func() { c.work(ctx, node, jobs) })
		}
	}
	go func() {
		wg.Wait()
		close(gone)
	}()
	n := 0
	err := s.each(func(lines []byte, files int) error {
		file := filepath.Join(work, fmt.Sprintf("mmPolicy.ix.%d.%08X.%d", os.Getpid(), s.index, n))
		n++
		if err := os.WriteFile(file, lines, 0o600); err != nil {
			return errors.Join(err, os.Remove(file))
		}
		j := job{file, files}
		select {
		case jobs <- j:
		case <-gone:
			c.left = append(c.left, j)
		case <-ctx.Done():
			_ = os.Remove(file)
			return ctx.Err()
		}
		return nil
	})
	close(jobs)
	<-gone
	for _, j := range c.left {
		node, found := "", false
		for _, cand := range nodes {
			if !c.dead[cand] {
				node, found = cand, true
				break
			}
		}
		if !found || ctx.Err() != nil {
			_ = os.Remove(j.file)
			r.failed("no node is left to run %s: %d files were not handed over", s.script(), j.files)
			continue
		}
		c.run(ctx, node, j)
	}
	if err == nil {
		err = ctx.Err()
	}
	return err
}

func nodeName(node string) string {
	if node == "" {
		return "localhost"
	}
	return node
}
