package mmexec

import (
	"bytes"
	"context"
	"slices"
	"strings"
)

// Do runs a command and judges its success as Storage Scale means it: the exit status is 0, nothing on standard error
// says that it failed (some builds print a failure and exit with 0), and, when the -Y form was asked for, the reply has
// a HEADER or a sentence that means "none". A command that did not succeed is a [CommandError], a [PermissionError] or
// a [DownError]; a reply that is neither is a [FormatError].
//
// A command that a dry run recorded succeeds with Result.Planned set and no output.
func Do(ctx context.Context, ex Executor, cmd Command) (*Result, error) {
	res, err := ex.Run(ctx, cmd)
	if err != nil {
		return nil, err
	}
	if res.Planned {
		return res, nil
	}
	header := cmd.Stdout != nil || hasRecords(res.Stdout)
	if err := judge(cmd, res, res.Stdout, header); err != nil {
		return res, err
	}
	return res, nil
}

// asksY tells whether the -Y form was asked for.
func asksY(cmd Command) bool { return slices.Contains(cmd.Args, "-Y") }

// judge decides whether a command that ran succeeded. said is what is known of its standard output, header whether a
// HEADER or a row was in it.
func judge(cmd Command, res *Result, said []byte, header bool) error {
	marker := failureMarkers.Match(res.Stderr)
	if res.Signal == "" && saysNothing(cmd, said, res.Stderr) {
		return nil
	}
	if res.Signal == "" && res.ExitCode == 0 && !marker {
		switch {
		case !asksY(cmd) || header:
			return nil
		case len(bytes.TrimSpace(res.Stderr)) == 0:
			reason := "it has no HEADER line, so this release may not know -Y here"
			if len(bytes.TrimSpace(said)) == 0 {
				reason = "it is empty, without the HEADER line that even an empty list has"
			}
			return &FormatError{Cmd: cmd, Reason: reason}
		}
	}
	return failure(cmd, res, said)
}

// failure makes the error of a command that did not succeed.
func failure(cmd Command, res *Result, said []byte) error {
	d := diagnose(said, res.Stderr)
	e := &CommandError{
		Cmd: cmd, ExitCode: res.ExitCode, Signal: res.Signal, Cause: d.cause, ID: d.id, Kind: d.kind,
		Stdout: res.Stdout, Stderr: res.Stderr, Node: res.Node,
	}
	switch d.kind {
	case KindPermission:
		return &PermissionError{e}
	case KindDown:
		return &DownError{e}
	}
	return e
}

// hasRecords tells whether a reply has a HEADER line or, as mmlsmount of some releases, rows without one.
func hasRecords(stdout []byte) bool {
	if bytes.Contains(stdout, []byte(":HEADER:")) {
		return true
	}
	for line := range bytes.Lines(stdout) {
		command, rest, ok1 := strings.Cut(string(line), ":")
		_, rest, ok2 := strings.Cut(rest, ":")
		if ok1 && ok2 && commandWord(command) && fixedPart(rest) {
			return true
		}
	}
	return false
}
