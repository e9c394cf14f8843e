#!/usr/bin/env -S gpfsh run
// Writes the path and the size of everything below a directory into a file, as CSV.
// gpfsh --cluster sim run list-sizes.go [DIRECTORY [FILE]]

files := Cluster().Filesystems["mmfs1"].FilesBelow(append(Args(), "/")[0], Nodes("nsd01", "nsd02", "node1")).DirectoriesPlus()
written := ListProcessing("sizes", func(files Files) int {
	n := 0
	file := os.Stdout
	if args := Args(); len(args) > 1 {
		file = os.Create(args[1])
		defer file.Close()
	}
	out := csv.NewWriter(file)
	for f := range files {
		out.Write([]string{f.Path, strconv.FormatInt(f.Size, 10)})
		n++
	}
	out.Flush()
	return n
}).Run(files)
print(written, "objects")
