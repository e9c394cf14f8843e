package model

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// QuotaOption is a limit of a quota: [Block], [BlockSoft], [BlockHard], [Files], [FilesSoft], [FilesHard].
type QuotaOption interface{ quota(*quotaSpec) }

// quotaSpec holds the limits to set; nil stands for one that is to stay as it is.
type quotaSpec struct {
	blockSoft, blockHard *Bytes
	filesSoft, filesHard *Count
	err                  error
}

type quotaOption func(*quotaSpec)

func (o quotaOption) quota(s *quotaSpec) { o(s) }

// Block sets the soft and the hard limit of storage, [Unlimited] for none. Storage is counted with all its replicas.
func Block(soft, hard Bytes) QuotaOption {
	return quotaOption(func(s *quotaSpec) { s.block(&soft, &hard) })
}

// BlockSoft sets the soft limit of storage, Unlimited for none. The hard one stays as it is.
func BlockSoft(soft Bytes) QuotaOption {
	return quotaOption(func(s *quotaSpec) { s.block(&soft, s.blockHard) })
}

// BlockHard sets the hard limit of storage, Unlimited for none. The soft one stays as it is.
func BlockHard(hard Bytes) QuotaOption {
	return quotaOption(func(s *quotaSpec) { s.block(s.blockSoft, &hard) })
}

// Files sets the soft and the hard limit of the number of files, [Unlimited] for none.
func Files(soft, hard Count) QuotaOption {
	return quotaOption(func(s *quotaSpec) { s.files(&soft, &hard) })
}

// FilesSoft sets the soft limit of the number of files, Unlimited for none. The hard one stays as it is.
func FilesSoft(soft Count) QuotaOption {
	return quotaOption(func(s *quotaSpec) { s.files(&soft, s.filesHard) })
}

// FilesHard sets the hard limit of the number of files, Unlimited for none. The soft one stays as it is.
func FilesHard(hard Count) QuotaOption {
	return quotaOption(func(s *quotaSpec) { s.files(s.filesSoft, &hard) })
}

func (s *quotaSpec) block(soft, hard *Bytes) {
	s.blockSoft, s.blockHard = soft, hard
	for _, b := range []*Bytes{soft, hard} {
		if b != nil && *b <= 0 {
			s.err = errors.Join(s.err, fmt.Errorf("a limit of storage cannot be %s: use Unlimited for none", *b))
		}
	}
}

func (s *quotaSpec) files(soft, hard *Count) {
	s.filesSoft, s.filesHard = soft, hard
	for _, n := range []*Count{soft, hard} {
		if n != nil && *n <= 0 {
			s.err = errors.Join(s.err, fmt.Errorf("a limit of files cannot be %s: use Unlimited for none", *n))
		}
	}
}

func quotaLimits(options []QuotaOption) (quotaSpec, error) {
	var spec quotaSpec
	for _, o := range options {
		o.quota(&spec)
	}
	return spec, spec.err
}

// halves reports whether only one limit of a pair is given, so that the other one has to be known.
func (s quotaSpec) halves() bool {
	return (s.blockSoft == nil) != (s.blockHard == nil) || (s.filesSoft == nil) != (s.filesHard == nil)
}

// command returns the limits as mmsetquota takes them. A soft limit alone would remove the hard one, so the missing half
// of a pair is the one that now holds.
func (s quotaSpec) command(now *Quota) mmexec.SetQuotaOptions {
	var o mmexec.SetQuotaOptions
	if now.fs != nil {
		o.Release = now.fs.c.release
	}
	if s.blockSoft != nil || s.blockHard != nil {
		o.Block = &mmexec.Limits{Soft: limitOf(s.blockSoft, now.BlockSoft), Hard: limitOf(s.blockHard, now.BlockHard)}
	}
	if s.filesSoft != nil || s.filesHard != nil {
		o.Files = &mmexec.Limits{Soft: limitOf(s.filesSoft, now.FilesSoft), Hard: limitOf(s.filesHard, now.FilesHard)}
	}
	return o
}

// limitOf returns a limit as mmsetquota takes it: 0 for none.
func limitOf[T ~int64](wanted *T, now T) uint64 {
	v := now
	if wanted != nil {
		v = *wanted
	}
	if int64(v) == Unlimited || int64(v) == NotAsked || v < 0 {
		return 0
	}
	return uint64(v)
}

// apply sets the limits in the object.
func (s quotaSpec) apply(q *Quota) {
	set(&q.BlockSoft, s.blockSoft)
	set(&q.BlockHard, s.blockHard)
	set(&q.FilesSoft, s.filesSoft)
	set(&q.FilesHard, s.filesHard)
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// same reports whether the limits are those that a quota has.
func (s quotaSpec) same(q *Quota) bool {
	return like(s.blockSoft, q.BlockSoft) && like(s.blockHard, q.BlockHard) && like(s.filesSoft, q.FilesSoft) && like(s.filesHard, q.FilesHard)
}

func like[T comparable](wanted *T, has T) bool { return wanted == nil || *wanted == has }

// target says whose quota it is as mmsetquota takes it.
func (q *Quota) target() mmexec.QuotaTarget {
	t := mmexec.QuotaTarget{Device: q.fs.Name, Fileset: q.Fileset}
	switch q.Type {
	case UserQuota:
		t.Users = []string{q.id()}
	case GroupQuota:
		t.Groups = []string{q.id()}
	default:
		t.Fileset = q.Name
	}
	return t
}

// id returns the owner as mmsetquota takes it: the name, or the number of one that has none.
func (q *Quota) id() string {
	for _, prefix := range []string{"uid:", "gid:"} {
		if n, ok := strings.CutPrefix(q.Name, prefix); ok {
			return n
		}
	}
	return q.Name
}

// Change sets limits of the quota. It runs mmsetquota. Where only one limit of a pair is given, the other one is read
// first, by mmlsquota for users and groups and by mmrepquota for filesets, and stays as it is.
func (q *Quota) Change(ctx context.Context, options ...QuotaOption) error {
	if err := q.ready(); err != nil {
		return err
	}
	spec, err := quotaLimits(options)
	if err != nil || len(options) == 0 {
		return err
	}
	now := q
	if spec.halves() {
		fresh, found, err := q.read(ctx)
		if err != nil {
			return err
		}
		if found {
			now = fresh
		}
	}
	res, err := q.fs.c.run(ctx)(mmexec.MmSetQuota(q.target(), spec.command(now)))
	if err != nil {
		return q.fs.c.explain(ctx, err)
	}
	if !res.Planned {
		spec.apply(q)
	}
	return nil
}

// read reads the quota again; it is not found when its owner neither uses nor is granted anything. Users and groups are
// asked for by name, by mmlsquota, so that nobody has to turn ids into names here.
func (q *Quota) read(ctx context.Context) (*Quota, bool, error) {
	if q.Type != FilesetQuota {
		found, err := q.fs.lsQuota(ctx, q.Type, q.id(), q.Fileset)
		if err == nil {
			for _, f := range found {
				if f.Fileset == q.Fileset {
					f.Name, f.Owner = q.Name, q.Key()
					return f, true, nil
				}
			}
			return nil, false, nil
		}
		if !refused(err) {
			return nil, false, err
		}
	}
	return q.readFromList(ctx)
}

// lsQuota asks for the quotas of one user or group by name or number, of a fileset where there are quotas per fileset.
// It runs mmlsquota.
func (fs *Filesystem) lsQuota(ctx context.Context, of QuotaType, owner, fileset string) ([]*Quota, error) {
	how := mmexec.LsQuotaOptions{Fileset: fileset, All: true}
	switch of {
	case UserQuota:
		how.User = owner
	case GroupQuota:
		how.Group = owner
	case FilesetQuota:
		how.Fileset = owner
	}
	reply, err := fs.c.query(ctx)(mmexec.MmLsQuota(fs.Name, how))
	if err != nil {
		return nil, err
	}
	quotas := make([]*Quota, 0, len(reply.Rows))
	for _, row := range reply.Rows {
		// Without quotas per fileset the column is there and means nothing.
		quota := fs.readQuota(row)
		quota.Owner = quota.Key()
		quotas = append(quotas, quota)
	}
	return quotas, nil
}

// readFromList finds the quota in the report of the whole file system. When there are owners whose names are not known,
// one of them may be this one: that is an error, for a limit of it could be lost.
func (q *Quota) readFromList(ctx context.Context) (*Quota, bool, error) {
	quotas := q.fs.Quotas
	switch q.Type {
	case UserQuota:
		quotas = quotas.Users()
	case GroupQuota:
		quotas = quotas.Groups()
	case FilesetQuota:
		quotas = quotas.Filesets()
	}
	items, err := quotas.Items(ctx)
	if err != nil {
		return nil, false, err
	}
	nameless := false
	for _, it := range items {
		if it.Key == q.Key() {
			return it.Value, true, nil
		}
		nameless = nameless || it.Value.id() != it.Value.Name
	}
	if nameless && q.id() == q.Name && q.Type != FilesetQuota {
		return nil, false, fmt.Errorf("cannot tell the present limits of %s: some owners have no name here; "+
			"give both limits, as in Block(soft, hard), or use the number, as in %s", q.Key(), unnamed(q.Type, 1001))
	}
	return nil, false, nil
}

// Delete removes all limits of the quota. It runs mmsetquota with limits of 0. What is used is still counted.
func (q *Quota) Delete(ctx context.Context) error {
	return q.Change(ctx, Block(Unlimited, Unlimited), Files(Unlimited, Unlimited))
}

// New sets limits for an owner who may have none yet, by key: user/alice, group/hpc, fileset/proj, proj:user/alice. It
// runs mmsetquota; see [Quota.Change].
func (q Quotas) New(ctx context.Context, key string, options ...QuotaOption) (*Quota, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	quota, err := q.parse(key)
	if err != nil {
		return nil, err
	}
	if err := quota.Change(ctx, options...); err != nil {
		return nil, err
	}
	return quota, nil
}

// Ensure sets limits where they are not so already, and returns the quota and whether anything was changed. It runs
// mmlsquota for users and groups and mmrepquota for filesets, and mmsetquota when there is a difference.
func (q Quotas) Ensure(ctx context.Context, key string, options ...QuotaOption) (quota *Quota, changed bool, err error) {
	if err := q.check(); err != nil {
		return nil, false, err
	}
	wanted, err := q.parse(key)
	if err != nil {
		return nil, false, err
	}
	spec, err := quotaLimits(options)
	if err != nil {
		return nil, false, err
	}
	quota, found, err := wanted.read(ctx)
	if err != nil || found && spec.same(quota) {
		return quota, false, err
	}
	if !found {
		quota = wanted
	}
	res, err := q.fs.c.run(ctx)(mmexec.MmSetQuota(quota.target(), spec.command(quota)))
	if err != nil {
		return nil, false, q.fs.c.explain(ctx, err)
	}
	if !res.Planned {
		spec.apply(quota)
	}
	return quota, true, nil
}

// Change sets the same limits for all quotas of a view, such as fs.Quotas.Users().Match("*user/p42-*"). It runs
// mmrepquota, and mmsetquota once for all users and once for all groups of the file system or of a fileset, once for
// each fileset, and once for each quota where a limit of it is to stay as it is. It is refused on a collection that is
// no view.
func (q Quotas) Change(ctx context.Context, options ...QuotaOption) error {
	spec, err := quotaLimits(options)
	if err != nil {
		return err
	}
	items, err := q.members(ctx, "change")
	if err != nil {
		return err
	}
	for _, t := range gather(items, spec.halves()) {
		if _, err := q.fs.c.run(ctx)(mmexec.MmSetQuota(t.target, spec.command(t.first))); err != nil {
			return q.fs.c.explain(ctx, err)
		}
	}
	return nil
}

// batch is the quotas that one mmsetquota sets.
type batch struct {
	target mmexec.QuotaTarget
	first  *Quota
}

// gather puts quotas together that one command can set, unless each needs its own limits.
func gather(items []Item[*Quota], apart bool) []batch {
	var batches []batch
	at := make(map[string]int)
	for _, it := range items {
		q := it.Value
		kind := string(q.Type) + "\x00" + q.Fileset
		i, ok := at[kind]
		if !ok || apart || q.Type == FilesetQuota {
			at[kind] = len(batches)
			batches = append(batches, batch{q.target(), q})
			continue
		}
		t := q.target()
		batches[i].target.Users = append(batches[i].target.Users, t.Users...)
		batches[i].target.Groups = append(batches[i].target.Groups, t.Groups...)
	}
	return batches
}

// ChangeDefault sets the limits that users, groups or filesets get that have none of their own; inside a fileset those
// of users and groups. It runs mmsetquota --default. Both limits of a pair must be given: [Block], [Files].
func (q Quotas) ChangeDefault(ctx context.Context, of QuotaType, options ...QuotaOption) error {
	if err := q.check(); err != nil {
		return err
	}
	spec, err := quotaLimits(options)
	if err != nil {
		return err
	}
	if spec.halves() {
		return errors.New("default quotas need both limits of a pair: use Block(soft, hard) and Files(soft, hard)")
	}
	t := mmexec.QuotaTarget{Device: q.fs.Name, Fileset: q.fileset, Default: mmexec.QuotaKind(of)}
	_, err = q.fs.c.run(ctx)(mmexec.MmSetQuota(t, spec.command(&Quota{})))
	return q.fs.explainAny(ctx, err)
}

// GraceOption is a grace period: [BlockGrace], [FilesGrace].
type GraceOption interface{ grace(*mmexec.SetGraceOptions) }

type graceOption func(*mmexec.SetGraceOptions)

func (o graceOption) grace(s *mmexec.SetGraceOptions) { o(s) }

// BlockGrace sets how long the soft limit of storage may be exceeded.
func BlockGrace(d time.Duration) GraceOption {
	return graceOption(func(s *mmexec.SetGraceOptions) { s.Block = d })
}

// FilesGrace sets how long the soft limit of files may be exceeded.
func FilesGrace(d time.Duration) GraceOption {
	return graceOption(func(s *mmexec.SetGraceOptions) { s.Files = d })
}

// ChangeGrace sets how long users, groups or filesets may exceed their soft limits, in the whole file system. It runs
// mmsetquota --grace.
func (q Quotas) ChangeGrace(ctx context.Context, of QuotaType, options ...GraceOption) error {
	if err := q.check(); err != nil {
		return err
	}
	var how mmexec.SetGraceOptions
	for _, o := range options {
		o.grace(&how)
	}
	_, err := q.fs.c.run(ctx)(mmexec.MmSetGrace(q.fs.Name, mmexec.QuotaKind(of), how))
	return q.fs.explainAny(ctx, err)
}

// Enable enforces the limits of these types of quotas, of all when none is given. It runs mmquotaon; what is used should
// be counted anew afterwards, see [Quotas.CheckUsage].
func (q Quotas) Enable(ctx context.Context, types ...QuotaType) error {
	return q.turn(ctx, "mmquotaon", types)
}

// Disable no longer enforces the limits of these types of quotas, of all when none is given. It runs mmquotaoff.
func (q Quotas) Disable(ctx context.Context, types ...QuotaType) error {
	return q.turn(ctx, "mmquotaoff", types)
}

// EnableDefaults gives default limits to owners who have none of their own, for these types of quotas or for all. It
// runs mmdefquotaon.
func (q Quotas) EnableDefaults(ctx context.Context, types ...QuotaType) error {
	return q.turn(ctx, "mmdefquotaon", types)
}

// DisableDefaults no longer gives default limits, for these types of quotas or for all. It runs mmdefquotaoff.
func (q Quotas) DisableDefaults(ctx context.Context, types ...QuotaType) error {
	return q.turn(ctx, "mmdefquotaoff", types)
}

func (q Quotas) turn(ctx context.Context, command string, types []QuotaType) error {
	if err := q.check(); err != nil {
		return err
	}
	args := arguments()
	for _, of := range types {
		switch of {
		case UserQuota:
			args.add("-u")
		case GroupQuota:
			args.add("-g")
		case FilesetQuota:
			args.add("-j")
		default:
			args.fail(fmt.Errorf("there is no type of quotas %q; there are user, group, fileset", of))
		}
	}
	defaults := strings.HasPrefix(command, "mmdef")
	switch {
	case q.fileset == "":
		args.device(q.fs.Name)
	case defaults:
		args.add(q.fs.Name + ":" + q.fileset)
	default:
		args.fail(errors.New("limits are enforced in whole file systems, not in filesets"))
	}
	_, err := q.fs.c.run(ctx)(args.of(command, "quotas of "+q.fs.Name))
	return q.fs.explainAny(ctx, err)
}

// CheckUsage counts anew what is used, for reports that say so or after quotas were off. It runs mmcheckquota, which
// lasts long and burdens the file system.
func (q Quotas) CheckUsage(ctx context.Context) (*Job, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	args := arguments()
	if q.fileset == "" {
		args.device(q.fs.Name)
	} else {
		args.add(q.fs.Name + ":" + q.fileset)
	}
	explain := func(err error) error { return q.fs.c.explain(ctx, err) }
	return q.fs.c.start(ctx, explain)(args.of("mmcheckquota", "quotas of "+q.fs.Name))
}
