package mmexec

import (
	"strconv"
	"strings"

	"gpfsh/mmexec/lazyregexp"
)

// LsMountOptions are the options of mmlsmount.
type LsMountOptions struct {
	// Clusters asks for the nodes of these remote clusters too; "all" for all clusters.
	Clusters []string
}

// MmLsMount lists the nodes that have a file system, or "all", "all_local" or "all_remote", mounted: mmlsmount Device -L -Y.
func MmLsMount(dev string, o LsMountOptions) (Command, error) {
	dev, err := deviceOrAll(dev)
	if err != nil {
		return Command{}, err
	}
	args := []string{dev, "-L"}
	if len(o.Clusters) > 0 {
		if err := clusterRule.checkAll(o.Clusters); err != nil {
			return Command{}, err
		}
		args = append(args, "-C", strings.Join(o.Clusters, ","))
	}
	// unverified: that -L and -Y go together; the synopsis has both, but no reply with a HEADER was seen.
	return Command{Name: "mmlsmount", Args: append(args, "-Y"), Object: "file system " + dev}, nil
}

// Mount is one file system of mmlsmount.
type Mount struct {
	Device string
	// Cluster and Remote are the owning cluster of a remote file system and its name there, "" for local ones.
	Cluster string
	Remote  string
	Count   int         // nodes that have it mounted, also where Nodes is not listed
	Nodes   []MountNode // with -L only
}

// MountNode is a node that has a file system mounted.
type MountNode struct {
	IP      string
	Name    string
	Cluster string // the cluster of the node, "" where it is not printed
}

var (
	mountedLine   = lazyregexp.New(`^(?:mmlsmount: )?File system (\S+)(?: \(([^:()]+):([^()]+)\))? is mounted on (\d+) nodes?[.:]$`)
	unmountedLine = lazyregexp.New(`^(?:mmlsmount: )?File system (\S+)(?: \(([^:()]+):([^()]+)\))? is not mounted(?: on any nodes?)?[.:]$`)
)

// ParseMmLsMount reads what mmlsmount prints for people, with or without -L.
func ParseMmLsMount(data []byte) ([]Mount, error) {
	var mounts []Mount
	for n, line := range lines(data) {
		if line == "" {
			continue
		}
		if m := mountedLine.FindStringSubmatch(line); m != nil {
			count, err := strconv.Atoi(m[4])
			if err != nil {
				return mounts, formatError("mmlsmount", n, "%v", err)
			}
			mounts = append(mounts, Mount{Device: m[1], Cluster: m[2], Remote: m[3], Count: count})
			continue
		}
		if m := unmountedLine.FindStringSubmatch(line); m != nil {
			mounts = append(mounts, Mount{Device: m[1], Cluster: m[2], Remote: m[3]})
			continue
		}
		w := strings.Fields(line)
		if len(mounts) == 0 || len(w) < 2 || line[0] != ' ' {
			return mounts, formatError("mmlsmount", n, "want a file system or a node, not %q", shorten(line))
		}
		node := MountNode{IP: w[0], Name: w[1]}
		if len(w) > 2 {
			node.Cluster = w[2]
		}
		last := &mounts[len(mounts)-1]
		last.Nodes = append(last.Nodes, node)
	}
	return mounts, nil
}
