package mmexec

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"
)

// CheckSudo asks sudo, without running anything, which of the commands in bindir ("" for [DefaultBinDir]) the caller
// may not run with it on this machine. It returns those.
func CheckSudo(ctx context.Context, bindir string, names ...string) (refused []string, err error) {
	if bindir == "" {
		bindir = DefaultBinDir
	}
	for _, name := range names {
		if err := checkCommandName(name); err != nil {
			return nil, err
		}
		c := exec.CommandContext(ctx, "sudo", "-n", "-l", filepath.Join(bindir, name))
		c.Env = commandEnv(c.Environ())
		c.WaitDelay = 3 * time.Second
		var exit *exec.ExitError
		switch err := c.Run(); {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.As(err, &exit):
			refused = append(refused, name)
		case err != nil:
			return nil, fmt.Errorf("cannot ask sudo what it allows: %w", err)
		}
	}
	return refused, nil
}
