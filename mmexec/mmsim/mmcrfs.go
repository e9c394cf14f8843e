package mmsim

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func mmcrfs(c *call) int {
	name := deviceName(c.operand(0))
	switch {
	case !validName(name):
		return c.fail("Incorrect file system name: %s", c.operand(0)) // unverified: wording
	case c.st.filesystem(name) != nil || c.st.remote(name) != nil:
		return c.fail("There is already an existing file system using /dev/%s", name) // unverified: wording
	}
	if !c.daemon() {
		return 1
	}
	f := Filesystem{
		Name: name, Attrs: defaultAttrs(c.st, name), Snapdir: Snapdir{GlobalName: ".snapshots", FilesetName: ".snapshots"},
		NextFilesetID: 1, NextSnapshotID: 1, NextInodeSpace: 1, NextDiskID: 1,
	}
	f.Attrs.CreateTime = c.now
	if code := c.createOptions(&f); code != 0 {
		return code
	}
	stanzas, code := c.diskStanzas(1)
	if code != 0 {
		return code
	}
	disks, code := c.newDisks(&f, stanzas)
	if code != 0 {
		return code
	}
	if !slices.ContainsFunc(disks, func(d Disk) bool { return d.Metadata && d.Pool == "system" }) {
		return c.failDaemon(22, "No disks for metadata were specified in the system pool.") // unverified: wording
	}
	f.Disks, f.NextDiskID = disks, len(disks)+1
	if groups := f.failureGroups(nil); groups < f.Attrs.MetadataReplicas || groups < f.Attrs.DataReplicas {
		return c.failDaemon(22, "Incorrect replication: there are only %d failure groups.", groups) // unverified: wording
	}
	c.format(&f)
	f.Filesets = []Fileset{{
		Name: "root", RootInode: 3, Status: FilesetLinked, Junction: "/", Parent: -1, Created: c.now, Comment: "root fileset", Independent: true,
		MaxInodes: 512000, AllocInodes: 102400, UsedInodes: 4038, BaseInodes: 4037, PermChange: "chmodAndSetacl", PermInherit: "inheritAclOnly", IAMMode: "off",
	}}
	if limit := c.get("--inode-limit"); limit != "" {
		most, pre, _ := strings.Cut(limit, ":")
		n, err := parseSize(most)
		alloc, errA := parseSize(cmp.Or(pre, "102400"))
		if err != nil || errA != nil || n < 1024 {
			return c.usage("Incorrect option: --inode-limit " + limit) // unverified: wording
		}
		f.Filesets[0].MaxInodes, f.Filesets[0].AllocInodes = n, min(alloc, n)
	}
	if len(f.Attrs.QuotaTypes) > 0 {
		f.Quotas = []Quota{
			{Type: QuotaUser, Name: "root", Remarks: "i", Files: Usage{Used: 1}}, {Type: QuotaGroup, Name: "root", Remarks: "i", Files: Usage{Used: 1}},
			{Type: QuotaFileset, Name: "root", Remarks: "i", Files: Usage{Used: 1}},
		}
	}
	if c.dataDir != "" {
		f.Data = filepath.Join(c.dataDir, f.Name)
		c.change(&f, treeChange{Op: treeMkdir, Path: f.Data, Mode: 0o755})
	}
	c.st.Filesystems = append(c.st.Filesystems, f)
	c.propagate()
	return 0
}

// format prints the steps and makes the pools.
func (c *call) format(f *Filesystem) {
	c.printf("\nThe following disks of %s will be formatted on node %s:\n", f.Name, shortName(c.st.localName()))
	for i := range f.Disks {
		d := &f.Disks[i]
		d.Descriptor = i < 3
		c.printf("    %s: size %d MB\n", d.NSD, d.SizeKB/1024)
		if f.pool(d.Pool) == nil {
			id := 0
			if d.Pool != "system" {
				id = f.nextPoolID()
			}
			f.Pools = append(f.Pools, Pool{Name: d.Pool, ID: id, BlockSize: f.Attrs.BlockSize, MaxDiskKB: d.SizeKB * 9})
		}
	}
	slices.SortFunc(f.Pools, func(a, b Pool) int { return a.ID - b.ID })
	c.printf("Formatting file system ...\n")
	for _, p := range f.Pools {
		c.printf("Disks up to size %s can be added to storage pool %s.\n", diskSize(p.MaxDiskKB), p.Name)
	}
	c.printf("Creating Inode File\nCreating Allocation Maps\nCreating Log Files\nClearing Inode Allocation Map\nClearing Block Allocation Map\n")
	for _, p := range f.Pools {
		c.printf("Formatting Allocation Map for storage pool %s\n", p.Name)
	}
	c.printf("Completed creation of file system /dev/%s.\n", f.Name)
}

// defaultAttrs are those of a file system made without options. unverified: the defaults.
func defaultAttrs(st *State, name string) FSAttrs {
	h := fnv.New32a()
	_, _ = h.Write([]byte(st.ID + name))
	a := FSAttrs{
		InodeSize: 4096, MinFragmentSize: 8192, IndirectBlockSize: 32768, BlockSize: 4 << 20, SubblocksPerFullBlock: 512,
		MetadataReplicas: 1, MaxMetadataReplicas: 2, DataReplicas: 1, MaxDataReplicas: 2, BlockAllocation: "cluster", FileLocking: "nfs4", ACL: "all",
		NumNodes: 32, Version: formatOf(st.Release), VersionOriginal: formatOf(st.Release), LogfileSize: 32 << 20, ExactMtime: true,
		SuppressAtime: "relatime", StrictReplication: "whenpossible", FastEA: true, Is4KAligned: true, RapidRepair: true, Automount: "yes",
		MountOptions: "none", MountPoint: "/gpfs/" + name, UID: fmt.Sprintf("0A0A0101:%08X", h.Sum32()),
	}
	if len(st.Nodes) > 8 {
		a.BlockAllocation = "scatter"
	}
	if !st.atLeast(5, 0, 0) {
		a.BlockSize, a.SubblocksPerFullBlock, a.SuppressAtime = 256<<10, 32, "no"
	}
	return a
}

// createOptions applies the options of mmcrfs.
func (c *call) createOptions(f *Filesystem) int {
	a := &f.Attrs
	for flag, allowed := range chfsValues() {
		if c.has(flag) && flag != "-V" && flag != "--maintenance-mode" && !slices.Contains(allowed, c.get(flag)) {
			return c.usage("Incorrect option: " + flag + " " + c.get(flag)) // unverified: wording
		}
	}
	for flag, into := range map[string]*int{
		"-B": &a.BlockSize, "-i": &a.InodeSize, "-L": &a.LogfileSize, "-m": &a.MetadataReplicas, "-M": &a.MaxMetadataReplicas, "-n": &a.NumNodes,
		"-r": &a.DataReplicas, "-R": &a.MaxDataReplicas, "--mount-priority": &a.MountPriority, "--log-replicas": &a.LogReplicas,
		"--write-cache-threshold": &a.WriteCacheThreshold,
	} {
		if !c.has(flag) {
			continue
		}
		n, err := parseSize(c.get(flag))
		if err != nil {
			return c.usage("Incorrect option: " + flag + " " + c.get(flag)) // unverified: wording
		}
		*into = int(n)
	}
	switch {
	case a.BlockSize < 64<<10 || a.BlockSize > 16<<20 || a.BlockSize&(a.BlockSize-1) != 0:
		return c.usage("Incorrect option: -B " + c.get("-B")) // unverified: wording
	case a.MetadataReplicas > a.MaxMetadataReplicas || a.DataReplicas > a.MaxDataReplicas || a.MaxMetadataReplicas > 3 || a.MaxDataReplicas > 3:
		return c.usage("Incorrect option: -m " + strconv.Itoa(a.MetadataReplicas) + " -M " + strconv.Itoa(a.MaxMetadataReplicas)) // unverified: wording
	}
	for flag, into := range map[string]*string{
		"-A": &a.Automount, "-D": &a.FileLocking, "-j": &a.BlockAllocation, "-k": &a.ACL, "-K": &a.StrictReplication, "-S": &a.SuppressAtime,
		"-t": &a.DriveLetter, "-o": &a.MountOptions, "-T": &a.MountPoint,
	} {
		if c.has(flag) {
			*into = c.get(flag)
		}
	}
	if c.get("-Q") == "yes" {
		a.QuotaTypes, a.QuotaEnforced = quotaWords(), quotaWords()
	}
	a.DMAPI = c.get("-z") == "yes"
	a.ExactMtime = !c.has("-E") || c.get("-E") == "yes"
	a.PerfilesetQuota, a.FilesetDF = c.has("--perfileset-quota"), c.has("--filesetdf")
	a.AutoInodeLimit, a.FlushOnClose = c.has("--auto-inode-limit"), c.has("--flush-on-close")
	a.MinFragmentSize = a.BlockSize / a.SubblocksPerFullBlock
	return 0
}

func mmdelfs(c *call) int {
	f, ok := c.device()
	if !ok {
		return 1
	}
	if !c.daemonRuns() {
		return c.fail("Command was unable to verify that file system %s is not mounted.", f.Name)
	}
	if names := c.st.mountNames(f); len(names) > 0 {
		// unverified: wording.
		return c.fail("File system %s is mounted on %d nodes: %s", f.Name, len(names), strings.Join(names, ","))
	}
	c.printf("All data on the following disks of %s will be destroyed:\n", f.Name)
	for i := range f.Disks {
		c.printf("    %s\n", f.Disks[i].NSD)
	}
	c.printf("Completed deletion of file system /dev/%s.\n", f.Name)
	if c.has("-p") {
		c.say("Marking the disks as available")
	}
	// A directory of the user's own stays: only what the simulator made is its to destroy.
	if c.dataDir != "" && filepath.Dir(f.Data) == c.dataDir {
		c.change(f, treeChange{Op: treeRemove, Path: f.Data})
	}
	name := f.Name
	c.st.Filesystems = slices.DeleteFunc(c.st.Filesystems, func(other Filesystem) bool { return other.Name == name })
	c.propagate()
	return 0
}
