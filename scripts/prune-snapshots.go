#!/usr/bin/env -S gpfsh run
// Deletes old snapshots, but none that a program counts on and none that has to be kept. Say "really" to do it.
// gpfsh --cluster sim run prune-snapshots.go [DAYS [really]]

days, really := 7, false
if args := Args(); len(args) > 0 {
	days, really = strconv.Atoi(args[0]), len(args) > 1 && args[1] == "really"
}
fs := Cluster().Filesystems["mmfs1"]

old := fs.AllSnapshots.Unmanaged().OlderThan(time.Duration(days) * Day)
ready := old.Where(func(s *Snapshot) bool { return s.Expires.IsZero() })

DryRun(!really)
ready.DeleteAll()
print(Plan())
