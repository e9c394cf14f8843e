package model

// The collections of callbacks by event, as the objects have them. A collection of an object is about that object: the
// handlers that are added to it run for no other.

// ClusterEvents are the events of a cluster: all of them.
type ClusterEvents struct {
	OnNodeJoin                EventCallbacks[NodeJoinEvent]                `json:"-"` // nodeJoin: nodes have joined the cluster
	OnNodeLeave               EventCallbacks[NodeLeaveEvent]               `json:"-"` // nodeLeave: nodes have left the cluster
	OnQuorumReached           EventCallbacks[QuorumReachedEvent]           `json:"-"` // quorumReached: the cluster has a quorum
	OnQuorumLoss              EventCallbacks[QuorumLossEvent]              `json:"-"` // quorumLoss: the quorum is lost
	OnQuorumNodeJoin          EventCallbacks[QuorumNodeJoinEvent]          `json:"-"` // quorumNodeJoin: quorum nodes have joined the cluster
	OnQuorumNodeLeave         EventCallbacks[QuorumNodeLeaveEvent]         `json:"-"` // quorumNodeLeave: quorum nodes have left the cluster
	OnClusterManagerTakeOver  EventCallbacks[ClusterManagerTakeOverEvent]  `json:"-"` // clusterManagerTakeOver: another node has become the cluster manager
	OnAFMFilesetExpired       EventCallbacks[AFMFilesetExpiredEvent]       `json:"-"` // afmFilesetExpired: the contents of a read-only cache have expired
	OnAFMFilesetUnexpired     EventCallbacks[AFMFilesetUnexpiredEvent]     `json:"-"` // afmFilesetUnexpired: an expired cache can be read again
	OnPreStartup              EventCallbacks[PreStartupEvent]              `json:"-"` // preStartup: the daemon is about to join the cluster
	OnStartup                 EventCallbacks[StartupEvent]                 `json:"-"` // startup: the daemon has started
	OnPreShutdown             EventCallbacks[PreShutdownEvent]             `json:"-"` // preShutdown: the daemon is about to stop, by a command or because it failed
	OnShutdown                EventCallbacks[ShutdownEvent]                `json:"-"` // shutdown: the daemon has stopped
	OnPreMount                EventCallbacks[PreMountEvent]                `json:"-"` // preMount: a file system is about to be mounted
	OnMount                   EventCallbacks[MountEvent]                   `json:"-"` // mount: a file system was mounted
	OnPreUnmount              EventCallbacks[PreUnmountEvent]              `json:"-"` // preUnmount: a file system is about to be unmounted
	OnUnmount                 EventCallbacks[UnmountEvent]                 `json:"-"` // unmount: a file system was unmounted
	OnLowDiskSpace            EventCallbacks[LowDiskSpaceEvent]            `json:"-"` // lowDiskSpace: a storage pool is fuller than the threshold of the policy; about every two minutes while it lasts
	OnNoDiskSpace             EventCallbacks[NoDiskSpaceEvent]             `json:"-"` // noDiskSpace: a storage pool is full, or an inode space has no inodes left
	OnSoftQuotaExceeded       EventCallbacks[SoftQuotaExceededEvent]       `json:"-"` // softQuotaExceeded: a soft limit was exceeded; once until usage falls below it again
	OnUsageUnderSoftQuota     EventCallbacks[UsageUnderSoftQuotaEvent]     `json:"-"` // usageUnderSoftQuota: usage fell below a soft limit again
	OnFilesetLimitExceeded    EventCallbacks[FilesetLimitExceededEvent]    `json:"-"` // filesetLimitExceeded: a limit of a fileset was exceeded
	OnDiskFailure             EventCallbacks[DiskFailureEvent]             `json:"-"` // diskFailure: a disk was marked down
	OnDiskIOHang              EventCallbacks[DiskIOHangEvent]              `json:"-"` // diskIOHang: an I/O to a disk takes longer than it may
	OnFSStruct                EventCallbacks[FSStructEvent]                `json:"-"` // fsstruct: an error in the structure of a file system was found
	OnDeadlockDetected        EventCallbacks[DeadlockDetectedEvent]        `json:"-"` // deadlockDetected: there may be a deadlock
	OnDeadlockOverload        EventCallbacks[DeadlockOverloadEvent]        `json:"-"` // deadlockOverload: the detection of deadlocks is overloaded
	OnSnapshotCreated         EventCallbacks[SnapshotCreatedEvent]         `json:"-"` // snapshotCreated: a snapshot was made, before the file system goes on
	OnTraceConfigChanged      EventCallbacks[TraceConfigChangedEvent]      `json:"-"` // traceConfigChanged: the configuration of tracing has changed
	OnSendRequestToNodes      EventCallbacks[SendRequestToNodesEvent]      `json:"-"` // sendRequestToNodes: a node asks others for debug data
	OnCCRFileChange           EventCallbacks[CCRFileChangeEvent]           `json:"-"` // ccrFileChange: a file of the configuration repository has changed
	OnCCRVarChange            EventCallbacks[CCRVarChangeEvent]            `json:"-"` // ccrVarChange: a variable of the configuration repository has changed
	OnProtocolTraceFileChange EventCallbacks[ProtocolTraceFileChangeEvent] `json:"-"` // mmProtocolTraceFileChange: a file of the tracing of protocols has changed
	OnAFMPrepopEnd            EventCallbacks[AFMPrepopEndEvent]            `json:"-"` // afmPrepopEnd: a prefetch has ended
	OnAFMRecoveryStart        EventCallbacks[AFMRecoveryStartEvent]        `json:"-"` // afmRecoveryStart: the recovery of a cache begins
	OnAFMRecoveryEnd          EventCallbacks[AFMRecoveryEndEvent]          `json:"-"` // afmRecoveryEnd: the recovery of a cache has ended
	OnAFMRecoveryFail         EventCallbacks[AFMRecoveryFailEvent]         `json:"-"` // afmRecoveryFail: the recovery of a cache has failed
	OnAFMRPOMiss              EventCallbacks[AFMRPOMissEvent]              `json:"-"` // afmRPOMiss: a primary did not reach its recovery point in time
	OnAFMHomeDisconnected     EventCallbacks[AFMHomeDisconnectedEvent]     `json:"-"` // afmHomeDisconnected: the home of a cache cannot be reached
	OnAFMHomeConnected        EventCallbacks[AFMHomeConnectedEvent]        `json:"-"` // afmHomeConnected: the home of a cache can be reached again
	OnAFMManualResyncComplete EventCallbacks[AFMManualResyncCompleteEvent] `json:"-"` // afmManualResyncComplete: a resynchronisation that was asked for has ended
	OnAFMQueueDropped         EventCallbacks[AFMQueueDroppedEvent]         `json:"-"` // afmQueueDropped: a gateway has dropped the queue of a cache
	OnAFMFilesetUnmounted     EventCallbacks[AFMFilesetUnmountedEvent]     `json:"-"` // afmFilesetUnmounted: a cache has lost the mount of its home
	OnAFMCmdRequeued          EventCallbacks[AFMCmdRequeuedEvent]          `json:"-"` // afmCmdRequeued: an operation on the home failed and was queued again
	OnAFMFilesetCreate        EventCallbacks[AFMFilesetCreateEvent]        `json:"-"` // afmFilesetCreate: a cache was created
	OnAFMFilesetDelete        EventCallbacks[AFMFilesetDeleteEvent]        `json:"-"` // afmFilesetDelete: a cache was deleted
	OnAFMFilesetLink          EventCallbacks[AFMFilesetLinkEvent]          `json:"-"` // afmFilesetLink: a cache was linked
	OnAFMFilesetUnlink        EventCallbacks[AFMFilesetUnlinkEvent]        `json:"-"` // afmFilesetUnlink: a cache was unlinked
	OnAFMFilesetChange        EventCallbacks[AFMFilesetChangeEvent]        `json:"-"` // afmFilesetChange: a cache was changed
	OnPreRGTakeover           EventCallbacks[PreRGTakeoverEvent]           `json:"-"` // preRGTakeover: a recovery group is about to change to this node
	OnPostRGTakeover          EventCallbacks[PostRGTakeoverEvent]          `json:"-"` // postRGTakeover: a recovery group has changed to this node
	OnPreRGRelinquish         EventCallbacks[PreRGRelinquishEvent]         `json:"-"` // preRGRelinquish: a recovery group is about to leave this node
	OnPostRGRelinquish        EventCallbacks[PostRGRelinquishEvent]        `json:"-"` // postRGRelinquish: a recovery group has left this node
	OnRGOpenFailed            EventCallbacks[RGOpenFailedEvent]            `json:"-"` // rgOpenFailed: a recovery group could not be opened
	OnRGPanic                 EventCallbacks[RGPanicEvent]                 `json:"-"` // rgPanic: a recovery group had to be given up
	OnPDFailed                EventCallbacks[PDFailedEvent]                `json:"-"` // pdFailed: a physical disk has failed
	OnPDRecovered             EventCallbacks[PDRecoveredEvent]             `json:"-"` // pdRecovered: a physical disk works again
	OnPDReplacePdisk          EventCallbacks[PDReplacePdiskEvent]          `json:"-"` // pdReplacePdisk: a physical disk is to be replaced
	OnPDPathDown              EventCallbacks[PDPathDownEvent]              `json:"-"` // pdPathDown: a path to a physical disk is down
	OnDARebuildFailed         EventCallbacks[DARebuildFailedEvent]         `json:"-"` // daRebuildFailed: a declustered array could not be rebuilt
	OnNSDCksumMismatch        EventCallbacks[NSDCksumMismatchEvent]        `json:"-"` // nsdCksumMismatch: data arrived with a wrong checksum at or from a disk
	OnHealthEvent             EventCallbacks[HealthNotice]                 `json:"-"` // the state of a component has changed, as mmhealth tells
}

func clusterEvents(at *callbackPlace) ClusterEvents {
	return ClusterEvents{
		OnNodeJoin:                EventCallbacks[NodeJoinEvent]{at},
		OnNodeLeave:               EventCallbacks[NodeLeaveEvent]{at},
		OnQuorumReached:           EventCallbacks[QuorumReachedEvent]{at},
		OnQuorumLoss:              EventCallbacks[QuorumLossEvent]{at},
		OnQuorumNodeJoin:          EventCallbacks[QuorumNodeJoinEvent]{at},
		OnQuorumNodeLeave:         EventCallbacks[QuorumNodeLeaveEvent]{at},
		OnClusterManagerTakeOver:  EventCallbacks[ClusterManagerTakeOverEvent]{at},
		OnAFMFilesetExpired:       EventCallbacks[AFMFilesetExpiredEvent]{at},
		OnAFMFilesetUnexpired:     EventCallbacks[AFMFilesetUnexpiredEvent]{at},
		OnPreStartup:              EventCallbacks[PreStartupEvent]{at},
		OnStartup:                 EventCallbacks[StartupEvent]{at},
		OnPreShutdown:             EventCallbacks[PreShutdownEvent]{at},
		OnShutdown:                EventCallbacks[ShutdownEvent]{at},
		OnPreMount:                EventCallbacks[PreMountEvent]{at},
		OnMount:                   EventCallbacks[MountEvent]{at},
		OnPreUnmount:              EventCallbacks[PreUnmountEvent]{at},
		OnUnmount:                 EventCallbacks[UnmountEvent]{at},
		OnLowDiskSpace:            EventCallbacks[LowDiskSpaceEvent]{at},
		OnNoDiskSpace:             EventCallbacks[NoDiskSpaceEvent]{at},
		OnSoftQuotaExceeded:       EventCallbacks[SoftQuotaExceededEvent]{at},
		OnUsageUnderSoftQuota:     EventCallbacks[UsageUnderSoftQuotaEvent]{at},
		OnFilesetLimitExceeded:    EventCallbacks[FilesetLimitExceededEvent]{at},
		OnDiskFailure:             EventCallbacks[DiskFailureEvent]{at},
		OnDiskIOHang:              EventCallbacks[DiskIOHangEvent]{at},
		OnFSStruct:                EventCallbacks[FSStructEvent]{at},
		OnDeadlockDetected:        EventCallbacks[DeadlockDetectedEvent]{at},
		OnDeadlockOverload:        EventCallbacks[DeadlockOverloadEvent]{at},
		OnSnapshotCreated:         EventCallbacks[SnapshotCreatedEvent]{at},
		OnTraceConfigChanged:      EventCallbacks[TraceConfigChangedEvent]{at},
		OnSendRequestToNodes:      EventCallbacks[SendRequestToNodesEvent]{at},
		OnCCRFileChange:           EventCallbacks[CCRFileChangeEvent]{at},
		OnCCRVarChange:            EventCallbacks[CCRVarChangeEvent]{at},
		OnProtocolTraceFileChange: EventCallbacks[ProtocolTraceFileChangeEvent]{at},
		OnAFMPrepopEnd:            EventCallbacks[AFMPrepopEndEvent]{at},
		OnAFMRecoveryStart:        EventCallbacks[AFMRecoveryStartEvent]{at},
		OnAFMRecoveryEnd:          EventCallbacks[AFMRecoveryEndEvent]{at},
		OnAFMRecoveryFail:         EventCallbacks[AFMRecoveryFailEvent]{at},
		OnAFMRPOMiss:              EventCallbacks[AFMRPOMissEvent]{at},
		OnAFMHomeDisconnected:     EventCallbacks[AFMHomeDisconnectedEvent]{at},
		OnAFMHomeConnected:        EventCallbacks[AFMHomeConnectedEvent]{at},
		OnAFMManualResyncComplete: EventCallbacks[AFMManualResyncCompleteEvent]{at},
		OnAFMQueueDropped:         EventCallbacks[AFMQueueDroppedEvent]{at},
		OnAFMFilesetUnmounted:     EventCallbacks[AFMFilesetUnmountedEvent]{at},
		OnAFMCmdRequeued:          EventCallbacks[AFMCmdRequeuedEvent]{at},
		OnAFMFilesetCreate:        EventCallbacks[AFMFilesetCreateEvent]{at},
		OnAFMFilesetDelete:        EventCallbacks[AFMFilesetDeleteEvent]{at},
		OnAFMFilesetLink:          EventCallbacks[AFMFilesetLinkEvent]{at},
		OnAFMFilesetUnlink:        EventCallbacks[AFMFilesetUnlinkEvent]{at},
		OnAFMFilesetChange:        EventCallbacks[AFMFilesetChangeEvent]{at},
		OnPreRGTakeover:           EventCallbacks[PreRGTakeoverEvent]{at},
		OnPostRGTakeover:          EventCallbacks[PostRGTakeoverEvent]{at},
		OnPreRGRelinquish:         EventCallbacks[PreRGRelinquishEvent]{at},
		OnPostRGRelinquish:        EventCallbacks[PostRGRelinquishEvent]{at},
		OnRGOpenFailed:            EventCallbacks[RGOpenFailedEvent]{at},
		OnRGPanic:                 EventCallbacks[RGPanicEvent]{at},
		OnPDFailed:                EventCallbacks[PDFailedEvent]{at},
		OnPDRecovered:             EventCallbacks[PDRecoveredEvent]{at},
		OnPDReplacePdisk:          EventCallbacks[PDReplacePdiskEvent]{at},
		OnPDPathDown:              EventCallbacks[PDPathDownEvent]{at},
		OnDARebuildFailed:         EventCallbacks[DARebuildFailedEvent]{at},
		OnNSDCksumMismatch:        EventCallbacks[NSDCksumMismatchEvent]{at},
		OnHealthEvent:             EventCallbacks[HealthNotice]{at},
	}
}

// FilesystemEvents are the events that are about a file system.
type FilesystemEvents struct {
	OnAFMFilesetExpired       EventCallbacks[AFMFilesetExpiredEvent]       `json:"-"` // afmFilesetExpired: the contents of a read-only cache have expired
	OnAFMFilesetUnexpired     EventCallbacks[AFMFilesetUnexpiredEvent]     `json:"-"` // afmFilesetUnexpired: an expired cache can be read again
	OnPreMount                EventCallbacks[PreMountEvent]                `json:"-"` // preMount: a file system is about to be mounted
	OnMount                   EventCallbacks[MountEvent]                   `json:"-"` // mount: a file system was mounted
	OnPreUnmount              EventCallbacks[PreUnmountEvent]              `json:"-"` // preUnmount: a file system is about to be unmounted
	OnUnmount                 EventCallbacks[UnmountEvent]                 `json:"-"` // unmount: a file system was unmounted
	OnLowDiskSpace            EventCallbacks[LowDiskSpaceEvent]            `json:"-"` // lowDiskSpace: a storage pool is fuller than the threshold of the policy; about every two minutes while it lasts
	OnNoDiskSpace             EventCallbacks[NoDiskSpaceEvent]             `json:"-"` // noDiskSpace: a storage pool is full, or an inode space has no inodes left
	OnSoftQuotaExceeded       EventCallbacks[SoftQuotaExceededEvent]       `json:"-"` // softQuotaExceeded: a soft limit was exceeded; once until usage falls below it again
	OnUsageUnderSoftQuota     EventCallbacks[UsageUnderSoftQuotaEvent]     `json:"-"` // usageUnderSoftQuota: usage fell below a soft limit again
	OnFilesetLimitExceeded    EventCallbacks[FilesetLimitExceededEvent]    `json:"-"` // filesetLimitExceeded: a limit of a fileset was exceeded
	OnDiskFailure             EventCallbacks[DiskFailureEvent]             `json:"-"` // diskFailure: a disk was marked down
	OnFSStruct                EventCallbacks[FSStructEvent]                `json:"-"` // fsstruct: an error in the structure of a file system was found
	OnSnapshotCreated         EventCallbacks[SnapshotCreatedEvent]         `json:"-"` // snapshotCreated: a snapshot was made, before the file system goes on
	OnAFMPrepopEnd            EventCallbacks[AFMPrepopEndEvent]            `json:"-"` // afmPrepopEnd: a prefetch has ended
	OnAFMRecoveryStart        EventCallbacks[AFMRecoveryStartEvent]        `json:"-"` // afmRecoveryStart: the recovery of a cache begins
	OnAFMRecoveryEnd          EventCallbacks[AFMRecoveryEndEvent]          `json:"-"` // afmRecoveryEnd: the recovery of a cache has ended
	OnAFMRecoveryFail         EventCallbacks[AFMRecoveryFailEvent]         `json:"-"` // afmRecoveryFail: the recovery of a cache has failed
	OnAFMRPOMiss              EventCallbacks[AFMRPOMissEvent]              `json:"-"` // afmRPOMiss: a primary did not reach its recovery point in time
	OnAFMHomeDisconnected     EventCallbacks[AFMHomeDisconnectedEvent]     `json:"-"` // afmHomeDisconnected: the home of a cache cannot be reached
	OnAFMHomeConnected        EventCallbacks[AFMHomeConnectedEvent]        `json:"-"` // afmHomeConnected: the home of a cache can be reached again
	OnAFMManualResyncComplete EventCallbacks[AFMManualResyncCompleteEvent] `json:"-"` // afmManualResyncComplete: a resynchronisation that was asked for has ended
	OnAFMQueueDropped         EventCallbacks[AFMQueueDroppedEvent]         `json:"-"` // afmQueueDropped: a gateway has dropped the queue of a cache
	OnAFMFilesetUnmounted     EventCallbacks[AFMFilesetUnmountedEvent]     `json:"-"` // afmFilesetUnmounted: a cache has lost the mount of its home
	OnAFMCmdRequeued          EventCallbacks[AFMCmdRequeuedEvent]          `json:"-"` // afmCmdRequeued: an operation on the home failed and was queued again
	OnAFMFilesetCreate        EventCallbacks[AFMFilesetCreateEvent]        `json:"-"` // afmFilesetCreate: a cache was created
	OnAFMFilesetDelete        EventCallbacks[AFMFilesetDeleteEvent]        `json:"-"` // afmFilesetDelete: a cache was deleted
	OnAFMFilesetLink          EventCallbacks[AFMFilesetLinkEvent]          `json:"-"` // afmFilesetLink: a cache was linked
	OnAFMFilesetUnlink        EventCallbacks[AFMFilesetUnlinkEvent]        `json:"-"` // afmFilesetUnlink: a cache was unlinked
	OnAFMFilesetChange        EventCallbacks[AFMFilesetChangeEvent]        `json:"-"` // afmFilesetChange: a cache was changed
}

func filesystemEvents(at *callbackPlace) FilesystemEvents {
	return FilesystemEvents{
		OnAFMFilesetExpired:       EventCallbacks[AFMFilesetExpiredEvent]{at},
		OnAFMFilesetUnexpired:     EventCallbacks[AFMFilesetUnexpiredEvent]{at},
		OnPreMount:                EventCallbacks[PreMountEvent]{at},
		OnMount:                   EventCallbacks[MountEvent]{at},
		OnPreUnmount:              EventCallbacks[PreUnmountEvent]{at},
		OnUnmount:                 EventCallbacks[UnmountEvent]{at},
		OnLowDiskSpace:            EventCallbacks[LowDiskSpaceEvent]{at},
		OnNoDiskSpace:             EventCallbacks[NoDiskSpaceEvent]{at},
		OnSoftQuotaExceeded:       EventCallbacks[SoftQuotaExceededEvent]{at},
		OnUsageUnderSoftQuota:     EventCallbacks[UsageUnderSoftQuotaEvent]{at},
		OnFilesetLimitExceeded:    EventCallbacks[FilesetLimitExceededEvent]{at},
		OnDiskFailure:             EventCallbacks[DiskFailureEvent]{at},
		OnFSStruct:                EventCallbacks[FSStructEvent]{at},
		OnSnapshotCreated:         EventCallbacks[SnapshotCreatedEvent]{at},
		OnAFMPrepopEnd:            EventCallbacks[AFMPrepopEndEvent]{at},
		OnAFMRecoveryStart:        EventCallbacks[AFMRecoveryStartEvent]{at},
		OnAFMRecoveryEnd:          EventCallbacks[AFMRecoveryEndEvent]{at},
		OnAFMRecoveryFail:         EventCallbacks[AFMRecoveryFailEvent]{at},
		OnAFMRPOMiss:              EventCallbacks[AFMRPOMissEvent]{at},
		OnAFMHomeDisconnected:     EventCallbacks[AFMHomeDisconnectedEvent]{at},
		OnAFMHomeConnected:        EventCallbacks[AFMHomeConnectedEvent]{at},
		OnAFMManualResyncComplete: EventCallbacks[AFMManualResyncCompleteEvent]{at},
		OnAFMQueueDropped:         EventCallbacks[AFMQueueDroppedEvent]{at},
		OnAFMFilesetUnmounted:     EventCallbacks[AFMFilesetUnmountedEvent]{at},
		OnAFMCmdRequeued:          EventCallbacks[AFMCmdRequeuedEvent]{at},
		OnAFMFilesetCreate:        EventCallbacks[AFMFilesetCreateEvent]{at},
		OnAFMFilesetDelete:        EventCallbacks[AFMFilesetDeleteEvent]{at},
		OnAFMFilesetLink:          EventCallbacks[AFMFilesetLinkEvent]{at},
		OnAFMFilesetUnlink:        EventCallbacks[AFMFilesetUnlinkEvent]{at},
		OnAFMFilesetChange:        EventCallbacks[AFMFilesetChangeEvent]{at},
	}
}

// FilesetEvents are the events that are about a fileset.
type FilesetEvents struct {
	OnAFMFilesetExpired       EventCallbacks[AFMFilesetExpiredEvent]       `json:"-"` // afmFilesetExpired: the contents of a read-only cache have expired
	OnAFMFilesetUnexpired     EventCallbacks[AFMFilesetUnexpiredEvent]     `json:"-"` // afmFilesetUnexpired: an expired cache can be read again
	OnNoDiskSpace             EventCallbacks[NoDiskSpaceEvent]             `json:"-"` // noDiskSpace: a storage pool is full, or an inode space has no inodes left
	OnSoftQuotaExceeded       EventCallbacks[SoftQuotaExceededEvent]       `json:"-"` // softQuotaExceeded: a soft limit was exceeded; once until usage falls below it again
	OnUsageUnderSoftQuota     EventCallbacks[UsageUnderSoftQuotaEvent]     `json:"-"` // usageUnderSoftQuota: usage fell below a soft limit again
	OnFilesetLimitExceeded    EventCallbacks[FilesetLimitExceededEvent]    `json:"-"` // filesetLimitExceeded: a limit of a fileset was exceeded
	OnSnapshotCreated         EventCallbacks[SnapshotCreatedEvent]         `json:"-"` // snapshotCreated: a snapshot was made, before the file system goes on
	OnAFMPrepopEnd            EventCallbacks[AFMPrepopEndEvent]            `json:"-"` // afmPrepopEnd: a prefetch has ended
	OnAFMRecoveryStart        EventCallbacks[AFMRecoveryStartEvent]        `json:"-"` // afmRecoveryStart: the recovery of a cache begins
	OnAFMRecoveryEnd          EventCallbacks[AFMRecoveryEndEvent]          `json:"-"` // afmRecoveryEnd: the recovery of a cache has ended
	OnAFMRecoveryFail         EventCallbacks[AFMRecoveryFailEvent]         `json:"-"` // afmRecoveryFail: the recovery of a cache has failed
	OnAFMRPOMiss              EventCallbacks[AFMRPOMissEvent]              `json:"-"` // afmRPOMiss: a primary did not reach its recovery point in time
	OnAFMHomeDisconnected     EventCallbacks[AFMHomeDisconnectedEvent]     `json:"-"` // afmHomeDisconnected: the home of a cache cannot be reached
	OnAFMHomeConnected        EventCallbacks[AFMHomeConnectedEvent]        `json:"-"` // afmHomeConnected: the home of a cache can be reached again
	OnAFMManualResyncComplete EventCallbacks[AFMManualResyncCompleteEvent] `json:"-"` // afmManualResyncComplete: a resynchronisation that was asked for has ended
	OnAFMQueueDropped         EventCallbacks[AFMQueueDroppedEvent]         `json:"-"` // afmQueueDropped: a gateway has dropped the queue of a cache
	OnAFMFilesetUnmounted     EventCallbacks[AFMFilesetUnmountedEvent]     `json:"-"` // afmFilesetUnmounted: a cache has lost the mount of its home
	OnAFMCmdRequeued          EventCallbacks[AFMCmdRequeuedEvent]          `json:"-"` // afmCmdRequeued: an operation on the home failed and was queued again
	OnAFMFilesetCreate        EventCallbacks[AFMFilesetCreateEvent]        `json:"-"` // afmFilesetCreate: a cache was created
	OnAFMFilesetDelete        EventCallbacks[AFMFilesetDeleteEvent]        `json:"-"` // afmFilesetDelete: a cache was deleted
	OnAFMFilesetLink          EventCallbacks[AFMFilesetLinkEvent]          `json:"-"` // afmFilesetLink: a cache was linked
	OnAFMFilesetUnlink        EventCallbacks[AFMFilesetUnlinkEvent]        `json:"-"` // afmFilesetUnlink: a cache was unlinked
	OnAFMFilesetChange        EventCallbacks[AFMFilesetChangeEvent]        `json:"-"` // afmFilesetChange: a cache was changed
}

func filesetEvents(at *callbackPlace) FilesetEvents {
	return FilesetEvents{
		OnAFMFilesetExpired:       EventCallbacks[AFMFilesetExpiredEvent]{at},
		OnAFMFilesetUnexpired:     EventCallbacks[AFMFilesetUnexpiredEvent]{at},
		OnNoDiskSpace:             EventCallbacks[NoDiskSpaceEvent]{at},
		OnSoftQuotaExceeded:       EventCallbacks[SoftQuotaExceededEvent]{at},
		OnUsageUnderSoftQuota:     EventCallbacks[UsageUnderSoftQuotaEvent]{at},
		OnFilesetLimitExceeded:    EventCallbacks[FilesetLimitExceededEvent]{at},
		OnSnapshotCreated:         EventCallbacks[SnapshotCreatedEvent]{at},
		OnAFMPrepopEnd:            EventCallbacks[AFMPrepopEndEvent]{at},
		OnAFMRecoveryStart:        EventCallbacks[AFMRecoveryStartEvent]{at},
		OnAFMRecoveryEnd:          EventCallbacks[AFMRecoveryEndEvent]{at},
		OnAFMRecoveryFail:         EventCallbacks[AFMRecoveryFailEvent]{at},
		OnAFMRPOMiss:              EventCallbacks[AFMRPOMissEvent]{at},
		OnAFMHomeDisconnected:     EventCallbacks[AFMHomeDisconnectedEvent]{at},
		OnAFMHomeConnected:        EventCallbacks[AFMHomeConnectedEvent]{at},
		OnAFMManualResyncComplete: EventCallbacks[AFMManualResyncCompleteEvent]{at},
		OnAFMQueueDropped:         EventCallbacks[AFMQueueDroppedEvent]{at},
		OnAFMFilesetUnmounted:     EventCallbacks[AFMFilesetUnmountedEvent]{at},
		OnAFMCmdRequeued:          EventCallbacks[AFMCmdRequeuedEvent]{at},
		OnAFMFilesetCreate:        EventCallbacks[AFMFilesetCreateEvent]{at},
		OnAFMFilesetDelete:        EventCallbacks[AFMFilesetDeleteEvent]{at},
		OnAFMFilesetLink:          EventCallbacks[AFMFilesetLinkEvent]{at},
		OnAFMFilesetUnlink:        EventCallbacks[AFMFilesetUnlinkEvent]{at},
		OnAFMFilesetChange:        EventCallbacks[AFMFilesetChangeEvent]{at},
	}
}

// PoolEvents are the events that are about a storage pool.
type PoolEvents struct {
	OnLowDiskSpace EventCallbacks[LowDiskSpaceEvent] `json:"-"` // lowDiskSpace: a storage pool is fuller than the threshold of the policy; about every two minutes while it lasts
	OnNoDiskSpace  EventCallbacks[NoDiskSpaceEvent]  `json:"-"` // noDiskSpace: a storage pool is full, or an inode space has no inodes left
}

func poolEvents(at *callbackPlace) PoolEvents {
	return PoolEvents{
		OnLowDiskSpace: EventCallbacks[LowDiskSpaceEvent]{at},
		OnNoDiskSpace:  EventCallbacks[NoDiskSpaceEvent]{at},
	}
}

// NodeEvents are the events that happen on a node, or are about it.
type NodeEvents struct {
	OnNodeJoin           EventCallbacks[NodeJoinEvent]           `json:"-"` // nodeJoin: nodes have joined the cluster
	OnNodeLeave          EventCallbacks[NodeLeaveEvent]          `json:"-"` // nodeLeave: nodes have left the cluster
	OnQuorumNodeJoin     EventCallbacks[QuorumNodeJoinEvent]     `json:"-"` // quorumNodeJoin: quorum nodes have joined the cluster
	OnQuorumNodeLeave    EventCallbacks[QuorumNodeLeaveEvent]    `json:"-"` // quorumNodeLeave: quorum nodes have left the cluster
	OnPreStartup         EventCallbacks[PreStartupEvent]         `json:"-"` // preStartup: the daemon is about to join the cluster
	OnStartup            EventCallbacks[StartupEvent]            `json:"-"` // startup: the daemon has started
	OnPreShutdown        EventCallbacks[PreShutdownEvent]        `json:"-"` // preShutdown: the daemon is about to stop, by a command or because it failed
	OnShutdown           EventCallbacks[ShutdownEvent]           `json:"-"` // shutdown: the daemon has stopped
	OnPreMount           EventCallbacks[PreMountEvent]           `json:"-"` // preMount: a file system is about to be mounted
	OnMount              EventCallbacks[MountEvent]              `json:"-"` // mount: a file system was mounted
	OnPreUnmount         EventCallbacks[PreUnmountEvent]         `json:"-"` // preUnmount: a file system is about to be unmounted
	OnUnmount            EventCallbacks[UnmountEvent]            `json:"-"` // unmount: a file system was unmounted
	OnDiskIOHang         EventCallbacks[DiskIOHangEvent]         `json:"-"` // diskIOHang: an I/O to a disk takes longer than it may
	OnDeadlockDetected   EventCallbacks[DeadlockDetectedEvent]   `json:"-"` // deadlockDetected: there may be a deadlock
	OnDeadlockOverload   EventCallbacks[DeadlockOverloadEvent]   `json:"-"` // deadlockOverload: the detection of deadlocks is overloaded
	OnTraceConfigChanged EventCallbacks[TraceConfigChangedEvent] `json:"-"` // traceConfigChanged: the configuration of tracing has changed
}

func nodeEvents(at *callbackPlace) NodeEvents {
	return NodeEvents{
		OnNodeJoin:           EventCallbacks[NodeJoinEvent]{at},
		OnNodeLeave:          EventCallbacks[NodeLeaveEvent]{at},
		OnQuorumNodeJoin:     EventCallbacks[QuorumNodeJoinEvent]{at},
		OnQuorumNodeLeave:    EventCallbacks[QuorumNodeLeaveEvent]{at},
		OnPreStartup:         EventCallbacks[PreStartupEvent]{at},
		OnStartup:            EventCallbacks[StartupEvent]{at},
		OnPreShutdown:        EventCallbacks[PreShutdownEvent]{at},
		OnShutdown:           EventCallbacks[ShutdownEvent]{at},
		OnPreMount:           EventCallbacks[PreMountEvent]{at},
		OnMount:              EventCallbacks[MountEvent]{at},
		OnPreUnmount:         EventCallbacks[PreUnmountEvent]{at},
		OnUnmount:            EventCallbacks[UnmountEvent]{at},
		OnDiskIOHang:         EventCallbacks[DiskIOHangEvent]{at},
		OnDeadlockDetected:   EventCallbacks[DeadlockDetectedEvent]{at},
		OnDeadlockOverload:   EventCallbacks[DeadlockOverloadEvent]{at},
		OnTraceConfigChanged: EventCallbacks[TraceConfigChangedEvent]{at},
	}
}

// NodeClassEvents are the events that happen on the nodes of a node class.
type NodeClassEvents struct {
	OnPreStartup         EventCallbacks[PreStartupEvent]         `json:"-"` // preStartup: the daemon is about to join the cluster
	OnStartup            EventCallbacks[StartupEvent]            `json:"-"` // startup: the daemon has started
	OnPreShutdown        EventCallbacks[PreShutdownEvent]        `json:"-"` // preShutdown: the daemon is about to stop, by a command or because it failed
	OnShutdown           EventCallbacks[ShutdownEvent]           `json:"-"` // shutdown: the daemon has stopped
	OnPreMount           EventCallbacks[PreMountEvent]           `json:"-"` // preMount: a file system is about to be mounted
	OnMount              EventCallbacks[MountEvent]              `json:"-"` // mount: a file system was mounted
	OnPreUnmount         EventCallbacks[PreUnmountEvent]         `json:"-"` // preUnmount: a file system is about to be unmounted
	OnUnmount            EventCallbacks[UnmountEvent]            `json:"-"` // unmount: a file system was unmounted
	OnDiskIOHang         EventCallbacks[DiskIOHangEvent]         `json:"-"` // diskIOHang: an I/O to a disk takes longer than it may
	OnDeadlockDetected   EventCallbacks[DeadlockDetectedEvent]   `json:"-"` // deadlockDetected: there may be a deadlock
	OnDeadlockOverload   EventCallbacks[DeadlockOverloadEvent]   `json:"-"` // deadlockOverload: the detection of deadlocks is overloaded
	OnTraceConfigChanged EventCallbacks[TraceConfigChangedEvent] `json:"-"` // traceConfigChanged: the configuration of tracing has changed
}

func nodeClassEvents(at *callbackPlace) NodeClassEvents {
	return NodeClassEvents{
		OnPreStartup:         EventCallbacks[PreStartupEvent]{at},
		OnStartup:            EventCallbacks[StartupEvent]{at},
		OnPreShutdown:        EventCallbacks[PreShutdownEvent]{at},
		OnShutdown:           EventCallbacks[ShutdownEvent]{at},
		OnPreMount:           EventCallbacks[PreMountEvent]{at},
		OnMount:              EventCallbacks[MountEvent]{at},
		OnPreUnmount:         EventCallbacks[PreUnmountEvent]{at},
		OnUnmount:            EventCallbacks[UnmountEvent]{at},
		OnDiskIOHang:         EventCallbacks[DiskIOHangEvent]{at},
		OnDeadlockDetected:   EventCallbacks[DeadlockDetectedEvent]{at},
		OnDeadlockOverload:   EventCallbacks[DeadlockOverloadEvent]{at},
		OnTraceConfigChanged: EventCallbacks[TraceConfigChangedEvent]{at},
	}
}
