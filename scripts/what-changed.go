#!/usr/bin/env -S gpfsh run
// Makes a change and tells what is not as it was before: by object and attribute.
// gpfsh --cluster sim run what-changed.go

before := Cluster().State()
Cluster().Filesystems["mmfs1"].Filesets["scratch"].Change(Comment("cleaned every Sunday"))
for _, d := range Diff(before, Cluster()).Configured() {
	print(d)
}
