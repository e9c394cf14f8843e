package model_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// site returns the simulated cluster that the examples work with.
func site() *model.Cluster {
	now := mmsim.DemoState().Now
	c, err := model.Connect(context.Background(), mmsim.New(), model.InZone(now.Location()),
		model.WithClock(func() time.Time { return now }), model.ResolvingNames(model.NoNames()))
	if err != nil {
		log.Fatal(err)
	}
	return c
}

func Example() {
	ctx := context.Background()
	c, err := model.Connect(ctx, mmsim.New())
	if err != nil {
		log.Fatal(err)
	}
	fs, err := c.Filesystems.Get(ctx, "mmfs1")
	if err != nil {
		log.Fatal(err)
	}
	names, err := fs.Snapshots.Names(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names)
	// Output: [global-snapshot1 TemporarySnapshot]
}

func ExampleCluster_Info() {
	info, err := site().Info(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Name, info.Repository, info.NodeCount, info.QuorumNodes)
	// Output: hpc.example.org CCR 19 3
}

func ExampleFilesystems() {
	_, err := site().Filesystems.Get(context.Background(), "mmfs9")
	fmt.Println(err)
	// Output: no file system "mmfs9"; there are mmfs1, mmfs2
}

func ExampleFilesystem_Change() {
	ctx := context.Background()
	fs, err := site().Filesystems.Get(ctx, "mmfs2")
	if err != nil {
		log.Fatal(err)
	}
	if err := fs.Change(ctx, model.MountPoint("/gpfs2"), model.AutomaticMount(model.MountAtStart)); err != nil {
		log.Fatal(err)
	}
	fmt.Println(fs.MountPoint, fs.AutomaticMount, fs.BlockSize, fs.Replication)
	// Output: /gpfs2 yes 1 MiB data 1/2, metadata 2/2
}

func ExampleFilesets_New() {
	ctx := context.Background()
	fs, err := site().Filesystems.Get(ctx, "mmfs1")
	if err != nil {
		log.Fatal(err)
	}
	f, err := fs.Filesets.New(ctx, "p42", model.Independent(), model.InodeLimit(1e6),
		model.Link("/gpfs/mmfs1/p42"), model.Comment("PI Smith"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(f.Name, f.Status, f.Path, f.Comment)
	// Output: p42 Linked /gpfs/mmfs1/p42 PI Smith
}

func ExampleFilesets_Where() {
	ctx := context.Background()
	fs, err := site().Filesystems.Get(ctx, "mmfs1")
	if err != nil {
		log.Fatal(err)
	}
	full, err := fs.Filesets.Where(func(f *model.Fileset) bool { return f.InodesUsedPct > 90 }).List(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range full {
		fmt.Println(f.Name, f.InodesUsedPct)
	}
	// Output: proj-beta 99%
}

func ExampleSnapshots_OlderThan() {
	ctx := context.Background()
	fs, err := site().Filesystems.Get(ctx, "mmfs1")
	if err != nil {
		log.Fatal(err)
	}
	if err := fs.Snapshots.OlderThan(10 * model.Day).DeleteAll(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(fs.Snapshots.Names(ctx))
	// Output: [TemporarySnapshot] <nil>
}

func ExampleSnapshot_Delete_dryRun() {
	ctx := context.Background()
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	c, err := model.Connect(ctx, mmexec.Wrap(mmsim.New(), mmexec.DryRun(plan)))
	if err != nil {
		log.Fatal(err)
	}
	fs, err := c.Filesystems.Get(ctx, "mmfs1")
	if err != nil {
		log.Fatal(err)
	}
	snaps, err := fs.Snapshots.List(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range snaps {
		if err := s.Delete(ctx); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(plan)
	// Output:
	// mmdelsnapshot mmfs1 global-snapshot1
	// mmdelsnapshot mmfs1 TemporarySnapshot
}

func ExampleNodes() {
	ctx := context.Background()
	c := site()
	n, err := c.Nodes.Get(ctx, "node1") // any of its names
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n.Name, n.Number, n.IP)
	fmt.Println(c.Nodes.Down().Names(ctx))
	fmt.Println(c.Nodes.Unknown().Names(ctx))
	// Output:
	// node1.hpc.example.org 20 10.10.2.20
	// [node5.hpc.example.org] <nil>
	// [node6.hpc.example.org] <nil>
}

func ExampleNode_Shutdown() {
	ctx := context.Background()
	n, err := site().Nodes.Get(ctx, "node1")
	if err != nil {
		log.Fatal(err)
	}
	if err := n.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(n.State(ctx))
	// Output: down <nil>
}

func ExampleNodeClasses() {
	n, err := site().NodeClasses.Get(context.Background(), "service")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n.Classes, len(n.Nodes), len(n.All))
	// Output: [protocol] 2 4
}

func ExampleDisks_NotReady() {
	ctx := context.Background()
	fs, err := site().Filesystems.Get(ctx, "mmfs1")
	if err != nil {
		log.Fatal(err)
	}
	disks, err := fs.Disks.NotReady().List(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range disks {
		fmt.Println(d.Name, d.Status, d.Availability, d.Size)
	}
	// Output:
	// data03 ready down 15 TiB
	// data05 being emptied up 15 TiB
}

func ExampleNSDs_Free() {
	fmt.Println(site().NSDs.Free().Names(context.Background()))
	// Output: [spare01] <nil>
}

func ExamplePools() {
	ctx := context.Background()
	fs, err := site().Filesystems.Get(ctx, "mmfs1")
	if err != nil {
		log.Fatal(err)
	}
	p, err := fs.Pools.Get(ctx, "data")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(p.Name, p.DataSize, p.DataUsedPct, p.MetaSize)
	// Output: data 75 TiB 65.8% -
}

func ExampleQuotas() {
	ctx := context.Background()
	fs, err := site().Filesystems.Get(ctx, "mmfs1")
	if err != nil {
		log.Fatal(err)
	}
	q, err := fs.Quotas.Get(ctx, "home:user/uid:1001")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(q.BlockUsage, "of", q.BlockSoft, "to", q.BlockHard, "grace", q.BlockGrace)
	// Output: 104 GiB of 100 GiB to 120 GiB grace 2 days
}

func ExampleConfig() {
	p, err := site().Config.Get(context.Background(), "pagepool")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s; %s\n", p.Value, p.Scopes)
	// Output: 4G; 64G on nsdServers; 2G on node7
}

// rehearsal returns a cluster on which changes are planned only, and the plan.
func rehearsal() (*model.Cluster, *mmexec.Plan) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	c, err := model.Connect(context.Background(), mmexec.Wrap(mmsim.New(), mmexec.DryRun(plan)), model.ResolvingNames(model.NoNames()))
	if err != nil {
		log.Fatal(err)
	}
	return c, plan
}

func ExampleQuota_Change() {
	ctx := context.Background()
	c, plan := rehearsal()
	q, err := c.Filesystem("mmfs1").Quotas.Get(ctx, "home:user/uid:1001")
	if err != nil {
		log.Fatal(err)
	}
	// A soft limit alone never clears the hard one.
	if err := q.Change(ctx, model.BlockSoft(110*model.GiB)); err != nil {
		log.Fatal(err)
	}
	fmt.Print(plan)
	// Output: mmsetquota mmfs1:home --user 1001 --block 110G:120G
}

func ExampleFilesets_Ensure() {
	ctx := context.Background()
	c, plan := rehearsal()
	fs := c.Filesystem("mmfs1")
	_, changed, err := fs.Filesets.Ensure(ctx, "home", model.Independent(), model.Link("/gpfs/mmfs1/home"))
	fmt.Println(changed, err)
	_, changed, err = fs.Filesets.Ensure(ctx, "home", model.Comment("homes"))
	fmt.Println(changed, err)
	fmt.Print(plan)
	// Output:
	// false <nil>
	// true <nil>
	// mmchfileset mmfs1 home -t homes
}

func ExampleFilesystem_Restripe() {
	ctx := context.Background()
	c, plan := rehearsal()
	job, err := c.Filesystem("mmfs1").Restripe(ctx, model.Rebalance, model.On("nsdNodes"), model.QoS(model.Maintenance))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(job.Done(), job.Wait(ctx))
	fmt.Print(plan)
	// Output:
	// true <nil>
	// mmrestripefs mmfs1 -b -N nsdNodes --qos maintenance
}

func ExampleConfig_Change() {
	c, plan := rehearsal()
	err := c.Config.Change(context.Background(), model.Settings{"pagepool": "16G"}, model.On("nsdServers"), model.Now())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(plan)
	// Output: mmchconfig pagepool=16G -i -N nsdServers
}

func ExampleFile_Change() {
	c, plan := rehearsal()
	if err := c.File("/gpfs/mmfs1/home/alice/run.dat").Change(context.Background(), model.InPool("capacity")); err != nil {
		log.Fatal(err)
	}
	fmt.Print(plan)
	// Output: mmchattr -P capacity /gpfs/mmfs1/home/alice/run.dat
}
