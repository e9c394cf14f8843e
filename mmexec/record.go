package mmexec

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"
)

// Record makes a middleware that writes what every command answers on w, in the form that [NewReplay] reads. Commands
// that a dry run recorded are left out: they answered nothing.
func Record(w io.Writer) Middleware {
	return func(next Executor) Executor { return &recorder{Executor: next, w: w} }
}

type recorder struct {
	Executor
	mu sync.Mutex
	w  io.Writer
}

// Unwrap returns the executor behind it.
func (r *recorder) Unwrap() Executor { return r.Executor }

// Run runs a command and records it.
func (r *recorder) Run(ctx context.Context, cmd Command) (*Result, error) {
	asked := cmd
	var seen bytes.Buffer
	if cmd.Stdout != nil {
		cmd.Stdout = io.MultiWriter(cmd.Stdout, &seen)
	}
	res, err := r.Executor.Run(ctx, cmd)
	if err != nil || res.Planned {
		return res, err
	}
	whole := *res
	if asked.Stdout != nil && len(whole.Stdout) == 0 {
		whole.Stdout = seen.Bytes()
	}
	if err := r.write(asked, &whole); err != nil {
		return res, fmt.Errorf("%s ran, but it could not be recorded: %w", asked, err)
	}
	return res, nil
}

// Get reads a file and records it.
func (r *recorder) Get(ctx context.Context, path string) ([]byte, error) {
	data, err := r.Executor.Get(ctx, path)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	member(&b, "file "+Quote(path), "", data)
	return data, r.flush(&b)
}

func (r *recorder) write(cmd Command, res *Result) error {
	var b bytes.Buffer
	line := cmd.String()
	member(&b, line, "", res.Stdout)
	if len(res.Stderr) > 0 {
		member(&b, line, "stderr", res.Stderr)
	}
	if res.ExitCode != 0 {
		member(&b, line, fmt.Sprintf("exit %d", res.ExitCode), nil)
	}
	if res.Signal != "" {
		member(&b, line, "signal "+res.Signal, nil)
	}
	return r.flush(&b)
}

func (r *recorder) flush(b *bytes.Buffer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	// One write per command keeps the recordings of commands that run at the same time apart.
	_, err := r.w.Write(b.Bytes())
	return err
}

// member writes one file of the archive.
func member(b *bytes.Buffer, line, mark string, data []byte) {
	if !representable(data) {
		mark = strings.TrimPrefix(mark+", base64", ", ")
		data = wrapped(base64.StdEncoding.EncodeToString(data))
	}
	if mark != "" {
		line += " (" + mark + ")"
	}
	fmt.Fprintf(b, "-- %s --\n", line)
	b.Write(data)
}

// representable tells whether a txtar archive gives data back as they are.
func representable(data []byte) bool {
	if len(data) == 0 {
		return true
	}
	parsed := txtar.Parse(append([]byte("-- x --\n"), data...))
	return len(parsed.Files) == 1 && bytes.Equal(parsed.Files[0].Data, data) && bytes.HasSuffix(data, []byte("\n"))
}

func wrapped(s string) []byte {
	var b bytes.Buffer
	for len(s) > 76 {
		b.WriteString(s[:76] + "\n")
		s = s[76:]
	}
	b.WriteString(s + "\n")
	return b.Bytes()
}

// ErrRecording is the error of a recording that cannot be read.
var ErrRecording = errors.New("cannot read the recording")
