package script

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gpfsh/mmexec"
)

// Mm runs one mm command and returns its answer as a table. Dry run, confirmation and trace hold for it as for all
// others. Where the command has the -Y form it is asked for it, and the columns are those of the reply; a reply with
// several kinds of records gets a column "section" in front. The text of other commands is a table with one column,
// "line". A changing command that a dry run records leaves an empty table.
func (s *Session) Mm(ctx context.Context, line string) (*Table, error) {
	cmd, err := mmexec.Raw(line)
	if err != nil {
		return nil, fmt.Errorf("cannot run %q: %w", line, err)
	}
	switch {
	case cmd.Name == "sudo":
		return nil, fmt.Errorf("cannot run %q: leave sudo out, the connection to the cluster takes care of privileges", line)
	case !strings.HasPrefix(cmd.Name, "mm") && !strings.HasPrefix(cmd.Name, "gpfs."):
		return nil, fmt.Errorf("cannot run %q: %s is not a command of Storage Scale", line, cmd.Name)
	}
	if s.opts.Executor == nil {
		return nil, errNoCluster
	}
	t, err := ask(ctx, s.opts.Executor, cmd)
	if err != nil && refusesY(err) {
		if typed, ok := asTyped(line, cmd); ok {
			return ask(ctx, s.opts.Executor, typed)
		}
	}
	return t, err
}

func ask(ctx context.Context, ex mmexec.Executor, cmd mmexec.Command) (*Table, error) {
	res, err := mmexec.Do(ctx, ex, cmd)
	if err != nil {
		return nil, err
	}
	if res.Planned {
		return &Table{}, nil
	}
	if !cmd.HasY() {
		return linesTable(res.Stdout), nil
	}
	reply, err := mmexec.Decode(res.Stdout, cmd)
	if err != nil {
		return nil, err
	}
	return replyTable(reply), nil
}

// refusesY reports whether a command may have failed because of the -Y that was added: older releases do not know it
// everywhere, and some options exclude it.
func refusesY(err error) bool {
	var format *mmexec.FormatError
	var failed *mmexec.CommandError
	return errors.As(err, &format) && format.Line == 0 || errors.As(err, &failed) && failed.Kind == mmexec.KindUsage
}

// asTyped returns the command without the -Y that was added to the line, false when none was.
func asTyped(line string, cmd mmexec.Command) (mmexec.Command, bool) {
	words, err := mmexec.SplitLine(line)
	if err != nil || len(words)-1 == len(cmd.Args) {
		return cmd, false
	}
	cmd.Args = words[1:]
	return cmd, true
}

// linesTable returns plain output line by line.
func linesTable(out []byte) *Table {
	t := &Table{Columns: []string{"line"}, Rows: [][]string{}}
	for line := range strings.Lines(string(out)) {
		t.Rows = append(t.Rows, []string{strings.TrimRight(line, "\r\n")})
	}
	return t
}

// replyTable returns the rows of a reply in the -Y form. Columns of several sections are put side by side, each name
// once.
func replyTable(r *mmexec.Reply) *Table {
	sections := r.Sections()
	t := &Table{Columns: []string{}, Rows: [][]string{}}
	index := map[string]int{}
	if len(sections) > 1 {
		t.Columns = append(t.Columns, "section")
	}
	lead := len(t.Columns)
	column := func(name string) int {
		key := strings.ToLower(name)
		i, ok := index[key]
		if !ok {
			i = len(t.Columns)
			index[key] = i
			t.Columns = append(t.Columns, name)
		}
		return i
	}
	for _, s := range sections {
		for _, name := range r.Columns(s) {
			column(name)
		}
	}
	for _, row := range r.Rows {
		cells := make([]string, len(t.Columns), len(t.Columns)+1)
		if lead > 0 {
			cells[0] = row.Section()
		}
		for _, f := range row.Fields() {
			i := column(f.Name)
			for i >= len(cells) {
				cells = append(cells, "")
			}
			cells[i] = f.Value
		}
		t.Rows = append(t.Rows, cells)
	}
	for n, row := range t.Rows {
		for len(row) < len(t.Columns) {
			row = append(row, "")
		}
		t.Rows[n] = row
	}
	return t
}
