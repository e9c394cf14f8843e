package mmsim

func mmunlinkfileset(c *call) int {
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
	switch {
	case fset.Name == "root":
		return c.failDaemon(22, "The root fileset cannot be unlinked.") // unverified: wording
	case fset.Status != FilesetLinked:
		return c.failDaemon(22, "Fileset %s is not linked.", fset.Name) // unverified: wording
	}
	for i := range f.Filesets {
		if other := &f.Filesets[i]; other.Status == FilesetLinked && other.Parent == fset.ID && other.ID != fset.ID {
			// unverified: wording, and that the children have to go first.
			return c.failDaemon(39, "Fileset %s cannot be unlinked because fileset %s is linked below it.", fset.Name, other.Name)
		}
	}
	from := f.filesetDir(fset)
	if f.Data != "" && !c.has("-f") {
		if path, open := openBelow(from); open {
			// unverified: wording.
			return c.failDaemon(16, "Fileset %s cannot be unlinked because it has open files (%s). Use the -f option to force it.", fset.Name, path)
		}
	}
	fset.Status, fset.Junction, fset.Parent = FilesetUnlinked, "", -1
	c.change(f, treeChange{Op: treeMove, Path: from, To: f.filesetDir(fset)})
	if fset.AFM != nil {
		c.raise("afmFilesetUnlink", f.Manager, "fsName", f.Name, "filesetName", fset.Name)
	}
	c.printf("Fileset %s unlinked.\n", fset.Name)
	return 0
}
