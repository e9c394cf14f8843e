package model_test

import (
	"context"
	"fmt"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// demo is the simulated cluster for examples.
func demo() (*model.Cluster, func() error) {
	sim := mmsim.New()
	now := mmsim.DemoState().Now
	c, err := model.Connect(context.Background(), sim, model.InZone(now.Location()), model.ResolvingNames(model.NoNames()),
		model.WithClock(func() time.Time { return now }))
	if err != nil {
		panic(err)
	}
	return c, sim.Close
}

func ExampleNode_Preflight() {
	c, end := demo()
	defer func() { _ = end() }()
	p, err := c.Node("ces02").Preflight(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Safe, p.Drains)
	fmt.Println(p.Checks[0])
	// Output:
	// false true
	// NO protocol addresses: ces02.hpc.example.org serves 10.20.0.52, 10.20.0.53 | mmces node suspend -N ces02.hpc.example.org
}

func ExampleCluster_State() {
	c, end := demo()
	defer func() { _ = end() }()
	ctx := context.Background()
	before, err := c.State(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	scratch, err := c.Filesystem("mmfs1").Filesets.Get(ctx, "scratch")
	if err == nil {
		err = scratch.Change(ctx, model.Comment("for a while"))
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := c.State(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range model.CompareStates(before, after) {
		fmt.Println(d)
	}
	// Output:
	// changed fileset scratch of mmfs1: comment: (nothing) → for a while
}

func ExampleQuotas_Preview() {
	c, end := demo()
	defer func() { _ = end() }()
	changes, err := c.Filesystem("mmfs1").Quotas.Preview(context.Background(), "key,block_soft\nfileset/proj-beta,3500G\n")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(changes)
	fmt.Println(changes.Changes[0].Command)
	// Output:
	// fileset/proj-beta: 3 TiB:4 TiB, unlimited:unlimited files → 3.4 TiB:4 TiB, unlimited:unlimited files
	// 1 quota of mmfs1 to change, 0 as they should be
	// mmsetquota mmfs1:proj-beta --block 3500G:4T
}

func ExampleFilesystem_EnsureProject() {
	sim := mmsim.New()
	defer sim.Close()
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	ctx := context.Background()
	c, err := model.Connect(ctx, mmexec.Wrap(sim, mmexec.DryRun(plan)))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = c.Filesystem("mmfs1").EnsureProject(ctx, model.Project{
		Name: "p42", Path: "/gpfs/mmfs1/proj/p42", Comment: "PI: Noether", MaxInodes: 1 << 20, BlockHard: 10 * model.TiB, Mode: 0o750,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(plan)
	// Output:
	// mmcrfileset mmfs1 p42 -t 'PI: Noether' --inode-space new --inode-limit 1048576
	// mmlinkfileset mmfs1 p42 -J /gpfs/mmfs1/proj/p42
	// mmputacl -i '<acl>' /gpfs/mmfs1/proj/p42
	// mmsetquota mmfs1:p42 --block 0:10T
}
