package model

import (
	"context"
	"fmt"
	"strings"

	"gpfsh/mmexec"
)

// What Storage Scale RAID (ESS and the Erasure Code Edition) tells is read by the names of its columns, of which releases
// have many more than fields here: All holds them as they come.
//
// unverified: all names of columns; no reply of mmvdisk in the -Y form was seen.

// RecoveryGroup is a group of physical disks and the servers that share it, from mmvdisk.
type RecoveryGroup struct {
	Name      string  `json:"name" col:"NAME"`
	Active    bool    `json:"active" col:"ACTIVE"`        // a server serves it
	Server    string  `json:"server" col:"SERVER"`        // the current one, or the first of them
	NodeClass string  `json:"nodeClass" col:"NODE CLASS"` // of its servers
	NeedsCare bool    `json:"needsCare" col:"NEEDS CARE"` // a disk of it needs service
	All       TextMap `json:"all" col:"-"`                // everything that is printed, by its name
}

// VdiskSet is a set of virtual disks, from mmvdisk.
type VdiskSet struct {
	Name           string   `json:"name" col:"NAME"`
	RecoveryGroups []string `json:"recoveryGroups" col:"RECOVERY GROUPS"`
	Filesystem     string   `json:"filesystem" col:"FILE SYSTEM"` // "" for none
	State          string   `json:"state" col:"STATE"`            // "defined", "created" …
	All            TextMap  `json:"all" col:"-"`                  // everything that is printed, by its name
}

// Pdisk is a physical disk of a recovery group, from mmvdisk.
type Pdisk struct {
	Name          string  `json:"name" col:"NAME"`
	RecoveryGroup string  `json:"recoveryGroup" col:"RECOVERY GROUP"`
	Array         string  `json:"array" col:"ARRAY"` // declustered array
	State         string  `json:"state" col:"STATE"` // "ok", "dead/replace" …
	Location      string  `json:"location" col:"LOCATION"`
	FRU           string  `json:"fru" col:"FRU,wide"` // part number of a replacement
	All           TextMap `json:"all" col:"-"`        // everything that is printed, by its name

	c *Cluster
}

// String returns the name of the recovery group.
func (r *RecoveryGroup) String() string {
	if r == nil {
		return ""
	}
	return r.Name
}

// String returns the name of the vdisk set.
func (v *VdiskSet) String() string {
	if v == nil {
		return ""
	}
	return v.Name
}

// String returns the recovery group and the name of the disk with its state.
func (p *Pdisk) String() string {
	if p == nil {
		return ""
	}
	return p.RecoveryGroup + " " + p.Name + " " + p.State
}

// OK reports whether nothing is wrong with the disk.
func (p *Pdisk) OK() bool { return p != nil && strings.EqualFold(p.State, "ok") }

// Replaceable reports whether the disk has been given up and waits to be replaced.
func (p *Pdisk) Replaceable() bool {
	return p != nil && strings.Contains(strings.ToLower(p.State), "replace")
}

func (c *Cluster) mmvdisk(ctx context.Context, what string, args ...string) ([]mmexec.Row, error) {
	reply, err := c.query(ctx)(arguments(append(append([]string{what, "list"}, args...), "-Y")...).of("mmvdisk", what+"s"))
	if err != nil {
		return nil, err
	}
	return reply.Rows, nil
}

// first returns the first value that one of the columns has.
func first(row mmexec.Row, columns ...string) string {
	for _, c := range columns {
		if v := rowText(row, c); v != "" {
			return v
		}
	}
	return ""
}

func everything(row mmexec.Row) TextMap {
	all := make(TextMap)
	for _, f := range row.Fields() {
		if f.Value != "" && !strings.EqualFold(f.Name, "reserved") {
			all[f.Name] = f.Value
		}
	}
	return all
}

// RecoveryGroups returns the recovery groups. It runs mmvdisk recoverygroup list.
func (c *Cluster) RecoveryGroups(ctx context.Context) ([]*RecoveryGroup, error) {
	rows, err := c.mmvdisk(ctx, "recoverygroup")
	if err != nil {
		return nil, err
	}
	list := []*RecoveryGroup{}
	for _, row := range rows {
		list = append(list, &RecoveryGroup{
			Name: first(row, "recoveryGroup", "rgName", "name"), Server: first(row, "currentServer", "currentOrMasterServer", "server", "serverList"),
			NodeClass: first(row, "nodeClass", "nodeClassName"), Active: yes(first(row, "active", "isActive")) || first(row, "active", "isActive") == "active",
			NeedsCare: yes(first(row, "needsService", "service", "needService")), All: everything(row),
		})
	}
	return list, nil
}

// VdiskSets returns the sets of virtual disks. It runs mmvdisk vdiskset list.
func (c *Cluster) VdiskSets(ctx context.Context) ([]*VdiskSet, error) {
	rows, err := c.mmvdisk(ctx, "vdiskset")
	if err != nil {
		return nil, err
	}
	list := []*VdiskSet{}
	for _, row := range rows {
		list = append(list, &VdiskSet{
			Name: first(row, "vdiskSet", "vdiskSetName", "name"), RecoveryGroups: fields(first(row, "recoveryGroups", "recoveryGroup", "rgName"), ","),
			Filesystem: first(row, "fileSystem", "fsName"), State: first(row, "state", "created", "status"), All: everything(row),
		})
	}
	return list, nil
}

// Pdisks returns the physical disks of all recovery groups. It runs mmvdisk pdisk list.
func (c *Cluster) Pdisks(ctx context.Context) ([]*Pdisk, error) { return c.pdisks(ctx) }

// PdisksNotOK returns the physical disks with which something is wrong. It runs mmvdisk pdisk list --not-ok.
func (c *Cluster) PdisksNotOK(ctx context.Context) ([]*Pdisk, error) {
	return c.pdisks(ctx, "--not-ok")
}

func (c *Cluster) pdisks(ctx context.Context, which ...string) ([]*Pdisk, error) {
	rows, err := c.mmvdisk(ctx, "pdisk", append([]string{"--recovery-group", "all"}, which...)...)
	if err != nil {
		return nil, err
	}
	list := []*Pdisk{}
	for _, row := range rows {
		list = append(list, &Pdisk{
			Name: first(row, "pdisk", "pdiskName", "name"), RecoveryGroup: first(row, "recoveryGroup", "rgName"),
			Array: first(row, "declusteredArray", "daName", "da"), State: first(row, "state", "pdiskState", "stateDetail"),
			Location: first(row, "location", "userLocation"), FRU: first(row, "fru", "fruNumber"), All: everything(row), c: c,
		})
	}
	return list, nil
}

// ReplaceStep is a step of replacing a physical disk.
type ReplaceStep struct {
	What    string `json:"what" col:"STEP"`
	Command string `json:"command,omitempty" col:"COMMAND"` // "" for what hands do
}

// String returns the step.
func (s ReplaceStep) String() string {
	if s.Command == "" {
		return s.What
	}
	return s.What + ": " + s.Command
}

// ReplaceGuide returns the steps of replacing the disk; nothing is run. [Pdisk.PrepareReplace] and [Pdisk.Replace] are
// the ones that commands do.
func (p *Pdisk) ReplaceGuide() ([]ReplaceStep, error) {
	if err := p.ready(); err != nil {
		return nil, err
	}
	if !p.Replaceable() {
		return nil, fmt.Errorf("pdisk %s of %s is %s: it is not to be replaced yet", p.Name, p.RecoveryGroup, orNothing(p.State))
	}
	where := orNothing(p.Location)
	if p.FRU != "" {
		where += ", part " + p.FRU
	}
	return []ReplaceStep{
		{"look whether other disks of the enclosure are not ok: only one is to be pulled at a time", line("mmvdisk", "pdisk", "list", "--recovery-group", p.RecoveryGroup, "--not-ok")},
		{"prepare: the disk is taken out of use and its light turned on", line(p.replaceArgs("--prepare")...)},
		{"pull the disk and put the new one in at " + where, ""},
		{"take the new disk into use", line(p.replaceArgs("")...)},
		{"look whether all is well", line("mmvdisk", "pdisk", "list", "--recovery-group", p.RecoveryGroup, "--not-ok")},
	}, nil
}

func (p *Pdisk) ready() error {
	if p == nil || p.c == nil || p.Name == "" || p.RecoveryGroup == "" {
		return errNil("pdisk")
	}
	return nil
}

func (p *Pdisk) replaceArgs(phase string) []string {
	args := []string{"mmvdisk", "pdisk", "replace"}
	if phase != "" {
		args = append(args, phase)
	}
	return append(args, "--recovery-group", p.RecoveryGroup, "--pdisk", p.Name)
}

// PrepareReplace takes the disk out of use and turns its light on, so that it can be pulled. It runs mmvdisk pdisk
// replace --prepare.
func (p *Pdisk) PrepareReplace(ctx context.Context) error { return p.replace(ctx, "--prepare") }

// CancelReplace takes back what PrepareReplace did. It runs mmvdisk pdisk replace --cancel.
func (p *Pdisk) CancelReplace(ctx context.Context) error { return p.replace(ctx, "--cancel") }

// Replace takes the new disk into use that was put in the place of the old one. It runs mmvdisk pdisk replace.
func (p *Pdisk) Replace(ctx context.Context) error { return p.replace(ctx, "") }

func (p *Pdisk) replace(ctx context.Context, phase string) error {
	if err := p.ready(); err != nil {
		return err
	}
	args := p.replaceArgs(phase)[1:]
	_, err := p.c.run(ctx)(arguments(args...).of("mmvdisk", "pdisk "+p.Name+" of "+p.RecoveryGroup))
	return err
}
