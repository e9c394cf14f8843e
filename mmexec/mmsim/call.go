package mmsim

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// call is one run of a command: the state it sees (a copy of its own when it changes something), its command line, and
// what it prints. A handler is a function of the state and the command line alone.
type call struct {
	*parsed
	cmd   *command
	st    *State
	now   time.Time
	stdin []byte
	user  caller
	files func(path string) ([]byte, bool) // private files on the node, and files of the node itself
	// dataDir is where trees of new file systems are made, "" for a cluster in memory.
	dataDir string
	out     bytes.Buffer
	err     bytes.Buffer

	trees   []treeChange // what is to be done to directory trees when the state has changed
	events  []happening  // what happened, for callbacks
	amended bool         // a callback changed the state after the command
}

func (c *call) printf(format string, args ...any) { fmt.Fprintf(&c.out, format, args...) }
func (c *call) errorf(format string, args ...any) { fmt.Fprintf(&c.err, format, args...) }

// say prints a line in the name of the command on standard error.
func (c *call) say(format string, args ...any) {
	c.errorf("%s: %s\n", c.cmd.name, fmt.Sprintf(format, args...))
}

// failed prints the closing line of every failure, which only points back at the ones before it.
func (c *call) failed() {
	gap := " "
	if !c.st.atLeast(4, 0, 0) {
		gap = "  "
	}
	c.say("Command failed.%sExamine previous error messages to determine cause.", gap)
}

// fail prints a cause in the name of the command and the closing line; it returns the exit status of a script failure.
func (c *call) fail(format string, args ...any) int {
	c.say(format, args...)
	c.failed()
	return 1
}

// failDaemon prints a cause as the daemon words it, without the name of the command, and returns the errno that the
// command passes on as its exit status.
func (c *call) failDaemon(errno int, format string, args ...any) int {
	c.errorf("%s\n", fmt.Sprintf(format, args...))
	c.failed()
	return errno
}

// usage prints why the command line does not fit, and the synopsis.
func (c *call) usage(reason string) int {
	c.say("%s", reason)
	c.errorf("Usage:\n")
	for _, line := range c.cmd.usage {
		c.errorf("  %s\n", line)
	}
	return 1
}

// propagate prints the notice that follows every change of the cluster's configuration.
func (c *call) propagate() {
	c.say("Propagating the cluster configuration data to all\n  affected nodes.  This is an asynchronous process.")
}

// stamped prints a line that begins with the time and the name of the command.
func (c *call) stamped(format string, args ...any) {
	c.printf("%s: %s: %s\n", c.st.stamp(c.now), c.cmd.name, fmt.Sprintf(format, args...))
}

// device finds the file system of the first operand. It reports a refusal itself: unknown, or owned by another cluster.
func (c *call) device() (*Filesystem, bool) {
	name := c.operand(0)
	if f := c.st.filesystem(name); f != nil {
		return f, true
	}
	if r := c.st.remote(name); r != nil {
		what := "This operation" // unverified: wording without an option
		if i := slices.IndexFunc(c.order, func(o string) bool { return o != "-Y" }); i >= 0 {
			what = "The option " + c.order[i]
		}
		c.fail("File system %s belongs to cluster %s. %s is not allowed for remote file systems.", r.LocalName, r.Cluster, what)
		return nil, false
	}
	c.unknownDevice(name)
	return nil, false
}

func (c *call) unknownDevice(name string) int {
	return c.fail("File system %s is not known to the GPFS cluster.", deviceName(name))
}

// managed finds the file system of the first operand for a command that its manager carries out. It reports a refusal
// itself and returns its exit status.
func (c *call) managed() (*Filesystem, int) {
	f, ok := c.device()
	if !ok || !c.daemon() {
		return nil, 1
	}
	if !slices.ContainsFunc(f.Disks, func(d Disk) bool { return d.Metadata && d.Availability == "up" }) {
		// No node can become the manager of a file system whose metadata it cannot read.
		return nil, c.failDaemon(5, "Failed to determine file system manager.")
	}
	return f, 0
}

// daemonRuns tells whether the daemon of this node works.
func (c *call) daemonRuns() bool {
	local := c.st.node(c.st.LocalNode)
	return local != nil && local.State != NodeDown && c.st.hasQuorum()
}

// daemon tells whether commands that ask the daemon can work here, and reports if not.
func (c *call) daemon() bool {
	local := c.st.node(c.st.LocalNode)
	switch {
	case local == nil || local.State == NodeDown:
		c.errorf("Failed to connect to file system daemon: No such process\n")
		c.say("GPFS is down on this node.")
		c.failed()
		return false
	case !c.st.hasQuorum():
		c.errorf("The mmfsd daemon is not ready to handle commands yet. Waiting for quorum.\n")
		c.failed()
		return false
	}
	return true
}

// nodeFile reads a node file: one name a line, comments after #.
func (c *call) nodeFile(path string) ([]string, bool) {
	if !strings.HasPrefix(path, "/") {
		return nil, false
	}
	data, ok := c.files(path)
	if !ok {
		return nil, false
	}
	var names []string
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, line)
		}
	}
	return names, true
}

// splitList splits a comma list and drops empty members.
func splitList(list string) []string {
	var words []string
	for _, w := range strings.Split(list, ",") {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// pad right-pads to a width and never cuts: columns of the real commands overflow as well.
func pad(s string, width int) string {
	if n := width - len([]rune(s)); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}
