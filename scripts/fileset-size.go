#!/usr/bin/env -S gpfsh run
// How much is in each fileset? Quotas know it at once; no file is looked at.
// gpfsh --cluster sim run fileset-size.go [FILESYSTEM]

name := "mmfs1"
if args := Args(); len(args) > 0 {
	name = args[0]
}
for _, q := range Cluster().Filesystems[name].Quotas.Filesets() {
	fmt.Printf("%10s %9d files  %s\n", q.BlockUsage, q.FilesUsage, q.Name)
}
