package model

import (
	"context"

	"gpfsh/policy"
)

// Placement returns the policy that is installed in the file system: it places new files, and its other rules run when
// a storage pool fills up. It is edited as any policy and installed by its Save. It runs mmlspolicy -L.
func (fs *Filesystem) Placement(ctx context.Context) (*policy.Placement, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	p, err := policy.LoadPlacement(ctx, fs.c.ex, fs.Name)
	return p, fs.explainAny(ctx, err)
}

// RunPolicy runs a policy on the whole file system and tells what it found and did. The nodes that do the work have to
// be named (policy.Nodes); policy.TestOnly changes nothing, but scans as long as any other run. It runs mmapplypolicy.
func (fs *Filesystem) RunPolicy(ctx context.Context, p *policy.Policy, act policy.Act, options ...policy.RunOption) (*policy.Summary, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	s, err := fs.c.RunPolicy(ctx, p, policy.OnFilesystem(fs.Name), act, options...)
	return s, fs.explainAny(ctx, err)
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
