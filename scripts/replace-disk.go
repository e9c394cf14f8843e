#!/usr/bin/env -S gpfsh run
// ESS: which physical disks are not ok, and how is a dead one replaced? Says what to do; nothing is done.
// gpfsh --cluster sim:DIR run replace-disk.go

for _, group := range Cluster().RecoveryGroups() {
	if group.NeedsCare {
		print("recovery group", group, "served by", group.Server, "needs service")
	}
}
for _, disk := range Cluster().PdisksNotOK() {
	print()
	print(disk, "in", disk.Array, "at", disk.Location)
	if !disk.Replaceable() {
		print("  not to be replaced yet")
		continue
	}
	for i, step := range disk.ReplaceGuide() {
		fmt.Printf("  %d. %s\n", i+1, step.What)
		if step.Command != "" {
			fmt.Printf("     %s\n", step.Command)
		}
	}
}
