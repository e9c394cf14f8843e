package learn

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
)

// happening is something that has happened on the site before a lesson begins, and that no command does.
type happening struct {
	name string
	args string // how its arguments are written; the last one takes the rest of the line when it ends in dots
	do   func(s *site, args []string) error
}

// happenings are what setup lines may say besides mm commands.
func happenings() []happening {
	return []happening{
		{"disk-down", "FILESYSTEM DISK", func(s *site, a []string) error { return s.sim.DiskDown(a[0], a[1]) }},
		{"node-down", "NODE", func(s *site, a []string) error { return s.sim.NodeDown(a[0], false) }},
		{"fill-pool", "FILESYSTEM POOL PERCENT", func(s *site, a []string) error {
			percent, err := strconv.Atoi(a[2])
			if err != nil {
				return err
			}
			return s.sim.FillPool(a[0], a[1], percent)
		}},
		{"usage", "FILESYSTEM FILESET USER GIB DAYS", usage},
		{"expelled", "NODE", func(s *site, a []string) error {
			return s.sim.Update(func(st *mmsim.State) error {
				n := find(st.Nodes, func(n *mmsim.Node) bool { return strings.HasPrefix(n.AdminName, a[0]+".") })
				if n == nil {
					return fmt.Errorf("no node %s", a[0])
				}
				n.Expelled, n.State = true, mmsim.NodeDown
				for i := range st.Filesystems {
					f := &st.Filesystems[i]
					f.Mounts = slices.DeleteFunc(f.Mounts, func(m mmsim.Mount) bool { return m.Node == n.Number })
				}
				return nil
			})
		}},
		{"afm-state", "FILESYSTEM FILESET STATE", func(s *site, a []string) error {
			return s.onFilesystem(a[0], func(f *mmsim.Filesystem) error {
				fset := find(f.Filesets, func(fs *mmsim.Fileset) bool { return fs.Name == a[1] })
				if fset == nil || fset.AFM == nil {
					return fmt.Errorf("no cache %s", a[1])
				}
				afm := *fset.AFM
				afm.State = a[2]
				fset.AFM = &afm
				return nil
			})
		}},
		{"policy", "FILESYSTEM TEXT...", func(s *site, a []string) error {
			return s.onFilesystem(a[0], func(f *mmsim.Filesystem) error {
				f.Policy.Text, f.Policy.Name = strings.TrimSpace(a[1])+"\n", "new.pol"
				return nil
			})
		}},
		{"file", "PATH TEXT...", func(s *site, a []string) error {
			path, err := s.path(a[0])
			if err == nil {
				err = os.MkdirAll(filepath.Dir(path), 0o755)
			}
			if err == nil {
				err = os.WriteFile(path, []byte(a[1]+"\n"), 0o644)
			}
			return err
		}},
		{"remove", "PATH", func(s *site, a []string) error {
			path, err := s.path(a[0])
			if err == nil {
				err = os.RemoveAll(path)
			}
			return err
		}},
		{"mode", "PATH MODE", func(s *site, a []string) error {
			path, err := s.path(a[0])
			if err != nil {
				return err
			}
			mode, err := strconv.ParseUint(a[1], 8, 9)
			if err != nil {
				return err
			}
			return os.Chmod(path, os.FileMode(mode))
		}},
	}
}

// setup lets one thing happen: an mm command, or what no command does.
func (s *site) setup(ctx context.Context, line string) error {
	if strings.HasPrefix(line, "mm") {
		cmd, err := mmexec.Raw(line)
		if err == nil {
			_, err = mmexec.Do(ctx, s, cmd)
		}
		return err
	}
	name, rest, _ := strings.Cut(line, " ")
	for _, h := range happenings() {
		if h.name != name {
			continue
		}
		wants := strings.Fields(h.args)
		args := strings.Fields(rest)
		if strings.HasSuffix(h.args, "...") {
			args = strings.SplitN(rest, " ", len(wants))
		}
		if len(args) != len(wants) {
			return fmt.Errorf("%q: %s takes %s", line, h.name, h.args)
		}
		return h.do(s, args)
	}
	var names []string
	for _, h := range happenings() {
		names = append(names, h.name)
	}
	return fmt.Errorf("%q is neither an mm command nor one of %s", line, strings.Join(names, ", "))
}

// onFilesystem changes what the cluster knows of a file system.
func (s *site) onFilesystem(name string, change func(*mmsim.Filesystem) error) error {
	return s.sim.Update(func(st *mmsim.State) error {
		f := find(st.Filesystems, func(f *mmsim.Filesystem) bool { return f.Name == name })
		if f == nil {
			return fmt.Errorf("no file system %s", name)
		}
		return change(f)
	})
}

// usage lets a user own more or less in a fileset; the soft limit was passed that long ago that so many days are left,
// or have gone by.
func usage(s *site, a []string) error {
	gib, err := strconv.ParseInt(a[3], 10, 64)
	days, err2 := strconv.Atoi(a[4])
	if err = errors.Join(err, err2); err != nil {
		return err
	}
	return s.onFilesystem(a[0], func(f *mmsim.Filesystem) error {
		q := find(f.Quotas, func(q *mmsim.Quota) bool {
			return q.Type == mmsim.QuotaUser && q.Fileset == a[1] && q.Name == a[2]
		})
		if q == nil {
			return fmt.Errorf("no quota of %s in %s", a[2], a[1])
		}
		q.Block.Used, q.Block.Base, q.Block.InDoubt = gib<<20, gib<<20, 0
		if q.Block.Soft == 0 {
			return nil
		}
		q.Block.Grace = mmsim.DemoState().Now.Add(time.Duration(days) * 24 * time.Hour)
		return nil
	})
}

// path is where a path below the root of mmfs1 is on this machine.
func (s *site) path(below string) (string, error) {
	if s.dir == "" {
		return "", errors.New("the lesson has no files: files: yes")
	}
	return filepath.Join(s.dir, "site", "data", "mmfs1", below), nil
}
