package model

import (
	"context"
	"fmt"

	"gpfsh/policy"
)

// KeepingPolicies names a directory in which [policy.Placement.Save] keeps the text that was installed before: it is
// how [Filesystem.Placement] knows versions. Without it none are kept.
func KeepingPolicies(dir string) ConnectOption {
	return connectOption(func(c *Cluster) { c.policies = dir })
}

// Placement returns the policy that is installed in the file system: it places new files, and its other rules run when
// a storage pool fills up. It is edited as any policy and installed by its Save. It runs mmlspolicy -L.
func (fs *Filesystem) Placement(ctx context.Context) (*policy.Placement, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	p, err := policy.LoadPlacement(ctx, fs.c.ex, fs.Name)
	if err != nil {
		return nil, fs.explainAny(ctx, err)
	}
	p.History = fs.c.policies
	return p, nil
}

// RunPolicy runs a policy on the whole file system and tells what it found and did. It runs mmapplypolicy, which has to
// be told which nodes do the work: policy.Nodes. It is a scan of the whole file system, even when nothing is to be
// changed. [Filesystem.StartPolicy] does not wait for the end.
func (fs *Filesystem) RunPolicy(ctx context.Context, p *policy.Policy, act policy.Act, options ...policy.RunOption) (*policy.Summary, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	s, err := fs.c.RunPolicy(ctx, p, policy.OnFilesystem(fs.Name), act, options...)
	return s, fs.explainAny(ctx, err)
}

// StartPolicy starts a policy on the whole file system and does not wait for its end: see [Filesystem.RunPolicy].
// policy.ParseSummary reads the output of the job.
func (fs *Filesystem) StartPolicy(ctx context.Context, p *policy.Policy, act policy.Act, options ...policy.RunOption) (*Job, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	return fs.c.StartPolicy(ctx, p, policy.OnFilesystem(fs.Name), act, options...)
}

// RunPolicy runs a policy on the files of the fileset and tells what it found and did. It runs mmapplypolicy on the
// junction, with --scope fileset: filesets that are linked below are left out. A fileset that is not linked cannot be
// gone through.
func (f *Fileset) RunPolicy(ctx context.Context, p *policy.Policy, act policy.Act, options ...policy.RunOption) (*policy.Summary, error) {
	if err := f.ready(); err != nil {
		return nil, err
	}
	if f.Path == "" {
		return nil, fmt.Errorf("a policy cannot be run on fileset %s of %s: it is not linked", f.Name, f.fs.Name)
	}
	options = append([]policy.RunOption{policy.Scope("fileset")}, options...)
	return f.fs.c.RunPolicy(ctx, p, policy.OnPath(f.Path), act, options...)
}

// RunPolicy runs a policy on the files as they were when the snapshot was made. It runs mmapplypolicy with -S, and on
// the directory of the snapshot for one of a fileset. Nothing in a snapshot can be changed, so the policy can only list.
func (s *Snapshot) RunPolicy(ctx context.Context, p *policy.Policy, act policy.Act, options ...policy.RunOption) (*policy.Summary, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	if s.Fileset == "" {
		return s.fs.c.RunPolicy(ctx, p, policy.OnSnapshot(s.fs.Name, s.Name), act, options...)
	}
	dir, err := s.Path(ctx)
	if err != nil {
		return nil, err
	}
	return s.fs.c.RunPolicy(ctx, p, policy.OnPath(dir), act, options...)
}

// RunPolicy runs a policy on a file system, a directory or a snapshot, as [Filesystem.RunPolicy] does. It runs
// mmapplypolicy.
func (c *Cluster) RunPolicy(ctx context.Context, p *policy.Policy, on policy.Target, act policy.Act, options ...policy.RunOption) (*policy.Summary, error) {
	switch {
	case c == nil || c.ex == nil:
		return nil, errNil("cluster")
	case p == nil:
		return nil, errNil("policy")
	}
	return p.Run(ctx, c.ex, on, act, options...)
}

// StartPolicy starts a policy on a target and does not wait for its end: see [Cluster.RunPolicy]. policy.ParseSummary
// reads the output of the job.
func (c *Cluster) StartPolicy(ctx context.Context, p *policy.Policy, on policy.Target, act policy.Act, options ...policy.RunOption) (*Job, error) {
	if c == nil || c.ex == nil {
		return nil, errNil("cluster")
	}
	return c.start(ctx, func(err error) error { return c.explain(ctx, err) })(p.Command(on, act, options...))
}
