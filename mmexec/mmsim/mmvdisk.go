package mmsim

import (
	"fmt"
	"slices"
	"strings"
)

// RecoveryGroup is a group of physical disks of Storage Scale RAID and the servers that share it.
type RecoveryGroup struct {
	Name      string  `json:"name"`
	NodeClass string  `json:"nodeClass"`
	Servers   []int   `json:"servers"`
	Pdisks    []Pdisk `json:"pdisks"`
}

// Pdisk is a physical disk of a recovery group.
type Pdisk struct {
	Name     string `json:"name"`
	Array    string `json:"array"`
	State    string `json:"state"` // "ok", "dead/replace"
	Location string `json:"location"`
	FRU      string `json:"fru"`
	SizeKB   int64  `json:"sizeKB"`
	Prepared bool   `json:"prepared,omitempty"` // it may be pulled
}

// VdiskSet is a set of virtual disks, one in each of its recovery groups.
type VdiskSet struct {
	Name           string   `json:"name"`
	RecoveryGroups []string `json:"recoveryGroups"`
	Filesystem     string   `json:"filesystem,omitempty"`
}

func (p *Pdisk) replaceable() bool { return slices.Contains(strings.Split(p.State, "/"), "replace") }

// cloneGroups copies recovery groups with their disks; servers are never changed in place.
func cloneGroups(groups []RecoveryGroup) []RecoveryGroup {
	groups = slices.Clone(groups)
	for i := range groups {
		groups[i].Pdisks = slices.Clone(groups[i].Pdisks)
	}
	return groups
}

// mmvdisk shows what Storage Scale RAID has, and replaces physical disks. The other verbs are not simulated.
//
// unverified: all it prints, in both forms; only the synopsis of mmvdisk pdisk is known from its page.
func mmvdisk(c *call) int {
	switch what, verb := c.operand(0), c.operand(1); {
	case what == "recoverygroup" && verb == "list":
		return c.vdiskGroups()
	case what == "vdiskset" && verb == "list":
		return c.vdiskSets()
	case what == "pdisk" && verb == "list":
		return c.vdiskPdisks()
	case what == "pdisk" && verb == "replace":
		return c.vdiskReplace()
	default:
		return c.usage("Incorrect option: " + strings.TrimSpace(what+" "+verb))
	}
}

// groupsAsked are the recovery groups that the command line names; it reports one that is not there.
func (c *call) groupsAsked() ([]*RecoveryGroup, bool) {
	names := splitList(c.get("--recovery-group") + c.get("--rg"))
	var list []*RecoveryGroup
	for i := range c.st.RecoveryGroups {
		if g := &c.st.RecoveryGroups[i]; len(names) == 0 || slices.Contains(names, "all") || slices.Contains(names, g.Name) {
			list = append(list, g)
		}
	}
	for _, name := range names {
		if name != "all" && !slices.ContainsFunc(list, func(g *RecoveryGroup) bool { return g.Name == name }) {
			c.fail("Recovery group '%s' does not exist.", name)
			return nil, false
		}
	}
	return list, true
}

func (c *call) vdiskGroups() int {
	groups, ok := c.groupsAsked()
	if !ok {
		return 1
	}
	w := c.y()
	if c.has("-Y") {
		w.header("recoverygroup", "recoveryGroup", "active", "currentServer", "nodeClass", "needsService")
	} else {
		c.printf("\n recovery group  active  current or master server          needs service\n --------------  ------  --------------------------------  -------------\n")
	}
	for _, g := range groups {
		server, active := "", "no"
		for _, number := range g.Servers {
			if n := c.st.node(number); n != nil && n.State == NodeActive {
				server, active = n.DaemonName, "yes"
				break
			}
		}
		service := "no"
		if slices.ContainsFunc(g.Pdisks, func(p Pdisk) bool { return p.replaceable() }) {
			service = "yes"
		}
		if c.has("-Y") {
			w.row("recoverygroup", g.Name, active, server, g.NodeClass, service)
		} else {
			c.printf(" %s  %s  %s  %s\n", pad(g.Name, 14), pad(active, 6), pad(server, 32), service)
		}
	}
	return 0
}

func (c *call) vdiskSets() int {
	w := c.y()
	if c.has("-Y") {
		w.header("vdiskset", "vdiskSet", "recoveryGroups", "fileSystem", "state")
	} else {
		c.printf("\n vdisk set         created  file system  recovery groups\n ----------------  -------  -----------  ---------------\n")
	}
	for _, v := range c.st.VdiskSets {
		if c.has("-Y") {
			w.row("vdiskset", v.Name, strings.Join(v.RecoveryGroups, ","), v.Filesystem, "created")
		} else {
			c.printf(" %s  yes      %s  %s\n", pad(v.Name, 16), pad(v.Filesystem, 11), strings.Join(v.RecoveryGroups, ", "))
		}
	}
	return 0
}

func (c *call) vdiskPdisks() int {
	if !c.any("--recovery-group", "--rg") {
		return c.usage("Missing arguments.")
	}
	groups, ok := c.groupsAsked()
	if !ok {
		return 1
	}
	w := c.y()
	if c.has("-Y") {
		w.header("pdisk", "recoveryGroup", "pdisk", "declusteredArray", "capacity", "fru", "location", "state")
	} else {
		c.printf("\n                            declustered\n recovery group  pdisk      array        state                FRU      location\n --------------  ---------  -----------  -------------------  -------  --------\n")
	}
	for _, g := range groups {
		for i := range g.Pdisks {
			p := &g.Pdisks[i]
			switch {
			case c.has("--not-ok") && p.State == "ok", c.has("--replace") && !p.replaceable(),
				c.has("--pdisk") && c.get("--pdisk") != p.Name,
				c.any("--declustered-array", "--da") && c.get("--declustered-array")+c.get("--da") != p.Array:
			case c.has("-Y"):
				w.row("pdisk", g.Name, p.Name, p.Array, p.SizeKB<<10, p.FRU, p.Location, p.State)
			default:
				c.printf(" %s  %s  %s  %s  %s  %s\n", pad(g.Name, 14), pad(p.Name, 9), pad(p.Array, 11), pad(p.State, 19), pad(p.FRU, 7), p.Location)
			}
		}
	}
	return 0
}

// vdiskReplace prepares a disk to be pulled, takes that back, or takes the new one into use.
func (c *call) vdiskReplace() int {
	if !c.any("--recovery-group", "--rg") || !c.any("--pdisk", "--location") {
		return c.usage("Missing arguments.")
	}
	if c.has("--prepare") && c.has("--cancel") {
		return c.usage("Incorrect option: --cancel")
	}
	groups, ok := c.groupsAsked()
	if !ok {
		return 1
	}
	for _, g := range groups {
		for i := range g.Pdisks {
			p := &g.Pdisks[i]
			if c.has("--pdisk") && p.Name != c.get("--pdisk") || c.has("--location") && p.Location != c.get("--location") {
				continue
			}
			return c.replacePdisk(g, p)
		}
	}
	return c.fail("Pdisk '%s%s' does not exist in recovery group '%s'.", c.get("--pdisk"), c.get("--location"), c.get("--recovery-group")+c.get("--rg"))
}

func (c *call) replacePdisk(g *RecoveryGroup, p *Pdisk) int {
	switch {
	case c.has("--prepare"):
		if !p.replaceable() && !c.has("--force") {
			return c.fail("Pdisk '%s' in recovery group '%s' is in state '%s' and is not marked for replacement.", p.Name, g.Name, p.State)
		}
		p.Prepared = true
		c.say("Suspending pdisk %s of RG %s in location %s.", p.Name, g.Name, p.Location)
		c.say("The identify light at location %s is on.", p.Location)
		c.say("Remove the disk, insert a new one with FRU %s, and run mmvdisk pdisk replace without --prepare.", p.FRU)
	case !p.Prepared:
		return c.fail("Pdisk '%s' in recovery group '%s' has not been prepared for replacement.", p.Name, g.Name)
	case c.has("--cancel"):
		p.Prepared = false
		c.say("Resuming pdisk %s of RG %s.", p.Name, g.Name)
	default:
		p.Prepared, p.State = false, "ok"
		c.say("Pdisk %s of RG %s successfully replaced.", p.Name, g.Name)
	}
	return 0
}

// recoveryGroups gives the two building blocks of an ESS their disks: one waits to be replaced, one is slow.
func (b *builder) recoveryGroups(s *State) {
	var servers []int
	for i := range s.Nodes {
		if strings.HasPrefix(s.Nodes[i].AdminName, "essio") {
			servers = append(servers, s.Nodes[i].Number)
		}
	}
	s.NodeClasses = append(s.NodeClasses, NodeClass{Name: "ess_nc", Nodes: slices.Clone(servers)})
	for g := range 2 {
		group := RecoveryGroup{Name: fmt.Sprintf("RG00%d", g+1), NodeClass: "ess_nc", Servers: slices.Clone(servers)}
		if g == 1 {
			slices.Reverse(group.Servers)
		}
		for i := range 12 {
			group.Pdisks = append(group.Pdisks, Pdisk{
				Name: fmt.Sprintf("e%ds%02d", g+1, i+1), Array: "DA1", State: "ok", Location: fmt.Sprintf("SX32901810-%d-%d", g+1, i+1), FRU: "01LL586", SizeKB: 10 << 30,
			})
		}
		s.RecoveryGroups = append(s.RecoveryGroups, group)
	}
	s.RecoveryGroups[0].Pdisks[6].State = "dead/replace"
	s.RecoveryGroups[1].Pdisks[2].State = "slow/draining"
	for i := range s.Filesystems {
		s.VdiskSets = append(s.VdiskSets, VdiskSet{Name: "vs_" + s.Filesystems[i].Name, RecoveryGroups: []string{"RG001", "RG002"}, Filesystem: s.Filesystems[i].Name})
	}
}
