package model

import (
	"time"

	"gpfsh/mmexec"
)

// NodesOption says on which nodes something is done. It serves everything that takes nodes.
type NodesOption interface {
	MountOption
	UnmountOption
	SnapshotDeleteOption
	ConfigOption
	RestripeOption
	SnapshotRestoreOption
	DiskOption
	CallbackPart
}

// MountOption is an option of mounting: [On], [Everywhere], [WithMountOptions], [AtMountPoint].
type MountOption interface{ mount(*mountSpec) }

// UnmountOption is an option of unmounting: [On], [Everywhere], [Force].
type UnmountOption interface{ unmount(*mountSpec) }

// ShutdownOption is an option of stopping the daemon: [UnmountTimeout], [AcceptQuorumLoss].
type ShutdownOption interface {
	shutdown(*mmexec.ShutdownOptions)
}

// target collects the nodes that options name. That none were named is not the same as naming an empty list, which must
// never come to mean all nodes.
type target struct {
	named bool
	nodes []string
	all   bool
}

// spec returns the nodes that were named, or otherwise when no option named any.
func (t target) spec(otherwise mmexec.NodeSpec) mmexec.NodeSpec {
	switch {
	case t.named:
		return mmexec.OnNodes(t.nodes...)
	case t.all:
		return mmexec.AllNodes()
	}
	return otherwise
}

type mountSpec struct {
	target
	options mmexec.MountOptions
	umount  mmexec.UmountOptions
}

type onNodes []string

func (o onNodes) name(t *target)                         { t.named, t.nodes = true, append(t.nodes, o...) }
func (o onNodes) mount(s *mountSpec)                     { o.name(&s.target) }
func (o onNodes) unmount(s *mountSpec)                   { o.name(&s.target) }
func (o onNodes) deleteSnapshot(s *snapshotDeletionSpec) { o.name(&s.target) }
func (o onNodes) config(s *configSpec)                   { o.name(&s.target) }
func (o onNodes) restripe(s *restripeSpec)               { o.name(&s.target) }
func (o onNodes) restoreSnapshot(s *restoreSpec)         { o.name(&s.target) }
func (o onNodes) disk(s *diskSpec)                       { o.name(&s.target) }
func (o onNodes) callback(s *callbackSpec)               { o.name(&s.target) }

// On names the nodes on which something is done: names of nodes in any form, numbers, ranges of numbers, node classes
// (-N).
func On(nodes ...string) NodesOption { return onNodes(nodes) }

// EverywhereOption serves mounting and unmounting.
type EverywhereOption interface {
	MountOption
	UnmountOption
}

type everywhere struct{}

func (everywhere) mount(s *mountSpec)   { s.all = true }
func (everywhere) unmount(s *mountSpec) { s.all = true }

// Everywhere mounts or unmounts on all nodes of the cluster (-a).
func Everywhere() EverywhereOption { return everywhere{} }

// ForceOption serves everything that can be forced.
type ForceOption interface {
	UnmountOption
	FilesetUnlinkOption
	RetireOption
}

type force struct{}

func (force) unmount(s *mountSpec)         { s.umount.Force = true }
func (force) unlinkFileset(s *filesetGone) { s.forceUnlink = true }

// Force takes something away from those who use it (-f): files of a file system that is unmounted, or of a fileset that
// is unlinked, are no longer there for the processes that have them open.
func Force() ForceOption { return force{} }

type mountOption func(*mountSpec)

func (o mountOption) mount(s *mountSpec) { o(s) }

// WithMountOptions mounts with mount options of this time only (-o).
func WithMountOptions(options string) MountOption {
	return mountOption(func(s *mountSpec) { s.options.Options = options })
}

// AtMountPoint mounts at a directory other than the default mount point.
func AtMountPoint(path string) MountOption {
	return mountOption(func(s *mountSpec) { s.options.MountPoint = path })
}

type shutdownOption func(*mmexec.ShutdownOptions)

func (o shutdownOption) shutdown(s *mmexec.ShutdownOptions) { o(s) }

// UnmountTimeout sets how long a shutdown waits for file systems to be unmounted before it goes on without (-t). It is
// rounded up to whole seconds.
func UnmountTimeout(d time.Duration) ShutdownOption {
	return shutdownOption(func(s *mmexec.ShutdownOptions) { s.UnmountTimeout = int((d + Second - 1) / Second) })
}

// AcceptQuorumLoss lets a shutdown go on although too few quorum nodes would be left and every file system would be
// lost to all nodes (--accept; releases that ask know it). Without it such a shutdown is refused.
func AcceptQuorumLoss() ShutdownOption {
	return shutdownOption(func(s *mmexec.ShutdownOptions) { s.AcceptQuorumLoss = true })
}

// QoSClass is a class of the quality of service, which bounds what long operations take from users.
type QoSClass string

// The classes that long operations take.
const (
	Maintenance QoSClass = "maintenance" // bounded
	Other       QoSClass = "other"       // as everything else
)

// String returns the name of the class.
func (q QoSClass) String() string { return string(q) }

// QoSOption serves long operations.
type QoSOption interface {
	SnapshotDeleteOption
	FilesetDeleteOption
	RestripeOption
	DiskOption
}

type qosOption QoSClass

func (o qosOption) deleteSnapshot(s *snapshotDeletionSpec) { s.qos = QoSClass(o) }
func (o qosOption) deleteFileset(s *filesetGone)           { s.qos = QoSClass(o) }
func (o qosOption) restripe(s *restripeSpec)               { s.qos = QoSClass(o) }
func (o qosOption) disk(s *diskSpec)                       { s.qos = QoSClass(o) }

// QoS sets the class of the quality of service for a long operation (--qos).
func QoS(class QoSClass) QoSOption { return qosOption(class) }

// mount makes the command that mounts a file system, on this node unless options say otherwise.
func mount(device string, options []MountOption) (mmexec.Command, error) {
	var s mountSpec
	for _, o := range options {
		o.mount(&s)
	}
	return mmexec.MmMount(device, s.spec(mmexec.ThisNode()), s.options)
}

// unmount makes the command that unmounts a file system, on this node unless options say otherwise.
func unmount(device string, options []UnmountOption) (mmexec.Command, error) {
	var s mountSpec
	for _, o := range options {
		o.unmount(&s)
	}
	return mmexec.MmUmount(device, s.spec(mmexec.ThisNode()), s.umount)
}

// shutdown makes the command that stops the daemon on nodes.
func shutdown(on mmexec.NodeSpec, options []ShutdownOption) (mmexec.Command, error) {
	var s mmexec.ShutdownOptions
	for _, o := range options {
		o.shutdown(&s)
	}
	return mmexec.MmShutdown(on, s)
}
