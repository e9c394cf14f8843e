package model

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"sync"
	"time"

	"gpfsh/mmexec"
	"gpfsh/policy/progress"
)

// Job is a long operation that goes on by itself: a restripe, the deletion of a disk, the restoration of a snapshot.
// Whoever waits for it may stop waiting; the operation goes on. The jobs of a session are [Cluster.Jobs].
type Job struct {
	ID      int       `json:"id" col:"JOB"`          // number in this session
	Object  string    `json:"object" col:"OBJECT"`   // what it is about
	Command string    `json:"command" col:"COMMAND"` // the command that runs
	Started time.Time `json:"started" col:"STARTED"`

	done    chan struct{}
	mu      sync.Mutex
	said    []byte
	ended   time.Time
	err     error
	planned bool
}

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
	if j == nil || j.done == nil {
		return true
	}
	select {
	case <-j.done:
		return true
	default:
		return false
	}
}

// Wait waits for the end of the operation and returns its error. When the context ends first the operation goes on, and
// Wait can be called again.
func (j *Job) Wait(ctx context.Context) error {
	if j == nil || j.done == nil {
		return errNil("job")
	}
	select {
	case <-j.done:
		return j.Err()
	default:
	}
	work := progress.Begin(ctx)
	defer work.End()
	for {
		var tick <-chan time.Time
		if work != nil {
			work.Report(j.state())
			tick = time.After(jobInterval)
		}
		select {
		case <-j.done:
			return j.Err()
		case <-ctx.Done():
			return ctx.Err()
		case <-tick:
		}
	}
}

// jobInterval is how often whoever waits for a job hears how far it is.
const jobInterval = 500 * time.Millisecond

func (j *Job) state() progress.State {
	s := progress.State{Work: j.Command, Part: -1, Elapsed: j.Elapsed()}
	if p := j.Progress(); p.Known() {
		s.Part = float64(p) / 100
	}
	return s
}

// Err returns why the operation failed; nil while it runs and when it ended well.
func (j *Job) Err() error {
	if j == nil {
		return errNil("job")
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// Elapsed returns how long the operation has run, or ran.
func (j *Job) Elapsed() time.Duration {
	if j == nil {
		return 0
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended.IsZero() {
		return time.Since(j.Started)
	}
	return j.ended.Sub(j.Started)
}

// Output returns what the command has printed so far.
func (j *Job) Output() string {
	if j == nil {
		return ""
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return string(j.said)
}

var percentComplete = regexp.MustCompile(`(\d+(?:[.,]\d+)?) % complete`)

// Progress returns how much of its present phase the operation has done, as far as the command tells. Operations have
// several phases, so that it may come more than once to 100 %.
func (j *Job) Progress() Percent {
	if j == nil {
		return percentOf(NotAsked, NotAsked)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	all := percentComplete.FindAllSubmatch(j.said, -1)
	if len(all) == 0 {
		return percentOf(NotAsked, NotAsked)
	}
	text := all[len(all)-1][1]
	for i := range text {
		if text[i] == ',' {
			text[i] = '.'
		}
	}
	p, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return percentOf(NotAsked, NotAsked)
	}
	return Percent(p)
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

// jobs are the long operations of a session.
type jobs struct {
	mu   sync.Mutex
	list []*Job
}

// Jobs returns the long operations that were started in this session, those that ended among them.
func (c *Cluster) Jobs() []*Job {
	if c == nil || c.jobs == nil {
		return nil
	}
	c.jobs.mu.Lock()
	defer c.jobs.mu.Unlock()
	return append([]*Job{}, c.jobs.list...)
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
		c.jobs.mu.Lock()
		j := &Job{
			ID: len(c.jobs.list) + 1, Object: cmd.Object, Command: cmd.String(), Started: time.Now(), done: make(chan struct{}),
		}
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

func (j *Job) run(ctx context.Context, ex mmexec.Executor, cmd mmexec.Command) {
	res, err := mmexec.Do(ctx, ex, cmd)
	j.mu.Lock()
	defer j.mu.Unlock()
	if res != nil {
		j.planned = res.Planned
		j.said = append(j.said, res.Stdout...)
	}
	var failed *mmexec.CommandError
	if errors.As(err, &failed) && len(failed.Stdout) == 0 {
		failed.Stdout = append([]byte{}, j.said...)
	}
	j.ended, j.err = time.Now(), err
	close(j.done)
}
