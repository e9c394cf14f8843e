#!/usr/bin/env -S gpfsh run
// Takes a snapshot of the same name of all filesets that match a pattern, with one command.
// gpfsh --cluster sim run snapshot-filesets.go [PATTERN SNAPSHOT]

pattern, name := "proj-*", "before-upgrade"
if args := Args(); len(args) == 2 {
	pattern, name = args[0], args[1]
}
fs := Cluster().Filesystems["mmfs1"]

// Dependent filesets have no snapshots of their own: they are in that of the fileset whose inode space they share.
for _, s := range fs.Filesets.Independent().Match(pattern).NewSnapshots(name) {
	print(s.Key(), "at", s.Path())
}
