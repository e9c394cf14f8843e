package mmsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Init makes a simulated cluster in a directory, which must be empty or not be there, from a state such as
// [DemoState] or [NewState] returns. Each file system gets a directory tree in DIR/data; data names other directories by
// file system: what lies in such a directory stays, and it becomes the mount point of the file system.
func Init(dir string, st *State, data map[string]string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	switch entries, err := os.ReadDir(dir); {
	case err == nil && len(entries) > 0:
		if _, err := os.Stat(filepath.Join(dir, "state.json")); err == nil {
			return fmt.Errorf("there is a simulated cluster in %s already: remove it first, or choose another directory", dir)
		}
		return fmt.Errorf("%s is not empty: choose another directory", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	st = st.Clone()
	for name := range data {
		if st.filesystem(name) == nil {
			return fmt.Errorf("no file system %s in the cluster: it has %v", name, st.filesystemNames())
		}
	}
	if err := makeDirs(dir); err != nil {
		return err
	}
	for i := range st.Filesystems {
		f := &st.Filesystems[i]
		if !validName(f.Name) {
			return fmt.Errorf("%q is no name for a file system", f.Name)
		}
		if err := f.attach(dir, data[f.Name]); err != nil {
			return err
		}
	}
	s := &store{dir: dir}
	unlock, err := s.lock()
	if err != nil {
		return err
	}
	defer unlock()
	_, err = s.commit(nil, nil, st, nil)
	return err
}

// profileFile keeps what a cluster was made from, for Reset.
const profileFile = "profile.json"

// InitProfile makes a simulated cluster of a profile in a directory; see [Init]. Such a cluster can be [Reset].
func InitProfile(dir string, p Profile, data map[string]string) error {
	st, err := NewState(p)
	if err != nil {
		return err
	}
	st.LongWork = LongWork
	if err := Init(dir, st, data); err != nil {
		return err
	}
	text, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, profileFile), append(text, '\n'))
}

// Reset makes a cluster that [InitProfile] made what it was in the beginning: everything that was done to it is gone,
// the files in its trees included. A cluster with directories of the user's own is not reset: what lies there is not
// the simulator's to remove.
func Reset(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, profileFile))
	if err != nil {
		return fmt.Errorf("cannot reset %s: it was not made from a profile: %w", dir, err)
	}
	var p Profile
	if err := json.Unmarshal(text, &p); err != nil {
		return fmt.Errorf("cannot reset %s: %w", dir, err)
	}
	s := &store{dir: dir}
	unlock, err := s.lock()
	if err != nil {
		return err
	}
	defer unlock()
	now, _, err := s.load(0)
	if err != nil {
		return err
	}
	for i := range now.Filesystems {
		if f := &now.Filesystems[i]; f.Data != "" && filepath.Dir(f.Data) != filepath.Join(dir, "data") {
			return fmt.Errorf("cannot reset %s: behind %s lies %s, which was there before: make a new cluster instead", dir, f.Name, f.Data)
		}
	}
	st, err := NewState(p)
	if err != nil {
		return err
	}
	st.LongWork = LongWork
	for _, sub := range []string{"data", "files"} {
		if err := removeTree(filepath.Join(dir, sub)); err != nil {
			return err
		}
	}
	if err := makeDirs(dir); err != nil {
		return err
	}
	for i := range st.Filesystems {
		if err := st.Filesystems[i].attach(dir, ""); err != nil {
			return err
		}
	}
	m, err := s.readManifest()
	if err != nil {
		return err
	}
	_, err = s.commit(m, nil, st, nil)
	return err
}

// makeDirs makes the directories of a state directory.
func makeDirs(dir string) error {
	for _, sub := range []string{"", "parts", "data", "files"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	return os.Chmod(filepath.Join(dir, "files"), 0o700)
}

func (s *State) filesystemNames() []string {
	names := make([]string, len(s.Filesystems))
	for i := range s.Filesystems {
		names[i] = s.Filesystems[i].Name
	}
	return names
}

// attach puts a real directory behind a file system: the given one, or a fresh one with a few files. What the state
// says is used already stays used; what the files take comes on top.
func (f *Filesystem) attach(dir, data string) error {
	fresh := data == ""
	if fresh {
		f.Data = filepath.Join(dir, "data", f.Name)
	} else {
		abs, err := filepath.Abs(data)
		if err != nil {
			return err
		}
		if info, err := os.Stat(abs); err != nil || !info.IsDir() {
			return fmt.Errorf("no directory %s to put behind %s", data, f.Name)
		}
		f.Data, f.Attrs.MountPoint = abs, abs
		for i := range f.Mounts {
			f.Mounts[i].Point = abs
		}
	}
	for i := range f.Filesets {
		fset := &f.Filesets[i]
		fset.BaseInodes, fset.BaseKB = max(fset.UsedInodes-1, 0), fset.DataKB
		if fset.Status == FilesetDeleted {
			continue
		}
		if err := os.MkdirAll(f.filesetDir(fset), 0o755); err != nil {
			return err
		}
	}
	for i := range f.Quotas {
		q := &f.Quotas[i]
		q.Block.Base, q.Files.Base = q.Block.Used, q.Files.Used
		if q.Type == QuotaFileset {
			q.Files.Base = max(q.Files.Used-1, 0)
		}
	}
	if !fresh {
		return nil
	}
	if err := f.sampleFiles(); err != nil {
		return err
	}
	for i := range f.Snapshots {
		s := &f.Snapshots[i]
		if s.Status != "Valid" || f.snapshotDir(s) == "" {
			continue
		}
		if len(f.Filesets)*len(f.Snapshots) > maxInitialTrees {
			if err := os.MkdirAll(f.snapshotDir(s), 0o755); err != nil {
				return err
			}
			continue
		}
		t := treeChange{
			Op: treeSnapshot, Path: f.snapshotSource(s), To: f.snapshotDir(s), Note: f.snapshotNote(s), Skip: f.hidden(), Cut: f.otherSpaces(s),
		}
		if err := t.apply(); err != nil {
			return err
		}
	}
	return nil
}

const (
	// maxInitialTrees bounds how much of the snapshots of a new cluster is copied: filesets times snapshots. Beyond it
	// they are empty directories.
	maxInitialTrees = 2000
	// maxSampleFilesets is how many filesets get files.
	maxSampleFilesets = 40
)

// sampleFiles writes a few files into the filesets, so that there is something to find, to restore and to count.
func (f *Filesystem) sampleFiles() error {
	for i := range f.Filesets {
		fset := &f.Filesets[i]
		if fset.Status == FilesetDeleted || fset.Name == "root" {
			continue
		}
		if i > maxSampleFilesets {
			break
		}
		for j, name := range []string{"README", "data/run-001.dat", "data/run-002.dat", "old/log.2022"} {
			path := filepath.Join(f.filesetDir(fset), name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			text := fmt.Sprintf("%s of fileset %s in %s\n", name, fset.Name, f.Name)
			body := make([]byte, 0, 4096*(j+1))
			for len(body) < 2048*j+len(text) {
				body = append(body, text...)
			}
			if err := os.WriteFile(path, body, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
