package mmsim

import (
	"context"
	"io"
	"sync"
)

// command is one row of the table of commands.
type command struct {
	name    string
	prefix  string // first field of the -Y form, where it is not the name
	options string // see parseOptions
	ySince  [2]int // release that brought -Y, where the page of an older one does not have it
	skips   want   // large parts of the state that it does not look at
	input   bool   // it reads standard input
	min     int    // operands wanted
	max     int    // operands allowed, -1 for any number
	changes bool   // it changes the state
	// reads tells for a changing command whether this command line only reads; nil means that none does.
	reads func(*parsed) bool
	// counts tells whether this command line wants what lies in the real directories counted first.
	counts func(*parsed) bool
	usage  []string
	run    func(*call) int
	// live is run instead where a command prints while it works and can be interrupted. It is given the state as it is
	// and changes it, if at all, for moments.
	live func(ctx context.Context, c *Cluster, k *call, out io.Writer) (exit int, err error)
}

// need says which parts of the state the command looks at.
func (d *command) need() want { return wantAll &^ d.skips }

// word is the first field of the -Y form.
func (d *command) word() string {
	if d.prefix != "" {
		return d.prefix
	}
	return d.name
}

// changesState tells whether the command line may change the state.
func (d *command) changesState(args []string) bool {
	if !d.changes && d.live == nil {
		return false
	}
	if d.reads == nil {
		return true
	}
	p, err := parseOptions(d.options).parse(args)
	return err == nil && !d.reads(p)
}

// countsFiles tells whether the command line wants files counted first.
func (d *command) countsFiles(args []string) bool {
	if d.counts == nil {
		return false
	}
	p, err := parseOptions(d.options).parse(args)
	return err == nil && d.counts(p)
}

// always is for commands whose every form counts files.
func always(*parsed) bool { return true }

// dispatch takes the command line apart, refuses what does not fit the synopsis, and runs the handler.
func (d *command) dispatch(c *call, args []string) int {
	p, err := parseOptions(d.options).parse(args)
	if err != nil {
		c.parsed = &parsed{}
		return c.usage(err.Error())
	}
	c.parsed = p
	if c.st.node(c.st.LocalNode) == nil {
		return c.fail("This node does not belong to a GPFS cluster.")
	}
	if code := c.refuseUser(d); code != 0 {
		return code
	}
	if p.has("-Y") && !c.st.atLeast(d.ySince[0], d.ySince[1], 0) {
		return c.usage("Incorrect option: -Y")
	}
	switch n := len(p.operands); {
	case n < d.min:
		return c.usage("Missing arguments.")
	case d.max >= 0 && n > d.max:
		return c.usage("Incorrect option: " + p.operands[d.max]) // unverified: wording of a surplus operand
	}
	return d.run(c)
}

// Commands lists the command words that the simulator knows, sorted.
func Commands() []string { return sortedKeys(commandTable()) }

// commandTable maps command words to their rows. It is built once; nothing changes it afterwards.
var commandTable = sync.OnceValue(func() map[string]*command {
	table := map[string]*command{}
	for _, group := range [][]*command{
		clusterCommands(), nodeCommands(), filesystemCommands(), mountCommands(), filesetCommands(), snapshotCommands(),
		quotaCommands(), diskCommands(),
	} {
		for _, d := range group {
			table[d.name] = d
		}
	}
	return table
})
