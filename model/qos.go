package model

import (
	"context"
	"fmt"

	"gpfsh/mmexec"
)

// QoSStatus says whether the quality of service bounds long operations on a file system, from mmlsqos.
type QoSStatus struct {
	Enabled    bool   `json:"enabled" col:"ENABLED"`
	Throttling bool   `json:"throttling" col:"THROTTLING"` // limits hold at the moment
	Monitoring bool   `json:"monitoring" col:"MONITORING"` // figures are collected at the moment
	Config     string `json:"config" col:"LIMITS"`         // as it was set: pool=system,maintenance=300Iops,other=unlimited
	Values     string `json:"values" col:"-"`              // what holds now, by pool
	Filesystem string `json:"filesystem" col:"-"`
}

// String returns the limits as they were set.
func (q *QoSStatus) String() string {
	if q == nil {
		return ""
	}
	return q.Config
}

// QoS returns whether the quality of service bounds long operations, and how. It runs mmlsqos.
func (fs *Filesystem) QoS(ctx context.Context) (*QoSStatus, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	reply, err := fs.c.query(ctx)(arguments().device(fs.Name).add("-Y").of("mmlsqos", "quality of service of "+fs.Name))
	if err != nil {
		return nil, fs.c.explain(ctx, err)
	}
	q := &QoSStatus{Filesystem: fs.Name}
	for _, row := range reply.Rows {
		switch row.Section() {
		case "status":
			q.Enabled, q.Throttling, q.Monitoring = yes(row.Get("enabled")), yes(row.Get("throttling")), yes(row.Get("monitoring"))
		case "config":
			q.Config = row.Get("config_enc")
		case "values":
			q.Values = row.Get("values_enc")
		}
	}
	return q, nil
}

// QoSLimits bounds the operations per second of one storage pool, over all nodes. 0 leaves a class as it is; Unlimited
// removes its bound.
type QoSLimits struct {
	Pool        string // the storage pool; "*" for all that are not named
	Maintenance Count  // long operations
	Other       Count  // everything else
}

// EnableQoS bounds long operations on the file system. It runs mmchqos --enable.
func (fs *Filesystem) EnableQoS(ctx context.Context, limits ...QoSLimits) error {
	if err := fs.local(); err != nil {
		return err
	}
	args := arguments().device(fs.Name).add("--enable")
	for _, l := range limits {
		if l.Pool != "*" {
			args.fail(mmexec.CheckPoolName(l.Pool))
		}
		text := "pool=" + l.Pool
		for _, c := range []struct {
			class QoSClass
			limit Count
		}{{Maintenance, l.Maintenance}, {Other, l.Other}} {
			switch {
			case c.limit == Unlimited:
				text += "," + string(c.class) + "=unlimited"
			case c.limit < 0:
				args.fail(fmt.Errorf("%s operations per second are no bound", c.limit))
			case c.limit > 0:
				text += "," + string(c.class) + "=" + c.limit.String() + "IOPS"
			}
		}
		args.add(text)
	}
	_, err := fs.c.run(ctx)(args.of("mmchqos", "quality of service of "+fs.Name))
	return fs.explainAny(ctx, err)
}

// DisableQoS no longer bounds long operations on the file system. It runs mmchqos --disable.
func (fs *Filesystem) DisableQoS(ctx context.Context) error {
	if err := fs.local(); err != nil {
		return err
	}
	_, err := fs.c.run(ctx)(arguments().device(fs.Name).add("--disable").of("mmchqos", "quality of service of "+fs.Name))
	return fs.explainAny(ctx, err)
}

// ChangeQoS bounds the operations per second of the storage pool; see [QoSLimits]. It runs mmchqos --enable.
func (p *Pool) ChangeQoS(ctx context.Context, maintenance, other Count) error {
	if err := p.ready(); err != nil {
		return err
	}
	return p.fs.EnableQoS(ctx, QoSLimits{Pool: p.Name, Maintenance: maintenance, Other: other})
}

// NFSExport is a directory that protocol nodes export to clients, from mmnfs export list. It comes once for each group
// of clients.
type NFSExport struct {
	Path      string `json:"path" col:"PATH"`
	Clients   string `json:"clients" col:"CLIENTS"`
	Access    string `json:"access" col:"ACCESS"`       // RW, RO …
	Protocols string `json:"protocols" col:"PROTOCOLS"` // versions
	Squash    string `json:"squash" col:"SQUASH"`
	Security  string `json:"security" col:"SECURITY,wide"`
}

// String returns the path.
func (e *NFSExport) String() string {
	if e == nil {
		return ""
	}
	return e.Path
}

// NFSExports returns the directories that protocol nodes export over NFS. It runs mmnfs export list.
func (c *Cluster) NFSExports(ctx context.Context) ([]*NFSExport, error) {
	reply, err := c.query(ctx)(arguments("export", "list", "-Y").of("mmnfs", "NFS exports"))
	if err != nil {
		return nil, err
	}
	list := []*NFSExport{}
	for _, row := range reply.Section("nfsexports") {
		list = append(list, &NFSExport{
			Path: row.Get("Path"), Clients: row.Get("Clients"), Access: row.Get("Access_Type"), Protocols: row.Get("Protocols"),
			Squash: row.Get("Squash"), Security: row.Get("SecType"),
		})
	}
	return list, nil
}
