package mmsim

import (
	"strconv"
	"strings"
)

// fsAttribute is one attribute of a file system as mmlsfs shows it: its flag, its name in the -Y form, its description
// in the human form, and its value. mount marks those that are kept in the cluster's configuration and shown last;
// since is the first release that shows it.
type fsAttribute struct {
	flag  string
	field string
	label string
	mount bool
	since [2]int
	value func(st *State, f *Filesystem) string
	path  bool // slashes are encoded in the -Y form
}

// fsAttributes lists the attributes in the order of the real command.
func fsAttributes() []fsAttribute {
	attr := func(f *Filesystem) *FSAttrs { return &f.Attrs }
	num := func(get func(*FSAttrs) int) func(*State, *Filesystem) string {
		return func(_ *State, f *Filesystem) string { return strconv.Itoa(get(attr(f))) }
	}
	text := func(get func(*FSAttrs) string) func(*State, *Filesystem) string {
		return func(_ *State, f *Filesystem) string { return get(attr(f)) }
	}
	flag := func(get func(*FSAttrs) bool) func(*State, *Filesystem) string {
		return func(_ *State, f *Filesystem) string { return yesNo(get(attr(f))) }
	}
	types := func(get func(*FSAttrs) []string) func(*State, *Filesystem) string {
		return func(_ *State, f *Filesystem) string { return orNone(get(attr(f))) }
	}
	return []fsAttribute{
		{flag: "-f", field: "minFragmentSize", label: "Minimum fragment (subblock) size in bytes", value: num(func(a *FSAttrs) int { return a.MinFragmentSize })},
		{flag: "-i", field: "inodeSize", label: "Inode size in bytes", value: num(func(a *FSAttrs) int { return a.InodeSize })},
		{flag: "-I", field: "indirectBlockSize", label: "Indirect block size in bytes", value: num(func(a *FSAttrs) int { return a.IndirectBlockSize })},
		{flag: "-m", field: "defaultMetadataReplicas", label: "Default number of metadata replicas", value: num(func(a *FSAttrs) int { return a.MetadataReplicas })},
		{flag: "-M", field: "maxMetadataReplicas", label: "Maximum number of metadata replicas", value: num(func(a *FSAttrs) int { return a.MaxMetadataReplicas })},
		{flag: "-r", field: "defaultDataReplicas", label: "Default number of data replicas", value: num(func(a *FSAttrs) int { return a.DataReplicas })},
		{flag: "-R", field: "maxDataReplicas", label: "Maximum number of data replicas", value: num(func(a *FSAttrs) int { return a.MaxDataReplicas })},
		{flag: "-j", field: "blockAllocationType", label: "Block allocation type", value: text(func(a *FSAttrs) string { return a.BlockAllocation })},
		{flag: "-D", field: "fileLockingSemantics", label: "File locking semantics in effect", value: text(func(a *FSAttrs) string { return a.FileLocking })},
		{flag: "-k", field: "ACLSemantics", label: "ACL semantics in effect", value: text(func(a *FSAttrs) string { return a.ACL })},
		{flag: "-n", field: "numNodes", label: "Estimated number of nodes that will mount file system", value: num(func(a *FSAttrs) int { return a.NumNodes })},
		{flag: "-B", field: "blockSize", label: "Block size", value: num(func(a *FSAttrs) int { return a.BlockSize })},
		{flag: "-Q", field: "quotasAccountingEnabled", label: "Quotas accounting enabled", value: types(func(a *FSAttrs) []string { return a.QuotaTypes })},
		{flag: "-Q", field: "quotasEnforced", label: "Quotas enforced", value: types(func(a *FSAttrs) []string { return a.QuotaEnforced })},
		{flag: "-Q", field: "defaultQuotasEnabled", label: "Default quotas enabled", value: types(func(a *FSAttrs) []string { return a.DefaultQuotas })},
		{flag: "--perfileset-quota", field: "perfilesetQuotas", label: "Per-fileset quota enforcement", since: [2]int{4, 1}, value: flag(func(a *FSAttrs) bool { return a.PerfilesetQuota })},
		{flag: "--filesetdf", field: "filesetdfEnabled", label: "Fileset df enabled?", value: flag(func(a *FSAttrs) bool { return a.FilesetDF })},
		{flag: "-V", field: "filesystemVersion", label: "Current file system version", value: text(func(a *FSAttrs) string { return a.Version })},
		{flag: "-V", field: "filesystemVersionLocal", value: highest},
		{flag: "-V", field: "filesystemVersionManager", value: highest},
		{flag: "-V", field: "filesystemVersionOriginal", label: "Original file system version", value: text(func(a *FSAttrs) string { return a.VersionOriginal })},
		{flag: "-V", field: "filesystemHighestSupported", value: highest},
		{flag: "--create-time", field: "create-time", label: "File system creation time", value: func(st *State, f *Filesystem) string { return st.ctime(f.Attrs.CreateTime) }},
		{flag: "-z", field: "DMAPIEnabled", label: "Is DMAPI enabled?", value: flag(func(a *FSAttrs) bool { return a.DMAPI })},
		{flag: "-L", field: "logfileSize", label: "Logfile size", value: num(func(a *FSAttrs) int { return a.LogfileSize })},
		{flag: "-E", field: "exactMtime", label: "Exact mtime mount option", value: flag(func(a *FSAttrs) bool { return a.ExactMtime })},
		{flag: "-S", field: "suppressAtime", label: "Suppress atime mount option", value: text(func(a *FSAttrs) string { return a.SuppressAtime })},
		{flag: "-K", field: "strictReplication", label: "Strict replica allocation option", value: text(func(a *FSAttrs) string { return a.StrictReplication })},
		{flag: "--fastea", field: "fastEAenabled", label: "Fast external attributes enabled?", value: flag(func(a *FSAttrs) bool { return a.FastEA })},
		{flag: "--encryption", field: "encryption", label: "Encryption enabled?", since: [2]int{4, 1}, value: flag(func(a *FSAttrs) bool { return a.Encryption })},
		{flag: "--inode-limit", field: "maxNumberOfInodes", label: "Maximum number of inodes in all inode spaces", value: func(_ *State, f *Filesystem) string { return strconv.FormatInt(f.maxInodes(), 10) }},
		{field: "maxSnapshotId", value: func(_ *State, f *Filesystem) string { return strconv.Itoa(f.maxSnapshotID()) }},
		{flag: "--uid", field: "UID", label: "File system UID", value: text(func(a *FSAttrs) string { return a.UID })},
		{flag: "--log-replicas", field: "logReplicas", label: "Number of log replicas", since: [2]int{4, 1}, value: num(func(a *FSAttrs) int { return a.LogReplicas })},
		{flag: "--is4KAligned", field: "is4KAligned", label: "is4KAligned?", since: [2]int{4, 1}, value: flag(func(a *FSAttrs) bool { return a.Is4KAligned })},
		{flag: "--rapid-repair", field: "rapidRepairEnabled", label: "rapidRepair enabled?", since: [2]int{4, 1}, value: flag(func(a *FSAttrs) bool { return a.RapidRepair })},
		{flag: "--write-cache-threshold", field: "write-cache-threshold", label: "HAWC Threshold (max 65536)", since: [2]int{4, 1}, value: num(func(a *FSAttrs) int { return a.WriteCacheThreshold })},
		{flag: "--subblocks-per-full-block", field: "subblocksPerFullBlock", label: "Number of subblocks per full block", since: [2]int{5, 0}, value: num(func(a *FSAttrs) int { return a.SubblocksPerFullBlock })},
		{flag: "-P", field: "storagePools", label: "Disk storage pools in file system", value: func(_ *State, f *Filesystem) string { return strings.Join(f.poolNames(), ";") }},
		{flag: "--file-audit-log", field: "file-audit-log", label: "File Audit Logging enabled?", since: [2]int{5, 0}, value: flag(func(a *FSAttrs) bool { return a.AuditLog })},
		{flag: "--maintenance-mode", field: "maintenance-mode", label: "Maintenance Mode enabled?", since: [2]int{5, 0}, value: func(_ *State, f *Filesystem) string { return yesNo(f.Maintenance) }},
		// unverified: names, order and spelling of the attributes that came with 5.1.
		{flag: "--flush-on-close", field: "flush-on-close", label: "flush cache on file close enabled?", since: [2]int{5, 1}, value: flag(func(a *FSAttrs) bool { return a.FlushOnClose })},
		{flag: "--auto-inode-limit", field: "auto-inode-limit", label: "Increase maximum number of inodes per inode space automatically?", since: [2]int{5, 1}, value: flag(func(a *FSAttrs) bool { return a.AutoInodeLimit })},
		{flag: "--nfs4-owner-write-acl", field: "nfs4-owner-write-acl", label: "NFSv4 implicit owner WRITE_ACL permission enabled?", since: [2]int{5, 1}, value: flag(func(a *FSAttrs) bool { return a.NFS4OwnerWriteACL })},
		{flag: "-d", field: "disks", label: "Disks in file system", value: func(_ *State, f *Filesystem) string { return strings.Join(f.diskNames(), ";") }},
		{flag: "-A", field: "automaticMountOption", label: "Automatic mount option", mount: true, value: text(func(a *FSAttrs) string { return a.Automount })},
		{flag: "-o", field: "additionalMountOptions", label: "Additional mount options", mount: true, value: text(func(a *FSAttrs) string { return a.MountOptions })},
		{flag: "-T", field: "defaultMountPoint", label: "Default mount point", mount: true, path: true, value: text(func(a *FSAttrs) string { return a.MountPoint })},
		{flag: "--mount-priority", field: "mountPriority", label: "Mount priority", mount: true, value: num(func(a *FSAttrs) int { return a.MountPriority })},
		{flag: "-t", field: "defaultDriveLetter", label: "Windows drive letter", mount: true, value: text(func(a *FSAttrs) string { return a.DriveLetter })},
	}
}

// highest is the newest format that the installed release can write.
func highest(st *State, _ *Filesystem) string { return formatOf(st.Release) }

// formatOf is the file system format that a release writes, as mmlsfs -V shows it.
func formatOf(release string) string {
	n := releaseNumbers(release)
	major := map[[2]int]string{ // unverified: numbers beyond 22.00 of 5.0.4
		{3, 5}: "13.23", {4, 1}: "14.10", {4, 2}: "17.00", {5, 0}: "22.00", {5, 1}: "31.00", {5, 2}: "36.00", {6, 0}: "38.00",
	}[[2]int{n[0], n[1]}]
	return major + " (" + strconv.Itoa(n[0]) + "." + strconv.Itoa(n[1]) + "." + strconv.Itoa(n[2]) + ".0)"
}
