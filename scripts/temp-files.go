#!/usr/bin/env -S gpfsh run
// How many bytes are in temporary files?
// gpfsh --cluster sim run temp-files.go [DIRECTORY]

temporary := policy.Matching(policy.Name.Like("*.tmp"))
files := Cluster().Filesystems["mmfs1"].FilesBelow(append(Args(), "/")[0], Nodes("nsd01", "nsd02", "node1"), temporary)
print(MapReduce("temp_files", func(f *File) int64 { return f.Size }).Run(files), "bytes in *.tmp")
