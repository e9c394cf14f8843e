package model

import (
	"fmt"
	"strings"
)

// The words that Storage Scale uses for states, modes and kinds are types of their own with the known words as
// constants. A word of a later release that is not among them is kept as it came, so nothing is lost in between.

// Down and Unknown serve nodes as well as disks: n.State == Down, d.Availability == Down.
const (
	// Down is the state of a node on which the daemon does not run, and of a disk that is not used because it failed
	// or was stopped.
	Down = "down"
	// Unknown is the state of a node that could not be reached.
	Unknown = "unknown"
)

// NodeState is the state of the Storage Scale daemon on a node, from mmgetstate.
type NodeState string

// The states of nodes; also [Down] and [Unknown].
const (
	Active       NodeState = "active"       // the daemon is ready
	Arbitrating  NodeState = "arbitrating"  // the node tries to form a quorum with others
	Unresponsive NodeState = "unresponsive" // the daemon runs and does not answer
)

// ParseNodeState reads a state of a node, whatever its case.
func ParseNodeState(s string) (NodeState, error) {
	return parseWord("state of a node", s, Active, Arbitrating, NodeState(Down), NodeState(Unknown), Unresponsive)
}

// String returns the word of mmgetstate.
func (s NodeState) String() string { return string(s) }

// FilesetStatus says whether a fileset has its place in the name space, from mmlsfileset.
type FilesetStatus string

// The states of filesets.
const (
	Linked   FilesetStatus = "Linked"   // reachable at its junction
	Unlinked FilesetStatus = "Unlinked" // exists without a junction
	Deleted  FilesetStatus = "Deleted"  // deleted, but still in a snapshot
)

// ParseFilesetStatus reads a status of a fileset, whatever its case.
func ParseFilesetStatus(s string) (FilesetStatus, error) {
	return parseWord("status of a fileset", s, Linked, Unlinked, Deleted)
}

// String returns the word of mmlsfileset.
func (s FilesetStatus) String() string { return string(s) }

// SnapshotStatus says whether a snapshot can be used, from mmlssnapshot.
type SnapshotStatus string

// The states of snapshots.
//
// unverified: RestoreInProgress; DeleteRequired is documented, Valid is captured.
const (
	Valid             SnapshotStatus = "Valid"
	DeleteRequired    SnapshotStatus = "DeleteRequired" // a deletion was interrupted and has to be repeated
	RestoreInProgress SnapshotStatus = "RestoreInProgress"
)

// ParseSnapshotStatus reads a status of a snapshot, whatever its case.
func ParseSnapshotStatus(s string) (SnapshotStatus, error) {
	return parseWord("status of a snapshot", s, Valid, DeleteRequired, RestoreInProgress)
}

// String returns the word of mmlssnapshot.
func (s SnapshotStatus) String() string { return string(s) }

// DiskStatus is what a disk of a file system is used for, from mmlsdisk.
type DiskStatus string

// The states of disks.
const (
	Ready        DiskStatus = "ready"         // in normal use
	Suspended    DiskStatus = "suspended"     // nothing new is put on it (before release 5; ToBeEmptied since)
	ToBeEmptied  DiskStatus = "to be emptied" // nothing new is put on it
	BeingEmptied DiskStatus = "being emptied" // its contents are moved to other disks
	Emptied      DiskStatus = "emptied"       // nothing is left on it
	Replacing    DiskStatus = "replacing"     // it is being replaced
	Replacement  DiskStatus = "replacement"   // it takes the place of another disk
)

// ParseDiskStatus reads a status of a disk, whatever its case.
func ParseDiskStatus(s string) (DiskStatus, error) {
	return parseWord("status of a disk", s, Ready, Suspended, ToBeEmptied, BeingEmptied, Emptied, Replacing, Replacement)
}

// String returns the word of mmlsdisk.
func (s DiskStatus) String() string { return string(s) }

// Availability says whether a disk of a file system can be read and written, from mmlsdisk.
type Availability string

// The availabilities of disks; also [Down].
const (
	Up          Availability = "up"
	Recovering  Availability = "recovering"  // being brought up to date after it was down
	Unrecovered Availability = "unrecovered" // it was not brought up to date
)

// ParseAvailability reads the availability of a disk, whatever its case.
func ParseAvailability(s string) (Availability, error) {
	return parseWord("availability of a disk", s, Up, Availability(Down), Recovering, Unrecovered)
}

// String returns the word of mmlsdisk.
func (a Availability) String() string { return string(a) }

// QuotaType says what a quota limits, from mmrepquota.
type QuotaType string

// The types of quotas.
const (
	UserQuota    QuotaType = "user"
	GroupQuota   QuotaType = "group"
	FilesetQuota QuotaType = "fileset"
)

// ParseQuotaType reads a type of quotas: the words of keys (user, group, fileset) or of reports (USR, GRP, FILESET),
// whatever their case.
func ParseQuotaType(s string) (QuotaType, error) {
	switch strings.ToUpper(s) {
	case "USR", "USER":
		return UserQuota, nil
	case "GRP", "GROUP":
		return GroupQuota, nil
	case "FILESET":
		return FilesetQuota, nil
	}
	return QuotaType(s), fmt.Errorf("there is no type of quotas %q; there are user, group, fileset", s)
}

// String returns the word of the keys: user, group or fileset.
func (t QuotaType) String() string { return string(t) }

// QuotaEntry says where the limits of a quota come from, from the remarks of mmrepquota.
type QuotaEntry string

// The origins of limits.
const (
	ExplicitEntry QuotaEntry = "explicit" // set for this very user, group or fileset
	DefaultEntry  QuotaEntry = "default"  // taken from the default quotas
	InitialEntry  QuotaEntry = "initial"  // nothing was set, and there were no default quotas when it was made
)

// String returns the word.
func (e QuotaEntry) String() string { return string(e) }

// AutoMount says when a file system is mounted by itself, from mmlsfs -A.
type AutoMount string

// The settings of automatic mounting.
const (
	MountAtStart  AutoMount = "yes"       // when the daemon starts
	MountByHand   AutoMount = "no"        // by mmmount only
	MountOnAccess AutoMount = "automount" // when it is first used
)

// ParseAutoMount reads a setting of automatic mounting, whatever its case.
func ParseAutoMount(s string) (AutoMount, error) {
	return parseWord("setting of automatic mounting", s, MountAtStart, MountByHand, MountOnAccess)
}

// String returns the word of mmchfs -A.
func (a AutoMount) String() string { return string(a) }

// ACLKind says which access control lists a file system has, from mmlsfs -k.
type ACLKind string

// The kinds of access control lists.
const (
	PosixACLs ACLKind = "posix"
	NFSv4ACLs ACLKind = "nfs4"
	AllACLs   ACLKind = "all"
)

// ParseACLKind reads a kind of access control lists, whatever its case.
func ParseACLKind(s string) (ACLKind, error) {
	return parseWord("kind of access control lists", s, PosixACLs, NFSv4ACLs, AllACLs)
}

// String returns the word of mmchfs -k.
func (k ACLKind) String() string { return string(k) }

// Locking says which file locks a file system has, from mmlsfs -D.
type Locking string

// The kinds of file locks.
const (
	PosixLocks Locking = "posix"
	NFSv4Locks Locking = "nfs4"
)

// ParseLocking reads a kind of file locks, whatever its case.
func ParseLocking(s string) (Locking, error) {
	return parseWord("kind of file locks", s, PosixLocks, NFSv4Locks)
}

// String returns the word of mmchfs -D.
func (l Locking) String() string { return string(l) }

// StrictReplication says what happens when there are too few disks for all replicas, from mmlsfs -K.
type StrictReplication string

// The settings of strict replication.
const (
	ReplicateLoosely      StrictReplication = "no"           // write the replicas that can be written
	ReplicateWhenPossible StrictReplication = "whenpossible" // insist where there are failure groups enough
	ReplicateAlways       StrictReplication = "always"       // refuse to write fewer replicas
)

// ParseStrictReplication reads a setting of strict replication, whatever its case.
func ParseStrictReplication(s string) (StrictReplication, error) {
	return parseWord("setting of strict replication", s, ReplicateLoosely, ReplicateWhenPossible, ReplicateAlways)
}

// String returns the word of mmchfs -K.
func (r StrictReplication) String() string { return string(r) }

// AccessTimes says whether reading a file changes its access time, from mmlsfs -S.
type AccessTimes string

// The settings of access times. The words are those of mmchfs -S, which suppresses them.
const (
	KeepAccessTimes     AccessTimes = "no"       // every read counts
	SuppressAccessTimes AccessTimes = "yes"      // no read counts
	RelativeAccessTimes AccessTimes = "relatime" // a read counts when the time is older than a day or than the last change
)

// ParseAccessTimes reads a setting of access times, whatever its case.
func ParseAccessTimes(s string) (AccessTimes, error) {
	return parseWord("setting of access times", s, KeepAccessTimes, SuppressAccessTimes, RelativeAccessTimes)
}

// String returns the word of mmchfs -S.
func (t AccessTimes) String() string { return string(t) }

// PermissionChange says which changes of permissions a fileset allows, from mmlsfileset.
type PermissionChange string

// The modes of changing permissions.
const (
	ChmodOnly         PermissionChange = "chmodOnly"
	SetACLOnly        PermissionChange = "setAclOnly"
	ChmodAndSetACL    PermissionChange = "chmodAndSetAcl"
	ChmodAndUpdateACL PermissionChange = "chmodAndUpdateAcl"
)

// ParsePermissionChange reads a mode of changing permissions, whatever its case: reports write chmodAndSetacl where the
// option is chmodAndSetAcl.
func ParsePermissionChange(s string) (PermissionChange, error) {
	return parseWord("mode of changing permissions", s, ChmodOnly, SetACLOnly, ChmodAndSetACL, ChmodAndUpdateACL)
}

// String returns the word of mmchfileset --allow-permission-change.
func (p PermissionChange) String() string { return string(p) }

// PermissionInherit says which permissions new files of a fileset get, from mmlsfileset.
type PermissionInherit string

// The modes of inheriting permissions.
const (
	InheritACLOnly       PermissionInherit = "inheritAclOnly"
	InheritACLAndAddMode PermissionInherit = "inheritAclAndAddMode"
)

// ParsePermissionInherit reads a mode of inheriting permissions, whatever its case.
func ParsePermissionInherit(s string) (PermissionInherit, error) {
	return parseWord("mode of inheriting permissions", s, InheritACLOnly, InheritACLAndAddMode)
}

// String returns the word of mmchfileset --allow-permission-inherit.
func (p PermissionInherit) String() string { return string(p) }

// word returns the known word that s is, whatever its case; an unknown one as it came.
func word[T ~string](parse func(string) (T, error), s string) T {
	w, _ := parse(strings.TrimSpace(s))
	return w
}

// parseWord finds s among the known words. An unknown word is returned beside the error, so that readers can keep it.
func parseWord[T ~string](what, s string, known ...T) (T, error) {
	names := make([]string, len(known))
	for i, k := range known {
		if strings.EqualFold(s, string(k)) {
			return k, nil
		}
		names[i] = string(k)
	}
	return T(s), fmt.Errorf("there is no %s %q; there are %s", what, s, strings.Join(names, ", "))
}
