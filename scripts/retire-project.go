#!/usr/bin/env -S gpfsh run
// Which commands retire a project? A last snapshot keeps its files for a month. Nothing is done.
// gpfsh --cluster sim run retire-project.go [PROJECT]

name := "proj-beta"
if args := Args(); len(args) > 0 {
	name = args[0]
}
fs := Cluster().Filesystems["mmfs1"]
project := fs.Filesets[name]

// Whoever still exports it would lose it under their feet.
for _, e := range Cluster().NFSExports() {
	if e.Path == project.Path || strings.HasPrefix(e.Path, project.Path+"/") {
		Fail("%s is still exported to %s", e.Path, e.Clients)
	}
}
// A part that lives in its inode space has to go first.
parts := fs.Filesets.Dependent().Where(func(f *Fileset) bool { return f.InodeSpace == project.InodeSpace })
if len(parts) > 0 {
	Fail("%s still has the parts %v", name, parts.Names())
}

DryRun(true)
project.Snapshots.New("last", Expires(30*Day))
project.Unlink()
project.Change(Comment(project.Comment + "; retired, delete when snapshot last has expired"))
DryRun(false)

print(Plan())
