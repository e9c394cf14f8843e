package prompt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

// Plain reads lines as they come: from a pipe, or from a terminal that can do no more.
type Plain struct {
	in *bufio.Reader
	// prompt gets the prompt; nil when nobody is there to see it.
	prompt io.Writer
	lines  chan plainLine // of the one read that may be under way
	asked  bool
}

type plainLine struct {
	text string
	err  error
}

// NewPlain makes a reader. The prompt is written only when prompt is not nil; then Ctrl-C gives up the line.
func NewPlain(in io.Reader, prompt io.Writer) *Plain {
	return &Plain{in: bufio.NewReader(in), prompt: prompt, lines: make(chan plainLine, 1)}
}

// Read reads a line.
func (p *Plain) Read(ctx context.Context, at Prompt) (string, error) {
	var interrupts chan os.Signal
	if p.prompt != nil {
		// Whoever sees the prompt can press Ctrl-C.
		interrupts = make(chan os.Signal, 1)
		signal.Notify(interrupts, os.Interrupt)
		defer signal.Stop(interrupts)
		fmt.Fprint(p.prompt, at.Text)
	}
	if !p.asked {
		p.asked = true
		go func() {
			text, err := p.in.ReadString('\n')
			p.lines <- plainLine{text, err}
		}()
	}
	select {
	case l := <-p.lines:
		p.asked = false
		if l.err != nil && (!errors.Is(l.err, io.EOF) || l.text == "") {
			p.newline()
			return "", l.err
		}
		return strings.TrimRight(l.text, "\r\n"), nil
	case <-interrupts:
		p.newline()
		return "", ErrInterrupted // the read goes on; its line is the next one
	case <-ctx.Done():
		p.newline()
		return "", context.Cause(ctx)
	}
}

func (p *Plain) newline() {
	if p.prompt != nil {
		fmt.Fprintln(p.prompt)
	}
}

// Close has nothing to give back.
func (p *Plain) Close() error { return nil }
