#!/usr/bin/env -S gpfsh run
// Makes a fileset whose files go to a pool of their own, and another pool the default of all others.
// gpfsh --cluster sim run place-fileset.go [NAME POOL DEFAULT]

name, pool, others := "archive", "capacity", "data"
if args := Args(); len(args) == 3 {
	name, pool, others = args[0], args[1], args[2]
}
fs := Cluster().Filesystems["mmfs1"]
fs.Filesets.New(name, Independent(), Link(fs.MountPoint+"/"+name))

// The first rule that applies to a file places it: the default, which applies to all, has to be the last.
placement := fs.Placement()
placement.Insert("default", policy.SetPool(pool, name).ForFilesets(name))
placement.Put(policy.SetPool(others, "default"))
placement.Save()

print(fs.Placement().Text())
