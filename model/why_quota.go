package model

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// GroupResolver is a [Resolver] that also knows in which groups a user is.
type GroupResolver interface {
	Resolver
	// GroupsOf returns the names of all groups that a user is in; an error says that nothing could be learned.
	GroupsOf(ctx context.Context, user string) ([]string, error)
}

func (q *inquiry) askGroups(ctx context.Context) {
	r, ok := q.c.names.(GroupResolver)
	if !ok {
		return
	}
	// A name service that does not answer leaves the groups unknown.
	if groups, err := r.GroupsOf(ctx, q.who.name); err == nil && len(groups) > 0 {
		q.who.groups, q.who.known = groups, true
	}
}

// findQuotas looks at the quotas of the user, of the groups and of the fileset. A quota of a group counts for files of
// that group, of which a user may have several.
func (q *inquiry) findQuotas(ctx context.Context) error {
	if q.fs.Remote {
		return nil
	}
	if q.fs.MaxInodes.Known() && len(q.fs.Quota.Enforced) == 0 {
		q.e.Checks.add("quotas", Passes, "no quotas are enforced in "+q.fs.Name, "")
		return nil
	}
	within := ""
	if q.fs.Quota.PerFileset {
		within = q.e.Fileset
	}
	if q.who.name == "root" {
		q.e.Checks.add("user quota", Passes, "quotas do not hold for root", "")
	} else {
		if err := q.quotaOf(ctx, UserQuota, q.who.name, within, Refuses); err != nil {
			return err
		}
		for _, g := range q.who.groups {
			verdict := Refuses
			if len(q.who.groups) > 1 {
				verdict = Warns // which group a new file gets is not known
			}
			if err := q.quotaOf(ctx, GroupQuota, g, within, verdict); err != nil {
				return err
			}
		}
		if len(q.who.groups) == 0 {
			q.e.Checks.add("group quota", Untold, "the groups of "+q.who.name+" are not known: add InGroups(…)", "")
		}
	}
	if q.e.Fileset == "" || q.e.Fileset == "root" {
		return nil
	}
	return q.quotaOf(ctx, FilesetQuota, q.e.Fileset, "", Refuses)
}

// quotaOf looks at the quotas of one owner; worst is what a limit that is reached comes to.
func (q *inquiry) quotaOf(ctx context.Context, of QuotaType, owner, within string, worst Verdict) error {
	name := string(of) + " quota"
	if enforced := q.fs.Quota.Enforced; len(enforced) > 0 && !slices.Contains(enforced, of) {
		q.e.Checks.add(name, Passes, fmt.Sprintf("quotas of %ss are not enforced in %s", of, q.fs.Name), "")
		return nil
	}
	found, err := q.fs.lsQuota(ctx, of, owner, within)
	if err != nil {
		return q.told(ctx, name, q.c.explain(ctx, err))
	}
	if of == FilesetQuota {
		for _, f := range found {
			f.Name, f.Fileset = owner, ""
		}
	}
	found = slices.DeleteFunc(found, func(f *Quota) bool { return within != "" && f.Fileset != "" && f.Fileset != within })
	if len(found) == 0 || !found[0].Limited() {
		q.e.Checks.add(name, Passes, owner+" has no limits", "")
		return nil
	}
	quota := found[0]
	quota.Name = owner
	trouble := quota.troubles(q.create)
	for _, t := range trouble {
		verdict := t.verdict
		if verdict == Refuses {
			verdict = worst
		}
		q.e.Checks.add(name, verdict, owner+" "+t.finding, t.mend)
	}
	if len(trouble) == 0 {
		q.e.Checks.add(name, Passes, owner+" "+quota.use(), "")
	}
	return nil
}

// use says how much of the limits is used.
func (q *Quota) use() string {
	return fmt.Sprintf("uses %s of %s and %s of %s files", q.BlockUsage, q.BlockHard, q.FilesUsage, q.FilesHard)
}

// quotaTrouble is a limit that is in somebody's way, or soon will be.
type quotaTrouble struct {
	verdict Verdict
	finding string
	mend    string
}

// troubles returns the limits of the quota that are in the way; create says whether an inode is needed.
func (q *Quota) troubles(create bool) []quotaTrouble {
	var list []quotaTrouble
	add := func(v Verdict, mend, format string, args ...any) {
		list = append(list, quotaTrouble{v, fmt.Sprintf(format, args...), mend})
	}
	raise := func(option string, soft, hard string) string {
		return line(append(q.setLine(), option, soft+":"+hard)...)
	}
	bytes := func(b Bytes) string {
		if !b.Known() {
			return "0"
		}
		return b.mm()
	}
	count := func(n Count) string {
		if !n.Known() {
			return "0"
		}
		return strconv.FormatInt(int64(n), 10)
	}
	used, doubt := q.BlockUsage, max(q.BlockInDoubt, 0)
	switch {
	case q.BlockHard.Known() && used >= q.BlockHard:
		add(Refuses, raise("--block", bytes(max(q.BlockSoft, 0)), bytes(more(used))), "has used all of the %s that are allowed: %s", q.BlockHard, used)
	case q.BlockGrace.Expired():
		add(Refuses, raise("--block", bytes(more(used)), bytes(max(q.BlockHard, more(used)))),
			"has been over the soft limit of %s for too long: %s are used and the grace period is over", q.BlockSoft, used)
	case q.BlockHard.Known() && used+doubt >= q.BlockHard:
		add(Refuses, line("mmcheckquota", q.Filesystem), "uses %s of %s, and %s more are in doubt: given out to nodes and not reported back", used, q.BlockHard, doubt)
	case q.BlockGrace.Running():
		add(Warns, "", "is over the soft limit of %s with %s; %s are left", q.BlockSoft, used, q.BlockGrace)
	case q.BlockUsedPct() >= nearlyFull:
		add(Warns, "", "uses %s of the storage that is allowed", q.BlockUsedPct())
	}
	files, pending := q.FilesUsage, max(q.FilesInDoubt, 0)
	full := Refuses
	if !create {
		full = Warns // what is there can be written to without another inode
	}
	switch {
	case q.FilesHard.Known() && files >= q.FilesHard:
		add(full, raise("--files", count(q.FilesSoft), count(moreFiles(files))), "has all of the %s files that are allowed", q.FilesHard)
	case q.FilesGrace.Expired():
		add(full, raise("--files", count(moreFiles(files)), count(max(q.FilesHard, moreFiles(files)))),
			"has been over the soft limit of %s files for too long: there are %s and the grace period is over", q.FilesSoft, files)
	case q.FilesHard.Known() && files+pending >= q.FilesHard:
		add(full, line("mmcheckquota", q.Filesystem), "has %s of %s files, and %s more are in doubt", files, q.FilesHard, pending)
	case q.FilesGrace.Running():
		add(Warns, "", "is over the soft limit of %s files with %s; %s are left", q.FilesSoft, files, q.FilesGrace)
	}
	return list
}

// more is a limit that leaves a fifth of what is used free, in whole GiB.
func more(used Bytes) Bytes { return (used+used/5)/GiB*GiB + GiB }

// moreFiles is a limit that leaves a fifth of what is used free, in whole thousands.
func moreFiles(used Count) Count { return (used+used/5)/1000*1000 + 1000 }

// setLine is the beginning of the command that sets limits of the quota.
func (q *Quota) setLine() []string {
	device := q.Filesystem
	switch {
	case q.Type == FilesetQuota:
		return []string{"mmsetquota", device + ":" + q.Name}
	case q.Fileset != "":
		device += ":" + q.Fileset
	}
	return []string{"mmsetquota", device, "--" + string(q.Type), q.id()}
}
