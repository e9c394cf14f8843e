package script

import (
	"fmt"
	"os"

	"gpfsh/mmexec"
)

// Really runs f with a dry run suspended for files and programs: what f writes, removes and starts is done, and told on
// standard error. Commands of the cluster stay rehearsed. A dry run that was asked for on the command line is kept for
// files as well.
func (s *Session) Really(f func()) error {
	if f == nil {
		return nil
	}
	if s.opts.Rehearsal {
		return fmt.Errorf("cannot do this really: the whole program was started as a rehearsal")
	}
	s.really.Add(1)
	defer s.really.Add(-1)
	f()
	return nil
}

// Hold records a command that changes files or runs a program in the plan of a session, and tells whether it did: it
// does so while a dry run is on.
func Hold(s *Session, argv []string, stdin []byte) bool {
	if s == nil || s.opts.Plan == nil || !s.opts.Plan.Enabled() || len(argv) == 0 {
		return false
	}
	if s.really.Load() > 0 {
		fmt.Fprintf(os.Stderr, "gpfsh: done in spite of the dry run: %s\n", mmexec.QuoteArgv(argv))
		return false
	}
	s.opts.Plan.Add(mmexec.Command{Name: argv[0], Args: argv[1:], Stdin: stdin}, mmexec.Changes)
	return true
}
