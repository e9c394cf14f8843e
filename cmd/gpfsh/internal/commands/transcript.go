package commands

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"gpfsh/cmd/gpfsh/internal/style"
)

// transcript writes what is typed and shown to a file, as plain text.
type transcript struct {
	mu   sync.Mutex
	file *os.File
}

// Start begins to write to a file, behind what is in it.
func (t *transcript) Start(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("there is no transcript: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file != nil {
		t.file.Close()
	}
	t.file = f
	return nil
}

// Stop ends it.
func (t *transcript) Stop() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil {
		return errors.New("there is no transcript")
	}
	err := t.file.Close()
	t.file = nil
	return err
}

// Typed adds what was typed.
func (t *transcript) Typed(prompt, text string) {
	t.write([]byte(prompt + strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", len(prompt))) + "\n"))
}

func (t *transcript) write(data []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file != nil {
		// A full disk must not end the session that the transcript is about.
		_, _ = t.file.WriteString(style.Strip(string(data)))
	}
}

// tee writes to a writer and the transcript.
func (t *transcript) tee(w io.Writer) io.Writer { return &teeWriter{w, t} }

type teeWriter struct {
	io.Writer
	t *transcript
}

// Write writes to both.
func (w *teeWriter) Write(data []byte) (int, error) {
	n, err := w.Writer.Write(data)
	w.t.write(data[:n])
	return n, err
}

// Shown adds what a pager has shown.
func (t *transcript) Shown(text []byte) { t.write(text) }
