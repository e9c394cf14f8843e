package model

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
	"gpfsh/policy/progress"
)

// Job is a long operation that goes on by itself: a restripe, the deletion of a disk, the restoration of a snapshot.
// Whoever waits for it may stop waiting, and the program that began it may end: the operation goes on, on the node that
// runs its command, and any later session finds it by [Cluster.Jobs].
type Job struct {
	ID       int       `json:"id" col:"JOB"`             // number on the node
	State    JobState  `json:"state" col:"STATE"`        // when it was last looked at
	Complete Percent   `json:"complete" col:"DONE"`      // of its present phase, as far as the command told; see Progress
	QoS      string    `json:"qos,omitempty" col:"QOS"`  // class of its input and output, where it has one
	Started  time.Time `json:"started" col:"STARTED"`    //
	Ended    time.Time `json:"ended,omitzero" col:"-"`   //
	Node     string    `json:"node" col:"NODE,wide"`     // that runs the command; "" for this machine
	User     string    `json:"user" col:"USER,wide"`     // who began it
	Object   string    `json:"object" col:"OBJECT,wide"` // what it is about
	Command  string    `json:"command" col:"COMMAND"`

	c       *Cluster
	done    chan struct{} // closed when it has ended, where the command runs in this process
	mu      sync.Mutex
	record  *mmexec.JobRecord // where it runs by itself
	looked  time.Time
	said    []byte
	stderr  []byte
	err     error
	planned bool
}

// JobState says what became of a job.
type JobState string

// The states of jobs.
const (
	JobRuns    JobState = "running"
	JobDone    JobState = "done"    // the command ended well
	JobFailed  JobState = "failed"  // it did not
	JobStopped JobState = "stopped" // it was interrupted, see [Job.Stop]
	JobLost    JobState = "lost"    // nobody knows: the node has stopped meanwhile; look at the object itself
	JobPlanned JobState = "planned" // recorded in a dry run
)

// interrupted is the exit status of a command that Ctrl-C has ended, as shells count it.
const interrupted = 130

// String returns the word.
func (s JobState) String() string { return string(s) }

// String returns the number of the job and its command.
func (j *Job) String() string {
	if j == nil {
		return ""
	}
	return strconv.Itoa(j.ID) + " " + j.Command
}

// Planned reports whether the operation was recorded in a dry run instead of being started.
func (j *Job) Planned() bool {
	if j == nil {
		return false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.planned
}

// Done reports whether the operation has ended, well or not.
func (j *Job) Done() bool {
	if j == nil {
		return true
	}
	j.look()
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.State != JobRuns
}

// How long a job is believed to be as it was when it was last looked at, and how often Wait looks.
const (
	jobFresh = time.Second
	jobEvery = 2 * time.Second
	jobWait  = 15 * time.Second // for the node to answer a question that nobody can cancel
)

// look asks the node how the job is, unless it was asked a moment ago. What cannot be learned leaves it as it was.
func (j *Job) look() {
	ctx, cancel := context.WithTimeout(context.Background(), jobWait)
	defer cancel()
	j.mu.Lock()
	late := j.record != nil && j.State == JobRuns && time.Since(j.looked) > jobFresh
	j.mu.Unlock()
	if late {
		_ = j.Refresh(ctx)
	}
}

// Refresh looks at the job again. It runs no mm command: the node that keeps the job is asked.
func (j *Job) Refresh(ctx context.Context) error {
	if j == nil {
		return errNil("job")
	}
	j.mu.Lock()
	record := j.record
	j.mu.Unlock()
	if record == nil {
		return nil
	}
	keeper, ok := mmexec.KeeperOf(j.c.ex)
	if !ok {
		return errNoJobs
	}
	list, err := keeper.Jobs(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(r mmexec.JobRecord) bool { return r.ID == record.ID && r.Node == record.Node })
	if i < 0 {
		return &NotFoundError{Kind: "job", Name: strconv.Itoa(record.ID)}
	}
	j.take(list[i])
	if !list[i].Running {
		return j.collect(ctx, keeper)
	}
	return nil
}

// take takes over what the node tells of the job.
func (j *Job) take(r mmexec.JobRecord) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.record, j.looked = &r, time.Now()
	j.ID, j.Node, j.User, j.Started, j.Ended = r.ID, r.Node, r.User, r.Started, r.Ended
	j.said = lastOf(j.said, r.Last)
	j.Complete = progressOf(j.said)
	switch {
	case r.Running:
		j.State = JobRuns
	case r.Exit < 0:
		j.State = JobLost
	case r.Exit == interrupted:
		j.State = JobStopped
	case r.Exit != 0:
		j.State = JobFailed
	default:
		j.State = JobDone
	}
}

// lastOf keeps the whole of what was said where it is known, and the end of it else.
func lastOf(said []byte, last string) []byte {
	if len(last) > 0 && progressOf(said) != progressOf([]byte(last)) {
		return []byte(last)
	}
	return said
}

// collect learns what a job that has ended has said, and judges how it went.
func (j *Job) collect(ctx context.Context, keeper mmexec.JobKeeper) error {
	j.mu.Lock()
	r := *j.record
	j.mu.Unlock()
	stdout, stderr, err := keeper.JobOutput(ctx, r)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.said, j.stderr = stdout, stderr
	j.Complete = progressOf(stdout)
	if r.Exit < 0 {
		j.err = errJobLost
		return nil
	}
	cmd := mmexec.Command{Name: r.Argv[0], Args: r.Argv[1:], Object: r.Object}
	_, j.err = mmexec.Do(ctx, answered{&mmexec.Result{Stdout: stdout, Stderr: stderr, ExitCode: r.Exit, Node: r.Node}}, cmd)
	return nil
}

// answered is an executor that has run its command already.
type answered struct{ res *mmexec.Result }

func (a answered) Run(context.Context, mmexec.Command) (*mmexec.Result, error) { return a.res, nil }
func (answered) Put(context.Context, string, []byte) (string, error)           { return "", errNoJobs }
func (answered) Get(context.Context, string) ([]byte, error)                   { return nil, errNoJobs }
func (answered) Remove(context.Context, string) error                          { return errNoJobs }

var (
	errNoJobs  = errors.New("what stands for this cluster keeps no jobs")
	errJobLost = errors.New("nobody knows how the job ended: its node has stopped meanwhile; look at the object itself")
)

// Wait waits for the end of the operation and returns its error. When the context ends first the operation goes on, and
// Wait can be called again.
func (j *Job) Wait(ctx context.Context) error {
	if j == nil || j.done == nil && j.record == nil && !j.planned {
		return errNil("job")
	}
	work := progress.Begin(ctx)
	defer work.End()
	for {
		if j.Done() {
			return j.Err()
		}
		if work != nil {
			state := progress.State{Work: "job " + j.String(), Part: -1, Elapsed: j.Elapsed()}
			if p := j.Progress(); p.Known() {
				state.Part = float64(p) / 100
			}
			work.Report(state)
		}
		timer := time.NewTimer(jobEvery)
		select {
		case <-j.done: // nil, and so never, where the command runs by itself
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		timer.Stop()
	}
}

// Err returns why the operation failed; nil while it runs and when it ended well.
func (j *Job) Err() error {
	if j == nil {
		return errNil("job")
	}
	j.look()
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// Elapsed returns how long the operation has run, or ran.
func (j *Job) Elapsed() time.Duration {
	if j == nil {
		return 0
	}
	j.look()
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case !j.Ended.IsZero():
		return j.Ended.Sub(j.Started)
	case j.State == JobRuns:
		return time.Since(j.Started)
	}
	return 0
}

// Output returns what the command has printed so far.
func (j *Job) Output() string {
	if j == nil {
		return ""
	}
	j.mu.Lock()
	record, state := j.record, j.State
	j.mu.Unlock()
	if keeper, ok := j.keeper(); ok && record != nil && state == JobRuns {
		ctx, cancel := context.WithTimeout(context.Background(), jobWait)
		defer cancel()
		if stdout, _, err := keeper.JobOutput(ctx, *record); err == nil {
			return string(stdout)
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return string(j.said)
}

func (j *Job) keeper() (mmexec.JobKeeper, bool) {
	if j.c == nil {
		return nil, false
	}
	return mmexec.KeeperOf(j.c.ex)
}

var percentComplete = lazyregexp.New(`(\d+(?:[.,]\d+)?) % complete`)

// Progress returns how much of its present phase the operation has done, as far as the command tells. Operations have
// several phases, so that it may come more than once to 100 %.
func (j *Job) Progress() Percent {
	if j == nil {
		return percentOf(NotAsked, NotAsked)
	}
	j.look()
	j.mu.Lock()
	defer j.mu.Unlock()
	return progressOf(j.said)
}

func progressOf(said []byte) Percent {
	all := percentComplete.FindAllSubmatch(said, -1)
	if len(all) == 0 {
		return percentOf(NotAsked, NotAsked)
	}
	p, err := strconv.ParseFloat(strings.ReplaceAll(string(all[len(all)-1][1]), ",", "."), 64)
	if err != nil {
		return percentOf(NotAsked, NotAsked)
	}
	return Percent(p)
}

// canStop says of a command that may be interrupted what is left then; "" of others.
//
// unverified: that they end in good order when they get the signal of Ctrl-C.
func canStop(command string) string {
	return map[string]string{
		"mmrestripefs": "what was moved stays moved", "mmrestripefile": "what was moved stays moved", "mmapplypolicy": "what was done to files stays done",
		"mmdeldisk":    "the disks stay being emptied: Disks.Delete goes on with it, Disks.Resume takes it back",
		"mmcheckquota": "what was counted is dropped", "mmdefragfs": "what was moved stays moved",
	}[command]
}

// Stop interrupts the operation, as Ctrl-C would where the command was typed: a restripe, a policy run, the deletion of
// a disk, a count of quotas. Other commands must come to their end, because what they leave is broken: they are refused.
// What was done stays done. It sends the signal INT to the process group of the command on its node.
func (j *Job) Stop(ctx context.Context) error {
	if j == nil {
		return errNil("job")
	}
	if err := j.Refresh(ctx); err != nil {
		return err
	}
	j.mu.Lock()
	record, state := j.record, j.State
	j.mu.Unlock()
	name, _, _ := strings.Cut(j.Command, " ")
	switch {
	case state != JobRuns:
		return errors.New("job " + j.String() + " does not run: it is " + string(state))
	case canStop(name) == "":
		return errors.New("job " + j.String() + " must come to its end: to interrupt " + name + " leaves what is neither old nor new")
	case record == nil:
		return errors.New("job " + j.String() + " runs in this session and cannot be stopped from here")
	}
	cmd, err := mmexec.StopJob(*record)
	if err != nil {
		return err
	}
	cmd.Reason = canStop(name)
	res, err := mmexec.Do(ctx, j.c.ex, cmd)
	if err != nil || res.Planned {
		return err
	}
	if err := j.Refresh(ctx); err != nil {
		return err
	}
	if !j.Done() {
		return errors.New("job " + j.String() + " has got the signal and has not ended yet: wait for it")
	}
	return nil
}

// Forget removes what is kept of a job that has ended.
func (j *Job) Forget(ctx context.Context) error {
	if j == nil {
		return errNil("job")
	}
	j.mu.Lock()
	record := j.record
	j.mu.Unlock()
	keeper, ok := j.keeper()
	switch {
	case record == nil:
		return j.c.jobs.forget(j)
	case !ok:
		return errNoJobs
	}
	return keeper.ForgetJob(ctx, *record)
}

// mostSaid bounds what a job keeps of the output of its command: its end.
const mostSaid = 1 << 20

// jobOutput takes what the command of a job prints.
type jobOutput struct{ *Job }

func (o jobOutput) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.said = append(o.said, p...)
	if over := len(o.said) - mostSaid; over > 0 {
		o.said = append(o.said[:0], o.said[over:]...)
	}
	return len(p), nil
}

// jobs are the long operations that run in this process, because what stands for the cluster keeps none.
type jobs struct {
	mu   sync.Mutex
	list []*Job
}

func (s *jobs) forget(j *Job) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !j.Done() {
		return errors.New("job " + j.String() + " still runs")
	}
	s.list = slices.DeleteFunc(s.list, func(k *Job) bool { return k == j })
	return nil
}

// Jobs returns the long operations that were begun on the nodes that run the commands, by this user, in this session or
// an earlier one, the oldest first; those that have ended are among them until [Job.Forget]. It runs no mm command.
func (c *Cluster) Jobs(ctx context.Context) ([]*Job, error) {
	if c == nil || c.jobs == nil {
		return nil, errNil("cluster")
	}
	c.jobs.mu.Lock()
	list := append([]*Job{}, c.jobs.list...)
	c.jobs.mu.Unlock()
	keeper, ok := mmexec.KeeperOf(c.ex)
	if !ok {
		return list, nil
	}
	records, err := keeper.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	kept := make([]*Job, 0, len(records))
	for _, r := range records {
		j := &Job{c: c, Object: r.Object, Command: mmexec.QuoteArgv(r.Argv), QoS: qosOf(r.Argv)}
		j.take(r)
		if !r.Running {
			if err := j.collect(ctx, keeper); err != nil {
				return nil, err
			}
		}
		kept = append(kept, j)
	}
	return append(kept, list...), nil
}

// Job returns the long operation with a number, as [Cluster.Jobs] lists it.
func (c *Cluster) Job(ctx context.Context, id int) (*Job, error) {
	list, err := c.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	var known []string
	for _, j := range list {
		if j.ID == id {
			return j, nil
		}
		known = append(known, strconv.Itoa(j.ID))
	}
	return nil, &NotFoundError{Kind: "job", Name: strconv.Itoa(id), Names: known}
}

func qosOf(argv []string) string {
	if i := slices.Index(argv, "--qos"); i >= 0 && i+1 < len(argv) {
		return argv[i+1]
	}
	return ""
}

// What is refused is refused at once, so that a job that ends this early is reported as an error of starting it.
const earlyEnd = 2 * time.Second

// start starts a long operation. explain turns a refusal into the error that says what the matter is.
func (c *Cluster) start(ctx context.Context, explain func(error) error) func(mmexec.Command, error) (*Job, error) {
	return func(cmd mmexec.Command, err error) (*Job, error) {
		switch {
		case c == nil || c.ex == nil:
			return nil, errNil("cluster")
		case err != nil:
			return nil, err
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
		argv := cmd.Argv()
		j := &Job{c: c, State: JobRuns, Complete: percentOf(NotAsked, NotAsked), Object: cmd.Object, Command: cmd.String(), QoS: qosOf(argv), Started: time.Now()}
		if _, ok := mmexec.KeeperOf(c.ex); ok {
			return c.startKept(ctx, j, cmd, explain)
		}
		j.done = make(chan struct{})
		c.jobs.mu.Lock()
		j.ID = len(c.jobs.list) + 1
		c.jobs.list = append(c.jobs.list, j)
		c.jobs.mu.Unlock()
		cmd.Stdout = jobOutput{j}
		go j.run(context.WithoutCancel(ctx), c.ex, cmd)

		timer := time.NewTimer(earlyEnd)
		defer timer.Stop()
		select {
		case <-j.done:
			if err := j.Err(); err != nil {
				return j, explain(err)
			}
		case <-timer.C:
		case <-ctx.Done():
			return j, ctx.Err()
		}
		return j, nil
	}
}

// startKept leaves the command to itself on its node.
func (c *Cluster) startKept(ctx context.Context, j *Job, cmd mmexec.Command, explain func(error) error) (*Job, error) {
	cmd.Detach = true
	res, err := mmexec.Do(ctx, c.ex, cmd)
	switch {
	case err != nil && (res == nil || res.Job == nil):
		return nil, explain(err)
	case res.Planned:
		j.State, j.planned = JobPlanned, true
		return j, nil
	case res.Job == nil:
		return nil, errNoJobs
	}
	j.take(*res.Job)
	if err != nil {
		j.err = err
		if keeper, ok := j.keeper(); ok {
			_ = keeper.ForgetJob(ctx, *res.Job) // the error says all there is to say
		}
		return j, explain(err)
	}
	if !res.Job.Running {
		j.said, j.stderr = res.Stdout, res.Stderr
		j.Complete = progressOf(j.said)
	}
	return j, nil
}

func (j *Job) run(ctx context.Context, ex mmexec.Executor, cmd mmexec.Command) {
	res, err := mmexec.Do(ctx, ex, cmd)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.State = JobDone
	if res != nil {
		if j.planned = res.Planned; j.planned {
			j.State = JobPlanned
		}
		j.said = append(j.said, res.Stdout...)
	}
	var failed *mmexec.CommandError
	if errors.As(err, &failed) && len(failed.Stdout) == 0 {
		failed.Stdout = append([]byte{}, j.said...)
	}
	if err != nil {
		j.State = JobFailed
	}
	j.Complete = progressOf(j.said)
	j.Ended, j.err = time.Now(), err
	close(j.done)
}
