// Package filelist reads the file lists of the policy engine, and computes over them and over plain directories.
//
// A query begins with where the files are, says which of them count and how they are grouped, and ends with what is
// wanted; only the end reads anything:
//
//	filelist.Scan("/gpfs/p42").By(filelist.User).Sum(ctx, filelist.Size)
//	filelist.Lists("/tmp/run.list.files").Show("user:size:kb").Where(`Size > 1*GiB`).Top(ctx, 100, filelist.Size)
//
// Attributes are texts with constants for the common ones, so By("user") and By(User) are the same, and a job can be
// written down and sent to another node. What a job needs of each record follows from the job: from a list only those
// fields are decoded, in a directory only those attributes are read, and [Layout.SQL] is the SHOW text of a rule that
// lists nothing else.
//
// Several jobs share one pass over the input: [Files.Run]. A [Task] is the same as plain data, for the nodes of a
// cluster: each reduces the lists that it is given to a [Partial], and partial results merge.
//
// Records that are none are counted and reported, never dropped in silence: every result comes with a [Report].
package filelist
