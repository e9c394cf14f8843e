package model

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gpfsh/mmexec"
)

// FilesystemOption is a change of a file system that mmchfs can make: [MountPoint], [AutomaticMount], [InodeLimit],
// [DefaultDataReplicas] and the like.
type FilesystemOption interface{ filesystem(*filesystemSpec) }

// filesystemSpec collects what mmchfs is to change.
type filesystemSpec struct {
	together  mmexec.ChFsOptions   // what goes into one command
	alone     []mmexec.ChFsOptions // what mmchfs takes only by itself
	any       bool                 // there is something in together
	unmounted bool                 // one of them needs the file system unmounted everywhere
	apply     []func(*Filesystem)  // what the object looks like afterwards
	err       error
}

type filesystemOption func(*filesystemSpec)

func (o filesystemOption) filesystem(s *filesystemSpec) { o(s) }

// setting makes an option of how mmchfs is told and of what the object looks like afterwards.
func setting(set func(*mmexec.ChFsOptions), apply func(*Filesystem)) FilesystemOption {
	return filesystemOption(func(s *filesystemSpec) {
		set(&s.together)
		s.any = true
		s.apply = append(s.apply, apply)
	})
}

// words makes an option of a text that must not be empty.
func words(what, value string, set func(*mmexec.ChFsOptions), apply func(*Filesystem)) FilesystemOption {
	return filesystemOption(func(s *filesystemSpec) {
		setting(set, apply).filesystem(s)
		if value == "" {
			s.err = errors.Join(s.err, fmt.Errorf("%s needs a value", what))
		}
	})
}

// positive makes an option of a number for which 0 has no meaning.
func positive(what string, n int, set func(*mmexec.ChFsOptions), apply func(*Filesystem)) FilesystemOption {
	return filesystemOption(func(s *filesystemSpec) {
		setting(set, apply).filesystem(s)
		if n <= 0 {
			s.err = errors.Join(s.err, fmt.Errorf("%s cannot be %d", what, n))
		}
	})
}

// needsUnmounted marks an option that is refused while the file system is mounted anywhere.
func needsUnmounted(o FilesystemOption) FilesystemOption {
	return filesystemOption(func(s *filesystemSpec) {
		o.filesystem(s)
		s.unmounted = true
	})
}

func onOff(on bool) mmexec.Switch {
	if on {
		return mmexec.On
	}
	return mmexec.Off
}

// MountPoint sets the default mount point (-T). The file system must not be mounted anywhere.
func MountPoint(path string) FilesystemOption {
	return needsUnmounted(words("MountPoint", path,
		func(o *mmexec.ChFsOptions) { o.MountPoint = path }, func(fs *Filesystem) { fs.MountPoint = path }))
}

// AutomaticMount sets when the file system is mounted by itself (-A). The file system must not be mounted anywhere.
func AutomaticMount(when AutoMount) FilesystemOption {
	return needsUnmounted(words("AutomaticMount", string(when),
		func(o *mmexec.ChFsOptions) { o.AutomaticMount = string(when) }, func(fs *Filesystem) { fs.AutomaticMount = when }))
}

// MountOptions sets the mount options (-o); "DEFAULT" removes them.
func MountOptions(options string) FilesystemOption {
	return words("MountOptions", options,
		func(o *mmexec.ChFsOptions) { o.MountOptions = options }, func(fs *Filesystem) {
			fs.MountOptions = options
			if strings.EqualFold(options, "DEFAULT") {
				fs.MountOptions = ""
			}
		})
}

// MountPriority sets the order in which file systems are mounted: low numbers first, 0 in no order (--mount-priority).
func MountPriority(n int) FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.MountPriority = &n }, func(fs *Filesystem) { fs.MountPriority = n })
}

// DriveLetter sets the drive letter on Windows nodes (-t).
func DriveLetter(letter string) FilesystemOption {
	return words("DriveLetter", letter,
		func(o *mmexec.ChFsOptions) { o.DriveLetter = letter }, func(fs *Filesystem) { fs.DriveLetter = letter })
}

// DefaultDataReplicas sets how often the data of new files are kept (-r), at most as often as the file system was made
// for.
func DefaultDataReplicas(n int) FilesystemOption {
	return positive("the number of data replicas", n,
		func(o *mmexec.ChFsOptions) { o.DataReplicas = n }, func(fs *Filesystem) { fs.Replication.Data = n })
}

// DefaultMetadataReplicas sets how often the metadata of new files are kept (-m), at most as often as the file system
// was made for.
func DefaultMetadataReplicas(n int) FilesystemOption {
	return positive("the number of metadata replicas", n,
		func(o *mmexec.ChFsOptions) { o.MetadataReplicas = n }, func(fs *Filesystem) { fs.Replication.Metadata = n })
}

// LogReplicas sets how often the log is kept (--log-replicas).
func LogReplicas(n int) FilesystemOption {
	return positive("the number of log replicas", n,
		func(o *mmexec.ChFsOptions) { o.LogReplicas = n }, func(fs *Filesystem) { fs.Replication.Log = n })
}

// ReplicateStrictly sets what happens when there are too few disks for all replicas (-K).
func ReplicateStrictly(when StrictReplication) FilesystemOption {
	return words("ReplicateStrictly", string(when),
		func(o *mmexec.ChFsOptions) { o.StrictReplication = string(when) }, func(fs *Filesystem) { fs.Replication.Strict = when })
}

// ACLSemantics sets which access control lists there are (-k).
func ACLSemantics(kind ACLKind) FilesystemOption {
	return words("ACLSemantics", string(kind),
		func(o *mmexec.ChFsOptions) { o.ACLSemantics = string(kind) }, func(fs *Filesystem) { fs.Features.ACLs = kind })
}

// LockingSemantics sets which file locks there are (-D).
func LockingSemantics(kind Locking) FilesystemOption {
	return words("LockingSemantics", string(kind),
		func(o *mmexec.ChFsOptions) { o.LockingSemantic = string(kind) }, func(fs *Filesystem) { fs.Features.Locking = kind })
}

// AccessTime sets whether reading changes the access times of files (-S).
func AccessTime(how AccessTimes) FilesystemOption {
	return words("AccessTime", string(how),
		func(o *mmexec.ChFsOptions) { o.SuppressAtime = string(how) }, func(fs *Filesystem) { fs.Features.AccessTimes = how })
}

// ExactMtime sets whether modification times are always exact (-E).
func ExactMtime(on bool) FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.ExactMtime = onOff(on) }, func(fs *Filesystem) { fs.Features.ExactMtime = on })
}

// LogfileSize sets the size of the log files (-L).
func LogfileSize(size Bytes) FilesystemOption {
	return words("LogfileSize", size.mm(),
		func(o *mmexec.ChFsOptions) { o.LogFileSize = size.mm() }, func(fs *Filesystem) { fs.Blocks.Logfile = size })
}

// EstimatedNodes sets for how many nodes new storage pools are laid out (-n).
func EstimatedNodes(n int) FilesystemOption {
	return positive("the number of nodes", n,
		func(o *mmexec.ChFsOptions) { o.NumNodes = n }, func(fs *Filesystem) { fs.Features.EstimatedNodes = n })
}

// DMAPI switches the interface for tape migration (-z). The file system must not be mounted anywhere.
func DMAPI(on bool) FilesystemOption {
	return needsUnmounted(setting(func(o *mmexec.ChFsOptions) { o.DMAPI = onOff(on) }, func(fs *Filesystem) { fs.Features.DMAPI = on }))
}

// AutoInodeLimit lets the limit of inodes grow by itself (--auto-inode-limit).
func AutoInodeLimit(on bool) FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.AutoInodeLimit = onOff(on) }, func(fs *Filesystem) { fs.AutoInodeLimit = on })
}

// FilesetDF lets df in a fileset show its quota (--filesetdf).
func FilesetDF(on bool) FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.FilesetDf = onOff(on) }, func(fs *Filesystem) { fs.Quota.FilesetDF = on })
}

// PerFilesetQuotas gives users and groups quotas in each fileset rather than in the whole file system
// (--perfileset-quota).
func PerFilesetQuotas(on bool) FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.PerfilesetQuota = onOff(on) }, func(fs *Filesystem) { fs.Quota.PerFileset = on })
}

// FlushOnClose writes the data of a file to disk when it is closed (--flush-on-close).
func FlushOnClose(on bool) FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.FlushOnClose = onOff(on) }, func(fs *Filesystem) { fs.Features.FlushOnClose = on })
}

// RapidRepair keeps track of what has to be repaired in smaller parts (--rapid-repair).
func RapidRepair(on bool) FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.RapidRepair = onOff(on) }, func(fs *Filesystem) { fs.Features.RapidRepair = on })
}

// NFSv4OwnerWriteACL lets owners of files change their NFSv4 access control lists (--nfs4-owner-write-acl).
func NFSv4OwnerWriteACL(on bool) FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.NFS4OwnerWrite = onOff(on) }, func(fs *Filesystem) { fs.Features.NFSv4OwnerWriteACL = on })
}

// InodeSegmentManager spreads the allocation of inodes over nodes (--inode-segment-mgr).
func InodeSegmentManager(on bool) FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.InodeSegmentMgr = onOff(on) }, func(*Filesystem) {})
}

// WriteCacheThreshold sets up to which size synchronous writes go to the write cache (--write-cache-threshold); 0
// switches it off.
func WriteCacheThreshold(size Bytes) FilesystemOption {
	n := int(size)
	return setting(func(o *mmexec.ChFsOptions) { o.WriteCacheThreshold = &n }, func(fs *Filesystem) { fs.Features.WriteCacheThreshold = size })
}

// UpgradeFormat raises the format of the file system to the newest that the cluster supports (-V full). Clusters of
// older releases cannot mount it then, and it cannot be taken back.
func UpgradeFormat() FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.FormatVersion = "full" }, func(*Filesystem) {})
}

// UpgradeFormatCompatibly raises the format only as far as nodes of the previous release can still use the file system
// (-V compat).
func UpgradeFormatCompatibly() FilesystemOption {
	return setting(func(o *mmexec.ChFsOptions) { o.FormatVersion = "compat" }, func(*Filesystem) {})
}

// alone makes an option that mmchfs takes only by itself, so that it is a command of its own.
func alone(how mmexec.ChFsOptions, apply func(*Filesystem)) FilesystemOption {
	return filesystemOption(func(s *filesystemSpec) {
		s.alone = append(s.alone, how)
		s.apply = append(s.apply, apply)
	})
}

// AccountQuotas switches the accounting of quotas (-Q). It is a command of its own and takes effect at the next mount.
func AccountQuotas(on bool) FilesystemOption {
	return alone(mmexec.ChFsOptions{Quota: onOff(on)}, func(*Filesystem) {})
}

// MaintenanceMode keeps the file system from being mounted (--maintenance-mode). It is a command of its own.
func MaintenanceMode(on bool) FilesystemOption {
	return alone(mmexec.ChFsOptions{MaintenanceMode: onOff(on)}, func(fs *Filesystem) { fs.Features.Maintenance = on })
}

// Change changes the file system. It runs mmchfs once for all options, but for those that mmchfs takes only by
// themselves. What needs the file system unmounted is refused with a [*MountedError] that names the nodes.
func (fs *Filesystem) Change(ctx context.Context, options ...FilesystemOption) error {
	if err := fs.local(); err != nil && !fs.Planned() {
		return err
	}
	var spec filesystemSpec
	for _, o := range options {
		o.filesystem(&spec)
	}
	if spec.err != nil {
		return fmt.Errorf("cannot change file system %s: %w", fs.Name, spec.err)
	}
	var changes []mmexec.ChFsOptions
	if spec.any {
		changes = append(changes, spec.together)
	}
	planned := false
	for _, how := range append(changes, spec.alone...) {
		res, err := fs.c.run(ctx)(mmexec.MmChFs(fs.Name, how))
		if err != nil {
			return fs.explainMounted(ctx, spec.unmounted, err)
		}
		planned = planned || res.Planned
	}
	if !planned {
		for _, apply := range spec.apply {
			apply(fs)
		}
	}
	return nil
}

// Rename gives the file system another name (mmchfs -W). It must not be mounted anywhere. Objects of the old name are
// of no use afterwards.
func (fs *Filesystem) Rename(ctx context.Context, name string) error {
	if err := fs.local(); err != nil {
		return err
	}
	if err := mmexec.CheckFilesystemName(name); err != nil {
		return err
	}
	res, err := fs.c.run(ctx)(mmexec.MmChFs(fs.Name, mmexec.ChFsOptions{NewName: name}))
	if err != nil {
		return fs.explainMounted(ctx, true, err)
	}
	if !res.Planned {
		*fs = *fs.c.filesystem(name)
		return fs.Refresh(ctx)
	}
	return nil
}

// explainMounted turns the refusal of a change into a MountedError when mounts are in its way.
func (fs *Filesystem) explainMounted(ctx context.Context, matters bool, err error) error {
	if !matters || !refused(err) || !strings.Contains(cause(err), "mount") {
		return fs.c.explain(ctx, err)
	}
	mounts, merr := fs.MountedOn(ctx)
	if merr != nil || len(mounts) == 0 {
		return fs.c.explain(ctx, err)
	}
	e := &MountedError{Filesystem: fs.Name, Err: err}
	for _, m := range mounts {
		if m.Remote {
			e.Remote = append(e.Remote, m.Node+" ("+m.Cluster+")")
		} else {
			e.Nodes = append(e.Nodes, m.Node)
		}
	}
	return e
}
