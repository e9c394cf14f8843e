package model

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gpfsh/mmexec"
	"gpfsh/policy/spell"
)

// The kinds of objects as messages name them.
const (
	kindFilesystem = "file system"
	kindFileset    = "fileset"
	kindSnapshot   = "snapshot"
	kindNode       = "node"
	kindNodeClass  = "node class"
	kindDisk       = "disk"
	kindNSD        = "NSD"
	kindPool       = "storage pool"
	kindQuota      = "quota"
	kindParameter  = "configuration parameter"
)

// NotFoundError says that there is no object of a name, and which there are.
type NotFoundError struct {
	Kind  string   // "file system", "fileset", "snapshot" …
	Name  string   // the name that was asked for
	In    string   // where it was looked for: "mmfs1"; "" for objects of the cluster
	Names []string // the names there are
	// Unlisted says why Names could not be learned; nil when they are all there are.
	Unlisted error
	// Err is the refusal of the command that was asked for the object; nil when the object was not listed.
	Err error
}

// The number of names that a message lists.
const namesShown = 12

// Error names the object that is not there and the ones that are; of many the most similar ones.
func (e *NotFoundError) Error() string {
	where := ""
	if e.In != "" {
		where = " in " + e.In
	}
	what := fmt.Sprintf("no %s %q%s", e.Kind, e.Name, where)
	switch {
	case e.Unlisted != nil:
		return fmt.Sprintf("%s (which there are could not be learned: %v)", what, e.Unlisted)
	case len(e.Names) == 0:
		return what + "; there are none"
	case len(e.Names) == 1:
		return what + "; there is " + e.Names[0]
	case len(e.Names) <= namesShown:
		return what + "; there are " + strings.Join(e.Names, ", ")
	}
	near, name := slices.Clone(e.Names), strings.ToLower(e.Name)
	slices.SortStableFunc(near, func(a, b string) int {
		return cmp.Compare(spell.Distance(strings.ToLower(a), name), spell.Distance(strings.ToLower(b), name))
	})
	return fmt.Sprintf("%s; there are %s and %d more", what, strings.Join(near[:namesShown], ", "), len(near)-namesShown)
}

// Unwrap returns the refusal of the command, if there was one.
func (e *NotFoundError) Unwrap() error { return e.Err }

// AmbiguousError says that a name stands for more than one object.
type AmbiguousError struct {
	Kind string
	Name string
	Keys []string // the names that stand for one object each
}

// Error names the objects that are meant.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%q is the name of %s: write %s", e.Name, spell.Count(len(e.Keys), e.Kind), strings.Join(e.Keys, " or "))
}

// ExistsError says that there is an object of the name already.
type ExistsError struct {
	Kind string
	Name string
	In   string
	Err  error // the refusal of the command
}

// Error names the object that is in the way.
func (e *ExistsError) Error() string {
	where := ""
	if e.In != "" {
		where = " in " + e.In
	}
	return fmt.Sprintf("there is a %s %q%s already: %v", e.Kind, e.Name, where, e.Err)
}

// Unwrap returns the refusal of the command.
func (e *ExistsError) Unwrap() error { return e.Err }

// NotLocalError says that something was asked of a file system that belongs to another cluster and can only be done
// there.
type NotLocalError struct {
	Filesystem string // its name in this cluster
	Owner      string // the cluster it belongs to, "" when that is not known
	Err        error  // the refusal of the command; nil when it was not run
}

// Error says where to go.
func (e *NotLocalError) Error() string {
	owner := "another cluster"
	if e.Owner != "" {
		owner = "cluster " + e.Owner
	}
	msg := fmt.Sprintf("file system %q belongs to %s: do this there", e.Filesystem, owner)
	if e.Err != nil {
		msg += ": " + e.Err.Error()
	}
	return msg
}

// Unwrap returns the refusal of the command.
func (e *NotLocalError) Unwrap() error { return e.Err }

// MountedError says that a change was refused because the file system is mounted.
type MountedError struct {
	Filesystem string
	Nodes      []string // the nodes of this cluster that have it mounted
	Remote     []string // nodes of other clusters that have it mounted, as node (cluster)
	Err        error    // the refusal of the command
}

// Error names the nodes that have the file system mounted.
func (e *MountedError) Error() string {
	nodes := slices.Concat(e.Nodes, e.Remote)
	shown := strings.Join(nodes[:min(len(nodes), namesShown)], ", ")
	if more := len(nodes) - namesShown; more > 0 {
		shown += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("file system %q is mounted on %s: %s; unmount it there first: %v",
		e.Filesystem, spell.Count(len(nodes), "node"), shown, e.Err)
}

// Unwrap returns the refusal of the command.
func (e *MountedError) Unwrap() error { return e.Err }

// PlannedError says that an object exists only in the plan of a dry run, so there is nothing to read. It is
// [mmexec.ErrPlanned].
type PlannedError struct {
	Kind string
	Name string
	// Replaced says that by now the cluster has an object of the name, which may be another one.
	Replaced bool
}

// Error names the object.
func (e *PlannedError) Error() string {
	if e.Replaced {
		return fmt.Sprintf("%s %q was made in a dry run, and by now the cluster has one of that name: take that one from its collection", e.Kind, e.Name)
	}
	return fmt.Sprintf("%s %q is planned only: it was made in a dry run and does not exist on the cluster", e.Kind, e.Name)
}

// Unwrap returns [mmexec.ErrPlanned].
func (e *PlannedError) Unwrap() error { return mmexec.ErrPlanned }

// ManagedError says that an object belongs to another program, which counts on it.
type ManagedError struct {
	Kind string
	Name string
	By   string // "backup", "AFM", "CSI", "SMB"
}

// Error names the owner and the option that overrides it.
func (e *ManagedError) Error() string {
	return fmt.Sprintf("%s %q belongs to %s, which counts on it: delete it there, or say EvenIfManaged()", e.Kind, e.Name, e.By)
}

// errNil is the answer of the methods of an object that is nil or was made by hand.
func errNil(kind string) error {
	return fmt.Errorf("this %s belongs to no cluster: take it from a collection, do not make it", kind)
}

// refused reports whether the command ran and said no, so that the reason can be looked for on the cluster.
func refused(err error) bool {
	var denied *mmexec.PermissionError
	var down *mmexec.DownError
	var failed *mmexec.CommandError
	return !errors.As(err, &denied) && !errors.As(err, &down) && errors.As(err, &failed)
}
