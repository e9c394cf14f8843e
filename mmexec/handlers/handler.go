package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// DefaultDir is where the handlers are on every node: a local disk, as a file system may be what the event is about.
const DefaultDir = "/var/mmfs/gpfsh/handlers"

// HealthEvent is the name that stands for the events of mmhealth among the events of handlers. They are no events of
// callbacks: mmhealth runs one script, see [ChainScript].
const HealthEvent = "healthEvent"

// Handler is an event handler as it is kept on the nodes.
type Handler struct {
	ID      string    `json:"id"`
	Version int       `json:"version"` // counts the changes
	Created time.Time `json:"created"` // of this version
	By      string    `json:"by,omitempty"`
	Program string    `json:"program"` // the path of gpfsh on the nodes
	Dir     string    `json:"dir,omitempty"`

	Events    []string `json:"events"`
	Variables []string `json:"variables,omitempty"` // that Storage Scale is asked for
	Scope     Scope    `json:"scope,omitzero"`

	// Type is the type of the one parameter of the function: MountEvent. Binds are the variables that its parameters
	// are named after. A function without parameters has neither.
	Type  string   `json:"type,omitempty"`
	Binds []string `json:"binds,omitempty"`
	// Command is an external command that runs instead of a function, with its arguments. Variables in them, with a
	// percent sign in front, get their values; no shell reads them.
	Command []string `json:"command,omitempty"`

	Sync    bool          `json:"sync,omitempty"`    // the daemon waits
	OnError string        `json:"onError,omitempty"` // continue or shutdown, when it waits
	Limit   time.Duration `json:"limit"`             // the longest it may run
	Every   time.Duration `json:"every,omitempty"`   // once in this time for the same object

	Sum    string `json:"sum"` // of everything, the source among it
	Source string `json:"source,omitempty"`
}

// Scope says what the events of a handler must be about; what is "" may be anything. It is finer than what Storage Scale
// can be told.
type Scope struct {
	Filesystem string `json:"filesystem,omitempty"`
	Fileset    string `json:"fileset,omitempty"`
	Pool       string `json:"pool,omitempty"`
	Node       string `json:"node,omitempty"` // a node that the event is about
}

// String returns the scope as one word: "mmfs1", "mmfs1:fileset:proj", "mmfs1:pool:data", "node:nsd01"; "" for anything.
func (s Scope) String() string {
	switch {
	case s.Fileset != "":
		return s.Filesystem + ":fileset:" + s.Fileset
	case s.Pool != "":
		return s.Filesystem + ":pool:" + s.Pool
	case s.Node != "":
		return "node:" + s.Node
	}
	return s.Filesystem
}

// ParseScope reads what String returns.
func ParseScope(text string) Scope {
	if node, ok := strings.CutPrefix(text, "node:"); ok {
		return Scope{Node: node}
	}
	fs, rest, _ := strings.Cut(text, ":")
	kind, name, _ := strings.Cut(rest, ":")
	switch kind {
	case "fileset":
		return Scope{Filesystem: fs, Fileset: name}
	case "pool":
		return Scope{Filesystem: fs, Pool: name}
	}
	return Scope{Filesystem: fs}
}

// Variables are those that tell whether an event is in the scope.
func (s Scope) Variables() []string {
	var list []string
	for name, value := range map[string]string{"fsName": s.Filesystem, "filesetName": s.Fileset, "storagePool": s.Pool, "eventNode": s.Node} {
		if value != "" {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// Holds tells whether an event with these values is in the scope.
func (s Scope) Holds(values map[string]string) bool {
	is := func(want, name string) bool { return want == "" || strings.TrimPrefix(values[name], "/dev/") == want }
	if !is(s.Filesystem, "fsName") || !is(s.Fileset, "filesetName") || !is(s.Pool, "storagePool") {
		return false
	}
	if s.Node == "" {
		return true
	}
	return slices.ContainsFunc(strings.Split(values["eventNode"], ","), func(n string) bool { return sameNode(n, s.Node) })
}

// sameNode compares names of nodes that may be long or short.
func sameNode(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	shortA, _, longA := strings.Cut(a, ".")
	shortB, _, longB := strings.Cut(b, ".")
	return a == b || shortA == shortB && !(longA && longB)
}

// Health tells whether the handler is for the events of mmhealth.
func (h *Handler) Health() bool { return slices.Contains(h.Events, HealthEvent) }

// Path is the directory of the handler on the nodes.
func (h *Handler) Path() string { return path.Join(dirOf(h.Dir), h.ID) }

// RunPath is what is registered with Storage Scale.
func (h *Handler) RunPath() string { return path.Join(h.Path(), "run") }

func dirOf(dir string) string {
	if dir == "" {
		return DefaultDir
	}
	return dir
}

// IDOf returns the identifier of the handler that a registered command belongs to, and the directory of the handlers.
func IDOf(command string) (dir, id string, ok bool) {
	at, file := path.Split(command)
	at = path.Clean(at)
	dir, id = path.Split(at)
	dir = path.Clean(dir)
	if file != "run" || path.Base(dir) != "handlers" || !strings.HasPrefix(path.Base(path.Dir(dir)), "gpfsh") && !strings.HasSuffix(path.Base(path.Dir(dir)), ".gpfsh") {
		return "", "", false
	}
	return dir, id, true
}

// Checksum is that of what the handler is and does.
func (h *Handler) Checksum() string {
	plain := *h
	plain.Sum = ""
	plain.Created = plain.Created.UTC().Truncate(time.Second)
	data, _ := json.Marshal(plain) // strings, numbers and times always have a form
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Seal stamps the handler with its checksum.
func (h *Handler) Seal() {
	h.Created = h.Created.UTC().Truncate(time.Second)
	h.Sum = h.Checksum()
}

// Token is the word among the parameters of a registration that tells which version of the handler it is for.
func (h *Handler) Token() string {
	return fmt.Sprintf("gpfsh=%d.%.12s", h.Version, h.Sum)
}

// Check says why the handler cannot be run as it is.
func (h *Handler) Check() error {
	switch {
	case mmexec.CheckNewCallbackName(h.ID) != nil:
		return mmexec.CheckNewCallbackName(h.ID)
	case h.Sum != h.Checksum():
		return fmt.Errorf("the checksum of handler %s does not fit what it holds: somebody changed it, or it was not written to its end", h.ID)
	case h.Source == "" && len(h.Command) == 0:
		return fmt.Errorf("handler %s has neither a function nor a command", h.ID)
	case h.Source != "" && len(h.Command) > 0:
		return fmt.Errorf("handler %s has both a function and a command", h.ID)
	}
	return nil
}

// Parameters returns what is registered as --parms, one word each: the version, the scope, and each variable with its
// name, so that a value with blanks, or one that is not there, cannot shift the others.
func (h *Handler) Parameters() []string {
	list := []string{h.Token()}
	if s := h.Scope.String(); s != "" {
		list = append(list, "for="+escape(s))
	}
	for _, v := range h.Variables {
		list = append(list, v+"=%"+v)
	}
	return list
}

// escape writes a text so that Storage Scale does not take it for a variable or for two words.
func escape(s string) string {
	return strings.NewReplacer("%", "%%", " ", "\\x20").Replace(s)
}

// Registration is what the parameters of a registration tell of its handler.
type Registration struct {
	Version int
	Sum     string // the beginning of the checksum
	Scope   Scope
}

// ParseRegistration reads parameters as mmlscallback prints them. ok is false when they are none of ours.
func ParseRegistration(parms string) (r Registration, ok bool) {
	for _, word := range strings.Fields(parms) {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "gpfsh":
			version, sum, _ := strings.Cut(value, ".")
			n, err := strconv.Atoi(version)
			if err != nil {
				return r, false
			}
			r.Version, r.Sum, ok = n, sum, true
		case "for":
			r.Scope = ParseScope(strings.NewReplacer("%%", "%", "\\x20", " ").Replace(value))
		}
	}
	return r, ok
}

// Marshal returns the handler as it travels to the nodes.
func (h *Handler) Marshal() []byte {
	data, _ := json.MarshalIndent(h, "", "  ")
	return append(data, '\n')
}

// Unmarshal reads a handler and checks it.
func Unmarshal(data []byte) (*Handler, error) { return unmarshalWith(data, "") }

func unmarshalWith(data []byte, source string) (*Handler, error) {
	var h Handler
	if err := json.Unmarshal(data, &h); err != nil {
		return nil, fmt.Errorf("this is no handler: %w", err)
	}
	if source != "" {
		h.Source = source
	}
	if err := h.Check(); err != nil {
		return nil, err
	}
	return &h, nil
}
