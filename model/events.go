package model

import (
	"time"

	"gpfsh/mmexec/handlers"
)

// The events that handlers are called with. Their fields are named after the variables of Storage Scale; what an event
// does not tell is "", nil, [NotAsked] for amounts and counts, and -1 for ids. Only the fields that the source of a
// handler reads are asked for.

// Event is what every event tells. A handler of several events takes it.
type Event struct {
	EventName      string    `json:"eventName" col:"EVENT"`               // the event: mount
	MyNode         string    `json:"myNode" col:"NODE"`                   // the node that runs the handler
	ClusterName    string    `json:"clusterName" col:"CLUSTER,wide"`      // the cluster
	ClusterManager string    `json:"clusterManager" col:"MANAGER,wide"`   // the cluster manager
	UpNodes        []string  `json:"upNodes" col:"UP,wide"`               // the nodes that are up
	DownNodes      []string  `json:"downNodes" col:"DOWN,wide"`           // the nodes that are down
	QuorumNodes    []string  `json:"quorumNodes" col:"QUORUM NODES,wide"` // the quorum nodes that are up
	Time           time.Time `json:"time" col:"TIME"`                     // when the handler was started
	// Values are the variables as Storage Scale gave them, by their names. Asking for it asks for all that the event has.
	Values TextMap `json:"values" col:"-"`
}

// NodeJoinEvent is the event nodeJoin: nodes have joined the cluster.
type NodeJoinEvent struct {
	Event
	EventNode []string `json:"eventNode" col:"-"` // the nodes that the event is about
}

// NodeLeaveEvent is the event nodeLeave: nodes have left the cluster.
type NodeLeaveEvent struct {
	Event
	EventNode []string `json:"eventNode" col:"-"` // the nodes that the event is about
}

// QuorumReachedEvent is the event quorumReached: the cluster has a quorum.
type QuorumReachedEvent struct {
	Event
}

// QuorumLossEvent is the event quorumLoss: the quorum is lost.
type QuorumLossEvent struct {
	Event
}

// QuorumNodeJoinEvent is the event quorumNodeJoin: quorum nodes have joined the cluster.
type QuorumNodeJoinEvent struct {
	Event
	EventNode []string `json:"eventNode" col:"-"` // the nodes that the event is about
}

// QuorumNodeLeaveEvent is the event quorumNodeLeave: quorum nodes have left the cluster.
type QuorumNodeLeaveEvent struct {
	Event
	EventNode []string `json:"eventNode" col:"-"` // the nodes that the event is about
}

// ClusterManagerTakeOverEvent is the event clusterManagerTakeOver: another node has become the cluster manager.
type ClusterManagerTakeOverEvent struct {
	Event
}

// AFMFilesetExpiredEvent is the event afmFilesetExpired: the contents of a read-only cache have expired.
type AFMFilesetExpiredEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMFilesetUnexpiredEvent is the event afmFilesetUnexpired: an expired cache can be read again.
type AFMFilesetUnexpiredEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// PreStartupEvent is the event preStartup: the daemon is about to join the cluster.
type PreStartupEvent struct {
	Event
}

// StartupEvent is the event startup: the daemon has started.
type StartupEvent struct {
	Event
}

// PreShutdownEvent is the event preShutdown: the daemon is about to stop, by a command or because it failed.
type PreShutdownEvent struct {
	Event
	Reason string `json:"reason" col:"-"` // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// ShutdownEvent is the event shutdown: the daemon has stopped.
type ShutdownEvent struct {
	Event
	Reason string `json:"reason" col:"-"` // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// PreMountEvent is the event preMount: a file system is about to be mounted.
type PreMountEvent struct {
	Event
	FsName string `json:"fsName" col:"-"` // the file system
}

// MountEvent is the event mount: a file system was mounted.
type MountEvent struct {
	Event
	FsName string `json:"fsName" col:"-"` // the file system
}

// PreUnmountEvent is the event preUnmount: a file system is about to be unmounted.
type PreUnmountEvent struct {
	Event
	FsName string `json:"fsName" col:"-"` // the file system
	Reason string `json:"reason" col:"-"` // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// UnmountEvent is the event unmount: a file system was unmounted.
type UnmountEvent struct {
	Event
	FsName string `json:"fsName" col:"-"` // the file system
	Reason string `json:"reason" col:"-"` // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// LowDiskSpaceEvent is the event lowDiskSpace: a storage pool is fuller than the threshold of the policy; about every two minutes while it lasts.
type LowDiskSpaceEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	StoragePool string `json:"storagePool" col:"-"` // the storage pool
}

// NoDiskSpaceEvent is the event noDiskSpace: a storage pool is full, or an inode space has no inodes left.
type NoDiskSpaceEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	StoragePool string `json:"storagePool" col:"-"` // the storage pool
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// SoftQuotaExceededEvent is the event softQuotaExceeded: a soft limit was exceeded; once until usage falls below it again.
type SoftQuotaExceededEvent struct {
	Event
	FsName         string `json:"fsName" col:"-"`         // the file system
	FilesetName    string `json:"filesetName" col:"-"`    // the fileset; root for the whole file system
	QuotaID        int64  `json:"quotaID" col:"-"`        // the id of the user, the group or the fileset
	QuotaType      string `json:"quotaType" col:"-"`      // USR, GRP or FILESET
	QuotaOwnerName string `json:"quotaOwnerName" col:"-"` // the name of the user, the group or the fileset
	BlockUsage     Bytes  `json:"blockUsage" col:"-"`     // storage in use
	BlockQuota     Bytes  `json:"blockQuota" col:"-"`     // soft limit of storage
	BlockLimit     Bytes  `json:"blockLimit" col:"-"`     // hard limit of storage
	FilesUsage     Count  `json:"filesUsage" col:"-"`     // files in use
	FilesQuota     Count  `json:"filesQuota" col:"-"`     // soft limit of files
	FilesLimit     Count  `json:"filesLimit" col:"-"`     // hard limit of files
}

// UsageUnderSoftQuotaEvent is the event usageUnderSoftQuota: usage fell below a soft limit again.
type UsageUnderSoftQuotaEvent struct {
	Event
	FsName         string `json:"fsName" col:"-"`         // the file system
	FilesetName    string `json:"filesetName" col:"-"`    // the fileset; root for the whole file system
	QuotaID        int64  `json:"quotaID" col:"-"`        // the id of the user, the group or the fileset
	QuotaType      string `json:"quotaType" col:"-"`      // USR, GRP or FILESET
	QuotaOwnerName string `json:"quotaOwnerName" col:"-"` // the name of the user, the group or the fileset
	BlockUsage     Bytes  `json:"blockUsage" col:"-"`     // storage in use
	BlockQuota     Bytes  `json:"blockQuota" col:"-"`     // soft limit of storage
	BlockLimit     Bytes  `json:"blockLimit" col:"-"`     // hard limit of storage
	FilesUsage     Count  `json:"filesUsage" col:"-"`     // files in use
	FilesQuota     Count  `json:"filesQuota" col:"-"`     // soft limit of files
	FilesLimit     Count  `json:"filesLimit" col:"-"`     // hard limit of files
}

// FilesetLimitExceededEvent is the event filesetLimitExceeded: a limit of a fileset was exceeded.
type FilesetLimitExceededEvent struct {
	Event
	FsName         string `json:"fsName" col:"-"`         // the file system
	FilesetName    string `json:"filesetName" col:"-"`    // the fileset; root for the whole file system
	FilesetSize    Bytes  `json:"filesetSize" col:"-"`    // what the fileset holds
	SoftLimit      Bytes  `json:"softLimit" col:"-"`      // soft limit of storage
	HardLimit      Bytes  `json:"hardLimit" col:"-"`      // hard limit of storage
	InodeUsage     Count  `json:"inodeUsage" col:"-"`     // inodes in use
	InodeQuota     Count  `json:"inodeQuota" col:"-"`     // soft limit of inodes
	InodeLimit     Count  `json:"inodeLimit" col:"-"`     // hard limit of inodes
	QuotaEventType string `json:"quotaEventType" col:"-"` // blockQuotaExceeded or inodeQuotaExceeded
}

// DiskFailureEvent is the event diskFailure: a disk was marked down.
type DiskFailureEvent struct {
	Event
	DiskName []string `json:"diskName" col:"-"` // the disks
	FsName   string   `json:"fsName" col:"-"`   // the file system
}

// DiskIOHangEvent is the event diskIOHang: an I/O to a disk takes longer than it may.
type DiskIOHangEvent struct {
	Event
	DiskName []string      `json:"diskName" col:"-"` // the disks
	IoLength time.Duration `json:"ioLength" col:"-"` // how long the I/O takes already
}

// FSStructEvent is the event fsstruct: an error in the structure of a file system was found.
type FSStructEvent struct {
	Event
	FsName             string `json:"fsName" col:"-"`             // the file system
	FsErr              string `json:"fsErr" col:"-"`              // the code of the error in the structure
	SenseDataFormatted string `json:"senseDataFormatted" col:"-"` // what was sensed, for people
	SenseDataHex       string `json:"senseDataHex" col:"-"`       // what was sensed, in hexadecimal digits
}

// DeadlockDetectedEvent is the event deadlockDetected: there may be a deadlock.
type DeadlockDetectedEvent struct {
	Event
	WaiterLength time.Duration `json:"waiterLength" col:"-"` // how long the longest waiter waits
}

// DeadlockOverloadEvent is the event deadlockOverload: the detection of deadlocks is overloaded.
type DeadlockOverloadEvent struct {
	Event
	NodeName string `json:"nodeName" col:"-"` // the node of the event
}

// SnapshotCreatedEvent is the event snapshotCreated: a snapshot was made, before the file system goes on.
type SnapshotCreatedEvent struct {
	Event
	FsName       string `json:"fsName" col:"-"`       // the file system
	SnapshotName string `json:"snapshotName" col:"-"` // the snapshot
	SnapshotID   int64  `json:"snapshotID" col:"-"`   // the id of the snapshot
	FilesetName  string `json:"filesetName" col:"-"`  // the fileset; root for the whole file system
}

// TraceConfigChangedEvent is the event traceConfigChanged: the configuration of tracing has changed.
type TraceConfigChangedEvent struct {
	Event
}

// SendRequestToNodesEvent is the event sendRequestToNodes: a node asks others for debug data.
type SendRequestToNodesEvent struct {
	Event
	RequestType string   `json:"requestType" col:"-"` // what is asked for
	NodeNames   []string `json:"nodeNames" col:"-"`   // the nodes that are asked
}

// CCRFileChangeEvent is the event ccrFileChange: a file of the configuration repository has changed.
type CCRFileChangeEvent struct {
	Event
	CcrObjectName    string `json:"ccrObjectName" col:"-"`    // the file or variable of the repository
	CcrObjectVersion int64  `json:"ccrObjectVersion" col:"-"` // its version
}

// CCRVarChangeEvent is the event ccrVarChange: a variable of the configuration repository has changed.
type CCRVarChangeEvent struct {
	Event
	CcrObjectName    string `json:"ccrObjectName" col:"-"`    // the file or variable of the repository
	CcrObjectValue   string `json:"ccrObjectValue" col:"-"`   // its value
	CcrObjectVersion int64  `json:"ccrObjectVersion" col:"-"` // its version
}

// ProtocolTraceFileChangeEvent is the event mmProtocolTraceFileChange: a file of the tracing of protocols has changed.
type ProtocolTraceFileChangeEvent struct {
	Event
}

// AFMPrepopEndEvent is the event afmPrepopEnd: a prefetch has ended.
type AFMPrepopEndEvent struct {
	Event
	FsName                   string `json:"fsName" col:"-"`                   // the file system
	FilesetName              string `json:"filesetName" col:"-"`              // the fileset; root for the whole file system
	PrepopCompletedReads     Count  `json:"prepopCompletedReads" col:"-"`     // files that were read
	PrepopFailedReads        Count  `json:"prepopFailedReads" col:"-"`        // files that could not be read
	PrepopAlreadyCachedFiles Count  `json:"prepopAlreadyCachedFiles" col:"-"` // files that were there already
	PrepopData               int64  `json:"prepopData" col:"-"`               // amount of data that was read, in bytes
}

// AFMRecoveryStartEvent is the event afmRecoveryStart: the recovery of a cache begins.
type AFMRecoveryStartEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMRecoveryEndEvent is the event afmRecoveryEnd: the recovery of a cache has ended.
type AFMRecoveryEndEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMRecoveryFailEvent is the event afmRecoveryFail: the recovery of a cache has failed.
type AFMRecoveryFailEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMRPOMissEvent is the event afmRPOMiss: a primary did not reach its recovery point in time.
type AFMRPOMissEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMHomeDisconnectedEvent is the event afmHomeDisconnected: the home of a cache cannot be reached.
type AFMHomeDisconnectedEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMHomeConnectedEvent is the event afmHomeConnected: the home of a cache can be reached again.
type AFMHomeConnectedEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMManualResyncCompleteEvent is the event afmManualResyncComplete: a resynchronisation that was asked for has ended.
type AFMManualResyncCompleteEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMQueueDroppedEvent is the event afmQueueDropped: a gateway has dropped the queue of a cache.
type AFMQueueDroppedEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMFilesetUnmountedEvent is the event afmFilesetUnmounted: a cache has lost the mount of its home.
type AFMFilesetUnmountedEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheEvent string `json:"pcacheEvent" col:"-"` // the event of the cache
	HomeServer  string `json:"homeServer" col:"-"`  // the server of the home
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMCmdRequeuedEvent is the event afmCmdRequeued: an operation on the home failed and was queued again.
type AFMCmdRequeuedEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
	PcacheCmd   string `json:"pcacheCmd" col:"-"`   // the operation of the cache
	Reason      string `json:"reason" col:"-"`      // normal or forced for unmounts, normal or abnormal for shutdowns; else what failed
}

// AFMFilesetCreateEvent is the event afmFilesetCreate: a cache was created.
type AFMFilesetCreateEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
}

// AFMFilesetDeleteEvent is the event afmFilesetDelete: a cache was deleted.
type AFMFilesetDeleteEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
}

// AFMFilesetLinkEvent is the event afmFilesetLink: a cache was linked.
type AFMFilesetLinkEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
}

// AFMFilesetUnlinkEvent is the event afmFilesetUnlink: a cache was unlinked.
type AFMFilesetUnlinkEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
}

// AFMFilesetChangeEvent is the event afmFilesetChange: a cache was changed.
type AFMFilesetChangeEvent struct {
	Event
	FsName      string `json:"fsName" col:"-"`      // the file system
	FilesetName string `json:"filesetName" col:"-"` // the fileset; root for the whole file system
}

// PreRGTakeoverEvent is the event preRGTakeover: a recovery group is about to change to this node.
type PreRGTakeoverEvent struct {
	Event
	RgName   string `json:"rgName" col:"-"`   // the recovery group; _ALL_ for all
	RgErr    int64  `json:"rgErr" col:"-"`    // the code of the error, 0 for none
	RgReason string `json:"rgReason" col:"-"` // why, in words
	RgCount  Count  `json:"rgCount" col:"-"`  // recovery groups that are concerned
}

// PostRGTakeoverEvent is the event postRGTakeover: a recovery group has changed to this node.
type PostRGTakeoverEvent struct {
	Event
	RgName   string `json:"rgName" col:"-"`   // the recovery group; _ALL_ for all
	RgErr    int64  `json:"rgErr" col:"-"`    // the code of the error, 0 for none
	RgReason string `json:"rgReason" col:"-"` // why, in words
	RgCount  Count  `json:"rgCount" col:"-"`  // recovery groups that are concerned
}

// PreRGRelinquishEvent is the event preRGRelinquish: a recovery group is about to leave this node.
type PreRGRelinquishEvent struct {
	Event
	RgName   string `json:"rgName" col:"-"`   // the recovery group; _ALL_ for all
	RgErr    int64  `json:"rgErr" col:"-"`    // the code of the error, 0 for none
	RgReason string `json:"rgReason" col:"-"` // why, in words
	RgCount  Count  `json:"rgCount" col:"-"`  // recovery groups that are concerned
}

// PostRGRelinquishEvent is the event postRGRelinquish: a recovery group has left this node.
type PostRGRelinquishEvent struct {
	Event
	RgName   string `json:"rgName" col:"-"`   // the recovery group; _ALL_ for all
	RgErr    int64  `json:"rgErr" col:"-"`    // the code of the error, 0 for none
	RgReason string `json:"rgReason" col:"-"` // why, in words
	RgCount  Count  `json:"rgCount" col:"-"`  // recovery groups that are concerned
}

// RGOpenFailedEvent is the event rgOpenFailed: a recovery group could not be opened.
type RGOpenFailedEvent struct {
	Event
	RgName   string `json:"rgName" col:"-"`   // the recovery group; _ALL_ for all
	RgErr    int64  `json:"rgErr" col:"-"`    // the code of the error, 0 for none
	RgReason string `json:"rgReason" col:"-"` // why, in words
	RgCount  Count  `json:"rgCount" col:"-"`  // recovery groups that are concerned
}

// RGPanicEvent is the event rgPanic: a recovery group had to be given up.
type RGPanicEvent struct {
	Event
	RgName   string `json:"rgName" col:"-"`   // the recovery group; _ALL_ for all
	RgErr    int64  `json:"rgErr" col:"-"`    // the code of the error, 0 for none
	RgReason string `json:"rgReason" col:"-"` // why, in words
	RgCount  Count  `json:"rgCount" col:"-"`  // recovery groups that are concerned
}

// PDFailedEvent is the event pdFailed: a physical disk has failed.
type PDFailedEvent struct {
	Event
	RgName     string `json:"rgName" col:"-"`     // the recovery group; _ALL_ for all
	DaName     string `json:"daName" col:"-"`     // the declustered array
	PdName     string `json:"pdName" col:"-"`     // the physical disk
	PdLocation string `json:"pdLocation" col:"-"` // where it sits
	PdFru      string `json:"pdFru" col:"-"`      // its part number
	PdWwn      string `json:"pdWwn" col:"-"`      // its world-wide name
	PdState    string `json:"pdState" col:"-"`    // its state
}

// PDRecoveredEvent is the event pdRecovered: a physical disk works again.
type PDRecoveredEvent struct {
	Event
	RgName     string `json:"rgName" col:"-"`     // the recovery group; _ALL_ for all
	DaName     string `json:"daName" col:"-"`     // the declustered array
	PdName     string `json:"pdName" col:"-"`     // the physical disk
	PdLocation string `json:"pdLocation" col:"-"` // where it sits
	PdFru      string `json:"pdFru" col:"-"`      // its part number
	PdWwn      string `json:"pdWwn" col:"-"`      // its world-wide name
	PdState    string `json:"pdState" col:"-"`    // its state
}

// PDReplacePdiskEvent is the event pdReplacePdisk: a physical disk is to be replaced.
type PDReplacePdiskEvent struct {
	Event
	RgName     string `json:"rgName" col:"-"`     // the recovery group; _ALL_ for all
	DaName     string `json:"daName" col:"-"`     // the declustered array
	PdName     string `json:"pdName" col:"-"`     // the physical disk
	PdLocation string `json:"pdLocation" col:"-"` // where it sits
	PdFru      string `json:"pdFru" col:"-"`      // its part number
	PdWwn      string `json:"pdWwn" col:"-"`      // its world-wide name
	PdState    string `json:"pdState" col:"-"`    // its state
}

// PDPathDownEvent is the event pdPathDown: a path to a physical disk is down.
type PDPathDownEvent struct {
	Event
	RgName     string `json:"rgName" col:"-"`     // the recovery group; _ALL_ for all
	DaName     string `json:"daName" col:"-"`     // the declustered array
	PdName     string `json:"pdName" col:"-"`     // the physical disk
	PdLocation string `json:"pdLocation" col:"-"` // where it sits
	PdFru      string `json:"pdFru" col:"-"`      // its part number
	PdWwn      string `json:"pdWwn" col:"-"`      // its world-wide name
	PdState    string `json:"pdState" col:"-"`    // its state
	PdPath     string `json:"pdPath" col:"-"`     // the path to it
}

// DARebuildFailedEvent is the event daRebuildFailed: a declustered array could not be rebuilt.
type DARebuildFailedEvent struct {
	Event
	RgName                string `json:"rgName" col:"-"`                // the recovery group; _ALL_ for all
	DaName                string `json:"daName" col:"-"`                // the declustered array
	DaRemainingRedundancy int64  `json:"daRemainingRedundancy" col:"-"` // failures that it still survives
}

// NSDCksumMismatchEvent is the event nsdCksumMismatch: data arrived with a wrong checksum at or from a disk.
type NSDCksumMismatchEvent struct {
	Event
	CkDetectingNode      string `json:"ckDetectingNode" col:"-"`      // the node that found it
	CkErrorCountInterval Count  `json:"ckErrorCountInterval" col:"-"` // errors in the interval
}

// HealthNotice is what mmhealth tells when the state of a component changes. It is no event of callbacks: mmhealth runs
// one script on the node of the component, which the handlers share.
type HealthNotice struct {
	Event
	HealthEvent    string `json:"healthEvent" col:"-"`    // the event of mmhealth: disk_down
	Component      string `json:"component" col:"-"`      // DISK, NETWORK …
	Identifier     string `json:"identifier" col:"-"`     // what of the component: the name of a disk
	Severity       string `json:"severity" col:"-"`       // INFO, TIP, WARNING, ERROR
	State          string `json:"state" col:"-"`          // HEALTHY, DEGRADED, FAILED …
	Message        string `json:"message" col:"-"`        // what happened, for people
	EventArguments string `json:"eventArguments" col:"-"` // what the message was made of
	Version        string `json:"version" col:"-"`        // of the interface
	Date           string `json:"date" col:"-"`           // when it happened, as mmhealth writes it
	ClockTime      string `json:"clockTime" col:"-"`      // the time of that day
	Timezone       string `json:"timezone" col:"-"`       // its zone
}

// eventTypes are the events that a handler can be called with, by the name of the event.
func eventTypes() map[string]any {
	return map[string]any{
		"nodeJoin":                  NodeJoinEvent{},
		"nodeLeave":                 NodeLeaveEvent{},
		"quorumReached":             QuorumReachedEvent{},
		"quorumLoss":                QuorumLossEvent{},
		"quorumNodeJoin":            QuorumNodeJoinEvent{},
		"quorumNodeLeave":           QuorumNodeLeaveEvent{},
		"clusterManagerTakeOver":    ClusterManagerTakeOverEvent{},
		"afmFilesetExpired":         AFMFilesetExpiredEvent{},
		"afmFilesetUnexpired":       AFMFilesetUnexpiredEvent{},
		"preStartup":                PreStartupEvent{},
		"startup":                   StartupEvent{},
		"preShutdown":               PreShutdownEvent{},
		"shutdown":                  ShutdownEvent{},
		"preMount":                  PreMountEvent{},
		"mount":                     MountEvent{},
		"preUnmount":                PreUnmountEvent{},
		"unmount":                   UnmountEvent{},
		"lowDiskSpace":              LowDiskSpaceEvent{},
		"noDiskSpace":               NoDiskSpaceEvent{},
		"softQuotaExceeded":         SoftQuotaExceededEvent{},
		"usageUnderSoftQuota":       UsageUnderSoftQuotaEvent{},
		"filesetLimitExceeded":      FilesetLimitExceededEvent{},
		"diskFailure":               DiskFailureEvent{},
		"diskIOHang":                DiskIOHangEvent{},
		"fsstruct":                  FSStructEvent{},
		"deadlockDetected":          DeadlockDetectedEvent{},
		"deadlockOverload":          DeadlockOverloadEvent{},
		"snapshotCreated":           SnapshotCreatedEvent{},
		"traceConfigChanged":        TraceConfigChangedEvent{},
		"sendRequestToNodes":        SendRequestToNodesEvent{},
		"ccrFileChange":             CCRFileChangeEvent{},
		"ccrVarChange":              CCRVarChangeEvent{},
		"mmProtocolTraceFileChange": ProtocolTraceFileChangeEvent{},
		"afmPrepopEnd":              AFMPrepopEndEvent{},
		"afmRecoveryStart":          AFMRecoveryStartEvent{},
		"afmRecoveryEnd":            AFMRecoveryEndEvent{},
		"afmRecoveryFail":           AFMRecoveryFailEvent{},
		"afmRPOMiss":                AFMRPOMissEvent{},
		"afmHomeDisconnected":       AFMHomeDisconnectedEvent{},
		"afmHomeConnected":          AFMHomeConnectedEvent{},
		"afmManualResyncComplete":   AFMManualResyncCompleteEvent{},
		"afmQueueDropped":           AFMQueueDroppedEvent{},
		"afmFilesetUnmounted":       AFMFilesetUnmountedEvent{},
		"afmCmdRequeued":            AFMCmdRequeuedEvent{},
		"afmFilesetCreate":          AFMFilesetCreateEvent{},
		"afmFilesetDelete":          AFMFilesetDeleteEvent{},
		"afmFilesetLink":            AFMFilesetLinkEvent{},
		"afmFilesetUnlink":          AFMFilesetUnlinkEvent{},
		"afmFilesetChange":          AFMFilesetChangeEvent{},
		"preRGTakeover":             PreRGTakeoverEvent{},
		"postRGTakeover":            PostRGTakeoverEvent{},
		"preRGRelinquish":           PreRGRelinquishEvent{},
		"postRGRelinquish":          PostRGRelinquishEvent{},
		"rgOpenFailed":              RGOpenFailedEvent{},
		"rgPanic":                   RGPanicEvent{},
		"pdFailed":                  PDFailedEvent{},
		"pdRecovered":               PDRecoveredEvent{},
		"pdReplacePdisk":            PDReplacePdiskEvent{},
		"pdPathDown":                PDPathDownEvent{},
		"daRebuildFailed":           DARebuildFailedEvent{},
		"nsdCksumMismatch":          NSDCksumMismatchEvent{},
		handlers.HealthEvent:        HealthNotice{},
	}
}
