package model

import (
	"context"

	"gpfsh/mmexec"
)

// Mount says that a node has a file system mounted, from mmlsmount.
type Mount struct {
	Node       string `json:"node" col:"NODE"`              // as mmlsmount names it
	IP         string `json:"ip" col:"IP"`                  // of the daemon
	Cluster    string `json:"cluster" col:"CLUSTER"`        // the cluster of the node
	Remote     bool   `json:"remote" col:"-"`               // the node belongs to another cluster than the file system
	Access     string `json:"access" col:"ACCESS"`          // RW or RO
	Filesystem string `json:"filesystem" col:"FILE SYSTEM"` // its name in this cluster
}

// String returns the name of the node.
func (m *Mount) String() string {
	if m == nil {
		return ""
	}
	return m.Node
}

// MountedOn returns the nodes that have the file system mounted, those of other clusters among them. It runs mmlsmount
// -L.
func (fs *Filesystem) MountedOn(ctx context.Context) ([]*Mount, error) {
	if err := fs.ready(); err != nil {
		return nil, err
	}
	reply, err := fs.c.query(ctx)(mmexec.MmLsMount(fs.Name, mmexec.LsMountOptions{}))
	if err != nil {
		return nil, fs.c.explain(ctx, err)
	}
	mounts := make([]*Mount, 0, len(reply.Rows))
	for _, row := range reply.Rows {
		m, owner := readMount(row)
		if m.Node == "" && m.IP == "" {
			continue // "mounted on 0 nodes"
		}
		m.Filesystem = fs.Name
		m.Remote = owner != "" && m.Cluster != owner
		mounts = append(mounts, m)
	}
	return mounts, nil
}

// readMount reads a row of mmlsmount and the cluster that owns the file system.
//
// unverified: the names of the columns. Of their order one row without a header was captured: local name, real name,
// owning cluster, number of nodes, address, node, its cluster, access.
func readMount(row mmexec.Row) (m *Mount, owner string) {
	get := func(at int, names ...string) string {
		for _, name := range names {
			if row.Has(name) {
				return row.Get(name)
			}
		}
		return row.Value(at)
	}
	return &Mount{
		IP:      get(4, "nodeIP", "ipAddress"),
		Node:    get(5, "nodeName"),
		Cluster: get(6, "clusterName", "nodeCluster"),
		Access:  get(7, "accessMode", "mountMode", "access"),
	}, get(2, "owningCluster", "ownerCluster")
}

// Mount mounts the file system on the node that runs the command, or where [On] and [Everywhere] say. It runs mmmount.
func (fs *Filesystem) Mount(ctx context.Context, options ...MountOption) error {
	if err := fs.ready(); err != nil && !fs.Planned() {
		return err
	}
	_, err := fs.c.run(ctx)(mount(fs.Name, options))
	return fs.explainAny(ctx, err)
}

// Unmount unmounts the file system on the node that runs the command, or where [On] and [Everywhere] say. It runs
// mmumount, which is refused while files are open unless [Force] is given.
func (fs *Filesystem) Unmount(ctx context.Context, options ...UnmountOption) error {
	if err := fs.ready(); err != nil && !fs.Planned() {
		return err
	}
	_, err := fs.c.run(ctx)(unmount(fs.Name, options))
	return fs.explainAny(ctx, err)
}

func (fs *Filesystem) explainAny(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return fs.c.explain(ctx, err)
}
