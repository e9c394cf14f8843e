// Package connect finds the cluster that gpfsh works with: it reads what --cluster says and builds the executor, with
// everything that stands between the object model and the commands.
package connect

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// Variable is the environment variable that stands for --cluster.
const Variable = "GPFSH_CLUSTER"

// Forms lists what --cluster may be, for help.
const Forms = "local[:BINDIR], sim[:DIR], replay:FILE"

// Target is a cluster that can be reached.
type Target struct {
	// Name is what the target is called until the cluster has told its own name.
	Name string
	// Simulated says that nothing of it is real.
	Simulated bool
	// Executor runs the commands, with nothing in between.
	Executor mmexec.Executor
	// Options are what the object model has to know of the target.
	Options []model.ConnectOption
	close   func() error
}

// Close gives back what the target holds.
func (t *Target) Close() error {
	if t.close == nil {
		return nil
	}
	return t.close()
}

// Choice is which cluster was chosen, and how.
type Choice struct {
	Spec string
	// Implied says that nobody chose: the simulated cluster is used for want of a real one.
	Implied bool
}

// Choose decides which cluster is meant: what --cluster says, what the environment says, this machine where Storage
// Scale is installed, or else the simulated cluster.
func Choose(flag string, getenv func(string) string) Choice {
	if flag != "" {
		return Choice{Spec: flag}
	}
	if env := getenv(Variable); env != "" {
		return Choice{Spec: env}
	}
	if info, err := os.Stat(mmexec.DefaultBinDir); err == nil && info.IsDir() {
		return Choice{Spec: "local"}
	}
	return Choice{Spec: "sim", Implied: true}
}

// Settings say how a target is reached.
type Settings struct {
	// Timeout is how long a reading command may take; 0 leaves it to its cost. Changing commands have no limit.
	Timeout time.Duration
}

// Open reaches the cluster of a specification. It runs no command.
func Open(spec string, settings Settings) (*Target, error) {
	kind, arg, _ := strings.Cut(spec, ":")
	switch kind {
	case "local":
		return openLocal(arg, settings)
	case "sim":
		return openSim(arg)
	case "replay":
		return openReplay(arg)
	}
	return nil, fmt.Errorf("unknown cluster %q: use one of %s", spec, Forms)
}

func openLocal(bindir string, settings Settings) (*Target, error) {
	if bindir == "" {
		bindir = mmexec.DefaultBinDir
	}
	if info, err := os.Stat(bindir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("no Storage Scale on this machine: there is no directory %s", bindir)
	}
	var options []mmexec.LocalOption
	if settings.Timeout > 0 {
		for _, cost := range []mmexec.Cost{mmexec.CostConfig, mmexec.CostManager, mmexec.CostAllNodes, mmexec.CostScan} {
			options = append(options, mmexec.WithDeadline(cost, settings.Timeout))
		}
	}
	if os.Geteuid() != 0 {
		if _, err := exec.LookPath("sudo"); err == nil {
			options = append(options, mmexec.WithSudo(needsRoot(bindir)))
		}
	}
	return &Target{Name: "local", Executor: mmexec.NewLocal(bindir, options...)}, nil
}

// needsRoot tells which commands only root may run: those that are not executable for us. Storage Scale leaves the
// others to everybody.
func needsRoot(bindir string) func(name string) bool {
	return func(name string) bool {
		info, err := os.Stat(filepath.Join(bindir, name))
		return err == nil && info.Mode().Perm()&0o001 == 0
	}
}

// openSim opens the demo cluster in memory, or the simulated cluster in a directory.
func openSim(dir string) (*Target, error) {
	c := mmsim.New()
	if dir != "" {
		var err error
		if c, err = mmsim.Open(dir); err != nil {
			return nil, fmt.Errorf("cannot open the simulated cluster in %s: %w", dir, err)
		}
	}
	st, err := c.State()
	if err != nil {
		return nil, fmt.Errorf("cannot read the simulated cluster: %w", err)
	}
	options := []model.ConnectOption{model.InZone(time.FixedZone(st.Zone.Name, st.Zone.Offset))}
	if !st.Now.IsZero() {
		options = append(options, model.WithClock(func() time.Time { return st.Now })) // its clock stands still
	}
	return &Target{Name: "sim", Simulated: true, Executor: c, Options: options, close: c.Close}, nil
}

func openReplay(path string) (*Target, error) {
	if path == "" {
		return nil, errors.New("replay needs a recording: --cluster replay:FILE")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the recording: %w", err)
	}
	defer f.Close()
	ex, err := mmexec.NewReplay(f)
	if err != nil {
		return nil, err
	}
	return &Target{Name: "replay", Simulated: true, Executor: ex}, nil
}
