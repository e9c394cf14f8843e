package commands

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/interp"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
	"gpfsh/policy"
)

// NodeCall answers a call of the policy engine, TEST or LIST: the program is the script of an EXTERNAL LIST rule, on one
// of the nodes of a map-reduce.
func NodeCall(ctx context.Context, argv []string, sys System) (status int, ok bool) {
	if len(argv) == 0 || !policy.IsNodeCall(argv[1:]) {
		return 0, false
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	node := sys.Getenv(mmsim.NodeVariable)
	if node == "" {
		node, _ = os.Hostname() // "" says as much as an error
	}
	p := policy.NodeProgram{
		Path: argv[0], Version: nodeVersion(), Node: node, Out: sys.Stderr,
		Load: func(source string) (*policy.Loaded, error) { return interp.LoadNode(source, sys.Stderr) },
	}
	return p.Main(ctx, argv[1:]), true
}

// nodeVersion tells builds of the program apart.
func nodeVersion() string {
	info, _ := debug.ReadBuildInfo()
	b := readBuild(info)
	v := b.version
	if b.revision != "" {
		v += " " + b.revision
	}
	if b.modified {
		v += " modified"
	}
	return v
}

// nodeOptions say what work on the nodes of a cluster needs.
func (a *app) nodeOptions(target *connect.Target) []model.ConnectOption {
	var options []model.ConnectOption
	if target.Spreads && filepath.IsAbs(a.Program) {
		options = append(options, model.NodeProgram(model.NodeInstallation{Path: filepath.Clean(a.Program), Version: nodeVersion()}, target.SharedDir))
	}
	if !target.Simulated {
		options = append(options, model.RealCluster())
	}
	return options
}

// tell prints what a run has to say while it goes on.
func (a *app) tell(text string) { fmt.Fprintln(a.Stderr, "gpfsh: "+text) }
