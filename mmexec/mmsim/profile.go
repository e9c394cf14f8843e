package mmsim

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Profile says what cluster [NewState] makes. Sizes that are 0 are those of the named profile; the demo site has its
// own and takes none. The same profile always makes the same cluster.
type Profile struct {
	Name        string `json:"name"`    // demo, small, large, ess
	Release     string `json:"release"` // "5.1.9.2" when empty
	Seed        uint64 `json:"seed"`
	Nodes       int    `json:"nodes"`
	Filesystems int    `json:"filesystems"`
	Filesets    int    `json:"filesets"`   // in each file system, besides root
	Snapshots   int    `json:"snapshots"`  // global ones of each file system
	QuotaUsers  int    `json:"quotaUsers"` // users with a quota entry in each file system
	RealClock   bool   `json:"realClock"`  // the clock goes; without it, it stands
}

// Profiles lists the names of the profiles.
func Profiles() []string { return []string{"demo", "small", "large", "ess"} }

// NewState returns the state of a new cluster.
func NewState(p Profile) (*State, error) {
	sizes, ok := map[string]Profile{
		"demo":  {},
		"small": {Nodes: 3, Filesystems: 1, Filesets: 4, Snapshots: 2, QuotaUsers: 10},
		"large": {Nodes: 250, Filesystems: 4, Filesets: 5000, Snapshots: 40, QuotaUsers: 50000},
		"ess":   {Nodes: 12, Filesystems: 2, Filesets: 40, Snapshots: 7, QuotaUsers: 400},
	}[p.Name]
	if !ok {
		return nil, fmt.Errorf("no profile %q: there are %v", p.Name, Profiles())
	}
	if p.Release == "" {
		p.Release = "5.1.9.2"
	}
	if n := releaseNumbers(p.Release); n[0] < 3 || n[0] > 6 {
		return nil, fmt.Errorf("no release %q: try 4.2.3, 5.0.5, 5.1.9 or 5.2.1", p.Release)
	}
	state, err := newState(p, sizes)
	if err == nil && p.RealClock {
		state.Now = time.Time{}
	}
	return state, err
}

func newState(p, sizes Profile) (*State, error) {
	if p.Name == "demo" {
		if p.Nodes+p.Filesystems+p.Filesets+p.Snapshots+p.QuotaUsers != 0 {
			return nil, fmt.Errorf("the demo profile has the sizes it has: choose small, large or ess for others")
		}
		st := DemoState()
		st.Release = p.Release
		return st, nil
	}
	for _, size := range []struct{ asked, usual *int }{
		{&p.Nodes, &sizes.Nodes}, {&p.Filesystems, &sizes.Filesystems}, {&p.Filesets, &sizes.Filesets}, {&p.Snapshots, &sizes.Snapshots}, {&p.QuotaUsers, &sizes.QuotaUsers},
	} {
		if *size.asked == 0 {
			*size.asked = *size.usual
		}
		if *size.asked < 0 {
			return nil, fmt.Errorf("a cluster cannot have %d of anything", *size.asked)
		}
	}
	b := &builder{Profile: p, rng: rand.New(rand.NewPCG(p.Seed, 0x6d6d73696d))} //nolint:gosec // it has to be the same every time
	return b.state(), nil
}

// builder makes a cluster from a profile.
type builder struct {
	Profile
	rng *rand.Rand
}

func (b *builder) state() *State {
	s := &State{
		Release: b.Release, MinReleaseLevel: b.Release, Name: b.Name + ".example.net", ID: fmt.Sprint(7<<60>>3 + b.rng.Uint64N(1<<56)),
		RemoteShell: "/usr/bin/ssh", RemoteCopy: "/usr/bin/scp", Zone: demoZone(), Now: demoNow(), LocalNode: 1, ClusterManager: 1,
	}
	s.UIDDomain = s.Name
	b.nodes(s)
	for i := range b.Filesystems {
		b.filesystem(s, i+1)
	}
	if b.Name == "ess" {
		b.recoveryGroups(s)
	}
	s.Config = []ConfigEntry{
		{Name: "pagepool", Value: "4G"}, {Name: "maxblocksize", Value: "16M"}, {Name: "maxFilesToCache", Value: "128k"}, {Name: "adminMode", Value: "central"},
	}
	s.NSDs = append(s.NSDs, NSD{Name: "spare1", VolumeID: b.volume(), Servers: s.serverNames(), Device: "/dev/sdz", DeviceType: "generic", SizeKB: 4 << 30,
		Usage: "dataOnly", FailureGroup: 1, Pool: "data"})
	return s
}

func (b *builder) nodes(s *State) {
	servers := min(b.Nodes, 3)
	for i := 1; i <= b.Nodes; i++ {
		n := Node{Number: i, IP: fmt.Sprintf("10.%d.%d.%d", 50+i/62500, i/250%250, i%250+1), License: "client", State: NodeActive}
		name := fmt.Sprintf("c%04d", i)
		switch {
		case b.Name == "ess" && i <= 2:
			name = fmt.Sprintf("essio%d", i)
			n.Quorum, n.Manager, n.License = true, true, "server"
		case b.Name == "ess" && i == 3:
			name = "ems1"
			n.Quorum, n.Perfmon, n.License = true, true, "server"
		case i <= servers:
			name = fmt.Sprintf("srv%d", i)
			n.Quorum, n.Manager, n.Perfmon, n.License = true, true, true, "server"
		}
		n.AdminName, n.DaemonName = name+"."+s.Name, name+"-hs."+s.Name
		if b.Nodes > 20 && i > servers && b.rng.IntN(60) == 0 {
			n.State = NodeDown
		}
		s.Nodes = append(s.Nodes, n)
	}
	s.NextNodeNumber = b.Nodes + 1
	if b.Nodes > 3 {
		class := NodeClass{Name: "compute"}
		for i := 4; i <= b.Nodes; i++ {
			class.Nodes = append(class.Nodes, i)
		}
		s.NodeClasses = []NodeClass{class}
	}
}

// serverNames are the nodes that serve disks.
func (s *State) serverNames() []string {
	var names []string
	for i := range s.Nodes {
		if s.Nodes[i].Manager && len(names) < 2 {
			names = append(names, s.Nodes[i].AdminName)
		}
	}
	return names
}

func (b *builder) volume() string {
	return fmt.Sprintf("0A32%04X%08X", b.rng.Uint32N(1<<16), b.rng.Uint32())
}

func (b *builder) filesystem(s *State, number int) {
	name := fmt.Sprintf("fs%d", number)
	created := s.Now.AddDate(-2, -number, 0)
	f := Filesystem{
		Name: name, Attrs: demoAttrs("/gpfs/"+name, created), Manager: 1, Snapdir: Snapdir{GlobalName: ".snapshots", FilesetName: ".snapshots"},
		Pools: []Pool{{Name: "system", BlockSize: 4 << 20, MaxDiskKB: 40 << 30}, {Name: "data", ID: 65537, BlockSize: 4 << 20, MaxDiskKB: 400 << 30}},
	}
	f.Attrs.QuotaTypes, f.Attrs.QuotaEnforced = []string{"user", "group", "fileset"}, []string{"user", "group", "fileset"}
	f.Attrs.Version, f.Attrs.VersionOriginal = formatOf(b.Release), formatOf(b.Release)
	f.Attrs.UID = fmt.Sprintf("0A320101:%08X", b.rng.Uint32())
	for i := range 6 {
		pool, size := "data", int64(60<<30)
		if i < 2 {
			pool, size = "system", 6<<30
		}
		nsd := fmt.Sprintf("%s_%s%d", name, pool, i+1)
		if b.Name == "ess" {
			nsd = fmt.Sprintf("RG00%d_%s_vd%d", i%2+1, name, i+1)
		}
		f.Disks = append(f.Disks, Disk{
			NSD: nsd, ID: i + 1, FailureGroup: i%2 + 1, Metadata: i < 2, Data: i >= 2, Status: "ready", Availability: "up", Pool: pool,
			Descriptor: i < 3, SizeKB: size, FreeKB: size/4 + b.rng.Int64N(size/2), FragmentKB: size / 4096,
		})
		s.NSDs = append(s.NSDs, NSD{
			Name: nsd, VolumeID: b.volume(), Servers: s.serverNames(), Device: fmt.Sprintf("/dev/sd%c", 'b'+i), DeviceType: "generic", SizeKB: size,
		})
	}
	b.filesets(&f, created)
	for i := range b.Snapshots {
		f.Snapshots = append(f.Snapshots, Snapshot{
			Name: s.Now.AddDate(0, 0, i-b.Snapshots).Format("daily-20060102"), ID: i + 1, Status: "Valid",
			Created: s.Now.AddDate(0, 0, i-b.Snapshots), DataKB: b.rng.Int64N(1 << 24), MetadataKB: b.rng.Int64N(1 << 20), Quotas: true,
		})
	}
	b.quotas(&f)
	for i := range s.Nodes {
		if s.Nodes[i].State == NodeActive {
			f.Mounts = append(f.Mounts, Mount{Node: s.Nodes[i].Number, Mode: "RW", Point: f.Attrs.MountPoint})
		}
	}
	f.NextFilesetID, f.NextSnapshotID, f.NextInodeSpace, f.NextDiskID = b.Filesets+1, b.Snapshots+1, b.Filesets+1, 7
	s.Filesystems = append(s.Filesystems, f)
}

func (b *builder) filesets(f *Filesystem, created time.Time) {
	for i := range b.Filesets + 1 {
		fset := Fileset{
			Name: fmt.Sprintf("proj%05d", i), ID: i, Status: FilesetLinked, Junction: fmt.Sprintf("/proj%05d", i), Created: created.Add(time.Duration(i) * time.Hour),
			PermChange: "chmodAndSetacl", PermInherit: "inheritAclOnly", IAMMode: "off", Independent: true, InodeSpace: i, RootInode: int64(i)<<19 + 3,
			MaxInodes: 1 << 20, AllocInodes: 1 << 18, UsedInodes: 1 + b.rng.Int64N(1<<18), DataKB: b.rng.Int64N(1 << 28),
		}
		if i == 0 {
			fset.Name, fset.Junction, fset.Parent, fset.Comment = "root", "/", -1, "root fileset"
		}
		if i > 0 && i%10 == 0 { // one of ten is a dependent one, in the inode space of root
			fset.Independent, fset.InodeSpace, fset.MaxInodes, fset.AllocInodes = false, 0, 0, 0
			fset.RootInode = int64(4100 + i)
		}
		f.Filesets = append(f.Filesets, fset)
	}
}

func (b *builder) quotas(f *Filesystem) {
	usage := func() (block, files Usage) {
		soft := int64(1+b.rng.IntN(100)) << 20
		block = Usage{Used: b.rng.Int64N(soft), Soft: soft, Hard: soft + soft/5}
		files = Usage{Used: b.rng.Int64N(1 << 19), Soft: 1 << 20, Hard: 1<<20 + 1<<18}
		return block, files
	}
	f.Quotas = make([]Quota, 0, b.QuotaUsers+b.QuotaUsers/10+len(f.Filesets))
	for i := range b.QuotaUsers {
		q := Quota{Type: QuotaUser, ID: int64(10000 + i), Name: fmt.Sprintf("user%05d", i), Remarks: "e"}
		q.Block, q.Files = usage()
		f.Quotas = append(f.Quotas, q)
	}
	for i := range b.QuotaUsers / 10 {
		q := Quota{Type: QuotaGroup, ID: int64(5000 + i), Name: fmt.Sprintf("group%04d", i), Remarks: "i"}
		q.Block, q.Files = usage()
		q.Block.Soft, q.Block.Hard, q.Files.Soft, q.Files.Hard = 0, 0, 0, 0
		f.Quotas = append(f.Quotas, q)
	}
	for i := range f.Filesets {
		fset := &f.Filesets[i]
		f.Quotas = append(f.Quotas, Quota{Type: QuotaFileset, ID: int64(fset.ID), Name: fset.Name, Remarks: "i", Block: Usage{Used: fset.DataKB}, Files: Usage{Used: fset.UsedInodes}})
	}
}
