package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

func TestProjectsAreMadeAndRetired(t *testing.T) {
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	plan := &mmexec.Plan{}
	const path = "/gpfs/mmfs1/proj/p42"
	acl := "user::rwxc\ngroup::----\ngroup:p42:rwx-\nmask::rwx-\nother::----\n"
	// The demo has no files, so what concerns the directory is canned.
	s := &spy{Executor: &canned{sim, map[string]*mmexec.Result{
		"mmputacl -i '<acl>' " + path: said(""),
		"mmgetacl " + path:            said("#owner:root\n#group:root\n" + acl),
		"mmsmb export list -Y":        said("mmsmb:smbexportlist:HEADER:version:reserved:reserved:export:path:\n"),
	}}}
	now := mmsim.DemoState().Now
	clock := now
	c := connect(t, mmexec.Wrap(s, mmexec.DryRun(plan)), model.InZone(now.Location()), model.WithClock(func() time.Time { return clock }))
	ctx := t.Context()
	fs := c.Filesystem("mmfs1")
	p := model.Project{
		Name: "p42", Path: path, Comment: "PI: Noether", Snapshots: "daily, 14", MaxInodes: 1 << 20, BlockSoft: 9 * model.TiB, BlockHard: 10 * model.TiB,
		ACL: model.ParseACL(acl),
	}

	// One plan for all of it.
	plan.SetEnabled(true)
	r, err := fs.EnsureProject(ctx, p)
	require.NoError(t, err)
	assert.True(t, r.Changed)
	assert.Equal(t, "mmcrfileset mmfs1 p42 -t 'PI: Noether; snapshots: daily, 14' --inode-space new --inode-limit 1048576\n"+
		"mmlinkfileset mmfs1 p42 -J "+path+"\nmmputacl -i '<acl>' "+path+"\nmmsetquota mmfs1:p42 --block 9T:10T\n", plan.String())
	plan.SetEnabled(false)
	plan.Reset()

	r, err = fs.NewProject(ctx, p)
	require.NoError(t, err)
	require.NotNil(t, r.Fileset)
	assert.Equal(t, model.Linked, r.Fileset.Status)
	assert.Equal(t, "fileset: made (/gpfs/mmfs1/proj/p42)", r.Steps[0].String())
	_, err = fs.NewProject(ctx, p)
	var exists *model.ExistsError
	require.ErrorAs(t, err, &exists)

	// What is so already costs reading commands only.
	s.ran()
	r, err = fs.EnsureProject(ctx, p)
	require.NoError(t, err)
	assert.False(t, r.Changed, r)
	for _, line := range s.ran() {
		assert.Regexp(t, "^(mmls|mmrepquota|mmgetacl)", line)
	}
	p.BlockHard = 12 * model.TiB
	r, err = fs.EnsureProject(ctx, p)
	require.NoError(t, err)
	assert.True(t, r.Changed)
	assert.Contains(t, s.ran(), "mmsetquota mmfs1:p42 --block 9T:12T")

	// The first step of retiring.
	plan.SetEnabled(true)
	_, err = fs.RetireProject(ctx, "p42")
	require.NoError(t, err)
	assert.Equal(t, "mmcrsnapshot mmfs1 retired-20240514 -j p42\n"+
		"mmchfileset mmfs1 p42 -t 'retired 2024-05-14: PI: Noether; snapshots: daily, 14'\nmmunlinkfileset mmfs1 p42\n", plan.String())
	plan.SetEnabled(false)
	plan.Reset()
	_, err = fs.RetireProject(ctx, "p42")
	require.NoError(t, err)
	s.ran()
	r, err = fs.RetireProject(ctx, "p42", model.Confirm("p42"))
	require.NoError(t, err)
	assert.False(t, r.Changed)
	assert.Contains(t, r.String(), "files: wait (they can be deleted from 2024-06-13 on)")
	assert.Equal(t, []string{"mmlsfileset mmfs1 -Y"}, s.ran())

	// Then, when the time is over.
	clock = clock.Add(31 * model.Day)
	r, err = fs.RetireProject(ctx, "p42")
	require.NoError(t, err)
	assert.Contains(t, r.String(), `add Confirm("p42")`)
	s.ran()
	r, err = fs.RetireProject(ctx, "p42", model.Confirm("p42"))
	require.NoError(t, err)
	assert.Equal(t, []string{"mmlsfileset mmfs1 -Y", "mmlssnapshot mmfs1 -j p42 -Y", "mmdelsnapshot mmfs1 retired-20240514 -j p42", "mmdelfileset mmfs1 p42 -f"}, s.ran())
	assert.True(t, r.Changed)
	r, err = fs.RetireProject(ctx, "p42", model.Confirm("p42"))
	require.NoError(t, err)
	assert.False(t, r.Changed, "what is gone is gone")
}

func TestProjectsThatCannotBeRetired(t *testing.T) {
	c, s, plan := maintained(t, func(st *mmsim.State) {
		st.NFSExports = append(st.NFSExports, mmsim.NFSExport{Path: "/gpfs/mmfs1/home/shared", Clients: []mmsim.NFSClient{{Client: "*", Access: "RW"}}})
	}, map[string]*mmexec.Result{"mmsmb export list -Y": refuse(mmexec.Command{Name: "mmsmb"}, 1, "SMB is not enabled.")})
	ctx := t.Context()
	fs := c.Filesystem("mmfs1")
	for name, want := range map[string]string{
		"proj-alpha":    "fileset proj-alpha-raw is linked in it",
		"home":          "it is exported: /gpfs/mmfs1/home/shared over NFS",
		"retired-gamma": "was not retired",
		"pvc-5f9d2c71-8a34-4c0e-b1d7-2f6e90a4c318": "belongs to CSI",
	} {
		_, err := fs.RetireProject(ctx, name)
		require.ErrorContains(t, err, want, name)
	}
	assert.Empty(t, plan.String())
	r, err := fs.RetireProject(ctx, "scratch", model.Force())
	require.NoError(t, err)
	assert.Contains(t, r.String(), "SMB shares: not told")
	assert.Regexp(t, "^mmchfileset mmfs1 scratch -t 'retired [0-9-]{10}'\nmmunlinkfileset mmfs1 scratch -f\n$", plan.String())
	assert.NotEmpty(t, s.ran())
	_, err = fs.EnsureProject(ctx, model.Project{Name: "x"})
	require.ErrorContains(t, err, "needs a path")
	_, err = fs.EnsureProject(ctx, model.Project{Name: "x", Path: "/x", Mode: 0o2770})
	require.ErrorContains(t, err, "no command of Storage Scale sets the mode")
}

func TestProjectHasItsPermissionsWithoutRealFiles(t *testing.T) {
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	c := connect(t, sim)
	fs := c.Filesystem("mmfs1")
	ctx := t.Context()
	p := model.Project{Name: "p9", Path: "/gpfs/mmfs1/p9", Mode: 0o770}
	acl := func() []string {
		got, err := c.File(p.Path).ACL(ctx)
		require.NoError(t, err)
		return got.Entries
	}
	r, err := fs.EnsureProject(ctx, p)
	require.NoError(t, err)
	assert.Contains(t, r.Page(), "permissions  made")
	assert.Equal(t, []string{"user::rwxc", "group::rwx-", "other::----"}, acl())
	r, err = fs.EnsureProject(ctx, p)
	require.NoError(t, err)
	assert.Contains(t, r.Page(), "nothing to do")
	p.Mode = 0o750
	r, err = fs.EnsureProject(ctx, p)
	require.NoError(t, err)
	assert.Contains(t, r.Page(), "permissions  changed")
	assert.Equal(t, []string{"user::rwxc", "group::r-x-", "other::----"}, acl())
	_, err = c.File("/gpfs/mmfs1/p9/nothing").ACL(ctx)
	require.ErrorContains(t, err, "No such file or directory", "the state keeps junctions and no files")
}
