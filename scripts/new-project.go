#!/usr/bin/env -S gpfsh run
// Sets up a project: a fileset with snapshots of its own, its place, its limits. Doing it twice changes nothing.
// gpfsh --cluster sim run new-project.go [NAME PURPOSE]

name, purpose := "proj-delta", "climate model, until 2026-12"
if args := Args(); len(args) == 2 {
	name, purpose = args[0], args[1]
}
fs := Cluster().Filesystems["mmfs1"]

project, changed := fs.Filesets.Ensure(name,
	Independent(),
	Link(fs.MountPoint+"/proj/"+strings.TrimPrefix(name, "proj-")),
	InodeLimit(1_000_000),
	Comment(purpose))
say(changed, "fileset "+project.Name+" at "+project.Path)

quota, changed := fs.Quotas.Ensure("fileset/"+name, Block(9*TiB, 10*TiB), Files(900_000, 1_000_000))
say(changed, "limits "+quota.BlockSoft.String()+" and "+quota.BlockHard.String())

// say tells what was done and what was so already.
func say(changed bool, what string) {
	if changed {
		print("new:", what)
	} else {
		print("was so already:", what)
	}
}
