#!/usr/bin/env -S gpfsh run
// Takes a snapshot of all filesets that match a pattern, with one command; or of the whole file system: "global".
// gpfsh --cluster sim run snapshot-filesets.go [PATTERN|global SNAPSHOT]

what, name := "proj-*", "before-upgrade"
if args := Args(); len(args) == 2 {
	what, name = args[0], args[1]
}
fs := Cluster().Filesystems["mmfs1"]

if what == "global" {
	s := fs.Snapshots.New(name)
	print(s.Key(), "at", s.Path())
	Exit(0)
}
// Dependent filesets have no snapshots of their own: they are in that of the fileset whose inode space they share.
chosen := fs.Filesets.Independent().Match(what)
if len(chosen) == 0 {
	Fail("%s has no independent fileset that matches %s", fs, what)
}
for _, s := range chosen.NewSnapshots(name) {
	print(s.Key(), "at", s.Path())
}
