package filelist

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Partial is what a part of the input has come to: the state of every job, not yet a result. Partial results of the
// parts of one run merge to that of the whole, in any order, and each part counts once.
type Partial struct {
	Run     string        // the run that it belongs to
	Parts   []string      // the parts of the input that are in it
	Report  Report        // what was read
	Elapsed time.Duration // how long reading took

	task   [sha256.Size]byte // of the task that it was made for
	states []*jobState
	names  *Names
}

// Errors of partial results. They are wrapped with what was expected and found.
var (
	// ErrVersion says that a partial result was written by a release that writes another form.
	ErrVersion = errors.New("partial result of another version")
	// ErrOtherRun says that a partial result belongs to another run, or to other jobs.
	ErrOtherRun = errors.New("partial result of another run")
	// ErrDamaged says that a file is no partial result, or not a whole one.
	ErrDamaged = errors.New("damaged partial result")
	// ErrSamePart says that a part of the input is in both of two partial results.
	ErrSamePart = errors.New("part is there already")
)

// partialMagic begins a file with a partial result; the digit is the version of its form.
const partialMagic = "gpfsh partial 1\n"

// partialHeader is the readable part of a file.
type partialHeader struct {
	Run     string        `json:"run"`
	Parts   []string      `json:"parts"`
	Task    []byte        `json:"task"`
	Report  Report        `json:"report"`
	Elapsed time.Duration `json:"elapsed"`
}

// Merge adds another partial result. A part that is in both is an error that wraps [ErrSamePart], and nothing is added.
func (p *Partial) Merge(o *Partial) error {
	if p.Run != o.Run || p.task != o.task {
		return fmt.Errorf("%w: %q, this is %q", ErrOtherRun, o.Run, p.Run)
	}
	for _, a := range o.Parts {
		for _, b := range p.Parts {
			if a == b {
				return fmt.Errorf("%w: %s", ErrSamePart, a)
			}
		}
	}
	p.Parts = append(p.Parts, o.Parts...)
	p.Report.add(&o.Report)
	p.Elapsed = max(p.Elapsed, o.Elapsed)
	for i, s := range p.states {
		s.merge(o.states[i])
	}
	return nil
}

// Resolve sets how numbers of users and groups become names in the results.
func (p *Partial) Resolve(names *Names) { p.names = names }

// Results returns what the jobs have come to.
func (p *Partial) Results() *Results {
	r := &Results{Report: p.Report, Elapsed: p.Elapsed}
	for _, s := range p.states {
		t := s.table(p.names)
		t.Report = p.Report
		r.Tables = append(r.Tables, t)
	}
	return r
}

// MarshalBinary writes the partial result with its version and a checksum.
func (p *Partial) MarshalBinary() ([]byte, error) {
	head, err := json.Marshal(partialHeader{p.Run, p.Parts, p.task[:], p.Report, p.Elapsed})
	if err != nil {
		return nil, err
	}
	e := &encoder{buf: []byte(partialMagic)}
	e.bytes(head)
	e.uint(uint64(len(p.states)))
	for _, s := range p.states {
		s.encode(e)
	}
	sum := sha256.Sum256(e.buf)
	return append(e.buf, sum[:]...), nil
}

func (s *jobState) encode(e *encoder) {
	n := s.groups.len()
	if len(s.groups.keys) == 0 && !s.groups.any {
		n = 0
	}
	e.uint(uint64(n))
	var cells []cell
	for g := range uint32(n) {
		cells = s.groups.cells(g, cells)
		for i, k := range s.groups.keys {
			k.encode(cells[i], e)
		}
		for _, st := range s.states {
			st.encode(g, e)
		}
	}
}

func (s *jobState) decode(d *decoding) {
	cells := make([]cell, len(s.groups.keys))
	for range d.count(1) {
		for i, k := range s.groups.keys {
			cells[i] = k.decode(d)
		}
		if d.err != nil {
			return
		}
		s.groups.any = true
		g := s.groups.intern(cells)
		for _, st := range s.states {
			st.decode(g, d)
		}
	}
}

// WriteFile writes the partial result to a file that is either whole or not there: it is written under another name,
// synced, and renamed. What is left of a failure is removed.
func (p *Partial) WriteFile(path string) (err error) {
	data, err := p.MarshalBinary()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("cannot leave the partial result: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("cannot leave the partial result: %w", err)
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
	return os.Rename(f.Name(), path)
}

// decodePartial reads what MarshalBinary has written. empty makes the states of the jobs that it must be of.
func decodePartial(data []byte, run string, task [sha256.Size]byte, empty func() (*Partial, error)) (*Partial, error) {
	const magic = len(partialMagic)
	if !bytes.HasPrefix(data, []byte(partialMagic)) {
		if n := magic - 2; len(data) >= magic && string(data[:n]) == partialMagic[:n] {
			return nil, fmt.Errorf("%w: version %q, this release reads %q", ErrVersion, data[n:n+1], partialMagic[n:n+1])
		}
		return nil, fmt.Errorf("%w: it does not begin like one", ErrDamaged)
	}
	if len(data) < magic+sha256.Size {
		return nil, fmt.Errorf("%w: only %d bytes", ErrDamaged, len(data))
	}
	body := data[:len(data)-sha256.Size]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], data[len(body):]) {
		return nil, fmt.Errorf("%w: the checksum is wrong", ErrDamaged)
	}
	d := &decoding{buf: body[magic:]}
	var head partialHeader
	if err := json.Unmarshal(d.bytes(), &head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if head.Run != run || !bytes.Equal(head.Task, task[:]) {
		return nil, fmt.Errorf("%w: %q, this is %q", ErrOtherRun, head.Run, run)
	}
	p, err := empty()
	if err != nil {
		return nil, err
	}
	p.Run, p.Parts, p.Report, p.Elapsed, p.task = head.Run, head.Parts, head.Report, head.Elapsed, task
	if d.uint() != uint64(len(p.states)) {
		d.fail()
	}
	for _, s := range p.states {
		s.decode(d)
	}
	if d.err == nil && len(d.buf) > 0 {
		d.fail()
	}
	if d.err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, d.err)
	}
	return p, nil
}

// Results is what one pass over the input has come to: a table for each job, in the order of the jobs.
type Results struct {
	Tables  []*Table
	Report  Report
	Elapsed time.Duration
}

// Table returns the table of a job by its name. A name that no job has is an error that lists the names there are.
func (r *Results) Table(name string) (*Table, error) {
	names := make([]string, 0, len(r.Tables))
	for _, t := range r.Tables {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return nil, fmt.Errorf("no job is called %q; there are %q", name, names)
}

// String returns all tables as text.
func (r *Results) String() string {
	var b bytes.Buffer
	for _, t := range r.Tables {
		if t.Name != "" {
			fmt.Fprintf(&b, "%s\n", t.Name)
		}
		quiet := *t
		quiet.Report = Report{}
		fmt.Fprintf(&b, "%s\n\n", &quiet)
	}
	fmt.Fprintf(&b, "(%s)", r.Report)
	return b.String()
}

// MarshalJSON writes an object with the rows of each job, and the report.
func (r *Results) MarshalJSON() ([]byte, error) {
	type named struct {
		Name string `json:"name"`
		Rows *Table `json:"rows"`
	}
	out := struct {
		Tables []named `json:"tables"`
		Report Report  `json:"report"`
	}{Report: r.Report}
	for _, t := range r.Tables {
		out.Tables = append(out.Tables, named{t.Name, t})
	}
	return json.Marshal(out)
}
