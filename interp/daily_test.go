package interp_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp"
	"gpfsh/interp/script"
	"gpfsh/interp/script/show"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// TestDailyExpressions: what an administrator types every day reads as short as it can, and does what it says. Each runs
// on a demo cluster of its own.
func TestDailyExpressions(t *testing.T) {
	dir := t.TempDir()
	policyFile := filepath.Join(dir, "new.pol")
	require.NoError(t, os.WriteFile(policyFile, []byte("RULE 'all' SET POOL 'capacity'\n"), 0o600))
	stateFile := filepath.Join(dir, "yesterday.json")
	for _, tt := range []struct {
		does  string
		types string
		shows string // what is on the screen
		plans string // with a dry run on, what would be run
	}{
		{does: "health at a glance", types: `cluster.Health()`, shows: "GPFS"},
		{does: "who is down", types: `cluster.nodes.down()`, shows: "node5.hpc.example.org"},
		{does: "a file system", types: `mmfs1`, shows: "/gpfs/mmfs1"},
		{does: "how full it is, cheaply", types: `mmfs1.Pools`, shows: "capacity"},
		{does: "how full it is, to the block", types: `mmfs1.DiskUsage()`, shows: "TiB"},
		{does: "filesets near their limit of inodes", types: `mmfs1.filesets.where("inodesUsedPct > 90 && status == Linked")`, shows: "proj-beta"},
		{does: "the quota of a fileset", types: `mmfs1.Filesets["home"].Quota()`, shows: "12 TiB"},
		{does: "the quotas in a fileset", types: `mmfs1.Filesets["home"].Quotas`, shows: "home:user/"},
		{does: "the quotas of a user", types: `mmfs1.Quotas.User("1001")`, shows: "proj-alpha:user/uid:1001"},
		{does: "raise a quota", types: `mmfs1.Quotas["home:user/uid:1001"].Change(Block(9*TiB, 10*TiB), Files(1e6, 1.2e6))`,
			plans: "mmsetquota mmfs1:home --user 1001 --block 9T:10T --files 1000000:1200000"},
		{does: "no limit", types: `mmfs1.Quotas["home:user/uid:1001"].Change(Block(Unlimited, Unlimited))`, plans: "mmsetquota mmfs1:home --user 1001 --block 0:0"},
		{does: "a fileset for a project", types: `mmfs1.Filesets.Ensure("p42", Independent(), InodeLimit(1e6), Link("/gpfs/mmfs1/p42"), Comment("PI Smith"))`,
			plans: "mmcrfileset mmfs1 p42 -t 'PI Smith' --inode-space new --inode-limit 1000000\nmmlinkfileset mmfs1 p42 -J /gpfs/mmfs1/p42"},
		{does: "a whole project", types: `mmfs1.NewProject(Project{Name: "p42", Path: "/gpfs/mmfs1/p42", Comment: "PI Smith", BlockHard: 10*TiB})`,
			plans: "mmsetquota mmfs1:p42 --block 0:10T"},
		{does: "delete old snapshots at once", types: `mmfs1.Snapshots.OlderThan(10*Day).DeleteAll()`, plans: "mmdelsnapshot mmfs1 global-snapshot1"},
		{does: "a snapshot that stays a week", types: `mmfs1.Snapshots.New("pre-upgrade", Expires(7*Day))`, plans: "mmcrsnapshot mmfs1 pre-upgrade --expiration-time"},
		{does: "a snapshot of a fileset with the day in its name", types: `mmfs1.Filesets["home"].Snapshots.New(Stamp("n-20060102"))`,
			plans: "mmcrsnapshot mmfs1 n-20240514 -j home"},
		{does: "where the files of a snapshot are", types: `mmfs1.Filesets["proj-beta"].Snapshots["n-20240501"].Path()`, shows: "/gpfs/mmfs1/proj/beta/.snapshots/n-20240501"},
		{does: "who mounts it", types: `mmfs1.MountedOn()`, shows: "node1"},
		{does: "may this node go", types: `Node("nsd01").Preflight()`, shows: "quorum"},
		{does: "take a node out of service", types: `Node("ces01").Drain()`, plans: "mmces node suspend"},
		{does: "disks that are not in use", types: `mmfs1.Disks.NotReady()`, shows: "data03"},
		{does: "bring them back", types: `mmfs1.Disks.Start()`, plans: "mmchdisk mmfs1 start -a"},
		{does: "who waits, on any node", types: `cluster.NodeWaiters(Over(30*Second))`, shows: "WAITS"},
		{does: "why can she not write", types: `File("/gpfs/mmfs1/home/x").Why("alice")`, shows: "quota"},
		{does: "a parameter, everywhere", types: `cluster.Config["pagepool"]`, shows: "64G on nsdServers"},
		{does: "change it for some nodes, at once", types: `cluster.Config.Change(Settings{"pagepool": "16G"}, On("nsdServers"), Now())`,
			plans: "mmchconfig pagepool=16G -i -N nsdServers"},
		{does: "the policy", types: `mmfs1.Placement()`, shows: "RULE"},
		{does: "how a policy would differ", types: `p := mmfs1.Placement(); p.ReadFile("` + policyFile + `"); print(p.Changes())`, shows: "all"},
		{does: "rebalance, gently", types: `mmfs1.Restripe(Rebalance, On("nsdServers"), QoS(Maintenance))`, plans: "mmrestripefs mmfs1 -b -N nsdServers --qos maintenance"},
		{does: "what runs", types: `Jobs()`, shows: "no jobs"},
		{does: "who fills a directory", types: `Scan("` + dir + `").By(User).Sum(Size)`, shows: "USER"},
		{does: "any command, as data", types: `Mm("mmlsmgr")`, shows: "filesystemManager"},
		{does: "what has changed since yesterday", types: `Diff(State("` + stateFile + `"), cluster)`, shows: "snapshot pre-upgrade of mmfs1"},
		{does: "the exports", types: `cluster.NFSExports()`, shows: "PATH"},
	} {
		t.Run(tt.does, func(t *testing.T) {
			now := func() time.Time { return time.Date(2024, 5, 14, 9, 30, 0, 0, time.UTC) }
			plan := new(mmexec.Plan)
			ex := mmexec.Wrap(mmsim.New(), mmexec.DryRun(plan))
			cluster, err := model.Connect(context.Background(), ex, model.WithClock(now), model.InZone(time.UTC), model.ResolvingNames(model.NoNames()))
			require.NoError(t, err)
			var out bytes.Buffer
			writer := func() *show.Writer { return &show.Writer{Out: &out, Err: &out, Format: show.Auto} }
			s, err := interp.New(interp.Options{
				Script:      script.NewSession(script.Options{Executor: ex, Cluster: cluster, Plan: plan, Stdout: &out}),
				Filesystems: func() []string { return []string{"mmfs1", "mmfs2"} }, Stdout: &out, Stderr: &out,
			})
			require.NoError(t, err)
			t.Cleanup(s.Close)
			if strings.Contains(tt.types, stateFile) {
				eval(t, s, `st := cluster.State(); f := os.Create("`+stateFile+`"); st.Save(f); f.Close(); mmfs1.Snapshots.New("pre-upgrade")`)
			}
			plan.SetEnabled(tt.plans != "")
			require.NoError(t, writer().Values(context.Background(), eval(t, s, s.Correct(tt.types))))
			if tt.plans != "" {
				assert.Contains(t, plan.String(), tt.plans)
				return
			}
			assert.Contains(t, out.String(), tt.shows)
		})
	}
}
