package policy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/policy/lang"
	"gpfsh/policy/progress"
)

// Target is what a policy is run on.
type Target struct {
	arg, snapshot, object string
	err                   error
}

// OnFilesystem runs a policy on a whole file system, by its device name.
func OnFilesystem(device string) Target {
	return Target{arg: device, object: "file system " + device, err: mmexec.CheckFilesystemName(device)}
}

// OnPath runs a policy on a directory and what lies below, by its absolute path.
func OnPath(dir string) Target {
	t := Target{arg: dir, object: dir}
	if !strings.HasPrefix(dir, "/") || filepath.Clean(dir) == "/" || strings.ContainsRune(dir, 0) {
		t.err = fmt.Errorf("%q is not the absolute path of a directory", dir)
	}
	return t
}

// OnSnapshot runs a policy on a snapshot of a whole file system: nothing in it can be changed, so it can only list.
func OnSnapshot(device, snapshot string) Target {
	return Target{
		arg: device, snapshot: snapshot, object: "snapshot " + snapshot + " of " + device,
		err: errors.Join(mmexec.CheckFilesystemName(device), mmexec.CheckSnapshotName(snapshot)),
	}
}

// String says what it is.
func (t Target) String() string { return t.object }

// Act is how far a run goes.
type Act string

// How far a run can go.
const (
	// TestOnly scans, chooses and reports. It is as long a scan as any other.
	TestOnly Act = "test"
	// DoIt does what the rules say.
	DoIt Act = "yes"
	// DeferIt gives files their new pool and leaves the data where they are; with ListsTo it writes lists and runs no
	// script.
	DeferIt Act = "defer"
	// PrepareOnly writes lists in the record format, for a later run.
	PrepareOnly Act = "prepare"
)

// RunOption is an option of a run.
type RunOption struct {
	set func(*runOptions)
}

type runOptions struct {
	args     [][]string // an option with its words
	nodes    []string
	qos      string
	single   bool
	level    int
	progress func(Progress)
	output   io.Writer
	where    []Criterion // what is listed; of files alone
	direct   bool        // no work on the nodes
	stop     bool        // the run may be stopped: its scripts only read
	forced   bool        // on servers of recovery groups too
	err      error
}

func flag(words ...string) RunOption {
	return RunOption{func(o *runOptions) {
		for _, w := range words {
			if w == "" || strings.ContainsAny(w, "\x00\n") {
				o.fail("option %s: %q cannot be used", words[0], w)
			}
		}
		// An option that is given again replaces the one before, but for those that can stand several times.
		if words[0] != "-M" && words[0] != "-r" {
			o.args = slices.DeleteFunc(o.args, func(old []string) bool { return old[0] == words[0] })
		}
		o.args = append(o.args, words)
	}}
}

func count(option string, n int) RunOption {
	if n < 1 {
		return RunOption{func(o *runOptions) { o.fail("option %s wants a positive number, not %d", option, n) }}
	}
	return flag(option, strconv.Itoa(n))
}

func (o *runOptions) fail(format string, args ...any) {
	o.err = errors.Join(o.err, fmt.Errorf(format, args...))
}

// Nodes names the nodes that do the work (-N): by name, number, class. A run has to name them, because the cluster's own
// choice is all manager nodes.
func Nodes(names ...string) RunOption {
	return RunOption{func(o *runOptions) { o.nodes = append(o.nodes, names...) }}
}

// QoS puts the run into a class of its own bandwidth (--qos): "maintenance", which is what runs get that do not say, or
// "other".
func QoS(class string) RunOption { return RunOption{func(o *runOptions) { o.qos = class }} }

// AllowSeveral lets the run go on beside others on the same file system; else it has --single-instance.
func AllowSeveral() RunOption { return RunOption{func(o *runOptions) { o.single = false }} }

// Level is how much the command says (-L): 0 to 6. Summaries need 1 at least, which is what runs get that do not say.
func Level(n int) RunOption {
	return RunOption{func(o *runOptions) {
		if n < 0 || n > 6 {
			o.fail("-L is 0 to 6, not %d", n)
		}
		o.level = n
	}}
}

// Given defines a macro (-M): the word name in the policy stands for value.
func Given(name, value string) RunOption { return flag("-M", name+"="+value) }

// ListsTo keeps the lists of files (-f): PREFIX.list.NAME, or DIRECTORY/list.NAME.
func ListsTo(prefix string) RunOption { return flag("-f", prefix) }

// InputFrom runs the policy on the files of a list instead of scanning (-i).
func InputFrom(list string) RunOption { return flag("-i", list) }

// RecordsFrom carries out lists that a prepared run of the same policy has written (-r): nothing is scanned.
func RecordsFrom(lists ...string) RunOption {
	return RunOption{func(o *runOptions) {
		for _, list := range lists {
			// unverified: that -r stands before each list; the synopsis shows -r FileListPathname...
			flag("-r", list).set(o)
		}
	}}
}

// SharedDir is a directory in the file system that the nodes work together in (-g).
func SharedDir(dir string) RunOption { return flag("-g", dir) }

// LocalDir is a directory for temporary files on each node (-s).
func LocalDir(dir string) RunOption { return flag("-s", dir) }

// BatchFiles is how many files one call of a script gets at most (-B).
func BatchFiles(n int) RunOption { return count("-B", n) }

// ScriptThreads is how many scripts run on a node at once (-m), DirectoryThreads how many threads read directories (-n),
// ScanThreads how many scan inodes (-a), Buckets into how many parts the scan is divided (-A).
func ScriptThreads(n int) RunOption { return count("-m", n) }

// DirectoryThreads is how many threads read directories (-n).
func DirectoryThreads(n int) RunOption { return count("-n", n) }

// ScanThreads is how many threads scan inodes (-a).
func ScanThreads(n int) RunOption { return count("-a", n) }

// Buckets is into how many parts the inode scan is divided (-A).
func Buckets(n int) RunOption { return count("-A", n) }

// AsOf is the time that ages are counted from (-D).
func AsOf(t time.Time) RunOption { return flag("-D", t.UTC().Format("2006-01-02@15:04:05")) }

// Scope bounds the scan (--scope): "filesystem", "inodespace" or "fileset".
func Scope(scope string) RunOption {
	switch scope {
	case "filesystem", "inodespace", "fileset":
		return flag("--scope", scope)
	}
	return RunOption{func(o *runOptions) { o.fail("--scope is filesystem, inodespace or fileset, not %q", scope) }}
}

// Choice is how candidates are chosen (--choice-algorithm): "best", "exact" or "fast".
func Choice(algorithm string) RunOption {
	switch algorithm {
	case "best", "exact", "fast":
		return flag("--choice-algorithm", algorithm)
	}
	return RunOption{func(o *runOptions) { o.fail("--choice-algorithm is best, exact or fast, not %q", algorithm) }}
}

// MaxDepth is how deep directories are gone into (--maxdepth).
func MaxDepth(n int) RunOption { return count("--maxdepth", n) }

// MaxMergeFiles is how many files are merged at once when candidates are sorted (--max-merge-files).
func MaxMergeFiles(n int) RunOption { return count("--max-merge-files", n) }

// MaxSortBytes is how much is sorted at once (--max-sort-bytes).
func MaxSortBytes(n int) RunOption { return count("--max-sort-bytes", n) }

// SortBuffer is how much memory sorting may use (--sort-buffer-size), "5%" or "2G".
func SortBuffer(size string) RunOption { return flag("--sort-buffer-size", size) }

// SortCommand is the program that sorts (--sort-command), SortOptions what it is told (--other-sort-options).
func SortCommand(path string) RunOption { return flag("--sort-command", path) }

// SortOptions are options for the program that sorts (--other-sort-options).
func SortOptions(options string) RunOption { return flag("--other-sort-options", options) }

// SplitByWeight divides the lists of scripts by weight (--split-filelists-by-weight).
func SplitByWeight() RunOption { return flag("--split-filelists-by-weight") }

// SplitMargin is by how much choosing may miss its marks (--split-margin).
func SplitMargin(margin float64) RunOption {
	return flag("--split-margin", strconv.FormatFloat(margin, 'f', -1, 64))
}

// Reevaluate looks at files again before they are handed to a script (-e).
func Reevaluate() RunOption { return flag("-e") }

// RoundRobin hands out the lists of RecordsFrom in turn (-q).
func RoundRobin() RunOption { return flag("-q") }

// OnRemote allows the scan of a file system of another cluster (--allow-scan-on-remote).
func OnRemote() RunOption { return flag("--allow-scan-on-remote") }

// SilentOnDelete leaves deleted files out of the messages (--silent-on-delete).
func SilentOnDelete() RunOption { return flag("--silent-on-delete") }

// OnProgress hears of the progress of the run while it goes on.
func OnProgress(f func(Progress)) RunOption { return RunOption{func(o *runOptions) { o.progress = f }} }

// OutputTo receives what the command prints while it runs.
func OutputTo(w io.Writer) RunOption { return RunOption{func(o *runOptions) { o.output = w }} }

// Command is the command that runs the policy: mmapplypolicy, always with this policy (-P), on named nodes, in the QoS
// class maintenance and one at a time unless the options say otherwise.
func (p *Policy) Command(target Target, act Act, options ...RunOption) (mmexec.Command, error) {
	cmd, _, err := p.command(target, act, options)
	return cmd, err
}

func (p *Policy) command(target Target, act Act, options []RunOption) (mmexec.Command, *runOptions, error) {
	if p == nil {
		return mmexec.Command{}, nil, errors.New("there is no policy to run")
	}
	o := &runOptions{qos: "maintenance", single: true, level: 1}
	for _, opt := range options {
		if opt.set != nil {
			opt.set(o)
		}
	}
	switch act {
	case TestOnly, DoIt, DeferIt, PrepareOnly:
	default:
		o.fail("a run is test, yes, defer or prepare, not %q", act)
	}
	if target.arg == "" {
		o.fail("no target: OnFilesystem, OnPath or OnSnapshot")
	}
	if target.snapshot != "" && act == DoIt {
		for _, r := range p.doc.Rules() {
			if r.Kind.Moves() && r.Kind != lang.Exclude {
				o.fail("%s: this would change files, and nothing in a snapshot can be changed", Rule{rule: *r})
			}
		}
	}
	if len(o.nodes) == 0 {
		o.fail("name the nodes that do the work: policy.Nodes(…)")
	}
	for _, n := range o.nodes {
		o.err = errors.Join(o.err, mmexec.CheckNodeName(n))
	}
	if o.qos != "maintenance" && o.qos != "other" {
		o.fail("--qos is maintenance or other, not %q", o.qos)
	}
	if len(p.doc.Rules()) == 0 {
		o.fail("the policy has no rules")
	}
	if err := errors.Join(target.err, o.err); err != nil {
		return mmexec.Command{}, nil, err
	}
	file := mmexec.File{Name: "policy", Data: []byte(p.Text())}
	args := []string{target.arg, "-P", file.Ref(), "-I", string(act), "-L", strconv.Itoa(o.level), "-N", strings.Join(o.nodes, ","), "--qos", o.qos}
	if o.single {
		args = append(args, "--single-instance")
	}
	if target.snapshot != "" {
		args = append(args, "-S", target.snapshot)
	}
	return mmexec.Command{Name: "mmapplypolicy", Args: append(args, slices.Concat(o.args...)...), Files: []mmexec.File{file}, Object: "policy on " + target.object, Stoppable: o.stop && !mmexec.PolicyWrites(p.Text())}, o, nil
}

// Run runs the policy and tells what it found and did. A failing command gives the summary of what it said with the
// error. In a dry run the summary says that the command was planned.
func (p *Policy) Run(ctx context.Context, ex mmexec.Executor, target Target, act Act, options ...RunOption) (*Summary, error) {
	cmd, o, err := p.command(target, act, options)
	if err != nil {
		return nil, err
	}
	if work := progress.Begin(ctx); work != nil {
		defer work.End()
		what := "mmapplypolicy " + target.arg
		work.Report(progress.State{Work: what, Part: -1})
		told := o.progress
		o.progress = func(p Progress) {
			work.Report(progress.State{Work: what, Phase: p.Text, Part: -1})
			if told != nil {
				told(p)
			}
		}
	}
	w := newSummaryWriter(o)
	cmd.Stdout = w
	res, err := mmexec.Do(progress.With(ctx, nil), ex, cmd)
	if res != nil && len(res.Stdout) > 0 {
		_, _ = w.Write(res.Stdout)
	}
	s := w.finish()
	if res != nil && res.Planned {
		s.Planned = true
	}
	return s, err
}
