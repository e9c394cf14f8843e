package model

import (
	"context"
	"strconv"
	"strings"

	"gpfsh/mmexec"
)

// readFilesystem reads the attributes of one file system. It runs mmlsfs.
func (c *Cluster) readFilesystem(ctx context.Context, name string) (*Filesystem, error) {
	if err := mmexec.CheckFilesystemName(name); err != nil {
		return nil, err // all is a word that mmlsfs takes, but not a name
	}
	reply, err := c.query(ctx)(mmexec.MmLsFs(name, mmexec.LsFsOptions{}))
	if err != nil {
		return nil, err
	}
	fs := c.filesystem(name)
	for _, row := range reply.Rows {
		if device := trimDevice(row.Get("deviceName")); device == name {
			fs.set(row.Get("fieldName"), row.Get("data"), row.Get("remarks"))
		}
	}
	return fs, nil
}

// trimDevice returns the name of a file system that may be written as a device.
func trimDevice(s string) string { return strings.TrimPrefix(s, "/dev/") }

// set sets the field of one attribute of mmlsfs.
func (fs *Filesystem) set(name, value, remarks string) {
	if setter, ok := filesystemAttributes[strings.ReplaceAll(strings.ToLower(name), "-", "")]; ok {
		setter(fs, value, remarks)
		return
	}
	if fs.Other == nil {
		fs.Other = make(TextMap)
	}
	if remarks != "" {
		name += " (" + remarks + ")"
	}
	fs.Other[name] = value
}

// filesystemAttributes are the attributes that mmlsfs prints, by their names in lower case and without dashes. Each comes
// once, but for the sizes that differ between storage pools: remarks tells which.
//
// unverified: the names of the attributes of release 5.1 and later (auto-inode-limit, flush-on-close,
// nfs4-owner-write-acl), of mountPriority and of defaultDriveLetter; where they are called otherwise the values are in
// Other.
var filesystemAttributes = map[string]func(fs *Filesystem, value, remarks string){
	"minfragmentsize": func(fs *Filesystem, v, remarks string) {
		fs.Blocks.Fragment = plainBytes(v)
		fs.perPool(remarks, func(p *PoolBlocks) { p.Fragment = plainBytes(v) })
	},
	"blocksize": func(fs *Filesystem, v, remarks string) {
		// The last one counts: the system pool comes first and holds metadata where pools differ.
		fs.BlockSize = plainBytes(v)
		fs.perPool(remarks, func(p *PoolBlocks) { p.BlockSize = plainBytes(v) })
	},
	"inodesize":                  func(fs *Filesystem, v, _ string) { fs.Blocks.Inode = plainBytes(v) },
	"indirectblocksize":          func(fs *Filesystem, v, _ string) { fs.Blocks.Indirect = plainBytes(v) },
	"subblocksperfullblock":      func(fs *Filesystem, v, _ string) { fs.Blocks.SubblocksPerBlock = int(number(v)) },
	"blockallocationtype":        func(fs *Filesystem, v, _ string) { fs.Blocks.Allocation = v },
	"logfilesize":                func(fs *Filesystem, v, _ string) { fs.Blocks.Logfile = plainBytes(v) },
	"defaultmetadatareplicas":    func(fs *Filesystem, v, _ string) { fs.Replication.Metadata = int(number(v)) },
	"maxmetadatareplicas":        func(fs *Filesystem, v, _ string) { fs.Replication.MaxMetadata = int(number(v)) },
	"defaultdatareplicas":        func(fs *Filesystem, v, _ string) { fs.Replication.Data = int(number(v)) },
	"maxdatareplicas":            func(fs *Filesystem, v, _ string) { fs.Replication.MaxData = int(number(v)) },
	"logreplicas":                func(fs *Filesystem, v, _ string) { fs.Replication.Log = int(number(v)) },
	"strictreplication":          func(fs *Filesystem, v, _ string) { fs.Replication.Strict = word(ParseStrictReplication, v) },
	"quotasaccountingenabled":    func(fs *Filesystem, v, _ string) { fs.Quota.Accounted = quotaTypes(v) },
	"quotasenforced":             func(fs *Filesystem, v, _ string) { fs.Quota.Enforced = quotaTypes(v) },
	"defaultquotasenabled":       func(fs *Filesystem, v, _ string) { fs.Quota.Defaults = quotaTypes(v) },
	"perfilesetquotas":           func(fs *Filesystem, v, _ string) { fs.Quota.PerFileset = yes(v) },
	"filesetdfenabled":           func(fs *Filesystem, v, _ string) { fs.Quota.FilesetDF = yes(v) },
	"filesystemversion":          func(fs *Filesystem, v, _ string) { fs.Version.Current = ParseFormatVersion(v) },
	"filesystemversionlocal":     func(fs *Filesystem, v, _ string) { fs.Version.Local = ParseFormatVersion(v) },
	"filesystemversionmanager":   func(fs *Filesystem, v, _ string) { fs.Version.Manager = ParseFormatVersion(v) },
	"filesystemversionoriginal":  func(fs *Filesystem, v, _ string) { fs.Version.Original = ParseFormatVersion(v) },
	"filesystemhighestsupported": func(fs *Filesystem, v, _ string) { fs.Version.Highest = ParseFormatVersion(v) },
	"createtime":                 func(fs *Filesystem, v, _ string) { fs.Created = fs.c.moment(v) },
	"maxsnapshotid":              func(fs *Filesystem, v, _ string) { fs.MaxSnapshotID = number(v) },
	"uid":                        func(fs *Filesystem, v, _ string) { fs.UID = v },
	"maxnumberofinodes":          func(fs *Filesystem, v, _ string) { fs.MaxInodes = plainCount(v) },
	"autoinodelimit":             func(fs *Filesystem, v, _ string) { fs.AutoInodeLimit = yes(v) },
	"aclsemantics":               func(fs *Filesystem, v, _ string) { fs.Features.ACLs = word(ParseACLKind, v) },
	"filelockingsemantics":       func(fs *Filesystem, v, _ string) { fs.Features.Locking = word(ParseLocking, v) },
	"suppressatime":              func(fs *Filesystem, v, _ string) { fs.Features.AccessTimes = word(ParseAccessTimes, v) },
	"exactmtime":                 func(fs *Filesystem, v, _ string) { fs.Features.ExactMtime = yes(v) },
	"dmapienabled":               func(fs *Filesystem, v, _ string) { fs.Features.DMAPI = yes(v) },
	"encryption":                 func(fs *Filesystem, v, _ string) { fs.Features.Encryption = yes(v) },
	"fasteaenabled":              func(fs *Filesystem, v, _ string) { fs.Features.FastEA = yes(v) },
	"fileauditlog":               func(fs *Filesystem, v, _ string) { fs.Features.FileAuditLog = yes(v) },
	"maintenancemode":            func(fs *Filesystem, v, _ string) { fs.Features.Maintenance = yes(v) },
	"rapidrepairenabled":         func(fs *Filesystem, v, _ string) { fs.Features.RapidRepair = yes(v) },
	"is4kaligned":                func(fs *Filesystem, v, _ string) { fs.Features.Aligned4K = yes(v) },
	"flushonclose":               func(fs *Filesystem, v, _ string) { fs.Features.FlushOnClose = yes(v) },
	"nfs4ownerwriteacl":          func(fs *Filesystem, v, _ string) { fs.Features.NFSv4OwnerWriteACL = yes(v) },
	"writecachethreshold":        func(fs *Filesystem, v, _ string) { fs.Features.WriteCacheThreshold = plainBytes(v) },
	"numnodes":                   func(fs *Filesystem, v, _ string) { fs.Features.EstimatedNodes = int(number(v)) },
	"storagepools":               func(fs *Filesystem, v, _ string) { fs.PoolNames = fields(v, ";") },
	"disks":                      func(fs *Filesystem, v, _ string) { fs.DiskNames = fields(v, ";") },
	"automaticmountoption":       func(fs *Filesystem, v, _ string) { fs.AutomaticMount = word(ParseAutoMount, v) },
	"defaultmountpoint":          func(fs *Filesystem, v, _ string) { fs.MountPoint = v },
	"mountpriority":              func(fs *Filesystem, v, _ string) { fs.MountPriority = int(number(v)) },
	"defaultdriveletter":         func(fs *Filesystem, v, _ string) { fs.DriveLetter = v },
	"additionalmountoptions": func(fs *Filesystem, v, _ string) {
		if !strings.EqualFold(v, "none") {
			fs.MountOptions = v
		}
	},
}

func (fs *Filesystem) perPool(remarks string, set func(*PoolBlocks)) {
	if remarks == "" {
		return
	}
	for i := range fs.Blocks.PerPool {
		if fs.Blocks.PerPool[i].Pools == remarks {
			set(&fs.Blocks.PerPool[i])
			return
		}
	}
	p := PoolBlocks{Pools: remarks}
	set(&p)
	fs.Blocks.PerPool = append(fs.Blocks.PerPool, p)
}

// filesystemNames returns the names and mount points that the configuration has. which is all, all_local or all_remote.
func (c *Cluster) filesystemNames(ctx context.Context, which string) ([]Item[string], error) {
	// Mount points are in the configuration: no file system manager is asked for them.
	reply, err := c.query(ctx)(mmexec.MmLsFs(which, mmexec.LsFsOptions{Attributes: []string{"-T"}}))
	if err != nil {
		return nil, err
	}
	var items []Item[string]
	seen := make(map[string]bool)
	for _, row := range reply.Rows {
		name := trimDevice(row.Get("deviceName"))
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		items = append(items, Item[string]{name, row.Get("data")})
	}
	return items, nil
}

func plainBytes(s string) Bytes {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return NotAsked
	}
	return Bytes(n)
}

func plainCount(s string) Count {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return NotAsked
	}
	return Count(n)
}

func quotaTypes(s string) QuotaTypes {
	types := QuotaTypes{}
	for _, w := range fields(s, ";") {
		types = append(types, word(ParseQuotaType, w))
	}
	return types
}

func slash(a, b int) string { return strconv.Itoa(a) + "/" + strconv.Itoa(b) }
