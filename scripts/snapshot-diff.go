#!/usr/bin/env -S gpfsh run
// What was created, deleted or left alone between two snapshots? Without names, between the last two.
// gpfsh --cluster sim run snapshot-diff.go [OLDER NEWER]

fs := Cluster().Filesystems["mmfs1"]

// contents has the files of a snapshot by their paths below its directory, with their inodes.
func contents(name string) map[string]int64 {
	s := fs.Snapshots[name]
	found := MapReduce("contents", func(f *File) map[string]int64 {
		return map[string]int64{f.Path: f.Inode}
	}).Run(s.Files(Nodes("nsd01", "nsd02", "node1")))
	below := map[string]int64{}
	for path, inode := range found {
		_, rest, _ := strings.Cut(path, "/.snapshots/"+name+"/")
		below[rest] = inode
	}
	return below
}

names := Args()
if len(names) != 2 {
	all := fs.Snapshots.Names()
	names = all[max(0, len(all)-2):]
}
before, after := contents(names[0]), contents(names[1])
unchanged := 0
for _, path := range slices.Sorted(maps.Keys(after)) {
	if before[path] == after[path] {
		unchanged++
	} else {
		fmt.Printf("created  %q\n", path)
	}
}
for _, path := range slices.Sorted(maps.Keys(before)) {
	if before[path] != after[path] {
		fmt.Printf("deleted  %q\n", path)
	}
}
print(unchanged, "unchanged")
