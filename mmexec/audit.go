package mmexec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"sync"
	"time"
)

// AuditEvent is one line of the audit log. A changing command has two: one before it runs and one when it has ended or
// nobody waits for it any more. Both have the same Run.
type AuditEvent struct {
	Time   time.Time `json:"time"`
	Event  string    `json:"event"` // begin, end
	Run    string    `json:"run"`
	User   string    `json:"user"`
	Host   string    `json:"host"` // where this program runs
	PID    int       `json:"pid"`
	Target string    `json:"target,omitempty"` // the cluster as it was named: ssh://node1
	Argv   []string  `json:"argv"`             // without secrets
	Object string    `json:"object,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Effect string    `json:"effect"`

	// The rest is known at the end.
	Node    string  `json:"node,omitempty"`
	Exit    *int    `json:"exit,omitempty"` // absent when the end could not be learned
	Signal  string  `json:"signal,omitempty"`
	Job     int     `json:"job,omitempty"` // it goes on as this job of the node
	Seconds float64 `json:"seconds,omitempty"`
	Error   string  `json:"error,omitempty"`
}

// OpenAudit opens an audit log for appending: mode 0600, no symbolic link, nobody else's.
func OpenAudit(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|noFollow, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot open the audit log: %w", err)
	}
	if err := checkOwn(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("cannot use the audit log %s: %w", path, err)
	}
	return f, nil
}

// Audit makes a middleware that writes every changing command on w, as JSON lines, before and after it runs. A command
// that cannot be written down is not run. target names the cluster.
func Audit(w io.Writer, target string) Middleware {
	a := &auditor{w: w, base: AuditEvent{Host: hostname(), User: username(), PID: os.Getpid(), Target: target}}
	return func(next Executor) Executor { return &audited{next, a} }
}

type auditor struct {
	mu   sync.Mutex
	w    io.Writer
	base AuditEvent
}

func (a *auditor) write(e AuditEvent) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	// One write per line, so that several processes can share a log.
	_, err = a.w.Write(append(line, '\n'))
	return err
}

type audited struct {
	Executor
	log *auditor
}

// Unwrap returns the executor behind it.
func (x *audited) Unwrap() Executor { return x.Executor }

// Run runs a command and writes it down when it changes something.
func (x *audited) Run(ctx context.Context, cmd Command) (*Result, error) {
	class := ClassifyCommand(cmd)
	if class.Effect == Reads {
		return x.Executor.Run(ctx, cmd)
	}
	e := x.log.base
	e.Run = newMark()[len("gpfsh-"):]
	e.Argv, e.Object, e.Reason, e.Effect = redact(cmd.Argv()), cmd.Object, cmd.Reason, class.Effect.String()
	e.Event, e.Time = "begin", time.Now()
	if err := x.log.write(e); err != nil {
		return nil, &RefusedError{cmd, fmt.Errorf("it cannot be written to the audit log: %w", err)}
	}
	res, err := x.Executor.Run(ctx, cmd)
	e.Event, e.Seconds = "end", time.Since(e.Time).Seconds()
	e.Time = time.Now()
	if res != nil {
		e.Node, e.Signal = res.Node, res.Signal
		if res.Job == nil || !res.Job.Running {
			e.Exit = &res.ExitCode
		} else {
			e.Job = res.Job.ID
		}
	}
	if err != nil {
		e.Error = auditText(err, cmd)
		var unknown *UnknownOutcomeError
		if errors.As(err, &unknown) {
			e.Node = unknown.Node
		}
	}
	if werr := x.log.write(e); werr != nil && err == nil {
		return res, fmt.Errorf("%s ran, but its end cannot be written to the audit log: %w", cmd, werr)
	}
	return res, err
}

// auditText is the text of an error with the command line in it replaced by the one without secrets.
func auditText(err error, cmd Command) string {
	return strings.ReplaceAll(err.Error(), cmd.String(), QuoteArgv(redact(cmd.Argv())))
}

// redact hides the values of options that carry secrets.
func redact(argv []string) []string {
	out := make([]string, len(argv))
	hide := false
	for i, a := range argv {
		switch {
		case hide:
			out[i], hide = "***", false
			continue
		case strings.HasPrefix(a, "-"):
			name, _, attached := strings.Cut(a, "=")
			if secret(name) {
				if attached {
					a = name + "=***"
				} else {
					hide = true
				}
			}
		default:
			// Lists of attributes: "name=value,password=value".
			parts := strings.Split(a, ",")
			for j, p := range parts {
				if name, _, ok := strings.Cut(p, "="); ok && secret(name) {
					parts[j] = name + "=***"
				}
			}
			a = strings.Join(parts, ",")
		}
		out[i] = a
	}
	return out
}

func secret(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "private-key", "privatekey", "akey", "skey"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

func hostname() string {
	h, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return h
}

// username is who typed it: behind sudo the one who called sudo.
func username() string {
	name := fmt.Sprint(os.Getuid())
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if by := os.Getenv("SUDO_USER"); by != "" && by != name {
		name = by + " as " + name
	}
	return name
}
