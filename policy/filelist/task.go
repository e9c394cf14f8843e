package filelist

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// Task is a query and its jobs as plain data, for other nodes: the policy engine lists with its SHOW text and hands each
// node its lists, each node reduces them, and the partial results merge where the task was made.
type Task struct {
	Version   int       `json:"version"`
	Run       string    `json:"run"` // what tells this run from all others
	Now       time.Time `json:"now"` // ages count from here, on all nodes
	Root      string    `json:"root,omitempty"`
	Format    Format    `json:"format"`
	Escape    Escape    `json:"escape"`
	Layout    Layout    `json:"layout"`
	Where     []string  `json:"where,omitempty"`
	Jobs      []Job     `json:"jobs"`
	MaxGroups int       `json:"max_groups,omitempty"`
	// Attrs are the attributes of the files for functions that see them; a task without jobs is for such.
	Attrs []Attr `json:"attrs,omitempty"`
}

// taskVersion is raised when tasks of another release would mean something else.
const taskVersion = 1

// Request is what lists for the task have to hold.
func (f Files) Request(t Task) Request { return Request{Show: t.Layout, DirectoriesPlus: f.plus} }

// Task writes the jobs and what the query says of the files as data. run must be unlike that of any other run. The
// layout of the lists is made to fit the jobs unless Show has set one, and Task.Layout.SQL is its SHOW text. Where the
// files are plays no part, and functions of Match cannot travel.
func (f Files) Task(run string, jobs ...Job) (Task, error) {
	if f.err != nil {
		return Task{}, f.err
	}
	if len(f.match) > 0 {
		return Task{}, fmt.Errorf("a function given to Match does not travel to other nodes: say it in a Where")
	}
	if f.once {
		return Task{}, fmt.Errorf("LinksOnce needs all names of a file in one place: it cannot be spread over nodes")
	}
	sc, _, err := f.compile(jobs)
	if err == nil && len(jobs) == 0 {
		err = f.available(sc)
	}
	if err != nil {
		return Task{}, err
	}
	t := Task{
		Attrs:   f.attrs,
		Version: taskVersion, Run: run, Now: f.startTime().UTC().Truncate(time.Microsecond), Root: f.root, Escape: EscapePercent,
		Layout: f.rd.layout, Where: f.where, Jobs: jobs, MaxGroups: f.maxGroups,
	}
	if !f.shown {
		if t.Layout, err = sc.layout(); err != nil {
			return Task{}, err
		}
	} else if _, err := newDecoder(t.reading(), sc); err != nil {
		return Task{}, err
	}
	return t, nil
}

func (t Task) reading() reading {
	return reading{format: t.Format, escape: t.Escape, layout: t.Layout, terminator: '\n'}
}

// hash tells tasks apart.
func (t Task) hash() ([sha256.Size]byte, error) {
	data, err := json.Marshal(t)
	return sha256.Sum256(data), err
}

// Files returns the query of the task over lists on this node.
func (t Task) Files(lists ...string) (Files, error) {
	if t.Version != taskVersion {
		return Files{}, fmt.Errorf("%w: task version %d, this release knows %d: use the same release on all nodes", ErrVersion, t.Version, taskVersion)
	}
	f := Lists(lists...)
	f.rd, f.root, f.where, f.now, f.maxGroups, f.shown, f.attrs = t.reading(), t.Root, t.Where, t.Now, t.MaxGroups, true, t.Attrs
	return f, nil
}

// Reduce reads lists on this node. part names what was read, and must be unlike that of any other part: the same list
// that is handed to another node after a failure must have the same name. "" takes a digest of the lists themselves.
func (t Task) Reduce(ctx context.Context, part string, lists ...string) (*Partial, error) {
	f, err := t.Files(lists...)
	if err != nil {
		return nil, err
	}
	return t.ReduceFiles(ctx, part, f)
}

// ReduceFiles is Reduce for files that are had in another way, a directory for one.
func (t Task) ReduceFiles(ctx context.Context, part string, f Files) (*Partial, error) {
	task, err := t.hash()
	if err != nil {
		return nil, err
	}
	f.where, f.now, f.maxGroups = t.Where, t.Now, t.MaxGroups
	if f.root == "" {
		f.root = t.Root
	}
	if part == "" {
		l, isLists := f.in.(*lists)
		if !isLists {
			return nil, fmt.Errorf("the part of the input needs a name")
		}
		if part, err = digest(l.paths); err != nil {
			return nil, err
		}
	}
	p, err := f.reduce(ctx, t.Jobs)
	if err != nil {
		return nil, err
	}
	p.Run, p.Parts, p.task = t.Run, []string{part}, task
	return p, nil
}

// Read reads a partial result of this task from memory. Errors wrap [ErrVersion], [ErrOtherRun] and [ErrDamaged].
func (t Task) Read(data []byte) (*Partial, error) {
	task, err := t.hash()
	if err != nil {
		return nil, err
	}
	return decodePartial(data, t.Run, task, t.Empty)
}

// ReadFile reads a partial result of this task from a file.
func (t Task) ReadFile(path string) (*Partial, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the partial result: %w", err)
	}
	p, err := t.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// Empty returns the partial result of no part at all, to merge others to.
func (t Task) Empty() (*Partial, error) {
	task, err := t.hash()
	if err != nil {
		return nil, err
	}
	f, err := t.Files()
	if err != nil {
		return nil, err
	}
	sc, compiled, err := f.compile(t.Jobs)
	if err != nil {
		return nil, err
	}
	w, err := (&pass{jobs: compiled, env: f.env(sc), max: f.groupBound()}).worker()
	if err != nil {
		return nil, err
	}
	return &Partial{Run: t.Run, task: task, states: w.states, names: sc.names}, nil
}

// digest returns a name for the contents of lists.
func digest(paths []string) (string, error) {
	h := sha256.New()
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return "", fmt.Errorf("cannot read the list: %w", err)
		}
		_, err = io.Copy(h, f)
		f.Close()
		if err != nil {
			return "", fmt.Errorf("cannot read the list: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
