package mmsim

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// Job is a long command that goes on by itself. It lasts as long as the state says, by the clock of the machine, for
// that of the cluster may stand still, and takes effect at its end. Nobody has to be there for it: whoever looks at the
// cluster next finds it done.
type Job struct {
	ID      int           `json:"id"`
	Command string        `json:"command"` // the command word
	Args    []string      `json:"args,omitempty"`
	Stdin   []byte        `json:"stdin,omitempty"`
	Files   []mmexec.File `json:"files,omitempty"`
	Object  string        `json:"object,omitempty"`
	User    string        `json:"user,omitempty"`
	Started time.Time     `json:"started"`
	Lasts   time.Duration `json:"lasts"`
	Ended   time.Time     `json:"ended,omitzero"`
	Exit    int           `json:"exit,omitempty"`
	Stdout  []byte        `json:"stdout,omitempty"`
	Stderr  []byte        `json:"stderr,omitempty"`
}

// LongWork is how long the long commands of a cluster in a directory take unless SetLongWork says otherwise.
const LongWork = 90 * time.Second

// SetLongWork sets how long commands take that are left to themselves. It holds for those that begin from now on.
func (c *Cluster) SetLongWork(d time.Duration) error {
	return c.Update(func(st *State) error {
		st.LongWork = d
		return nil
	})
}

func (j *Job) cmd() mmexec.Command {
	return mmexec.Command{Name: j.Command, Args: j.Args, Stdin: j.Stdin, Files: j.Files, Object: j.Object}
}

// startJob begins a job. What is refused is refused at once.
func (c *Cluster) startJob(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	st, err := c.view(0)
	if err != nil {
		return nil, &mmexec.UnreachableError{Cmd: cmd, Target: c.target(), Err: err}
	}
	lasts := st.LongWork
	var refused *mmexec.Result
	if lasts > 0 {
		if refused, err = c.rehearse(cmd); err != nil {
			return nil, err
		}
	}
	now := time.Now()
	j := Job{
		Command: cmd.Name, Args: cmd.Args, Stdin: cmd.Stdin, Files: cmd.Files, Object: cmd.Object, User: "root@" + c.localName(),
		Started: now.Truncate(time.Second), Lasts: lasts,
	}
	if lasts == 0 {
		cmd.Detach = false
		if refused, err = c.Run(ctx, cmd); err != nil {
			return nil, err
		}
	}
	if refused != nil {
		j.end(now, refused)
	}
	if err := c.Update(func(st *State) error {
		for _, have := range st.Jobs {
			j.ID = max(j.ID, have.ID)
		}
		j.ID++
		st.Jobs = append(st.Jobs, j)
		if refused == nil {
			st.emptying(j.cmd())
		}
		return nil
	}); err != nil {
		return nil, err
	}
	record := c.record(j)
	res := &mmexec.Result{Node: c.localName(), Job: &record}
	if refused != nil {
		res.Stdout, res.Stderr, res.ExitCode = refused.Stdout, refused.Stderr, refused.ExitCode
	}
	return res, nil
}

func (j *Job) end(at time.Time, res *mmexec.Result) {
	j.Ended, j.Exit, j.Stdout, j.Stderr = at, res.ExitCode, res.Stdout, res.Stderr
	j.Stdin, j.Files = nil, nil
}

// rehearse returns what a command says that would be refused; nil for one that would not be, and for one of which only
// its end tells.
func (c *Cluster) rehearse(cmd mmexec.Command) (*mmexec.Result, error) {
	def := commandTable()[cmd.Name]
	if def.live != nil {
		return nil, nil
	}
	args, remove, err := c.place(cmd)
	if err != nil {
		return nil, err
	}
	defer remove()
	st, err := c.view(wantAll)
	if err != nil {
		return nil, err
	}
	run := c.newCall(st.Clone())
	run.cmd, run.stdin = def, cmd.Stdin
	if exit := def.dispatch(run, args); exit != 0 {
		return run.result(cmd, exit), nil
	}
	return nil, nil
}

// emptying marks the disks that are being deleted.
func (s *State) emptying(cmd mmexec.Command) {
	if cmd.Name != "mmdeldisk" || len(cmd.Args) < 2 {
		return
	}
	f := s.filesystem(cmd.Args[0])
	if f == nil {
		return
	}
	names := strings.FieldsFunc(cmd.Args[1], func(r rune) bool { return r == ';' || r == ',' })
	for i := range f.Disks {
		if slices.Contains(names, f.Disks[i].NSD) {
			f.Disks[i].Status = "being emptied"
		}
	}
}

// finishJobs carries out the jobs whose time is over.
func (c *Cluster) finishJobs(ctx context.Context) error {
	st, err := c.view(0)
	if err != nil {
		return err
	}
	now := time.Now()
	for i := range st.Jobs {
		j := &st.Jobs[i]
		if !j.Ended.IsZero() || now.Before(j.Started.Add(j.Lasts)) {
			continue
		}
		// Only one of those who look carries it out: the one that takes it.
		taken := false
		if err := c.Update(func(st *State) error {
			if k := st.job(j.ID); k != nil && k.Ended.IsZero() {
				k.Ended, taken = j.Started.Add(j.Lasts), true
			}
			return nil
		}); err != nil {
			return err
		}
		if !taken {
			continue
		}
		res, err := c.Run(context.WithoutCancel(ctx), j.cmd())
		if err != nil {
			res = &mmexec.Result{ExitCode: 1, Stderr: []byte(err.Error() + "\n")}
		}
		if err := c.Update(func(st *State) error {
			if k := st.job(j.ID); k != nil {
				k.end(k.Ended, res)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func (s *State) job(id int) *Job {
	for i := range s.Jobs {
		if s.Jobs[i].ID == id {
			return &s.Jobs[i]
		}
	}
	return nil
}

// record is what there is to know of a job. While it runs it says how far it is, as a command that moves data does.
func (c *Cluster) record(j Job) mmexec.JobRecord {
	r := mmexec.JobRecord{
		ID: j.ID, Argv: j.cmd().Argv(), Object: j.Object, User: j.User, Started: j.Started, Node: c.localName(), PID: 20000 + j.ID,
		Running: j.Ended.IsZero(), Exit: j.Exit, Ended: j.Ended,
	}
	out, _ := c.said(j)
	r.Last = strings.Join(strings.Fields(string(out)), " ")
	return r
}

// said is what a job has printed so far.
func (c *Cluster) said(j Job) (stdout, stderr []byte) {
	if !j.Ended.IsZero() {
		return j.Stdout, j.Stderr
	}
	share := 1.0
	if j.Lasts > 0 {
		share = min(1, time.Since(j.Started).Seconds()/j.Lasts.Seconds())
	}
	var inodes, mb int64
	if st, err := c.view(wantFilesets); err == nil && len(j.Args) > 0 {
		if f := st.filesystem(j.Args[0]); f != nil {
			inodes, _, _ = f.inodes()
			for i := range f.Filesets {
				mb += f.Filesets[i].DataKB / 1024
			}
		}
		return fmt.Appendf(nil, "Scanning user file metadata ...\n %6.2f %% complete on %s  (%10d inodes with total %10d MB data processed)\n",
			100*share, st.ctime(c.now(st)), int64(share*float64(inodes)), int64(share*float64(mb))), nil
	}
	return nil, nil
}

// Jobs returns the jobs of the cluster, the oldest first.
func (c *Cluster) Jobs(ctx context.Context) ([]mmexec.JobRecord, error) {
	if err := c.finishJobs(ctx); err != nil {
		return nil, err
	}
	st, err := c.view(0)
	if err != nil {
		return nil, err
	}
	var list []mmexec.JobRecord
	for _, j := range st.Jobs {
		list = append(list, c.record(j))
	}
	slices.SortFunc(list, func(a, b mmexec.JobRecord) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

// JobOutput returns what a job has said so far.
func (c *Cluster) JobOutput(ctx context.Context, r mmexec.JobRecord) (stdout, stderr []byte, err error) {
	if err := c.finishJobs(ctx); err != nil {
		return nil, nil, err
	}
	st, err := c.view(0)
	if err != nil {
		return nil, nil, err
	}
	j := st.job(r.ID)
	if j == nil {
		return nil, nil, &mmexec.NoJobError{ID: r.ID}
	}
	stdout, stderr = c.said(*j)
	return stdout, stderr, nil
}

// ForgetJob removes a job that has ended.
func (c *Cluster) ForgetJob(_ context.Context, r mmexec.JobRecord) error {
	return c.Update(func(st *State) error {
		j := st.job(r.ID)
		switch {
		case j == nil:
			return &mmexec.NoJobError{ID: r.ID}
		case j.Ended.IsZero():
			return fmt.Errorf("cannot forget job %d: it still runs", r.ID)
		}
		st.Jobs = slices.DeleteFunc(st.Jobs, func(j Job) bool { return j.ID == r.ID })
		return nil
	})
}

// stopJob interrupts a job: it takes no effect any more. Disks that were being emptied stay as they are.
func (c *Cluster) stopJob(cmd mmexec.Command) (*mmexec.Result, error) {
	res := &mmexec.Result{Node: c.localName()}
	err := c.Update(func(st *State) error {
		j := st.job(cmd.StopsJob.ID)
		switch {
		case j == nil:
			return &mmexec.NoJobError{ID: cmd.StopsJob.ID}
		case !j.Ended.IsZero():
			res.ExitCode = 1
			res.Stderr = []byte("kill: (-" + strconv.Itoa(cmd.StopsJob.PID) + ") - No such process\n")
			return nil
		}
		out, _ := c.said(*j)
		j.end(time.Now(), &mmexec.Result{ExitCode: 130, Stdout: out, Stderr: []byte(j.Command + ": Command failed. Examine previous error messages to determine cause.\n")})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

var _ mmexec.JobKeeper = (*Cluster)(nil)
