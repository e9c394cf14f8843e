#!/usr/bin/env -S gpfsh run
// Which snapshots of the project filesets match a pattern, and how are they deleted? Say "really" to do it.
// gpfsh --cluster sim run delete-snapshots.go [PATTERN [really]]

pattern, really := "n-*", false
if args := Args(); len(args) > 0 {
	pattern, really = args[0], len(args) > 1 && args[1] == "really"
}
fs := Cluster().Filesystems["mmfs1"]

DryRun(!really)
for _, project := range fs.Filesets.Independent().Match("proj-*") {
	project.Snapshots.Match(pattern).DeleteAll()
}
print(Plan())
