package mmsim

import "time"

// State is the whole of a simulated cluster: what a real one keeps in its configuration repository, its file system
// descriptors and the memory of its daemons. All sizes are in KiB and all times are absolute unless a field says
// otherwise. A State that a Cluster has published is never changed again; commands that change something work on a copy.
type State struct {
	Release           string             `json:"release"` // package level, "5.1.9.2"
	MinReleaseLevel   string             `json:"minReleaseLevel"`
	Name              string             `json:"name"`
	ID                string             `json:"id"` // decimal, exceeds 32 bits
	UIDDomain         string             `json:"uidDomain"`
	RemoteShell       string             `json:"remoteShell"`
	RemoteCopy        string             `json:"remoteCopy"`
	Zone              Zone               `json:"zone"`           // zone of the node that runs the commands
	Now               time.Time          `json:"now"`            // where the clock stands; zero for the real clock
	LocalNode         int                `json:"localNode"`      // number of the node that runs the commands
	ClusterManager    int                `json:"clusterManager"` // node number
	NextNodeNumber    int                `json:"nextNodeNumber"` // numbers are never given twice
	CESSharedRoot     string             `json:"cesSharedRoot,omitempty"`
	Nodes             []Node             `json:"nodes"`
	NodeClasses       []NodeClass        `json:"nodeClasses,omitempty"`
	Config            []ConfigEntry      `json:"config,omitempty"`
	NSDs              []NSD              `json:"nsds,omitempty"`
	Filesystems       []Filesystem       `json:"filesystems,omitempty"`
	RemoteClusters    []RemoteCluster    `json:"remoteClusters,omitempty"`
	RemoteFilesystems []RemoteFilesystem `json:"remoteFilesystems,omitempty"`
	Callbacks         []Callback         `json:"callbacks,omitempty"`
	NFSExports        []NFSExport        `json:"nfsExports,omitempty"`
	SMBExports        []SMBExport        `json:"smbExports,omitempty"`
	Members           []Member           `json:"members,omitempty"` // of groups, as the name service knows them
	Waiters           []Waiter           `json:"waiters,omitempty"`
	HealthEvents      []HealthEvent      `json:"healthEvents,omitempty"`
	RecoveryGroups    []RecoveryGroup    `json:"recoveryGroups,omitempty"` // of Storage Scale RAID
	VdiskSets         []VdiskSet         `json:"vdiskSets,omitempty"`
	Faults            []Fault            `json:"faults,omitempty"`
	Jobs              []Job              `json:"jobs,omitempty"`       // long commands that were left to themselves
	LongWork          time.Duration      `json:"longWork,omitempty"`   // how long such a command takes; 0 for no time at all
	SlowAsReal        bool               `json:"slowAsReal,omitempty"` // commands take the time that real ones take
	MessageIDs        bool               `json:"messageIDs,omitempty"` // messages carry their ids, as on AIX
}

// Member says that a user is in a group.
type Member struct {
	User  string `json:"user"`
	Group string `json:"group"`
}

// Zone is a time zone by its abbreviation and its offset, so that no time zone database is needed.
type Zone struct {
	Name   string `json:"name"`   // "EST"
	Offset int    `json:"offset"` // seconds east of UTC
}

// NodeState is what mmgetstate says of a daemon.
type NodeState string

// The states of a daemon.
const (
	NodeActive      NodeState = "active"
	NodeArbitrating NodeState = "arbitrating" // running, waiting for quorum
	NodeDown        NodeState = "down"
)

// Node is a member of the cluster.
type Node struct {
	Number       int       `json:"number"`
	AdminName    string    `json:"adminName"`
	DaemonName   string    `json:"daemonName"`
	IP           string    `json:"ip"` // of the daemon interface
	Quorum       bool      `json:"quorum,omitempty"`
	Manager      bool      `json:"manager,omitempty"`
	Perfmon      bool      `json:"perfmon,omitempty"`
	Gateway      bool      `json:"gateway,omitempty"`
	CES          bool      `json:"ces,omitempty"`
	CESGroup     string    `json:"cesGroup,omitempty"`
	CESIPs       []string  `json:"cesIPs,omitempty"`
	CESSuspended bool      `json:"cesSuspended,omitempty"`
	Expelled     bool      `json:"expelled,omitempty"` // kept out of the cluster by mmexpelnode
	SNMP         bool      `json:"snmp,omitempty"`
	License      string    `json:"license"` // client, server, fpo
	State        NodeState `json:"state"`
	Unreachable  bool      `json:"unreachable,omitempty"` // the remote shell does not get there
	Release      string    `json:"release,omitempty"`     // package level where it differs from the cluster's
	Comment      string    `json:"comment,omitempty"`
}

// NodeClass is a user-defined node class: nodes and other classes.
type NodeClass struct {
	Name    string   `json:"name"`
	Nodes   []int    `json:"nodes,omitempty"`
	Classes []string `json:"classes,omitempty"`
}

// ConfigEntry is one attribute set by mmchconfig. Scope lists the node classes and node names it is set for; empty
// means the whole cluster. Effective is false while the value waits for the daemons to start again.
type ConfigEntry struct {
	Name    string   `json:"name"`
	Value   string   `json:"value"`
	Scope   []string `json:"scope,omitempty"`
	Pending bool     `json:"pending,omitempty"` // set, in force at the next start of the daemon
	Before  string   `json:"before,omitempty"`  // what is in force until then; "" for the default
	Waiting []int    `json:"waiting,omitempty"` // nodes whose daemons have run since before it was set
}

// NSD is a network shared disk, in a file system or free.
type NSD struct {
	Name       string   `json:"name"`
	VolumeID   string   `json:"volumeID"`
	Servers    []string `json:"servers,omitempty"` // admin names; none for directly attached disks
	Device     string   `json:"device"`            // /dev/dm-4
	DeviceType string   `json:"deviceType"`        // dmm, generic, nvme
	SizeKB     int64    `json:"sizeKB"`
	Thin       string   `json:"thin,omitempty"`
	// Usage, FailureGroup and Pool are what its stanza asked for; mmadddisk uses them for a free NSD.
	Usage        string `json:"usage,omitempty"`
	FailureGroup int    `json:"failureGroup,omitempty"`
	Pool         string `json:"pool,omitempty"`
}

// Filesystem is a file system that this cluster owns.
type Filesystem struct {
	Name  string `json:"name"`
	Attrs FSAttrs
	// DefaultMountPoint is what -T shows; MountPoint of a Mount can differ from it.
	Manager        int        `json:"manager"`     // node number, 0 when none is appointed
	Maintenance    bool       `json:"maintenance"` // maintenance mode: no mounts
	QuotaOutdated  bool       `json:"quotaOutdated,omitempty"`
	Snapdir        Snapdir    `json:"snapdir"`
	Policy         Policy     `json:"policy"`
	Pools          []Pool     `json:"pools"`
	Disks          []Disk     `json:"disks"`
	Filesets       []Fileset  `json:"filesets"`
	Snapshots      []Snapshot `json:"snapshots,omitempty"`
	Quotas         []Quota    `json:"quotas,omitempty"`
	Mounts         []Mount    `json:"mounts,omitempty"`
	NextFilesetID  int        `json:"nextFilesetID"`
	NextSnapshotID int        `json:"nextSnapshotID"`
	NextInodeSpace int        `json:"nextInodeSpace"`
	NextDiskID     int        `json:"nextDiskID"`
	Data           string     `json:"data,omitempty"` // real directory behind the file system, "" for none
	QoS            QoS        `json:"qos"`
	DefaultQuotas  []Quota    `json:"defaultQuotas,omitempty"`
	GracePeriods   [3]Grace   `json:"gracePeriods"` // USR, GRP, FILESET
}

// Grace is how long a soft limit may be exceeded; zero stands for the default of seven days.
type Grace struct {
	Block time.Duration `json:"block,omitempty"`
	Files time.Duration `json:"files,omitempty"`
}

// Snapdir is how snapshots show in directories (mmsnapdir).
type Snapdir struct {
	GlobalName  string `json:"globalName"`  // ".snapshots"
	FilesetName string `json:"filesetName"` // ".snapshots"
	All         bool   `json:"all"`         // every directory has the link, not only the root ones
	AllFilesets bool   `json:"allFilesets"` // global snapshots show in every independent fileset
}

// Policy is the installed policy; Text is empty when none is installed.
type Policy struct {
	Text        string    `json:"text,omitempty"`
	Name        string    `json:"name,omitempty"` // file name or -t name
	InstalledBy string    `json:"installedBy,omitempty"`
	InstalledAt time.Time `json:"installedAt"`
}

// FSAttrs are the attributes that mmlsfs shows and mmchfs changes, by mmlsfs's names for them.
type FSAttrs struct {
	InodeSize             int       `json:"inodeSize"`             // -i, bytes
	MinFragmentSize       int       `json:"minFragmentSize"`       // -f, bytes
	IndirectBlockSize     int       `json:"indirectBlockSize"`     // -I, bytes
	BlockSize             int       `json:"blockSize"`             // -B, bytes
	SubblocksPerFullBlock int       `json:"subblocksPerFullBlock"` // --subblocks-per-full-block
	MetadataReplicas      int       `json:"metadataReplicas"`      // -m
	MaxMetadataReplicas   int       `json:"maxMetadataReplicas"`   // -M
	DataReplicas          int       `json:"dataReplicas"`          // -r
	MaxDataReplicas       int       `json:"maxDataReplicas"`       // -R
	BlockAllocation       string    `json:"blockAllocation"`       // -j: cluster, scatter
	FileLocking           string    `json:"fileLocking"`           // -D: nfs4, posix
	ACL                   string    `json:"acl"`                   // -k: nfs4, posix, all
	NumNodes              int       `json:"numNodes"`              // -n
	QuotaTypes            []string  `json:"quotaTypes,omitempty"`  // -Q: user, group, fileset
	QuotaEnforced         []string  `json:"quotaEnforced,omitempty"`
	DefaultQuotas         []string  `json:"defaultQuotas,omitempty"`
	PerfilesetQuota       bool      `json:"perfilesetQuota"` // --perfileset-quota
	FilesetDF             bool      `json:"filesetDF"`       // --filesetdf
	Version               string    `json:"version"`         // -V current: "31.00 (5.1.7.0)"
	VersionOriginal       string    `json:"versionOriginal"`
	CreateTime            time.Time `json:"createTime"`
	DMAPI                 bool      `json:"dmapi"`             // -z
	LogfileSize           int       `json:"logfileSize"`       // -L, bytes
	ExactMtime            bool      `json:"exactMtime"`        // -E
	SuppressAtime         string    `json:"suppressAtime"`     // -S: yes, no, relatime
	StrictReplication     string    `json:"strictReplication"` // -K: no, whenpossible, always
	FastEA                bool      `json:"fastEA"`
	Encryption            bool      `json:"encryption"`
	UID                   string    `json:"uid"` // "0A0A0101:6641B2C7"
	LogReplicas           int       `json:"logReplicas"`
	Is4KAligned           bool      `json:"is4KAligned"`
	RapidRepair           bool      `json:"rapidRepair"`
	WriteCacheThreshold   int       `json:"writeCacheThreshold"`
	AuditLog              bool      `json:"auditLog"`
	Automount             string    `json:"automount"`    // -A: yes, no, automount
	MountOptions          string    `json:"mountOptions"` // -o, "none"
	MountPoint            string    `json:"mountPoint"`   // -T
	MountPriority         int       `json:"mountPriority"`
	DriveLetter           string    `json:"driveLetter,omitempty"` // -t
	AutoInodeLimit        bool      `json:"autoInodeLimit"`
	FlushOnClose          bool      `json:"flushOnClose"`
	NFS4OwnerWriteACL     bool      `json:"nfs4OwnerWriteACL"`
}

// Pool is a storage pool. Its sizes are the sums over its disks.
type Pool struct {
	Name      string `json:"name"`
	ID        int    `json:"id"`        // 0 for system, 65537 and up for the others
	BlockSize int    `json:"blockSize"` // bytes
	MaxDiskKB int64  `json:"maxDiskKB"` // largest disk that may be added
}

// Disk is an NSD that a file system uses.
type Disk struct {
	NSD          string `json:"nsd"`
	ID           int    `json:"id"`
	FailureGroup int    `json:"failureGroup"`
	Metadata     bool   `json:"metadata"`
	Data         bool   `json:"data"`
	Status       string `json:"status"`       // ready, suspended, being emptied, to be emptied, emptied, replacing, replacement
	Availability string `json:"availability"` // up, down, recovering, unrecovered
	Pool         string `json:"pool"`
	Descriptor   bool   `json:"descriptor,omitempty"` // holds a file system descriptor (remarks: desc)
	SizeKB       int64  `json:"sizeKB"`
	FreeKB       int64  `json:"freeKB"`     // in full blocks
	FragmentKB   int64  `json:"fragmentKB"` // free in fragments
}

// FilesetStatus is what mmlsfileset says of a fileset.
type FilesetStatus string

// The states of a fileset.
const (
	FilesetLinked   FilesetStatus = "Linked"
	FilesetUnlinked FilesetStatus = "Unlinked"
	FilesetDeleted  FilesetStatus = "Deleted" // gone, but held by a snapshot
)

// Fileset is a fileset; an independent one owns an inode space, a dependent one lives in its parent's.
type Fileset struct {
	Name          string        `json:"name"` // without the parentheses of a deleted one
	ID            int           `json:"id"`
	RootInode     int64         `json:"rootInode"`
	Status        FilesetStatus `json:"status"`
	Junction      string        `json:"junction,omitempty"` // below the root of the file system: "/proj/alpha"
	Parent        int           `json:"parent"`             // fileset id, -1 for root and when not linked
	Created       time.Time     `json:"created"`
	Comment       string        `json:"comment,omitempty"`
	InodeSpace    int           `json:"inodeSpace"`
	Independent   bool          `json:"independent,omitempty"`
	MaxInodes     int64         `json:"maxInodes,omitempty"` // independent ones only
	AllocInodes   int64         `json:"allocInodes,omitempty"`
	UsedInodes    int64         `json:"usedInodes,omitempty"`
	DataKB        int64         `json:"dataKB,omitempty"`
	BaseInodes    int64         `json:"baseInodes,omitempty"` // part of UsedInodes that no file of a real directory accounts for
	BaseKB        int64         `json:"baseKB,omitempty"`     // the same of DataKB
	PermChange    string        `json:"permChange"`           // chmodAndSetacl
	PermInherit   string        `json:"permInherit"`          // inheritAclOnly
	IAMMode       string        `json:"iamMode"`              // off, advisory …
	FirstSnap     int           `json:"firstSnap"`            // snapshots with this id and later ones hold the fileset
	LatestSnap    int           `json:"latestSnap"`           // id of the latest snapshot that holds a deleted fileset
	NoSnapRestore bool          `json:"noSnapRestore"`        // preventSnapshotRestore
	AFM           *AFM          `json:"afm,omitempty"`        // nil for a fileset that is no cache
	ACL           string        `json:"acl,omitempty"`        // of its junction, where there are no real directories; "" for that of a new fileset
}

// AFM are the attributes of a cache fileset.
type AFM struct {
	Target      string `json:"target"` // nfs://server/path
	Mode        string `json:"mode"`   // read-only, single-writer, independent-writer, local-updates
	State       string `json:"state"`  // Active, Disconnected …
	AsyncDelay  string `json:"asyncDelay,omitempty"`
	GatewayNode string `json:"gatewayNode,omitempty"`
}

// Snapshot is a snapshot of a file system, or of an independent fileset when Fileset names one.
type Snapshot struct {
	Name       string    `json:"name"`
	ID         int       `json:"id"`
	Fileset    string    `json:"fileset,omitempty"`
	Status     string    `json:"status"` // Valid, DeleteRequired, RestoreInProgress
	Created    time.Time `json:"created"`
	Expires    time.Time `json:"expires"`          // zero for no retention
	DataKB     int64     `json:"dataKB,omitempty"` // shown with -d
	MetadataKB int64     `json:"metadataKB,omitempty"`
	InodeSpace int       `json:"inodeSpace,omitempty"` // of a fileset snapshot
	Quotas     bool      `json:"quotas,omitempty"`     // quotas were on when it was made
}

// QuotaType is whose quota an entry is.
type QuotaType string

// The types of quotas.
const (
	QuotaUser    QuotaType = "USR"
	QuotaGroup   QuotaType = "GRP"
	QuotaFileset QuotaType = "FILESET"
)

// Quota is one entry of the quota files: what somebody uses and may use.
type Quota struct {
	Type       QuotaType `json:"type"`
	ID         int64     `json:"id"`   // uid, gid or fileset id
	Name       string    `json:"name"` // "" when the id has no name
	Fileset    string    `json:"fileset,omitempty"`
	FilesetID  int       `json:"filesetID,omitempty"`
	Remarks    string    `json:"remarks"` // i initial, e explicit, d_fset default
	Block      Usage     `json:"block"`   // KiB
	Files      Usage     `json:"files"`
	DefaultsOn bool      `json:"defaultsOn,omitempty"`
}

// Usage is one half of a quota entry. Soft and Hard are 0 where there is no limit.
type Usage struct {
	Used    int64     `json:"used"`
	Base    int64     `json:"base,omitempty"` // part of Used that no file of a real directory accounts for
	Soft    int64     `json:"soft,omitempty"`
	Hard    int64     `json:"hard,omitempty"`
	InDoubt int64     `json:"inDoubt,omitempty"`
	Grace   time.Time `json:"grace"` // when the grace period of an exceeded soft limit ends; zero when not exceeded
}

// Mount says that a node has a file system mounted.
type Mount struct {
	Node     int    `json:"node,omitempty"`     // number in this cluster, 0 for a node of another
	NodeName string `json:"nodeName,omitempty"` // of a node of another cluster
	IP       string `json:"ip,omitempty"`       // of a node of another cluster
	Cluster  string `json:"cluster,omitempty"`  // of a node of another cluster
	Mode     string `json:"mode"`               // RW, RO
	Point    string `json:"point"`
	Internal bool   `json:"internal,omitempty"` // mounted for a command, not for users
}

// RemoteCluster is another cluster that owns file systems mounted here.
type RemoteCluster struct {
	Name         string   `json:"name"`
	ContactNodes []string `json:"contactNodes"`
	Digest       string   `json:"digest"`
}

// RemoteFilesystem is a file system of another cluster under a local name. FS holds what the owning cluster says of it,
// under its name there.
type RemoteFilesystem struct {
	LocalName  string     `json:"localName"`
	Cluster    string     `json:"cluster"`
	MountPoint string     `json:"mountPoint"`
	Options    string     `json:"options"`
	Automount  string     `json:"automount"`
	Priority   int        `json:"priority"`
	FS         Filesystem `json:"fs"`
}

// Callback is a registered callback.
type Callback struct {
	Name     string   `json:"name"`
	Command  string   `json:"command"`
	Events   []string `json:"events"`
	Priority string   `json:"priority,omitempty"`
	Sync     bool     `json:"sync,omitempty"`
	Timeout  int      `json:"timeout,omitempty"` // seconds
	OnError  string   `json:"onError,omitempty"`
	Nodes    string   `json:"nodes,omitempty"`
	Params   []string `json:"params,omitempty"`
	System   bool     `json:"system,omitempty"`
}

// NFSExport is a path that the protocol nodes export, and who may use it.
type NFSExport struct {
	Path    string      `json:"path"`
	Clients []NFSClient `json:"clients"`
}

// NFSClient is a client of an export.
type NFSClient struct {
	Client string `json:"client"` // address, network or name
	Access string `json:"access"` // RW, RO
	Squash string `json:"squash,omitempty"`
}

// Waiter is a thread of a daemon that waits for long.
type Waiter struct {
	Node   int       `json:"node"`
	Thread string    `json:"thread"` // "NSDThread: for I/O completion"
	Reason string    `json:"reason"`
	Since  time.Time `json:"since"`
}

// HealthEvent is an event that the health monitor of a node holds active besides those that follow from the state.
type HealthEvent struct {
	Node      int       `json:"node"`
	Component string    `json:"component"` // GPFS, NETWORK, FILESYSTEM, DISK …
	Entity    string    `json:"entity"`
	Name      string    `json:"name"` // total_memory_small
	State     string    `json:"state"`
	Since     time.Time `json:"since"`
	Message   string    `json:"message"`
}

// SMBExport is a share of the protocol nodes.
type SMBExport struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// QoS is the quality of service of a file system.
type QoS struct {
	Enabled bool       `json:"enabled,omitempty"`
	Classes []QoSClass `json:"classes,omitempty"`
}

// QoSClass is the limit of a class in a storage pool.
type QoSClass struct {
	Pool  string `json:"pool"`  // "*" for all
	Class string `json:"class"` // maintenance, other
	Limit string `json:"limit"` // 300IOPS, unlimited
}
