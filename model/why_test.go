package model_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

const wantedFile = "/gpfs/mmfs1/home/thesis/x"

// paths is a file with the directories above it, as mmlsattr and mmgetacl tell of them.
type paths struct {
	attrs map[string]string // lines of mmlsattr by path, in place of "immutable: no" and the like
	acls  map[string]string // what mmgetacl says of a path; mode 0775 of alice otherwise
	gone  bool              // the file itself is not there
	said  *mmexec.Result    // what mmlsattr answers in place of all
}

func (p paths) replies() map[string]*mmexec.Result {
	all := []string{wantedFile, "/gpfs/mmfs1/home/thesis", "/gpfs/mmfs1/home", "/gpfs/mmfs1"}
	var b strings.Builder
	r := make(map[string]*mmexec.Result)
	for i, path := range all {
		fileset, misc, data := "home", "DIRECTORY", ""
		switch i {
		case 0:
			misc, data = "ARCHIVE", "data replication:     1 max 2\n"
		case 3:
			fileset = "root"
		}
		text := fmt.Sprintf("file name:            %s\nmetadata replication: 2 max 2\n%simmutable:            no\nappendOnly:           no\nflags:\n"+
			"storage pool name:    data\nfileset name:         %s\nsnapshot name:\ncreation time:        Tue May 14 09:30:07 2024\nMisc attributes:      %s\nEncrypted:            no\n",
			path, data, fileset, misc)
		for label, value := range map[string]string{"immutable": "no", "appendOnly": "no", "snapshot name": ""} {
			if v, ok := p.attrs[path+" "+label]; ok {
				pad := strings.Repeat(" ", 21-len(label))
				text = strings.Replace(text, strings.TrimRight(label+":"+pad+value, " ")+"\n", label+":"+pad+v+"\n", 1)
			}
		}
		if i > 0 || !p.gone {
			b.WriteString(text)
		}
		acl := p.acls[path]
		if acl == "" {
			acl = "#owner:alice\n#group:staff\nuser::rwxc\ngroup::rwx-\nother::r-x-\n"
		}
		r["mmgetacl "+path] = said(acl)
	}
	attr := said(b.String())
	if p.gone {
		attr.ExitCode, attr.Stderr = 2, []byte(wantedFile+": No such file or directory\n")
	}
	if p.said != nil {
		attr = p.said
	}
	r["mmlsattr -L "+strings.Join(all, " ")] = attr
	return r
}

// TestWhyFindsTheCause injects one trouble after the other into a cluster in which alice may write, and proves that each
// is found and stands on top, with the command that mends it.
func TestWhyFindsTheCause(t *testing.T) {
	const gib = 1 << 20 // in KiB
	// use sets the quota of a user, group or fileset of home.
	use := func(of mmsim.QuotaType, id int64, change func(*mmsim.Quota)) func(*mmsim.State) {
		return func(st *mmsim.State) {
			for i := range st.Filesystems[0].Quotas {
				q := &st.Filesystems[0].Quotas[i]
				if q.Type == of && q.ID == id && (q.Fileset == "home" || of == mmsim.QuotaFileset) {
					change(q)
				}
			}
		}
	}
	fileset := func(change func(*mmsim.Fileset)) func(*mmsim.State) {
		return func(st *mmsim.State) { change(&st.Filesystems[0].Filesets[1]) }
	}
	attr := func(path, label, value string) paths {
		return paths{attrs: map[string]string{path + " " + label: value}}
	}
	acl := func(path, text string) paths { return paths{acls: map[string]string{path: text}} }
	cache := func(mode, state string) func(*mmsim.State) {
		return fileset(func(f *mmsim.Fileset) {
			f.AFM = &mmsim.AFM{Target: "nfs://away/home", Mode: mode, State: state, GatewayNode: "gw01"}
		})
	}

	for _, test := range []struct {
		what   string
		change func(*mmsim.State)
		paths  paths
		check  string
		says   string
		mend   string
	}{
		{"no trouble", nil, paths{}, "", "nothing that commands tell", ""},
		{"hard limit of the user", use(mmsim.QuotaUser, 1001, func(q *mmsim.Quota) { q.Block.Used = 120 * gib }), paths{},
			"user quota", "alice has used all of the 120 GiB", "mmsetquota mmfs1:home --user alice --block 100G:145G"},
		{"in doubt", use(mmsim.QuotaUser, 1001, func(q *mmsim.Quota) { q.Block.InDoubt = 19 * gib }), paths{},
			"user quota", "19 GiB more are in doubt", "mmcheckquota mmfs1"},
		{"grace of the user", use(mmsim.QuotaUser, 1001, func(q *mmsim.Quota) { q.Block.Grace = mmsim.DemoState().Now.Add(-time.Hour) }), paths{},
			"user quota", "the grace period is over", "mmsetquota mmfs1:home --user alice --block 125G:125G"},
		{"files of the user", use(mmsim.QuotaUser, 1001, func(q *mmsim.Quota) { q.Files.Used = 1200000 }), paths{gone: true},
			"user quota", "has all of the 1200000 files", "mmsetquota mmfs1:home --user alice --files 1000000:1441000"},
		{"group", use(mmsim.QuotaGroup, 5000, func(q *mmsim.Quota) { q.Block.Hard = 219 * gib }), paths{},
			"group quota", "staff has used all of the 219 GiB", "mmsetquota mmfs1:home --group staff --block 0:263G"},
		{"fileset", use(mmsim.QuotaFileset, 1, func(q *mmsim.Quota) { q.Block.Hard = q.Block.Used }), paths{},
			"fileset quota", "home has used all of the 7 TiB", "mmsetquota mmfs1:home --block 10T:8602G"},
		{"inode space", fileset(func(f *mmsim.Fileset) { f.UsedInodes, f.AllocInodes = f.MaxInodes, f.MaxInodes }), paths{gone: true},
			"inode space", "52428800 of 52428800 inodes of fileset home are used", "mmchfileset mmfs1 home --inode-limit 62914560"},
		{"pool", func(st *mmsim.State) {
			for i := range st.Filesystems[0].Disks {
				if d := &st.Filesystems[0].Disks[i]; d.Pool == "data" {
					d.FreeKB = 0
				}
			}
		}, paths{}, "storage pool", "pool data, which the file is in, has no space left", "mmadddisk mmfs1 -F STANZAFILE"},
		{"immutable", nil, attr(wantedFile, "immutable", "yes"), "immutability", wantedFile + " is immutable", "mmchattr -i no " + wantedFile},
		{"append only", nil, attr(wantedFile, "appendOnly", "yes"), "immutability", "can only be appended to", "mmchattr -a no " + wantedFile},
		{"snapshot", nil, attr(wantedFile, "snapshot name", "n-20240513"), "snapshot", "is in snapshot n-20240513", ""},
		{"mode", nil, acl(wantedFile, "#owner:root\n#group:wheel\nuser::rwxc\ngroup::rwx-\nother::r---\n"),
			"permissions", "alice may not write to " + wantedFile + " (other::r---; owner root, group wheel)", "mmeditacl " + wantedFile},
		{"directory on the way", nil, acl("/gpfs/mmfs1/home", "#owner:root\n#group:root\nuser::rwxc\ngroup::----\nother::----\n"),
			"permissions", "alice may not enter /gpfs/mmfs1/home", "mmeditacl /gpfs/mmfs1/home"},
		{"mask", nil, acl(wantedFile, "#owner:root\n#group:root\nuser::rwxc\nuser:alice:rwx-\ngroup::r---\nmask::r-x-\nother::----\n"),
			"permissions", "(user:alice:rwx-;", "mmeditacl " + wantedFile},
		{"NFSv4 list", nil, acl(wantedFile, "#NFSv4 ACL\n#owner:alice\n#group:staff\nuser:alice:-w--:deny\n (X)READ/LIST\n\nspecial:owner@:rwxc:allow\n (X)READ/LIST (X)WRITE/CREATE\n\n"),
			"permissions", "(user:alice:-w--:deny;", "mmeditacl " + wantedFile},
		{"may not make files", nil, paths{gone: true, acls: map[string]string{"/gpfs/mmfs1/home/thesis": "#owner:root\n#group:staff\nuser::rwxc\ngroup::r-x-\nother::r-x-\n"}},
			"permissions", "alice may not make files in /gpfs/mmfs1/home/thesis", "mmeditacl /gpfs/mmfs1/home/thesis"},
		{"read-only cache", cache("read-only", "Active"), paths{}, "cache", "is a read-only cache of nfs://away/home", ""},
		{"expired cache", cache("local-updates", "Expired"), paths{}, "cache", "the cache home is Expired", "mmafmctl mmfs1 unexpire -j home"},
		{"mounted read-only", func(st *mmsim.State) {
			for i := range st.Filesystems[0].Mounts {
				if m := &st.Filesystems[0].Mounts[i]; m.Node == st.LocalNode {
					m.Mode = "RO"
				}
			}
		}, paths{}, "mount", "mmfs1 is mounted read-only on mgmt01", "mmumount mmfs1 -N mgmt01 && mmmount mmfs1 -N mgmt01"},
		{"not mounted", func(st *mmsim.State) {
			var kept []mmsim.Mount
			for _, m := range st.Filesystems[0].Mounts {
				if m.Node != st.LocalNode {
					kept = append(kept, m)
				}
			}
			st.Filesystems[0].Mounts = kept
		}, paths{said: refuse(mmexec.Command{Name: "mmlsattr"}, 19, "ERROR: file system not mounted. Mount file system mmfs1 and retry command.")},
			"mount", "mmfs1 is not mounted on mgmt01", "mmmount mmfs1 -N mgmt01"},
		{"maintenance mode", func(st *mmsim.State) { st.Filesystems[0].Maintenance = true }, paths{},
			"maintenance", "mmfs1 is in maintenance mode", "mmchfs mmfs1 --maintenance-mode no"},
	} {
		t.Run(test.what, func(t *testing.T) {
			sim := mmsim.New()
			t.Cleanup(func() { sim.Close() })
			require.NoError(t, sim.Update(func(st *mmsim.State) error {
				if test.change != nil {
					test.change(st)
				}
				return nil
			}))
			s := &spy{Executor: &canned{sim, test.paths.replies()}}
			now := mmsim.DemoState().Now
			c := connect(t, s, model.InZone(now.Location()), model.WithClock(func() time.Time { return now }))
			e, err := c.File(wantedFile).Why(t.Context(), "alice", model.InGroups("staff"))
			require.NoError(t, err)
			assert.Equal(t, "mmfs1", e.Filesystem)
			assert.Equal(t, "home", e.Fileset)
			if test.check == "" {
				assert.Nil(t, e.Cause(), e)
				// Grace runs for alice: a warning, and no reason.
				assert.Contains(t, e.String(), "is over the soft limit of 100 GiB with 104 GiB; 2 days are left")
			} else {
				cause := e.Cause()
				require.NotNil(t, cause, e)
				assert.Equal(t, test.check, cause.Name, e)
				assert.Contains(t, cause.Finding, test.says)
				assert.Equal(t, test.mend, cause.Mend)
				assert.True(t, strings.HasPrefix(e.String(), wantedFile+" for alice: "+cause.Finding+"\n"), "the first cause is on top")
			}
			lines := s.ran()
			assert.LessOrEqual(t, len(lines), 15)
			for _, line := range lines {
				argv, err := mmexec.SplitLine(line)
				require.NoError(t, err)
				class := mmexec.Classify(argv)
				assert.Equal(t, mmexec.Reads, class.Effect, line)
				assert.LessOrEqual(t, class.Cost, mmexec.CostManager, line)
			}
		})
	}
}

func TestWhyIsAskedWithFewCommands(t *testing.T) {
	c, s := withReplies(t, paths{}.replies())
	_, err := c.File(wantedFile).Why(t.Context(), "alice", model.InGroups("staff"))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"mmlsfs all -T -Y", "mmlsfs mmfs1 -Y", "mmgetstate -Y", "mmlsmount mmfs1 -L -Y",
		"mmlsattr -L /gpfs/mmfs1/home/thesis/x /gpfs/mmfs1/home/thesis /gpfs/mmfs1/home /gpfs/mmfs1", "mmlsfileset mmfs1 -Y",
		"mmlsquota -Y -u alice -v mmfs1:home", "mmlsquota -Y -g staff -v mmfs1:home", "mmlsquota -Y -j home -v mmfs1", "mmlspool mmfs1",
		"mmgetacl /gpfs/mmfs1/home/thesis/x", "mmgetacl /gpfs/mmfs1/home/thesis", "mmgetacl /gpfs/mmfs1/home", "mmgetacl /gpfs/mmfs1",
	}, s.ran())
}

func TestWhySaysWhatIsNotTold(t *testing.T) {
	c, _ := withReplies(t, paths{acls: map[string]string{wantedFile: "#owner:root\n#group:staff\nuser::rwxc\ngroup::rwx-\nother::----\n"}}.replies())
	e, err := c.File(wantedFile).Why(t.Context(), "alice")
	require.NoError(t, err)
	assert.Nil(t, e.Cause())
	assert.Contains(t, e.String(), "alice may not write to "+wantedFile+" unless a group allows it")
	assert.Contains(t, e.String(), "the groups of alice are not known")
	assert.Equal(t, "nothing stands against writing for sure; see the first line", e.Summary())

	e, err = c.File("/home/alice/x").Why(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, "file system", e.Cause().Name)
	_, err = c.File("x").Why(t.Context(), "alice")
	require.ErrorContains(t, err, "must be absolute")
	_, err = c.File("/x").Why(t.Context(), "-u")
	require.ErrorContains(t, err, "cannot be the name of a user")
}

func TestWhyAsksTheNameServiceForGroups(t *testing.T) {
	book := &groupBook{groups: []string{"staff", "hpc"}}
	c, s := withReplies(t, paths{acls: map[string]string{wantedFile: "#owner:root\n#group:hpc\nuser::rwxc\ngroup::rwx-\nother::----\n"}}.replies(), model.ResolvingNames(book))
	e, err := c.File(wantedFile).Why(t.Context(), "alice")
	require.NoError(t, err)
	assert.Nil(t, e.Cause(), e)
	assert.Contains(t, strings.Join(s.ran(), "\n"), "mmlsquota -Y -g hpc -v mmfs1:home")
}

// groupBook is a name service that knows groups.
type groupBook struct {
	phoneBook
	groups []string
}

func (g *groupBook) GroupsOf(context.Context, string) ([]string, error) { return g.groups, nil }
