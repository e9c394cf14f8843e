package mmsim

import (
	"path/filepath"
	"strings"
)

func mmsnapdir(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	d := f.Snapdir
	switch {
	case c.has("-r") && c.has("-a"):
		return c.usage("Incorrect option: -a") // unverified: wording
	case c.has("-r"):
		d.All = false
	case c.has("-a"):
		d.All = true
	}
	for _, o := range []struct {
		flag  string
		names []*string
	}{
		{"-s", []*string{&d.GlobalName, &d.FilesetName}}, {"--snapdir", []*string{&d.GlobalName, &d.FilesetName}},
		{"--fileset-snapdir", []*string{&d.FilesetName}}, {"--global-snapdir", []*string{&d.GlobalName}},
	} {
		if !c.has(o.flag) {
			continue
		}
		name := c.get(o.flag)
		if name == "" || strings.ContainsAny(name, "/ \t\n") || len(name) > 255 {
			return c.failDaemon(22, "Incorrect snapshot directory name %s.", name) // unverified: wording
		}
		for _, into := range o.names {
			*into = name
		}
	}
	switch c.get("--show-global-snapshots") {
	case "rootfileset":
		d.AllFilesets = false
	case "allfilesets":
		d.AllFilesets = true
	case "":
	default:
		return c.usage("Incorrect option: --show-global-snapshots " + c.get("--show-global-snapshots")) // unverified: wording
	}
	if d == f.Snapdir || c.has("-q") {
		if c.has("-q") || len(c.order) == 0 {
			f.showSnapdir(c)
		}
		return 0
	}
	c.moveSnapdirs(f, d)
	f.Snapdir = d
	return 0
}

// moveSnapdirs renames the directories that hold the snapshots.
func (c *call) moveSnapdirs(f *Filesystem, d Snapdir) {
	if d.GlobalName != f.Snapdir.GlobalName {
		c.change(f, treeChange{Op: treeMove, Path: f.real(f.Snapdir.GlobalName), To: f.real(d.GlobalName)})
	}
	if d.FilesetName == f.Snapdir.FilesetName || f.Data == "" {
		return
	}
	for i := range f.Filesets {
		if fset := &f.Filesets[i]; fset.Independent && fset.Status != FilesetDeleted && fset.ID != 0 {
			dir := f.filesetDir(fset)
			c.change(f, treeChange{Op: treeMove, Path: filepath.Join(dir, f.Snapdir.FilesetName), To: filepath.Join(dir, d.FilesetName)})
		}
	}
}

// showSnapdir prints one line, or two when the settings of filesets and of the file system differ.
func (f *Filesystem) showSnapdir(c *call) {
	where := "(root directory only)"
	if f.Snapdir.All {
		where = "(all directories)"
	}
	if f.Snapdir.GlobalName == f.Snapdir.FilesetName && !f.Snapdir.AllFilesets {
		c.printf("Snapshot directory for %q is %q %s\n", f.Name, f.Snapdir.GlobalName, where)
		return
	}
	global := "in root fileset"
	if f.Snapdir.AllFilesets {
		global = "in all filesets"
	}
	c.printf("Fileset snapshot directory for %q is %q %s\nGlobal snapshot directory for %q is %q %s\n", f.Name, f.Snapdir.FilesetName, where, f.Name, f.Snapdir.GlobalName, global)
}
