package model

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// Open returns the cluster as it was when the state was taken. It can be read and not changed: a changing command is
// refused with [mmexec.ErrReadOnly], and what was not asked then cannot be asked now.
func (s *State) Open(ctx context.Context) (*Cluster, error) {
	ex, err := s.Executor()
	if err != nil {
		return nil, err
	}
	return Connect(ctx, ex, s.ConnectOptions(ctx, ex)...)
}

// ConnectOptions returns what [Connect] has to know of the cluster that the executor of the state stands for: its time
// zone, what time it was, and that nobody can be asked for names. [State.Open] does both.
func (s *State) ConnectOptions(ctx context.Context, ex mmexec.Executor) []ConnectOption {
	// The zone of the node that was asked is right for all of the year; it counts only where the state agrees with it,
	// for whoever took it may have known better.
	zone, err := mmexec.Zone(ctx, ex)
	_, offset := s.Taken.Zone()
	if err == nil {
		_, is := s.Taken.In(zone).Zone()
		_, rules := ex.Get(ctx, "/etc/localtime")
		if is != offset || rules != nil {
			err = os.ErrNotExist
		}
	}
	if err != nil {
		zone = time.FixedZone("", offset)
	}
	saved := connectOption(func(c *Cluster) { c.saved = s.Taken.In(zone) })
	return []ConnectOption{saved, InZone(zone), WithClock(func() time.Time { return s.Taken.In(zone) }), ResolvingNames(NoNames())}
}

// Executor returns an executor that answers as the cluster did when the state was taken. What was asked of everything
// then can be asked of one object now.
func (s *State) Executor() (mmexec.Executor, error) {
	if s == nil {
		return nil, errNil("state")
	}
	ex, err := mmexec.NewReplay(strings.NewReader(s.Replies))
	if err != nil {
		return nil, fmt.Errorf("the state of %s cannot be opened: %w", s.Cluster, err)
	}
	return &stateExecutor{ex}, nil
}

type stateExecutor struct{ mmexec.Executor }

// Unwrap returns the recording behind it.
func (x *stateExecutor) Unwrap() mmexec.Executor { return x.Executor }

// Run answers from the recording. A question about one object is answered from the list of all.
func (x *stateExecutor) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	if class := mmexec.ClassifyCommand(cmd); class.Effect != mmexec.Reads {
		return nil, fmt.Errorf("%s was not run: a saved state can only be read: %w", cmd, mmexec.ErrReadOnly)
	}
	res, err := x.Executor.Run(ctx, cmd)
	var missing *mmexec.NotRecordedError
	if !errors.As(err, &missing) {
		return res, err
	}
	q, ok := wholeQuestion(cmd)
	if !ok {
		return nil, fmt.Errorf("this was not asked when the state was taken: %w", err)
	}
	whole := cmd
	whole.Args, whole.Stdout = q.args, nil
	res, werr := x.Executor.Run(ctx, whole)
	if werr != nil {
		return nil, fmt.Errorf("this was not asked when the state was taken: %w", err)
	}
	part := *res
	part.Stdout = keepRows(res.Stdout, whole, q.keep)
	if cmd.Stdout != nil {
		if _, err := cmd.Stdout.Write(part.Stdout); err != nil {
			return nil, err
		}
		part.Stdout = nil
	}
	return &part, nil
}

// question is the one that was asked of everything, and which rows answer the one that is asked now.
type question struct {
	args []string
	keep func(mmexec.Row) bool
}

// wholeQuestion returns what was asked of everything in place of a question about some.
func wholeQuestion(cmd mmexec.Command) (question, bool) {
	flags, operands := splitArgs(cmd)
	device := ""
	if len(operands) > 0 {
		device = operands[0]
	}
	var q question
	switch {
	case cmd.Name == "mmlsfs" && len(operands) == 1 && len(flags) == 1:
		// A file system that was not there then: the list of all holds no row of it.
		q = question{[]string{"all", "-T", "-Y"}, func(mmexec.Row) bool { return false }}
	case cmd.Name == "mmlsfileset" && len(operands) == 2 && len(flags) == 1:
		names := strings.Split(operands[1], ",")
		q = question{[]string{device, "-Y"}, func(r mmexec.Row) bool { return slices.Contains(names, r.Get("filesetName")) }}
	case cmd.Name == "mmlssnapshot" && flags["-j"] != "":
		q = question{[]string{device, "-Y"}, func(r mmexec.Row) bool { return r.Get("fileset") == flags["-j"] }}
	case cmd.Name == "mmlssnapshot" && flags["-s"] != "":
		names := strings.Split(flags["-s"], ",")
		q = question{[]string{device, "-Y"}, func(r mmexec.Row) bool {
			key := r.Get("directory")
			if f := r.Get("fileset"); f != "" {
				return slices.Contains(names, f+":"+key)
			}
			return slices.Contains(names, key) || slices.Contains(names, ":"+key) || slices.Contains(names, "global")
		}}
	case cmd.Name == "mmrepquota" || cmd.Name == "mmlsquota" && device != "":
		fs, fileset, _ := strings.Cut(device, ":")
		q = question{[]string{"-Y", "-n", fs}, func(r mmexec.Row) bool { return quotaAsked(r, flags, fileset, cmd.Name) }}
	case cmd.Name == "mmlsmgr" && device != "":
		q = question{[]string{"-Y"}, func(r mmexec.Row) bool { return slices.Contains(operands, r.Get("filesystem")) }}
	case cmd.Name == "mmlsmount" && device != "":
		q = question{[]string{"all", "-L", "-Y"}, func(r mmexec.Row) bool { return r.Value(0) == device }}
	case cmd.Name == "mmgetstate" && flags["-N"] != "":
		names := strings.Split(flags["-N"], ",")
		q = question{[]string{"-a", "-Y"}, func(r mmexec.Row) bool {
			return slices.ContainsFunc(names, func(n string) bool { return sameHost(n, r.Get("nodeName")) || n == r.Get("nodeNumber") })
		}}
	case cmd.Name == "mmlsconfig" && len(operands) == 1:
		names := strings.Split(operands[0], ",")
		q = question{[]string{"-Y"}, func(r mmexec.Row) bool {
			return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, r.Get("configParameter")) })
		}}
	default:
		return q, false
	}
	return q, true
}

// quotaAsked tells whether a row of the report of all quotas answers a question about some.
func quotaAsked(r mmexec.Row, flags map[string]string, fileset, command string) bool {
	of := word(ParseQuotaType, r.Get("quotaType"))
	if fileset != "" && (r.Get("filesetname") != fileset || of == FilesetQuota) {
		return false
	}
	asked := map[QuotaType]string{UserQuota: "-u", GroupQuota: "-g", FilesetQuota: "-j"}
	who, ok := flags[asked[of]]
	if command == "mmlsquota" {
		return ok && (who == r.Get("name") || who == r.Get("id"))
	}
	any := false
	for _, flag := range asked {
		_, given := flags[flag]
		any = any || given
	}
	return ok || !any
}

// splitArgs takes the arguments of a reading command apart: flags with their values, and operands.
func splitArgs(cmd mmexec.Command) (flags map[string]string, operands []string) {
	flags = make(map[string]string)
	takes := []string{"-j", "-s", "-N"}
	if cmd.Name == "mmlsquota" {
		takes = []string{"-u", "-g", "-j"}
	} else if cmd.Name == "mmrepquota" {
		takes = nil
	}
	for i := 0; i < len(cmd.Args); i++ {
		a := cmd.Args[i]
		switch {
		case slices.Contains(takes, a) && i+1 < len(cmd.Args):
			flags[a] = cmd.Args[i+1]
			i++
		case strings.HasPrefix(a, "-"):
			flags[a] = ""
		default:
			operands = append(operands, a)
		}
	}
	return flags, operands
}

// keepRows returns a reply with its headers and some of its rows.
func keepRows(out []byte, cmd mmexec.Command, keep func(mmexec.Row) bool) []byte {
	reply, err := mmexec.Decode(out, cmd)
	if err != nil {
		return out
	}
	kept := make(map[string]bool)
	for _, row := range reply.Rows {
		if keep(row) {
			kept[row.Raw()] = true
		}
	}
	var b bytes.Buffer
	for text := range strings.Lines(string(out)) {
		if trimmed := strings.TrimRight(text, "\r\n"); kept[trimmed] || strings.Contains(text, ":HEADER:") {
			b.WriteString(trimmed + "\n")
		}
	}
	return b.Bytes()
}
