package mmexec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Reply is a whole reply in the -Y form.
type Reply struct {
	Rows []Row
	// Notes are the lines that are neither a header nor a row, in their order: titles, sentences like "No snapshots in
	// file system mmfs1", messages.
	Notes []string
	// Result is what the command left behind, with what it said on standard error.
	Result *Result

	headers []*header
}

// Section returns all rows of a section, "" for rows without one.
func (r *Reply) Section(name string) []Row {
	var rows []Row
	for _, row := range r.Rows {
		if strings.EqualFold(row.Section(), name) {
			rows = append(rows, row)
		}
	}
	return rows
}

// Sections returns the names of the sections in the order of their headers, also of those without a row.
func (r *Reply) Sections() []string {
	var names []string
	for _, h := range r.headers {
		if !slices.Contains(names, h.section) {
			names = append(names, h.section)
		}
	}
	return names
}

// Columns returns the names of the columns of a section in the order of its header.
func (r *Reply) Columns(section string) []string {
	var names []string
	for _, h := range r.headers {
		if !strings.EqualFold(h.section, section) {
			continue
		}
		for _, i := range h.named {
			if !slices.Contains(names, h.columns[i]) {
				names = append(names, h.columns[i])
			}
		}
	}
	return names
}

// Decode reads a whole reply in the -Y form; cmd is named in errors only. A reply that ends in the middle of a line is
// a [FormatError]; the rows before it are returned with the error.
func Decode(data []byte, cmd Command) (*Reply, error) {
	d := NewDecoder(nil, cmd)
	// The text is held once, as one string that all rows share.
	d.chunk, d.err = string(data), io.EOF
	reply := &Reply{Rows: make([]Row, 0, bytes.Count(data, []byte{'\n'}))}
	d.Note = func(line string) { reply.Notes = append(reply.Notes, line) }
	var err error
	for {
		var row Row
		if row, err = d.Next(); err != nil {
			break
		}
		reply.Rows = append(reply.Rows, row)
	}
	reply.headers = d.order
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return reply, err
}

// Query runs a command that was asked for the -Y form (the caller puts -Y into the arguments), judges its success as
// [Do] does and decodes its reply. In a dry run a recorded command has no reply: the error is [ErrPlanned] then.
func Query(ctx context.Context, ex Executor, cmd Command) (*Reply, error) {
	res, err := Do(ctx, ex, cmd)
	if err != nil {
		return nil, err
	}
	if res.Planned {
		return nil, fmt.Errorf("no reply of %s: %w", cmd, ErrPlanned)
	}
	reply, err := Decode(res.Stdout, cmd)
	reply.Result = res
	return reply, err
}

// Stream runs a command that was asked for the -Y form and hands out its rows while it runs, without holding the
// reply. The command's success is judged when it has ended: a failure is the last element. Leaving the loop early stops
// a reading command.
func Stream(ctx context.Context, ex Executor, cmd Command) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		pr, pw := io.Pipe()
		type end struct {
			res *Result
			err error
		}
		ended := make(chan end, 1)
		streamed := cmd
		streamed.Stdout = pw
		go func() {
			res, err := ex.Run(ctx, streamed)
			if err == nil && len(res.Stdout) > 0 {
				// An executor that does not stream: its whole output comes now.
				_, err = pw.Write(res.Stdout)
			}
			pw.Close()
			ended <- end{res, err}
		}()
		stop := func() {
			cancel()
			pr.CloseWithError(context.Canceled)
			<-ended
		}

		d := NewDecoder(pr, cmd)
		var notes []string
		d.Note = func(line string) {
			if len(notes) < 100 { // enough to find the sentence that means "none"
				notes = append(notes, line)
			}
		}
		rows := false
		var bad error
		for {
			row, err := d.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					bad = err
				}
				break
			}
			rows = true
			if !yield(row, nil) {
				stop()
				return
			}
		}
		if bad != nil {
			// What the command itself says about its failure is worth more than the place where its reply broke.
			var tooLong *FormatError
			if errors.As(bad, &tooLong) {
				cancel()
			}
			pr.CloseWithError(bad)
		}
		e := <-ended
		switch {
		case e.err != nil && (bad == nil || !errors.Is(e.err, context.Canceled)) && !errors.Is(e.err, bad):
			bad = e.err
		case e.err == nil && e.res.Planned:
			bad = fmt.Errorf("no reply of %s: %w", cmd, ErrPlanned)
		case e.err == nil:
			seen := strings.Join(notes, "\n")
			if err := judge(cmd, e.res, []byte(seen), rows || d.Headers()); err != nil {
				bad = err
			}
		}
		if bad != nil {
			yield(Row{}, bad)
		}
	}
}
