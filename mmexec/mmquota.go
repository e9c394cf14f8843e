package mmexec

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// QuotaKind is whose use of space a quota limits.
type QuotaKind string

// The kinds of quotas.
const (
	UserQuota    QuotaKind = "user"
	GroupQuota   QuotaKind = "group"
	FilesetQuota QuotaKind = "fileset"
)

// RepQuotaOptions are the options of mmrepquota.
type RepQuotaOptions struct {
	// Kinds are the kinds to list; none means all. Filesets cannot be asked for together with only one of the others.
	Kinds   []QuotaKind
	Fileset string // only users and groups inside this fileset
	Exact   bool   // -e: asks all nodes for their share first
}

// MmRepQuota reports the quotas of a file system, or of all when dev is "all": mmrepquota -Y -n [-u] [-g] [-j] Device.
// Owners are always asked for by number (-n): names would be looked up one by one in the directory service.
func MmRepQuota(dev string, o RepQuotaOptions) (Command, error) {
	const command = "mmrepquota"
	args := []string{"-Y", "-n"}
	kinds := make(map[QuotaKind]bool)
	for _, k := range o.Kinds {
		if err := oneOf(command, "kind", string(k), "user", "group", "fileset"); err != nil {
			return Command{}, err
		}
		kinds[k] = true
	}
	switch {
	case len(kinds) == 3: // the same as none
	case kinds[FilesetQuota] && len(kinds) == 2:
		return Command{}, &OptionError{command, "filesets are reported alone or with both users and groups"}
	default:
		for _, k := range []struct {
			kind QuotaKind
			flag string
		}{{UserQuota, "-u"}, {GroupQuota, "-g"}, {FilesetQuota, "-j"}} {
			if kinds[k.kind] {
				args = append(args, k.flag)
			}
		}
	}
	if o.Exact {
		args = append(args, "-e")
	}
	if dev == "all" {
		if o.Fileset != "" {
			return Command{}, &OptionError{command, "a fileset needs its file system"}
		}
		return Command{Name: command, Args: append(args, "-a"), Object: "quotas"}, nil
	}
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	operand, object := dev, "quotas of "+dev
	if o.Fileset != "" {
		if err := CheckFilesetName(o.Fileset); err != nil {
			return Command{}, err
		}
		if kinds[FilesetQuota] {
			return Command{}, &OptionError{command, "inside a fileset there are user and group quotas only"}
		}
		operand, object = dev+":"+o.Fileset, "quotas in fileset "+o.Fileset+" of "+dev
	}
	return Command{Name: command, Args: append(args, operand), Object: object}, nil
}

// Limits are a soft and a hard limit; 0 means none. They always go together: a command that gets the soft limit alone
// removes the hard one.
type Limits struct{ Soft, Hard uint64 }

// QuotaTarget says whose limits are set: with Users or Groups theirs, in the whole file system or inside Fileset; with
// Default those that new users, groups or filesets get; with Fileset alone those of the fileset itself.
type QuotaTarget struct {
	Device  string
	Fileset string
	Users   []string  // names or numbers
	Groups  []string  // names or numbers
	Default QuotaKind // "" for none
}

// SetQuotaOptions are the limits to set; nil leaves a pair as it is.
type SetQuotaOptions struct {
	Block *Limits // bytes, of all replicas together
	Files *Limits // inodes
	// Release is that of the cluster when known: before 5.1.3 a limit on inodes is at most 134,217,727.
	Release Release
}

const maxOldInodeLimit = 134_217_727

// MmSetQuota sets limits: mmsetquota Device[:Fileset] --user U --block soft:hard --files soft:hard. A limit of 0 is none.
func MmSetQuota(t QuotaTarget, o SetQuotaOptions) (Command, error) {
	const command = "mmsetquota"
	operand, object, who, err := t.args(command)
	if err != nil {
		return Command{}, err
	}
	args := append([]string{operand}, who...)
	if o.Block == nil && o.Files == nil {
		return Command{}, &OptionError{command, "there is no limit to set"}
	}
	for _, l := range []*Limits{o.Block, o.Files} {
		if l != nil && l.Hard > 0 && l.Soft > l.Hard {
			return Command{}, &OptionError{command, fmt.Sprintf("the soft limit %d is above the hard limit %d", l.Soft, l.Hard)}
		}
	}
	if o.Block != nil {
		args = append(args, "--block", sizeArg(o.Block.Soft)+":"+sizeArg(o.Block.Hard))
	}
	if f := o.Files; f != nil {
		if !o.Release.AtLeast(Release{V: 5, R: 1, M: 3}) && max(f.Soft, f.Hard) > maxOldInodeLimit {
			return Command{}, &ReleaseError{
				What: fmt.Sprintf("an inode limit above %d", maxOldInodeLimit), Need: Release{V: 5, R: 1, M: 3}, Have: o.Release,
			}
		}
		args = append(args, "--files", strconv.FormatUint(f.Soft, 10)+":"+strconv.FormatUint(f.Hard, 10))
	}
	return Command{Name: command, Args: args, Object: object}, nil
}

func (t QuotaTarget) args(command string) (operand, object string, who []string, err error) {
	operand, err = device(t.Device)
	if err != nil {
		return "", "", nil, err
	}
	object = t.Device
	if t.Fileset != "" {
		if err := CheckFilesetName(t.Fileset); err != nil {
			return "", "", nil, err
		}
		operand += ":" + t.Fileset
		object = "fileset " + t.Fileset + " of " + t.Device
	}
	given := 0
	for _, list := range []struct {
		names []string
		flag  string
	}{{t.Users, "--user"}, {t.Groups, "--group"}} {
		if len(list.names) == 0 {
			continue
		}
		given++
		if err := ownerRule.checkAll(list.names); err != nil {
			return "", "", nil, err
		}
		who = append(who, list.flag, strings.Join(list.names, ","))
		object = list.flag[2:] + " " + strings.Join(list.names, ",") + " in " + object
	}
	if t.Default != "" {
		given++
		if err := oneOf(command, "--default", string(t.Default), "user", "group", "fileset"); err != nil {
			return "", "", nil, err
		}
		if t.Default == FilesetQuota && t.Fileset != "" {
			return "", "", nil, &OptionError{command, "the default for filesets belongs to the file system, not to a fileset"}
		}
		who = append(who, "--default", string(t.Default))
		object = "default of " + string(t.Default) + "s in " + object
	}
	switch {
	case given > 1:
		return "", "", nil, &OptionError{command, "set limits of users, of groups or defaults, not several of these"}
	case given == 0 && t.Fileset == "":
		return "", "", nil, &OptionError{command, "say whose limits: users, groups, a fileset or a default"}
	}
	return operand, "quota of " + object, who, nil
}

// SetGraceOptions are grace periods, how long a soft limit may be exceeded; 0 leaves one as it is.
type SetGraceOptions struct {
	Block time.Duration
	Files time.Duration
}

// MmSetGrace sets the grace periods of one kind of quota: mmsetquota Device --grace user --block 7days.
func MmSetGrace(dev string, kind QuotaKind, o SetGraceOptions) (Command, error) {
	const command = "mmsetquota"
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	if err := oneOf(command, "--grace", string(kind), "user", "group", "fileset"); err != nil {
		return Command{}, err
	}
	args := []string{dev, "--grace", string(kind)}
	for _, p := range []struct {
		flag string
		d    time.Duration
	}{{"--block", o.Block}, {"--files", o.Files}} {
		switch {
		case p.d < 0:
			return Command{}, &OptionError{command, "a grace period cannot be negative"}
		case p.d > 0:
			args = append(args, p.flag, graceArg(p.d))
		}
	}
	if len(args) == 3 {
		return Command{}, &OptionError{command, "there is no grace period to set"}
	}
	return Command{Name: command, Args: args, Object: "grace period of " + string(kind) + "s in " + dev}, nil
}

// graceArg writes a duration with the largest unit that is exact.
// unverified: that the units are spelled days, hours, minutes and seconds; only "days" was seen in documentation.
func graceArg(d time.Duration) string {
	for _, u := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "days"}, {time.Hour, "hours"}, {time.Minute, "minutes"}} {
		if d%u.of == 0 {
			return strconv.FormatInt(int64(d/u.of), 10) + u.name
		}
	}
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10) + "seconds"
}
