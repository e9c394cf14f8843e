package model

import (
	"context"
	"fmt"
	"strconv"

	"gpfsh/mmexec"
)

// MoveManager lets another node manage the file system; "" leaves the choice to the cluster. It runs mmchmgr.
func (fs *Filesystem) MoveManager(ctx context.Context, node string) error {
	if err := fs.local(); err != nil {
		return err
	}
	args := arguments().device(fs.Name)
	if node != "" {
		args.operand(mmexec.CheckNodeName, ",", node)
	}
	_, err := fs.c.run(ctx)(args.of("mmchmgr", "file system "+fs.Name))
	return fs.explainAny(ctx, err)
}

// MoveManager lets another node manage the cluster; "" leaves the choice to the cluster. It runs mmchmgr -c.
func (c *Cluster) MoveManager(ctx context.Context, node string) error {
	args := arguments("-c")
	if node != "" {
		args.operand(mmexec.CheckNodeName, ",", node)
	}
	_, err := c.run(ctx)(args.of("mmchmgr", "cluster manager"))
	return err
}

// ConfirmOption is the name of what is to be destroyed or overwritten, given a second time: [Confirm].
type ConfirmOption interface{ confirm(*confirmation) }

type confirmation struct{ name string }

type confirmed string

func (o confirmed) confirm(c *confirmation) { c.name = string(o) }

// ConfirmedOption serves everything whose name has to be repeated.
type ConfirmedOption interface {
	ConfirmOption
	RetireOption
}

// Confirm repeats the name of what is to be destroyed or overwritten, a file system or a project, as a proof that it is
// the one that is meant.
func Confirm(name string) ConfirmedOption { return confirmed(name) }

func checkConfirmed(what, name string, options []ConfirmOption) error {
	var c confirmation
	for _, o := range options {
		o.confirm(&c)
	}
	if c.name != name {
		return fmt.Errorf("to %s file system %s its name has to be repeated: add Confirm(%q)", what, name, name)
	}
	return nil
}

// Delete destroys the file system with all that is in it. It runs mmdelfs. The file system must not be mounted anywhere,
// and its name must be repeated by [Confirm].
func (fs *Filesystem) Delete(ctx context.Context, options ...ConfirmOption) error {
	if err := fs.local(); err != nil {
		return err
	}
	if err := checkConfirmed("destroy", fs.Name, options); err != nil {
		return err
	}
	cmd, err := arguments().device(fs.Name).of("mmdelfs", "file system "+fs.Name)
	if fs.UID != "" {
		cmd.Identity = append(cmd.Identity, mmexec.Field{Name: "uid", Value: fs.UID})
	}
	_, err = fs.c.run(ctx)(cmd, err)
	if err != nil {
		return fs.explainMounted(ctx, true, err)
	}
	return nil
}

// NewFilesystem says how a file system is to be made. What is zero is left to mmcrfs.
type NewFilesystem struct {
	Disks               []DiskStanza      // NSDs that it is made of
	MountPoint          string            // -T
	BlockSize           Bytes             // -B; fixed for good
	MetadataBlockSize   Bytes             // --metadata-block-size; fixed for good
	InodeSize           Bytes             // -i; fixed for good
	DataReplicas        int               // -r
	MaxDataReplicas     int               // -R; fixed for good
	MetadataReplicas    int               // -m
	MaxMetadataReplicas int               // -M; fixed for good
	AutomaticMount      AutoMount         // -A
	ACLs                ACLKind           // -k
	Locking             Locking           // -D
	Strict              StrictReplication // -K
	EstimatedNodes      int               // -n
	MaxInodes           Count             // --inode-limit
	Quotas              bool              // -Q yes
	PerFilesetQuotas    bool              // --perfileset-quota
	FilesetDF           bool              // --filesetdf
	Overwrite           bool              // -v no: also disks that seem to belong to a file system
}

// New makes a file system. It runs mmcrfs, which formats the disks, and the name must be repeated by [Confirm]. It is not
// mounted afterwards.
func (f Filesystems) New(ctx context.Context, name string, how NewFilesystem, options ...ConfirmOption) (*Job, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if err := checkConfirmed("make", name, options); err != nil {
		return nil, err
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	size := func(b Bytes) string {
		if b == 0 {
			return ""
		}
		return b.mm()
	}
	args, files := arguments().device(name).stanzas(how.Disks)
	args.value("-A", string(how.AutomaticMount)).value("-B", size(how.BlockSize)).value("-D", string(how.Locking)).
		value("-i", size(how.InodeSize)).value("-k", string(how.ACLs)).value("-K", string(how.Strict)).
		value("-m", number(how.MetadataReplicas)).value("-M", number(how.MaxMetadataReplicas)).value("-n", number(how.EstimatedNodes)).
		flag(how.Quotas, "-Q").flag(how.Quotas, "yes").
		value("-r", number(how.DataReplicas)).value("-R", number(how.MaxDataReplicas)).value("-T", how.MountPoint).
		flag(how.Overwrite, "-v").flag(how.Overwrite, "no").
		flag(how.FilesetDF, "--filesetdf").value("--inode-limit", number(int(how.MaxInodes))).
		value("--metadata-block-size", size(how.MetadataBlockSize)).flag(how.PerFilesetQuotas, "--perfileset-quota")
	explain := func(err error) error {
		if kindOf(err) == mmexec.KindExists {
			return &ExistsError{Kind: kindFilesystem, Name: name, Err: err}
		}
		return err
	}
	return f.c.start(ctx, explain)(withFiles(files)(args.of("mmcrfs", "file system "+name)))
}
