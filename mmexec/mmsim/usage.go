package mmsim

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// defaultGrace is how long a soft limit may be exceeded where no other period was set.
const defaultGrace = 7 * 24 * time.Hour

// counted is what a tree holds.
type counted struct{ kb, inodes int64 }

func (c *counted) add(info fs.FileInfo) {
	c.inodes++
	if st, ok := info.Sys().(*syscall.Stat_t); ok && !info.IsDir() {
		c.kb += (st.Blocks*512 + 1023) / 1024
	}
}

// ownerOf returns the owner and the group of a file.
func ownerOf(info fs.FileInfo) (uid, gid int, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return int(st.Uid), int(st.Gid), true
}

// ownerKey is whose usage is counted: a user, a group, or all of a fileset.
type ownerKey struct {
	typ     QuotaType
	fileset int // fileset id; 0 for users and groups without per-fileset quotas
	id      int64
}

// count walks the real directory of a file system and sums up what is in its filesets, by owner and by group.
func (f *Filesystem) count() (map[ownerKey]counted, error) {
	sums := map[ownerKey]counted{}
	add := func(k ownerKey, info fs.FileInfo) {
		c := sums[k]
		c.add(info)
		sums[k] = c
	}
	junctions := map[string]int{}
	for i := range f.Filesets {
		if fset := &f.Filesets[i]; fset.Status == FilesetLinked {
			junctions[f.filesetDir(fset)] = fset.ID
		}
	}
	scope := func(id int) int {
		if f.Attrs.PerfilesetQuota {
			return id
		}
		return 0
	}
	hidden := f.hidden()
	var walk func(dir string, id int) error
	walk = func(dir string, id int) error {
		entries, err := os.ReadDir(dir)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil {
				continue // gone while we walk
			}
			if e.IsDir() && slices.Contains(hidden, e.Name()) {
				continue
			}
			path, in := filepath.Join(dir, e.Name()), id
			if at, ok := junctions[path]; ok {
				in = at
			} else {
				uid, gid, _ := ownerOf(info)
				add(ownerKey{QuotaFileset, id, int64(id)}, info)
				add(ownerKey{QuotaUser, scope(id), int64(uid)}, info)
				add(ownerKey{QuotaGroup, scope(id), int64(gid)}, info)
			}
			if e.IsDir() {
				if err := walk(path, in); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := walk(f.Data, 0); err != nil {
		return nil, err
	}
	for i := range f.Filesets {
		if fset := &f.Filesets[i]; fset.Status == FilesetUnlinked {
			if err := walk(f.filesetDir(fset), fset.ID); err != nil {
				return nil, err
			}
		}
	}
	return sums, nil
}

// observe counts what lies in the real directories and brings quota entries and filesets up to date, as the quota
// manager of a cluster does all the time. It reports the limits that were crossed since the last time.
func (c *call) observe() error {
	for i := range c.st.Filesystems {
		f := &c.st.Filesystems[i]
		if f.Data != "" {
			sums, err := f.count()
			if err != nil {
				return err
			}
			c.takeOver(f, sums)
		}
		c.watchQuotas(f)
	}
	return nil
}

// takeOver writes counts into the filesets and the quota entries; owners that had none get one.
func (c *call) takeOver(f *Filesystem, sums map[ownerKey]counted) {
	for i := range f.Filesets {
		fset := &f.Filesets[i]
		if fset.Status == FilesetDeleted {
			continue
		}
		n := sums[ownerKey{QuotaFileset, fset.ID, int64(fset.ID)}]
		fset.UsedInodes, fset.DataKB = fset.BaseInodes+n.inodes+1, fset.BaseKB+n.kb
		if fset.Independent {
			fset.AllocInodes = min(max(fset.AllocInodes, fset.UsedInodes), max(fset.MaxInodes, fset.UsedInodes))
		}
	}
	if len(f.Attrs.QuotaTypes) == 0 {
		return
	}
	for i := range f.Quotas {
		q := &f.Quotas[i]
		k := ownerKey{q.Type, q.FilesetID, q.ID}
		if q.Type == QuotaFileset {
			k.fileset = int(q.ID)
		}
		n := sums[k]
		q.Block.Used, q.Files.Used = q.Block.Base+n.kb, q.Files.Base+n.inodes
		if q.Type == QuotaFileset {
			q.Files.Used++ // its root directory
		}
		delete(sums, k)
	}
	var fresh []ownerKey
	for k := range sums {
		if k.typ != QuotaFileset {
			fresh = append(fresh, k)
		}
	}
	slices.SortFunc(fresh, func(a, b ownerKey) int {
		return cmp.Or(cmp.Compare(quotaIndex(a.typ), quotaIndex(b.typ)), cmp.Compare(a.fileset, b.fileset), cmp.Compare(a.id, b.id))
	})
	for _, k := range fresh {
		q := Quota{Type: k.typ, ID: k.id, Name: ownerName(k.typ, k.id), FilesetID: k.fileset, Remarks: "i"}
		if fset := f.filesetID(k.fileset); fset != nil && f.Attrs.PerfilesetQuota {
			q.Fileset = fset.Name
		}
		q.Block.Used, q.Files.Used = sums[k].kb, sums[k].inodes
		f.applyDefaultQuota(&q)
		f.Quotas = append(f.Quotas, q)
	}
}

// ownerName is the name of a user or group of this machine, "" when the id has none.
func ownerName(t QuotaType, id int64) string {
	text := strconv.FormatInt(id, 10)
	if t == QuotaGroup {
		if g, err := user.LookupGroupId(text); err == nil {
			return g.Name
		}
		return ""
	}
	if u, err := user.LookupId(text); err == nil {
		return u.Username
	}
	return ""
}

// applyDefaultQuota gives a new entry the default limits of its type, when they are on.
func (f *Filesystem) applyDefaultQuota(q *Quota) {
	for i := range f.DefaultQuotas {
		if d := &f.DefaultQuotas[i]; d.Type == q.Type && d.DefaultsOn && (d.Fileset == "" || d.Fileset == q.Fileset) {
			q.Block.Soft, q.Block.Hard, q.Files.Soft, q.Files.Hard = d.Block.Soft, d.Block.Hard, d.Files.Soft, d.Files.Hard
			q.Remarks, q.DefaultsOn = "d", true
			if d.Fileset != "" {
				q.Remarks = "d_fset"
			}
		}
	}
}

// watchQuotas starts and ends grace periods and raises the events that go with them.
func (c *call) watchQuotas(f *Filesystem) {
	for i := range f.Quotas {
		q := &f.Quotas[i]
		was := !q.Block.Grace.IsZero() || !q.Files.Grace.IsZero()
		periods := f.GracePeriods[quotaIndex(q.Type)]
		c.watchUsage(&q.Block, periods.Block)
		c.watchUsage(&q.Files, periods.Files)
		is := !q.Block.Grace.IsZero() || !q.Files.Grace.IsZero()
		switch {
		case is && !was:
			c.quotaEvent("softQuotaExceeded", f, q)
			if q.Type == QuotaFileset {
				c.quotaEvent("filesetLimitExceeded", f, q)
			}
		case was && !is:
			c.quotaEvent("usageUnderSoftQuota", f, q)
		}
	}
}

func (c *call) watchUsage(u *Usage, period time.Duration) {
	over := u.Soft > 0 && u.Used+u.InDoubt > u.Soft
	switch {
	case !over:
		u.Grace = time.Time{}
	case u.Grace.IsZero():
		if period == 0 {
			period = defaultGrace
		}
		u.Grace = c.now.Add(period)
	}
}

// quotaIndex is the place of a quota type in GracePeriods.
func quotaIndex(t QuotaType) int {
	return slices.Index([]QuotaType{QuotaUser, QuotaGroup, QuotaFileset}, t)
}
