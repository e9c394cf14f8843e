package filelist

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"gpfsh/policy/scan"
)

// Files is a set of files and how it is to be read. It is a value: every method that narrows it returns a new one, and
// nothing is read before something is computed.
type Files struct {
	in        input
	rd        reading
	shown     bool // the layout was given
	root      string
	where     []string
	match     []func(*File) bool
	attrs     []Attr
	once      bool
	maxGroups int
	now       time.Time
	names     *Names
	options
	err error
}

// options say how the input is read.
type options struct {
	workers  int
	plus     bool
	progress func(Progress)
	tally    *Tally
	tempDir  string
	memory   int64
}

// Scan is the files of a directory on this node, read directly: without a cluster, and without a policy engine. As in
// a policy, only regular files count unless DirectoriesPlus is said, and directories called .snapshots are left out.
func Scan(dir string) Files {
	t := &tree{root: dir, o: scan.Options{Skip: []string{".snapshots"}}}
	f := Files{in: t, root: dir}
	if dir == "" {
		f.err = fmt.Errorf("Scan needs a directory")
		return f
	}
	if abs, err := filepath.Abs(dir); err == nil {
		t.root, f.root = abs, abs
	}
	// Inside a snapshot everything counts.
	if strings.Contains(f.root+"/", "/.snapshots/") {
		t.o.Skip = nil
	}
	return f
}

// Lists is the files in lists that the policy engine has written (mmapplypolicy -f, or the file that an EXEC script is
// given). Their SHOW text is said with Show, how names are written with Escaped.
func Lists(paths ...string) Files {
	f := Files{in: &lists{paths: paths}, rd: reading{terminator: '\n'}}
	return f
}

// Stream is the files in one list that is read from beginning to end, once.
func Stream(r io.Reader) Files {
	f := Files{in: &stream{r: r, name: "stream"}, rd: reading{terminator: '\n'}}
	if r == nil {
		f.err = fmt.Errorf("Stream needs something to read")
	}
	return f
}

// String says what the files are and how they are narrowed; it reads nothing.
func (f Files) String() string {
	if f.in == nil {
		return "no files"
	}
	s := f.in.String()
	for _, w := range f.where {
		s += " where " + w
	}
	return s
}

// Show says what the SHOW text of the lists holds: the names of the attributes with what stands between them,
// "user:size:kb", or "key=value". It may also be the text of a [Layout] as JSON has it; see [ParseLayout].
func (f Files) Show(layout string) Files {
	l, err := ParseLayout(layout)
	if err != nil {
		f.fail(err)
		return f
	}
	return f.Layout(l)
}

// Layout is Show with a layout that is made already.
func (f Files) Layout(l Layout) Files {
	f.rd.layout, f.shown = l, true
	return f
}

// Escaped says how names are written in the lists. Without it they are as a rule without ESCAPE writes them.
func (f Files) Escaped(e Escape) Files {
	f.rd.escape = e
	return f
}

// Format says in which form the lists are.
func (f Files) Format(format Format) Files {
	f.rd.format = format
	return f
}

// Null says that records end in a zero byte instead of a newline.
func (f Files) Null() Files {
	f.rd.terminator = 0
	return f
}

// Under sets the root that Dir and Depth count from. For Scan it is the directory that was given, for lists "/".
func (f Files) Under(root string) Files {
	f.root = root
	return f
}

// Where keeps the files for which all conditions hold. A condition is a Go expression with the attributes as variables:
//
//	Where(`Size > 1*GiB && User == "alice"`, `Age(Access) > 90*Day`, `Like(Name, "*.tmp") || Ext == "bak"`)
//
// Units are KiB to EiB and Second to Year. A comparison with something unknown does not hold, and neither does its
// negation.
func (f Files) Where(conditions ...string) Files {
	f.where = append(slices.Clip(slices.Clone(f.where)), conditions...)
	if _, _, err := f.compile(nil); err != nil && f.in != nil {
		f.fail(err)
	}
	return f
}

// Match keeps the files for which a function answers true. It is called from several goroutines at once, and sees the
// attributes that Attrs names; without Attrs, all that the input has. A condition in Where is much faster.
func (f Files) Match(fn func(*File) bool) Files {
	f.match = append(slices.Clip(slices.Clone(f.match)), fn)
	return f
}

// Attrs says which attributes the files of Each, All, Batches and Match have. Fewer is faster.
func (f Files) Attrs(attrs ...Attr) Files {
	f.attrs = append(slices.Clip(slices.Clone(f.attrs)), attrs...)
	if err := f.checkAttrs(); err != nil {
		f.fail(err)
	}
	return f
}

func (f Files) checkAttrs() error {
	sc := newSchema(nil)
	for _, a := range f.attrs {
		if _, err := sc.resolve(a); err != nil {
			return err
		}
	}
	return nil
}

// DirectoriesPlus counts directories, links and other objects as well, not only regular files. A list holds what its
// rule has chosen; there it says nothing.
func (f Files) DirectoriesPlus() Files {
	f.plus = true
	return f
}

// LinksOnce counts a file with several names once, by the name that comes first; which one that is, is left to chance.
// Lists must have NLINK. It needs memory for the files with several names.
func (f Files) LinksOnce() Files {
	f.once = true
	return f
}

// Skip leaves out directories of these names, at any depth, with all that is in them. Only Scan can.
func (f Files) Skip(names ...string) Files {
	t, isTree := f.in.(*tree)
	if !isTree {
		f.fail(fmt.Errorf("Skip is for Scan: lists hold what their rule has chosen"))
		return f
	}
	c := *t
	c.o.Skip = append(slices.Clone(t.o.Skip), names...)
	f.in = &c
	return f
}

// OneFilesystem keeps Scan from entering directories where something else is mounted.
func (f Files) OneFilesystem() Files {
	if t, isTree := f.in.(*tree); isTree {
		c := *t
		c.o.OneFilesystem = true
		f.in = &c
	}
	return f
}

// Workers sets the number of goroutines that read. Without it there is one for each processor.
func (f Files) Workers(n int) Files {
	f.workers = n
	return f
}

// Progress names a function that is called from time to time while something is computed, from one goroutine.
func (f Files) Progress(fn func(Progress)) Files {
	f.progress = fn
	return f
}

// Resolve sets how numbers of users and groups become names. Without it the databases of this node are asked.
func (f Files) Resolve(names *Names) Files {
	f.names = names
	return f
}

// At sets the time that ages count from. Without it that is when the computation begins.
func (f Files) At(now time.Time) Files {
	f.now = now
	return f
}

// MaxGroups bounds the number of groups of a job; more are an error. Without it the bound is [DefaultMaxGroups].
func (f Files) MaxGroups(n int) Files {
	f.maxGroups = n
	return f
}

// TempDir sets where Duplicates and Compare keep what does not fit into memory, and how many bytes may stay there.
// Without it that is the directory for temporary files, and 64 MiB.
func (f Files) TempDir(dir string, memory int64) Files {
	f.tempDir, f.memory = dir, memory
	return f
}

func (f *Files) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

func (f Files) startTime() time.Time {
	if f.now.IsZero() {
		return time.Now()
	}
	return f.now
}

func (f Files) groupBound() int {
	if f.maxGroups > 0 {
		return f.maxGroups
	}
	return DefaultMaxGroups
}

// compile resolves the jobs and the conditions of the query.
func (f Files) compile(jobs []Job) (*schema, []*compiledJob, error) {
	names := f.names
	if names == nil {
		names = LocalNames()
	}
	sc := newSchema(names)
	if _, err := (&env{sc: sc}).compileWhere(f.where); err != nil {
		return nil, nil, err
	}
	compiled := make([]*compiledJob, 0, len(jobs))
	for _, j := range jobs {
		c, err := sc.compileJob(j)
		if err != nil {
			return nil, nil, err
		}
		compiled = append(compiled, c)
	}
	return sc, compiled, nil
}

func (f Files) env(sc *schema) env {
	return env{sc: sc, now: f.startTime().UnixMicro(), root: []byte(strings.TrimRight(f.root, "/")), names: sc.names}
}

// input returns the input as the query wants it read.
func (f Files) input() (input, error) {
	switch in := f.in.(type) {
	case *lists:
		return &lists{paths: in.paths, rd: f.rd, block: in.block}, nil
	case *stream:
		in.rd = f.rd
		return in, nil
	case *engine:
		return &engine{lister: in.lister, rd: f.rd, shown: f.shown}, nil
	case nil:
		return nil, errNoInput
	}
	return f.in, nil
}

// available adds all that the input has to the schema, for functions that see whole files.
func (f Files) available(sc *schema) error {
	attrs := f.attrs
	if len(attrs) == 0 {
		attrs = []Attr{Path}
		switch f.in.(type) {
		case *tree:
			for name, b := range baseAttrs {
				if treeIDs.has(b.id) {
					attrs = append(attrs, name)
				}
			}
		default:
			if f.rd.format == FormatPaths {
				break
			}
			attrs = append(attrs, Inode, Generation, SnapID)
			attrs = append(attrs, f.rd.layout.Fields...)
			if _, isEngine := f.in.(*engine); isEngine && !f.shown {
				attrs = slices.AppendSeq(attrs, maps.Keys(baseAttrs))
			}
			if slices.ContainsFunc(f.rd.layout.Fields, func(a Attr) bool { return squash(string(a)) == "mode" }) {
				attrs = append(attrs, Type)
			}
			if f.rd.format == FormatRecord {
				attrs = append(attrs, KBAllocated, PoolName)
			}
			if f.rd.layout.Pairs {
				attrs = append(attrs, slices.Collect(maps.Keys(baseAttrs))...)
			}
		}
	}
	for _, a := range attrs {
		if _, err := sc.resolve(a); err != nil {
			return err
		}
	}
	return nil
}

// reduce reads the input once, for all jobs.
func (f Files) reduce(ctx context.Context, jobs []Job) (*Partial, error) {
	if f.err != nil {
		return nil, f.err
	}
	if len(jobs) == 0 {
		return nil, fmt.Errorf("nothing is to be computed: give Run a job")
	}
	sc, compiled, err := f.compile(jobs)
	if err != nil {
		return nil, err
	}
	if len(f.match) > 0 {
		if err := f.available(sc); err != nil {
			return nil, err
		}
	}
	p := &pass{jobs: compiled, env: f.env(sc), where: f.where, match: f.match, max: f.groupBound()}
	if f.once {
		p.links = f.newLinkSet(sc)
	}
	in, err := f.input()
	if err != nil {
		return nil, err
	}
	part, err := p.run(ctx, in, f.runOptions())
	if part != nil {
		f.tally.note(part.Report)
	}
	if err != nil {
		return nil, err
	}
	return part, nil
}

func (f Files) runOptions() options {
	o := f.options
	if o.workers <= 0 {
		o.workers = runtime.GOMAXPROCS(0)
	}
	return o
}

// Run computes several jobs in one pass over the files.
func (f Files) Run(ctx context.Context, jobs ...Job) (*Results, error) {
	p, err := f.reduce(ctx, jobs)
	if err != nil {
		return nil, err
	}
	return p.Results(), nil
}

// By groups the files by attributes.
func (f Files) By(attrs ...Attr) Grouped { return Grouped{files: f, by: attrs} }

// Count counts the files.
func (f Files) Count(ctx context.Context) (int64, error) {
	v, err := f.one(ctx, CountFiles())
	return v.Int(), err
}

// Sum adds up an attribute of all files.
func (f Files) Sum(ctx context.Context, a Attr) (Value, error) { return f.one(ctx, Sum(a)) }

// Min finds the smallest value of an attribute, of a time the earliest.
func (f Files) Min(ctx context.Context, a Attr) (Value, error) { return f.one(ctx, Min(a)) }

// Max finds the largest value of an attribute, of a time the latest.
func (f Files) Max(ctx context.Context, a Attr) (Value, error) { return f.one(ctx, Max(a)) }

// Avg is the mean of an attribute.
func (f Files) Avg(ctx context.Context, a Attr) (Value, error) { return f.one(ctx, Avg(a)) }

// Distinct counts the different values of an attribute: exactly up to 4096, then to about 1 %.
func (f Files) Distinct(ctx context.Context, a Attr) (Value, error) { return f.one(ctx, Distinct(a)) }

// Quantiles finds the values below or at which the given parts of all values lie; see the function of that name.
func (f Files) Quantiles(ctx context.Context, a Attr, parts ...float64) ([]Value, error) {
	t, err := f.table(ctx, Job{Do: []Agg{Quantiles(a, parts...)}})
	if err != nil {
		return nil, err
	}
	return t.Rows[0].Values, nil
}

// Top finds the n files with the largest value of an attribute; the other attributes are shown beside the path.
func (f Files) Top(ctx context.Context, n int, a Attr, also ...Attr) (*Table, error) {
	return f.table(ctx, Job{Do: []Agg{Top(n, a, also...)}})
}

// Least finds the n files with the smallest value of an attribute, of a time the earliest.
func (f Files) Least(ctx context.Context, n int, a Attr, also ...Attr) (*Table, error) {
	return f.table(ctx, Job{Do: []Agg{Least(n, a, also...)}})
}

// Stats sums up all files in one row: how many, their bytes, and the attributes given.
func (f Files) Stats(ctx context.Context, do ...Agg) (*Table, error) {
	return f.table(ctx, Job{Do: append([]Agg{CountFiles(), Sum(Size)}, do...)})
}

func (f Files) table(ctx context.Context, j Job) (*Table, error) {
	r, err := f.Run(ctx, j)
	if err != nil {
		return nil, err
	}
	return r.Tables[0], nil
}

func (f Files) one(ctx context.Context, a Agg) (Value, error) {
	t, err := f.table(ctx, Job{Do: []Agg{a}})
	if err != nil {
		return Value{}, err
	}
	return t.Rows[0].Values[0], nil
}
