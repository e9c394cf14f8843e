package mmsim

import (
	"slices"
	"strconv"
	"strings"
)

func mmchfs(c *call) int {
	f, ok := c.device()
	if !ok {
		return 1
	}
	if len(c.order) == 0 {
		return c.usage("Missing arguments.")
	}
	if c.has("-W") && !c.daemonRuns() {
		return c.fail("Command was unable to verify that file system %s is not mounted.", f.Name)
	}
	if code := c.refuseChange(f); code != 0 {
		return code
	}
	propagate := false
	for _, flag := range c.order {
		kept, code := c.changeAttribute(f, flag)
		if code != 0 {
			return code
		}
		propagate = propagate || kept
	}
	if propagate {
		c.propagate()
	}
	return 0
}

// refuseChange checks all options before anything is changed.
func (c *call) refuseChange(f *Filesystem) int {
	for _, alone := range []string{"-Q", "-W", "--maintenance-mode"} {
		if c.has(alone) && len(c.order) > 1 && (alone != "--maintenance-mode" || !c.has("--wait")) {
			// unverified: wording; the synopsis has these options in a form of their own.
			return c.usage("Option " + alone + " cannot be specified with other options.")
		}
	}
	for _, flag := range []string{"-A", "-T", "-W", "-z"} {
		if !c.has(flag) {
			continue
		}
		if names := c.st.mountNames(f); len(names) > 0 {
			// unverified: wording of the whole line.
			return c.fail("Option %s requires that file system %s is unmounted. It is mounted on %d nodes: %s",
				flag, f.Name, len(names), strings.Join(names, ","))
		}
	}
	for _, flag := range c.order {
		if allowed := chfsValues()[flag]; allowed != nil && !slices.Contains(allowed, c.get(flag)) {
			return c.usage("Incorrect option: " + flag + " " + c.get(flag)) // unverified: wording
		}
	}
	if to := c.get("-T"); c.has("-T") && !strings.HasPrefix(to, "/") {
		return c.fail("%s must be an absolute path name.", to) // unverified: wording
	}
	if to := c.get("-W"); c.has("-W") && (c.st.filesystem(to) != nil || c.st.remote(to) != nil) {
		return c.fail("File system %s already exists.", deviceName(to)) // unverified: wording
	}
	for flag, limit := range map[string]int{"-m": f.Attrs.MaxMetadataReplicas, "-r": f.Attrs.MaxDataReplicas} {
		if n, err := strconv.Atoi(c.get(flag)); c.has(flag) && (err != nil || n < 1 || n > limit) {
			return c.usage("Incorrect option: " + flag + " " + c.get(flag)) // unverified: wording
		}
	}
	return 0
}

// chfsValues lists the values of the options that have a fixed set of them.
func chfsValues() map[string][]string {
	yesno := []string{"yes", "no"}
	return map[string][]string{
		"-A": {"yes", "no", "automount"}, "-D": {"posix", "nfs4"}, "-E": yesno, "-k": {"posix", "nfs4", "all"},
		"-K": {"no", "whenpossible", "always"}, "-Q": yesno, "-S": {"yes", "no", "relatime"}, "-V": {"full", "compat"},
		"-z": yesno, "--maintenance-mode": yesno, "--nfs4-owner-write-acl": yesno,
	}
}

// changeAttribute carries out one option. kept says that the value lives in the cluster's configuration, whose change is
// propagated to all nodes.
func (c *call) changeAttribute(f *Filesystem, flag string) (kept bool, code int) {
	a, value := &f.Attrs, c.get(flag)
	number := func(into *int) int {
		n, err := parseSize(value)
		if err != nil {
			return c.usage("Incorrect option: " + flag + " " + value) // unverified: wording
		}
		*into = int(n)
		return 0
	}
	switch flag {
	case "-A":
		a.Automount, kept = value, true
	case "-o":
		a.MountOptions, kept = value, true
	case "-T":
		a.MountPoint, kept = strings.TrimSuffix(value, "/"), true
	case "-t":
		a.DriveLetter, kept = value, true
	case "-W":
		f.Name, kept = deviceName(value), true
	case "--mount-priority":
		kept, code = true, number(&a.MountPriority)
	case "-D":
		a.FileLocking = value
	case "-E":
		a.ExactMtime = value == "yes"
	case "-k":
		a.ACL = value
	case "-K":
		a.StrictReplication = value
	case "-L":
		code = number(&a.LogfileSize)
	case "-m":
		code = number(&a.MetadataReplicas)
	case "-n":
		code = number(&a.NumNodes)
	case "-r":
		code = number(&a.DataReplicas)
	case "-S":
		a.SuppressAtime = value
	case "-z":
		a.DMAPI = value == "yes"
	case "-V":
		a.Version = formatOf(c.st.Release)
		c.printf("You have requested that the file system be upgraded to\nversion %s. This will enable new functionality but will\n"+
			"prevent you from using the file system with earlier releases of GPFS.\n", a.Version)
	case "-Q":
		a.QuotaTypes, a.QuotaEnforced = nil, nil
		if value == "yes" {
			a.QuotaTypes = []string{"user", "group", "fileset"}
			a.QuotaEnforced = []string{"user", "group", "fileset"}
		}
	case "--inode-limit":
		code = c.setInodeLimit(f, f.fileset("root"), value)
	case "--log-replicas":
		code = number(&a.LogReplicas)
	case "--write-cache-threshold":
		code = number(&a.WriteCacheThreshold)
	case "--nfs4-owner-write-acl":
		a.NFS4OwnerWriteACL = value == "yes"
	case "--maintenance-mode":
		code = c.maintenance(f, value == "yes")
	case "--auto-inode-limit", "--noauto-inode-limit":
		a.AutoInodeLimit = flag == "--auto-inode-limit"
	case "--filesetdf", "--nofilesetdf":
		a.FilesetDF = flag == "--filesetdf"
	case "--flush-on-close", "--noflush-on-close":
		a.FlushOnClose = flag == "--flush-on-close"
	case "--perfileset-quota", "--noperfileset-quota":
		a.PerfilesetQuota = flag == "--perfileset-quota"
	case "--rapid-repair", "--norapid-repair":
		a.RapidRepair = flag == "--rapid-repair"
	}
	return kept, code
}

// maintenance turns the maintenance mode on or off; it needs the file system unmounted, unless it is told to wait for that.
func (c *call) maintenance(f *Filesystem, on bool) int {
	if on && len(f.Mounts) > 0 && !c.has("--wait") {
		// unverified: wording.
		return c.fail("Failed to enable maintenance mode for file system %s. It is mounted on %d nodes: %s", f.Name,
			len(f.Mounts), strings.Join(c.st.mountNames(f), ","))
	}
	f.Maintenance = on
	return 0
}

// setInodeLimit carries out --inode-limit Max[:Preallocate] for the owner of an inode space.
func (c *call) setInodeLimit(f *Filesystem, fset *Fileset, value string) int {
	if !fset.Independent {
		// unverified: wording.
		return c.failDaemon(22, "Fileset %s is not an independent fileset; its inode limit cannot be changed.", fset.Name)
	}
	limit, pre, given := strings.Cut(value, ":")
	most, err := parseSize(limit)
	alloc := int64(0)
	if err == nil && given {
		alloc, err = parseSize(pre)
	}
	if err != nil || most <= 0 || alloc > most {
		return c.usage("Incorrect option: --inode-limit " + value) // unverified: wording
	}
	if most < fset.AllocInodes {
		// unverified: wording; a limit cannot fall below what is allocated.
		return c.failDaemon(22, "The maximum number of inodes cannot be less than the number of allocated inodes (%d).", fset.AllocInodes)
	}
	fset.MaxInodes = most
	fset.AllocInodes = max(fset.AllocInodes, alloc)
	c.printf("Set maxInodes for inode space %d to %d\nFileset %s changed.\n", fset.InodeSpace, most, fset.Name)
	return 0
}

// parseSize reads a number with a binary suffix: 150M, 4k, 16384.
func parseSize(s string) (int64, error) {
	factor := int64(1)
	if s != "" {
		if i := strings.IndexByte("kmgtp", s[len(s)-1]|0x20); i >= 0 {
			factor = 1 << (10 * (i + 1))
			s = s[:len(s)-1]
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && (n < 0 || n > (1<<62)/factor) {
		err = strconv.ErrRange
	}
	return n * factor, err
}
