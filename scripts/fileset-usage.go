#!/usr/bin/env -S gpfsh run
// How much space do the files of a fileset use? The scan is bounded to the fileset; faster than one of all files.
// gpfsh --cluster sim run fileset-usage.go [FILESET]

fset := Cluster().Filesystems["mmfs1"].Filesets[append(Args(), "home")[0]]
p := policy.New(policy.List("size", "count").Directories())
sum := Cluster().RunPolicy(p, OnPath(fset.Path), TestOnly, policy.Scope("fileset"), Nodes("nsd01", "nsd02", "node1"))
use, _ := sum.Rule("count")
fmt.Printf("%d KB in %d files and directories of fileset %s\n", use.KBChosen, use.Chosen, fset.Name)
