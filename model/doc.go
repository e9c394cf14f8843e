// Package model is a Storage Scale cluster as Go objects.
//
//	c, err := model.Connect(ctx, ex)               // runs nothing yet
//	fs, err := c.Filesystems.Get(ctx, "mmfs1")     // mmlsfs mmfs1 -Y
//	snaps, err := fs.Snapshots.List(ctx)           // mmlssnapshot mmfs1 -Y
//	snap, err := fs.Snapshots.New(ctx, "nightly")  // mmcrsnapshot mmfs1 nightly
//	err = snap.Delete(ctx)                         // mmdelsnapshot mmfs1 nightly
//
// # Objects
//
// An object is a pointer to a struct with typed data fields, read from the cluster by the command that its type names,
// and with its children as collections. It does not change by itself: Refresh reads it again. Figures that a command
// gives only when asked for, and often only at a high price, are [NotAsked] until they are asked for; [Unlimited] is a
// limit that is not there. Amounts of storage are [Bytes] with binary units, as Storage Scale has them. Times are in
// the zone of the cluster.
//
// # Collections
//
// Every collection is a [Collection]: Get, Lookup, List, Items, Names, Len, Map. It holds nothing. Each question is one
// command, whatever the number of members. Where and Match give views: collections of the same kind with fewer
// members, asked when they are used. DeleteAll deletes the members of a view, and only of a view.
//
// # Changes
//
// What changes the cluster says in its documentation which command it runs. Options are values made by functions:
// fs.Change(ctx, model.MountPoint("/gpfs1"), model.AutomaticMount(model.MountAtStart)). In a dry run, see
// [gpfsh/mmexec.DryRun], commands that change something are recorded and not run; objects made then are planned only,
// and reading them is a [*PlannedError].
//
// Ensure stands beside New: it changes only what is not so already and says whether anything was changed. Operations that
// last long, such as a restripe, are a [Job] that goes on by itself; [Cluster.Jobs] are those of the session. What
// destroys a file system wants its name a second time: [Confirm].
//
// # The week of an administrator
//
// [File.Why] says why a user cannot write to a file. [Node.Preflight] says whether a node may leave, [Node.Drain] and
// [Node.Return] take it out of service and back, [Nodes.Rolling] does so with many. [Cluster.State] is the cluster as a
// document, [CompareStates] what is not the same in two of them, [State.Open] a document as a cluster. [Filesystem.EnsureProject]
// and [Filesystem.RetireProject] begin and end projects. [Quotas.Standings] says who is near a limit, [Quotas.CSV] and
// [Quotas.Preview] take limits out and in. [Cluster.ConfigTruth], [Cluster.NodeWaiters], [Cluster.Log],
// [Cluster.Upgrade] and [Cluster.PdisksNotOK] say what else there is to know.
//
// # Events
//
// Every object has a collection for each event that is about it, and Callbacks with all of them. New takes a
// [HandlerFunc], which goes to every node as source and runs there whenever the event happens, or [RunCommand]. The
// handlers of an object run for events about it only. [Callbacks.Check] says which nodes lack handlers, also those that
// were added later, and [Callbacks.Repair] gives them what they lack; [Callback.Test] runs one without any event.
//
// # Errors
//
// Errors are types: [*NotFoundError] lists the names there are, [*ExistsError], [*NotLocalError], [*MountedError],
// [*ManagedError], [*PlannedError], [*PreflightError], [*ReleaseError]. The refusal of a command is wrapped in them or comes as the
// CommandError, PermissionError or DownError of package mmexec, with the command and its own words.
package model
