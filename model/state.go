package model

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// stateFormat is the version of the form in which states are saved.
const stateFormat = 1

// State is a cluster at one moment: every object with its attributes, as one document that can be saved, compared and
// opened as a cluster that can be read.
type State struct {
	Format  int       `json:"format" col:"-"`
	Cluster string    `json:"cluster" col:"CLUSTER"` // its name
	ID      string    `json:"id" col:"ID"`
	Taken   time.Time `json:"taken" col:"TAKEN"` // when it was read, in the zone of the cluster
	// Objects are the objects in the order of their kinds, of where they are, and of their names.
	Objects []*StateObject `json:"objects" col:"-"`
	// Unread says what could not be read, and why. What it names is not missing from the cluster.
	Unread []string `json:"unread" col:"UNREAD"`
	// Replies is what the commands answered that were run for it: a recording in the form of [mmexec.NewReplay].
	Replies string `json:"replies" col:"-"`
}

// StateObject is one object of a state.
type StateObject struct {
	Kind string `json:"kind" col:"KIND"`       // "fileset", "node" …
	In   string `json:"in,omitempty" col:"IN"` // the file system it is in; "" for objects of the cluster
	Key  string `json:"key" col:"NAME"`        // its name, or what it is known by
	// Attributes are its attributes by the names that they have in JSON; those inside others with dots between.
	Attributes map[string]any `json:"attributes" col:"-"`
}

// String returns the name of the cluster and the moment.
func (s *State) String() string {
	if s == nil {
		return ""
	}
	return s.Cluster + " at " + s.Taken.Format(time.RFC3339)
}

// String returns the kind and the name.
func (o *StateObject) String() string {
	if o == nil {
		return ""
	}
	if o.In != "" {
		return o.Kind + " " + o.Key + " of " + o.In
	}
	return o.Kind + " " + o.Key
}

// State reads all objects of the cluster. What does not answer is left out and noted. It runs mmlscluster, mmlsconfig,
// mmgetstate -a, mmlsmgr, mmlslicense, mmlsnodeclass, mmlsnsd, mmlscallback, mmremotecluster show, mmremotefs show, mmnfs
// export list, mmlsmount and mmhealth cluster show once each, and for each file system mmlsfs, mmlsfileset,
// mmlssnapshot, mmrepquota, mmlsdisk, mmlspool, mmlspolicy and mmsnapdir. Owners of quotas are kept as numbers.
func (c *Cluster) State(ctx context.Context) (*State, error) {
	if c == nil || c.ex == nil {
		return nil, errNil("cluster")
	}
	var replies bytes.Buffer
	// Every question is asked and recorded once.
	seen := mmexec.Wrap(c.ex, mmexec.Cache(&mmexec.ReadCache{}), mmexec.Record(&replies))
	shadow, err := Connect(ctx, seen, InZone(c.zone), WithClock(c.now), ResolvingNames(NoNames()), AtRelease(c.release), Patience(c.patience))
	if err != nil {
		return nil, err
	}
	info, err := shadow.Info(ctx)
	if err != nil {
		return nil, err
	}
	// The zone of the cluster travels along where it can be read.
	_, _ = seen.Get(ctx, "/etc/localtime")
	s := &State{Format: stateFormat, Cluster: info.Name, ID: info.ID, Taken: c.now().In(c.zone).Truncate(time.Second), Objects: []*StateObject{}, Unread: []string{}}
	t := &stateTaker{ctx: ctx, c: shadow, s: s}
	t.cluster(info)
	if names, err := shadow.Filesystems.Names(ctx); !t.missed("file systems", err) {
		for _, name := range names {
			t.filesystem(name)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.Replies = replies.String()
	slices.SortStableFunc(s.Objects, (*StateObject).compare)
	return s, nil
}

func (o *StateObject) compare(p *StateObject) int {
	return cmp.Or(strings.Compare(o.Kind, p.Kind), strings.Compare(o.In, p.In), strings.Compare(o.Key, p.Key))
}

// stateTaker collects objects.
type stateTaker struct {
	ctx context.Context
	c   *Cluster
	s   *State
}

// missed notes what could not be read.
func (t *stateTaker) missed(what string, err error) bool {
	if err != nil {
		t.s.Unread = append(t.s.Unread, what+": "+err.Error())
	}
	return err != nil
}

// add adds an object with the attributes that it has in JSON.
func (t *stateTaker) add(kind, in, key string, object any) *StateObject {
	o := &StateObject{Kind: kind, In: in, Key: key, Attributes: make(map[string]any)}
	data, err := json.Marshal(object)
	if err == nil {
		var m map[string]any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err = d.Decode(&m); err == nil {
			flatten(o.Attributes, "", m)
			for _, name := range derived(kind) {
				delete(o.Attributes, name)
			}
		}
	}
	t.missed(o.String(), err)
	t.s.Objects = append(t.s.Objects, o)
	return o
}

func flatten(into map[string]any, prefix string, m map[string]any) {
	for name, v := range m {
		if inner, ok := v.(map[string]any); ok {
			flatten(into, prefix+name+".", inner)
			continue
		}
		into[prefix+name] = v
	}
}

// derived are attributes that follow from others, or from other objects: a change of those is one change.
func derived(kind string) []string {
	switch kind {
	case kindCluster:
		return []string{"nodeCount", "quorumNodes"}
	case kindFilesystem:
		return []string{"disks", "pools", "remote", "maxInodes"} // the most inodes are those of all filesets
	case kindFileset:
		return []string{"freeInodes", "inodesUsedPct", "filesystem", "inodes", "data", "managedBy"}
	case kindSnapshot:
		return []string{"filesystem", "data", "metadata", "managedBy"}
	case kindQuota:
		return []string{"key", "filesystem", "name", "blockUsedPct"}
	case kindPool:
		return []string{"dataUsedPct", "metaUsedPct", "filesystem"}
	case kindDisk:
		return []string{"filesystem", "quorum.disks", "quorum.read", "quorum.write"}
	case kindNodeClass:
		return []string{"all"}
	}
	return nil
}

// The kinds of objects that only states have.
const (
	kindCluster  = "cluster"
	kindPolicy   = "policy"
	kindCallback = "callback"
	kindExport   = "NFS export"
	kindRemote   = "remote cluster"
)

func (t *stateTaker) cluster(info *ClusterInfo) {
	t.add(kindCluster, "", info.Name, info)
	ctx, c := t.ctx, t.c
	if list, err := c.Config.Items(ctx); !t.missed("configuration", err) {
		for _, it := range list {
			t.add(kindParameter, "", it.Key, it.Value)
		}
	}
	t.nodes()
	if list, err := c.NodeClasses.Items(ctx); !t.missed("node classes", err) {
		for _, it := range list {
			t.add(kindNodeClass, "", it.Key, it.Value)
		}
	}
	if list, err := c.NSDs.Items(ctx); !t.missed("NSDs", err) {
		for _, it := range list {
			t.add(kindNSD, "", it.Key, it.Value)
		}
	}
	if res, err := c.run(ctx)(mmexec.MmLsCallback()); !t.missed("callbacks", err) {
		list, err := mmexec.ParseMmLsCallback(res.Stdout)
		t.missed("callbacks", err)
		for _, cb := range list {
			o := t.add(kindCallback, "", cb.ID, struct{}{})
			for _, f := range cb.All {
				o.Attributes[f.Name] = f.Value
			}
		}
	}
	if list, err := c.RemoteClusters(ctx); !t.missed("remote clusters", err) {
		for _, r := range list {
			t.add(kindRemote, "", r.Name, r)
		}
	}
	if list, err := c.NFSExports(ctx); !t.missed("NFS exports", err) {
		for _, e := range list {
			t.add(kindExport, "", e.Path+" to "+e.Clients, e)
		}
	}
	// Nothing comes of these here: they are there for whoever opens the state.
	_, err := c.Mounts(ctx)
	t.missed("mounts", err)
	_, err = c.Health(ctx)
	t.missed("health", err)
	_, err = c.AllFilesystems.Names(ctx)
	t.missed("remote file systems", err)
	_, err = c.filesystemNames(ctx, "all_remote")
	t.missed("remote file systems", err)
	_, err = c.remoteOwners(ctx)
	t.missed("remote file systems", err)
}

// nodes adds the nodes with their licences and the states of their daemons.
func (t *stateTaker) nodes() {
	list, err := t.c.Nodes.Items(t.ctx)
	if t.missed("nodes", err) {
		return
	}
	states, err := t.c.nodeStates(t.ctx)
	noStates := t.missed("states of nodes", err)
	licenses, err := t.c.Licenses(t.ctx)
	t.missed("licences", err)
	at := make(map[string]*NodeLicense, len(licenses))
	for _, l := range licenses {
		at[strings.ToLower(shortName(l.Node))] = l
	}
	for _, it := range list {
		o := t.add(kindNode, "", it.Key, it.Value)
		if !noStates {
			o.Attributes["state"] = string(states[it.Value.Number].state())
		}
		for _, name := range []string{it.Value.DaemonName, it.Value.Name} {
			if l := at[strings.ToLower(shortName(name))]; l != nil {
				o.Attributes["license"] = string(l.Designated)
			}
		}
	}
}

func (t *stateTaker) filesystem(name string) {
	ctx := t.ctx
	fs := t.c.answerOf(ctx, name, "")
	if t.missed("file system "+name, fs.Unanswered) {
		return
	}
	o := t.add(kindFilesystem, "", name, fs)
	managers, err := t.c.query(ctx)(mmexec.MmLsMgr())
	if !t.missed("manager of "+name, err) {
		for _, row := range managers.Section("filesystemManager") {
			if row.Get("filesystem") == name {
				o.Attributes["manager"] = row.Get("manager")
			}
		}
	}
	if dirs, err := fs.SnapshotDirs(ctx); !t.missed("snapshot directories of "+name, err) {
		o.Attributes["snapshotDirs"] = dirs.String()
	}
	if list, err := fs.Filesets.Items(ctx); !t.missed("filesets of "+name, err) {
		for _, it := range list {
			t.add(kindFileset, name, it.Key, it.Value)
		}
	}
	if list, err := fs.AllSnapshots.Items(ctx); !t.missed("snapshots of "+name, err) {
		for _, it := range list {
			t.add(kindSnapshot, name, it.Key, it.Value)
		}
	}
	if len(fs.Quota.Accounted)+len(fs.Quota.Enforced) > 0 {
		if list, err := fs.Quotas.Items(ctx); !t.missed("quotas of "+name, err) {
			for _, it := range list {
				t.add(kindQuota, name, it.Key, it.Value)
			}
		}
	}
	if list, err := fs.Pools.Items(ctx); !t.missed("storage pools of "+name, err) {
		for _, it := range list {
			t.add(kindPool, name, it.Key, it.Value)
		}
	}
	if list, err := fs.Disks.Items(ctx); !t.missed("disks of "+name, err) {
		for _, it := range list {
			t.add(kindDisk, name, it.Key, it.Value)
		}
	}
	if res, err := t.c.run(ctx)(mmexec.MmLsPolicy(name, mmexec.LsPolicyOptions{Text: true})); !t.missed("policy of "+name, err) {
		if text, installed := mmexec.ParsePolicyText(res.Stdout); installed {
			t.add(kindPolicy, name, "installed", struct {
				Text string `json:"text"`
			}{text})
		}
	}
}
