package mmsim

import (
	"slices"
	"strings"
)

func mmshutdown(c *call) int {
	numbers, ok := c.targets()
	if !ok {
		return 1
	}
	if code := c.confirmQuorumLoss(numbers); code != 0 {
		return code
	}
	c.stamped("Starting force unmount of GPFS file systems")
	before := c.quorumPicture()
	for _, number := range numbers {
		if n := c.st.node(number); !n.Unreachable && n.State != NodeDown {
			c.raise("preShutdown", number, "reason", "normal")
			c.unmountNode(number, "forced")
		}
	}
	c.stamped("Shutting down GPFS daemons")
	code := 0
	for _, number := range numbers {
		n := c.st.node(number)
		name := shortName(n.AdminName)
		switch {
		case n.Unreachable:
			c.errorf("%s:  ssh: connect to host %s port 22: Connection timed out\n", name, n.AdminName)
			code = 1
		case n.State == NodeDown:
			c.printf("%s:  Shutting down!\n", name)
		default:
			c.printf("%s:  Shutting down!\n%s:  'shutdown' command about to kill process %d\n", name, name, 4000+13*number)
			c.printf("%s:  Unloading modules from /lib/modules/5.14.0-427.el9.x86_64/extra\n", name)
			n.State = NodeDown
			c.raise("shutdown", number, "reason", "normal")
		}
	}
	c.st.settleQuorum()
	c.raiseQuorum(before)
	c.stamped("Finished")
	if code != 0 {
		c.failed()
	}
	return code
}

// confirmQuorumLoss asks before the cluster loses its quorum. Standard input is closed, so nobody answers; --accept
// takes the answer in advance. Shutting down all nodes is meant that way and not asked for.
func (c *call) confirmQuorumLoss(numbers []int) int {
	if c.has("--accept") || c.has("-a") || !c.st.atLeast(5, 1, 0) || !c.st.hasQuorum() {
		return 0
	}
	for _, e := range c.st.configEntries([]string{"confirmShutdownIfHarmful"}) {
		if e.Value == "no" {
			return 0
		}
	}
	up := c.st.quorumUp()
	for _, number := range numbers {
		if n := c.st.node(number); n.Quorum && n.State != NodeDown && !n.Unreachable {
			up--
		}
	}
	if up >= c.st.quorumNeeded() || up == c.st.quorumUp() {
		return 0
	}
	// unverified: wording of the question and which releases ask it.
	c.printf("This command will shut down GPFS on quorum nodes and the cluster will lose node quorum.\nDo you want to continue? [y/N] ")
	answer := strings.ToLower(strings.TrimSpace(string(c.stdin)))
	if slices.Contains([]string{"y", "yes"}, answer) {
		return 0
	}
	c.printf("\n")
	return c.fail("The command was cancelled because it would cause the loss of node quorum.")
}

// unmountNode takes every mount of a node away, with the events that go with it.
func (c *call) unmountNode(number int, reason string) {
	for i := range c.st.Filesystems {
		if f := &c.st.Filesystems[i]; f.mountedAt(number) != nil {
			c.raise("preUnmount", number, "fsName", f.Name, "reason", reason)
			c.raise("unmount", number, "fsName", f.Name, "reason", reason)
		}
	}
	c.st.unmountAll(number)
}
