package mmsim

import (
	"slices"
	"strings"
)

// Limits of a new inode space that is given none. unverified: the defaults for a new independent fileset.
const (
	defaultMaxInodes   = 100352
	defaultAllocInodes = 100352
)

func mmcrfileset(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	name := c.operand(1)
	if code := c.checkFilesetName(f, name); code != 0 {
		return code
	}
	fset := Fileset{
		Name: name, ID: f.NextFilesetID, Status: FilesetUnlinked, Parent: -1, Created: c.now, Comment: c.get("-t"),
		PermChange: "chmodAndSetacl", PermInherit: "inheritAclOnly", IAMMode: "off", FirstSnap: f.NextSnapshotID,
	}
	if mode := c.get("--allow-permission-change"); c.has("--allow-permission-change") {
		if !slices.ContainsFunc([]string{"chmodOnly", "setAclOnly", "chmodAndSetAcl", "chmodAndUpdateAcl"}, sameFold(mode)) {
			return c.usage("Incorrect option: --allow-permission-change " + mode) // unverified: wording
		}
		fset.PermChange = permSpelling(mode)
	}
	if mode := c.get("--allow-permission-inherit"); c.has("--allow-permission-inherit") {
		if !slices.ContainsFunc([]string{"inheritAclOnly", "inheritAclAndAddMode"}, sameFold(mode)) {
			return c.usage("Incorrect option: --allow-permission-inherit " + mode) // unverified: wording
		}
		fset.PermInherit = mode
	}
	switch space := c.get("--inode-space"); {
	case !c.has("--inode-space"):
		if c.has("--inode-limit") {
			return c.usage("Incorrect option: --inode-limit") // unverified: wording
		}
		fset.InodeSpace = 0
	case space == "new":
		fset.Independent = true
		fset.InodeSpace = f.NextInodeSpace
		fset.MaxInodes, fset.AllocInodes, fset.UsedInodes = defaultMaxInodes, defaultAllocInodes, 1
		if c.has("--inode-limit") {
			if code := c.newInodeLimit(&fset, c.get("--inode-limit")); code != 0 {
				return code
			}
		}
	default:
		owner := f.fileset(space)
		if owner == nil {
			return c.filesetNotFound(space)
		}
		fset.InodeSpace = owner.InodeSpace
	}
	if afm := c.values["-p"]; len(afm) > 0 {
		fset.AFM = newAFM(afm)
	}
	junction, parent := "", (*Fileset)(nil)
	if c.has("-J") {
		var code int
		if junction, parent, code = c.junction(f, &fset, c.get("-J")); code != 0 {
			return code
		}
	}
	f.NextFilesetID++
	if fset.Independent {
		f.NextInodeSpace++
		fset.RootInode = int64(fset.InodeSpace)<<19 + 3
	} else {
		fset.RootInode = f.nextInode(fset.InodeSpace)
	}
	c.printf("Fileset %s created with id %d root inode %d.\n", fset.Name, fset.ID, fset.RootInode)
	if parent != nil {
		fset.Status, fset.Junction, fset.Parent = FilesetLinked, junction, parent.ID
		c.printf("Fileset %s linked at %s\n", fset.Name, f.path(&fset))
	}
	c.change(f, treeChange{Op: treeMkdir, Path: f.filesetDir(&fset), Mode: 0o700})
	if fset.AFM != nil {
		c.raise("afmFilesetCreate", f.Manager, "fsName", f.Name, "filesetName", fset.Name)
	}
	f.Filesets = append(f.Filesets, fset)
	if fset.hasQuotas(f) {
		f.Quotas = append(f.Quotas, Quota{Type: QuotaFileset, ID: int64(fset.ID), Name: fset.Name, Remarks: "i", Files: Usage{Used: 1}})
	}
	return 0
}

// hasQuotas tells whether the file system counts what its filesets hold.
func (*Fileset) hasQuotas(f *Filesystem) bool { return slices.Contains(f.Attrs.QuotaTypes, "fileset") }

func sameFold(a string) func(string) bool {
	return func(b string) bool { return strings.EqualFold(a, b) }
}

// permSpelling is the permission mode as mmlsfileset spells it: captured is chmodAndSetacl for chmodAndSetAcl.
func permSpelling(mode string) string {
	if strings.EqualFold(mode, "chmodAndSetAcl") {
		return "chmodAndSetacl"
	}
	return mode
}

// nextInode makes up a root inode number in an inode space.
func (f *Filesystem) nextInode(space int) int64 {
	most := int64(space)<<19 + 3
	for i := range f.Filesets {
		if f.Filesets[i].InodeSpace == space {
			most = max(most, f.Filesets[i].RootInode)
		}
	}
	return most + 4099
}

func (c *call) newInodeLimit(fset *Fileset, value string) int {
	limit, pre, given := strings.Cut(value, ":")
	most, err := parseSize(limit)
	alloc := min(most, defaultAllocInodes)
	if err == nil && given {
		alloc, err = parseSize(pre)
	}
	if err != nil || most < 1024 || alloc > most {
		return c.usage("Incorrect option: --inode-limit " + value) // unverified: wording
	}
	fset.MaxInodes, fset.AllocInodes = most, alloc
	return 0
}

// checkFilesetName applies the naming rules. unverified: wording of all three refusals.
func (c *call) checkFilesetName(f *Filesystem, name string) int {
	if f.fileset(name) != nil {
		return c.failDaemon(17, "Fileset %s already exists.", name)
	}
	if name == "new" || len(name) > 255 || strings.HasPrefix(name, "-") || strings.ContainsAny(name, "/?$&*()`#|[]\\ \t\n") {
		return c.failDaemon(22, "Incorrect fileset name %s.", name)
	}
	return 0
}

// newAFM reads the -p attributes of a cache fileset.
func newAFM(attributes []string) *AFM {
	a := &AFM{State: "Inactive", Mode: "read-only"}
	for _, list := range attributes {
		for _, kv := range splitList(list) {
			key, value, _ := strings.Cut(kv, "=")
			switch strings.ToLower(key) {
			case "afmtarget":
				a.Target = value
			case "afmmode":
				a.Mode = afmMode(value)
			case "afmasyncdelay":
				a.AsyncDelay = value
			}
		}
	}
	return a
}

// afmMode is the long name of a mode.
func afmMode(short string) string {
	long, ok := map[string]string{
		"ro": "read-only", "sw": "single-writer", "iw": "independent-writer", "lu": "local-updates", "mu": "manual-updates",
	}[strings.ToLower(short)]
	if !ok {
		return short
	}
	return long
}
