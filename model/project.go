package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Project says what a project is to have: a fileset with its place, its limits and its permissions. What is zero is left
// to Storage Scale, or as it is.
type Project struct {
	Name      string // of the fileset
	Path      string // where it is linked: an absolute path below the mount point
	Comment   string // who it is for
	Snapshots string // how it is to be snapshotted, for people and for schedulers; kept behind the comment
	// Within names the independent fileset whose inode space a dependent fileset shares. It is independent, and can have
	// snapshots, where this is "".
	Within      string
	MaxInodes   Count // of an independent fileset
	AllocInodes Count // allocated beforehand
	BlockSoft   Bytes // limits of all its files together; storage counts with its replicas
	BlockHard   Bytes
	FilesSoft   Count
	FilesHard   Count
	Mode        uint32 // permissions of its directory, up to 0o777; 0 for those that Storage Scale gives
	ACL         *ACL   // access control list of its directory, in place of Mode
}

// ProjectStep is a part of making or retiring a project.
type ProjectStep struct {
	What   string `json:"what" col:"STEP"`
	Result string `json:"result" col:"RESULT"` // "made", "changed", "already so", "planned"; "to be done", "wait", "not told"
	Detail string `json:"detail,omitempty" col:"DETAIL"`
}

// String returns the step and what became of it.
func (s ProjectStep) String() string {
	text := s.What + ": " + s.Result
	if s.Detail != "" {
		text += " (" + s.Detail + ")"
	}
	return text
}

// ProjectReport says what was done for a project.
type ProjectReport struct {
	Project string        `json:"project" col:"PROJECT"`
	Changed bool          `json:"changed" col:"CHANGED"` // anything was done, or planned
	Steps   []ProjectStep `json:"steps" col:"STEPS"`
	// Fileset is the fileset of the project; nil when there is none any more.
	Fileset *Fileset `json:"-" col:"-"`
}

// String returns one line for each step.
func (r *ProjectReport) String() string {
	if r == nil {
		return ""
	}
	lines := make([]string, len(r.Steps))
	for i, s := range r.Steps {
		lines[i] = s.String()
	}
	return r.Project + "\n" + strings.Join(lines, "\n")
}

func (r *ProjectReport) step(what string, changed bool, result, detail string) {
	if !changed && result == "" {
		result = "already so"
	}
	r.Changed = r.Changed || changed
	r.Steps = append(r.Steps, ProjectStep{what, result, detail})
}

// NewProject makes a project: it is [Filesystem.EnsureProject] for one that there must not be yet.
func (fs *Filesystem) NewProject(ctx context.Context, p Project) (*ProjectReport, error) {
	return fs.project(ctx, p, true)
}

// EnsureProject makes a project, or changes what of it is not as it is wanted, and says what it did. It runs
// mmlsfileset; mmcrfileset, mmlinkfileset and mmputacl for a new fileset, mmchfileset for one that differs; mmrepquota,
// and mmsetquota where the limits differ; mmgetacl, and mmputacl where the permissions of an existing one differ. Doing
// it twice is as good as doing it once. The owner of its directory is root: no command of Storage Scale changes that,
// so members are let in by an access control list.
func (fs *Filesystem) EnsureProject(ctx context.Context, p Project) (*ProjectReport, error) {
	return fs.project(ctx, p, false)
}

func (fs *Filesystem) project(ctx context.Context, p Project, isNew bool) (*ProjectReport, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	if p.Path == "" {
		return nil, fmt.Errorf("project %s needs a path at which its fileset is linked", p.Name)
	}
	acl := p.ACL
	if acl == nil && p.Mode != 0 {
		var err error
		if acl, err = modeACL(p.Mode); err != nil {
			return nil, err
		}
	}
	r := &ProjectReport{Project: p.Name}
	have, existed, err := fs.Filesets.Lookup(ctx, p.Name)
	if err != nil {
		return nil, err
	}
	if existed && isNew {
		return nil, &ExistsError{Kind: kindFileset, Name: p.Name, In: fs.Name, Err: errors.New("EnsureProject brings it to what is wanted")}
	}
	set, changed, err := fs.Filesets.ensure(ctx, p.Name, have, existed, p.options(acl, existed))
	r.Fileset = set
	if err != nil {
		return r, err
	}
	r.step("fileset", changed, done(changed, existed, set), p.Path)
	if err := fs.projectQuota(ctx, p, r); err != nil {
		return r, err
	}
	if acl == nil {
		return r, nil
	}
	if !existed {
		r.step("permissions", true, done(true, false, set), strings.Join(acl.Entries, " "))
		return r, nil
	}
	file := fs.c.File(p.Path)
	now, err := file.ACL(ctx)
	if err != nil {
		return r, err
	}
	if slices.Equal(now.Entries, acl.Entries) {
		r.step("permissions", false, "", "")
		return r, nil
	}
	if err := file.ChangeACL(ctx, acl); err != nil {
		return r, err
	}
	r.step("permissions", true, "changed", strings.Join(acl.Entries, " "))
	return r, nil
}

func done(changed, existed bool, set *Fileset) string {
	switch {
	case set.Planned():
		return "planned"
	case !changed:
		return ""
	case existed:
		return "changed"
	}
	return "made"
}

// options returns what the fileset is to be.
func (p Project) options(acl *ACL, existed bool) []FilesetNewOption {
	list := []FilesetNewOption{Link(p.Path)}
	if p.Within == "" {
		list = append(list, Independent())
	} else {
		list = append(list, InInodeSpaceOf(p.Within))
	}
	if comment := p.comment(); comment != "" {
		list = append(list, Comment(comment))
	}
	switch {
	case p.MaxInodes > 0 && p.AllocInodes > 0:
		list = append(list, InodeLimit(p.MaxInodes, p.AllocInodes))
	case p.MaxInodes > 0:
		list = append(list, InodeLimit(p.MaxInodes))
	}
	if acl != nil && !existed {
		list = append(list, RootACL(acl))
	}
	return list
}

func (p Project) comment() string {
	if p.Snapshots == "" {
		return p.Comment
	}
	return strings.TrimPrefix(p.Comment+"; snapshots: "+p.Snapshots, "; ")
}

func (fs *Filesystem) projectQuota(ctx context.Context, p Project, r *ProjectReport) error {
	var limits []QuotaOption
	if p.BlockSoft > 0 || p.BlockHard > 0 {
		limits = append(limits, Block(limitOr(p.BlockSoft), limitOr(p.BlockHard)))
	}
	if p.FilesSoft > 0 || p.FilesHard > 0 {
		limits = append(limits, Files(Count(limitOr(Bytes(p.FilesSoft))), Count(limitOr(Bytes(p.FilesHard)))))
	}
	if len(limits) == 0 {
		return nil
	}
	_, changed, err := fs.Quotas.Ensure(ctx, "fileset/"+p.Name, limits...)
	if err != nil {
		return err
	}
	result := ""
	if changed {
		result = "changed"
	}
	r.step("quota", changed, result, fmt.Sprintf("%s:%s", limitOr(p.BlockSoft), limitOr(p.BlockHard)))
	return nil
}

func limitOr(b Bytes) Bytes {
	if b <= 0 {
		return Unlimited
	}
	return b
}
