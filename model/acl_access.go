package model

import (
	"slices"
	"strings"
)

// access is what an access control list says of somebody.
type access int

const (
	denied access = iota
	allowed
	unclear // it depends on groups that are not known
)

// person is somebody who wants to use a file.
type person struct {
	name   string
	groups []string
	known  bool // groups are all that there are
}

// in tells whether somebody is in a group.
func (p person) in(group string) access {
	switch {
	case slices.Contains(p.groups, group):
		return allowed
	case p.known:
		return denied
	}
	return unclear
}

// allows tells whether somebody may do all of what the letters r, w and x stand for, and which entry decides.
func (a *ACL) allows(p person, letters string) (access, string) {
	if p.name == "root" {
		return allowed, ""
	}
	if a.NFSv4 {
		return a.allowsNFSv4(p, letters)
	}
	return a.allowsPosix(p, letters)
}

// entry is one line of a list that grants or denies something.
type aclEntry struct {
	kind, who, permissions string
	deny                   bool
	text                   string
}

func (a *ACL) parsed() []aclEntry {
	var list []aclEntry
	for _, line := range a.Entries {
		parts := strings.Split(line, ":")
		if len(parts) < 3 || strings.HasPrefix(line, "(") {
			continue // the rights of an NFSv4 entry, spelled out
		}
		e := aclEntry{kind: parts[0], who: parts[1], permissions: parts[2], text: line}
		e.deny = len(parts) > 3 && parts[3] == "deny"
		list = append(list, e)
	}
	return list
}

func (e aclEntry) grants(letters string) bool {
	for _, l := range letters {
		if !strings.ContainsRune(e.permissions, l) {
			return false
		}
	}
	return true
}

// allowsPosix goes by the order of POSIX lists: owner, named users, groups, others; the mask bounds all but the first
// and the last.
func (a *ACL) allowsPosix(p person, letters string) (access, string) {
	entries := a.parsed()
	mask := "rwxc"
	for _, e := range entries {
		if e.kind == "mask" {
			mask = e.permissions
		}
	}
	bounded := func(e aclEntry) bool { return e.grants(letters) && (aclEntry{permissions: mask}).grants(letters) }
	verdict := func(ok bool, e aclEntry) (access, string) {
		if ok {
			return allowed, e.text
		}
		return denied, e.text
	}
	find := func(kind, who string) (aclEntry, bool) {
		i := slices.IndexFunc(entries, func(e aclEntry) bool { return e.kind == kind && e.who == who })
		if i < 0 {
			return aclEntry{}, false
		}
		return entries[i], true
	}
	if e, ok := find("user", ""); ok && p.name == a.Owner {
		return verdict(e.grants(letters), e)
	}
	if e, ok := find("user", p.name); ok && p.name != "" {
		return verdict(bounded(e), e)
	}
	matched, maybe := false, false
	var last aclEntry
	for _, e := range entries {
		if e.kind != "group" {
			continue
		}
		group := e.who
		if group == "" {
			group = a.Group
		}
		switch in := p.in(group); {
		case in == allowed && bounded(e):
			return allowed, e.text
		case in == allowed:
			matched, last = true, e
		case in == unclear:
			maybe = true
		}
	}
	other, ok := find("other", "")
	switch {
	case matched && !maybe:
		return denied, last.text
	case matched || maybe && !(ok && other.grants(letters)):
		return unclear, other.text
	case maybe:
		// Whoever is in a group that grants less would be refused; most are in none.
		return allowed, other.text
	}
	return verdict(ok && other.grants(letters), other)
}

// allowsNFSv4 goes through the entries in their order: the first that speaks of a right decides about it.
func (a *ACL) allowsNFSv4(p person, letters string) (access, string) {
	result, why := allowed, ""
	for _, l := range letters {
		got, entry := denied, "no entry grants it"
	entries:
		for _, e := range a.parsed() {
			if !e.grants(string(l)) {
				continue
			}
			match := denied
			switch {
			case e.kind == "special" && e.who == "owner@":
				match = is(p.name == a.Owner)
			case e.kind == "special" && e.who == "group@":
				match = p.in(a.Group)
			case e.kind == "special" && e.who == "everyone@":
				match = allowed
			case e.kind == "user":
				match = is(p.name == e.who)
			case e.kind == "group":
				match = p.in(e.who)
			}
			switch {
			case match == allowed && e.deny:
				got, entry = denied, e.text
				break entries
			case match == allowed && got != unclear:
				got, entry = allowed, e.text
				break entries
			case match == allowed:
				break entries
			case match == unclear:
				got, entry = unclear, e.text
			}
		}
		if got == denied {
			return denied, entry
		}
		if got == unclear {
			result = unclear
		}
		why = entry
	}
	return result, why
}

func is(yes bool) access {
	if yes {
		return allowed
	}
	return denied
}
