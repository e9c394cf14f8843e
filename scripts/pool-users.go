#!/usr/bin/env -S gpfsh run
// Who uses which storage pool? By fileset, user or group; one scan by the policy engine, on the nodes of a class.
// gpfsh --cluster sim:DIR run pool-users.go [fileset|user|group [FILESYSTEM [CLASS]]]

who, name, class := "fileset", "mmfs1", "nsdServers"
args := Args()
if len(args) > 0 {
	who = args[0]
}
if len(args) > 1 {
	name = args[1]
}
if len(args) > 2 {
	class = args[2]
}
files := Cluster().Filesystems[name].Files(policy.Nodes(class))
Show(files.By(PoolName, filelist.Attr(who)).Sum(Size))
