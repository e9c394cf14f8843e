package engine

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"gpfsh/policy/filelist"
	"gpfsh/policy/lang"
)

// RecordsReport is what came of lists in the record format. Every record is used, or rejected.
type RecordsReport struct {
	Read     int64 `json:"read"`
	Used     int64 `json:"used"`
	Rejected int64 `json:"rejected"`
}

// flagPremigrate marks a record that is to be copied and to keep its space. The rule does not tell that.
//
// unverified: how the record format tells premigration from migration. Of the flags the pages describe the lower 20 bits.
const flagPremigrate = 1 << 20

const longestRecord = 1 << 20

var errNoEnd = errors.New("the last record has no end: the list was cut off")

// Execute carries out lists in the record format that a run in mode Prepare has written: mmapplypolicy -r. Nothing is
// scanned and nothing is chosen: the records go to the scripts of their rules, in the order of the lists, or with
// Options.RoundRobin in turns of a batch from each list. The policy has to be the one that the lists were made with,
// because records name their rules by number. What is no record is rejected, counted and told; a record that cannot be
// read makes no other one invalid.
func (p *Program) Execute(ctx context.Context, lists []string) (*Report, error) {
	r := &phases{prog: p, report: &Report{Now: p.opts.Now.UTC(), Before: sortPools(p.opts.Pools), Chosen: map[string]Amount{}, Records: &RecordsReport{}}}
	r.console = newConsole(p, r.report)
	r.sorter = newSorter(p.opts.WorkDir, p.opts.Memory, 1)
	defer r.sorter.close()
	r.lists = newLists(p)
	defer r.lists.close()
	r.plan()
	r.collect()
	r.console.before()
	start := time.Now()
	if err := r.readRecords(ctx, lists); err != nil {
		return nil, err
	}
	if err := r.lists.finish(); err != nil {
		return nil, err
	}
	r.report.Elapsed[1] = time.Since(start)
	r.console.summary()
	start = time.Now()
	if err := r.execute(ctx); err != nil {
		return nil, err
	}
	r.report.Elapsed[2] = time.Since(start)
	r.console.after()
	return r.report, nil
}

// recordList is a list that is being read.
type recordList struct {
	name string
	file *os.File
	r    *bufio.Reader
	end  byte
	line []byte
	n    int64
}

func (r *phases) readRecords(ctx context.Context, names []string) error {
	var open []*recordList
	defer func() {
		for _, l := range open {
			l.file.Close()
		}
	}()
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		l := &recordList{name: name, file: f, r: bufio.NewReaderSize(f, 1<<18), end: '\n'}
		open = append(open, l)
		if head, _ := l.r.Peek(1 << 16); bytes.IndexByte(head, 0) >= 0 {
			l.end = 0
		}
	}
	turn := int64(-1)
	if r.prog.opts.RoundRobin {
		turn = int64(r.prog.opts.Batch)
	}
	c := &chooser{r: r}
	left := open
	for len(left) > 0 {
		var next []*recordList
		for _, l := range left {
			more, err := r.readTurn(ctx, c, l, turn)
			if err != nil {
				return err
			}
			if more {
				next = append(next, l)
			}
		}
		left = next
	}
	return nil
}

// readTurn reads so many records of a list, all of them when turn is negative, and tells whether there may be more.
func (r *phases) readTurn(ctx context.Context, c *chooser, l *recordList, turn int64) (bool, error) {
	for k := int64(0); k != turn; k++ {
		if k&1023 == 0 {
			if err := ctx.Err(); err != nil {
				return false, err
			}
		}
		line, err := readAt(l.r, l.line, l.end)
		if err == io.EOF {
			return false, nil
		}
		l.line = line
		l.n++
		r.report.Records.Read++
		if err == nil {
			err = r.record(c, line)
		} else if !errors.Is(err, errNoEnd) {
			return false, fmt.Errorf("%s, record %d: %w", l.name, l.n, err)
		}
		var bad *badRecord
		switch {
		case err == nil:
			r.report.Records.Used++
		case errors.Is(err, errNoEnd), errors.As(err, &bad):
			r.report.Records.Rejected++
			r.failed("%s, record %d: %v", l.name, l.n, err)
		default:
			return false, err
		}
	}
	return true, nil
}

// badRecord is a record that cannot be used.
type badRecord struct{ why string }

func (e *badRecord) Error() string { return e.why }

func (r *phases) record(c *chooser, line []byte) error {
	rec, err := filelist.ParseRecord(line)
	if err != nil {
		return &badRecord{err.Error()}
	}
	if rec.Rule >= uint64(len(r.prog.rules)) {
		return &badRecord{fmt.Sprintf("it names rule %d, and the policy has %d: it is not the one that the list was made with", rec.Rule, len(r.prog.rules))}
	}
	if len(rec.Path) == 0 || rec.Path[0] != '/' {
		return &badRecord{fmt.Sprintf("%q is not an absolute path", rec.Path)}
	}
	ru := r.prog.rules[rec.Rule]
	pool := string(rec.Pool)
	report, command := c.verb(ru, pool)
	s := r.targets[ru.number].sink
	switch {
	case ru.exclude || ru.kind == lang.Exclude:
		return &badRecord{fmt.Sprintf("rule %d excludes files: the policy is not the one that the list was made with", rec.Rule)}
	case s != nil:
	case !ru.toExtern && !ru.fromExternal:
		return &badRecord{fmt.Sprintf("rule %d moves files inside of the file system: lists are only carried out for scripts", rec.Rule)}
	default:
		if rec.Flags&flagPremigrate != 0 {
			report, command = "premigrate", "PREMIGRATE"
		}
		s = r.lists.moves(ru, command, ru.to)
	}
	cand := candidate{
		rule: ru.number, weight: rec.Weight, kb: int64(min(rec.Size, 1<<62)), inode: rec.Inode, generation: uint32(rec.Generation),
		path: rec.Path, pool: rec.Pool, show: rec.Show, hasShow: rec.HasShow, premigrate: rec.Flags&flagPremigrate != 0,
	}
	rep := &r.report.Rules[ru.number]
	rep.Chosen.add(cand.kb)
	sum := r.report.Chosen[report]
	sum.add(cand.kb)
	r.report.Chosen[report] = sum
	if len(rep.Sample) < r.prog.opts.Sample {
		rep.Sample = append(rep.Sample, string(cand.path))
	}
	if r.prog.opts.Level >= 2 {
		r.console.chosen(&cand, ru, ru.to)
	}
	if !r.targets[ru.number].keeps {
		return nil
	}
	return s.write(&cand, ru.to)
}
