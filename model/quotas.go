package model

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gpfsh/mmexec"
)

// Quotas are the quotas of a file system, read by one mmrepquota whatever their number. Their keys are user/alice,
// group/hpc and fileset/proj; where users and groups have quotas in each fileset, proj:user/alice and proj:group/hpc.
// Owners are asked for by number and their names resolved here; one without a name is uid:12345 or gid:12345.
type Quotas struct {
	Collection[*Quota]
	fs      *Filesystem
	fileset string
	kinds   []mmexec.QuotaKind
}

// quotas returns the quotas of the file system, or those of users and groups inside a fileset.
func (fs *Filesystem) quotas(fileset string) Quotas {
	q := Quotas{fs: fs, fileset: fileset}
	return q.ofKinds()
}

// ofKinds returns the quotas of these types only, asked for by themselves.
func (q Quotas) ofKinds(kinds ...mmexec.QuotaKind) Quotas {
	if q.fs == nil {
		return q
	}
	q.kinds = kinds
	old := q.src
	of := q.fs.Name
	if q.fileset != "" {
		of = "fileset " + q.fileset + " of " + q.fs.Name
	}
	src := &source[*Quota]{c: q.fs.c, kind: kindQuota, of: of, ready: q.fs.local}
	if old != nil {
		src.patterns, src.filters, src.err = old.patterns, old.filters, old.err
	}
	src.list = q.list
	src.handle = q.handle
	q.Collection = Collection[*Quota]{src}
	return q
}

func (q Quotas) list(ctx context.Context) ([]Item[*Quota], error) {
	how := mmexec.RepQuotaOptions{Kinds: q.kinds, Fileset: q.fileset}
	if q.fileset != "" && len(q.kinds) == 0 {
		how.Kinds = []mmexec.QuotaKind{mmexec.UserQuota, mmexec.GroupQuota}
	}
	reply, err := q.fs.c.query(ctx)(mmexec.MmRepQuota(q.fs.Name, how))
	if err != nil {
		return nil, q.fs.c.explain(ctx, err)
	}
	quotas := make([]*Quota, 0, len(reply.Rows))
	for _, row := range reply.Rows {
		quota := q.fs.readQuota(row)
		if q.fileset != "" && quota.Fileset == "" {
			quota.Fileset = q.fileset
		}
		quotas = append(quotas, quota)
	}
	if err := q.fs.c.resolve(ctx, quotas); err != nil {
		return nil, err
	}
	items := make([]Item[*Quota], len(quotas))
	for i, quota := range quotas {
		items[i] = Item[*Quota]{quota.Key(), quota}
	}
	q.fs.c.owners.remember(q, items, q.fs.c.asked())
	return items, nil
}

// handle takes a key apart: [fileset:]type/name.
func (q Quotas) handle(key string) (*Quota, bool) {
	quota, err := q.parse(key)
	return quota, err == nil
}

func (q Quotas) parse(key string) (*Quota, error) {
	fileset, rest := q.fileset, key
	if f, r, ok := strings.Cut(key, ":"); ok && !strings.Contains(f, "/") {
		fileset, rest = f, r
	}
	kind, name, ok := strings.Cut(rest, "/")
	of, err := ParseQuotaType(kind)
	if !ok || err != nil || name == "" {
		return nil, fmt.Errorf("%q is no key of a quota: write user/alice, group/hpc, fileset/proj or proj:user/alice", key)
	}
	return &Quota{
		Type: of, Name: name, Fileset: fileset, Owner: key, ID: -1, Filesystem: q.fs.Name,
		BlockUsage: NotAsked, BlockSoft: NotAsked, BlockHard: NotAsked, BlockInDoubt: NotAsked, BlockGrace: NoGrace,
		FilesUsage: NotAsked, FilesSoft: NotAsked, FilesHard: NotAsked, FilesInDoubt: NotAsked, FilesGrace: NoGrace,
		UsedPct: percentOf(NotAsked, NotAsked),
		fs:      q.fs,
	}, nil
}

// Where returns the quotas for which keep is true.
func (q Quotas) Where(keep func(*Quota) bool) Quotas {
	q.Collection = q.where(keep)
	return q
}

// Match returns the quotas whose keys match a pattern: * stands for any text, ? for one character.
func (q Quotas) Match(pattern string) Quotas {
	q.Collection = q.match(pattern)
	return q
}

// Users returns the quotas of users. They are read by mmrepquota -u.
func (q Quotas) Users() Quotas { return q.ofKinds(mmexec.UserQuota) }

// Groups returns the quotas of groups. They are read by mmrepquota -g.
func (q Quotas) Groups() Quotas { return q.ofKinds(mmexec.GroupQuota) }

// Filesets returns the quotas of filesets. They are read by mmrepquota -j.
func (q Quotas) Filesets() Quotas { return q.ofKinds(mmexec.FilesetQuota) }

// User returns the quotas of one user, by name or by number: one, or where there are quotas per fileset one for each
// fileset.
func (q Quotas) User(name string) Quotas { return q.Users().Where(isOf(name)) }

// isOf tells whether a quota is that of an owner with a name or a number.
func isOf(name string) func(*Quota) bool {
	number, err := strconv.ParseInt(name, 10, 64)
	return func(q *Quota) bool { return q.Name == name || err == nil && q.ID == number }
}

// Group returns the quotas of one group, by name or by number: one, or where there are quotas per fileset one for each
// fileset.
func (q Quotas) Group(name string) Quotas { return q.Groups().Where(isOf(name)) }

// Limited returns the quotas that have any limit.
func (q Quotas) Limited() Quotas { return q.Where((*Quota).Limited) }

// Exceeded returns the quotas whose soft limit is exceeded, whether or not there is time left.
func (q Quotas) Exceeded() Quotas { return q.Where((*Quota).Exceeded) }
