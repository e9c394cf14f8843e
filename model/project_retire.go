package model

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gpfsh/mmexec/lazyregexp"
	"gpfsh/policy/spell"
)

// RetireOption is an option of retiring a project: [KeepFor], [Confirm], [EvenIfManaged], [Force].
type RetireOption interface{ retire(*retirement) }

// retirement is how a project is retired.
type retirement struct {
	keep    time.Duration
	confirm string
	managed bool
	force   bool
}

type keepFor time.Duration

func (o keepFor) retire(r *retirement) { r.keep = time.Duration(o) }

// KeepFor sets how long the files of a project are kept after it was unlinked. It is 30 days unless set.
func KeepFor(d time.Duration) RetireOption { return keepFor(d) }

func (o confirmed) retire(r *retirement)   { r.confirm = string(o) }
func (evenIfManaged) retire(r *retirement) { r.managed = true }
func (force) retire(r *retirement)         { r.force = true }

// retiredOn is the note in the comment of a fileset that was retired.
var retiredOn = lazyregexp.New(`^retired (\d{4}-\d\d-\d\d)(?:: |$)`)

// RetireProject takes a project out of service, in two steps that may be weeks apart; each call does what is due and
// says what is left. First, while the fileset is linked: it makes a last snapshot, notes the date in the comment, and
// unlinks the fileset, so that nobody can use its files any more; programs that back up by path let its backups expire.
// It is refused while directories in it are exported, or other filesets are linked in it. Then, when the time of
// [KeepFor] is over and the name is repeated by [Confirm]: it deletes the snapshots and the fileset with its files.
//
// It runs mmlsfileset; mmnfs and mmsmb export list, mmcrsnapshot, mmchfileset and mmunlinkfileset; mmlssnapshot,
// mmdelsnapshot and mmdelfileset -f. Doing it twice is as good as doing it once.
func (fs *Filesystem) RetireProject(ctx context.Context, name string, options ...RetireOption) (*ProjectReport, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	how := retirement{keep: 30 * Day}
	for _, o := range options {
		o.retire(&how)
	}
	filesets, err := fs.Filesets.List(ctx)
	if err != nil {
		return nil, err
	}
	r := &ProjectReport{Project: name}
	i := slices.IndexFunc(filesets, func(f *Fileset) bool { return f.Name == name && f.Status != Deleted })
	if i < 0 {
		r.step("fileset", false, "", "there is none of that name")
		return r, nil
	}
	set := filesets[i]
	r.Fileset = set
	if set.ManagedBy != "" && !how.managed {
		return r, &ManagedError{Kind: kindFileset, Name: name, By: set.ManagedBy}
	}
	if set.Status == Linked {
		return r, fs.withdraw(ctx, set, filesets, how, r)
	}
	return r, fs.dispose(ctx, set, filesets, how, r)
}

// withdraw is the first step.
func (fs *Filesystem) withdraw(ctx context.Context, set *Fileset, filesets []*Fileset, how retirement, r *ProjectReport) error {
	for _, f := range filesets {
		if f != set && f.Status == Linked && below(f.Path, set.Path) {
			return fmt.Errorf("project %s cannot be retired: fileset %s is linked in it at %s; retire or relink that first", set.Name, f.Name, f.Path)
		}
	}
	if err := fs.checkExports(ctx, set, r); err != nil {
		return err
	}
	today := fs.c.now().In(fs.c.zone)
	result := "planned"
	if set.Independent {
		snap, made, err := set.Snapshots.Ensure(ctx, "retired-"+today.Format("20060102"))
		if err != nil {
			return err
		}
		if !snap.Planned() {
			result = "made"
		}
		if !made {
			result = "already so"
		}
		r.step("last snapshot", made, result, snap.Name)
	}
	if !retiredOn.MatchString(set.Comment) {
		note := strings.TrimSuffix("retired "+today.Format(time.DateOnly)+": "+set.Comment, ": ")
		if err := set.Change(ctx, Comment(note[:min(len(note), 255)])); err != nil {
			return err
		}
		r.step("note", true, "made", note)
	}
	was := set.Path
	var unlink []FilesetUnlinkOption
	if how.force {
		unlink = append(unlink, Force())
	}
	if err := set.Unlink(ctx, unlink...); err != nil {
		return err
	}
	r.step("unlinked", true, "made", was)
	r.step("files", false, "wait", "they can be deleted from "+today.Add(how.keep).Format(time.DateOnly)+" on")
	return nil
}

// checkExports refuses while clients reach the files by protocols. Where a protocol is not in use its command fails.
func (fs *Filesystem) checkExports(ctx context.Context, set *Fileset, r *ProjectReport) error {
	var exported []string
	nfs, err := fs.c.NFSExports(ctx)
	if err != nil && ctx.Err() == nil {
		r.step("NFS exports", false, "not told", err.Error())
	}
	for _, e := range nfs {
		if below(e.Path, set.Path) && !slices.Contains(exported, e.Path+" over NFS") {
			exported = append(exported, e.Path+" over NFS")
		}
	}
	smb, err := fs.c.SMBShares(ctx)
	if err != nil && ctx.Err() == nil {
		r.step("SMB shares", false, "not told", err.Error())
	}
	for _, s := range smb {
		if below(s.Path, set.Path) {
			exported = append(exported, s.Path+" over SMB as "+s.Name)
		}
	}
	if len(exported) > 0 {
		return fmt.Errorf("project %s cannot be retired: it is exported: %s; remove the exports first", set.Name, strings.Join(exported, ", "))
	}
	return ctx.Err()
}

// dispose is the second step.
func (fs *Filesystem) dispose(ctx context.Context, set *Fileset, filesets []*Fileset, how retirement, r *ProjectReport) error {
	m := retiredOn.FindStringSubmatch(set.Comment)
	if m == nil {
		return fmt.Errorf("project %s was not retired: its fileset is unlinked, and its comment does not say since when; delete it with Fileset.Delete", set.Name)
	}
	since, err := time.ParseInLocation(time.DateOnly, m[1], fs.c.zone)
	if err != nil {
		return fmt.Errorf("the comment of fileset %s says that it was retired on %s, which is no date", set.Name, m[1])
	}
	if due := since.Add(how.keep); fs.c.now().Before(due) {
		r.step("files", false, "wait", "they can be deleted from "+due.Format(time.DateOnly)+" on")
		return nil
	}
	for _, f := range filesets {
		if f != set && set.Independent && f.Status != Deleted && f.InodeSpace == set.InodeSpace {
			return fmt.Errorf("project %s cannot be deleted: fileset %s lives in its inode space", set.Name, f.Name)
		}
	}
	if how.confirm != set.Name {
		r.step("files", false, "to be done", fmt.Sprintf("they are deleted for good when the name is repeated: add Confirm(%q)", set.Name))
		return nil
	}
	if set.Independent {
		snaps, err := set.Snapshots.List(ctx)
		if err != nil {
			return err
		}
		if len(snaps) > 0 {
			var deletion []SnapshotDeleteOption
			if how.managed {
				deletion = append(deletion, EvenIfManaged())
			}
			if err := fs.deleteSnapshots(ctx, snaps, deletion); err != nil {
				return err
			}
			r.step("snapshots", true, "made", spell.Count(len(snaps), "snapshot")+" deleted")
		}
	}
	deletion := []FilesetDeleteOption{WithContents()}
	if how.managed {
		deletion = append(deletion, EvenIfManaged())
	}
	if err := set.Delete(ctx, deletion...); err != nil {
		return err
	}
	r.Fileset = nil
	r.step("fileset", true, "made", "deleted with its files")
	return nil
}
