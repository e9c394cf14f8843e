package mmexec

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"
)

// NotRecordedError says that a recording holds no answer of a command.
type NotRecordedError struct {
	Cmd  Command
	Near []string // recorded command lines that look alike, the most similar first
}

// Error names the command and what is recorded instead.
func (e *NotRecordedError) Error() string {
	s := fmt.Sprintf("the recording has no answer of: %s", e.Cmd)
	if len(e.Near) == 0 {
		return s
	}
	return s + "; near ones that it has: " + strings.Join(e.Near, "; ")
}

type replay struct {
	mu       sync.Mutex
	commands map[string][]*recorded
	order    []string
	files    map[string][]byte
	private  map[string]bool
	serial   int
}

type recorded struct{ res Result }

// NewReplay returns an executor that answers from a recording.
//
// A recording is a txtar archive. The name of a file in it is a command line as a shell would need it typed; its
// content is what the command wrote to standard output. What else a command left behind stands in further files:
//
//	-- mmlsfs mmfs1 -T -Y --
//	mmlsfs::HEADER:version:reserved:reserved:deviceName:fieldName:data:remarks:
//	mmlsfs::0:1:::mmfs1:defaultMountPoint:%2Fgpfs%2Fmmfs1::
//	-- mmlsfs nofs -Y --
//	-- mmlsfs nofs -Y (stderr) --
//	mmlsfs: File system nofs is not known to the GPFS cluster.
//	mmlsfs: Command failed. Examine previous error messages to determine cause.
//	-- mmlsfs nofs -Y (exit 1) --
//	-- file /var/mmfs/etc/notes --
//	a file that was read on the node
//
// Marks are (stderr), (exit N) and (signal NAME); "base64" in front of a mark's closing parenthesis, or (base64) alone,
// says that the content is encoded because a txtar archive could not hold it as it is. Several recordings of one
// command line answer in turn, the last one stays.
func NewReplay(r io.Reader) (Executor, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecording, err)
	}
	p := &replay{commands: make(map[string][]*recorded), files: make(map[string][]byte), private: make(map[string]bool)}
	for _, f := range txtar.Parse(data).Files {
		if err := p.add(f.Name, f.Data); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRecording, err)
		}
	}
	if len(p.order) == 0 {
		return nil, fmt.Errorf("%w: there is no command in it", ErrRecording)
	}
	return p, nil
}

// add takes one file of the archive in.
func (p *replay) add(name string, data []byte) error {
	line, mark := splitMark(name)
	if rest, ok := strings.CutSuffix(mark, "base64"); ok {
		mark = strings.TrimSuffix(strings.TrimSpace(rest), ",")
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(data)), ""))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		data = decoded
	}
	if path, ok := strings.CutPrefix(line, "file "); ok && mark == "" {
		words, err := SplitLine(path)
		if err != nil || len(words) != 1 {
			return fmt.Errorf("%s: want one path", name)
		}
		p.files[words[0]] = data
		return nil
	}
	argv, err := SplitLine(line)
	if err == nil && len(argv) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return fmt.Errorf("%q is not a command line: %w", name, err)
	}
	key := QuoteArgv(argv)
	list := p.commands[key]
	if len(list) == 0 {
		p.order = append(p.order, key)
	}
	if mark == "" || len(list) == 0 {
		list = append(list, &recorded{})
		p.commands[key] = list
	}
	rec := list[len(list)-1]
	what, value, _ := strings.Cut(mark, " ")
	switch what {
	case "":
		rec.res.Stdout = data
	case "stderr":
		rec.res.Stderr = data
	case "exit":
		n, err := strconv.Atoi(value)
		if err != nil {
			return fmt.Errorf("%s: want (exit N)", name)
		}
		rec.res.ExitCode = n
	case "signal":
		rec.res.Signal = value
	default:
		return fmt.Errorf("%s: unknown mark (%s)", name, mark)
	}
	return nil
}

// splitMark splits "mmlsfs x -Y (exit 1)" into the command line and the mark. Parentheses in an argument are quoted,
// so a mark cannot be mistaken.
func splitMark(name string) (line, mark string) {
	if i := strings.LastIndex(name, " ("); i >= 0 && strings.HasSuffix(name, ")") {
		return name[:i], name[i+2 : len(name)-1]
	}
	return name, ""
}

// Run answers a command from the recording.
func (p *replay) Run(ctx context.Context, cmd Command) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s was not run: %w", cmd, err)
	}
	p.mu.Lock()
	key := cmd.String()
	list := p.commands[key]
	if len(list) == 0 {
		defer p.mu.Unlock()
		return nil, &NotRecordedError{Cmd: cmd, Near: p.near(key)}
	}
	rec := list[0]
	if len(list) > 1 {
		p.commands[key] = list[1:]
	}
	p.mu.Unlock()
	res := rec.res
	if cmd.Stdout != nil {
		if _, err := cmd.Stdout.Write(res.Stdout); err != nil {
			return nil, fmt.Errorf("the output of %s was not taken: %w", cmd, err)
		}
		res.Stdout = nil
	}
	return &res, nil
}

// near returns up to five recorded command lines that look like the one that is missing.
func (p *replay) near(key string) []string {
	want := strings.Fields(key)
	type scored struct {
		line  string
		score int
	}
	var all []scored
	for _, line := range p.order {
		score := 0
		have := strings.Fields(line)
		if have[0] == want[0] {
			score = 4
		}
		for _, w := range want[1:] {
			if slices.Contains(have[1:], w) {
				score++
			}
		}
		if score >= 4 {
			all = append(all, scored{line, score})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var lines []string
	for _, s := range all[:min(5, len(all))] {
		lines = append(lines, s.line)
	}
	return lines
}

// Put keeps a file for the time being; nothing will read it.
func (p *replay) Put(_ context.Context, name string, data []byte) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.serial++
	path := fmt.Sprintf("/replay/%d-%s", p.serial, safeName(name))
	p.files[path], p.private[path] = data, true
	return path, nil
}

// Get returns a file that was put or recorded.
func (p *replay) Get(_ context.Context, path string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	data, ok := p.files[path]
	if !ok {
		return nil, &os.PathError{Op: "read", Path: path, Err: fmt.Errorf("not in the recording: %w", os.ErrNotExist)}
	}
	return slices.Clone(data), nil
}

// Remove forgets a file that was put.
func (p *replay) Remove(_ context.Context, path string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.private[path] {
		return fmt.Errorf("%s is not a private file of this session: not removed", path)
	}
	delete(p.files, path)
	delete(p.private, path)
	return nil
}
