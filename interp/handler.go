package interp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"gpfsh/interp/run"
	"gpfsh/interp/script"
	"gpfsh/interp/view"
	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
	"gpfsh/model"
)

// HandlerRun is one run of an event handler on a node.
type HandlerRun struct {
	Store handlers.Store // where the node has it
	ID    string
	Args  []string // as the registered command gets them
	// Executor and Connect are how the handler reaches the cluster.
	Executor mmexec.Executor
	Connect  []model.ConnectOption
	// Test takes what the handler prints when it is only tried out: nothing is logged, and neither limits nor the
	// registration count.
	Test io.Writer
}

// RunHandler runs a handler as Storage Scale asked for it, and logs what happened. It returns within the time limit of
// the handler, though what was run may go on: a process ends it by ending itself. The error is for the exit status of a
// handler that the daemon waits for; it is in the log already.
func RunHandler(ctx context.Context, r HandlerRun) error {
	log := &handlerLog{store: r.Store, id: r.ID, test: r.Test}
	h, err := r.Store.Get(r.ID)
	if err != nil {
		log.say("not run: %v", err)
		return err
	}
	call := handlers.ParseCall(r.Args)
	if h.Health() && r.Test == nil {
		call = handlers.ParseHealthCall(r.Args)
	}
	if r.Test == nil {
		if call.Token != "" && call.Token != h.Token() {
			err := fmt.Errorf("this node has version %d, registered is another one (%s): gpfsh callback sync repairs that", h.Version, call.Token)
			log.say("not run: %v", err)
			return err
		}
		if !h.Scope.Holds(call.Values) {
			return nil // about something else
		}
		if why := r.held(h, call, log); why != "" {
			return nil
		}
	}
	return r.run(ctx, h, call, log)
}

// held says why the handler does not run now.
func (r HandlerRun) held(h *handlers.Handler, call handlers.Call, log *handlerLog) (why string) {
	held := 0
	err := r.Store.Keep(h.ID, handlers.StormFile, func(old []byte) []byte {
		var next []byte
		next, held, why = handlers.Allow(old, call.Key(), h.Every, time.Now())
		return next
	})
	switch {
	case err != nil:
		log.say("the limits could not be kept: %v", err) // it runs all the same
	case why != "" && held == 1:
		log.say("held back, as others of this kind will be: %s: %s", call.Key(), why)
	case why == "" && held > 0:
		log.say("%d runs were held back since the last one", held)
	}
	return why
}

// run runs the handler.
func (r HandlerRun) run(ctx context.Context, h *handlers.Handler, call handlers.Call, log *handlerLog) error {
	if r.Test == nil {
		values, _ := json.Marshal(call.Values) // a map of texts
		if err := r.Store.Keep(h.ID, handlers.LastFile, func([]byte) []byte { return values }); err != nil {
			log.say("the values could not be kept: %v", err)
		}
	}
	log.say("begins, version %d: %s", h.Version, valuesText(call.Values))
	start := time.Now()
	limited, cancel := context.WithTimeout(ctx, h.Limit)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				ended <- fmt.Errorf("panic: %v", p)
			}
		}()
		if len(h.Command) > 0 {
			ended <- r.command(limited, h, call, log)
		} else {
			ended <- r.function(limited, h, call, log)
		}
	}()
	var err error
	select {
	case err = <-ended:
	case <-limited.Done():
		// It has a moment to unwind, so that the log can say where it was.
		grace := time.NewTimer(200 * time.Millisecond)
		defer grace.Stop()
		select {
		case err = <-ended:
		case <-grace.C:
			err = limited.Err()
		}
	}
	log.flush()
	took := time.Since(start).Round(time.Millisecond)
	switch {
	case errors.Is(limited.Err(), context.DeadlineExceeded) && err != nil:
		err = fmt.Errorf("stopped, the time limit is %s%s", h.Limit, placeText(err))
		log.say("%v", err)
	case err != nil:
		log.say("failed after %s: %s", took, errorText(err))
	default:
		log.say("done in %s", took)
	}
	return err
}

// placeText tells where a function was when it was stopped.
func placeText(err error) string {
	var stop *StopError
	if errors.As(err, &stop) && stop.At.File != "" {
		return fmt.Sprintf(" (at %s:%d:%d)", stop.At.File, stop.At.Line, stop.At.Col)
	}
	return ""
}

// errorText is an error with its place in the source, as far as it has one.
func errorText(err error) string {
	var stop *StopError
	if errors.As(err, &stop) && stop.At.File != "" {
		return stop.At.Text()
	}
	return err.Error()
}

func valuesText(values map[string]string) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		words = append(words, name+"="+mmexec.Quote(values[name]))
	}
	return strings.Join(words, " ")
}

// command runs the external command of a handler. No shell sees the values.
func (r HandlerRun) command(ctx context.Context, h *handlers.Handler, call handlers.Call, log *handlerLog) error {
	args := h.Args(call.Values)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	defer stop()
	return cmd.Wait()
}

// function runs the function of a handler: its source is loaded, which runs nothing of it, and the one function called.
func (r HandlerRun) function(ctx context.Context, h *handlers.Handler, call handlers.Call, log *handlerLog) error {
	args, err := model.HandlerArguments(h, call.Values, time.Now())
	if err != nil {
		return err
	}
	ex := mmexec.Wrap(r.Executor, handlerGuard(h, call.Values["eventName"]))
	cluster, err := model.Connect(ctx, ex, r.Connect...)
	if err != nil {
		return err
	}
	s, err := New(Options{
		Script: script.NewSession(script.Options{Cluster: cluster, Executor: ex, Exit: run.PanicExit}),
		Args:   []string{h.ID}, Stdin: strings.NewReader(""), Stdout: log, Stderr: log,
	})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Load(Source{Name: h.ID + ".go", Text: h.Source}); err != nil {
		return err
	}
	_, err = s.Call(ctx, view.TravelName, args...)
	var exit *run.Exit
	if errors.As(err, &exit) && exit.Code == 0 {
		return nil
	}
	return err
}

// RefusedInHandlerError says that a handler may not run a command: the daemon waits for it, and would wait for ever.
type RefusedInHandlerError struct {
	Cmd   mmexec.Command
	Event string
	Any   bool // no mm command may run at this event
}

// Error names the command and the rule.
func (e *RefusedInHandlerError) Error() string {
	if e.Any {
		return fmt.Sprintf("refused in a handler of %s: %s: Storage Scale answers no command before it has happened", e.Event, e.Cmd)
	}
	return fmt.Sprintf("refused in a handler that the daemon waits for: %s: what changes the cluster may wait for the daemon", e.Cmd)
}

// handlerGuard refuses what may wait for the daemon that waits for the handler.
func handlerGuard(h *handlers.Handler, event string) mmexec.Middleware {
	e, _ := mmexec.FindCallbackEvent(event)
	return func(next mmexec.Executor) mmexec.Executor { return &guardedHandler{next, h.Sync, e.Before(), event} }
}

type guardedHandler struct {
	mmexec.Executor
	sync, before bool
	event        string
}

// Unwrap returns the executor behind it.
func (g *guardedHandler) Unwrap() mmexec.Executor { return g.Executor }

// Run runs a command unless the handler may not.
func (g *guardedHandler) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	if g.before || g.sync && mmexec.ClassifyCommand(cmd).Effect != mmexec.Reads {
		return nil, &RefusedInHandlerError{Cmd: cmd, Event: g.event, Any: g.before}
	}
	return g.Executor.Run(ctx, cmd)
}

// handlerLog is where a handler prints: its log, one line at a time, each with its time.
type handlerLog struct {
	store handlers.Store
	id    string
	test  io.Writer

	mu   sync.Mutex
	line []byte
}

// The longest line of a log; what is longer is cut.
const maxLogLine = 4096

// Write takes what the handler prints.
func (l *handlerLog) Write(p []byte) (int, error) {
	if l.test != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.test.Write(p)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line = append(l.line, p...)
	for {
		i := bytes.IndexByte(l.line, '\n')
		if i < 0 {
			if len(l.line) > maxLogLine {
				l.put("> " + string(l.line))
				l.line = nil
			}
			return len(p), nil
		}
		l.put("> " + string(l.line[:i]))
		l.line = l.line[i+1:]
	}
}

// flush writes the line that was not ended.
func (l *handlerLog) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.line) > 0 {
		l.put("> " + string(l.line))
		l.line = nil
	}
}

// say writes what happened to the handler.
func (l *handlerLog) say(format string, args ...any) {
	if l.test == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.put(fmt.Sprintf(format, args...))
	}
}

// put writes lines. That they cannot be written is no reason not to run, and there is nobody to tell.
func (l *handlerLog) put(text string) {
	stamp := time.Now().Format("2006-01-02T15:04:05.000Z07:00")
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		b.WriteString(stamp + " " + line[:min(len(line), maxLogLine)] + "\n")
	}
	_ = l.store.Append(l.id, []byte(b.String()))
}
