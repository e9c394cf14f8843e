package model

import (
	"context"
	"errors"

	"gpfsh/mmexec"
)

// RestripeMode says what a restripe is for.
type RestripeMode string

// The modes of restriping a file system.
const (
	// MigrateOffSuspended moves what is in danger of being lost off disks that are suspended or to be emptied (-m).
	MigrateOffSuspended RestripeMode = "-m"
	// RestoreReplicas makes the replicas that files should have and lack, and moves everything off suspended disks (-r).
	RestoreReplicas RestripeMode = "-r"
	// Rebalance spreads all files evenly over all disks (-b). It includes RestoreReplicas.
	Rebalance RestripeMode = "-b"
	// RebalanceStrictly is Rebalance that also evens out disks of different sizes (-b --strict; since release 5.0.2).
	RebalanceStrictly RestripeMode = "-b --strict"
	// ChangeReplicas gives all files the default numbers of replicas of the file system (-R).
	ChangeReplicas RestripeMode = "-R"
	// CompareReplicas finds replicas that differ and mends them (-c, in release 5.0.4 and later
	// --check-conflicting-replicas).
	CompareReplicas RestripeMode = "-c"
	// CompareReplicasOnly finds replicas that differ and changes nothing (-c --read-only).
	CompareReplicasOnly RestripeMode = "-c --read-only"
	// MoveToPools moves files to the storage pools that they belong to (-p).
	MoveToPools RestripeMode = "-p"
	// CompressDeferred carries out compressions that were put off (-z).
	CompressDeferred RestripeMode = "-z"
)

// String returns the options of mmrestripefs.
func (m RestripeMode) String() string { return string(m) }

// RestripeOption is an option of restriping: [On], [QoS], [OnlyMetadata].
type RestripeOption interface{ restripe(*restripeSpec) }

type restripeSpec struct {
	target
	qos      QoSClass
	metadata bool
}

type onlyMetadata struct{}

func (onlyMetadata) restripe(s *restripeSpec) { s.metadata = true }

// OnlyMetadata restripes metadata only (--metadata-only).
func OnlyMetadata() RestripeOption { return onlyMetadata{} }

// Restripe moves the blocks of files between the disks of the file system, as the mode says. It runs mmrestripefs, which
// lasts hours and burdens the disks; [QoS] with [Maintenance] bounds that. It works on a mounted file system.
func (fs *Filesystem) Restripe(ctx context.Context, mode RestripeMode, options ...RestripeOption) (*Job, error) {
	return fs.restripe(ctx, mode, "", options)
}

// Restripe moves the blocks of the files of the storage pool between its disks, as the mode says. It runs mmrestripefs
// -P; see [Filesystem.Restripe].
func (p *Pool) Restripe(ctx context.Context, mode RestripeMode, options ...RestripeOption) (*Job, error) {
	if err := p.ready(); err != nil {
		return nil, err
	}
	return p.fs.restripe(ctx, mode, p.Name, options)
}

func (fs *Filesystem) restripe(ctx context.Context, mode RestripeMode, pool string, options []RestripeOption) (*Job, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	var spec restripeSpec
	for _, o := range options {
		o.restripe(&spec)
	}
	args := arguments().device(fs.Name)
	switch mode {
	case MigrateOffSuspended, RestoreReplicas, Rebalance, ChangeReplicas, MoveToPools, CompressDeferred:
		args.add(string(mode))
	case RebalanceStrictly:
		args.add("-b", "--strict")
	case CompareReplicas, CompareReplicasOnly:
		args.add(fs.compareOption(ctx)).flag(mode == CompareReplicasOnly, "--read-only")
	default:
		args.fail(errors.New("a restripe needs a mode: Rebalance, RestoreReplicas or another one"))
	}
	if pool != "" {
		args.add("-P").operand(mmexec.CheckPoolName, ",", pool)
	}
	args.nodes(spec.target).flag(spec.metadata, "--metadata-only").qos(spec.qos)
	explain := func(err error) error { return fs.c.explain(ctx, err) }
	return fs.c.start(ctx, explain)(args.of("mmrestripefs", "file system "+fs.Name))
}

// compareOption is the option for conflicting replicas, which has a longer name since release 5.0.4.
func (fs *Filesystem) compareOption(ctx context.Context) string {
	release, err := fs.c.Release(ctx)
	if err == nil && !release.IsZero() && !release.AtLeast(Release{V: 5, R: 0, M: 4}) {
		return "-c"
	}
	return "--check-conflicting-replicas"
}
