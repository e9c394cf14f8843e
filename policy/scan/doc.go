// Package scan walks a directory tree in parallel, reading no more of each object than it is asked for.
//
// [Scan] calls a function once for every object below a root, from several goroutines at once. Names and types come
// from the directories themselves; a function that needs more asks for it with [Entry.Stat], which is one statx
// relative to the open directory and only for the attributes named. Nothing is allocated per object.
//
// The walk follows no symbolic links below the root, takes names as bytes, has no limit on the length of a path, and
// survives what happens to a live tree: objects that vanish and directories that may not be read are counted and
// reported, and the walk goes on.
package scan
