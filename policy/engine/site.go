package engine

import (
	"runtime"
	"sort"
	"strings"

	"gpfsh/policy/scan"
)

func defaultWorkers() int { return runtime.GOMAXPROCS(0) }

// Want names what a [Site] is asked for.
type Want uint32

// What a site can be asked for.
const (
	WantPool Want = 1 << iota
	WantFileset
	WantSnapshot
	WantMisc
	WantExpiration
	WantHeat
	WantGeneration
	WantModSnapID
	WantClone
)

// Details are what the cluster keeps of a file beside what a directory tree knows. Times are microseconds since 1970.
type Details struct {
	Pool, Fileset string
	// Snapshot is the name of the snapshot that is scanned, SnapID its number; "" and 0 in the live file system.
	Snapshot string
	SnapID   uint64
	// Misc are letters of MISC_ATTRIBUTES beside F D L O + and E.
	Misc          string
	Expiration    int64
	HasExpiration bool
	Heat          float64
	Generation    uint32
	ModSnapID     int64
	Clone         Clone
}

// Clone is what is known of a clone. A file that is no clone has IsClone false.
type Clone struct {
	IsClone, IsParent, ParentIsSnap                 bool
	Depth, ParentFileset, ParentInode, ParentSnapID int64
}

// Site knows of objects what a directory tree does not tell. It is asked from several goroutines, for an object at most
// once for each thing, and only for what the rules need.
type Site interface {
	Describe(o Object, want Want, d *Details) error
}

// Junction is where a fileset begins.
type Junction struct {
	// Path is the absolute path of the junction, Fileset the name of the fileset.
	Path, Fileset string
}

// PlainSite describes a tree of ordinary files: everything lies in one pool and one fileset, but for what extended
// attributes and junctions say. Its zero value has the pool system and the fileset root.
type PlainSite struct {
	// Pool is the pool of files that say nothing else; "" is "system".
	Pool string
	// Junctions are where filesets begin. What lies below none belongs to "root".
	Junctions []Junction
	// Attributes says that user.gpfs.pool, user.gpfs.immutable and user.gpfs.appendOnly tell of a file what the cluster
	// would know.
	Attributes bool
	// SnapIDs are the ids of snapshots by "fileset:snapshot" or "snapshot".
	SnapIDs map[string]int64
}

// Describe implements [Site].
func (s *PlainSite) Describe(o Object, want Want, d *Details) error {
	if want&WantPool != 0 {
		d.Pool = s.pool(o)
	}
	if want&WantFileset != 0 {
		d.Fileset = s.fileset(o)
	}
	if want&WantMisc != 0 && s.Attributes {
		d.Misc = s.misc(o)
	}
	return nil
}

func (s *PlainSite) pool(o Object) string {
	if s.Attributes && o.Type() == scan.Regular {
		var buf [64]byte
		if v, ok, err := o.Xattr("user.gpfs.pool", buf[:0]); err == nil && ok && len(v) > 0 {
			return string(v)
		}
	}
	if s.Pool != "" {
		return s.Pool
	}
	return "system"
}

func (s *PlainSite) fileset(o Object) string {
	if len(s.Junctions) == 0 {
		return "root"
	}
	var buf [1024]byte
	path := o.Path(buf[:0])
	best, length := "root", -1
	for _, j := range s.Junctions {
		root := strings.TrimSuffix(j.Path, "/")
		if len(root) > length && len(path) >= len(root) && string(path[:len(root)]) == root && (len(path) == len(root) || path[len(root)] == '/') {
			best, length = j.Fileset, len(root)
		}
	}
	return best
}

func (s *PlainSite) misc(o Object) string {
	var letters string
	var buf [16]byte
	for _, f := range []struct{ name, letter string }{{"user.gpfs.immutable", "X"}, {"user.gpfs.appendOnly", "a"}} {
		if v, ok, err := o.Xattr(f.name, buf[:0]); err == nil && ok && string(v) == "yes" {
			letters += f.letter
		}
	}
	return letters
}

// Pool is what a storage pool holds. A pool with Total 0 has no limit.
type Pool struct {
	Name string
	// Total and Used are in KB.
	Total, Used int64
	// NoUserData says that the pool takes no file data.
	NoUserData bool
}

// Percent is how full the pool is.
func (p Pool) Percent() float64 {
	if p.Total <= 0 {
		return 0
	}
	return 100 * float64(p.Used) / float64(p.Total)
}

func sortPools(ps []Pool) []Pool {
	out := append([]Pool(nil), ps...)
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}
