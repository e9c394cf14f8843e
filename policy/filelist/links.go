package filelist

import "sync"

// linkSet remembers the files with several names that were seen. It is shared by the workers.
type linkSet struct {
	device bool
	shards [64]struct {
		mu  sync.Mutex
		set map[[2]int64]struct{}
	}
}

func (f Files) newLinkSet(sc *schema) *linkSet {
	s := &linkSet{}
	sc.ids |= 1<<idInode | 1<<idNLink
	// Mounted file systems below a directory number their inodes on their own.
	if _, isTree := f.in.(*tree); isTree {
		sc.ids.add(idDevice)
		s.device = true
	}
	return s
}

func (s *linkSet) seen(r *rec) bool {
	if r.num[idNLink] < 2 || !r.has.has(idNLink) {
		return false
	}
	key := [2]int64{r.num[idInode], r.num[idSnapID]}
	if s.device {
		key[1] = r.num[idDevice]
	}
	shard := &s.shards[stableHashInt(key[0])%uint64(len(s.shards))]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if shard.set == nil {
		shard.set = map[[2]int64]struct{}{}
	}
	_, known := shard.set[key]
	shard.set[key] = struct{}{}
	return known
}
