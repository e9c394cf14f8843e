package model

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
)

// query runs a reading command and returns its rows. It takes what the builders of commands return:
// c.query(ctx)(mmexec.MmLsMgr()).
func (c *Cluster) query(ctx context.Context) func(mmexec.Command, error) (*mmexec.Reply, error) {
	return func(cmd mmexec.Command, err error) (*mmexec.Reply, error) {
		switch {
		case c == nil || c.ex == nil:
			return nil, errNil("cluster")
		case err != nil:
			return nil, err
		}
		return mmexec.Query(ctx, c.ex, cmd)
	}
}

// run runs a command. In a dry run a changing command is recorded only: the result says so.
func (c *Cluster) run(ctx context.Context) func(mmexec.Command, error) (*mmexec.Result, error) {
	return func(cmd mmexec.Command, err error) (*mmexec.Result, error) {
		switch {
		case c == nil || c.ex == nil:
			return nil, errNil("cluster")
		case err != nil:
			return nil, err
		}
		return mmexec.Do(ctx, c.ex, cmd)
	}
}

// The refusals that are about an object other than the one a command names last.
var (
	unknownFilesystem = lazyregexp.New(`File system (?:/dev/)?(\S+) is not known to the GPFS cluster`)
	remoteFilesystem  = lazyregexp.New(`File system (\S+) belongs to cluster (\S+?)\.? `)
)

// explain turns the refusal of a command about a file system into the error that says what the matter is.
func (c *Cluster) explain(ctx context.Context, err error) error {
	var failed *mmexec.CommandError
	if !errors.As(err, &failed) {
		return err
	}
	if m := remoteFilesystem.FindStringSubmatch(failed.Cause); m != nil {
		return &NotLocalError{Filesystem: m[1], Owner: m[2], Err: err}
	}
	if m := unknownFilesystem.FindStringSubmatch(failed.Cause); m != nil {
		e := &NotFoundError{Kind: kindFilesystem, Name: m[1], Err: err}
		e.Names, e.Unlisted = c.AllFilesystems.Names(ctx)
		return e
	}
	return err
}

// kindOf returns what sort of failure an error is about.
func kindOf(err error) mmexec.Kind {
	var failed *mmexec.CommandError
	if errors.As(err, &failed) {
		return failed.Kind
	}
	return mmexec.KindOther
}

// rowText returns a value; the dashes that stand for nothing are "".
func rowText(row mmexec.Row, column string) string {
	switch v := row.Get(column); v {
	case "-", "--":
		return ""
	default:
		return v
	}
}

// number reads a whole number; what is none is 0.
func number(s string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	return n
}

// rowCount reads a number of inodes or files; a dash, or a column that is not there, is NotAsked.
func rowCount(row mmexec.Row, column string) Count {
	n, err := strconv.ParseInt(strings.TrimSpace(row.Get(column)), 10, 64)
	if err != nil {
		return NotAsked
	}
	return Count(n)
}

// rowKB reads an amount that is printed in kilobytes; a dash, or a column that is not there, is NotAsked.
func rowKB(row mmexec.Row, column string) Bytes { return kilobytes(row.Get(column)) }

func kilobytes(s string) Bytes {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n > Unlimited>>10 {
		return NotAsked
	}
	return Bytes(n) * KiB
}

// yes reads the words for true: they differ in case from command to command and from platform to platform.
func yes(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "yes", "1", "on", "true":
		return true
	}
	return false
}

// fields splits a list inside a value.
func fields(s, sep string) []string {
	list := []string{}
	for f := range strings.SplitSeq(s, sep) {
		if f = strings.TrimSpace(f); f != "" && f != "none" && f != "-" {
			list = append(list, f)
		}
	}
	return list
}

// moment reads a time as commands print it, without a zone: that of the node that ran the command. What is no time is
// the zero time.
func (c *Cluster) moment(s string) time.Time {
	s = strings.TrimSpace(s)
	if s == "" || s == "-" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.ANSIC, s, c.zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// cause returns the line of a refusal that names its cause.
func cause(err error) string {
	var failed *mmexec.CommandError
	if errors.As(err, &failed) {
		return failed.Cause
	}
	return ""
}
