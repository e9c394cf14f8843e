package mmexec

import "strings"

// LsDiskOptions are the options of mmlsdisk.
type LsDiskOptions struct {
	Disks []string // -d: only these
	// Paths asks on which node each disk is served for the node that runs the command (-m); AllPaths asks all nodes (-M).
	Paths    bool
	AllPaths bool
}

// MmLsDisk lists the disks of a file system: mmlsdisk Device -Y. Disks that are not ready have to be picked from the
// reply: -e and -Y exclude each other.
func MmLsDisk(dev string, o LsDiskOptions) (Command, error) {
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	if o.Paths && o.AllPaths {
		return Command{}, &OptionError{"mmlsdisk", "ask for the paths of one node or of all nodes, not for both"}
	}
	args := []string{dev}
	if len(o.Disks) > 0 {
		if err := diskRule.checkAll(o.Disks); err != nil {
			return Command{}, err
		}
		args = append(args, "-d", strings.Join(o.Disks, ";"))
	}
	switch {
	case o.Paths:
		args = append(args, "-m")
	case o.AllPaths:
		args = append(args, "-M")
	}
	return Command{Name: "mmlsdisk", Args: append(args, "-Y"), Object: "disks of " + dev}, nil
}
