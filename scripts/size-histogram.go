#!/usr/bin/env -S gpfsh run
// How many files are there of which size? Counted where the files are scanned, on all nodes at once.
// gpfsh --cluster sim run size-histogram.go [DIRECTORY]

const bins = 8

func bin(f *File) int {
	n := 0
	for limit := int64(64); f.Size >= limit && n < bins-1; limit *= 8 {
		n++
	}
	return n
}

func count(h [bins]int, n int) [bins]int {
	h[n]++
	return h
}

func add(a, b [bins]int) [bins]int {
	for i := range b {
		a[i] += b[i]
	}
	return a
}

files := Cluster().Filesystems["mmfs1"].FilesBelow(append(Args(), "/")[0], Nodes("nsd01", "nsd02", "node1"))
limit := 64
for i, n := range MapReduce("sizes", bin, count, add, [bins]int{}).Run(files) {
	if i < bins-1 {
		fmt.Printf("below %10d bytes %9d\n", limit, n)
		limit *= 8
	} else {
		fmt.Printf("more                   %9d\n", n)
	}
}
