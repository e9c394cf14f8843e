package mmexec

import "strings"

// LsNsdOptions are the options of mmlsnsd. Free, Filesystem and Disks exclude each other; none of them means all NSDs.
type LsNsdOptions struct {
	Free       bool     // -F: those of no file system
	Filesystem string   // -f: those of one file system
	Disks      []string // -d: only these
	// Devices adds the local device names and asks all servers for them (-X).
	Devices bool
}

// MmLsNsd lists NSDs: mmlsnsd -Y.
func MmLsNsd(o LsNsdOptions) (Command, error) {
	given := 0
	var args []string
	if o.Free {
		given++
		args = append(args, "-F")
	}
	if o.Filesystem != "" {
		given++
		if err := CheckFilesystemName(o.Filesystem); err != nil {
			return Command{}, err
		}
		args = append(args, "-f", o.Filesystem)
	}
	if len(o.Disks) > 0 {
		given++
		if err := diskRule.checkAll(o.Disks); err != nil {
			return Command{}, err
		}
		args = append(args, "-d", strings.Join(o.Disks, ";"))
	}
	if given > 1 {
		return Command{}, &OptionError{"mmlsnsd", "choose free disks, one file system or a list of disks, not several of these"}
	}
	if o.Devices {
		args = append(args, "-X")
	}
	return Command{Name: "mmlsnsd", Args: append(args, "-Y"), Object: "NSDs"}, nil
}
