package mmexec

import (
	"slices"
	"strings"
)

// CallbackEvent is one event that callbacks can be registered for.
type CallbackEvent struct {
	Name  string
	Where EventPlace
	// Variables are those that belong to the event. Those of GeneralVariables have a value at every event.
	Variables []string
	Sync      bool    // the daemon can be made to wait for what runs
	RAID      bool    // only where Storage Scale RAID is
	Since     Release // the release that brought it, zero when it is older than any in use
	When      string  // when it happens
}

// Global tells whether the event happens on all nodes at once.
func (e CallbackEvent) Global() bool { return e.Where == AtAllNodes }

// Before tells whether the event comes before what it announces: preMount, preUnmount, preStartup, preShutdown. Storage
// Scale waits for what runs then, and is not to be asked for anything.
func (e CallbackEvent) Before() bool { return strings.HasPrefix(e.Name, "pre") && !e.RAID }

// Unreachable tells whether a handler that touches a file of any file system may hang: before something happens for which
// Storage Scale waits, and when the quorum changes.
func (e CallbackEvent) Unreachable() bool {
	return strings.HasPrefix(e.Name, "pre") || strings.HasPrefix(e.Name, "quorum")
}

// Offline tells whether file systems may be out of reach when the event happens, so that nothing may depend on them.
func (e CallbackEvent) Offline() bool {
	switch e.Name {
	case "preMount", "mount", "preUnmount", "unmount", "preStartup", "startup", "preShutdown", "shutdown", "diskFailure", "noDiskSpace":
		return true
	}
	return strings.HasPrefix(e.Name, "quorum")
}

// EventPlace says on which nodes the callbacks of an event run.
type EventPlace int

// The places.
const (
	AtNode           EventPlace = iota // the node where it happens
	AtAllNodes                         // all nodes of the cluster
	AtManager                          // the manager of the file system
	AtGateway                          // the gateway of the cache
	AtClusterManager                   // the cluster manager
)

// String says where, in words.
func (p EventPlace) String() string {
	switch p {
	case AtAllNodes:
		return "all nodes"
	case AtManager:
		return "file system manager"
	case AtGateway:
		return "gateway node"
	case AtClusterManager:
		return "cluster manager"
	}
	return "node of the event"
}

// VariableKind says what the value of a variable is.
type VariableKind int

// The kinds of values.
const (
	TextVariable      VariableKind = iota // one word or a text
	NodesVariable                         // names of nodes with commas
	KilobytesVariable                     // an amount of storage in KB
	KilobytesLimit                        // the same; 0 is no limit
	CountVariable                         // a number of inodes or files
	CountLimit                            // the same; 0 is no limit
	NumberVariable                        // a number: an id, a version
	SecondsVariable                       // a duration in seconds
)

// CallbackVariable is a variable that --parms of mmaddcallback can hold, with a percent sign in front.
type CallbackVariable struct {
	Name  string
	Kind  VariableKind
	Means string
}

// Undefined is what a variable becomes that has no value at an event.
const Undefined = "UNDEFINED"

// quotaVariables belong to the events of quotas.
func quotaVariables() []string {
	return []string{
		"fsName", "filesetName", "quotaID", "quotaType", "quotaOwnerName", "blockUsage", "blockQuota", "blockLimit",
		"filesUsage", "filesQuota", "filesLimit",
	}
}

// CallbackEvents returns the events that callbacks can be registered for. tiebreakerCheck is among them; a callback for
// it can cost the quorum, and [MmAddCallback] refuses it.
//
// unverified: the variables of most events, where they happen, and which ones the daemon can wait at; the list itself.
func CallbackEvents() []CallbackEvent {
	afm := []string{"fsName", "filesetName", "pcacheEvent", "homeServer", "reason"}
	fileset := []string{"fsName", "filesetName"}
	group := []string{"rgName", "rgErr", "rgReason", "rgCount", "myNode"}
	pdisk := []string{"rgName", "daName", "pdName", "pdLocation", "pdFru", "pdWwn", "pdState"}
	return []CallbackEvent{
		{Name: "nodeJoin", Where: AtAllNodes, Variables: []string{"eventNode"}, When: "nodes have joined the cluster"},
		{Name: "nodeLeave", Where: AtAllNodes, Variables: []string{"eventNode"}, When: "nodes have left the cluster"},
		{Name: "quorumReached", Where: AtAllNodes, Variables: []string{"quorumNodes"}, When: "the cluster has a quorum"},
		{Name: "quorumLoss", Where: AtAllNodes, When: "the quorum is lost"},
		{Name: "quorumNodeJoin", Where: AtAllNodes, Variables: []string{"eventNode"}, When: "quorum nodes have joined the cluster"},
		{Name: "quorumNodeLeave", Where: AtAllNodes, Variables: []string{"eventNode"}, When: "quorum nodes have left the cluster"},
		{Name: "clusterManagerTakeOver", Where: AtAllNodes, When: "another node has become the cluster manager"},
		{Name: "afmFilesetExpired", Where: AtAllNodes, Variables: afm, When: "the contents of a read-only cache have expired"},
		{Name: "afmFilesetUnexpired", Where: AtAllNodes, Variables: afm, When: "an expired cache can be read again"},

		{Name: "preStartup", Sync: true, When: "the daemon is about to join the cluster"},
		{Name: "startup", Sync: true, When: "the daemon has started"},
		{Name: "preShutdown", Sync: true, Variables: []string{"reason"}, When: "the daemon is about to stop, by a command or because it failed"},
		{Name: "shutdown", Sync: true, Variables: []string{"reason"}, When: "the daemon has stopped"},
		{Name: "preMount", Sync: true, Variables: []string{"fsName"}, When: "a file system is about to be mounted"},
		{Name: "mount", Sync: true, Variables: []string{"fsName"}, When: "a file system was mounted"},
		{Name: "preUnmount", Sync: true, Variables: []string{"fsName", "reason"}, When: "a file system is about to be unmounted"},
		{Name: "unmount", Sync: true, Variables: []string{"fsName", "reason"}, When: "a file system was unmounted"},
		{Name: "lowDiskSpace", Where: AtManager, Variables: []string{"fsName", "storagePool"}, When: "a storage pool is fuller than the threshold of the policy; about every two minutes while it lasts"},
		{Name: "noDiskSpace", Where: AtManager, Variables: []string{"fsName", "storagePool", "filesetName", "reason"}, When: "a storage pool is full, or an inode space has no inodes left"},
		{Name: "softQuotaExceeded", Where: AtManager, Variables: quotaVariables(), When: "a soft limit was exceeded; once until usage falls below it again"},
		{Name: "usageUnderSoftQuota", Where: AtManager, Variables: quotaVariables(), When: "usage fell below a soft limit again"},
		{
			Name: "filesetLimitExceeded", Where: AtManager, When: "a limit of a fileset was exceeded",
			Variables: []string{"fsName", "filesetName", "filesetSize", "softLimit", "hardLimit", "inodeUsage", "inodeQuota", "inodeLimit", "quotaEventType"},
		},
		{Name: "diskFailure", Where: AtManager, Variables: []string{"diskName", "fsName"}, When: "a disk was marked down"},
		{Name: "diskIOHang", Variables: []string{"diskName", "ioLength"}, When: "an I/O to a disk takes longer than it may"},
		{Name: "fsstruct", Variables: []string{"fsName", "fsErr", "senseDataFormatted", "senseDataHex"}, When: "an error in the structure of a file system was found"},
		{Name: "deadlockDetected", Variables: []string{"waiterLength"}, When: "there may be a deadlock"},
		{Name: "deadlockOverload", Variables: []string{"nodeName"}, When: "the detection of deadlocks is overloaded"},
		{Name: "snapshotCreated", Where: AtManager, Sync: true, Variables: []string{"fsName", "snapshotName", "snapshotID", "filesetName"}, When: "a snapshot was made, before the file system goes on"},
		{Name: "tiebreakerCheck", Where: AtClusterManager, When: "the lease of a quorum node has run out, before it is decided who stays"},
		{Name: "traceConfigChanged", When: "the configuration of tracing has changed"},
		{Name: "sendRequestToNodes", Variables: []string{"requestType", "nodeNames"}, When: "a node asks others for debug data"},
		{Name: "ccrFileChange", Variables: []string{"ccrObjectName", "ccrObjectVersion"}, When: "a file of the configuration repository has changed"},
		{Name: "ccrVarChange", Variables: []string{"ccrObjectName", "ccrObjectValue", "ccrObjectVersion"}, When: "a variable of the configuration repository has changed"},
		{Name: "mmProtocolTraceFileChange", When: "a file of the tracing of protocols has changed"},

		{
			Name: "afmPrepopEnd", Where: AtGateway, When: "a prefetch has ended",
			Variables: []string{"fsName", "filesetName", "prepopCompletedReads", "prepopFailedReads", "prepopAlreadyCachedFiles", "prepopData"},
		},
		{Name: "afmRecoveryStart", Where: AtGateway, Variables: afm, When: "the recovery of a cache begins"},
		{Name: "afmRecoveryEnd", Where: AtGateway, Variables: afm, When: "the recovery of a cache has ended"},
		{Name: "afmRecoveryFail", Where: AtGateway, Variables: afm, When: "the recovery of a cache has failed"},
		{Name: "afmRPOMiss", Where: AtGateway, Variables: afm, When: "a primary did not reach its recovery point in time"},
		{Name: "afmHomeDisconnected", Where: AtGateway, Variables: afm, When: "the home of a cache cannot be reached"},
		{Name: "afmHomeConnected", Where: AtGateway, Variables: afm, When: "the home of a cache can be reached again"},
		{Name: "afmManualResyncComplete", Where: AtGateway, Variables: afm, When: "a resynchronisation that was asked for has ended"},
		{Name: "afmQueueDropped", Where: AtGateway, Variables: afm, When: "a gateway has dropped the queue of a cache"},
		{Name: "afmFilesetUnmounted", Where: AtGateway, Variables: afm, When: "a cache has lost the mount of its home"},
		{Name: "afmCmdRequeued", Where: AtGateway, Variables: []string{"fsName", "filesetName", "pcacheCmd", "reason"}, When: "an operation on the home failed and was queued again"},
		{Name: "afmFilesetCreate", Where: AtManager, Variables: fileset, When: "a cache was created"},
		{Name: "afmFilesetDelete", Where: AtManager, Variables: fileset, When: "a cache was deleted"},
		{Name: "afmFilesetLink", Where: AtManager, Variables: fileset, When: "a cache was linked"},
		{Name: "afmFilesetUnlink", Where: AtManager, Variables: fileset, When: "a cache was unlinked"},
		{Name: "afmFilesetChange", Where: AtManager, Variables: fileset, When: "a cache was changed"},

		{Name: "preRGTakeover", RAID: true, Variables: group, When: "a recovery group is about to change to this node"},
		{Name: "postRGTakeover", RAID: true, Variables: group, When: "a recovery group has changed to this node"},
		{Name: "preRGRelinquish", RAID: true, Variables: group, When: "a recovery group is about to leave this node"},
		{Name: "postRGRelinquish", RAID: true, Variables: group, When: "a recovery group has left this node"},
		{Name: "rgOpenFailed", RAID: true, Variables: group, When: "a recovery group could not be opened"},
		{Name: "rgPanic", RAID: true, Variables: group, When: "a recovery group had to be given up"},
		{Name: "pdFailed", RAID: true, Variables: pdisk, When: "a physical disk has failed"},
		{Name: "pdRecovered", RAID: true, Variables: pdisk, When: "a physical disk works again"},
		{Name: "pdReplacePdisk", RAID: true, Variables: pdisk, When: "a physical disk is to be replaced"},
		{Name: "pdPathDown", RAID: true, Variables: append(slices.Clone(pdisk), "pdPath"), When: "a path to a physical disk is down"},
		{Name: "daRebuildFailed", RAID: true, Variables: []string{"rgName", "daName", "daRemainingRedundancy"}, When: "a declustered array could not be rebuilt"},
		{Name: "nsdCksumMismatch", RAID: true, Variables: []string{"ckDetectingNode", "ckErrorCountInterval"}, When: "data arrived with a wrong checksum at or from a disk"},
	}
}

// FindCallbackEvent finds an event by its name, whatever its case: the documentation itself writes afmprepopend and
// afmPrepopEnd.
func FindCallbackEvent(name string) (CallbackEvent, bool) {
	for _, e := range CallbackEvents() {
		if strings.EqualFold(e.Name, name) {
			return e, true
		}
	}
	return CallbackEvent{}, false
}

// GeneralVariables returns the variables that have a value at every event.
func GeneralVariables() []string {
	return []string{"eventName", "myNode", "clusterName", "clusterManager", "upNodes", "downNodes", "quorumNodes"}
}

// CallbackVariables returns the variables of all events.
//
// unverified: the list and the kinds of the values, above all that sizes are in KB and that a limit of 0 is none.
func CallbackVariables() []CallbackVariable {
	return []CallbackVariable{
		{"eventName", TextVariable, "the event, so that one handler can serve several"},
		{"eventNode", NodesVariable, "the nodes that the event is about"},
		{"myNode", TextVariable, "the node that runs the handler"},
		{"nodeName", TextVariable, "the node of the event"},
		{"nodeNames", NodesVariable, "the nodes that are asked"},
		{"clusterManager", TextVariable, "the cluster manager"},
		{"clusterName", TextVariable, "the cluster"},
		{"upNodes", NodesVariable, "the nodes that are up"},
		{"downNodes", NodesVariable, "the nodes that are down"},
		{"quorumNodes", NodesVariable, "the quorum nodes that are up"},
		{"fsName", TextVariable, "the file system"},
		{"fsErr", TextVariable, "the code of the error in the structure"},
		{"filesetName", TextVariable, "the fileset; root for the whole file system"},
		{"filesetSize", KilobytesVariable, "what the fileset holds"},
		{"storagePool", TextVariable, "the storage pool"},
		{"diskName", NodesVariable, "the disks"},
		{"reason", TextVariable, "normal or forced for unmounts, normal or abnormal for shutdowns; else what failed"},
		{"snapshotName", TextVariable, "the snapshot"},
		{"snapshotID", NumberVariable, "the id of the snapshot"},
		{"quotaType", TextVariable, "USR, GRP or FILESET"},
		{"quotaID", NumberVariable, "the id of the user, the group or the fileset"},
		{"quotaOwnerName", TextVariable, "the name of the user, the group or the fileset"},
		{"quotaEventType", TextVariable, "blockQuotaExceeded or inodeQuotaExceeded"},
		{"blockUsage", KilobytesVariable, "storage in use"},
		{"blockQuota", KilobytesLimit, "soft limit of storage"},
		{"blockLimit", KilobytesLimit, "hard limit of storage"},
		{"filesUsage", CountVariable, "files in use"},
		{"filesQuota", CountLimit, "soft limit of files"},
		{"filesLimit", CountLimit, "hard limit of files"},
		{"softLimit", KilobytesLimit, "soft limit of storage"},
		{"hardLimit", KilobytesLimit, "hard limit of storage"},
		{"inodeUsage", CountVariable, "inodes in use"},
		{"inodeQuota", CountLimit, "soft limit of inodes"},
		{"inodeLimit", CountLimit, "hard limit of inodes"},
		{"userName", TextVariable, "the user"},
		{"homeServer", TextVariable, "the server of the home"},
		{"pcacheEvent", TextVariable, "the event of the cache"},
		{"pcacheCmd", TextVariable, "the operation of the cache"},
		{"prepopCompletedReads", CountVariable, "files that were read"},
		{"prepopFailedReads", CountVariable, "files that could not be read"},
		{"prepopAlreadyCachedFiles", CountVariable, "files that were there already"},
		{"prepopData", NumberVariable, "amount of data that was read, in bytes"},
		{"ccrObjectName", TextVariable, "the file or variable of the repository"},
		{"ccrObjectValue", TextVariable, "its value"},
		{"ccrObjectVersion", NumberVariable, "its version"},
		{"requestType", TextVariable, "what is asked for"},
		{"senseDataFormatted", TextVariable, "what was sensed, for people"},
		{"senseDataHex", TextVariable, "what was sensed, in hexadecimal digits"},
		{"waiterLength", SecondsVariable, "how long the longest waiter waits"},
		{"ioLength", SecondsVariable, "how long the I/O takes already"},
		{"rgName", TextVariable, "the recovery group; _ALL_ for all"},
		{"rgErr", NumberVariable, "the code of the error, 0 for none"},
		{"rgReason", TextVariable, "why, in words"},
		{"rgCount", CountVariable, "recovery groups that are concerned"},
		{"daName", TextVariable, "the declustered array"},
		{"daRemainingRedundancy", NumberVariable, "failures that it still survives"},
		{"pdName", TextVariable, "the physical disk"},
		{"pdLocation", TextVariable, "where it sits"},
		{"pdFru", TextVariable, "its part number"},
		{"pdWwn", TextVariable, "its world-wide name"},
		{"pdState", TextVariable, "its state"},
		{"pdPath", TextVariable, "the path to it"},
		{"ckDetectingNode", TextVariable, "the node that found it"},
		{"ckErrorCountInterval", CountVariable, "errors in the interval"},
	}
}

// FindCallbackVariable finds a variable by its name, whatever its case and with or without a percent sign in front.
func FindCallbackVariable(name string) (CallbackVariable, bool) {
	name = strings.TrimPrefix(name, "%")
	for _, v := range CallbackVariables() {
		if strings.EqualFold(v.Name, name) {
			return v, true
		}
	}
	return CallbackVariable{}, false
}
