package model

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"gpfsh/mmexec"
	"gpfsh/policy"
	"gpfsh/policy/filelist"
)

// NodeInstallation is gpfsh as it is installed on all nodes.
type NodeInstallation struct {
	Path    string // of the program
	Version string
}

// NodeProgram says which program the policy engine starts on the nodes for work that is done there. sharedDir returns a directory that all nodes see, by the name of a file
// system; nil, or "", stands for .mmSharedTmpDir in the file system.
func NodeProgram(program NodeInstallation, sharedDir func(filesystem string) string) ConnectOption {
	return connectOption(func(c *Cluster) {
		c.nodeProgram, c.nodeVersion, c.sharedDir = program.Path, program.Version, sharedDir
	})
}

// RealCluster says that scans cost something here, so that they are announced with what they go over.
func RealCluster() ConnectOption { return connectOption(func(c *Cluster) { c.real = true }) }

// Files returns the files of the file system as its policy engine knows them, to be computed over. Nothing is scanned
// before something is computed; each computation runs mmapplypolicy on the nodes that the options name (policy.Nodes),
// or those of defaultHelperNodes, in the QoS class maintenance, with a rule that lists what it needs. Servers of recovery
// groups are refused, unless the options allow them. It runs mmlsfs where the mount point is not known yet, and
// mmlsconfig where no nodes are named.
func (fs *Filesystem) Files(ctx context.Context, options ...policy.RunOption) (filelist.Files, error) {
	mount, err := fs.mountPoint(ctx)
	if err != nil {
		return filelist.Files{}, err
	}
	return fs.files(ctx, policy.OnFilesystem(fs.Name), mount, options)
}

// FilesBelow returns the files below a directory of the file system, by its path or by what follows the mount point;
// see [Filesystem.Files].
func (fs *Filesystem) FilesBelow(ctx context.Context, dir string, options ...policy.RunOption) (filelist.Files, error) {
	mount, err := fs.mountPoint(ctx)
	if err != nil {
		return filelist.Files{}, err
	}
	dir = inside(mount, dir)
	return fs.files(ctx, policy.OnPath(dir), dir, options)
}

// Files returns the files of the fileset; see [Filesystem.Files]. The scan is bounded to it (--scope fileset). A fileset
// that is not linked has no path, and its files cannot be listed.
func (f *Fileset) Files(ctx context.Context, options ...policy.RunOption) (filelist.Files, error) {
	if err := f.ready(); err != nil {
		return filelist.Files{}, err
	}
	if f.Path == "" {
		return filelist.Files{}, fmt.Errorf("fileset %s is not linked: its files have no paths, and the policy engine lists none of them; link it first", f.Name)
	}
	return f.fs.files(ctx, policy.OnPath(f.Path), f.Path, append([]policy.RunOption{policy.Scope("fileset")}, options...))
}

// Files returns the files of the snapshot, as they were; see [Filesystem.Files]. Their paths lie in the snapshot's
// directory. It runs mmsnapdir too.
func (s *Snapshot) Files(ctx context.Context, options ...policy.RunOption) (filelist.Files, error) {
	return s.FilesBelow(ctx, "", options...)
}

// FilesBelow returns the files of the snapshot below a directory, by what follows the snapshot's own; see
// [Snapshot.Files].
func (s *Snapshot) FilesBelow(ctx context.Context, dir string, options ...policy.RunOption) (filelist.Files, error) {
	at, err := s.Path(ctx)
	if err != nil {
		return filelist.Files{}, err
	}
	at = inside(at, dir)
	return s.fs.files(ctx, policy.OnPath(at), at, options)
}

// inside is the directory below another one that a path means: absolute below it, or what follows.
func inside(root, dir string) string {
	if dir == root || strings.HasPrefix(dir, strings.TrimSuffix(root, "/")+"/") {
		return path.Clean(dir)
	}
	return path.Join(root, path.Join("/", dir))
}

func (fs *Filesystem) mountPoint(ctx context.Context) (string, error) {
	if err := fs.local(); err != nil {
		return "", err
	}
	if fs.MountPoint == "" {
		if err := fs.Refresh(ctx); err != nil {
			return "", err
		}
	}
	return fs.MountPoint, nil
}

func (fs *Filesystem) files(ctx context.Context, target policy.Target, root string, options []policy.RunOption) (filelist.Files, error) {
	mount, err := fs.mountPoint(ctx)
	if err != nil {
		return filelist.Files{}, err
	}
	c := fs.c
	site := policy.Site{
		Device: fs.Name, Root: root, Program: c.nodeProgram, Version: c.nodeVersion, Real: c.real,
		Check:   c.refuseRecoveryGroupServers,
		Members: c.nodesOf,
		Objects: func(ctx context.Context) (int64, error) {
			sets, err := fs.Filesets.List(ctx)
			var n int64
			for _, f := range sets {
				n += int64(max(f.AllocInodes, 0))
			}
			return n, err
		},
	}
	if c.sharedDir != nil {
		site.SharedDir = c.sharedDir(fs.Name)
	} else {
		site.SharedDir = path.Join(mount, ".mmSharedTmpDir")
	}
	if len(policy.NodesOf(options)) == 0 {
		if site.Nodes, err = c.helperNodes(ctx); err != nil {
			return filelist.Files{}, err
		}
	}
	return policy.FilesOn(c.ex, target, site, options...), nil
}

// helperNodes are the nodes that are configured for such work.
func (c *Cluster) helperNodes(ctx context.Context) ([]string, error) {
	p, found, err := c.Config.Lookup(ctx, "defaultHelperNodes")
	if err != nil || !found {
		return nil, err
	}
	return fields(p.Value, ","), nil
}

// nodesOf resolves node classes into the admin names of their nodes.
func (c *Cluster) nodesOf(ctx context.Context, names []string) ([]string, error) {
	classes, err := c.NodeClasses.List(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range names {
		i := slices.IndexFunc(classes, func(n *NodeClass) bool { return n.Name == name })
		if i < 0 {
			out = append(out, name)
			continue
		}
		out = append(out, classes[i].All...)
	}
	return out, nil
}

// refuseRecoveryGroupServers refuses nodes that serve recovery groups: they are busy with the disks of everybody. A
// cluster without mmvdisk has none.
func (c *Cluster) refuseRecoveryGroupServers(ctx context.Context, nodes []string) error {
	groups, err := c.RecoveryGroups(ctx)
	var failed *mmexec.CommandError
	var missing *mmexec.NotFoundError
	if errors.As(err, &failed) || errors.As(err, &missing) {
		return nil
	}
	if err != nil || len(groups) == 0 {
		return err
	}
	all, err := c.nodesOf(ctx, nodes)
	if err != nil {
		return err
	}
	all = append(all, nodes...)
	for _, g := range groups {
		servers := fields(g.Server, ",")
		if g.NodeClass != "" {
			more, err := c.nodesOf(ctx, []string{g.NodeClass})
			if err != nil {
				return err
			}
			servers = append(append(servers, g.NodeClass), more...)
		}
		for _, s := range servers {
			if slices.ContainsFunc(all, func(n string) bool { return n == s || shortName(n) == shortName(s) }) {
				return fmt.Errorf("node %s is a server of recovery group %s: name other nodes, or allow it with policy.OnRecoveryGroupServers()", s, g.Name)
			}
		}
	}
	return nil
}
