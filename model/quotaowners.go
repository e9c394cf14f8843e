package model

import (
	"slices"
	"sync"
	"time"

	"gpfsh/mmexec"
)

// quotaOwners remembers who had quotas when they were last read: they cost too much to be asked for only because
// somebody types a key.
type quotaOwners struct {
	mu    sync.Mutex
	lists map[quotaPlace]quotaKeys
}

type quotaPlace struct {
	filesystem, fileset string
	kind                mmexec.QuotaKind
}

type quotaKeys struct {
	keys []string // sorted
	at   time.Time
}

// everyKind are the types of quotas that a place has.
func (q Quotas) everyKind() []mmexec.QuotaKind {
	switch {
	case len(q.kinds) > 0:
		return q.kinds
	case q.fileset != "":
		return []mmexec.QuotaKind{mmexec.UserQuota, mmexec.GroupQuota}
	}
	return []mmexec.QuotaKind{mmexec.UserQuota, mmexec.GroupQuota, mmexec.FilesetQuota}
}

// remember keeps the keys of quotas that were read.
func (o *quotaOwners) remember(q Quotas, items []Item[*Quota], at time.Time) {
	lists := map[mmexec.QuotaKind][]string{}
	for _, it := range items {
		kind := mmexec.QuotaKind(it.Value.Type)
		lists[kind] = append(lists[kind], it.Key)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lists == nil {
		o.lists = map[quotaPlace]quotaKeys{}
	}
	for _, kind := range q.everyKind() {
		slices.Sort(lists[kind])
		o.lists[quotaPlace{q.fs.Name, q.fileset, kind}] = quotaKeys{lists[kind], at}
	}
}

// OwnersRead returns the keys of the quotas whose owners were read before in this session, by whatever expression, a
// sorted list for each type, and when the oldest of them was read. It asks nobody: where none were read, there are none.
func (q Quotas) OwnersRead() (lists [][]string, at time.Time) {
	if q.fs == nil || q.fs.c == nil {
		return nil, at
	}
	o := &q.fs.c.owners
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, kind := range q.everyKind() {
		if l, ok := o.lists[quotaPlace{q.fs.Name, q.fileset, kind}]; ok && len(l.keys) > 0 {
			lists = append(lists, l.keys)
			if at.IsZero() || l.at.Before(at) {
				at = l.at
			}
		}
	}
	return lists, at
}
