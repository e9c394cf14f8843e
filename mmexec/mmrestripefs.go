package mmexec

import "strings"

// RestripeMode is what mmrestripefs and mmrestripefile do.
type RestripeMode string

// The modes. CompareReplicas stands for -c, which mmrestripefs calls --check-conflicting-replicas from 5.0.4 on.
const (
	MigrateOffDisks  RestripeMode = "-m" // off suspended disks, restoring what they alone hold
	RestoreReplicas  RestripeMode = "-r" // and off suspended disks
	Rebalance        RestripeMode = "-b" // over all disks
	ChangeReplicas   RestripeMode = "-R" // to the replication that files ask for
	CompareReplicas  RestripeMode = "-c"
	MigrateToPools   RestripeMode = "-p" // files that are in another pool than assigned
	CompressDeferred RestripeMode = "-z" // files whose compression was deferred
	RelocateBlocks   RestripeMode = "-l" // mmrestripefile only
)

// RestripeOptions are the options of mmrestripefs.
type RestripeOptions struct {
	Nodes        NodeSpec // -N: the nodes that do the work
	QoS          string   // --qos: maintenance or other
	Pool         string   // -P: only files of this pool
	MetadataOnly bool     // --metadata-only
	Strict       bool     // --strict, with Rebalance
	ReadOnly     bool     // --read-only, with CompareReplicas
	Release      Release  // of the cluster, for the option of CompareReplicas
}

// MmRestripeFs restripes a file system: mmrestripefs Device mode. It takes hours to days.
func MmRestripeFs(dev string, mode RestripeMode, o RestripeOptions) (Command, error) {
	l := newLine("mmrestripefs").device(dev)
	l.fail(oneOf(l.name, "the mode", string(mode), "-m", "-r", "-b", "-R", "-c", "-p", "-z"))
	word := string(mode)
	if mode == CompareReplicas && (o.Release.IsZero() || o.Release.AtLeast(Release{V: 5, R: 0, M: 4})) {
		word = "--check-conflicting-replicas"
	}
	l.add(word).refuse(o.Strict && mode != Rebalance, "--strict goes with rebalancing only").flag(o.Strict, "--strict").
		refuse(o.ReadOnly && mode != CompareReplicas, "--read-only goes with comparing replicas only").flag(o.ReadOnly, "--read-only")
	if o.Pool != "" {
		l.add("-P").list(poolRule, ",", o.Pool)
	}
	return l.nodes(o.Nodes).flag(o.MetadataOnly, "--metadata-only").qos(o.QoS).command("file system " + dev)
}

// MmRestripeFile restripes single files: mmrestripefile mode file...
func MmRestripeFile(mode RestripeMode, paths ...string) (Command, error) {
	l := newLine("mmrestripefile")
	l.fail(oneOf(l.name, "the mode", string(mode), "-m", "-r", "-b", "-c", "-p", "-z", "-l"))
	l.add(string(mode)).refuse(len(paths) == 0, "there is no file")
	for _, p := range paths {
		l.path("file", p)
	}
	return l.command("file " + strings.Join(paths, ", "))
}
