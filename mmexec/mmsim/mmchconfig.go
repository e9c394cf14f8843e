package mmsim

import (
	"slices"
	"strings"
)

// immediateAttributes can be changed with -i and -I; all others are in force when the daemon starts again.
// unverified: the list is not complete.
func immediateAttributes() []string {
	return []string{
		"appendShipEnabled", "deadlockBreakupDelay", "deadlockDataCollectionDailyLimit", "deadlockDetectionThreshold", "diskReadExclusionList",
		"dmapiMountTimeout", "dmapiSessionFailureTimeout", "expelDataCollectionDailyLimit", "fastestPolicyCmpThreshold", "fileHeatLossPercent",
		"fileHeatPeriodMinutes", "fsyncIsGlobal", "ignorePrefetchLUNCount", "ignoreReplicationForQuota", "ignoreReplicationOnStatfs",
		"lrocData", "lrocDirectories", "lrocInodes", "maxMBpS", "nfsPrefetchStrategy", "nsdBufSpace", "nsdInlineWriteMax", "nsdMultiQueue",
		"pagepool", "pitWorkerThreadsPerNode", "readReplicaPolicy", "seqDiscardThreshold", "syncbuffsperiteration", "systemLogLevel",
		"unmountOnDiskFail", "verbsRdmaRoCEToS", "disablePersistExpelList", "confirmShutdownIfHarmful", "mmhealth", "enforceFilesetQuotaOnRoot",
	}
}

// downAttributes need the daemon stopped on all nodes. unverified: which attributes these are.
func downAttributes() []string { return []string{"tiebreakerDisks", "cipherList", "autoBuildGPL"} }

func mmchconfig(c *call) int {
	if c.has("-i") && c.has("-I") {
		return c.usage("Incorrect option: -I") // unverified: wording
	}
	var scope []string
	if c.has("-N") {
		if _, err := c.resolveNodes(c.get("-N")); err != nil {
			return c.fail("%s", err)
		}
		scope = c.configScope(c.get("-N"))
	}
	var settings [][2]string
	for _, operand := range c.operands {
		for _, kv := range splitSettings(operand) {
			name, value, ok := strings.Cut(kv, "=")
			if !ok || name == "" {
				return c.usage("Incorrect option: " + kv) // unverified: wording
			}
			settings = append(settings, [2]string{name, value})
		}
	}
	for _, s := range settings {
		if code := c.refuseSetting(s[0], s[1]); code != 0 {
			return code
		}
	}
	for _, s := range settings {
		if strings.EqualFold(s[0], "release") {
			c.st.MinReleaseLevel = c.lowestRelease()
			continue
		}
		c.st.setConfig(s[0], s[1], scope, !c.any("-i", "-I"))
	}
	c.say("Command successfully completed")
	c.propagate()
	return 0
}

// splitSettings splits name=value,name=value; a value may hold commas itself (pieces without "=" belong to the one before).
func splitSettings(list string) []string {
	var settings []string
	for _, piece := range strings.Split(list, ",") {
		if strings.Contains(piece, "=") || len(settings) == 0 {
			settings = append(settings, piece)
		} else {
			settings[len(settings)-1] += "," + piece
		}
	}
	return settings
}

// configScope is the value of -N as the configuration keeps it: classes by name, nodes by their short admin name.
func (c *call) configScope(spec string) []string {
	var scope []string
	for _, word := range splitList(spec) {
		switch nc := c.st.nodeClass(word); {
		case c.st.nodeNamed(word) != nil:
			scope = append(scope, shortName(c.st.nodeNamed(word).AdminName))
		case nc != nil:
			scope = append(scope, nc.Name)
		default:
			if _, ok := c.st.classMembers(word); ok && !strings.EqualFold(word, "all") {
				scope = append(scope, word)
				continue
			}
			numbers, err := c.resolveNode(word)
			if err != nil || strings.EqualFold(word, "all") {
				continue // a setting for all nodes is one for the cluster
			}
			for _, n := range numbers {
				scope = append(scope, shortName(c.st.node(n).AdminName))
			}
		}
	}
	return scope
}

func (c *call) refuseSetting(name, value string) int {
	if strings.EqualFold(name, "release") {
		if value != "LATEST" {
			return c.fail("Incorrect value for release option.") // unverified: wording
		}
		return 0
	}
	if c.any("-i", "-I") && !slices.ContainsFunc(immediateAttributes(), sameFold(name)) {
		// unverified: wording.
		return c.fail("Attribute %s cannot be changed with the -i or -I option.", name)
	}
	if slices.ContainsFunc(downAttributes(), sameFold(name)) {
		for i := range c.st.Nodes {
			if c.st.Nodes[i].State != NodeDown {
				// unverified: wording.
				return c.fail("GPFS must be stopped on all nodes to change attribute %s.", name)
			}
		}
	}
	return 0
}

// lowestRelease is the level that mmchconfig release=LATEST reaches: that of the oldest package of any node.
func (c *call) lowestRelease() string {
	lowest := c.st.Release
	for i := range c.st.Nodes {
		if r := c.st.Nodes[i].Release; r != "" {
			n := releaseNumbers(lowest)
			if !releaseAtLeast(r, n[0], n[1], n[2]) {
				lowest = r
			}
		}
	}
	n := releaseNumbers(lowest)
	return itoa(n[0]) + "." + itoa(n[1]) + "." + itoa(n[2]) + ".0"
}

// running are the nodes whose daemons run.
func (s *State) running() []int {
	var numbers []int
	for i := range s.Nodes {
		if s.Nodes[i].State != NodeDown {
			numbers = append(numbers, s.Nodes[i].Number)
		}
	}
	return numbers
}

// restarted makes what was set for a node the truth on it: its daemon has begun anew.
func (s *State) restarted(number int) {
	for i := range s.Config {
		e := &s.Config[i]
		if !e.Pending || !slices.Contains(e.Waiting, number) {
			continue
		}
		e.Waiting = slices.DeleteFunc(slices.Clone(e.Waiting), func(n int) bool { return n == number })
		if len(e.Waiting) == 0 {
			e.Pending, e.Before, e.Waiting = false, "", nil
		}
	}
}

// setConfig sets an attribute for a scope; DEFAULT takes it out again.
func (s *State) setConfig(name, value string, scope []string, pending bool) {
	same := func(e ConfigEntry) bool {
		return strings.EqualFold(e.Name, name) && slices.EqualFunc(e.Scope, scope, strings.EqualFold)
	}
	i := slices.IndexFunc(s.Config, same)
	switch {
	case value == "DEFAULT" || value == "default":
		s.Config = slices.DeleteFunc(s.Config, same)
	case i >= 0:
		e := &s.Config[i]
		if !e.Pending {
			e.Before = e.Value
		}
		e.Value, e.Pending, e.Waiting = value, pending, nil
		if !pending {
			e.Before = ""
			return
		}
		e.Waiting = s.running()
	default:
		e := ConfigEntry{Name: name, Value: value, Scope: scope, Pending: pending}
		if pending {
			e.Waiting = s.running()
		}
		s.Config = append(s.Config, e)
	}
}
