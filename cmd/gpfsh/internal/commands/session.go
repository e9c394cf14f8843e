package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/meter"
	"gpfsh/cmd/gpfsh/internal/prompt"
	"gpfsh/cmd/gpfsh/internal/render"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/completer"
	"gpfsh/interp"
	"gpfsh/interp/run"
	"gpfsh/interp/script"
	"gpfsh/interp/script/show"
	"gpfsh/mmexec"
	"gpfsh/model"
	"gpfsh/policy"
)

// session is a session of the language on a cluster.
type session struct {
	*interp.Session
	script  *script.Session
	cluster *model.Cluster
	target  *connect.Target
	stack   *connect.Stack
	plan    *mmexec.Plan
	record  *os.File
	audit   *os.File
	locked  bool // the dry run cannot be left

	peers     peers // further clusters
	app       *app
	executor  mmexec.Executor
	confirmer *confirmer

	mu   sync.Mutex
	name string // of the cluster, once it is known

	fsNames []string
	fsAsked time.Time
}

// open connects to the chosen cluster and starts a session on it. Nothing is run.
func (a *app) open(ctx context.Context, choice connect.Choice, args []string) (*session, error) {
	target, err := a.reach(choice)
	if err != nil {
		return nil, &usageError{err.Error()}
	}
	s := &session{target: target, plan: new(mmexec.Plan), name: target.Name, locked: a.dryRun, app: a}
	s.confirmer = a.newConfirmer(s)
	s.stack = &connect.Stack{Plan: s.plan, ReadOnly: a.readOnly, Confirm: s.confirmer.confirm}
	if a.trace {
		s.stack.Trace = a.meter.Over(a.Stderr)
	}
	if a.record != "" {
		// A recording holds what the cluster answers: names of people, paths. It is for nobody else.
		if s.record, err = os.OpenFile(a.record, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600); err != nil {
			return nil, &usageError{fmt.Sprintf("cannot write the recording: %v", err)}
		}
		s.stack.Record = s.record
	}
	if !target.Simulated {
		s.stack.Retry = true
		if s.audit, err = a.openAudit(); err != nil {
			fmt.Fprintf(a.Stderr, "gpfsh: changes are not written down: %v\n", err)
		} else if s.audit != nil {
			s.stack.Audit, s.stack.Target = s.audit, target.Name
		}
	}
	if a.attended {
		s.stack.Cache = &mmexec.ReadCache{Keep: time.Second}
	}
	if err := a.settle(ctx, target); err != nil {
		fmt.Fprintf(a.Stderr, "gpfsh: %v\n", err)
	}
	ex := s.stack.Wrap(target.Executor)
	s.executor = ex
	if s.cluster, err = model.Connect(ctx, ex, append(slices.Clip(target.Options), append(a.nodeOptions(target), model.KeepingPolicies(a.policies(target.Name)))...)...); err != nil {
		return nil, err
	}
	s.script = script.NewSession(script.Options{
		Executor: ex, Cluster: s.cluster, Plan: s.plan, Rehearsal: a.dryRun, Args: args, Exit: run.PanicExit,
		Show: a.writer, Connect: s.connect,
	})
	if s.Session, err = interp.New(interp.Options{Script: s.script, Filesystems: s.filesystemNames, Library: a.library(), Trusted: mmexec.CheckOwned, Stdin: a.Stdin, Stdout: a.meter.Over(a.transcript.tee(a.Stdout)), Stderr: a.meter.Over(a.transcript.tee(a.Stderr))}); err != nil {
		return nil, err
	}
	return s, nil
}

// settleTime is how long a node may take to say in which zone it is: the connection is made meanwhile.
const settleTime = 12 * time.Second

func (a *app) settle(ctx context.Context, t *connect.Target) error {
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	return t.Settle(ctx)
}

// Eval is that of the language, with a place for what runs have to say.
func (s *session) Eval(ctx context.Context, src interp.Source) (*interp.Outcome, error) {
	return s.Session.Eval(policy.WithNotices(ctx, s.app.tell), src)
}

// Run is that of the language, with a place for what runs have to say.
func (s *session) Run(ctx context.Context, files []interp.Source) error {
	return s.Session.Run(policy.WithNotices(ctx, s.app.tell), files)
}

// openAudit opens the log of the changes made on real clusters, beside the history. It is nil where there is no home.
func (a *app) openAudit() (*os.File, error) {
	history := prompt.HistoryPath(a.Getenv)
	if history == "" {
		return nil, nil
	}
	dir := filepath.Dir(history)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return mmexec.OpenAudit(filepath.Join(dir, "audit.jsonl"))
}

// policies is where the placement policies are kept that were installed before, beside the history; "" where there is no
// home.
func (a *app) policies(target string) string {
	history := prompt.HistoryPath(a.Getenv)
	if history == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(history), "policies", strings.Map(func(r rune) rune {
		if r == filepath.Separator || r < ' ' {
			return '_'
		}
		return r
	}, target))
}

// library is the folder of the packages that scripts import as "lib/NAME"; "" when there is no home.
func (a *app) library() string {
	dir := configDir(a.Getenv)
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, libraryName)
}

// bare starts a session without a cluster, for what runs nothing.
func (a *app) bare() (*interp.Session, error) {
	return interp.New(interp.Options{Script: script.NewSession(script.Options{}), Library: a.library(), Trusted: mmexec.CheckOwned, Stdin: a.Stdin, Stdout: a.Stdout, Stderr: a.Stderr})
}

// Close ends the session and gives the cluster back.
func (s *session) Close() {
	s.Session.Close()
	_ = s.closePeers()
	s.target.Close()
	for _, f := range []*os.File{s.record, s.audit} {
		if f != nil {
			f.Close()
		}
	}
}

// askName learns the name of the cluster, waiting for a short while only: a cluster without a quorum must not keep
// anybody from the prompt.
func (s *session) askName(ctx context.Context, patience time.Duration) {
	known := make(chan struct{})
	go func() {
		defer close(known)
		ctx, cancel := context.WithTimeout(completer.Unattended(ctx, mmexec.CostConfig), 15*time.Second)
		defer cancel()
		info, err := s.cluster.Info(ctx)
		if err != nil || info.Name == "" {
			return
		}
		s.setName(info.Name)
	}()
	select {
	case <-known:
	case <-time.After(patience):
	}
}

func (s *session) setName(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.name = name
}

// namesFor is how long the names of the file systems are taken as they were.
const namesFor = time.Minute

// filesystemNames returns the names of the file systems, which may stand alone at the prompt. They come from the
// configuration and are asked for at most once a minute, when a name is not defined otherwise; what does not answer at
// once is left out.
func (s *session) filesystemNames() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.fsAsked) < namesFor {
		return s.fsNames
	}
	s.fsAsked = time.Now()
	ctx, cancel := context.WithTimeout(completer.Unattended(context.Background(), mmexec.CostConfig), 3*time.Second)
	defer cancel()
	if names, err := s.cluster.Filesystems.Names(ctx); err == nil {
		s.fsNames = names
	}
	return s.fsNames
}

// forgetNames lets the names be asked for anew, after something has changed.
func (s *session) forgetNames() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fsAsked = time.Time{}
}

func (s *session) clusterName() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name
}

// The dry run of the session, as the shell sees it.

// On says whether changes are planned only.
func (s *session) On() bool { return s.plan.Enabled() }

// Set turns the dry run on or off.
func (s *session) Set(on bool) error {
	if s.locked && !on {
		return fmt.Errorf("the shell was started with --dry-run: start it without to make changes")
	}
	s.script.DryRun(on)
	return nil
}

// Plan returns the planned commands, one a line.
func (s *session) Plan() string { return s.plan.String() }

// newConfirmer makes what guards the commands of a session that take something away: questions where somebody sits
// there, a limit where a program runs.
func (a *app) newConfirmer(s *session) *confirmer {
	c := &confirmer{cluster: s.clusterName, yes: a.yes, styles: a.render.ErrStyles}
	if a.attended && isTerminal(a.Stdin) && isTerminal(a.Stderr) {
		c.ask = func(ctx context.Context, question string) (string, error) {
			defer a.meter.Hold()()
			answer, err := prompt.Ask(ctx, a.Stdin, a.Stderr, question)
			if errors.Is(err, prompt.ErrInterrupted) {
				err = fmt.Errorf("%w: %w", interp.ErrInterrupted, context.Canceled)
			}
			return answer, err
		}
		c.on = a.confirm == "on" || a.confirm != "off" && !s.target.Simulated
		return c
	}
	c.limit = &connect.Limit{Allowed: a.allowDestroy}
	return c
}

func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(int(f.Fd())) }

func (a *app) newRenderer() *render.Renderer {
	r := &render.Renderer{Out: a.Stdout, Err: a.Stderr, Format: a.output, Terminal: isTerminal(a.Stdout)}
	if isTerminal(a.Stderr) && !style.Dumb(a.Getenv) {
		a.meter = meter.New(meter.Options{Out: a.Stderr, ASCII: !show.UTF8(a.Getenv), Width: func() int {
			width, _, err := term.GetSize(int(a.Stderr.Fd()))
			if err != nil || width <= 0 {
				return 80
			}
			return width
		}})
		r.Out, r.Err = a.meter.Over(r.Out), a.meter.Over(r.Err)
	}
	if a.svg != "" {
		r.Draw = a.charts.add
	}
	r.ASCII = !show.UTF8(a.Getenv)
	r.Styles.On = style.Enabled(a.color, r.Terminal, a.Getenv)
	r.ErrStyles.On = style.Enabled(a.color, isTerminal(a.Stderr), a.Getenv)
	r.Styles.Theme = style.ThemeFor(a.theme, a.Getenv)
	r.ErrStyles.Theme = r.Styles.Theme
	return r
}

// writer returns what shows the values of a running program on w.
func (a *app) writer(w io.Writer) *show.Writer {
	a.measure()
	out := a.render.Writer()
	out.Out, out.Late = w, nil
	return out
}

// measure takes the width of the terminal: it may change between two entries.
func (a *app) measure() {
	a.render.Width = 0
	if a.render.Terminal {
		if width, _, err := term.GetSize(int(a.Stdout.Fd())); err == nil {
			a.render.Width = width
		}
	}
}

var _ completer.Language = (*interp.Session)(nil)
