#!/usr/bin/env -S gpfsh run
// How much was last read how long ago? One scan by the policy engine, on the nodes of a class.
// gpfsh --cluster sim:DIR run age-classes.go [FILESYSTEM [CLASS]]

name, class := "mmfs1", "nsdServers"
if args := Args(); len(args) > 0 {
	name = args[0]
	if len(args) > 1 {
		class = args[1]
	}
}
files := Cluster().Filesystems[name].Files(policy.Nodes(class))
Show(files.By(AgeClass(Access, 30*Day, 90*Day, 180*Day, 365*Day)).Sum(Size))
