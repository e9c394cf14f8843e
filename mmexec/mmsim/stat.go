package mmsim

import (
	"fmt"
	"io"
	"os"
	"syscall"
)

// statFiles is stat on a node of the cluster, for the files of file systems that the node has mounted.
func (s *State) statFiles(node *Node, files []string, out, failed io.Writer) (exit int) {
	for _, name := range files {
		info, err := os.Lstat(s.seenBy(node, name))
		if err != nil {
			fmt.Fprintf(failed, "stat: cannot statx '%s': No such file or directory\n", name)
			exit = 1
			continue
		}
		mode := uint32(info.Mode().Perm())
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			mode = uint32(st.Mode)
		}
		at := info.ModTime()
		fmt.Fprintf(out, "%d %d.%09d %x %s\x00", info.Size(), at.Unix(), at.Nanosecond(), mode, name)
	}
	return exit
}

// seenBy is the real path of a file that a node sees, "" when it sees none.
func (s *State) seenBy(node *Node, name string) string {
	for i := range s.Filesystems {
		f := &s.Filesystems[i]
		for _, m := range f.Mounts {
			if m.Node != node.Number || f.Data == "" {
				continue
			}
			if below, ok := f.locate(name); ok {
				return f.real(below)
			}
		}
	}
	return ""
}
