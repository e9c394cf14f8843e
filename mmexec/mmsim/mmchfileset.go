package mmsim

import (
	"slices"
	"strings"
)

// iamModes are the integrated archive modes, from the weakest to the strongest; a fileset can only become stronger.
func iamModes() []string {
	return []string{"off", "advisory", "noncompliant", "compliant", "compliant-plus"}
}

func mmchfileset(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	var fset *Fileset
	switch {
	case c.has("-J"):
		if fset = f.filesetAt(c.get("-J")); fset == nil {
			return c.failDaemon(2, "%s is not the junction of a fileset.", c.get("-J")) // unverified: wording
		}
	case len(c.operands) == 2:
		if fset = f.fileset(c.operand(1)); fset == nil {
			return c.filesetNotFound(c.operand(1))
		}
	default:
		return c.usage("Missing arguments.")
	}
	if len(c.order) == 0 || len(c.order) == 1 && c.has("-J") {
		return c.usage("Missing arguments.")
	}
	if code := c.refuseFilesetChange(f, fset); code != 0 {
		return code
	}
	if c.has("--inode-limit") {
		if code := c.setInodeLimit(f, fset, c.get("--inode-limit")); code != 0 {
			return code
		}
		if len(c.order) == 1 || len(c.order) == 2 && c.has("-J") {
			return 0 // setInodeLimit has confirmed it
		}
	}
	if name := c.get("-j"); c.has("-j") {
		f.renameFileset(fset, name)
	}
	if c.has("-t") {
		fset.Comment = c.get("-t")
	}
	if c.has("--allow-permission-change") {
		fset.PermChange = permSpelling(c.get("--allow-permission-change"))
	}
	if c.has("--allow-permission-inherit") {
		fset.PermInherit = c.get("--allow-permission-inherit")
	}
	if c.has("--iam-mode") {
		fset.IAMMode = c.get("--iam-mode")
	}
	if c.has("-p") {
		fset.AFM = changedAFM(fset.AFM, c.values["-p"])
		c.raise("afmFilesetChange", f.Manager, "fsName", f.Name, "filesetName", fset.Name)
	}
	c.printf("Fileset %s changed.\n", fset.Name)
	return 0
}

// refuseFilesetChange checks all options before anything is changed. unverified: wording of all refusals.
func (c *call) refuseFilesetChange(f *Filesystem, fset *Fileset) int {
	switch {
	case fset.Name == "root" && c.has("-j"):
		return c.failDaemon(22, "The root fileset cannot be renamed.")
	case fset.Name == "root" && c.has("-t"):
		return c.failDaemon(22, "The comment of the root fileset cannot be changed.")
	case len(c.get("-t")) > 255:
		return c.failDaemon(22, "The comment is too long.")
	case c.has("-p") && fset.AFM == nil && !strings.Contains(strings.ToLower(c.get("-p")), "afmtarget"):
		return c.failDaemon(22, "Fileset %s is not an AFM fileset.", fset.Name)
	}
	if c.has("-j") && c.get("-j") != fset.Name {
		if code := c.checkFilesetName(f, c.get("-j")); code != 0 {
			return code
		}
	}
	if mode := c.get("--iam-mode"); c.has("--iam-mode") {
		from, to := slices.Index(iamModes(), fset.IAMMode), slices.Index(iamModes(), mode)
		switch {
		case to < 0:
			return c.usage("Incorrect option: --iam-mode " + mode)
		case to < from:
			return c.failDaemon(1, "The integrated archive mode of fileset %s cannot be changed from %s to %s.", fset.Name, fset.IAMMode, mode)
		}
	}
	for _, o := range []struct {
		flag    string
		allowed []string
	}{
		{"--allow-permission-change", []string{"chmodOnly", "setAclOnly", "chmodAndSetAcl", "chmodAndUpdateAcl"}},
		{"--allow-permission-inherit", []string{"inheritAclOnly", "inheritAclAndAddMode"}},
	} {
		if c.has(o.flag) && !slices.ContainsFunc(o.allowed, sameFold(c.get(o.flag))) {
			return c.usage("Incorrect option: " + o.flag + " " + c.get(o.flag))
		}
	}
	return 0
}

// renameFileset gives a fileset another name everywhere.
func (f *Filesystem) renameFileset(fset *Fileset, name string) {
	old := fset.Name
	for i := range f.Snapshots {
		if f.Snapshots[i].Fileset == old {
			f.Snapshots[i].Fileset = name
		}
	}
	for i := range f.Quotas {
		q := &f.Quotas[i]
		if q.Type == QuotaFileset && q.ID == int64(fset.ID) {
			q.Name = name
		}
		if q.Type != QuotaFileset && q.FilesetID == fset.ID && q.Fileset == old {
			q.Fileset = name
		}
	}
	fset.Name = name
}

// changedAFM returns cache attributes with some of them changed; the ones there were are not touched, because other
// copies of the state share them.
func changedAFM(old *AFM, attributes []string) *AFM {
	changed := newAFM(attributes)
	if old == nil {
		return changed
	}
	merged := *old
	for _, list := range attributes {
		for _, kv := range splitList(list) {
			key, _, _ := strings.Cut(kv, "=")
			switch strings.ToLower(key) {
			case "afmtarget":
				merged.Target = changed.Target
			case "afmmode":
				merged.Mode = changed.Mode
			case "afmasyncdelay":
				merged.AsyncDelay = changed.AsyncDelay
			}
		}
	}
	return &merged
}
