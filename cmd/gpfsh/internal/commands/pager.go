package commands

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"

	"gpfsh/cmd/gpfsh/internal/prompt"
	"gpfsh/cmd/gpfsh/internal/style"
)

// pager shows long texts a screen at a time: by the program that the user has chosen, or by itself.
type pager struct {
	in, out *os.File
	command string // "" is our own
}

// newPager returns the pager of a terminal, nil where long texts are not to be paged.
func newPager(in, out *os.File, command string) *pager {
	if command == "cat" || !isTerminal(in) || !isTerminal(out) {
		return nil
	}
	return &pager{in: in, out: out, command: command}
}

// pagerCommand is what the environment says.
func pagerCommand(getenv func(string) string) string {
	if p := getenv("GPFSH_PAGER"); p != "" {
		return p
	}
	return getenv("PAGER")
}

// Fits says whether the screen has room for a text, with the prompt below it.
func (p *pager) Fits(text []byte) bool {
	width, height, err := term.GetSize(int(p.out.Fd()))
	if err != nil || height <= 2 || width <= 0 {
		return true
	}
	return rowsOf(text, width) < height
}

// rowsOf is how many rows of the screen a text takes.
func rowsOf(text []byte, width int) int {
	rows := 0
	for line := range bytes.Lines(text) {
		w := runewidth.StringWidth(style.Strip(strings.TrimSuffix(string(line), "\n")))
		rows += max(1, (w+width-1)/width)
	}
	return rows
}

// Page shows a text. Leaving the pager is no error.
func (p *pager) Page(ctx context.Context, text []byte) error {
	if p.command == "" {
		return p.screens(ctx, text)
	}
	// The command comes from the user's own environment, as a shell would read it; the text is its input and nothing
	// else.
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", p.command)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), p.out, p.out
	cmd.Env = os.Environ()
	if os.Getenv("LESS") == "" {
		cmd.Env = append(cmd.Env, "LESS=FRX")
	}
	if os.Getenv("LESSSECURE") == "" {
		// What is pasted while a page is shown must not become a command of a shell.
		cmd.Env = append(cmd.Env, "LESSSECURE=1")
	}
	prompt.ForgetTyped(p.in)
	if err := cmd.Run(); err != nil {
		if _, started := err.(*exec.ExitError); started {
			return nil
		}
		_, werr := p.out.Write(text)
		if werr != nil {
			return werr
		}
		return fmt.Errorf("the pager %q does not run: %w", p.command, err)
	}
	return nil
}

// screens shows a text a screen at a time.
func (p *pager) screens(ctx context.Context, text []byte) error {
	for len(text) > 0 {
		width, height, err := term.GetSize(int(p.out.Fd()))
		if err != nil {
			width, height = 80, 24
		}
		question := func(rest []byte) string {
			return fmt.Sprintf("-- %d more lines: Enter, a for all, q to stop -- ", bytes.Count(rest, []byte("\n")))
		}
		room := max(1, height-rowsOf([]byte(question(text)), width))
		n, rows := 0, 0
		for n < len(text) {
			end := bytes.IndexByte(text[n:], '\n') + 1
			if end == 0 {
				end = len(text) - n
			}
			if r := rowsOf(text[n:n+end], width); rows > 0 && rows+r > room {
				break
			} else {
				rows += r
			}
			n += end
		}
		if _, err := p.out.Write(text[:n]); err != nil {
			return err
		}
		text = text[n:]
		if len(text) == 0 {
			return nil
		}
		answer, err := prompt.Ask(ctx, p.in, p.out, question(text))
		switch {
		case err == prompt.ErrInterrupted, err == io.EOF, answer == "q":
			return nil
		case err != nil:
			return err
		case answer == "a":
			_, err := p.out.Write(text)
			return err
		}
	}
	return nil
}
