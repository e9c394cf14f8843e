package mmsim

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// FaultKind is what goes wrong.
type FaultKind string

// The kinds of faults.
const (
	FaultSlow FaultKind = "slow" // the command takes Delay longer
	FaultHang FaultKind = "hang" // it never answers; a changing one takes no effect
	FaultFail FaultKind = "fail" // it fails with Stderr and Exit, without effect
	FaultLock FaultKind = "lock" // it waits for the configuration lock and gives up; with Delay it gets it in the end
	FaultDrop FaultKind = "drop" // it is carried out, but the connection is lost before the answer
)

// Fault makes commands misbehave.
type Fault struct {
	ID      int           `json:"id"`
	Command string        `json:"command"` // pattern of the command word: "mmcr*", "*"
	Args    string        `json:"args,omitempty"`
	Kind    FaultKind     `json:"kind"`
	Delay   time.Duration `json:"delay,omitempty"`
	Exit    int           `json:"exit,omitempty"`
	Stderr  string        `json:"stderr,omitempty"`
	Times   int           `json:"times,omitempty"` // how often it still strikes; 0 for always
}

// String says what the fault does.
func (f Fault) String() string {
	s := fmt.Sprintf("%d: %s %s", f.ID, f.Command, f.Kind)
	if f.Args != "" {
		s = fmt.Sprintf("%d: %s with %q %s", f.ID, f.Command, f.Args, f.Kind)
	}
	if f.Delay > 0 {
		s += " " + f.Delay.String()
	}
	if f.Kind == FaultFail {
		s += fmt.Sprintf(" exit %d %q", f.Exit, f.Stderr)
	}
	if f.Times > 0 {
		s += fmt.Sprintf(", %d more times", f.Times)
	}
	return s
}

// ErrDropped is the reason of an error that a dropped connection stands behind.
var ErrDropped = errors.New("the connection was lost (a fault of the simulated cluster)")

// AddFault makes commands misbehave from now on and returns the id of the fault.
func (c *Cluster) AddFault(f Fault) (id int, err error) {
	if !slices.Contains([]FaultKind{FaultSlow, FaultHang, FaultFail, FaultLock, FaultDrop}, f.Kind) {
		return 0, fmt.Errorf("no kind of fault %q: there are slow, hang, fail, lock and drop", f.Kind)
	}
	if _, err := path.Match(f.Command, ""); err != nil || f.Command == "" {
		return 0, fmt.Errorf("%q is no pattern of command words (try mmcrsnapshot, mmls* or *)", f.Command)
	}
	if f.Kind == FaultSlow && f.Delay <= 0 {
		return 0, errors.New("a slow command needs a delay")
	}
	if f.Kind == FaultFail && f.Exit == 0 {
		f.Exit = 1
	}
	err = c.Update(func(st *State) error {
		for _, have := range st.Faults {
			id = max(id, have.ID)
		}
		id++
		f.ID = id
		st.Faults = append(st.Faults, f)
		return nil
	})
	return id, err
}

// ClearFault takes a fault away; id 0 takes all.
func (c *Cluster) ClearFault(id int) error {
	return c.Update(func(st *State) error {
		n := len(st.Faults)
		st.Faults = slices.DeleteFunc(st.Faults, func(f Fault) bool { return id == 0 || f.ID == id })
		if id != 0 && len(st.Faults) == n {
			return fmt.Errorf("there is no fault %d", id)
		}
		return nil
	})
}

// Faults lists the faults that are set.
func (c *Cluster) Faults() ([]Fault, error) {
	st, err := c.view(0)
	if err != nil {
		return nil, err
	}
	return slices.Clone(st.Faults), nil
}

// matches tells whether the fault strikes a command line.
func (f *Fault) matches(cmd mmexec.Command) bool {
	ok, _ := path.Match(f.Command, cmd.Name)
	return ok && (f.Args == "" || strings.Contains(strings.Join(cmd.Args, " "), f.Args))
}

// strike returns the fault that strikes a command line, nil if none does, and counts it down.
func (c *Cluster) strike(cmd mmexec.Command) (*Fault, error) {
	st, err := c.view(0)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(st.Faults, func(f Fault) bool { return f.matches(cmd) })
	if i < 0 {
		return nil, nil
	}
	struck := st.Faults[i]
	if struck.Times == 0 {
		return &struck, nil
	}
	err = c.Update(func(st *State) error {
		for i := range st.Faults {
			if f := &st.Faults[i]; f.ID == struck.ID {
				f.Times--
				if f.Times == 0 {
					st.Faults = slices.Delete(st.Faults, i, i+1)
				}
				return nil
			}
		}
		return nil
	})
	return &struck, err
}

// failWith is the result of a command that a fault made fail.
func (c *Cluster) failWith(f *Fault, cmd mmexec.Command) *mmexec.Result {
	var b strings.Builder
	exit := f.Exit
	if f.Kind == FaultLock {
		fmt.Fprintf(&b, "%s: The main GPFS cluster configuration file is locked.  Retrying ...\n%s: Timed out waiting for lock. Try again later.\n", cmd.Name, cmd.Name)
		exit = 1
	} else if f.Stderr != "" {
		b.WriteString(strings.TrimSuffix(f.Stderr, "\n") + "\n")
	}
	fmt.Fprintf(&b, "%s: Command failed. Examine previous error messages to determine cause.\n", cmd.Name)
	return &mmexec.Result{Stderr: []byte(b.String()), ExitCode: exit, Node: c.localName()}
}

// dropped is the error of a command whose answer got lost.
func (c *Cluster) dropped(cmd mmexec.Command, changes bool) error {
	if changes {
		return &mmexec.UnknownOutcomeError{Cmd: cmd, Node: c.localName(), Err: ErrDropped}
	}
	return &mmexec.UnreachableError{Cmd: cmd, Target: c.target(), Err: ErrDropped}
}

// hang waits until nobody waits any more.
func (c *Cluster) hang(ctx context.Context, cmd mmexec.Command, changes bool) error {
	select {
	case <-ctx.Done():
		if changes {
			return &mmexec.UnknownOutcomeError{Cmd: cmd, Node: c.localName(), Err: ctx.Err()}
		}
		return ctx.Err()
	case <-c.closed:
		return errClosed
	}
}
