#!/usr/bin/env -S gpfsh run
// How large are the files of a directory, and of which kinds? Without a directory: how full are the storage pools?
// gpfsh run sizes.go /gpfs/mmfs1/proj/alpha -o svg=sizes.svg
if len(Args()) == 0 {
	for name, fs := range Cluster().Filesystems {
		if !fs.Remote {
			Show(Chart(fs.Pools).Title("Use of the storage pools of " + name))
		}
	}
} else {
	files := Scan(Args()[0])
	Show(Chart(files.By(SizeClass(Size)).Count()).Title("Files by size"))
	Show(Chart(files.By(Ext).Sum(Size)).Top(15).Title("Space by extension"))
	Show(Chart(files.By(AgeClass(Access)).Sum(Size)).Title("Space by last access"))
}
