// Package connect finds the cluster that gpfsh works with: it reads what --cluster says and builds the executor, with
// everything that stands between the object model and the commands.
package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gpfsh/interp"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// Variable is the environment variable that stands for --cluster.
const Variable = "GPFSH_CLUSTER"

// Forms lists what --cluster may be, for help.
const Forms = "local[:BINDIR], ssh://[USER@]HOST[,HOST...], sim[:DIR], state:FILE, replay:FILE"

// Target is a cluster that can be reached.
type Target struct {
	// Name is what the target is called until the cluster has told its own name.
	Name string
	// Simulated says that nothing of it is real.
	Simulated bool
	// Saved is when the saved state was taken that stands for the cluster; zero for a cluster that can be asked.
	Saved time.Time
	// Executor runs the commands, with nothing in between.
	Executor mmexec.Executor
	// Options are what the object model has to know of the target.
	Options []model.ConnectOption
	// SharedDir returns a directory that all nodes see, by the name of a file system; nil stands for the file system's
	// own, "" for none.
	SharedDir func(filesystem string) string
	// Spreads says that the program can be started on the nodes: it runs on one of them.
	Spreads bool
	close   func() error
	real    bool
}

// Settle learns what has to be known of a real cluster before anything is asked of it: the time zone in which the
// commands of its node print times. It waits for a node that does not answer as long as the context lasts; times are in
// the zone of this machine then, and the error says so.
func (t *Target) Settle(ctx context.Context) error {
	if !t.real {
		return nil
	}
	zone, err := mmexec.Zone(ctx, t.Executor)
	if err != nil {
		return fmt.Errorf("times are shown in the zone of this machine: %w", err)
	}
	t.Options = append(t.Options, model.InZone(zone))
	return nil
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

// IsSpec says whether a text has the form of what --cluster takes.
func IsSpec(s string) bool {
	kind, _, _ := strings.Cut(s, ":")
	return slices.Contains([]string{"local", "ssh", "sim", "replay", "state"}, kind)
}

// Settings say how a target is reached.
type Settings struct {
	// Timeout is how long a reading command may take; 0 leaves it to its cost. Changing commands have no limit.
	Timeout time.Duration
	// Program is the path of gpfsh on this machine, which other nodes of its cluster have at the same place; it runs the
	// handlers of events. NodeProgram is its path on the nodes of a cluster that ssh reaches. Either may be "".
	Program     string
	NodeProgram string
	// Spool is where the node keeps jobs; "" for the usual place.
	Spool string
}

// Open reaches the cluster of a specification. It runs no command.
func Open(spec string, settings Settings) (*Target, error) {
	kind, arg, _ := strings.Cut(spec, ":")
	switch kind {
	case "local":
		return openLocal(arg, settings)
	case "ssh":
		return openSSH(arg, settings)
	case "sim":
		return openSim(arg, settings)
	case "replay":
		return openReplay(arg)
	case "state":
		return openState(arg)
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
	options = append(options, settings.deadlines()...)
	options = append(options, mmexec.WithSpool(settings.Spool))
	if os.Geteuid() != 0 {
		if _, err := exec.LookPath("sudo"); err == nil {
			options = append(options, mmexec.WithSudo(needsRoot(bindir)))
		}
	}
	return &Target{Name: "local", real: true, Spreads: true, Executor: mmexec.NewLocal(bindir, options...), Options: handlersBy(settings.Program)}, nil
}

// handlersBy tells the object model where the nodes have gpfsh, when that is known.
func handlersBy(program string) []model.ConnectOption {
	if program == "" {
		return nil
	}
	return []model.ConnectOption{model.HandlersBy(program)}
}

// needsRoot tells which commands only root may run: those that are not executable for us. Storage Scale leaves the
// others to everybody.
func needsRoot(bindir string) func(name string) bool {
	return func(name string) bool {
		if name == "ssh" {
			return true // the keys that the nodes know are those of root
		}
		info, err := os.Stat(filepath.Join(bindir, name))
		return err == nil && info.Mode().Perm()&0o001 == 0
	}
}

// deadlines bound every command that reads; what changes something is never bound.
func (s Settings) deadlines() []mmexec.LocalOption {
	if s.Timeout <= 0 {
		return nil
	}
	var options []mmexec.LocalOption
	for _, cost := range []mmexec.Cost{mmexec.CostConfig, mmexec.CostManager, mmexec.CostAllNodes, mmexec.CostScan} {
		options = append(options, mmexec.WithDeadline(cost, s.Timeout))
	}
	return options
}

// openSSH reaches a cluster through the first of some nodes that answers.
func openSSH(arg string, settings Settings) (*Target, error) {
	list, ok := strings.CutPrefix(arg, "//")
	if !ok || list == "" {
		return nil, errors.New("ssh needs a node: --cluster ssh://[USER@]HOST[,HOST...]")
	}
	user, hosts, hasUser := strings.Cut(list, "@")
	if !hasUser {
		user, hosts = "", list
	}
	nodes := strings.Split(hosts, ",")
	for i := range nodes {
		if hasUser && !strings.Contains(nodes[i], "@") {
			nodes[i] = user + "@" + nodes[i]
		}
	}
	var options []mmexec.SSHOption
	for _, o := range append(settings.deadlines(), mmexec.WithSpool(settings.Spool)) {
		options = append(options, mmexec.WithSSH(o))
	}
	if !remoteRoot(user, os.Geteuid()) {
		options = append(options, mmexec.WithSSH(mmexec.WithSudo(func(string) bool { return true })))
	}
	ex, err := mmexec.NewSSH(nodes, options...)
	if err != nil {
		return nil, fmt.Errorf("cannot reach a cluster through ssh: %w", err)
	}
	t := &Target{Name: nodes[0], real: true, Executor: ex, Options: handlersBy(settings.NodeProgram)}
	if c, ok := ex.(io.Closer); ok {
		t.close = c.Close
	}
	return t, nil
}

// remoteRoot says whether commands will run as root on a node: as the user that was named, or else as the one that
// runs gpfsh. Everybody else needs sudo there, which root can do without harm.
func remoteRoot(user string, euid int) bool {
	return user == "root" || user == "" && euid == 0
}

// openSim opens the demo cluster in memory, or the simulated cluster in a directory.
func openSim(dir string, settings Settings) (*Target, error) {
	var options []model.ConnectOption
	// No process could reach a cluster in memory, so that its handlers run in this one.
	c := mmsim.New(mmsim.WithHandlers(func(ctx context.Context, h mmsim.HandlerRun) error {
		return interp.RunHandler(ctx, interp.HandlerRun{Store: h.Store, ID: h.ID, Args: h.Args, Executor: h.Cluster, Connect: options, Test: h.Test})
	}))
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
	options = []model.ConnectOption{model.InZone(time.FixedZone(st.Zone.Name, st.Zone.Offset)), model.ResolvingNames(c.People())}
	options = append(options, handlersBy(settings.Program)...)
	if !st.Now.IsZero() {
		options = append(options, model.WithClock(func() time.Time { return st.Now })) // its clock stands still
	}
	shared := func(name string) string {
		for i := range st.Filesystems {
			if f := &st.Filesystems[i]; f.Name == name && f.Data != "" {
				return filepath.Join(f.Data, ".mmSharedTmpDir")
			}
		}
		return "" // there is no directory behind it
	}
	return &Target{Name: "sim", Simulated: true, Executor: c, Options: options, SharedDir: shared, Spreads: true, close: c.Close}, nil
}

// openState opens a cluster as it was when its state was saved.
func openState(path string) (*Target, error) {
	if path == "" {
		return nil, errors.New("state needs a saved state: --cluster state:FILE")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the state: %w", err)
	}
	defer f.Close()
	state, err := model.LoadState(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	ex, err := state.Executor()
	if err != nil {
		return nil, err
	}
	return &Target{
		Name: state.Cluster, Simulated: true, Saved: state.Taken, Executor: ex, Options: state.ConnectOptions(context.Background(), ex),
	}, nil
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
