// Package mmsim is a simulated IBM Storage Scale cluster that speaks the contract of the mm* commands.
//
// A [Cluster] is an [mmexec.Executor]: it is given argument vectors and answers with standard output, standard error and
// an exit status, in the form of a named release. Behind it stands one explicit data model, [State]; every command is a
// function over it (one file per command), and one table maps the command words to them.
//
//	c := mmsim.New()                                                      // the demo site, in memory
//	err := mmsim.InitProfile(dir, mmsim.Profile{Name: "small"}, nil)      // a cluster in a directory …
//	c, err := mmsim.Open(dir)                                             // … that processes share
//	err = mmsim.InstallEntries(bin, "/usr/local/bin/gpfsh", dir)          // mm* entries for programs of others
//	id, err := c.AddFault(mmsim.Fault{Command: "mmcr*", Kind: mmsim.FaultSlow, Delay: time.Minute})
//
// The cluster that [New] makes without options is the demo site: two file systems, 19 nodes of different roles with
// gaps in their numbers, admin names unlike daemon names, a node that is down and one that cannot be reached, a disk
// that is down and one being emptied, a deleted fileset, exceeded quotas, drifted configuration. Its clock stands still,
// so that what it prints is the same every time.
//
// # Clusters in a directory
//
// Each file system of such a cluster has a directory tree. A linked fileset is a directory at its junction, an unlinked
// one is put away; a snapshot is a read-only copy (sharing blocks where the file system below can) under .snapshots;
// usage is counted from the files when quotas are asked for, on top of what the profile says was there before; callbacks
// run on this machine. Any number of processes may work on a directory: see store.go for how they lose nothing.
//
// What it does not do: nothing watches the writes of users, so hard limits and immutable files are told of and refused by
// commands, not by the trees; mount points are only names, unless a file system lies in a directory of the user's own,
// which then is its mount point; root's power over the machine is that of the process.
//
// # What is unverified
//
// Texts and behaviour that no readable source confirms are marked "unverified:" beside the code; [About] lists them.
package mmsim
