package mmexec

import (
	"slices"
	"strings"
)

// LsFsOptions are the options of mmlsfs.
type LsFsOptions struct {
	// Attributes are the flags of the attributes to list ("-T", "--inode-limit"); none means all. The mount attributes
	// -A, -o, -T and --mount-priority come from the configuration alone and need no manager.
	Attributes []string
}

// MmLsFs lists attributes of a file system, or of "all", "all_local" or "all_remote" ones: mmlsfs Device [flags] -Y.
func MmLsFs(dev string, o LsFsOptions) (Command, error) {
	dev, err := deviceOrAll(dev)
	if err != nil {
		return Command{}, err
	}
	known := strings.Fields(lsFsOptions)
	args := []string{dev}
	for _, a := range o.Attributes {
		if a == "-Y" || !slices.Contains(known, a) {
			return Command{}, &OptionError{"mmlsfs", "there is no attribute flag " + Quote(a)}
		}
		args = append(args, a)
	}
	return Command{Name: "mmlsfs", Args: append(args, "-Y"), Object: "file system " + dev}, nil
}
