package mmexec

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClassify(t *testing.T) {
	type want struct {
		line   string
		effect Effect
		cost   Cost
		known  bool
	}
	rows := []want{
		// Reading, by cost
		{"mmlscluster -Y", Reads, CostConfig, true},
		{"mmlsconfig pagepool -Y", Reads, CostConfig, true},
		{"/usr/lpp/mmfs/bin/mmlscluster", Reads, CostConfig, true},
		{"mmlsfs all -T -Y", Reads, CostConfig, true},
		{"mmlsfs all -T -A -o --mount-priority -Y", Reads, CostConfig, true},
		{"mmlsfs mmfs1 -Y", Reads, CostManager, true},
		{"mmlsfs mmfs1 -T -B -Y", Reads, CostManager, true},
		{"mmlsfileset mmfs1 -Y", Reads, CostManager, true},
		{"mmlsfileset mmfs1 -i -Y", Reads, CostScan, true},
		{"mmlsfileset mmfs1 -d --block-size auto", Reads, CostScan, true},
		{"mmlssnapshot mmfs1 -d -Y", Reads, CostScan, true},
		{"mmdf mmfs1 -Y", Reads, CostScan, true},
		{"mmgetstate -Y", Reads, CostConfig, true},
		{"mmgetstate -a -Y", Reads, CostAllNodes, true},
		{"mmgetstate -av", Reads, CostAllNodes, true}, // flags together
		{"mmgetstate -N node1 -Y", Reads, CostAllNodes, true},
		{"mmlsnsd -X -Y", Reads, CostAllNodes, true},
		{"mmlsdisk mmfs1 -M -Y", Reads, CostAllNodes, true},
		{"mmrepquota -Y -n mmfs1", Reads, CostManager, true},
		{"mmrepquota -Y -n -e mmfs1", Reads, CostAllNodes, true},
		{"mmlsmount all -L -C all -Y", Reads, CostAllNodes, true},
		{"mmlsnode -N waiters -L", Reads, CostAllNodes, true},
		{"mmlspool mmfs1", Reads, CostManager, true},
		{"mmdiag --waiters -Y", Reads, CostManager, true},

		// What options decide
		{"mmsnapdir mmfs1 -q", Reads, CostManager, true},
		{"mmsnapdir mmfs1", Reads, CostManager, true},
		{"mmsnapdir mmfs1 -r", Changes, CostManager, false},
		{"mmsnapdir mmfs1 -s .snap", Changes, CostManager, false},
		{"mmchpolicy mmfs1 p.pol -I test", Reads, CostManager, true},
		{"mmchpolicy mmfs1 p.pol -t test", StopsUsers, CostManager, true},
		{"mmchpolicy mmfs1 p.pol -t x -I test", Reads, CostManager, true},
		{"mmchpolicy mmfs1 p.pol -I test -I yes", StopsUsers, CostManager, true},
		{"mmchpolicy mmfs1 p.pol -I test --new-option", StopsUsers, CostManager, false},
		{"mmchpolicy mmfs1 p.pol -Itest", StopsUsers, CostManager, false},
		{"mmchpolicy mmfs1 p.pol", StopsUsers, CostManager, true}, // F5
		{"mmapplypolicy mmfs1 -P p -I test", Reads, CostScan, true},
		{"mmapplypolicy mmfs1 -P p -I prepare -f /tmp/x", Reads, CostScan, true},
		{"mmapplypolicy mmfs1 -P p -I defer", Irreversible, CostScan, true},
		{"mmapplypolicy mmfs1 -P p -I yes", Irreversible, CostScan, true},
		{"mmapplypolicy mmfs1", Irreversible, CostScan, true}, // D14: the installed rules
		{"mmhealth node show -Y", Reads, CostConfig, true},
		{"mmhealth node show -N all -Y", Reads, CostAllNodes, true},
		{"mmhealth node show --refresh", Changes, CostConfig, false}, // F7
		{"mmhealth node show --resync", Changes, CostConfig, false},
		{"mmhealth node eventlog -Y", Reads, CostConfig, true},
		{"mmhealth node eventlog --clear", Changes, CostConfig, false},
		{"mmhealth cluster show -Y", Reads, CostManager, true},
		{"mmhealth event hide x", Changes, CostAllNodes, true},
		{"mmhealth thresholds list -Y", Reads, CostConfig, true},
		{"mmhealth thresholds add x", Changes, CostAllNodes, true},
		{"mmces node list -Y", Reads, CostConfig, true},
		{"mmces state show -a -Y", Reads, CostAllNodes, true},
		{"mmces node suspend -N ces1", StopsUsers, CostAllNodes, true},
		{"mmces service stop NFS -a", StopsUsers, CostAllNodes, true},
		{"mmces address move --ces-ip 10.0.0.1", Changes, CostAllNodes, true},
		{"mmafmctl mmfs1 getstate -j c1 -Y", Reads, CostManager, true},
		{"mmafmctl mmfs1 flushPending -j c1", Changes, CostManager, true},
		{"mmqos class list mmfs1", Reads, CostManager, true},
		{"mmqos class create mmfs1", Changes, CostManager, true},
		{"mmexpelnode -l", Reads, CostAllNodes, true}, // F6
		{"mmexpelnode -N node1", StopsUsers, CostAllNodes, false},
		{"mmremotecluster show all -Y", Reads, CostConfig, true},
		{"mmremotecluster add c2", Changes, CostAllNodes, true},
		{"mmauth show", Reads, CostConfig, true},
		{"mmauth grant c2 -f mmfs1", Changes, CostAllNodes, true},
		{"mmaudit all list -Y", Reads, CostConfig, true},
		{"mmaudit mmfs1 disable", Changes, CostAllNodes, true},
		{"mmvdisk pdisk list --rg all --not-ok -Y", Reads, CostManager, true},
		{"mmvdisk pdisk replace --prepare --rg r1", Changes, CostAllNodes, true},
		{"mmnfs export list -Y", Reads, CostConfig, true},
		{"mmnfs export remove /gpfs/x", Changes, CostAllNodes, true},
		{"mmuserauth service list -Y", Reads, CostConfig, true},
		{"mmpsnap mmfs1 status -j c1", Reads, CostManager, true},
		{"mmfsck mmfs1 -n", Reads, CostScan, true},
		{"mmfsck mmfs1 -y", Changes, CostScan, false},
		{"mmgetacl -k nfs4 /gpfs/a", Reads, CostManager, true},
		{"mmgetacl -o /etc/passwd /gpfs/a", Changes, CostManager, false},

		// F5: users and irreversible ones
		{"mmshutdown -a", StopsUsers, CostAllNodes, true},
		{"mmumount mmfs1 -a", StopsUsers, CostAllNodes, true},
		{"mmchdisk mmfs1 stop -d d1", StopsUsers, CostManager, true},
		{"mmchdisk mmfs1 start -a", Changes, CostScan, true},
		{"mmfsctl mmfs1 suspend", StopsUsers, CostAllNodes, true},
		{"mmunlinkfileset mmfs1 proj", StopsUsers, CostManager, true}, // F4
		{"mmchconfig release=LATEST", Irreversible, CostAllNodes, true},
		{"mmchconfig pagepool=4G,release=LATEST", Irreversible, CostAllNodes, true},
		{"mmchconfig pagepool=4G -i", Changes, CostAllNodes, true},
		{"mmchfs mmfs1 -V full", Irreversible, CostAllNodes, true},
		{"mmchfs mmfs1 -V compat", Changes, CostAllNodes, true},
		{"mmchfs mmfs1 -T /m", Changes, CostAllNodes, true},
		{"mmdelfs mmfs1", Irreversible, CostAllNodes, true},
		{"mmdelsnapshot mmfs1 s1", Irreversible, CostScan, true},
		{"mmdelfileset mmfs1 proj -f", Irreversible, CostScan, true},
		{"mmdelnsd d1", Irreversible, CostAllNodes, true},
		{"mmdeldisk mmfs1 d1", Irreversible, CostScan, true},
		{"mmcrnsd -F s -v no", Irreversible, CostAllNodes, true},
		{"mmcrnsd -F s", Changes, CostAllNodes, true},
		{"mmadddisk mmfs1 -F s -v no", Irreversible, CostScan, true},
		{"mmcrsnapshot mmfs1 s1", Changes, CostAllNodes, true},

		// What is not known
		{"mmlsfs mmfs1 --new-option", Changes, CostManager, false},
		{"mmlsfs mmfs1 -Yx", Changes, CostManager, false},
		{"mmlsnothing", Changes, CostScan, false},
		{"/tmp/mmlsfs mmfs1", Changes, CostScan, false},
		{"rm -rf /", Changes, CostScan, false},
		{"mmces", Changes, CostAllNodes, true},
		{"mmhealth --flag node show", Changes, CostAllNodes, true},

		// mmdsh is what it runs
		{"mmdsh -N all mmdiag --waiters", Reads, CostAllNodes, true},
		{"mmdsh -N all /usr/lpp/mmfs/bin/mmgetstate", Reads, CostAllNodes, true},
		{"mmdsh -N all mmshutdown", StopsUsers, CostAllNodes, true},
		{"mmdsh -N all uptime", Changes, CostAllNodes, false},
		{"mmdsh -N all 'mmdiag --waiters; reboot'", Changes, CostAllNodes, true},
		{"mmdsh -N all", Changes, CostAllNodes, true},
		{"mmdsh -L x mmgetstate", Changes, CostAllNodes, false}, // F28: no -L
	}
	for _, r := range rows {
		argv, err := SplitLine(r.line)
		require.NoError(t, err)
		got := Classify(argv)
		assert.Equal(t, r.effect, got.Effect, r.line)
		assert.Equal(t, r.cost, got.Cost, r.line)
		assert.Equal(t, r.known, got.Known, r.line)
	}
	assert.Equal(t, Class{Effect: Changes, Cost: CostScan}, Classify(nil))
}

func TestCatalogueTable(t *testing.T) {
	seen := make(map[string]bool)
	for i, e := range catalogue {
		assert.False(t, seen[e.form], "%s is there twice", e.form)
		seen[e.form] = true
		// A longer form behind a shorter one would never be found.
		for _, before := range catalogue[:i] {
			argv := strings.Fields(strings.ReplaceAll(e.form, "*", "x"))
			assert.False(t, before.matches(argv), "%q hides %q", before.form, e.form)
		}
		for _, oc := range e.cases {
			assert.Contains(t, []int{1, 2}, len(strings.Fields(oc.when)), e.form)
		}
		if e.y != YNone {
			assert.Equal(t, Reads, e.effect, "%s has a -Y form", e.form)
			assert.Contains(t, strings.Fields(e.options), "-Y", e.form)
		}
	}
	// F6: commands that were missing in older lists.
	for _, name := range strings.Fields("mmrestripefs mmrestripefile mmremotecluster mmexpelnode mmfsctl mmfsck mmbackup mmnfs mmsmb mmuserauth mmaudit " +
		"mmwatch mmvdisk mmlspdisk mmlsrecoverygroup mmlsvdisk mmlsenclosure mmlsfirmware mmnetverify mmcallhome mmtracectl gpfs.snap mmpsnap " +
		"mmcrcluster mmchcluster mmdelcluster mmbackupconfig mmrestoreconfig mmccr mmstartpolicy mmafmlocal mmdefragfs mmrestrictedctl mmpmon") {
		assert.True(t, func() bool {
			for form := range seen {
				if strings.Fields(form)[0] == name {
					return true
				}
			}
			return false
		}(), "%s is not in the catalogue", name)
	}
}

func TestClassifyCommandReadsThePolicy(t *testing.T) {
	apply := func(mode, policy string, more ...string) Effect {
		f := File{Name: "policy", Data: []byte(policy)}
		args := append([]string{"mmfs1", "-P", f.Ref(), "-I", mode}, more...)
		return ClassifyCommand(Command{Name: "mmapplypolicy", Args: args, Files: []File{f}}).Effect
	}
	list := "RULE EXTERNAL LIST 'l' EXEC ''\nRULE 'all' LIST 'l' WHERE NAME LIKE '%x'\n"
	for _, c := range []struct {
		name, mode, policy string
		want               Effect
	}{
		{"test", "test", list, Reads},
		{"F9: defer only lists", "defer", list, Reads},
		{"F9: defer excludes and lists", "defer", "RULE 'x' EXCLUDE WHERE 1=1\n" + list, Reads},
		{"F9: defer with MIGRATE", "defer", "RULE 'm' MIGRATE FROM POOL 'a' TO POOL 'b'\n" + list, Irreversible},
		{"F9: defer with DELETE", "defer", "rule delete where name like '%x'", Irreversible},
		{"a rule in a comment is none", "defer", list + "/* RULE 'm' MIGRATE TO POOL 'b' */\n-- RULE DELETE\n", Reads},
		{"a macro may be any rule", "defer", "define(x, RULE 'm' MIGRATE TO POOL 'b')\n" + list, Irreversible},
		{"no rule", "defer", "", Irreversible},
		{"F8: SetXattr in WHERE", "test", "RULE 'a' LIST 'l' WHERE SetXattr('user.x','1')", Changes},
		{"F8: SetXattr in SHOW", "test", "RULE 'a' LIST 'l' SHOW(setxattr('user.x','1'))", Changes},
		{"F8: SetXattr in ACTION is not carried out", "test", "RULE 'a' LIST 'l' ACTION(SetXattr('user.x','1')) WHERE (1=1)", Reads},
		{"F8: SetXattr behind ACTION", "test", "RULE 'a' LIST 'l' ACTION(f(1)) WHERE SetXattr('a','b')", Changes},
		{"F8: SetXattr in a string", "test", "RULE 'a' LIST 'l' WHERE NAME = 'SetXattr('", Reads},
		{"F8: m4 runs programs", "test", list + "/* syscmd(`touch /tmp/x') */", Changes},
		{"F8: m4 runs programs for their output", "test", "esyscmd(date)\n" + list, Changes},
		{"text that is not here", "test", "include(/tmp/x)\n" + list, Changes},
	} {
		assert.Equal(t, c.want, apply(c.mode, c.policy), c.name)
	}
	assert.Equal(t, Irreversible, apply("defer", list, "-I", "yes"), "which -I counts is not for us to guess")
	assert.Equal(t, Irreversible, apply("defer", list, "--what"))
	heavy := Classify([]string{"mmapplypolicy", "mmfs1", "-P", "x", "-I", "test"})
	assert.True(t, heavy.Heavy, "F8: a test is a scan of the whole file system")
}

func TestClassWords(t *testing.T) {
	assert.Equal(t, "stops users", StopsUsers.String())
	assert.Equal(t, "reads", Reads.String())
	assert.Equal(t, "changes", Changes.String())
	assert.Equal(t, "irreversible", Irreversible.String())
	assert.Equal(t, "unknown effect", Effect(9).String())
	assert.Equal(t, "configuration", CostConfig.String())
	assert.Equal(t, "file system manager", CostManager.String())
	assert.Equal(t, "all nodes", CostAllNodes.String())
	assert.Equal(t, "scan", CostScan.String())
	assert.Equal(t, "unknown cost", Cost(9).String())
}

func TestYForms(t *testing.T) {
	assert.Equal(t, YFirst, Classify([]string{"mmrepquota"}).Y)
	assert.Equal(t, YLast, Classify([]string{"mmlsfs", "x"}).Y)
	assert.Equal(t, YNone, Classify([]string{"mmlspool", "x"}).Y)
	assert.Equal(t, release503, Classify([]string{"mmlscallback"}).YSince)
	assert.Equal(t, release51, Classify([]string{"mmqos", "class", "list"}).Since)
}
