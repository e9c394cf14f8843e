package model

import (
	"context"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// Filesystem is a file system, from mmlsfs.
type Filesystem struct {
	Name           string    `json:"name" col:"NAME"`
	MountPoint     string    `json:"mountPoint" col:"MOUNT POINT,main"`    // default mount point (-T)
	AutomaticMount AutoMount `json:"automaticMount" col:"AUTOMOUNT,minor"` // -A
	MountOptions   string    `json:"mountOptions" col:"OPTIONS,wide"`      // -o; "" for none
	MountPriority  int       `json:"mountPriority" col:"-"`                // --mount-priority; 0 for none
	DriveLetter    string    `json:"driveLetter,omitempty" col:"-"`        // -t, for Windows
	BlockSize      Bytes     `json:"blockSize" col:"BLOCK SIZE"`           // -B; of data where pools differ
	Replication    Replicas  `json:"replication" col:"REPLICAS"`           // -m -M -r -R
	Quota          QuotaUse  `json:"quota" col:"QUOTAS"`                   // -Q
	MaxInodes      Count     `json:"maxInodes" col:"MAX INODES,wide"`      // in all inode spaces (--inode-limit)
	AutoInodeLimit bool      `json:"autoInodeLimit" col:"-"`               // the limit grows by itself
	Version        Version   `json:"version" col:"VERSION"`                // -V
	Created        time.Time `json:"created,omitzero" col:"CREATED,wide"`  // in the zone of the cluster
	UID            string    `json:"uid" col:"-"`                          // identity of the file system
	MaxSnapshotID  int64     `json:"maxSnapshotID" col:"-"`                // id of the latest snapshot
	Blocks         Blocks    `json:"blocks" col:"-"`                       // sizes on disk
	Features       Features  `json:"features" col:"-"`                     // what it can do and how it behaves
	PoolNames      []string  `json:"pools" col:"POOLS,wide"`               // names of the storage pools (-P)
	DiskNames      []string  `json:"disks" col:"-"`                        // names of the disks (-d)
	Remote         bool      `json:"remote" col:"-"`                       // belongs to another cluster
	Owner          string    `json:"owner,omitempty" col:"OWNER,wide"`     // the cluster it belongs to, where that is another one and known
	OwnerName      string    `json:"ownerName,omitempty" col:"-"`          // its name there
	Other          TextMap   `json:"other,omitempty" col:"-"`              // attributes without a field of their own, by the name that mmlsfs gives them
	Unanswered     error     `json:"-" col:"UNANSWERED,wide"`              // why the attributes could not be read, when it was listed among others

	// Filesets are the filesets, deleted ones that are still in a snapshot among them.
	Filesets Filesets `json:"-"`
	// Snapshots are the global snapshots: those of the whole file system.
	Snapshots Snapshots `json:"-"`
	// AllSnapshots are the global snapshots and those of all filesets. The key of a fileset snapshot is
	// fileset:snapshot.
	AllSnapshots Snapshots `json:"-"`
	// Disks are the disks of the file system.
	Disks Disks `json:"-"`
	// Pools are the storage pools.
	Pools Pools `json:"-"`
	// Quotas are the quotas of users, groups and filesets.
	Quotas Quotas `json:"-"`
	// Callbacks are those that are bound to the file system, or to something in it.
	Callbacks        Callbacks `json:"-"`
	FilesystemEvents `json:"-"`

	c       *Cluster
	planned bool
	reading
}

// TextMap holds attributes by their names.
type TextMap map[string]string

// Replicas says how often a file system keeps data and metadata.
type Replicas struct {
	Data        int               `json:"data"`        // default of new files (-r)
	MaxData     int               `json:"maxData"`     // most that a file can have (-R)
	Metadata    int               `json:"metadata"`    // default of new files (-m)
	MaxMetadata int               `json:"maxMetadata"` // most that a file can have (-M)
	Log         int               `json:"log"`         // replicas of the log (--log-replicas); 0 for as many as metadata
	Strict      StrictReplication `json:"strict"`      // what happens when there are too few disks (-K)
}

// String returns the replicas of data and of metadata with the most there can be: "data 1/2, metadata 2/2".
func (r Replicas) String() string {
	if r == (Replicas{}) {
		return ""
	}
	return "data " + slash(r.Data, r.MaxData) + ", metadata " + slash(r.Metadata, r.MaxMetadata)
}

// QuotaUse says which quotas a file system has.
type QuotaUse struct {
	Accounted  QuotaTypes `json:"accounted"`  // what is counted
	Enforced   QuotaTypes `json:"enforced"`   // what limits hold
	Defaults   QuotaTypes `json:"defaults"`   // what has default limits
	PerFileset bool       `json:"perFileset"` // users and groups have limits in each fileset (--perfileset-quota)
	FilesetDF  bool       `json:"filesetDF"`  // df in a fileset shows its quota (--filesetdf)
}

// String returns the types of the quotas that are enforced: "user,group,fileset" or "none".
func (q QuotaUse) String() string { return q.Enforced.String() }

// QuotaTypes are types of quotas.
type QuotaTypes []QuotaType

// String returns the types with commas, or "none".
func (t QuotaTypes) String() string {
	if len(t) == 0 {
		return "none"
	}
	words := make([]string, len(t))
	for i, q := range t {
		words[i] = string(q)
	}
	return strings.Join(words, ",")
}

// Version is the version of the format of a file system on disk.
type Version struct {
	Current  FormatVersion `json:"current"`  // in use
	Original FormatVersion `json:"original"` // at creation
	Local    FormatVersion `json:"local"`    // of the node that was asked
	Manager  FormatVersion `json:"manager"`  // of the file system manager
	Highest  FormatVersion `json:"highest"`  // highest that the nodes support
}

// String returns the version in use.
func (v Version) String() string { return v.Current.String() }

// Blocks are the sizes that a file system was made with.
type Blocks struct {
	Fragment          Bytes        `json:"fragment"`          // smallest part of a block that a file can have (-f)
	Inode             Bytes        `json:"inode"`             // -i
	Indirect          Bytes        `json:"indirect"`          // -I
	SubblocksPerBlock int          `json:"subblocksPerBlock"` // --subblocks-per-full-block
	Allocation        string       `json:"allocation"`        // scatter or cluster (-j)
	Logfile           Bytes        `json:"logfile"`           // -L
	PerPool           []PoolBlocks `json:"perPool,omitempty"` // where storage pools differ
}

// PoolBlocks are the block sizes of some storage pools.
type PoolBlocks struct {
	Pools     string `json:"pools"` // as mmlsfs names them: "system pool", "other pools"
	BlockSize Bytes  `json:"blockSize"`
	Fragment  Bytes  `json:"fragment"`
}

// Features say what a file system can do and how it behaves.
type Features struct {
	ACLs                ACLKind     `json:"acls"`                // -k
	Locking             Locking     `json:"locking"`             // -D
	AccessTimes         AccessTimes `json:"accessTimes"`         // -S
	ExactMtime          bool        `json:"exactMtime"`          // -E
	DMAPI               bool        `json:"dmapi"`               // -z
	Encryption          bool        `json:"encryption"`          // --encryption
	FastEA              bool        `json:"fastEA"`              // --fastea
	FileAuditLog        bool        `json:"fileAuditLog"`        // --file-audit-log
	Maintenance         bool        `json:"maintenance"`         // --maintenance-mode: it cannot be mounted
	RapidRepair         bool        `json:"rapidRepair"`         // --rapid-repair
	Aligned4K           bool        `json:"aligned4K"`           // --is4KAligned
	FlushOnClose        bool        `json:"flushOnClose"`        // --flush-on-close
	NFSv4OwnerWriteACL  bool        `json:"nfsv4OwnerWriteACL"`  // --nfs4-owner-write-acl
	WriteCacheThreshold Bytes       `json:"writeCacheThreshold"` // --write-cache-threshold; 0 for off
	EstimatedNodes      int         `json:"estimatedNodes"`      // number of nodes it was made for (-n)
}

// filesystem returns a file system of which nothing is known but its name.
func (c *Cluster) filesystem(name string) *Filesystem {
	fs := &Filesystem{Name: name, MaxInodes: NotAsked, c: c}
	fs.Filesets = fs.filesets()
	fs.Snapshots = fs.snapshots(globalSnapshots, "")
	fs.AllSnapshots = fs.snapshots(allSnapshots, "")
	fs.Disks = fs.disks()
	fs.Pools = fs.pools()
	fs.Quotas = fs.quotas("")
	at := &callbackPlace{c: c, scope: handlers.Scope{Filesystem: name}}
	fs.Callbacks, fs.FilesystemEvents = at.callbacks(), filesystemEvents(at)
	return fs
}

// String returns the name of the file system.
func (fs *Filesystem) String() string {
	if fs == nil {
		return ""
	}
	return fs.Name
}

// Planned reports whether the file system exists only in the plan of a dry run.
func (fs *Filesystem) Planned() bool { return fs != nil && fs.planned }

// ready says why the file system cannot be asked.
func (fs *Filesystem) ready() error {
	switch {
	case fs == nil || fs.c == nil:
		return errNil(kindFilesystem)
	case fs.planned:
		return &PlannedError{Kind: kindFilesystem, Name: fs.Name}
	}
	return nil
}

// local says why something cannot be done to a file system that belongs to another cluster.
func (fs *Filesystem) local() error {
	if err := fs.ready(); err != nil {
		return err
	}
	if fs.Remote {
		return &NotLocalError{Filesystem: fs.Name, Owner: fs.Owner}
	}
	return nil
}

// Refresh reads the attributes again. It runs mmlsfs.
func (fs *Filesystem) Refresh(ctx context.Context) error {
	if err := fs.ready(); err != nil {
		return err
	}
	fresh, err := fs.c.readFilesystem(ctx, fs.Name)
	if err != nil {
		return err
	}
	fresh.Remote, fresh.Owner, fresh.OwnerName = fs.Remote, fs.Owner, fs.OwnerName
	fresh.Filesets, fresh.Snapshots, fresh.AllSnapshots = fs.Filesets, fs.Snapshots, fs.AllSnapshots
	fresh.Disks, fresh.Pools, fresh.Quotas = fs.Disks, fs.Pools, fs.Quotas
	fresh.readAt(fs.c.asked())
	*fs = *fresh
	return nil
}

// Manager returns the name of the node that manages the file system. It runs mmlsmgr.
func (fs *Filesystem) Manager(ctx context.Context) (string, error) {
	if err := fs.local(); err != nil {
		return "", err
	}
	reply, err := fs.c.query(ctx)(mmexec.MmLsMgr(fs.Name))
	if err != nil {
		return "", fs.c.explain(ctx, err)
	}
	for _, row := range reply.Section("filesystemManager") {
		if row.Get("filesystem") == fs.Name {
			return row.Get("manager"), nil
		}
	}
	return "", nil
}
