package mmexec

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// optionSince are options and operands that came later than their command. A * stands for any text.
// unverified: each says in which of the documented releases the option is first seen; it may be older.
var optionSince = []struct {
	command, option string
	since           Release
}{
	{"mmlscluster", "--comment", Release{V: 6, R: 0}},
	{"mmcrfileset", "-J", Release{V: 6, R: 0}},
	{"mmcrfileset", "--allow-permission-inherit", Release{V: 5, R: 1}},
	{"mmchfileset", "--allow-permission-inherit", Release{V: 5, R: 1}},
	{"mmchfileset", "--afmFastRemove", Release{V: 6, R: 0}},
	{"mmshutdown", "--accept", Release{V: 6, R: 0}},
	{"mmdelsnapshot", "--pit-continues-on-error", Release{V: 6, R: 0}},
	{"mmdelfileset", "--pit-continues-on-error", Release{V: 6, R: 0}},
	{"mmchdisk", "--pit-continues-on-error", Release{V: 6, R: 0}},
	{"mmdeldisk", "--pit-continues-on-error", Release{V: 6, R: 0}},
	{"mmrestripefs", "--pit-continues-on-error", Release{V: 6, R: 0}},
	{"mmrestripefs", "--strict", Release{V: 5, R: 0, M: 2}},
	{"mmlssnapshot", "--fast", Release{V: 5, R: 0}},
	{"mmchfs", "--auto-inode-limit", Release{V: 5, R: 1}},
	{"mmchfs", "--noauto-inode-limit", Release{V: 5, R: 1}},
	{"mmchfs", "--flush-on-close", Release{V: 5, R: 1}},
	{"mmchfs", "--noflush-on-close", Release{V: 5, R: 1}},
	{"mmchfs", "--nfs4-owner-write-acl", Release{V: 5, R: 1}},
	{"mmchfs", "--inode-segment-mgr", Release{V: 5, R: 1}},
	{"mmchfs", "--maintenance-mode", Release{V: 5, R: 0, M: 3}},
	{"mmapplypolicy", "--allow-scan-on-remote", Release{V: 6, R: 0}},
	{"mmapplypolicy", "--silent-on-delete", Release{V: 6, R: 0}},
	{"mmdiag", "--afm", Release{V: 6, R: 0}},
}

// snapshotLists is the release from which mmcrsnapshot and mmdelsnapshot take several snapshots (F11).
var snapshotLists = Release{V: 4, R: 2, M: 1}

// RequireRelease checks that a release has a command, its options and its -Y form. The error is a [ReleaseError]. An
// unknown release has everything.
func RequireRelease(have Release, cmd Command) error {
	if have.IsZero() {
		return nil
	}
	class := Classify(append([]string{cmd.Name}, cmd.Args...))
	need := func(since Release, what string) error {
		if have.AtLeast(since) {
			return nil
		}
		return &ReleaseError{What: what, Need: since, Have: have}
	}
	if err := need(class.Since, "the command "+cmd.Name); err != nil {
		return err
	}
	if asksY(cmd) {
		if err := need(class.YSince, "the option -Y of "+cmd.Name); err != nil {
			return err
		}
	}
	for _, o := range optionSince {
		if o.command != cmd.Name {
			continue
		}
		for _, a := range cmd.Args {
			name, _, _ := strings.Cut(a, "=")
			if name == o.option {
				if err := need(o.since, "the option "+o.option+" of "+cmd.Name); err != nil {
					return err
				}
			}
		}
	}
	if cmd.Name == "mmcrsnapshot" || cmd.Name == "mmdelsnapshot" {
		if len(cmd.Args) > 1 && strings.ContainsAny(cmd.Args[1], ",:") {
			return need(snapshotLists, "several snapshots, or Fileset:Snapshot, in one "+cmd.Name)
		}
	}
	return nil
}

// ClusterRelease asks for the release that all nodes of the cluster have at least (minReleaseLevel), which decides what
// the cluster can do.
func ClusterRelease(ctx context.Context, ex Executor) (Release, error) {
	cmd, err := MmLsConfig("minReleaseLevel")
	if err != nil {
		return Release{}, err
	}
	reply, err := Query(ctx, ex, cmd)
	if err != nil {
		return Release{}, fmt.Errorf("cannot learn the release of the cluster: %w", err)
	}
	i := slices.IndexFunc(reply.Rows, func(r Row) bool {
		return strings.EqualFold(r.Get("configParameter"), "minReleaseLevel") && r.Get("nodeList") == ""
	})
	if i < 0 {
		return Release{}, fmt.Errorf("cannot learn the release of the cluster: %w", &FormatError{Cmd: cmd, Reason: "it has no minReleaseLevel"})
	}
	return ParseMinReleaseLevel(reply.Rows[i].Get("value"))
}
