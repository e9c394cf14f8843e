package mmsim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"gpfsh/mmexec"
)

// entryFile is the file beside installed entries that names the directory of their cluster.
const entryFile = ".gpfsh-sim"

// InstallEntries makes a directory in which every command of the simulator is an entry: a symbolic link to program, the
// multi-call binary. Programs that find the mm commands there, by PATH or by their path, work with the cluster in dir.
func InstallEntries(into, program, dir string) error {
	for _, p := range []*string{&into, &program, &dir} {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = abs
	}
	if _, err := Open(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return err
	}
	for _, name := range Commands() {
		link := filepath.Join(into, name)
		if target, err := os.Readlink(link); err == nil && target == program {
			continue
		}
		if err := os.Remove(link); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if err := os.Symlink(program, link); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(into, entryFile), []byte(dir+"\n"), 0o644)
}

// EntryPoint tells whether a program was called as one of the installed entries: argv0 is how it was called. dir is the
// directory of the cluster, name the command word.
func EntryPoint(argv0 string) (dir, name string, ok bool) {
	name = filepath.Base(argv0)
	if !strings.HasPrefix(name, "mm") {
		return "", "", false
	}
	if _, known := commandTable()[name]; !known {
		return "", "", false
	}
	at := argv0
	if !strings.Contains(argv0, "/") {
		found, err := exec.LookPath(argv0)
		if err != nil {
			return "", "", false
		}
		at = found
	}
	data, err := os.ReadFile(filepath.Join(filepath.Dir(at), entryFile))
	if err != nil {
		return "", "", false
	}
	return strings.TrimSpace(string(data)), name, true
}

// Process runs one command on the cluster in a directory, as the real command runs as a process: it writes to stdout and
// stderr and returns the exit status. stdin may be nil.
func Process(ctx context.Context, dir, name string, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c, err := Open(dir)
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 1
	}
	cmd := mmexec.Command{Name: name, Args: args}
	if def := commandTable()[name]; def != nil && def.input && stdin != nil && !isTerminal(stdin) {
		if cmd.Stdin, err = io.ReadAll(stdin); err != nil {
			fmt.Fprintf(stderr, "%s: cannot read standard input: %v\n", name, err)
			return 1
		}
	}
	if def := commandTable()[name]; def != nil && def.live != nil {
		cmd.Stdout = stdout // while it runs
	}
	res, err := c.Run(ctx, cmd)
	var lost *mmexec.UnknownOutcomeError
	switch {
	case errors.As(err, &lost) && ctx.Err() != nil:
		c.Settle() // an interrupted change goes on; only its words are lost
		return 130
	case ctx.Err() != nil && err != nil:
		return 130
	case errors.Is(err, ErrDropped):
		fmt.Fprintf(stderr, "Connection to %s closed by remote host.\n", c.localName())
		return 255
	case err != nil:
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 1
	}
	_, errOut := stdout.Write(res.Stdout)
	_, errErr := stderr.Write(res.Stderr)
	if errOut != nil || errErr != nil {
		return 1
	}
	return res.ExitCode
}

func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
