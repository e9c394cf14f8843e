package mmexec

import (
	"strings"

	"gpfsh/mmexec/lazyregexp"
)

// Kind tells what sort of failure a message of Storage Scale is about, as far as it is known.
type Kind int

// The kinds of failures that callers treat differently.
const (
	KindOther      Kind = iota
	KindNotFound        // a file system, fileset, snapshot, disk or node that does not exist
	KindExists          // the name is taken already
	KindPermission      // only root, or only the owner, may do this
	KindDown            // the daemon does not run on the node, or the cluster has no quorum
	KindNotMember       // the node belongs to no cluster
	KindLocked          // somebody else holds the configuration lock; trying again later helps
	KindNoManager       // a manager is being appointed; trying again later helps
	KindInUse           // mounted, linked, busy or not empty
	KindUsage           // options or operands that the command does not take
)

// message is one text of the message catalogue. Linux prints the text alone, AIX and older releases print the id.
type message struct {
	id   string
	text *lazyregexp.Regexp
	kind Kind
}

// messages are the failures that are told apart. The first match counts.
var messages = []message{
	{"6027-665", re(`^Failed to connect to file system daemon`), KindDown},
	{"6027-725", re(`daemon is not ready to handle commands yet`), KindDown},
	{"", re(`^GPFS is down on this node`), KindDown},
	{"6027-314", re(`requires \S+ authority to execute`), KindPermission},
	{"", re(`^Operation not permitted`), KindPermission},
	{"", re(`^Permission denied`), KindPermission},
	{"", re(`does not have permission`), KindPermission},
	{"", re(`^No filesets found owned by this user`), KindPermission},
	{"", re(`^sudo: .*password is required|is not allowed to execute|is not in the sudoers file`), KindPermission},
	{"6027-1382", re(`does not belong to a GPFS cluster`), KindNotMember},
	{"6027-1229", re(`^Timed out waiting for lock`), KindLocked},
	{"6027-1950", re(`^Local update lock is busy`), KindLocked},
	{"6027-1388", re(`^File system \S+ is not known to the GPFS cluster`), KindNotFound},
	{"6027-1294", re(`^Remote file system \S+ is not defined`), KindNotFound},
	{"6027-1363", re(`^Remote cluster \S+ is not defined`), KindNotFound},
	{"6027-2670", re(`^Fileset name .* not found`), KindNotFound},
	{"6027-2612", re(`^Snapshot named .* does not exist`), KindNotFound},
	{"6027-2683", re(`does not contain snapshot`), KindNotFound},
	{"6027-2684", re(`does not contain global snapshot`), KindNotFound},
	{"", re(`does not contain a snapshot`), KindNotFound},
	{"", re(`no such fileset in quota enabled file systems`), KindNotFound},
	{"", re(`\bnot found in file system\b`), KindNotFound},
	{"6027-2601", re(`^Snapshot name .* already exists`), KindExists},
	{"6027-1567", re(`is already defined`), KindExists},
	{"", re(`^Fileset .* already exists`), KindExists},
	{"6027-2611", re(`^Cannot delete snapshot .* which is in state`), KindInUse},
	{"", re(`^Fileset .* must be unlinked to be deleted`), KindInUse},
	{"", re(`^Fileset .* is already linked`), KindInUse},
	{"", re(`^Fileset .* contains user files`), KindInUse},
	{"", re(`target is busy|[Dd]evice or resource busy`), KindInUse},
	{"6027-1996", re(`unable to verify that file system .* is not mounted`), KindInUse},
	{"", re(`^Missing arguments|^Incorrect option|^Incorrect operand`), KindUsage},
	{"6027-1022", re(`^Missing mandatory arguments`), KindUsage},
	// The rest have no kind but name a cause better than the lines around them.
	{"6027-666", re(`^Failed to determine file system manager`), KindNoManager},
	{"6027-602", re(`file system not mounted\. Mount file system`), KindOther},
	{"6027-1911", re(`is not allowed for remote file systems`), KindOther},
	{"6027-2624", re(`is not valid and must be deleted before a new snapshot`), KindOther},
	{"6027-2625", re(`must be restored before a new snapshot`), KindOther},
	{"6027-2607", re(`^Cannot create a new snapshot until an existing one is deleted`), KindOther},
	{"", re(`^No quota enabled file system found`), KindOther},
}

// pointers are lines that stand beside a cause and are none themselves.
var pointers = re(`Command failed\.\s+Examine previous( error)? messages|` +
	`^\S*\s*.*failed\.\s+Error code -?\d+\.?$|` +
	`Propagating the cluster configuration data|affected nodes\.\s+This is an asynchronous process|` +
	`configuration file is locked\.\s+Retrying|Unable to obtain the GPFS configuration file lock\.\s+Retrying|Lock creation successful`)

// failureMarkers prove a failure whatever the exit status says: some builds print it and exit with 0.
var failureMarkers = re(`(?m)^\S+: Command failed\.\s+Examine previous|^(\S+: )?ts\w+ .*failed\.\s+Error code -?\d+\.?\s*$`)

// nothings are sentences that mean that there is nothing to list. They come on standard output with -Y, or on standard
// error with any exit status.
// unverified: the sentences about snapshots, file systems and disks are known from programs that test for them, those of
// mmlscallback, mmlsnodeclass, mmremotefs and mmremotecluster are guesses.
var nothings = map[string]*lazyregexp.Regexp{
	"mmlssnapshot":    re(`(?m)No snapshots in file system|does not contain any snapshots`),
	"mmlsfs":          re(`(?m)No file systems were found`),
	"mmlsmount":       re(`(?m)No file systems were found|^(mmlsmount: )?File system \S+( \S+)? is not mounted`),
	"mmlsnsd":         re(`(?m)No disks were found`),
	"mmlsdisk":        re(`(?m)No disks were found`),
	"mmlspolicy":      re(`(?m)No policy file was installed`),
	"mmlscallback":    re(`(?m)No callback|There are no (user )?callbacks`),
	"mmlsnodeclass":   re(`(?m)No (user.defined )?node classes (were|are) (found|defined)`),
	"mmremotefs":      re(`(?m)There are no remote file systems defined`),
	"mmremotecluster": re(`(?m)There are no remote clusters defined`),
}

func re(s string) *lazyregexp.Regexp { return lazyregexp.New(s) }

// messageForm takes a line of a message apart: who speaks, the id, the severity with an error number, and the text.
// A time stamp may stand first.
var messageForm = re(`^(?:\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d(?: \S+)? \d{4}: )?(?:(GPFS|mm\w+|ts\w+|gpfs\.\w+): +)?(?:(6027-\d+) +)?(?:\[([A-Z])(?::\S+)?\] +)?(.*)$`)

// diagnosis is what the words of a failed command come to.
type diagnosis struct {
	cause string
	id    string
	kind  Kind
}

// diagnose finds the line that names the cause. A message of the catalogue wins; then lines marked as errors; then the
// last line before those that only point at it, which is where commands put the cause.
func diagnose(stdout, stderr []byte) diagnosis {
	if d, ok := diagnoseText(string(stderr)); ok {
		return d
	}
	d, _ := diagnoseText(string(stdout))
	return d
}

func diagnoseText(text string) (diagnosis, bool) {
	var marked, last diagnosis
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "Usage:" || strings.HasPrefix(line, "Usage: ") {
			break // the synopsis that follows is no cause
		}
		if line == "" || pointers.MatchString(line) {
			continue
		}
		m := messageForm.FindStringSubmatch(line)
		d := diagnosis{cause: strings.TrimSpace(m[4]), id: m[2]}
		if d.cause == "" {
			continue
		}
		for _, known := range messages {
			if known.id != "" && known.id == d.id || known.text.MatchString(d.cause) || known.text.MatchString(line) {
				d.kind = known.kind
				return d, true
			}
		}
		if m[3] == "E" || m[3] == "X" {
			marked = d
		}
		last = d
	}
	if marked.cause != "" {
		return marked, true
	}
	return last, last.cause != ""
}

// saysNothing tells whether the words of a command mean that there is nothing to list.
func saysNothing(cmd Command, stdout, stderr []byte) bool {
	pattern := nothings[cmd.Name]
	return pattern != nil && (pattern.Match(stdout) || pattern.Match(stderr))
}
