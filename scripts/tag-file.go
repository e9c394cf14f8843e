#!/usr/bin/env -S gpfsh run
// Gives a file an extended attribute, changes it, and takes it away again.
// gpfsh --cluster sim run tag-file.go [FILE]

path := "/gpfs/mmfs1/home/alice/results.csv"
if args := Args(); len(args) > 0 {
	path = args[0]
}
file := Cluster().File(path)

file.SetAttributes(TextMap{"user.project": "alpha", "user.owner": "alice"})
show("set")
file.SetAttributes(TextMap{"user.project": "beta"})
show("changed")
file.DeleteAttributes("user.project", "user.owner")
show("deleted")

func show(what string) {
	attributes := file.Attributes()
	print(what+":", len(attributes), "attributes, project is", attributes["user.project"])
}
