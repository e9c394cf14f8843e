package engine

import (
	"bufio"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"gpfsh/policy/filelist"
	"gpfsh/policy/lang"
)

// lists are the lists of a run: one for each LIST, and for each external pool one for each command.
type lists struct {
	prog  *Program
	sinks []*sink
	byKey map[string]*sink
	// whole says that all that was chosen has been written.
	whole bool
}

// sink collects chosen files for a script, or for a file that is kept.
type sink struct {
	prog    *Program
	name    string
	command string
	// rule is the EXTERNAL rule; nil when there is none, or when the files are moved by the cluster itself.
	rule     *lang.Rule
	external bool
	escape   filelist.Escape
	keep     string

	mu     sync.Mutex
	file   *os.File
	w      *bufio.Writer
	kept   string
	amount Amount
	// cuts are where batches begin, when sizes or weights decide; else the number of files does.
	cuts    []int64
	weight  float64
	size    int64
	batchKB int64
	batchN  int
	batch   int64
	line    []byte
	calls   int
	failed  int
	index   int
}

func newLists(p *Program) *lists { return &lists{prog: p, byKey: map[string]*sink{}} }

func (l *lists) get(name, command string, rule *lang.Rule) *sink {
	key := command + "\x00" + name
	if s := l.byKey[key]; s != nil {
		return s
	}
	s := &sink{prog: l.prog, name: name, command: command, rule: rule, index: len(l.sinks)}
	if rule != nil {
		s.external = rule.Kind == lang.ExternalPool
		if e := rule.Escape.Text(); strings.HasPrefix(e, "%") {
			s.escape, s.keep = filelist.EscapePercent, e[1:]
		}
		if n, ok := literal(rule.Size); ok {
			s.batch = int64(n)
		}
	}
	l.byKey[key] = s
	l.sinks = append(l.sinks, s)
	return s
}

func (l *lists) list(name string) *sink { return l.get(name, "LIST", l.prog.extList[name]) }

// moves is where files go that MIGRATE or DELETE chose: the script of an external pool, or the cluster.
func (l *lists) moves(ru *rule, command, to string) *sink {
	pool := ru.to
	if ru.fromExternal {
		pool = ru.from
	}
	if rule := l.prog.external[pool]; rule != nil && (ru.toExtern || ru.fromExternal) {
		return l.get(pool, command, rule)
	}
	return l.get(to, command, nil)
}

// script is the EXEC of the list, "" when there is none.
func (s *sink) script() string {
	if s.rule == nil {
		return ""
	}
	return s.rule.Exec.Text()
}

// wanted says whether somebody wants the files of the list.
func (s *sink) wanted() bool {
	o := &s.prog.opts
	return o.ListPrefix != "" || o.Mode == Yes && o.Scripts != nil && s.script() != ""
}

// listPath is the file that -f names for a list: PREFIX.list.NAME, or list.NAME in a directory.
func listPath(prefix, name string) string {
	name = strings.ReplaceAll(name, "/", "_")
	if st, err := os.Stat(prefix); err == nil && st.IsDir() {
		return filepath.Join(prefix, "list."+name)
	}
	return prefix + ".list." + name
}

// open makes the file when the first line comes: a list without files has none.
func (s *sink) open() error {
	if s.file != nil {
		return nil
	}
	o := &s.prog.opts
	var err error
	switch {
	case o.ListPrefix != "" && (s.rule != nil || s.command == "LIST"):
		s.kept = listPath(o.ListPrefix, s.name)
		if s.command == "PREMIGRATE" || s.command == "RECALL" || s.command == "PURGE" {
			// unverified: how lists of one pool for several commands are called.
			s.kept += "." + strings.ToLower(s.command)
		}
		s.file, err = os.Create(s.kept)
	default:
		if s.file, err = os.CreateTemp(o.WorkDir, "mmPolicy.chosen.*"); err == nil {
			err = os.Remove(s.file.Name())
		}
	}
	if err != nil {
		return err
	}
	s.w = bufio.NewWriterSize(s.file, 1<<18)
	return nil
}

// appendLine writes a candidate as a line of a list.
func (s *sink) appendLine(dst []byte, c *candidate, to string) []byte {
	if s.rule == nil && s.command != "LIST" {
		return appendOwn(dst, c, to)
	}
	if s.prog.opts.Mode == Prepare {
		weight := c.weight
		if math.IsNaN(weight) {
			weight = minusInf
		}
		rec := filelist.Record{
			Weight: weight, Inode: c.inode, Generation: uint64(c.generation), Size: uint64(max(c.kb, 0)), Rule: uint64(c.rule),
			Path: c.path, Pool: c.pool, Show: c.show, HasShow: c.hasShow,
		}
		if c.premigrate {
			rec.Flags |= flagPremigrate
		}
		return append(rec.Append(dst), '\n')
	}
	dst = strconv.AppendUint(dst, c.inode, 10)
	dst = strconv.AppendUint(append(dst, ' '), uint64(c.generation), 10)
	dst = strconv.AppendUint(append(dst, ' '), c.snapID, 10)
	dst = append(dst, "  "...)
	if c.hasShow {
		dst = s.escape.Append(dst, c.show, s.keep)
	}
	dst = append(dst, " -- "...)
	dst = s.escape.Append(dst, c.path, s.keep)
	return append(dst, '\n')
}

// appendOwn writes what the third phase needs to move a file: it is read by nobody else.
func appendOwn(dst []byte, c *candidate, to string) []byte {
	dst = strconv.AppendUint(dst, c.inode, 10)
	dst = strconv.AppendInt(append(dst, ' '), int64(c.rule), 10)
	dst = append(append(append(dst, ' '), strconv.Itoa(len(to))...), ' ')
	dst = append(append(dst, to...), ' ')
	dst = filelist.EscapeBackslash.Append(dst, c.path, "")
	return append(dst, '\n')
}

// cutting says that batches end by more than the number of their files.
func (s *sink) cutting() bool { return s.batch > 0 || s.prog.opts.SplitByWeight }

// write adds a chosen file, from one goroutine.
func (s *sink) write(c *candidate, to string) error {
	if err := s.open(); err != nil {
		return err
	}
	if s.cutting() && s.batchN > 0 && (s.batch > 0 && s.batchKB+c.kb > s.batch || s.batchN == s.prog.opts.Batch ||
		s.prog.opts.SplitByWeight && c.weight != s.weight) {
		s.cuts = append(s.cuts, s.size)
		s.batchKB, s.batchN = 0, 0
	}
	s.weight = c.weight
	s.batchKB += c.kb
	s.batchN++
	s.line = s.appendLine(s.line[:0], c, to)
	s.size += int64(len(s.line))
	s.amount.add(c.kb)
	_, err := s.w.Write(s.line)
	return err
}

func (s *sink) finish() error {
	if s.w == nil {
		return nil
	}
	err := s.w.Flush()
	s.w = nil
	return err
}

// listBuffer gathers the lines of one goroutine, so that goroutines do not wait for each other at every file.
type listBuffer struct {
	l    *lists
	bufs []struct {
		text   []byte
		amount Amount
	}
}

func newListBuffer(l *lists) *listBuffer { return &listBuffer{l: l} }

const listBufferSize = 64 << 10

func (b *listBuffer) add(s *sink, c *candidate) error {
	for len(b.bufs) <= s.index {
		b.bufs = append(b.bufs, struct {
			text   []byte
			amount Amount
		}{})
	}
	own := &b.bufs[s.index]
	own.text = s.appendLine(own.text, c, "")
	own.amount.add(c.kb)
	if len(own.text) < listBufferSize {
		return nil
	}
	return b.flushOne(s)
}

func (b *listBuffer) flushOne(s *sink) error {
	own := &b.bufs[s.index]
	if len(own.text) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.open(); err != nil {
		return err
	}
	_, err := s.w.Write(own.text)
	s.size += int64(len(own.text))
	s.amount.Files += own.amount.Files
	s.amount.KB += own.amount.KB
	own.text, own.amount = own.text[:0], Amount{}
	return err
}

func (b *listBuffer) flush() error {
	for i := range b.bufs {
		if err := b.flushOne(b.l.sinks[i]); err != nil {
			return err
		}
	}
	return nil
}

// each reads the lines of the list again, batch by batch.
func (s *sink) each(fn func(lines []byte, files int) error) error {
	if s.file == nil {
		return nil
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := bufio.NewReaderSize(s.file, 1<<18)
	var batch []byte
	files, at := 0, int64(0)
	cuts := s.cuts
	for {
		line, err := r.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		full := files == s.prog.opts.Batch
		if s.cutting() {
			full = len(cuts) > 0 && at == cuts[0]
			if full {
				cuts = cuts[1:]
			}
		}
		if full && files > 0 {
			if err := fn(batch, files); err != nil {
				return err
			}
			batch, files = nil, 0
		}
		batch = append(batch, line...)
		files++
		at += int64(len(line))
	}
	if files > 0 {
		return fn(batch, files)
	}
	return nil
}

// finish writes out what is still in memory. After it the lists are whole.
func (l *lists) finish() error {
	for _, s := range l.sinks {
		if err := s.finish(); err != nil {
			return err
		}
	}
	l.whole = true
	return nil
}

// close gives the files back. A list that is not whole, because the disk was full or the run was stopped, is removed: it
// would look like one that is.
func (l *lists) close() {
	for _, s := range l.sinks {
		if s.file != nil {
			_ = errors.Join(s.finish(), s.file.Close())
		}
		if s.kept != "" && !l.whole {
			_ = os.Remove(s.kept)
		}
	}
}
