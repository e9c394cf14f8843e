#!/usr/bin/env -S gpfsh run
// Writes a line to a file on the node whenever a file system is mounted there, until the handler is removed.
// gpfsh --cluster sim run on-mount.go [FILESYSTEM]

name := "mmfs1"
if args := Args(); len(args) > 0 {
	name = args[0]
}

// The function is kept on every node as source: it takes nothing along but constants and other functions.
func handler(e MountEvent) {
	path := filepath.Join(os.TempDir(), "mounts.log")
	f := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	defer f.Close()
	fmt.Fprintln(f, e.FsName, "mounted on", e.MyNode)
}

cb := Cluster().Filesystems[name].OnMount.New(CallbackID("mount-log"), handler)
print(cb.ID, "runs at", cb.Events, "of", cb.For, "and takes", strings.Fields(cb.Parms)[2:])
print("without it:", cb.Lacking, "(gpfsh callback sync repairs that)")
