#!/usr/bin/env -S gpfsh run
// Quotas by the hundred: the list as CSV; given an edited list, what it would change and the commands. Nothing is set.
// gpfsh --cluster sim run quota-csv.go [EDITED.csv]

quotas := Cluster().Filesystems["mmfs1"].Quotas
list := quotas.Filesets().CSV()
edited := strings.ReplaceAll(list, ",8T,10T,", ",12T,15T,") // what an editor would do
if args := Args(); len(args) == 1 {
	edited = string(os.ReadFile(args[0]))
} else {
	print(list)
}
changes := quotas.Preview(edited)
print(changes)

DryRun(true)
changes.Apply()
DryRun(false)
print(Plan())
