package model

import (
	"context"
	"fmt"
	"path"
	"strings"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
)

// ReadSizes finds out how much storage only the snapshot holds, and sets Data and Metadata. It runs mmlssnapshot -d,
// which takes long and burdens the file system.
func (s *Snapshot) ReadSizes(ctx context.Context) error {
	if err := s.ready(); err != nil {
		return err
	}
	fresh, err := s.readAgain(ctx, true)
	switch {
	case err != nil:
		return s.fs.AllSnapshots.explain(ctx, s, err)
	case fresh == nil:
		return s.fs.AllSnapshots.missing(ctx, s.Key(), nil)
	}
	*s = *fresh
	return nil
}

// SnapshotRestoreOption is an option of restoring a snapshot: [On].
type SnapshotRestoreOption interface{ restoreSnapshot(*restoreSpec) }

type restoreSpec struct{ target }

// Restore gives the file system, or the fileset, the contents that it had when the snapshot was made. What was written
// since is lost. It runs mmrestorefs, which lasts long. Quotas are not restored.
func (s *Snapshot) Restore(ctx context.Context, options ...SnapshotRestoreOption) (*Job, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	var spec restoreSpec
	for _, o := range options {
		o.restoreSnapshot(&spec)
	}
	args := arguments().device(s.fs.Name).operand(mmexec.CheckSnapshotName, ",", s.Name)
	if s.Fileset != "" {
		args.add("-j").operand(mmexec.CheckFilesetName, ",", s.Fileset)
	}
	args.nodes(spec.target)
	explain := func(err error) error { return s.fs.AllSnapshots.explain(ctx, s, err) }
	return s.fs.c.start(ctx, explain)(identified(s.identity("")...)(args.of("mmrestorefs", "snapshot "+s.Key()+" of "+s.fs.Name)))
}

// Path returns the directory in which the contents of the snapshot are: below the mount point for a global snapshot,
// below the junction for one of a fileset. It runs mmsnapdir -q, and mmlsfs or mmlsfileset for the place. A snapshot of
// a fileset that is not linked has none.
func (s *Snapshot) Path(ctx context.Context) (string, error) {
	if err := s.ready(); err != nil {
		return "", err
	}
	dirs, err := s.fs.SnapshotDirs(ctx)
	if err != nil {
		return "", err
	}
	if s.Fileset == "" {
		if s.fs.MountPoint == "" {
			if err := s.fs.Refresh(ctx); err != nil {
				return "", err
			}
		}
		return path.Join(s.fs.MountPoint, dirs.Global, s.Name), nil
	}
	f, err := s.fs.Filesets.Get(ctx, s.Fileset)
	if err != nil {
		return "", err
	}
	if f.Path == "" {
		return "", fmt.Errorf("snapshot %s has no path: fileset %s is not linked", s.Key(), f.Name)
	}
	return path.Join(f.Path, dirs.Fileset, s.Name), nil
}

// SnapshotDirs says under which names snapshots show up in directories, from mmsnapdir.
type SnapshotDirs struct {
	Global      string `json:"global" col:"GLOBAL"`            // directory of the global snapshots
	Fileset     string `json:"fileset" col:"FILESET"`          // directory of the snapshots of filesets
	Everywhere  bool   `json:"everywhere" col:"EVERYWHERE"`    // every directory has them, not only the uppermost
	AllFilesets bool   `json:"allFilesets" col:"ALL FILESETS"` // global snapshots show in all independent filesets
}

// String returns the two names.
func (d *SnapshotDirs) String() string {
	if d == nil {
		return ""
	}
	return d.Global + ", " + d.Fileset
}

var (
	oneSnapshotDir     = lazyregexp.New(`^Snapshot directory for "[^"]*" is "([^"]*)" \((all|root) director`)
	filesetSnapshotDir = lazyregexp.New(`^Fileset snapshot directory for "[^"]*" is "([^"]*)" \((all|root) director`)
	globalSnapshotDir  = lazyregexp.New(`^Global snapshot directory for "[^"]*" is "([^"]*)" in (all filesets|root fileset)`)
)

// SnapshotDirs returns under which names snapshots show up in directories. It runs mmsnapdir -q.
func (fs *Filesystem) SnapshotDirs(ctx context.Context) (*SnapshotDirs, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	res, err := fs.c.run(ctx)(arguments().device(fs.Name).add("-q").of("mmsnapdir", "snapshot directories of "+fs.Name))
	if err != nil {
		return nil, fs.c.explain(ctx, err)
	}
	d := &SnapshotDirs{}
	for line := range strings.Lines(string(res.Stdout)) {
		line = strings.TrimSpace(line)
		if m := oneSnapshotDir.FindStringSubmatch(line); m != nil {
			d.Global, d.Fileset, d.Everywhere = m[1], m[1], m[2] == "all"
		}
		if m := filesetSnapshotDir.FindStringSubmatch(line); m != nil {
			d.Fileset, d.Everywhere = m[1], m[2] == "all"
		}
		if m := globalSnapshotDir.FindStringSubmatch(line); m != nil {
			d.Global, d.AllFilesets = m[1], m[2] == "all filesets"
		}
	}
	if d.Global == "" || d.Fileset == "" {
		cmd := mmexec.Command{Name: "mmsnapdir", Args: []string{fs.Name, "-q"}}
		return nil, &mmexec.FormatError{Cmd: cmd, Reason: "it does not name the snapshot directories"}
	}
	return d, nil
}

// SnapshotDirOption is a change of how snapshots show up in directories: [GlobalSnapshotDir], [FilesetSnapshotDir],
// [SnapshotDirsEverywhere], [GlobalSnapshotsInAllFilesets].
type SnapshotDirOption interface{ snapdir(*argv) }

type snapdirOption func(*argv)

func (o snapdirOption) snapdir(a *argv) { o(a) }

// GlobalSnapshotDir sets the name of the directory of global snapshots (--global-snapdir).
func GlobalSnapshotDir(name string) SnapshotDirOption {
	return snapdirOption(func(a *argv) { a.add("--global-snapdir").operand(mmexec.CheckSnapshotName, "/", name) })
}

// FilesetSnapshotDir sets the name of the directory of the snapshots of filesets (--fileset-snapdir).
func FilesetSnapshotDir(name string) SnapshotDirOption {
	return snapdirOption(func(a *argv) { a.add("--fileset-snapdir").operand(mmexec.CheckSnapshotName, "/", name) })
}

// SnapshotDirsEverywhere shows the directory of snapshots in every directory (-a), or in the uppermost only (-r).
func SnapshotDirsEverywhere(on bool) SnapshotDirOption {
	return snapdirOption(func(a *argv) { a.flag(on, "-a").flag(!on, "-r") })
}

// GlobalSnapshotsInAllFilesets shows global snapshots in all independent filesets, or in the root fileset only
// (--show-global-snapshots).
func GlobalSnapshotsInAllFilesets(on bool) SnapshotDirOption {
	return snapdirOption(func(a *argv) {
		where := "rootfileset"
		if on {
			where = "allfilesets"
		}
		a.add("--show-global-snapshots", where)
	})
}

// ChangeSnapshotDirs changes how snapshots show up in directories. It runs mmsnapdir.
func (fs *Filesystem) ChangeSnapshotDirs(ctx context.Context, options ...SnapshotDirOption) error {
	if err := fs.local(); err != nil || len(options) == 0 {
		return err
	}
	args := arguments().device(fs.Name)
	for _, o := range options {
		o.snapdir(args)
	}
	_, err := fs.c.run(ctx)(args.of("mmsnapdir", "snapshot directories of "+fs.Name))
	return fs.explainAny(ctx, err)
}
