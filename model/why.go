package model

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"gpfsh/mmexec"
)

// Explanation says why a user cannot write to a file, from [File.Why].
type Explanation struct {
	Path       string `json:"path" col:"PATH"`
	User       string `json:"user" col:"USER"`
	Filesystem string `json:"filesystem" col:"FILE SYSTEM"`
	Fileset    string `json:"fileset" col:"FILESET"`
	Pool       string `json:"pool" col:"POOL"` // storage pool of the file; of a directory itself
	Checks     Checks `json:"checks" col:"-"`  // what was looked at, the first cause on top
}

// String returns the page: the first cause on top, with the command that mends it below.
func (e *Explanation) String() string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s for %s: %s\n", e.Path, e.User, e.Summary())
	if cause := e.Cause(); cause != nil && cause.Mend != "" {
		fmt.Fprintf(&b, "    %s\n", cause.Mend)
	}
	for _, c := range e.Checks {
		fmt.Fprintf(&b, "%-8s  %-16s  %s\n", c.Verdict, c.Name, c.Finding)
	}
	return b.String()
}

// Cause returns the first check that explains it; nil when no command tells a cause.
func (e *Explanation) Cause() *Check {
	if e == nil || len(e.Checks) == 0 || e.Checks[0].Verdict != Refuses {
		return nil
	}
	return &e.Checks[0]
}

// Summary returns the answer as one sentence.
func (e *Explanation) Summary() string {
	switch {
	case e == nil:
		return ""
	case e.Cause() != nil:
		return e.Cause().Finding
	case e.Checks.Worst() == Passes:
		return "nothing that commands tell stands against writing"
	}
	return "nothing stands against writing for sure; see the first line"
}

// WhyOption is something that is known of the user beforehand: [InGroups].
type WhyOption interface{ why(*inquiry) }

type inGroups []string

func (o inGroups) why(q *inquiry) { q.who.groups, q.who.known = o, true }

// InGroups names all groups that the user is in. Unless it is given they are asked of the name service here, where
// [ResolvingNames] allows that, and are not known otherwise.
func InGroups(groups ...string) WhyOption { return inGroups(groups) }

// inquiry is the search for causes.
type inquiry struct {
	c       *Cluster
	who     person
	path    string
	e       *Explanation
	fs      *Filesystem
	mount   string            // where the file system is mounted, as its configuration says
	attrs   []mmexec.FileAttr // of what there is of the path, the innermost first
	create  bool              // something is to be made, so that an inode is needed
	fileset *Fileset
}

// Why looks for what keeps a user from writing to the file, or from making it or something in it: fileset, storage pool,
// mount, quotas of the user, of the groups and of the fileset with what is in doubt and the grace period, inode space,
// immutability, snapshots, caches, and the permissions along the path as far as commands tell.
//
// It runs mmlsfs (twice), mmlsattr, mmlsmount, mmgetstate, mmlsfileset, mmlspool, mmlsquota for the user, each group and
// the fileset, and mmgetacl for every directory of the path; mmafmctl getstate for a cache. None of them is expensive.
func (f *File) Why(ctx context.Context, user string, options ...WhyOption) (*Explanation, error) {
	if err := f.ready(); err != nil {
		return nil, err
	}
	if err := f.checkPath(); err != nil {
		return nil, err
	}
	if user == "" || strings.HasPrefix(user, "-") {
		return nil, fmt.Errorf("%q cannot be the name of a user", user)
	}
	q := &inquiry{c: f.c, path: path.Clean(f.Path), who: person{name: user}, e: &Explanation{Path: f.Path, User: user}}
	for _, o := range options {
		o.why(q)
	}
	if !q.who.known {
		q.askGroups(ctx)
	}
	for _, step := range []func(context.Context) error{
		q.findFilesystem, q.findMount, q.findAttributes, q.findFileset, q.findQuotas, q.findPool, q.findPermissions,
	} {
		err := step(ctx)
		if errors.Is(err, errNothingMore) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	q.e.Checks = q.e.Checks.ordered()
	return q.e, nil
}

// errNothingMore ends the search: what is not a file of a file system has no quotas.
var errNothingMore = errors.New("nothing more to find")

// told returns an error that ends the search. Everything that is only one answer less is noted and lets it go on.
func (q *inquiry) told(ctx context.Context, check string, err error) error {
	var down *mmexec.DownError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &down):
		if !slices.ContainsFunc(q.e.Checks, func(c Check) bool { return c.Name == "daemon" }) {
			q.e.Checks.add("daemon", Refuses, "Storage Scale does not run on this node: "+cause(err), "mmstartup")
		}
		return nil
	}
	q.e.Checks.add(check, Untold, err.Error(), "")
	return nil
}

func (q *inquiry) findFilesystem(ctx context.Context) error {
	named, err := q.c.filesystemNames(ctx, "all")
	if err != nil {
		return err
	}
	name := ""
	for _, it := range named {
		if below(q.path, it.Value) && len(it.Value) > len(q.mount) {
			name, q.mount = it.Key, it.Value
		}
	}
	if name == "" {
		q.e.Checks.add("file system", Refuses, q.path+" is below no default mount point of a file system of Storage Scale", "")
		return errNothingMore
	}
	q.e.Filesystem = name
	q.fs = q.c.filesystem(name)
	fs, err := q.c.readFilesystem(ctx, name)
	if err != nil {
		return q.told(ctx, "file system", err)
	}
	q.fs = fs
	if fs.Features.Maintenance {
		q.e.Checks.add("maintenance", Refuses, "file system "+name+" is in maintenance mode and cannot be mounted",
			line("mmchfs", name, "--maintenance-mode", "no"))
	}
	return nil
}

// below tells whether a path is a directory or something in it.
func below(p, dir string) bool {
	return dir != "" && (p == dir || strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/"))
}

// line is a command as a shell would need it typed.
func line(argv ...string) string { return mmexec.QuoteArgv(argv) }

func (q *inquiry) findMount(ctx context.Context) error {
	local, err := q.c.query(ctx)(mmexec.MmGetState(mmexec.ThisNode()))
	if err != nil {
		return q.told(ctx, "mount", err)
	}
	if len(local.Rows) == 0 {
		q.e.Checks.add("mount", Untold, "mmgetstate does not tell which node this is", "")
		return nil
	}
	here := local.Rows[0]
	names := []string{here.Get("nodeName"), here.Get("daemonNodeName"), here.Get("daemonShortName")}
	if state := word(ParseNodeState, here.Get("state")); state != Active {
		q.e.Checks.add("daemon", Refuses, fmt.Sprintf("Storage Scale is %s on %s", state, names[0]), line("mmstartup", "-N", names[0]))
	}
	mounts, err := q.fs.MountedOn(ctx)
	if err != nil {
		return q.told(ctx, "mount", err)
	}
	for _, m := range mounts {
		if !slices.ContainsFunc(names, func(n string) bool { return n != "" && sameHost(n, m.Node) }) {
			continue
		}
		if strings.EqualFold(m.Access, "RO") {
			q.e.Checks.add("mount", Refuses, fmt.Sprintf("%s is mounted read-only on %s", q.fs.Name, m.Node),
				line("mmumount", q.fs.Name, "-N", names[0])+" && "+line("mmmount", q.fs.Name, "-N", names[0]))
		} else {
			q.e.Checks.add("mount", Passes, fmt.Sprintf("%s is mounted on %s and %d other nodes", q.fs.Name, m.Node, len(mounts)-1), "")
		}
		return nil
	}
	q.e.Checks.add("mount", Refuses, fmt.Sprintf("%s is not mounted on %s", q.fs.Name, names[0]), line("mmmount", q.fs.Name, "-N", names[0]))
	return nil
}

// sameHost compares names of a node, of which one may be short, or that of its daemon interface.
func sameHost(a, b string) bool {
	return strings.EqualFold(a, b) || strings.EqualFold(shortName(a), shortName(b))
}

// ancestors returns the path and the directories that it is in, up to the mount point.
func (q *inquiry) ancestors() []string {
	var list []string
	for p := q.path; ; p = path.Dir(p) {
		list = append(list, p)
		if p == q.mount || p == "/" {
			return list
		}
	}
}

func (q *inquiry) findAttributes(ctx context.Context) error {
	all := q.ancestors()
	cmd, err := mmexec.MmLsAttr(all, mmexec.LsAttrOptions{})
	if err != nil {
		return err
	}
	res, err := q.c.run(ctx)(cmd, nil)
	var failed *mmexec.CommandError
	var out []byte
	switch {
	case err == nil:
		out = res.Stdout
	case errors.As(err, &failed) && len(failed.Stdout) > 0:
		out = failed.Stdout // of several files the others were told
	default:
		return q.told(ctx, "attributes", err)
	}
	if q.attrs, err = mmexec.ParseMmLsAttr(out); err != nil || len(q.attrs) == 0 {
		return q.told(ctx, "attributes", nothingTold(err))
	}
	target := q.attrs[0]
	q.e.Fileset, q.e.Pool = target.Fileset, target.Pool
	directory := slices.Contains(target.Misc, "DIRECTORY")
	q.create = directory || target.Name != q.path
	if target.Name != q.path {
		q.e.Checks.add("path", Warns, q.path+" is not there; looked at making it in "+target.Name, "")
	}
	q.readAttributes(target, directory)
	return nil
}

func nothingTold(err error) error {
	if err == nil {
		return errors.New("mmlsattr told nothing")
	}
	return err
}

// readAttributes looks at what the file itself, or the directory that is to take it, refuses.
func (q *inquiry) readAttributes(a mmexec.FileAttr, directory bool) {
	checks := &q.e.Checks
	if a.Snapshot != "" {
		checks.add("snapshot", Refuses, fmt.Sprintf("%s is in snapshot %s: snapshots cannot be written to", a.Name, a.Snapshot), "")
	}
	expires := q.c.moment(a.Expires)
	switch {
	case a.Immutable && (a.IndefiniteRetention || expires.After(q.c.now())):
		until := "for good"
		if !a.IndefiniteRetention {
			until = "until " + expires.Format("2006-01-02 15:04")
		}
		checks.add("immutability", Refuses, a.Name+" is immutable and kept "+until, "")
	case a.Immutable:
		checks.add("immutability", Refuses, a.Name+" is immutable", line("mmchattr", "-i", "no", a.Name))
	case a.AppendOnly && !directory:
		checks.add("immutability", Refuses, a.Name+" can only be appended to", line("mmchattr", "-a", "no", a.Name))
	case a.AppendOnly:
		checks.add("immutability", Warns, a.Name+" only takes new files: none in it can be deleted or renamed", line("mmchattr", "-a", "no", a.Name))
	default:
		checks.add("immutability", Passes, a.Name+" can be changed", "")
	}
}

func (q *inquiry) findPermissions(ctx context.Context) error {
	if len(q.attrs) == 0 {
		return nil
	}
	for i, a := range q.attrs {
		file := q.c.File(a.Name)
		acl, err := file.ACL(ctx)
		if err != nil {
			if err := q.told(ctx, "permissions", err); err != nil {
				return err
			}
			continue
		}
		want, what := "x", "may not enter "+a.Name
		if i == 0 {
			want, what = "w", "may not write to "+a.Name
			if q.create {
				want, what = "wx", "may not make files in "+a.Name
			}
		}
		got, entry := acl.allows(q.who, want)
		mend := line("mmeditacl", a.Name)
		switch got {
		case denied:
			q.e.Checks.add("permissions", Refuses, fmt.Sprintf("%s %s (%s; owner %s, group %s)", q.who.name, what, entry, acl.Owner, acl.Group), mend)
		case unclear:
			q.e.Checks.add("permissions", Untold, fmt.Sprintf("%s %s unless a group allows it (owner %s, group %s): add InGroups(…)",
				q.who.name, what, acl.Owner, acl.Group), mend)
		}
	}
	if !slices.ContainsFunc(q.e.Checks, func(c Check) bool { return c.Name == "permissions" }) {
		q.e.Checks.add("permissions", Passes, "the access control lists from "+q.mount+" on let "+q.who.name+" through", "")
	}
	return nil
}
