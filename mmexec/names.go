package mmexec

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// NameError says that a name cannot be a name of its kind. It is found before anything runs.
type NameError struct {
	Kind   string // "fileset", "snapshot", "file system", "node", ...
	Name   string
	Reason string
}

// Error names the kind, the name and the rule that it breaks.
func (e *NameError) Error() string {
	return fmt.Sprintf("%q cannot be the name of a %s: %s", shorten(e.Name), e.Kind, e.Reason)
}

// nameRule is what Storage Scale allows in the names of one kind of object.
type nameRule struct {
	kind     string
	max      int    // bytes
	not      string // characters that may not be in it
	reserved []string
	only     func(r rune) bool // when set, the only characters allowed
	blanks   bool              // blanks are allowed
}

// The rules. Where a command takes a list of filesets, listedFilesets also refuses what separates its elements.
var (
	filesystemRule = nameRule{kind: "file system", max: 255, only: nameRune}
	filesetRule    = nameRule{kind: "fileset", max: 255, not: "/?$&*()`#|[]\\"}
	listedFilesets = nameRule{kind: "fileset in a list", max: 255, not: "/?$&*()`#|[]\\,:"}
	snapshotRule   = nameRule{kind: "snapshot", max: 255, not: `/,:`, reserved: []string{".", ".."}}
	nodeRule       = nameRule{kind: "node", max: 255, only: func(r rune) bool { return nameRune(r) || r == ':' }}
	nodeClassRule  = nameRule{kind: "node class", max: 255, only: nameRune}
	diskRule       = nameRule{kind: "disk", max: 63, only: nameRune}
	poolRule       = nameRule{kind: "storage pool", max: 255, not: `/,:;*?()[]'"\`}
	callbackRule   = nameRule{kind: "callback", max: 255, not: `/:;,'"\`, reserved: []string{"all", "user", "system"}}
	clusterRule    = nameRule{kind: "cluster", max: 255, only: nameRune}
	attributeRule  = nameRule{kind: "configuration attribute", max: 255, only: nameRune}
	ownerRule      = nameRule{kind: "user or group", max: 255, not: ",:", blanks: true}
)

func nameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '.'
}

func (n nameRule) check(name string) error {
	bad := func(format string, args ...any) error {
		return &NameError{Kind: n.kind, Name: name, Reason: fmt.Sprintf(format, args...)}
	}
	switch {
	case name == "":
		return bad("it is empty")
	case len(name) > n.max:
		return bad("it has %d bytes, %d are allowed", len(name), n.max)
	case strings.HasPrefix(name, "-"):
		return bad("it begins with a dash, a command would take it for an option")
	case !utf8.ValidString(name):
		return bad("it is not valid UTF-8")
	}
	for _, r := range name {
		switch {
		case r < ' ' || r == 0x7f:
			return bad("it has a control character")
		case !n.blanks && (r == ' ' || r == '\u00a0'):
			return bad("it has a blank")
		case strings.ContainsRune(n.not, r), n.only != nil && !n.only(r):
			return bad("%q is not allowed", r)
		}
	}
	for _, r := range n.reserved {
		if name == r {
			return bad("Storage Scale keeps this name for itself")
		}
	}
	return nil
}

func (n nameRule) checkAll(names []string) error {
	if len(names) == 0 {
		return &NameError{Kind: n.kind, Reason: "none was given"}
	}
	for _, name := range names {
		if err := n.check(name); err != nil {
			return err
		}
	}
	return nil
}

// CheckFilesystemName checks the name of a file system; "/dev/mmfs1" is mmfs1.
func CheckFilesystemName(name string) error {
	name = strings.TrimPrefix(name, "/dev/")
	for _, all := range []string{"all", "all_local", "all_remote"} {
		if name == all {
			return &NameError{Kind: "file system", Name: name, Reason: "the commands take it for a set of file systems"}
		}
	}
	return filesystemRule.check(name)
}

// CheckFilesetName checks the name of an existing fileset.
func CheckFilesetName(name string) error { return filesetRule.check(name) }

// CheckNewFilesetName checks the name for a new fileset: root and new are taken by Storage Scale.
func CheckNewFilesetName(name string) error {
	if name == "root" || name == "new" {
		return &NameError{Kind: "fileset", Name: name, Reason: "Storage Scale keeps this name for itself"}
	}
	return filesetRule.check(name)
}

// CheckSnapshotName checks the name of a snapshot.
func CheckSnapshotName(name string) error { return snapshotRule.check(name) }

// CheckNodeName checks the name, address, number, range of numbers or class of a node.
func CheckNodeName(name string) error { return nodeRule.check(name) }

// CheckNodeClassName checks the name of a node class.
func CheckNodeClassName(name string) error { return nodeClassRule.check(name) }

// CheckNewNodeClassName checks the name for a new node class: those that end in "nodes" are kept for the system.
func CheckNewNodeClassName(name string) error {
	if strings.HasSuffix(strings.ToLower(name), "nodes") || strings.EqualFold(name, "all") || strings.EqualFold(name, "mount") {
		return &NameError{Kind: "node class", Name: name, Reason: `names that end in "nodes", all and mount are kept for system node classes`}
	}
	return nodeClassRule.check(name)
}

// CheckDiskName checks the name of an NSD.
func CheckDiskName(name string) error { return diskRule.check(name) }

// CheckPoolName checks the name of a storage pool.
func CheckPoolName(name string) error { return poolRule.check(name) }

// CheckCallbackName checks the identifier of a callback.
func CheckCallbackName(name string) error { return callbackRule.check(name) }

// CheckNewCallbackName checks the identifier for a new callback: those that begin with gpfs or mm are kept for Storage
// Scale.
//
// unverified: whether a prefix in capitals (GPFS) is kept too; it is refused.
func CheckNewCallbackName(name string) error {
	for _, prefix := range []string{"gpfs", "mm"} {
		if len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) {
			return &NameError{Kind: "callback", Name: name, Reason: "identifiers that begin with gpfs or mm are kept for Storage Scale"}
		}
	}
	return callbackRule.check(name)
}

// checkAbsPath checks a path that a command gets as an operand: junctions and mount points.
func checkAbsPath(what, p string) error {
	bad := func(reason string) error { return &NameError{Kind: what, Name: p, Reason: reason} }
	switch {
	case !path.IsAbs(p):
		return bad("it must be an absolute path")
	case len(p) > 4095:
		return bad("it is longer than a path may be")
	case strings.ContainsAny(p, "\x00\n\r"):
		return bad("it has a control character")
	}
	return nil
}

// checkText checks free text: comments.
func checkText(what, text string) error {
	switch {
	case len(text) > 255:
		return &NameError{Kind: what, Name: text, Reason: fmt.Sprintf("it has %d bytes, 255 are allowed", len(text))}
	case !utf8.ValidString(text):
		return &NameError{Kind: what, Name: text, Reason: "it is not valid UTF-8"}
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return &NameError{Kind: what, Name: text, Reason: "it has a control character"}
	}
	return nil
}
