package mmsim

import (
	"bytes"
	"regexp"
	"strings"
)

// messageID is a message and its id. Linux builds print no ids; AIX builds and the pages of older releases do.
type messageID struct {
	id     string
	daemon bool // the daemon says it: "GPFS: 6027-…" instead of "mmcommand: 6027-…"
	text   *regexp.Regexp
}

// messageIDs lists the messages whose ids are known.
func messageIDs() []messageID {
	m := func(id string, daemon bool, text string) messageID {
		return messageID{id, daemon, regexp.MustCompile("^" + text)}
	}
	return []messageID{
		m("6027-1371", false, `Propagating the cluster configuration data to all`),
		m("6027-1382", false, `This node does not belong to a GPFS cluster\.`),
		m("6027-1388", false, `File system \S+ is not known to the GPFS cluster\.`),
		m("6027-1294", false, `Remote file system \S+ is not defined\.`),
		m("6027-1363", false, `Remote cluster \S+ is not defined\.`),
		m("6027-1380", false, `File system \S+ is already mounted at`),
		m("6027-1560", false, `This GPFS cluster contains file systems\.`),
		m("6027-1567", false, `\S+ from cluster \S+ is already defined\.`),
		m("6027-1366", false, `Marking the disks as available`),
		m("6027-1642", false, `Starting GPFS \.\.\.`),
		m("6027-1911", false, `File system \S+ belongs to cluster`),
		m("6027-1996", false, `Command was unable to verify that file system`),
		m("6027-1901", true, `\S+ is not a GPFS file system object\.`),
		m("6027-531", true, `The following disks of \S+ will be formatted`),
		m("6027-535", true, `Disks up to size .* can be added`),
		m("6027-540", true, `Formatting file system \.\.\.`),
		m("6027-572", true, `Completed creation of file system`),
		m("6027-573", true, `All data on the following disks`),
		m("6027-574", true, `Completed deletion of file system`),
		m("6027-1503", true, `Completed adding disks to file system`),
		m("6027-602", true, `ERROR: file system not mounted\.`),
		m("6027-665", true, `Failed to connect to file system daemon:`),
		m("6027-666", true, `Failed to determine file system manager\.`),
		m("6027-725", true, `The mmfsd daemon is not ready to handle commands yet\.`),
		m("6027-2601", true, `Snapshot name \S+ already exists\.`),
		m("6027-2611", true, `Cannot delete snapshot \S+ which is in state`),
		m("6027-2612", true, `Snapshot named \S+ does not exist\.`),
		m("6027-2624", true, `Previous snapshot \S+ is not valid`),
		m("6027-2625", true, `Previous snapshot \S+ must be restored`),
		m("6027-2670", true, `Fileset name \S+ not found\.`),
		m("6027-2683", true, `Fileset \S+ in file system \S+ does not contain snapshot`),
		m("6027-2684", true, `File system \S+ does not contain global snapshot`),
	}
}

// withIDs puts the ids into output. Lines in the -Y form stay as they are.
func withIDs(command string, output []byte) []byte {
	ids := messageIDs()
	var b bytes.Buffer
	for line := range bytes.Lines(output) {
		text := string(line)
		prefix, rest, named := strings.Cut(text, command+": ")
		if !named {
			prefix, rest = "", text
		}
		done := false
		for _, m := range ids {
			if m.daemon == named || !m.text.MatchString(rest) {
				continue
			}
			who := command
			if m.daemon {
				who = "GPFS"
			}
			b.WriteString(prefix + who + ": " + m.id + " " + rest)
			done = true
			break
		}
		if !done {
			b.WriteString(text)
		}
	}
	return b.Bytes()
}
