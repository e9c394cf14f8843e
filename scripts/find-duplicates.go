#!/usr/bin/env -S gpfsh run
// Which files have the same contents? Each node reads the files of its own lists, and only files that are not empty.
// gpfsh --cluster sim run find-duplicates.go [DIRECTORY]

func digest(f *File) map[string][]string {
	data := os.ReadFile(f.Path)
	return map[string][]string{fmt.Sprintf("%x", sha256.Sum256(data)): {f.Path}}
}

func merge(a, b map[string][]string) map[string][]string {
	for sum, paths := range b {
		a[sum] = append(a[sum], paths...)
	}
	return a
}

func several(all map[string][]string) [][]string {
	var groups [][]string
	for _, paths := range all {
		if len(paths) > 1 {
			slices.Sort(paths)
			groups = append(groups, paths)
		}
	}
	slices.SortFunc(groups, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return groups
}

files := Cluster().Filesystems["mmfs1"].FilesBelow(append(Args(), "/")[0], Nodes("nsd01", "nsd02", "node1"), policy.Matching(policy.Size.Over(0)))
for _, group := range MapReduce("duplicates", digest, merge, merge, map[string][]string{}, several).Run(files) {
	fmt.Printf("%q\n", group)
}
