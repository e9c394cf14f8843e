package policy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/policy/filelist"
)

// A map-reduce on the nodes of a cluster: the policy engine starts gpfsh on each node as the script of an EXTERNAL LIST
// rule. The directory of the run, which all nodes see, has the task; each call leaves what its list comes to as a part.

// nodeTask is what a node has to do.
type nodeTask struct {
	Form    int           `json:"form"` // of the files in the directory
	Run     string        `json:"run"`  // tells this run from all others
	Version string        `json:"version"`
	Program string        `json:"program"`
	Arch    string        `json:"arch"`
	Name    string        `json:"name"` // of the list
	Query   filelist.Task `json:"query"`
	Source  string        `json:"source"`
	Initial []byte        `json:"initial"`
}

// nodeForm is raised when a task, or a part, of another release would mean something else.
const nodeForm = 1

func arch() string { return runtime.GOOS + "/" + runtime.GOARCH }

// Loaded is a function that has travelled, ready to run.
type Loaded struct {
	Acc  reflect.Type // what a part comes to
	Fold func(ctx context.Context, files filelist.Files, acc any) (any, error)
}

// NodeProgram is gpfsh as the policy engine starts it on a node.
type NodeProgram struct {
	Path    string // of the program, as it was started
	Version string
	Node    string // the name of this node
	// Load makes the function of a source that has travelled.
	Load func(source string) (*Loaded, error)
	// Out takes what the policy engine prints.
	Out io.Writer
}

// IsNodeCall tells whether a program was started by the policy engine, by its arguments without the name.
func IsNodeCall(args []string) bool {
	return len(args) >= 2 && (args[0] == "TEST" || args[0] == "LIST" || args[0] == "REDO") && strings.Contains(strings.Join(args[2:], " "), runDirPrefix)
}

// Main carries out one call of the policy engine, TEST directory or LIST file, and returns the exit status. What goes
// wrong is printed, and left in the directory of the run for whoever waits.
func (p NodeProgram) Main(ctx context.Context, args []string) int {
	dir, sum, preflight, err := parseOpts(args[2:])
	if err != nil {
		return p.fail("", err)
	}
	task, err := readTask(dir, sum)
	if err != nil {
		return p.fail("", err)
	}
	switch {
	case args[0] == "TEST":
		err = p.test(dir, task)
	case preflight:
	default:
		err = p.reduce(ctx, dir, sum, task, args[1])
	}
	if err != nil {
		return p.fail(dir, err)
	}
	return 0
}

// nodeReport is what a node says of itself, and of a failure.
type nodeReport struct {
	Node    string `json:"node"`
	Version string `json:"version"`
	Program string `json:"program"`
	Arch    string `json:"arch"`
	Error   string `json:"error,omitempty"`
}

func (p NodeProgram) report() nodeReport {
	return nodeReport{Node: p.Node, Version: p.Version, Program: p.Path, Arch: arch()}
}

func (p NodeProgram) fail(dir string, err error) int {
	fmt.Fprintf(p.Out, "gpfsh on %s: %v\n", p.Node, err)
	if dir != "" {
		r := p.report()
		r.Error = err.Error()
		data, _ := json.Marshal(r) // texts alone
		_ = writeWhole(dir, fmt.Sprintf("error.%s.%d", safeNode(p.Node), os.Getpid()), data)
	}
	return 1
}

// test answers TEST: this node can do the work, or why it cannot.
func (p NodeProgram) test(dir string, task *nodeTask) error {
	var wrong error
	switch {
	case p.Version != task.Version:
		wrong = fmt.Errorf("gpfsh is %s here and %s where the run was started: install the same version on all nodes", p.Version, task.Version)
	case arch() != task.Arch:
		wrong = fmt.Errorf("this node is %s and the one where the run was started %s", arch(), task.Arch)
	case p.Path != task.Program:
		wrong = fmt.Errorf("gpfsh was started as %s, not %s", p.Path, task.Program)
	default:
		_, wrong = p.Load(task.Source)
	}
	r := p.report()
	if wrong != nil {
		r.Error = wrong.Error()
	}
	data, err := json.Marshal(r)
	if err == nil {
		err = writeWhole(dir, fmt.Sprintf("node.%s.%d", safeNode(p.Node), os.Getpid()), data)
	}
	if err != nil {
		return fmt.Errorf("cannot write to the shared directory %s: %w", dir, err)
	}
	if wrong != nil {
		fmt.Fprintf(p.Out, "gpfsh on %s: %v\n", p.Node, wrong)
		return wrong
	}
	return nil
}

// reduce answers LIST: it leaves what a list comes to. Until then a copy of the list is kept in the directory of the
// run, so that the work of a node that dies is not lost.
func (p NodeProgram) reduce(ctx context.Context, dir, sum string, task *nodeTask, list string) error {
	begin := time.Now()
	part, todo, err := p.keep(dir, list)
	if err != nil {
		return err
	}
	f, err := p.Load(task.Source)
	if err != nil {
		return err
	}
	acc, err := DecodeValue(task.Initial, f.Acc)
	if err != nil {
		return fmt.Errorf("the initial value: %w", err)
	}
	files, err := task.Query.Files(todo) // the copy: the list itself belongs to the policy engine, which may take it away
	if err != nil {
		return err
	}
	tally := &filelist.Tally{}
	if acc, err = f.Fold(ctx, files.Tallied(tally), acc); err != nil {
		return err
	}
	value, err := EncodeValue(acc)
	if err != nil {
		return err
	}
	head := partHead{Run: task.Run, Task: sum, Part: part, Node: p.Node, Report: tally.Report(), Elapsed: time.Since(begin)}
	data, err := encodePart(head, value)
	if err != nil {
		return err
	}
	if err := writeWhole(dir, "part."+part, data); err != nil {
		return fmt.Errorf("cannot leave what the list comes to: %w", err)
	}
	_ = os.Remove(todo)
	return nil
}

// keep copies a list into the directory of the run and returns the name of the part, which is that of its contents: a
// list that is handed out a second time makes the same part.
func (p NodeProgram) keep(dir, list string) (part, todo string, err error) {
	in, err := os.Open(list)
	if err != nil {
		return "", "", fmt.Errorf("cannot read the list: %w", err)
	}
	defer in.Close()
	out, err := os.CreateTemp(dir, ".todo.*")
	if err != nil {
		return "", "", fmt.Errorf("cannot keep the list in the shared directory: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(out.Name())
		}
	}()
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(h, out), in)
	if err = errors.Join(err, out.Close()); err != nil {
		return "", "", fmt.Errorf("cannot keep the list in the shared directory: %w", err)
	}
	part = hex.EncodeToString(h.Sum(nil))
	todo = filepath.Join(dir, "todo."+part+"."+safeNode(p.Node))
	return part, todo, os.Rename(out.Name(), todo)
}

// partHead is the readable part of what a node leaves.
type partHead struct {
	Run     string          `json:"run"`
	Task    string          `json:"task"`
	Part    string          `json:"part"`
	Node    string          `json:"node"`
	Report  filelist.Report `json:"report"`
	Elapsed time.Duration   `json:"elapsed"`
}

// partMagic begins a part; the digit is the version of its form.
const partMagic = "gpfsh part 1\n"

func encodePart(head partHead, value []byte) ([]byte, error) {
	h, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	e := valueEncoder{buf: []byte(partMagic)}
	e.text(string(h))
	e.text(string(value))
	sum := sha256.Sum256(e.buf)
	return append(e.buf, sum[:]...), nil
}

// decodePart reads a part of a run. Errors wrap those of partial results: [filelist.ErrVersion], [filelist.ErrOtherRun]
// and [filelist.ErrDamaged].
func decodePart(data []byte, run, task string) (partHead, []byte, error) {
	var head partHead
	if !bytes.HasPrefix(data, []byte(partMagic)) {
		if n := len(partMagic) - 2; len(data) > n && string(data[:n]) == partMagic[:n] {
			return head, nil, fmt.Errorf("%w: version %q, this release reads %q", filelist.ErrVersion, data[n:n+1], partMagic[n:n+1])
		}
		return head, nil, fmt.Errorf("%w: it does not begin like one", filelist.ErrDamaged)
	}
	if len(data) < len(partMagic)+sha256.Size {
		return head, nil, fmt.Errorf("%w: only %d bytes", filelist.ErrDamaged, len(data))
	}
	body := data[:len(data)-sha256.Size]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], data[len(body):]) {
		return head, nil, fmt.Errorf("%w: the checksum is wrong", filelist.ErrDamaged)
	}
	d := valueDecoder{buf: body[len(partMagic):]}
	h := d.text()
	value := d.text()
	if d.err == nil {
		d.err = json.Unmarshal([]byte(h), &head)
	}
	if d.err != nil {
		return head, nil, fmt.Errorf("%w: %w", filelist.ErrDamaged, d.err)
	}
	if head.Run != run || head.Task != task {
		return head, nil, fmt.Errorf("%w: %q, this is %q", filelist.ErrOtherRun, head.Run, run)
	}
	return head, []byte(value), nil
}

// runDirPrefix begins the name of the directory of a run.
const runDirPrefix = "gpfsh-run-"

// taskFile is the name of the task in it.
const taskFile = "task.json"

// makeOpts is the text of OPTS: where the task lies and what its checksum is.
func makeOpts(dir, sum string, preflight bool) string {
	opts := dir + " " + sum
	if preflight {
		opts += " preflight"
	}
	return opts
}

// parseOpts reads OPTS, which comes in one argument or in several.
// unverified: that the text of OPTS comes as the arguments behind the file
func parseOpts(args []string) (dir, sum string, preflight bool, err error) {
	words := strings.Fields(strings.Join(args, " "))
	if n := len(words); n > 0 && words[n-1] == "preflight" {
		preflight, words = true, words[:n-1]
	}
	if len(words) != 2 || len(words[1]) != 2*sha256.Size || !filepath.IsAbs(words[0]) {
		return "", "", false, errors.New("this call is for the policy engine: its last argument names the directory of a run")
	}
	return words[0], words[1], preflight, nil
}

// readTask reads the task of a run, after checking that nobody else can have written it.
func readTask(dir, sum string) (*nodeTask, error) {
	path := filepath.Join(dir, taskFile)
	if err := mmexec.CheckOwned(path); err != nil {
		return nil, fmt.Errorf("the task is not taken: %w", err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the task: %w", err)
	}
	if got := sha256.Sum256(data); hex.EncodeToString(got[:]) != sum {
		return nil, fmt.Errorf("the task in %s is not the one that was sent: its checksum is wrong", dir)
	}
	t := &nodeTask{}
	if err := json.Unmarshal(data, t); err != nil {
		return nil, fmt.Errorf("cannot read the task: %w", err)
	}
	if t.Form != nodeForm {
		return nil, fmt.Errorf("the task has the form %d and this release knows %d: install the same version on all nodes", t.Form, nodeForm)
	}
	return t, nil
}

// writeWhole writes a file that is either whole or not there.
func writeWhole(dir, name string, data []byte) (err error) {
	f, err := os.CreateTemp(dir, "."+name+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(dir, name))
}

// safeNode is the name of a node as part of a file name.
func safeNode(node string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == 0 {
			return '_'
		}
		return r
	}, node)
}
