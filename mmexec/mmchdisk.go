package mmexec

import "strings"

// DiskJobOptions are what the long disk commands have in common.
type DiskJobOptions struct {
	Nodes NodeSpec // -N: the nodes that do the work; the zero value leaves it to the command
	QoS   string   // --qos: maintenance or other
}

func (l *line) job(o DiskJobOptions) *line { return l.nodes(o.Nodes).qos(o.QoS) }

// AddDiskOptions are the options of mmadddisk.
type AddDiskOptions struct {
	DiskJobOptions
	Rebalance bool // -r: spread the files over all disks afterwards
	// Overwrite does not look whether the disks belong to a file system already (-v no). What they hold is lost.
	Overwrite bool
}

// MmAddDisk adds disks to a file system: mmadddisk Device -F stanza. Disks are described by stanzas only: releases from
// 5.0.4 on do not take descriptors with colons.
func MmAddDisk(dev string, disks []NSDStanza, pools []PoolStanza, o AddDiskOptions) (Command, error) {
	return newLine("mmadddisk").device(dev).stanzas(disks, pools).flag(o.Rebalance, "-r").flag(o.Overwrite, "-v", "no").job(o.DiskJobOptions).
		command("disks " + strings.Join(stanzaNames(disks), ",") + " of " + dev)
}

// DelDiskOptions are the options of mmdeldisk.
type DelDiskOptions struct {
	DiskJobOptions
	Rebalance       bool // -b
	Restore         bool // -r: restore the replication of all files
	ContinueOnError bool // -c: go on when files cannot be read
	Damaged         bool // -p: the disks are lost for good
}

// MmDelDisk takes disks out of a file system and moves what they hold: mmdeldisk Device "disk1;disk2".
func MmDelDisk(dev string, disks []string, o DelDiskOptions) (Command, error) {
	return newLine("mmdeldisk").device(dev).list(diskRule, ";", disks...).
		refuse(o.Rebalance && o.Restore, "rebalance or restore the replication, not both").
		flag(o.ContinueOnError, "-c").flag(o.Damaged, "-p").flag(o.Restore, "-r").flag(o.Rebalance, "-b").job(o.DiskJobOptions).
		command("disks " + strings.Join(disks, ",") + " of " + dev)
}

// MmRplDisk replaces a disk by another one: mmrpldisk Device Disk -F stanza.
func MmRplDisk(dev, disk string, by NSDStanza, o DiskJobOptions) (Command, error) {
	return newLine("mmrpldisk").device(dev).list(diskRule, ";", disk).stanzas([]NSDStanza{by}, nil).job(o).
		command("disk " + disk + " of " + dev)
}

// DiskVerb is what mmchdisk does with disks.
type DiskVerb string

// The verbs of mmchdisk. A disk that is stopped takes what is on it away from users unless it is replicated.
const (
	DiskStart   DiskVerb = "start"
	DiskStop    DiskVerb = "stop"
	DiskSuspend DiskVerb = "suspend" // no new blocks
	DiskEmpty   DiskVerb = "empty"   // to be emptied by the next restripe
	DiskResume  DiskVerb = "resume"
)

// MmChDisk changes the state of disks: mmchdisk Device verb -d "disk1;disk2". No disks mean all of them (-a), which
// start and resume take only.
func MmChDisk(dev string, verb DiskVerb, disks []string, o DiskJobOptions) (Command, error) {
	l := newLine("mmchdisk").device(dev)
	l.fail(oneOf(l.name, "the verb", string(verb), "start", "stop", "suspend", "empty", "resume"))
	l.add(string(verb))
	object := "disks of " + dev
	if len(disks) == 0 {
		l.refuse(verb != DiskStart && verb != DiskResume, "say which disks to %s", verb).add("-a")
	} else {
		l.add("-d").list(diskRule, ";", disks...)
		object = "disks " + strings.Join(disks, ",") + " of " + dev
	}
	return l.job(o).command(object)
}

// MmChDiskStanzas changes the usage and the failure group of disks: mmchdisk Device change -F stanza.
func MmChDiskStanzas(dev string, disks []NSDStanza) (Command, error) {
	return newLine("mmchdisk").device(dev).add("change").stanzas(disks, nil).
		command("disks " + strings.Join(stanzaNames(disks), ",") + " of " + dev)
}
