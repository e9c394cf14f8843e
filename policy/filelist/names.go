package filelist

import (
	"bytes"
	"context"
	"os/exec"
	"os/user"
	"strconv"
	"sync"
	"time"
)

// Names resolves numbers of users and groups, each once. It may be shared between jobs and used by several goroutines.
// A directory service that does not answer in time is not asked again: its numbers are shown as "uid:1234".
type Names struct {
	// Lookup resolves a number, "" when nobody has it. It is called once for each number, from several goroutines.
	lookup  func(ctx context.Context, group bool, id int64) string
	timeout time.Duration

	mu     sync.Mutex
	users  map[int64]string
	groups map[int64]string
	failed int
}

// namePatience is how often a directory service may be too slow before it is left alone.
const namePatience = 3

// LocalNames resolves by the user and group databases of this node.
func LocalNames() *Names { return NewNames(systemName, 3*time.Second) }

// NewNames resolves by a function, which returns "" for numbers that nobody has. A number that takes longer than the
// time limit stays a number.
func NewNames(lookup func(ctx context.Context, group bool, id int64) string, limit time.Duration) *Names {
	return &Names{lookup: lookup, timeout: limit, users: map[int64]string{}, groups: map[int64]string{}}
}

// user returns the name of a user, or "uid:1234".
func (n *Names) user(id int64) string { return n.name(false, id) }

// group returns the name of a group, or "gid:1234".
func (n *Names) group(id int64) string { return n.name(true, id) }

func (n *Names) name(group bool, id int64) string {
	number := "uid:" + strconv.FormatInt(id, 10)
	if group {
		number = "gid" + number[3:]
	}
	if n == nil {
		return number
	}
	n.mu.Lock()
	known := n.users
	if group {
		known = n.groups
	}
	name, found := known[id]
	asking := !found && n.failed < namePatience
	n.mu.Unlock()
	if found {
		return name
	}
	name = number
	late := false
	if asking {
		var text string
		if text, late = n.ask(group, id); text != "" {
			name = text
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if late {
		n.failed++
	}
	known[id] = name
	return name
}

// ask resolves one number within the time limit. The lookups of the C library cannot be stopped, so a late one is left
// behind.
func (n *Names) ask(group bool, id int64) (name string, late bool) {
	ctx, cancel := context.WithTimeout(context.Background(), n.timeout)
	defer cancel()
	answer := make(chan string, 1)
	go func() { answer <- n.lookup(ctx, group, id) }()
	select {
	case name = <-answer:
		return name, false
	case <-ctx.Done():
		return "", true
	}
}

func systemName(ctx context.Context, group bool, id int64) string {
	text := strconv.FormatInt(id, 10)
	if group {
		if g, err := user.LookupGroupId(text); err == nil {
			return g.Name
		}
		return getent(ctx, "group", text)
	}
	if u, err := user.LookupId(text); err == nil {
		return u.Username
	}
	return getent(ctx, "passwd", text)
}

// getent asks the name service of the system, which a program that is linked without it cannot ask itself.
func getent(ctx context.Context, database, key string) string {
	out, err := exec.CommandContext(ctx, "getent", database, key).Output()
	if err != nil {
		return ""
	}
	fields := bytes.SplitN(bytes.TrimSpace(out), []byte(":"), 4)
	if len(fields) < 3 || string(fields[2]) != key {
		return ""
	}
	return string(fields[0])
}
