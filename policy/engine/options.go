package engine

import (
	"fmt"
	"io"
	"time"
)

// Mode is how far a run goes: mmapplypolicy -I.
type Mode int

// The modes of a run.
const (
	// Test chooses and reports; nothing is changed, no list is written: -I test.
	Test Mode = iota
	// Yes does all that the rules say: -I yes.
	Yes
	// Defer writes lists, and gives files their new pool without moving data; no script runs, nothing is deleted: -I defer.
	Defer
	// Prepare writes lists in the record format and stops: -I prepare.
	Prepare
)

// ParseMode reads the argument of -I.
func ParseMode(s string) (Mode, error) {
	for m, name := range modeNames {
		if s == name {
			return Mode(m), nil
		}
	}
	return Test, fmt.Errorf("no mode is called %q: yes, defer, test or prepare", s)
}

var modeNames = [...]string{"test", "yes", "defer", "prepare"}

// String is the argument of -I.
func (m Mode) String() string { return modeNames[m] }

// Action is a call of SETXATTR, SETBGF, SETWAD or SETWADFG.
type Action struct {
	Func string
	Args []string
}

// Mover carries out what rules say of files. Paths are absolute.
type Mover interface {
	// Migrate gives a file a pool, and moves its data there unless deferred. replicas is 0 when the rule does not say,
	// compress is "" then.
	Migrate(path, pool string, replicas int, compress string, deferred bool) error
	// Delete removes a file or an empty directory.
	Delete(path string) error
}

// Options say how a policy is run. Their zero value tests the policy and tells nobody.
type Options struct {
	// Now is CURRENT_TIMESTAMP; zero means the time of the start. It is -D.
	Now time.Time
	// Site knows pools, filesets and flags; nil is a [PlainSite].
	Site Site
	// Pools are the storage pools with what they hold: THRESHOLD and LIMIT are about them. A THRESHOLD of a pool that is
	// not there always applies, and takes all files.
	Pools []Pool
	// Quota tells of a resource class (FILESET_QUOTAS, USER_QUOTA_SOFT …) what the fileset or number uses and may use, in
	// KB.
	Quota func(class, who string) (used, limit int64, ok bool)
	// Getenv, Config and SnapID answer GETENV, GETMMCONFIG and SNAP_ID; nil answers NULL, except Getenv, which then
	// asks the environment.
	Getenv, Config func(name string) (string, bool)
	SnapID         func(fileset, snapshot string) (int64, bool)
	// Act carries out SETXATTR and the like, in a run that acts; nil leaves them undone.
	Act func(path string, a Action) error
	// Locate says where the object lies that a site shows under a path; nil stands for: at that path.
	Locate func(path string) string
	// Frozen says that no file can come in the place of another: the target is a snapshot.
	Frozen bool
	// Mover carries out MIGRATE and DELETE, in a run that acts; nil leaves them undone.
	Mover Mover
	// Seed makes RAND repeatable.
	Seed uint64

	Mode Mode
	// Name is what messages call the policy; "" is the name of its source.
	Name string
	// Console receives what mmapplypolicy would print; nil is nobody. Level is how much: -L 0 to 6.
	Console io.Writer
	Level   int
	// ListPrefix is -f: lists are written to PREFIX.list.NAME, or DIRECTORY/list.NAME.
	ListPrefix string
	// Scripts runs the EXEC scripts in mode Yes; nil leaves them out.
	Scripts Scripts
	// Nodes run the scripts: -N; none is the local node. Threads is -m, Batch -B: how many scripts run on a node at once,
	// and how many files each gets.
	Nodes          []string
	Threads, Batch int
	// SplitByWeight ends a batch where the weight changes: --split-filelists-by-weight.
	SplitByWeight bool
	// RoundRobin takes batches from several lists of records in turn: -q. It is for [Program.Execute].
	RoundRobin bool
	// Every is how often the console tells how far the scan is; 0 is every ten seconds.
	Every time.Duration
	// WorkDir is where temporary files go: -s; "" is the system's place.
	WorkDir string
	// Memory is how many bytes of candidates are kept in memory for sorting, before they go to WorkDir; 0 is 256 MiB.
	Memory int64
	// Sample is how many paths of each rule the report keeps.
	Sample int
	// Inodes is what the console tells about inodes in use; zero leaves the line out.
	InodesUsed, InodesTotal int64
}

const (
	defaultBatch   = 100
	defaultThreads = 24
	defaultMemory  = 256 << 20
	// unverified: how often mmapplypolicy tells how far it is.
	defaultEvery = 10 * time.Second
)

func (o *Options) fill() {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Site == nil {
		o.Site = &PlainSite{}
	}
	if o.Getenv == nil {
		o.Getenv = environment
	}
	if o.Batch <= 0 {
		o.Batch = defaultBatch
	}
	if o.Threads <= 0 {
		o.Threads = defaultThreads
	}
	if o.Every <= 0 {
		o.Every = defaultEvery
	}
	if o.Memory <= 0 {
		o.Memory = defaultMemory
	}
	if len(o.Nodes) == 0 {
		o.Nodes = []string{""}
	}
	if o.Console == nil {
		o.Console = io.Discard
		o.Level = 0
	}
}
