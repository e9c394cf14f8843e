package mmsim

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

func TestProcess(t *testing.T) {
	dir, c := demoDir(t)
	var out, errs bytes.Buffer
	process := func(name string, args ...string) int {
		out.Reset()
		errs.Reset()
		return Process(context.Background(), dir, name, args, strings.NewReader("%2Fgpfs%3A\n"), &out, &errs)
	}
	assert.Zero(t, process("mmlsmount", "all"))
	assert.Contains(t, out.String(), "File system mmfs1 is mounted on 17 nodes.\n")
	assert.Equal(t, 1, process("mmlsfs", "mmfs9"))
	assert.Contains(t, errs.String(), "not known to the GPFS cluster")
	assert.Zero(t, process("mmclidecode"))
	assert.Equal(t, "/gpfs:\n", out.String())
	assert.Equal(t, 1, process("mmnosuch"))
	_, err := c.AddFault(Fault{Command: "mmlsfs", Kind: FaultDrop})
	require.NoError(t, err)
	assert.Equal(t, 255, process("mmlsfs", "all"))
	assert.Contains(t, errs.String(), "closed by remote host")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.Equal(t, 130, Process(ctx, dir, "mmlscluster", nil, nil, &out, &errs))
	assert.Equal(t, 1, Process(context.Background(), t.TempDir(), "mmlscluster", nil, nil, &out, &errs))
}

func TestEntries(t *testing.T) {
	dir, _ := demoDir(t)
	bin := filepath.Join(t.TempDir(), "bin")
	require.NoError(t, InstallEntries(bin, os.Args[0], dir))
	require.NoError(t, InstallEntries(bin, os.Args[0], dir), "again")
	entries, err := os.ReadDir(bin)
	require.NoError(t, err)
	assert.Len(t, entries, len(Commands())+1)
	got, name, ok := EntryPoint(filepath.Join(bin, "mmlsfs"))
	assert.True(t, ok)
	assert.Equal(t, dir, got)
	assert.Equal(t, "mmlsfs", name)
	t.Setenv("PATH", bin)
	_, name, ok = EntryPoint("mmcrsnapshot")
	assert.True(t, ok)
	assert.Equal(t, "mmcrsnapshot", name)
	_, _, ok = EntryPoint("/usr/bin/gpfsh")
	assert.False(t, ok)
	_, _, ok = EntryPoint("/elsewhere/mmlsfs")
	assert.False(t, ok)
	require.Error(t, InstallEntries(bin, os.Args[0], t.TempDir()))
}

func TestRealistic(t *testing.T) {
	st := DemoState()
	config := st.Realistic([]string{"mmlsconfig"})
	assert.GreaterOrEqual(t, config.Seconds(), 0.3)
	assert.Equal(t, config, st.Realistic([]string{"mmlsconfig"}), "the same every time")
	for _, argv := range [][]string{{"mmlsfileset", "mmfs1"}, {"mmdf", "mmfs1"}, {"mmgetstate", "-N", "node1"}} {
		d := st.Realistic(argv)
		assert.Greater(t, d, config, "%v", argv)
		assert.LessOrEqual(t, d.Seconds(), 3.0, "%v", argv)
	}
	assert.Greater(t, st.Realistic([]string{"mmgetstate", "-a"}), sshTimeout, "node6 does not answer")
	c := New()
	require.NoError(t, c.SetRealistic(true))
	assert.NotZero(t, c.delay(mmexec.Command{Name: "mmlsconfig"}))
	require.NoError(t, c.SetRealistic(false))
	assert.Zero(t, c.delay(mmexec.Command{Name: "mmlsconfig"}))
}

func TestProfiles(t *testing.T) {
	for _, name := range Profiles() {
		p := Profile{Name: name, Seed: 7}
		if name == "large" {
			p.Filesets, p.QuotaUsers = 50, 100
		}
		a, err := NewState(p)
		require.NoError(t, err)
		b, err := NewState(p)
		require.NoError(t, err)
		assert.Empty(t, cmp.Diff(a, b), "the same seed makes the same cluster")
		c := New(WithState(a))
		fs := a.Filesystems[0].Name
		for _, line := range []string{"mmlscluster -Y", "mmlsfs all -Y", "mmlsfileset " + fs + " -Y", "mmrepquota -a -Y", "mmdf " + fs + " -Y", "mmlsnsd -Y", "mmgetstate -a", "mmlspool " + fs} {
			ok(t, c, line)
		}
		ok(t, c, "mmcrfileset "+fs+" fresh --inode-space new")
		ok(t, c, "mmcrsnapshot "+fs+" fresh")
	}
	a, err := NewState(Profile{Name: "small", Seed: 1})
	require.NoError(t, err)
	b, err := NewState(Profile{Name: "small", Seed: 2})
	require.NoError(t, err)
	assert.NotEmpty(t, cmp.Diff(a, b))
	st, err := NewState(Profile{Name: "small", Nodes: 5, Filesystems: 2, Filesets: 3, Snapshots: 1, QuotaUsers: 4, Release: "4.2.3.9"})
	require.NoError(t, err)
	assert.Len(t, st.Nodes, 5)
	require.Len(t, st.Filesystems, 2)
	assert.Len(t, st.Filesystems[1].Filesets, 4)
	for _, bad := range []Profile{{Name: "nosuch"}, {Name: "demo", Nodes: 3}, {Name: "small", Nodes: -1}, {Name: "small", Release: "9"}} {
		_, err := NewState(bad)
		require.Error(t, err, "%v", bad)
	}
}

func TestReset(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cluster")
	require.NoError(t, InitProfile(dir, Profile{Name: "demo"}, nil))
	t.Cleanup(func() { _ = removeTree(dir) })
	c, err := Open(dir)
	require.NoError(t, err)
	before := ok(t, c, "mmlsfileset mmfs1 -Y")
	ok(t, c, "mmcrsnapshot mmfs1 s")
	ok(t, c, "mmcrfileset mmfs1 fresh --inode-space new -J /gpfs/mmfs1/fresh")
	ok(t, c, "mmunlinkfileset mmfs1 proj-beta")
	require.NoError(t, Reset(dir))
	assert.Equal(t, before, ok(t, c, "mmlsfileset mmfs1 -Y"), "also for those who had it open")
	assert.NoDirExists(t, filepath.Join(dir, "data/mmfs1/fresh"))
	checkTrees(t, c)

	own, other := t.TempDir(), filepath.Join(t.TempDir(), "other")
	require.NoError(t, InitProfile(other, Profile{Name: "small", RealClock: true}, map[string]string{"fs1": own}))
	t.Cleanup(func() { _ = removeTree(own) })
	require.ErrorContains(t, Reset(other), own)
	st, err := NewState(Profile{Name: "small", RealClock: true})
	require.NoError(t, err)
	assert.True(t, st.Now.IsZero())
	require.Error(t, Reset(own))
}

func TestDemoIsAtRest(t *testing.T) {
	st := DemoState()
	run := New(WithState(st)).newCall(st.Clone())
	run.parsed = &parsed{}
	for i := range run.st.Filesystems {
		run.watchQuotas(&run.st.Filesystems[i])
	}
	assert.Empty(t, run.events, "no quota is crossed by just looking")
	assert.Empty(t, cmp.Diff(st, run.st))
}
