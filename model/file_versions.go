package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// FileVersion is a file as a snapshot has it.
type FileVersion struct {
	Snapshot string    `json:"snapshot" col:"SNAPSHOT,main"` // its key: daily, or home:daily for a snapshot of a fileset
	Taken    time.Time `json:"taken,omitzero" col:"TAKEN"`   // when the snapshot was made
	Size     Bytes     `json:"size" col:"SIZE"`              // of the file in it
	Modified time.Time `json:"modified" col:"MODIFIED,main"` // when its contents were last changed
	Path     string    `json:"path" col:"PATH"`              // from where it can be copied back
	Mode     uint32    `json:"mode" col:"-"`                 // type and permissions, as the kernel has them
	Node     string    `json:"node" col:"-"`                 // that was asked
}

// String returns the path of the version.
func (v *FileVersion) String() string {
	if v == nil {
		return ""
	}
	return v.Path
}

// Versions returns the file as the snapshots have it, the newest snapshot first: those of the file system, and those of
// the filesets that it lies in. A snapshot in which there was no such file has no version. Links are not followed.
//
// It runs mmlsfs all -T, mmlssnapshot, mmsnapdir -q, mmlsfileset where filesets have snapshots, mmlsmount, mmlscluster,
// and stat on a node that has the file system mounted, by ssh. Nothing is copied or changed.
func (f *File) Versions(ctx context.Context) ([]*FileVersion, error) {
	if err := f.ready(); err != nil {
		return nil, err
	}
	if err := f.checkPath(); err != nil {
		return nil, err
	}
	file := path.Clean(f.Path)
	fs, mount, err := f.c.filesystemAt(ctx, file)
	if err != nil {
		return nil, err
	}
	snapshots, err := fs.AllSnapshots.List(ctx)
	if err != nil || len(snapshots) == 0 {
		return nil, err
	}
	dirs, err := fs.SnapshotDirs(ctx)
	if err != nil {
		return nil, err
	}
	if parts := strings.Split(file, "/"); slices.Contains(parts, dirs.Global) || slices.Contains(parts, dirs.Fileset) {
		return nil, fmt.Errorf("%s is in a snapshot itself: ask for the versions of the live file", file)
	}
	places, err := fs.versionPlaces(ctx, file, mount, snapshots, dirs)
	if err != nil {
		return nil, err
	}
	found, node, err := fs.statWhereMounted(ctx, sortedPaths(places))
	if err != nil {
		return nil, fmt.Errorf("the versions of %s cannot be looked at: %w", file, err)
	}
	var versions []*FileVersion
	for _, s := range found {
		snap := places[s.Path]
		if snap == nil {
			continue
		}
		versions = append(versions, &FileVersion{
			Snapshot: snap.Key(), Taken: snap.Created, Size: Bytes(s.Size), Modified: s.Modified.In(f.c.zone), Path: s.Path, Mode: s.Mode, Node: node,
		})
	}
	slices.SortStableFunc(versions, func(a, b *FileVersion) int {
		return cmp.Or(b.Taken.Compare(a.Taken), cmp.Compare(a.Snapshot, b.Snapshot))
	})
	return versions, nil
}

func sortedPaths(places map[string]*Snapshot) []string {
	var list []string
	for p := range places {
		list = append(list, p)
	}
	slices.Sort(list)
	return list
}

// filesystemAt returns the file system that a path is in by the mount points of the configuration.
func (c *Cluster) filesystemAt(ctx context.Context, file string) (fs *Filesystem, mount string, err error) {
	named, err := c.filesystemNames(ctx, "all")
	if err != nil {
		return nil, "", err
	}
	for _, it := range named {
		if under(file, it.Value) && len(it.Value) > len(mount) {
			fs, mount = c.filesystem(it.Key), it.Value
		}
	}
	if fs == nil {
		return nil, "", fmt.Errorf("%s is below no default mount point of a file system of Storage Scale", file)
	}
	fs.MountPoint = mount
	return fs, path.Clean(mount), nil
}

// versionPlaces returns where a file would be in each snapshot that can have it.
func (fs *Filesystem) versionPlaces(ctx context.Context, file, mount string, snapshots []*Snapshot, dirs *SnapshotDirs) (map[string]*Snapshot, error) {
	junctions := map[string]string{}
	if slices.ContainsFunc(snapshots, func(s *Snapshot) bool { return s.Fileset != "" }) {
		filesets, err := fs.Filesets.List(ctx)
		if err != nil {
			return nil, err
		}
		for _, f := range filesets {
			if f.Status == Linked {
				junctions[f.Name] = f.Path
			}
		}
	}
	places := map[string]*Snapshot{}
	for _, s := range snapshots {
		top, dir := mount, dirs.Global
		if s.Fileset != "" {
			top, dir = junctions[s.Fileset], dirs.Fileset
		}
		if below(file, top) {
			places[path.Join(top, dir, s.Name, strings.TrimPrefix(file, top))] = s
		}
	}
	return places, nil
}

// The most text of paths that goes to a node at once: the kernel takes 128 KiB as one word.
const statAtOnce = 64 << 10

// statWhereMounted looks at files on a node that has the file system mounted.
func (fs *Filesystem) statWhereMounted(ctx context.Context, files []string) (found []mmexec.StatFile, node string, err error) {
	if len(files) == 0 {
		return nil, "", nil
	}
	nodes, err := fs.nodesThatMount(ctx)
	if err != nil {
		return nil, "", err
	}
	for _, node = range nodes[:min(len(nodes), 3)] {
		var unreachable *mmexec.UnreachableError
		if found, err = fs.c.statOn(ctx, node, files); !errors.As(err, &unreachable) {
			break
		}
	}
	return found, node, err
}

// nodesThatMount returns the admin names of the nodes of this cluster that have the file system mounted.
func (fs *Filesystem) nodesThatMount(ctx context.Context) ([]string, error) {
	mounts, err := fs.MountedOn(ctx)
	if err != nil {
		return nil, err
	}
	all, err := fs.c.Nodes.List(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, n := range all {
		if slices.ContainsFunc(mounts, func(m *Mount) bool { return m.IP == n.IP }) {
			names = append(names, n.Name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no node of this cluster has %s mounted", fs.Name)
	}
	return names, nil
}

func (c *Cluster) statOn(ctx context.Context, node string, files []string) ([]mmexec.StatFile, error) {
	var found []mmexec.StatFile
	for len(files) > 0 {
		n, size := 0, 0
		for n < len(files) && (n == 0 || size+len(files[n]) < statAtOnce) {
			size += len(files[n])
			n++
		}
		cmd, err := mmexec.StatFiles(node, files[:n]...)
		if err != nil {
			return nil, err
		}
		res, err := c.ex.Run(ctx, cmd)
		switch {
		case err != nil:
			return nil, err
		case res.ExitCode == sshNoAnswer:
			return nil, &mmexec.UnreachableError{Cmd: cmd, Target: "node " + node, Err: errors.New(strings.TrimSpace(string(res.Stderr)))}
		case res.ExitCode > 1:
			return nil, fmt.Errorf("stat on %s ended with exit status %d: %s", node, res.ExitCode, strings.TrimSpace(string(res.Stderr)))
		}
		list, err := mmexec.ParseStatFiles(res)
		if err != nil {
			return nil, fmt.Errorf("on %s: %w", node, err)
		}
		found, files = append(found, list...), files[n:]
	}
	return found, nil
}

// sshNoAnswer is the exit status with which ssh says that it did not get there.
const sshNoAnswer = 255
