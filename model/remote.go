package model

import (
	"context"
	"strings"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
)

// RemoteCluster is another cluster whose file systems this one can mount, from mmremotecluster.
type RemoteCluster struct {
	Name         string             `json:"name" col:"NAME"`
	ContactNodes []string           `json:"contactNodes" col:"CONTACT NODES"`
	Digest       string             `json:"digest" col:"DIGEST,wide"` // of the key that the cluster is known by
	Filesystems  []RemoteFilesystem `json:"filesystems" col:"-"`
}

// RemoteFilesystem is a file system of another cluster under the name that it has here.
type RemoteFilesystem struct {
	Name      string `json:"name"`      // here
	OwnerName string `json:"ownerName"` // in the cluster that owns it
}

// String returns the name of the cluster.
func (r *RemoteCluster) String() string {
	if r == nil {
		return ""
	}
	return r.Name
}

var remoteFilesystemName = lazyregexp.New(`(\S+) +\((\S+?)\)`)

// RemoteClusters returns the clusters whose file systems this one can mount. It runs mmremotecluster show all.
//
// unverified: the form of a cluster without file systems.
func (c *Cluster) RemoteClusters(ctx context.Context) ([]*RemoteCluster, error) {
	res, err := c.run(ctx)(arguments("show", "all").of("mmremotecluster", "remote clusters"))
	if err != nil {
		return nil, err
	}
	list := []*RemoteCluster{}
	for line := range strings.Lines(string(res.Stdout)) {
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		if !ok {
			continue
		}
		if name = strings.ToLower(strings.TrimSpace(name)); name == "cluster name" {
			list = append(list, &RemoteCluster{Name: value, ContactNodes: []string{}, Filesystems: []RemoteFilesystem{}})
			continue
		}
		if len(list) == 0 {
			continue
		}
		r := list[len(list)-1]
		switch name {
		case "contact nodes":
			r.ContactNodes = fields(value, ",")
		case "sha digest":
			r.Digest = value
		case "file systems":
			for _, m := range remoteFilesystemName.FindAllStringSubmatch(value, -1) {
				r.Filesystems = append(r.Filesystems, RemoteFilesystem{Name: m[1], OwnerName: m[2]})
			}
		}
	}
	return list, nil
}

// remoteOwner says where a file system of another cluster comes from.
type remoteOwner struct{ cluster, name string }

// remoteOwners returns by their names here whose the file systems of other clusters are. It runs mmremotefs show all,
// which prints a table without blanks in its values; a line that is none of it is passed over.
func (c *Cluster) remoteOwners(ctx context.Context) (map[string]remoteOwner, error) {
	res, err := c.run(ctx)(arguments("show", "all").of("mmremotefs", "remote file systems"))
	if err != nil {
		return nil, err
	}
	owners := make(map[string]remoteOwner)
	title := true
	for line := range strings.Lines(string(res.Stdout)) {
		w := strings.Fields(line)
		switch {
		case title:
			title = !strings.HasPrefix(strings.TrimSpace(line), "Local Name")
		case len(w) >= 4 && mmexec.CheckFilesystemName(w[0]) == nil:
			owners[w[0]] = remoteOwner{cluster: w[2], name: w[1]}
		}
	}
	return owners, nil
}

// Mounts returns who has which file system mounted, those of other clusters among them. It runs mmlsmount all -L.
func (c *Cluster) Mounts(ctx context.Context) ([]*Mount, error) {
	reply, err := c.query(ctx)(mmexec.MmLsMount("all", mmexec.LsMountOptions{}))
	if err != nil {
		return nil, err
	}
	mounts := make([]*Mount, 0, len(reply.Rows))
	for _, row := range reply.Rows {
		m, owner := readMount(row)
		if m.Node == "" && m.IP == "" {
			continue
		}
		m.Filesystem = row.Value(0)
		m.Remote = owner != "" && m.Cluster != owner
		mounts = append(mounts, m)
	}
	return mounts, nil
}
