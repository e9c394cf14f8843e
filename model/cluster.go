package model

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// Cluster is a Storage Scale cluster, seen from one of its nodes.
type Cluster struct {
	// Filesystems are the file systems of this cluster.
	Filesystems Filesystems `json:"-"`
	// AllFilesystems are the file systems of this cluster and those of other clusters that it can mount.
	AllFilesystems Filesystems `json:"-"`
	// Nodes are the nodes of this cluster.
	Nodes Nodes `json:"-"`
	// NodeClasses are the node classes that users made.
	NodeClasses NodeClasses `json:"-"`
	// NSDs are the network shared disks, used and free.
	NSDs NSDs `json:"-"`
	// Config are the configuration parameters that have been set.
	Config Config `json:"-"`
	// Callbacks are what runs when something happens: handlers, and commands that others registered.
	Callbacks     Callbacks `json:"-"`
	ClusterEvents `json:"-"`

	ex       mmexec.Executor
	zone     *time.Location
	now      func() time.Time
	saved    time.Time // when the saved state was taken that this is; zero for a cluster that is asked
	names    Resolver
	patience time.Duration
	release  Release
	jobs     *jobs
	owners   quotaOwners
	program  string // gpfsh on the nodes
	seenFrom string // node that the commands run on, where it is not that of the executor; see SeenFrom

	// Of work that the policy engine has done on nodes:
	nodeProgram, nodeVersion string
	sharedDir                func(filesystem string) string
	real                     bool

	policies string // directory of the placement policies that were installed before; "" for none
}

// ConnectOption says how to work with a cluster.
type ConnectOption interface{ connect(*Cluster) }

type connectOption func(*Cluster)

func (o connectOption) connect(c *Cluster) { o(c) }

// InZone sets the time zone of the node that runs the commands: they print times without one. It is that of this
// machine unless set.
func InZone(zone *time.Location) ConnectOption {
	return connectOption(func(c *Cluster) {
		if zone != nil {
			c.zone = zone
		}
	})
}

// WithClock sets what time it is, for the ages of objects.
func WithClock(now func() time.Time) ConnectOption {
	return connectOption(func(c *Cluster) {
		if now != nil {
			c.now = now
		}
	})
}

// ResolvingNames sets who turns the ids of users and groups into names. It is the name service of this machine unless
// set.
func ResolvingNames(r Resolver) ConnectOption {
	return connectOption(func(c *Cluster) {
		if r != nil {
			c.names = cacheNames(r)
		}
	})
}

// AtRelease says which release the cluster has, as [Cluster.Release] tells. What a release is too old for is refused
// with a [*ReleaseError] then, before anything is run.
func AtRelease(r Release) ConnectOption {
	return connectOption(func(c *Cluster) { c.release = r })
}

// Patience sets how long one file system among many may take to answer before it is listed as unanswered. It is a
// minute unless set.
func Patience(d time.Duration) ConnectOption {
	return connectOption(func(c *Cluster) {
		if d > 0 {
			c.patience = d
		}
	})
}

// Connect returns the cluster that an executor reaches. It runs nothing.
func Connect(_ context.Context, ex mmexec.Executor, options ...ConnectOption) (*Cluster, error) {
	if ex == nil {
		return nil, fmt.Errorf("cannot connect to a cluster without an executor")
	}
	c := &Cluster{ex: ex, zone: time.Local, now: time.Now, names: cacheNames(systemNames{}), patience: Minute, jobs: &jobs{}, program: DefaultProgram}
	for _, o := range options {
		o.connect(c)
	}
	c.Filesystems = c.filesystems(false)
	c.AllFilesystems = c.filesystems(true)
	c.Nodes = c.nodes()
	c.NodeClasses = c.nodeClasses(false)
	c.NSDs = c.nsds()
	c.Config = c.config()
	at := &callbackPlace{c: c}
	c.Callbacks, c.ClusterEvents = at.callbacks(), clusterEvents(at)
	return c, nil
}

// Filesystem returns a file system by its name without asking whether there is one. Its data fields are empty; its
// methods and collections work.
func (c *Cluster) Filesystem(name string) *Filesystem { return c.filesystem(trimDevice(name)) }

// Node returns a node by its admin node name without asking whether there is one. Its data fields are empty; its methods
// work.
func (c *Cluster) Node(name string) *Node { return (&Node{Name: name, c: c}).withEvents() }

// Clock returns the time, in the zone of the node that runs the commands. It asks nobody.
func (c *Cluster) Clock() time.Time { return c.now().In(c.zone) }

// ClusterInfo is the identity of a cluster, from mmlscluster.
type ClusterInfo struct {
	Name           string `json:"name" col:"NAME"`
	ID             string `json:"id" col:"ID"` // a number beyond 32 bits; kept as text
	UIDDomain      string `json:"uidDomain" col:"UID DOMAIN"`
	RemoteShell    string `json:"remoteShell" col:"REMOTE SHELL"`    // path of the command
	RemoteFileCopy string `json:"remoteFileCopy" col:"REMOTE COPY"`  // path of the command
	SudoWrappers   bool   `json:"sudoWrappers" col:"SUDO,wide"`      // whether remote commands go through sudo wrappers
	Repository     string `json:"repository" col:"REPOSITORY"`       // "CCR" or "server-based"
	PrimaryServer  string `json:"primaryServer" col:"PRIMARY,wide"`  // config server; "" where there is none
	SecondServer   string `json:"secondServer" col:"SECONDARY,wide"` // config server; "" where there is none
	NodeCount      int    `json:"nodeCount" col:"NODES"`             // number of nodes
	QuorumNodes    int    `json:"quorumNodes" col:"QUORUM NODES"`    // number of quorum nodes
	CES            *CES   `json:"ces,omitempty" col:"-"`             // protocol services; nil where there are none
}

// CES is what mmlscluster tells of the cluster's protocol services.
type CES struct {
	SharedRoot    string   `json:"sharedRoot"`    // directory that all protocol nodes share
	Services      []string `json:"services"`      // enabled services: "NFS", "SMB" …
	LogLevel      int      `json:"logLevel"`      // 0 to 3
	AddressPolicy string   `json:"addressPolicy"` // how addresses are spread over the nodes
}

// String returns the name of the cluster.
func (i *ClusterInfo) String() string {
	if i == nil {
		return ""
	}
	return i.Name
}

// Info returns the identity of the cluster. It runs mmlscluster -Y.
func (c *Cluster) Info(ctx context.Context) (*ClusterInfo, error) {
	reply, err := c.query(ctx)(mmexec.MmLsCluster(mmexec.LsClusterOptions{}))
	if err != nil {
		return nil, err
	}
	summary := reply.Section("clusterSummary")
	if len(summary) == 0 {
		return nil, &mmexec.FormatError{Cmd: mmexec.Command{Name: "mmlscluster", Args: []string{"-Y"}}, Reason: "it has no clusterSummary"}
	}
	row := summary[0]
	info := &ClusterInfo{
		Name:           row.Get("clusterName"),
		ID:             row.Get("clusterId"),
		UIDDomain:      row.Get("uidDomain"),
		RemoteShell:    row.Get("rshPath"),
		RemoteFileCopy: row.Get("rcpPath"),
		SudoWrappers:   yes(row.Get("rshSudoWrapper")) || yes(row.Get("rcpSudoWrapper")),
		Repository:     row.Get("repositoryType"),
		PrimaryServer:  rowText(row, "primaryServer"),
		SecondServer:   rowText(row, "secondaryServer"),
	}
	for _, n := range reply.Section("clusterNode") {
		info.NodeCount++
		if quorum, _ := designation(n.Get("designation")); quorum {
			info.QuorumNodes++
		}
	}
	if ces := reply.Section("cesSummary"); len(ces) > 0 {
		info.CES = &CES{
			SharedRoot:    ces[0].Get("cesSharedRoot"),
			Services:      strings.FieldsFunc(ces[0].Get("EnabledServices"), func(r rune) bool { return r == ',' || r == ' ' }),
			LogLevel:      int(number(ces[0].Get("logLevel"))),
			AddressPolicy: ces[0].Get("addressPolicy"),
		}
	}
	return info, nil
}

// Name returns the name of the cluster. It runs mmlscluster -Y.
func (c *Cluster) Name(ctx context.Context) (string, error) {
	info, err := c.Info(ctx)
	if err != nil {
		return "", err
	}
	return info.Name, nil
}

// Manager returns the name of the node that is the cluster manager. It runs mmlsmgr -Y.
func (c *Cluster) Manager(ctx context.Context) (string, error) {
	reply, err := c.query(ctx)(mmexec.MmLsMgr())
	if err != nil {
		return "", err
	}
	for _, row := range reply.Section("clusterManager") {
		return row.Get("manager"), nil
	}
	return "", fmt.Errorf("the cluster has no manager at the moment: it may have no quorum")
}

// Startup starts the Storage Scale daemon on all nodes. It runs mmstartup -a. Nodes on which it runs already are left
// alone.
func (c *Cluster) Startup(ctx context.Context) error {
	_, err := c.run(ctx)(mmexec.MmStartup(mmexec.AllNodes(), mmexec.StartupOptions{}))
	return err
}

// Shutdown unmounts the file systems and stops the Storage Scale daemon on all nodes. It runs mmshutdown -a.
func (c *Cluster) Shutdown(ctx context.Context, options ...ShutdownOption) error {
	_, err := c.run(ctx)(shutdown(mmexec.AllNodes(), options))
	return err
}

// Mount mounts all file systems of this cluster on the node that runs the command, or where [On] and [Everywhere] say.
// It runs mmmount all_local.
func (c *Cluster) Mount(ctx context.Context, options ...MountOption) error {
	_, err := c.run(ctx)(mount("all_local", options))
	return err
}

// Unmount unmounts all file systems of this cluster on the node that runs the command, or where [On] and [Everywhere]
// say. It runs mmumount all_local.
func (c *Cluster) Unmount(ctx context.Context, options ...UnmountOption) error {
	_, err := c.run(ctx)(unmount("all_local", options))
	return err
}
