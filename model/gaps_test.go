package model_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// canned answers the command lines that it holds, and leaves the others to the executor behind it.
type canned struct {
	mmexec.Executor
	replies map[string]*mmexec.Result
}

func (c *canned) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	if r, ok := c.replies[cmd.String()]; ok {
		res := *r
		return &res, nil
	}
	return c.Executor.Run(ctx, cmd)
}

// withReplies returns the demo cluster with some answers replaced.
func withReplies(t testing.TB, replies map[string]*mmexec.Result, options ...model.ConnectOption) (*model.Cluster, *spy) {
	t.Helper()
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	s := &spy{Executor: &canned{sim, replies}}
	now := mmsim.DemoState().Now
	options = append([]model.ConnectOption{model.InZone(now.Location()), model.WithClock(func() time.Time { return now })}, options...)
	return connect(t, s, options...), s
}

func TestExtendedAttributesAreRead(t *testing.T) {
	c, s := withReplies(t, map[string]*mmexec.Result{
		"mmlsattr -L -d /gpfs/mmfs1/x": said(`file name:            /gpfs/mmfs1/x
metadata replication: 2 max 2
data replication:     1 max 2
immutable:            no
appendOnly:           no
flags:
storage pool name:    data
fileset name:         root
snapshot name:
creation time:        Tue May 14 09:30:07 2024
Misc attributes:      ARCHIVE
Encrypted:            no
user.project:         "p 42"
user.raw:             0x0102
gpfs.FileHeat:        "a\tb"
`)})
	f := c.File("/gpfs/mmfs1/x")
	attrs, err := f.Attributes(t.Context())
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(model.TextMap{"user.project": "p 42", "user.raw": "0x0102", "gpfs.FileHeat": "a\tb"}, attrs))
	assert.Equal(t, "data", f.Pool, "the other attributes came along")
	assert.Equal(t, []string{"mmlsattr -L -d /gpfs/mmfs1/x"}, s.ran())
}

func TestDefaultQuotasAndGracePeriodsAreRead(t *testing.T) {
	c, s := withReplies(t, map[string]*mmexec.Result{
		"mmrepquota -t mmfs1": said("User: block default grace time 7days, inode default grace time 7days\n" +
			"Group: block default grace time 14days, inode default grace time 12hours\nFileset: block default grace time 7days, inode default grace time 7days\n"),
		"mmrepquota -t mmfs2": said("something else\n"),
	})
	ctx := t.Context()
	fs := c.Filesystem("mmfs1")
	home, _ := fs.Filesets.Handle("home")
	require.NoError(t, fs.Quotas.ChangeDefault(ctx, model.FilesetQuota, model.Block(model.TiB, 2*model.TiB)))
	require.NoError(t, home.Quotas.ChangeDefault(ctx, model.UserQuota, model.Block(model.GiB, 2*model.GiB), model.Files(10, model.Unlimited)))
	s.ran()
	all, err := fs.Quotas.Defaults(ctx)
	require.NoError(t, err)
	require.Len(t, all, 2)
	inside, err := home.Quotas.Defaults(ctx)
	require.NoError(t, err)
	require.Len(t, inside, 1)
	assert.Empty(t, cmp.Diff(&model.DefaultQuota{
		Type: model.UserQuota, Fileset: "home", BlockSoft: model.GiB, BlockHard: 2 * model.GiB, FilesSoft: 10, FilesHard: model.Unlimited,
		Entry: inside[0].Entry, On: inside[0].On, Filesystem: "mmfs1",
	}, inside[0]))
	assert.Equal(t, []string{"mmlsquota -d mmfs1", "mmlsquota -d mmfs1"}, s.ran())

	grace, err := fs.Quotas.GracePeriods(ctx)
	require.NoError(t, err)
	require.Len(t, grace, 3)
	assert.Empty(t, cmp.Diff(&model.GracePeriod{Type: model.GroupQuota, Block: 14 * model.Day, Files: 12 * model.Hour, Filesystem: "mmfs1"}, grace[1]))
	assert.Equal(t, []string{"mmrepquota -t mmfs1"}, s.ran())
	_, err = c.Filesystem("mmfs2").Quotas.GracePeriods(ctx)
	require.ErrorContains(t, err, "no grace periods in a form that is known")
}

// TestLimitsOfOneOwnerNeedNoNames proves that a limit is changed by name although nobody here can turn ids into names.
func TestLimitsOfOneOwnerNeedNoNames(t *testing.T) {
	c, s := simulated(t)
	alice, _ := c.Filesystem("mmfs1").Quotas.Handle("home:user/alice")
	require.NoError(t, alice.Change(t.Context(), model.BlockSoft(90*model.GiB)))
	assert.Equal(t, []string{
		"mmlsquota -Y -u alice -v mmfs1:home", "mmsetquota mmfs1:home --user alice --block 90G:120G",
	}, s.ran())
	_, changed, err := c.Filesystem("mmfs1").Quotas.Ensure(t.Context(), "home:user/alice", model.BlockSoft(90*model.GiB))
	require.NoError(t, err)
	assert.False(t, changed)
	assert.Len(t, s.ran(), 1)
}

func TestStatesOfCachesAreRead(t *testing.T) {
	c, s := withReplies(t, map[string]*mmexec.Result{
		"mmafmctl mmfs1 getstate": said(`Fileset Name    Fileset Target                                Cache State          Gateway Node    Queue Length   Queue numExec
------------    --------------                                -------------        ------------    ------------   -------------
cache1          nfs://home.example.org/gpfs/fs1/cache1        Active               gw01            12             4711
cache2          gpfs:///gpfs/remote/cache2                    Disconnected         gw02            7              0
cache3          nfs://home.example.org/gpfs/fs1/a-very-long-path-that-moves-the-rest Inactive
`),
		"mmafmctl mmfs1 getstate -j cache2": said("Fileset Name Fileset Target Cache State Gateway Node Queue Length Queue numExec\n----- -----\ncache2 gpfs:///gpfs/remote/cache2 Dirty gw02 7 0\n"),
	})
	list, err := c.Filesystem("mmfs1").AFMStates(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 3)
	assert.Empty(t, cmp.Diff(&model.AFMState{
		Fileset: "cache1", Target: "nfs://home.example.org/gpfs/fs1/cache1", State: "Active", Gateway: "gw01", Queue: 12, Executed: 4711, Filesystem: "mmfs1", Healthy: true,
	}, list[0]))
	assert.False(t, list[1].Healthy)
	assert.Equal(t, "Inactive", list[2].State)
	assert.False(t, list[2].Queue.Known())
	cache2, _ := c.Filesystem("mmfs1").Filesets.Handle("cache2")
	one, err := cache2.AFMState(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "cache2 Dirty", one.String())
	assert.Len(t, s.ran(), 2)
}

func TestProtocolServicesAreRead(t *testing.T) {
	c, s := withReplies(t, map[string]*mmexec.Result{
		"mmces node list": said("Node Number   Node Name   Node Groups   Node Flags\n------------- ----------- ------------- ------------ \n" +
			"5             ces01                     none\n6             ces02       blue          Suspended\n"),
		"mmsmb export list -Y": said("mmsmb:smbexportlist:HEADER:version:reserved:reserved:export:path:guest ok:\nmmsmb:smbexportlist:0:1:::data:%2Fgpfs%2Fmmfs1%2Fdata:no:\n"),
	})
	ctx := t.Context()
	nodes, err := c.CESNodes(ctx)
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff([]*model.CESNodeStatus{
		{Node: "ces01", Number: 5, Groups: []string{}, Flags: []string{}},
		{Node: "ces02", Number: 6, Groups: []string{"blue"}, Flags: []string{"Suspended"}, Suspended: true},
	}, nodes))
	addresses, err := c.CESAddresses(ctx)
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff([]*model.CESAddress{
		{Address: "10.20.0.51", Node: "ces01", Attributes: []string{}},
		{Address: "10.20.0.52", Node: "ces02", Attributes: []string{}},
		{Address: "10.20.0.53", Node: "ces02", Attributes: []string{}},
	}, addresses))
	services, err := c.CESServices(ctx)
	require.NoError(t, err)
	require.Len(t, services, 4)
	assert.Equal(t, &model.CESService{Node: "ces01", Service: "NFS", State: "running"}, services[0])
	shares, err := c.SMBShares(ctx)
	require.NoError(t, err)
	require.Len(t, shares, 1)
	assert.Equal(t, "/gpfs/mmfs1/data", shares[0].Path)
	assert.Equal(t, "data", shares[0].String())
	assert.Equal(t, []string{"mmces node list", "mmces address list", "mmces service list -a", "mmsmb export list -Y"}, s.ran())
}

func TestUsageIsCheap(t *testing.T) {
	c, s := simulated(t)
	fs := c.Filesystem("mmfs1")
	u, err := fs.Usage(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"mmlspool mmfs1"}, s.ran())
	require.Len(t, u.Pools, 3)
	var size model.Bytes
	for _, p := range u.Pools {
		size += p.Size
	}
	assert.Equal(t, size, u.Size)
	assert.True(t, u.UsedPct.Known() && u.Data.UsedPct.Known() && u.Metadata.UsedPct.Known())
	assert.Less(t, u.Metadata.Size, u.Data.Size)
	assert.False(t, u.UsedInodes.Known())
	all, err := c.Mounts(t.Context())
	require.NoError(t, err)
	assert.NotEmpty(t, all)
	assert.Equal(t, []string{"mmlsmount all -L -Y"}, s.ran())
}

func TestPermissionsOfNewFilesets(t *testing.T) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	c := connect(t, mmexec.Wrap(sim, mmexec.DryRun(plan)))
	ctx := t.Context()
	fs := c.Filesystem("mmfs1")
	_, err := fs.Filesets.New(ctx, "p42", model.Link("/gpfs/mmfs1/p42"), model.Mode(0o750))
	require.NoError(t, err)
	_, err = fs.Filesets.New(ctx, "p43", model.Link("/gpfs/mmfs1/p43"), model.RootACL(model.ParseACL("user::rwxc\ngroup::---\ngroup:p43:rwx-\nmask::rwx-\nother::---\n")))
	require.NoError(t, err)
	assert.Equal(t, strings.Join([]string{
		"mmcrfileset mmfs1 p42", "mmlinkfileset mmfs1 p42 -J /gpfs/mmfs1/p42", "mmputacl -i '<acl>' /gpfs/mmfs1/p42",
		"mmcrfileset mmfs1 p43", "mmlinkfileset mmfs1 p43 -J /gpfs/mmfs1/p43", "mmputacl -i '<acl>' /gpfs/mmfs1/p43", "",
	}, "\n"), plan.String())
	assert.Equal(t, "user::rwxc\ngroup::r-x-\nother::----\n", string(plan.Entries()[2].Files[0].Data))
	_, err = fs.Filesets.New(ctx, "x", model.Mode(0o2770), model.Link("/x"))
	require.ErrorContains(t, err, "no command of Storage Scale sets the mode 2770")
	_, err = fs.Filesets.New(ctx, "x", model.Mode(0o770))
	require.ErrorContains(t, err, "need Link")
	_, err = fs.Filesets.New(ctx, "x", model.RootACL(nil))
	require.ErrorContains(t, err, "empty access control list")
	require.NoError(t, c.File("/gpfs/mmfs1/p42").ChangeMode(ctx, 0o700))
	assert.Equal(t, 7, plan.Len())
}

func TestCapturedProtocolServices(t *testing.T) {
	c := captured(t, map[string]string{
		"mmces node list": "gpfstraining/mmces-node-list.txt", "mmces address list": "gpfstraining/mmces-address-list.txt",
		"mmces service list -a": "gpfstraining/mmces-service-list.txt",
	})
	ctx := t.Context()
	nodes, err := c.CESNodes(ctx)
	require.NoError(t, err)
	require.Len(t, nodes, 2)
	assert.Equal(t, "gpfs02", nodes[1].Node)
	addresses, err := c.CESAddresses(ctx)
	require.NoError(t, err)
	require.Len(t, addresses, 3)
	assert.Equal(t, "gpfs01", addresses[1].Node)
	services, err := c.CESServices(ctx)
	require.NoError(t, err)
	require.Len(t, services, 2)
	assert.Equal(t, "SMB is running", services[1].String())
}
