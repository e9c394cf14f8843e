#!/usr/bin/env -S gpfsh run
// Makes two filesets that cache another file system: one over NFS, read only, and one over a remote mount.
// gpfsh --cluster sim run create-cache.go

fs := Cluster().Filesystems["mmfs1"]

nfs := fs.Filesets.NewCache("cache-nfs",
	Cache{Target: "nfs://home.example.org/export/data", Mode: ReadOnlyCache},
	Link(fs.MountPoint+"/cache-nfs"))
fs.Filesets.NewCache("cache-archive",
	Cache{Target: "gpfs:///gpfs/archive/projects", Mode: ReadOnlyCache},
	Link(fs.MountPoint+"/cache-archive"))

nfs.Change(AFMAttributes(TextMap{"afmNumReadThreads": "4"}))

for name, cache := range fs.Filesets.Caches() {
	print(name, cache.AFM.Mode, "of", cache.AFM.Target)
}
