package mmexec

import (
	"fmt"
	"strconv"
	"strings"
)

// ChFsOptions are the changes that mmchfs makes to a file system. Empty fields change nothing.
type ChFsOptions struct {
	AutomaticMount  string // -A: yes, no or automount; the file system must be unmounted everywhere
	LockingSemantic string // -D: posix or nfs4
	ExactMtime      Switch // -E
	ACLSemantics    string // -k: posix, nfs4 or all
	// StrictReplication is -K: no, whenpossible or always.
	StrictReplication string
	LogFileSize       string // -L: "4M"
	MetadataReplicas  int    // -m: the default for new files
	DataReplicas      int    // -r: the default for new files
	NumNodes          int    // -n
	MountOptions      string // -o; "DEFAULT" removes them
	SuppressAtime     string // -S: yes, no or relatime
	MountPoint        string // -T; the file system must be unmounted everywhere
	DriveLetter       string // -t
	FormatVersion     string // -V: full or compat; cannot be taken back
	DMAPI             Switch // -z; the file system must be unmounted everywhere

	InodeLimit          InodeLimit // --inode-limit, of the root inode space
	LogReplicas         int        // --log-replicas
	MountPriority       *int       // --mount-priority
	WriteCacheThreshold *int       // --write-cache-threshold, in bytes

	FilesetDf       Switch // --[no]filesetdf
	PerfilesetQuota Switch // --[no]perfileset-quota
	RapidRepair     Switch // --[no]rapid-repair
	AutoInodeLimit  Switch // --[no]auto-inode-limit
	FlushOnClose    Switch // --[no]flush-on-close
	NFS4OwnerWrite  Switch // --nfs4-owner-write-acl
	InodeSegmentMgr Switch // --inode-segment-mgr
	Quota           Switch // -Q; takes no other change with it
	MaintenanceMode Switch // --maintenance-mode; takes no other change with it
	MaintenanceWait bool   // --wait, for the end of mounts, with MaintenanceMode On
	NewName         string // -W; takes no other change with it, the file system must be unmounted everywhere
}

// MmChFs changes attributes of a file system: mmchfs Device options.
func MmChFs(dev string, o ChFsOptions) (Command, error) {
	const name = "mmchfs"
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	var args []string
	var firstErr error
	fail := func(err error) {
		if firstErr == nil {
			firstErr = err
		}
	}
	text := func(flag, value string, allowed ...string) {
		if value == "" {
			return
		}
		if len(allowed) > 0 {
			if err := oneOf(name, flag, value, allowed...); err != nil {
				fail(err)
				return
			}
		}
		if strings.HasPrefix(value, "-") || strings.ContainsAny(value, "\x00\n\r") {
			fail(&OptionError{name, fmt.Sprintf("%s does not take %q", flag, value)})
			return
		}
		args = append(args, flag, value)
	}
	number := func(flag string, n, low, high int) {
		if n == 0 {
			return
		}
		if n < low || n > high {
			fail(&OptionError{name, fmt.Sprintf("%s takes %d to %d, not %d", flag, low, high, n)})
			return
		}
		args = append(args, flag, strconv.Itoa(n))
	}
	yesNo := func(flag string, s Switch) {
		if s != Unchanged {
			args = append(args, flag, s.yesNo())
		}
	}
	toggle := func(flag string, s Switch) {
		switch s {
		case On:
			args = append(args, "--"+flag)
		case Off:
			args = append(args, "--no"+flag)
		}
	}
	text("-A", o.AutomaticMount, "yes", "no", "automount")
	text("-D", o.LockingSemantic, "posix", "nfs4")
	yesNo("-E", o.ExactMtime)
	text("-k", o.ACLSemantics, "posix", "nfs4", "all")
	text("-K", o.StrictReplication, "no", "whenpossible", "always")
	text("-L", o.LogFileSize)
	number("-m", o.MetadataReplicas, 1, 3)
	number("-n", o.NumNodes, 1, 8192)
	text("-o", o.MountOptions)
	number("-r", o.DataReplicas, 1, 3)
	text("-S", o.SuppressAtime, "yes", "no", "relatime")
	if o.MountPoint != "" {
		if err := checkAbsPath("mount point", o.MountPoint); err != nil {
			fail(err)
		}
		args = append(args, "-T", o.MountPoint)
	}
	text("-t", o.DriveLetter)
	text("-V", o.FormatVersion, "full", "compat")
	yesNo("-z", o.DMAPI)
	if !o.InodeLimit.isZero() {
		limit, err := o.InodeLimit.arg(name)
		if err != nil {
			fail(err)
		}
		args = append(args, "--inode-limit", limit)
	}
	number("--log-replicas", o.LogReplicas, 1, 3)
	if o.MountPriority != nil {
		args = append(args, "--mount-priority", strconv.Itoa(*o.MountPriority))
	}
	if o.WriteCacheThreshold != nil {
		args = append(args, "--write-cache-threshold", strconv.Itoa(*o.WriteCacheThreshold))
	}
	toggle("filesetdf", o.FilesetDf)
	toggle("perfileset-quota", o.PerfilesetQuota)
	toggle("rapid-repair", o.RapidRepair)
	toggle("auto-inode-limit", o.AutoInodeLimit)
	toggle("flush-on-close", o.FlushOnClose)
	yesNo("--nfs4-owner-write-acl", o.NFS4OwnerWrite)
	yesNo("--inode-segment-mgr", o.InodeSegmentMgr)
	rest := len(args) > 0

	alone := 0
	if o.Quota != Unchanged {
		alone++
		args = append(args, "-Q", o.Quota.yesNo())
	}
	if o.MaintenanceMode != Unchanged {
		alone++
		args = append(args, "--maintenance-mode", o.MaintenanceMode.yesNo())
		if o.MaintenanceWait && o.MaintenanceMode == On {
			args = append(args, "--wait")
		}
	}
	if o.NewName != "" {
		alone++
		if err := CheckFilesystemName(o.NewName); err != nil {
			fail(err)
		}
		args = append(args, "-W", o.NewName)
	}
	switch {
	case firstErr != nil:
		return Command{}, firstErr
	case len(args) == 0:
		return Command{}, &OptionError{name, "there is nothing to change"}
	case alone > 1 || alone == 1 && rest:
		return Command{}, &OptionError{name, "quota, maintenance mode and a new name each need a command of their own"}
	}
	return Command{Name: name, Args: append([]string{dev}, args...), Object: "file system " + dev}, nil
}
