package mmexec

// SnapDirOptions are the changes that mmsnapdir makes. Empty fields change nothing.
type SnapDirOptions struct {
	Everywhere  Switch // -a: in all directories; Off, -r: in the root directory only
	ShowGlobal  string // --show-global-snapshots: rootfileset or allfilesets
	GlobalName  string // --global-snapdir
	FilesetName string // --fileset-snapdir
}

// MmSnapDirQuery asks for the names and places of snapshot directories: mmsnapdir Device -q.
func MmSnapDirQuery(dev string) (Command, error) {
	return newLine("mmsnapdir").device(dev).add("-q").command("snapshot directories of " + dev)
}

// MmSnapDir changes the names and places of snapshot directories: mmsnapdir Device options.
func MmSnapDir(dev string, o SnapDirOptions) (Command, error) {
	l := newLine("mmsnapdir").device(dev).toggle(o.Everywhere, "-a", "-r").value("--show-global-snapshots", o.ShowGlobal, "rootfileset", "allfilesets")
	for _, n := range []struct{ option, name string }{{"--fileset-snapdir", o.FilesetName}, {"--global-snapdir", o.GlobalName}} {
		if n.name != "" {
			l.fail(CheckSnapshotName(n.name)).add(n.option, n.name)
		}
	}
	l.refuse(len(l.args) == 1, "there is nothing to change")
	return l.command("snapshot directories of " + dev)
}

// RestoreFsOptions are the options of mmrestorefs.
type RestoreFsOptions struct {
	Nodes NodeSpec // -N: the nodes that do the work
}

// MmRestoreFs takes a file system, or an independent fileset, back to a snapshot: mmrestorefs Device Snapshot
// [-j Fileset]. What was written since is lost.
func MmRestoreFs(dev string, s SnapshotRef, o RestoreFsOptions) (Command, error) {
	l := newLine("mmrestorefs").device(dev).fail(s.check()).add(s.Name)
	object := "snapshot " + s.String() + " of " + dev
	l.flag(s.Fileset != "", "-j", s.Fileset)
	return l.nodes(o.Nodes).command(object)
}
