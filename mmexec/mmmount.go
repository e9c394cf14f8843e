package mmexec

import "strings"

// MountOptions are the options of mmmount.
type MountOptions struct {
	MountPoint string // where to mount instead of at the default mount point
	Options    string // -o
}

// MmMount mounts a file system, or "all", "all_local" or "all_remote", on nodes: mmmount Device [MountPoint] -N nodes.
func MmMount(dev string, on NodeSpec, o MountOptions) (Command, error) {
	dev, nodes, err := mountOperands("mmmount", dev, on)
	if err != nil {
		return Command{}, err
	}
	args := []string{dev}
	if o.MountPoint != "" {
		if err := checkAbsPath("mount point", o.MountPoint); err != nil {
			return Command{}, err
		}
		args = append(args, o.MountPoint)
	}
	if o.Options != "" {
		if strings.HasPrefix(o.Options, "-") {
			return Command{}, &OptionError{"mmmount", "mount options do not begin with a dash"}
		}
		args = append(args, "-o", o.Options)
	}
	return Command{Name: "mmmount", Args: append(args, nodes...), Object: "file system " + dev + " on " + on.String()}, nil
}

// UmountOptions are the options of mmumount.
type UmountOptions struct {
	Force bool // -f: also when files are open; programs that use them fail
	// Cluster unmounts on the nodes of a remote cluster ("all_remote" for all of them); it needs Force and no nodes.
	Cluster string
}

// MmUmount unmounts a file system, or "all", "all_local" or "all_remote", on nodes: mmumount Device -N nodes.
func MmUmount(dev string, on NodeSpec, o UmountOptions) (Command, error) {
	if o.Cluster != "" {
		dev, err := device(dev)
		if err != nil {
			return Command{}, err
		}
		if err := clusterRule.check(o.Cluster); err != nil {
			return Command{}, err
		}
		if !o.Force || on.all {
			return Command{}, &OptionError{"mmumount", "on a remote cluster it works by force only, on its nodes or on all of them"}
		}
		args := []string{dev, "-f", "-C", o.Cluster}
		if !on.IsZero() {
			nodes, err := on.args()
			if err != nil {
				return Command{}, err
			}
			args = append(args, nodes...)
		}
		return Command{Name: "mmumount", Args: args, Object: "file system " + dev + " on cluster " + o.Cluster}, nil
	}
	dev, nodes, err := mountOperands("mmumount", dev, on)
	if err != nil {
		return Command{}, err
	}
	args := []string{dev}
	if o.Force {
		args = append(args, "-f")
	}
	return Command{Name: "mmumount", Args: append(args, nodes...), Object: "file system " + dev + " on " + on.String()}, nil
}

func mountOperands(command, dev string, on NodeSpec) (string, []string, error) {
	dev, err := deviceOrAll(dev)
	if err != nil {
		return "", nil, err
	}
	if on.IsZero() {
		return "", nil, &OptionError{command, "say on which nodes"}
	}
	nodes, err := on.args()
	return dev, nodes, err
}
