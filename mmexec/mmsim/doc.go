// Package mmsim is a simulated IBM Storage Scale cluster that speaks the contract of the mm* commands.
//
// A [Cluster] is an [mmexec.Executor]: it is given argument vectors and answers with standard output, standard error and
// an exit status, in the form of a named release. Behind it stands one explicit data model, [State]; every command is a
// function over it (one file per command), and one table maps the command words to them.
//
// The cluster that [New] makes without options is the demo site: two file systems, 19 nodes of different roles with
// gaps in their numbers, admin names unlike daemon names, a node that is down and one that cannot be reached, a disk
// that is down and one being emptied, a deleted fileset, exceeded quotas, drifted configuration. Its clock stands still,
// so that what it prints is the same every time.
//
// Texts that no readable source confirms are marked "unverified:" beside the code that prints them.
package mmsim
