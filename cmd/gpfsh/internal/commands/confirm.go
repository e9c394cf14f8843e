package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/mmexec"
)

// DeclinedError says that somebody was asked and did not want a command to run.
type DeclinedError struct{ Cmd mmexec.Command }

// Error names the command.
func (e *DeclinedError) Error() string { return "not run, as you wished: " + e.Cmd.String() }

// confirmer decides whether commands that take something away may run: by asking whoever sits there, by counting where
// nobody does.
type confirmer struct {
	// ask puts a question to who sits there; nil where nobody does.
	ask     func(ctx context.Context, question string) (string, error)
	cluster func() string
	limit   *connect.Limit // of a program
	yes     bool           // --yes
	styles  style.Styles

	mu  sync.Mutex
	on  bool
	all bool // everything else of this entry was confirmed
	no  bool // everything else of this entry was declined
}

// approvedKey marks a context whose commands were confirmed together.
type approvedKey struct{}

func approved(ctx context.Context) context.Context {
	return context.WithValue(ctx, approvedKey{}, true)
}

// On says whether somebody is asked.
func (c *confirmer) On() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.on && !c.yes
}

// Set turns asking on or off.
func (c *confirmer) Set(on bool) error {
	if on && c.yes {
		return errors.New("the shell was started with --yes: start it without to be asked")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.on = on
	return nil
}

// Entry begins a new entry.
func (c *confirmer) Entry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all, c.no = false, false
}

// confirm is asked before each command that takes something away.
func (c *confirmer) confirm(ctx context.Context, d connect.Destructive) error {
	if ok, _ := ctx.Value(approvedKey{}).(bool); ok {
		return nil
	}
	if c.limit != nil {
		return c.limit.Ask(d)
	}
	c.mu.Lock()
	on, all, no := c.on && !c.yes, c.all, c.no
	c.mu.Unlock()
	if on && no {
		return &DeclinedError{d.Cmd}
	}
	if !on || all && !d.Typed {
		return nil
	}
	if c.ask == nil {
		return fmt.Errorf("%w; nobody is there to confirm it, --yes does", &DeclinedError{d.Cmd})
	}
	return c.question(ctx, d)
}

func (c *confirmer) question(ctx context.Context, d connect.Destructive) error {
	head := c.styles.Apply(style.Strong, style.Printable(d.Cmd.String()))
	what := "it stops users"
	if d.Effect == mmexec.Irreversible {
		what = "it cannot be taken back"
	}
	if d.Count > 1 {
		what = fmt.Sprintf("%d objects, %s", d.Count, what)
	}
	if d.Typed {
		word := d.Object
		if word == "" || d.Cmd.Name == "mmdelnode" {
			word = c.clusterOf(d.Cmd)
		}
		return c.typed(ctx, fmt.Sprintf("%s\n  on %s: %s. Type %s to run it: ", head, c.clusterOf(d.Cmd), what, c.styles.Apply(style.Error, word)), word, d.Cmd)
	}
	answer, err := c.ask(ctx, fmt.Sprintf("%s\n  on %s: %s. Run it? [y/N/all/none] ", head, c.clusterOf(d.Cmd), what))
	if err != nil {
		return err
	}
	switch strings.ToLower(answer) {
	case "y", "yes":
		return nil
	case "all":
		c.mu.Lock()
		c.all = true
		c.mu.Unlock()
		return nil
	case "none":
		c.mu.Lock()
		c.no = true
		c.mu.Unlock()
	}
	return &DeclinedError{d.Cmd}
}

func (c *confirmer) typed(ctx context.Context, question, word string, cmd mmexec.Command) error {
	answer, err := c.ask(ctx, question)
	if err != nil {
		return err
	}
	if answer != word {
		return &DeclinedError{cmd}
	}
	return nil
}

// clusterOf names the cluster that a command is for.
func (c *confirmer) clusterOf(cmd mmexec.Command) string {
	if cmd.Cluster != "" {
		return cmd.Cluster
	}
	return c.cluster()
}

// confirmPlan asks once about all commands of a plan, and for the names of what no single key may destroy.
func (c *confirmer) confirmPlan(ctx context.Context, cmds []mmexec.Command) error {
	destroys := 0
	for _, cmd := range cmds {
		d, ok := connect.Destroys(cmd)
		if !ok {
			continue
		}
		destroys += d.Count
		if c.limit != nil {
			if err := c.limit.Ask(d); err != nil {
				return err
			}
		}
	}
	if c.yes {
		return nil
	}
	if c.ask == nil {
		return errors.New("nothing was applied: nobody is there to confirm the plan, --yes does")
	}
	for _, cmd := range cmds {
		if d, ok := connect.Destroys(cmd); ok && d.Typed {
			if err := c.question(ctx, d); err != nil {
				return err
			}
		}
	}
	text := fmt.Sprintf("%s on %s", planSummary(cmds), c.cluster())
	if destroys > 0 {
		text += "; what it destroys cannot be taken back"
	}
	answer, err := c.ask(ctx, text+". Apply it? [y/N] ")
	if err != nil {
		return err
	}
	if a := strings.ToLower(answer); a != "y" && a != "yes" {
		return errors.New("nothing was applied, as you wished")
	}
	return nil
}
