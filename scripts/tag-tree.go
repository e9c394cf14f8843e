#!/usr/bin/env -S gpfsh run
// Gives every file below a directory an extended attribute while the policy engine lists it, and tells where it failed.
// gpfsh --cluster sim run tag-tree.go DIRECTORY [NAME [VALUE]]

type Tagged struct {
	Path string
	Done string
}

func tag(dir, name, value string) {
	files := Cluster().Filesystems["mmfs1"].FilesBelow(dir, Nodes("nsd01", "nsd02", "node1")).
		ShowSQL(fmt.Sprintf("'set=' || varchar(setxattr('%s', '%s'))", name, value))
	tagged := MapReduce("tag", func(f *File) []Tagged { return []Tagged{{f.Path, f.Attr("set")}} }).Run(files)
	failed := 0
	for _, t := range tagged {
		if t.Done != "TRUE" {
			fmt.Printf("failed  %q\n", t.Path)
			failed++
		}
	}
	print(len(tagged)-failed, "files have", name, "now,", failed, "have not")
}

if args := Args(); len(args) == 0 {
	print("which directory? tag-tree.go DIRECTORY [NAME [VALUE]]")
} else {
	args = append(args, []string{"user.project", "alpha"}[min(len(args)-1, 2):]...)
	tag(args[0], args[1], args[2])
}
