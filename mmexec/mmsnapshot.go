package mmexec

import (
	"slices"
	"strings"
	"time"
)

// SnapshotRef names a snapshot: of the whole file system when Fileset is "", else of an independent fileset.
type SnapshotRef struct{ Fileset, Name string }

// String returns the snapshot as the commands write it: "fileset:snapshot" or "snapshot".
func (s SnapshotRef) String() string {
	if s.Fileset == "" {
		return s.Name
	}
	return s.Fileset + ":" + s.Name
}

func (s SnapshotRef) check() error {
	if s.Fileset != "" {
		if err := CheckFilesetName(s.Fileset); err != nil {
			return err
		}
	}
	return CheckSnapshotName(s.Name)
}

// LsSnapshotOptions are the options of mmlssnapshot.
type LsSnapshotOptions struct {
	Filesets  []string      // -j: only snapshots of these filesets
	Snapshots []SnapshotRef // -s: only these
	Global    bool          // -s global: only snapshots of the whole file system
	// Data asks for the space that snapshots use (-d); it reads them and takes long. Without it the reply says 0, which
	// means "not asked".
	Data bool
}

// MmLsSnapshot lists the snapshots of a file system and its filesets: mmlssnapshot Device -Y.
func MmLsSnapshot(dev string, o LsSnapshotOptions) (Command, error) {
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	given := 0
	for _, is := range []bool{len(o.Filesets) > 0, len(o.Snapshots) > 0, o.Global} {
		if is {
			given++
		}
	}
	if given > 1 {
		return Command{}, &OptionError{"mmlssnapshot", "choose by fileset, by snapshot or the global ones, not several of these"}
	}
	args := []string{dev}
	if o.Data {
		args = append(args, "-d")
	}
	switch {
	case len(o.Filesets) > 0:
		if err := listedFilesets.checkAll(o.Filesets); err != nil {
			return Command{}, err
		}
		args = append(args, "-j", strings.Join(o.Filesets, ","))
	case len(o.Snapshots) > 0:
		list, err := snapshotList(o.Snapshots)
		if err != nil {
			return Command{}, err
		}
		args = append(args, "-s", list)
	case o.Global:
		args = append(args, "-s", "global")
	}
	return Command{Name: "mmlssnapshot", Args: append(args, "-Y"), Object: "snapshots of " + dev}, nil
}

// CrSnapshotOptions are the options of mmcrsnapshot.
type CrSnapshotOptions struct {
	// Expires keeps the snapshot from being deleted before; it is written in the time zone of the value, which has to
	// be that of the cluster.
	Expires time.Time
}

// MmCrSnapshot makes snapshots with one quiesce of the file system for all of them: mmcrsnapshot Device Snapshot
// [-j Fileset], or a list of Fileset:Snapshot when there are several (release 4.2.1 on).
func MmCrSnapshot(dev string, snapshots []SnapshotRef, o CrSnapshotOptions) (Command, error) {
	args, object, err := snapshotOperands("mmcrsnapshot", dev, snapshots)
	if err != nil {
		return Command{}, err
	}
	if !o.Expires.IsZero() {
		args = append(args, "--expiration-time", o.Expires.Format("2006-01-02-15:04:05"))
	}
	return Command{Name: "mmcrsnapshot", Args: args, Object: object}, nil
}

// DelSnapshotOptions are the options of mmdelsnapshot.
type DelSnapshotOptions struct {
	Nodes NodeSpec // -N: the nodes that do the work; the zero value leaves it to the command
	QoS   string   // --qos: maintenance or other
}

// MmDelSnapshot deletes snapshots: mmdelsnapshot Device Snapshot [-j Fileset], or a list of Fileset:Snapshot when there
// are several (release 4.2.1 on).
func MmDelSnapshot(dev string, snapshots []SnapshotRef, o DelSnapshotOptions) (Command, error) {
	args, object, err := snapshotOperands("mmdelsnapshot", dev, snapshots)
	if err != nil {
		return Command{}, err
	}
	if !o.Nodes.IsZero() {
		nodes, err := o.Nodes.listArgs()
		if err != nil {
			return Command{}, err
		}
		args = append(args, nodes...)
	}
	qos, err := qosArgs("mmdelsnapshot", o.QoS)
	if err != nil {
		return Command{}, err
	}
	return Command{Name: "mmdelsnapshot", Args: append(args, qos...), Object: object}, nil
}

// snapshotOperands writes one snapshot in the form that every release takes, and several as a list.
func snapshotOperands(command, dev string, snapshots []SnapshotRef) (args []string, object string, err error) {
	dev, err = device(dev)
	if err != nil {
		return nil, "", err
	}
	list, err := snapshotList(snapshots)
	if err != nil {
		return nil, "", err
	}
	if len(snapshots) > 1 {
		return []string{dev, list}, "snapshots " + list + " of " + dev, nil
	}
	s := snapshots[0]
	if s.Fileset == "" {
		return []string{dev, s.Name}, "snapshot " + s.Name + " of " + dev, nil
	}
	return []string{dev, s.Name, "-j", s.Fileset}, "snapshot " + s.Name + " of fileset " + s.Fileset + " of " + dev, nil
}

func snapshotList(snapshots []SnapshotRef) (string, error) {
	if len(snapshots) == 0 {
		return "", &NameError{Kind: "snapshot", Reason: "none was given"}
	}
	words := make([]string, len(snapshots))
	for i, s := range snapshots {
		if err := s.check(); err != nil {
			return "", err
		}
		if s.Fileset != "" && len(snapshots) > 1 {
			if err := listedFilesets.check(s.Fileset); err != nil {
				return "", err
			}
		}
		if slices.Contains(words[:i], s.String()) {
			return "", &NameError{Kind: "snapshot", Name: s.String(), Reason: "it is in the list twice"}
		}
		words[i] = s.String()
	}
	return strings.Join(words, ","), nil
}
