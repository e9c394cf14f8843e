package mmexec

// CrFsOptions are the options of mmcrfs. Empty fields leave the choice to the command.
type CrFsOptions struct {
	AutomaticMount      string // -A: yes, no or automount
	BlockSize           uint64 // -B: bytes; it cannot be changed later
	LockingSemantic     string // -D: posix or nfs4
	ExactMtime          Switch // -E
	InodeSize           uint64 // -i: bytes
	Allocation          string // -j: cluster or scatter
	ACLSemantics        string // -k: posix, nfs4 or all
	StrictReplication   string // -K: no, whenpossible or always
	LogFileSize         uint64 // -L: bytes
	MetadataReplicas    int    // -m
	MaxMetadataReplicas int    // -M; it cannot be changed later
	NumNodes            int    // -n
	Quota               Switch // -Q
	DataReplicas        int    // -r
	MaxDataReplicas     int    // -R; it cannot be changed later
	SuppressAtime       string // -S: yes, no or relatime
	MountPoint          string // -T
	// Overwrite does not look whether the disks belong to a file system already (-v no). What they hold is lost.
	Overwrite         bool
	DMAPI             Switch     // -z
	FilesetDf         Switch     // --[no]filesetdf
	InodeLimit        InodeLimit // --inode-limit
	MetadataBlockSize uint64     // --metadata-block-size: bytes (up to 5.x)
	MountPriority     int        // --mount-priority
	PerfilesetQuota   Switch     // --[no]perfileset-quota
	Version           string     // --version: the format, of an older release
}

// MmCrFs makes a file system of disks: mmcrfs Device -F stanza options. It is not mounted.
func MmCrFs(dev string, disks []NSDStanza, pools []PoolStanza, o CrFsOptions) (Command, error) {
	l := newLine("mmcrfs").device(dev).stanzas(disks, pools).
		value("-A", o.AutomaticMount, "yes", "no", "automount").size("-B", o.BlockSize).value("-D", o.LockingSemantic, "posix", "nfs4").
		yesNo("-E", o.ExactMtime).size("-i", o.InodeSize).value("-j", o.Allocation, "cluster", "scatter").
		value("-k", o.ACLSemantics, "posix", "nfs4", "all").value("-K", o.StrictReplication, "no", "whenpossible", "always").
		size("-L", o.LogFileSize).number("-m", o.MetadataReplicas, 1, 3).number("-M", o.MaxMetadataReplicas, 1, 3).
		number("-n", o.NumNodes, 1, 8192).yesNo("-Q", o.Quota).number("-r", o.DataReplicas, 1, 3).number("-R", o.MaxDataReplicas, 1, 3).
		value("-S", o.SuppressAtime, "yes", "no", "relatime")
	if o.MountPoint != "" {
		l.add("-T").path("mount point", o.MountPoint)
	}
	l.flag(o.Overwrite, "-v", "no").yesNo("-z", o.DMAPI).toggle(o.FilesetDf, "--filesetdf", "--nofilesetdf")
	if !o.InodeLimit.isZero() {
		limit, err := o.InodeLimit.arg(l.name)
		l.fail(err).add("--inode-limit", limit)
	}
	l.size("--metadata-block-size", o.MetadataBlockSize).number("--mount-priority", o.MountPriority, 0, 65535).
		toggle(o.PerfilesetQuota, "--perfileset-quota", "--noperfileset-quota").value("--version", o.Version)
	for _, r := range [][2]int{{o.MetadataReplicas, o.MaxMetadataReplicas}, {o.DataReplicas, o.MaxDataReplicas}} {
		l.refuse(r[1] != 0 && r[0] > r[1], "%d replicas are more than the maximum of %d", r[0], r[1])
	}
	return l.command("file system " + dev)
}

// DelFsOptions are the options of mmdelfs.
type DelFsOptions struct {
	Damaged bool // -p: the disks are lost for good
}

// MmDelFs deletes a file system with all it holds: mmdelfs Device. It must be unmounted everywhere.
func MmDelFs(dev string, o DelFsOptions) (Command, error) {
	return newLine("mmdelfs").device(dev).flag(o.Damaged, "-p").command("file system " + dev)
}
