#!/usr/bin/env -S gpfsh run
// How many files does each user have? The policy engine of the cluster lists them, the function counts.
// gpfsh --cluster sim run files-per-user.go [FILESYSTEM]

func listFilesPerUser(files Files) map[string]int {
	result := map[string]int{}
	for f := range files {
		result[f.User]++
	}
	return result
}

fs := Cluster().Filesystems[append(Args(), "mmfs1")[0]]
counts := ListProcessing("user_counts", listFilesPerUser).Run(fs.Files(Nodes("nsd01", "nsd02", "node1")))
for _, user := range slices.Sorted(maps.Keys(counts)) {
	fmt.Printf("%-12s %9d\n", user, counts[user])
}
