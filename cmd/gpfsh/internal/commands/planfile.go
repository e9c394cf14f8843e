package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/mmexec"
	"gpfsh/model"
)

// planFile is a saved plan: what :plan save writes and gpfsh apply reads.
type planFile struct {
	Format  string      `json:"format"` // planFormat
	Cluster string      `json:"cluster"`
	Made    time.Time   `json:"made"`
	Entries []planEntry `json:"entries"`
}

// planEntry is one command of a saved plan, with everything that it needs.
type planEntry struct {
	Command  string         `json:"command"` // for people; what runs is made of the rest
	Name     string         `json:"name"`
	Args     []string       `json:"args"`
	Object   string         `json:"object,omitempty"`
	Reason   string         `json:"reason,omitempty"`
	Stdin    []byte         `json:"stdin,omitempty"`
	Files    []mmexec.File  `json:"files,omitempty"`
	Identity []mmexec.Field `json:"identity,omitempty"`
	Detach   bool           `json:"detach,omitempty"` // it becomes a job
}

const planFormat = "gpfsh plan 1"

func newPlanFile(cluster string, entries []mmexec.PlanEntry) planFile {
	p := planFile{Format: planFormat, Cluster: cluster, Made: time.Now().Truncate(time.Second)}
	for _, e := range entries {
		c := e.Command()
		p.Entries = append(p.Entries, planEntry{
			Command: c.String(), Name: c.Name, Args: c.Args, Object: c.Object, Reason: c.Reason, Stdin: c.Stdin, Files: c.Files, Identity: c.Identity, Detach: c.Detach,
		})
	}
	return p
}

func (e planEntry) cmd() mmexec.Command {
	return mmexec.Command{Name: e.Name, Args: e.Args, Stdin: e.Stdin, Files: e.Files, Object: e.Object, Reason: e.Reason, Identity: e.Identity, Detach: e.Detach}
}

func (p planFile) commands() []mmexec.Command {
	list := make([]mmexec.Command, len(p.Entries))
	for i, e := range p.Entries {
		list[i] = e.cmd()
	}
	return list
}

// save writes a plan. It may hold policies and names: it is for nobody else. A file that is there is not overwritten.
func (p planFile) save(path string) error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("the plan is not saved: %w", err)
	}
	if _, err = f.Write(append(data, '\n')); err != nil {
		f.Close()
		return fmt.Errorf("the plan is not saved: %w", err)
	}
	return f.Close()
}

// readPlan reads a saved plan.
func readPlan(r io.Reader) (planFile, error) {
	var p planFile
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, fmt.Errorf("this is no plan of gpfsh: %w", err)
	}
	if p.Format != planFormat {
		return p, fmt.Errorf("this is no plan of gpfsh: its format is %q, not %q", p.Format, planFormat)
	}
	for _, e := range p.Entries {
		if !strings.HasPrefix(e.Name, "mm") || strings.ContainsAny(e.Name, "/ ") {
			return p, fmt.Errorf("this is no plan of gpfsh: %q is not a command of Storage Scale", e.Name)
		}
	}
	return p, nil
}

// planVerbs say what kind of change a command is, by the beginnings of command names.
var planVerbs = []struct {
	kind     string
	prefixes []string
}{
	{"destroy", []string{"mmdel"}},
	{"create", []string{"mmcr", "mmadd"}},
}

// planSummary counts what the commands of a plan do: "3 create, 1 change, 2 destroy". One command may destroy several
// objects: each counts.
func planSummary(cmds []mmexec.Command) string {
	counts := map[string]int{}
	for _, c := range cmds {
		n := 1
		if d, ok := connect.Destroys(c); ok {
			n = d.Count
		}
		counts[planKind(c)] += n
	}
	var parts []string
	for _, k := range []string{"create", "change", "stop", "destroy"} {
		if counts[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[k], k))
		}
	}
	return strings.Join(parts, ", ")
}

// planGrouped writes commands as a shell needs them typed, in their order, with a comment before those that do another
// kind of thing than the ones before them.
func planGrouped(cmds []mmexec.Command) string {
	var b strings.Builder
	for i := 0; i < len(cmds); {
		kind, end := planKind(cmds[i]), i+1
		for end < len(cmds) && planKind(cmds[end]) == kind {
			end++
		}
		if i > 0 || end < len(cmds) {
			fmt.Fprintf(&b, "# %s\n", planSummary(cmds[i:end]))
		}
		for _, c := range cmds[i:end] {
			b.WriteString(addressed(c) + "\n")
		}
		i = end
	}
	return b.String()
}

func planKind(c mmexec.Command) string {
	for _, v := range planVerbs {
		if slices.ContainsFunc(v.prefixes, func(p string) bool { return strings.HasPrefix(c.Name, p) }) {
			return v.kind
		}
	}
	switch mmexec.ClassifyCommand(c).Effect {
	case mmexec.Irreversible:
		return "destroy"
	case mmexec.StopsUsers:
		return "stop"
	}
	return "change"
}

// StaleError says that a plan was made for something that is not what it was.
type StaleError struct {
	Command string
	Reason  string
}

// Error says what has changed.
func (e *StaleError) Error() string {
	return fmt.Sprintf("nothing was applied: %s: %s; make the plan again", e.Command, e.Reason)
}

// verifyPlan checks that what the commands of a plan are about is what it was when the plan was made.
func verifyPlan(ctx context.Context, c *model.Cluster, cmds []mmexec.Command) error {
	for _, cmd := range cmds {
		if len(cmd.Identity) == 0 {
			continue
		}
		now, err := identityNow(ctx, c, cmd)
		var missing *model.NotFoundError
		switch {
		case errors.As(err, &missing):
			return &StaleError{cmd.String(), err.Error()}
		case err != nil:
			return fmt.Errorf("the plan cannot be checked: %w", err)
		}
		for _, f := range cmd.Identity {
			if v, known := now[f.Name]; known && v != f.Value {
				return &StaleError{cmd.String(), fmt.Sprintf("%s is %s now and was %s", f.Name, v, f.Value)}
			}
		}
	}
	return nil
}

// identityNow reads what a command is about: only the fields that the plan may hold. What cannot be told by the command
// line is left out.
func identityNow(ctx context.Context, c *model.Cluster, cmd mmexec.Command) (map[string]string, error) {
	now := map[string]string{}
	if len(cmd.Args) == 0 || strings.HasPrefix(cmd.Args[0], "-") {
		return now, nil
	}
	fs, err := c.Filesystems.Get(ctx, cmd.Args[0])
	if err != nil {
		return nil, err
	}
	now["uid"] = fs.UID
	switch {
	case cmd.Name == "mmdelsnapshot" || cmd.Name == "mmrestorefs":
		return now, snapshotsNow(ctx, fs, cmd, now)
	case strings.HasSuffix(cmd.Name, "fileset") && len(cmd.Args) > 1:
		f, err := fs.Filesets.Get(ctx, cmd.Args[1])
		if err != nil {
			return nil, err
		}
		now["id"], now["created"] = strconv.FormatInt(f.ID, 10), f.Created.Format(identityTime)
	}
	return now, nil
}

const identityTime = "2006-01-02T15:04:05Z07:00"

// snapshotsNow reads the snapshots that a command names: NAME, FILESET:NAME, several of them, or NAME -j FILESET.
func snapshotsNow(ctx context.Context, fs *model.Filesystem, cmd mmexec.Command, now map[string]string) error {
	if len(cmd.Args) < 2 {
		return nil
	}
	fileset := ""
	if i := slices.Index(cmd.Args, "-j"); i >= 0 && i+1 < len(cmd.Args) {
		fileset = cmd.Args[i+1]
	}
	all, err := fs.AllSnapshots.Map(ctx)
	if err != nil {
		return err
	}
	for _, name := range strings.Split(cmd.Args[1], ",") {
		key := name
		if fileset != "" {
			key = fileset + ":" + name
		}
		s := all[key]
		if s == nil {
			return &model.NotFoundError{Kind: "snapshot", Name: key, In: fs.Name}
		}
		for _, prefix := range []string{"", name + " ", key + " ", s.Key() + " "} {
			now[prefix+"id"], now[prefix+"created"] = strconv.FormatInt(s.ID, 10), s.Created.Format(identityTime)
		}
	}
	if strings.Contains(cmd.Args[1], ",") {
		delete(now, "id")
		delete(now, "created")
	}
	return nil
}

// applyPlan runs the commands of a plan in their order and stops at the first that fails.
func applyPlan(ctx context.Context, ex mmexec.Executor, cmds []mmexec.Command, report func(n int, cmd mmexec.Command)) error {
	for i, cmd := range cmds {
		report(i, cmd)
		if _, err := mmexec.Do(ctx, ex, cmd); err != nil {
			if rest := len(cmds) - i - 1; rest > 0 {
				return fmt.Errorf("%d of %d commands were applied, %d were not: %w", i, len(cmds), len(cmds)-i, err)
			}
			return err
		}
	}
	return nil
}
