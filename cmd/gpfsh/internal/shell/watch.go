package shell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp"
	"gpfsh/mmexec"
)

const defaultInterval = 5 * time.Second

// The least times between two looks, by what the commands cost the cluster.
var floors = map[mmexec.Cost]time.Duration{
	mmexec.CostConfig: time.Second, mmexec.CostManager: 2 * time.Second, mmexec.CostAllNodes: time.Minute, mmexec.CostScan: 10 * time.Minute,
}

func isInterval(word string) bool {
	d, err := time.ParseDuration(word)
	return err == nil && d > 0
}

// watch shows an expression again and again until Ctrl-C.
func (s *Shell) watch(ctx context.Context, arg string) error {
	interval := defaultInterval
	if word, rest, _ := strings.Cut(arg, " "); isInterval(word) {
		interval, _ = time.ParseDuration(word)
		arg = strings.TrimSpace(rest)
	}
	if arg == "" {
		return &UsageError{"of what? say :watch 5s EXPRESSION"}
	}
	arg = s.Language.Correct(arg)
	err := s.interruptible(ctx, func(ctx context.Context) error {
		var last []string
		for {
			begun := time.Now()
			text, err := s.look(ctx, arg)
			if err != nil {
				return err
			}
			wait := max(interval, s.floor(begun))
			last = s.showLook(arg, text, last, wait)
			timer := time.NewTimer(wait)
			select {
			case <-ctx.Done():
				timer.Stop()
				return interp.ErrInterrupted
			case <-timer.C:
			}
		}
	})
	if errors.Is(err, interp.ErrInterrupted) {
		fmt.Fprintln(s.Render.Err)
		return nil // how a watch ends
	}
	return err
}

// look evaluates an expression and returns what it shows.
func (s *Shell) look(ctx context.Context, expr string) (string, error) {
	var b bytes.Buffer
	out := s.Render.Out
	s.Render.Out = &b
	defer func() { s.Render.Out = out }()
	err := s.evaluate(ctx, expr)
	return b.String(), err
}

// floor is the least time until the next look, by the commands that the last one ran.
func (s *Shell) floor(since time.Time) time.Duration {
	var floor time.Duration
	for _, r := range s.Ran() {
		if !r.Time.Before(since) && !r.Unasked {
			floor = max(floor, floors[r.Class.Cost])
		}
	}
	return floor
}

// showLook draws a look over the last one, with the lines that have changed marked. Where there is no screen, looks
// follow each other; documents of machine formats have nothing in between.
func (s *Shell) showLook(expr, text string, last []string, wait time.Duration) []string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	head := fmt.Sprintf("every %v: %s   %s", wait, expr, time.Now().Format(time.TimeOnly))
	switch {
	case !s.Render.People():
		fmt.Fprint(s.Render.Out, text)
	case !s.Interactive || !s.Render.Styles.On:
		fmt.Fprintln(s.Render.Err, head)
		fmt.Fprint(s.Render.Out, text)
	default:
		var b strings.Builder
		b.WriteString("\x1b[H\x1b[2J" + s.Render.Styles.Apply(style.Dim, head) + "\n")
		for i, l := range lines {
			if last != nil && (i >= len(last) || last[i] != l) {
				l = s.Render.Styles.Apply("7", style.Strip(l))
			}
			b.WriteString(l + "\n")
		}
		fmt.Fprint(s.Render.Out, b.String())
	}
	return lines
}
