package mmsim

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

// run runs a command line of plain words.
func run(t *testing.T, c *Cluster, line string) *mmexec.Result {
	t.Helper()
	words := strings.Fields(line)
	return runArgs(t, c, words[0], words[1:]...)
}

func runArgs(t *testing.T, c *Cluster, name string, args ...string) *mmexec.Result {
	t.Helper()
	res, err := c.Run(context.Background(), mmexec.Command{Name: name, Args: args})
	require.NoError(t, err)
	return res
}

// ok runs a command that must succeed and returns its standard output.
func ok(t *testing.T, c *Cluster, line string) string {
	t.Helper()
	res := run(t, c, line)
	require.Zero(t, res.ExitCode, "%s: %s", line, res.Stderr)
	return string(res.Stdout)
}

// headers collects the HEADER lines of a reply by section, and the order of the sections.
func headers(text string) (bySection map[string]string, order []string) {
	bySection = map[string]string{}
	for line := range strings.Lines(text) {
		fields := strings.SplitN(strings.TrimRight(line, " \r\n"), ":", 7)
		if len(fields) == 7 && fields[2] == "HEADER" {
			if _, seen := bySection[fields[1]]; !seen {
				order = append(order, fields[1])
			}
			bySection[fields[1]] = strings.TrimSuffix(strings.TrimSpace(fields[6]), ":")
		}
	}
	return bySection, order
}

// TestStructure compares the replies with captured output: the same fields in the same order for the release, the same
// sections, rows as long as their header.
func TestStructure(t *testing.T) {
	dir := os.Getenv("GPFSH_CAPTURES")
	if dir == "" {
		t.Skip("GPFSH_CAPTURES is not set: captured output is not available")
	}
	tests := []struct {
		capture string
		release string
		line    string
	}{
		{"ibm-install-infra/mmlscluster.txt", "5.0.4.0", "mmlscluster -Y"},
		{"ibm-install-infra/mmlsfs-all.txt", "5.0.4.0", "mmlsfs all -Y"},
		{"puppet-gpfs/mmlsfs-T.txt", "4.2.3.0", "mmlsfs all -T -Y"},
		{"mmoxi/mmlsfs-B.txt", "5.1.9.2", "mmlsfs all -B -Y"},
		{"puppet-gpfs/mmlsfileset.txt", "4.2.3.0", "mmlsfileset mmfs1 -Y"},
		{"mmoxi/mmlsfileset.txt", "5.1.9.2", "mmlsfileset mmfs1 -Y"},
		{"mmoxi/mmlsdisk.txt", "5.1.9.2", "mmlsdisk mmfs1 -Y"},
		{"gpfstraining/mmlsdisk-Y.txt", "5.1.9.2", "mmlsdisk mmfs1 -Y"},
		{"ibm-install-infra/mmlsnsd.txt", "5.0.4.0", "mmlsnsd -Y"},
		{"mmoxi/mmlsnsd.txt", "5.1.9.2", "mmlsnsd -X -Y"},
		{"mmoxi/mmlsmgr.txt", "5.1.9.2", "mmlsmgr -Y"},
		{"mmoxi/mmgetstate.txt", "5.1.9.2", "mmgetstate -Y"},
		{"mmoxi/mmdf.txt", "5.1.9.2", "mmdf mmfs1 -Y"},
		{"puppet-gpfs/mmrepquota.txt", "4.2.3.0", "mmrepquota -Y mmfs1"},
		{"mmoxi/mmrepquota.txt", "5.1.9.2", "mmrepquota -Y -a"},
	}
	for _, tt := range tests {
		t.Run(tt.capture, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, tt.capture))
			require.NoError(t, err)
			st := DemoState()
			st.Release = tt.release
			out := ok(t, New(WithState(st)), tt.line)
			want, wantOrder := headers(string(data))
			got, gotOrder := headers(out)
			assert.Equal(t, want, got)
			assert.Equal(t, wantOrder, gotOrder)
			assert.Equal(t, reportLines(string(data)) > 0, reportLines(out) > 0, "*** Report lines")
		})
	}
}

func reportLines(text string) int { return strings.Count(text, "*** Report for ") }

// TestAttributeNames checks that mmlsfs shows what the capture of its release shows, in the same order.
func TestAttributeNames(t *testing.T) {
	dir := os.Getenv("GPFSH_CAPTURES")
	if dir == "" {
		t.Skip("GPFSH_CAPTURES is not set: captured output is not available")
	}
	data, err := os.ReadFile(filepath.Join(dir, "ibm-install-infra/mmlsfs-all.txt"))
	require.NoError(t, err)
	st := DemoState()
	st.Release = "5.0.4.0"
	names := func(text, device string) []string {
		var names []string
		for line := range strings.Lines(text) {
			if f := strings.Split(line, ":"); len(f) > 7 && f[2] == "0" && f[6] == device {
				names = append(names, f[7])
			}
		}
		return names
	}
	assert.Equal(t, names(string(data), "FS1"), names(ok(t, New(WithState(st)), "mmlsfs all -Y"), "mmfs1"))
}

// TestRowLengths checks that every row of every -Y reply is as long as its header, in each release.
func TestRowLengths(t *testing.T) {
	lines := []string{
		"mmlscluster -Y", "mmlsfs all -Y", "mmlsmount all -Y", "mmlsfileset mmfs1 -Y", "mmlssnapshot mmfs1 -Y", "mmlsdisk mmfs1 -Y",
		"mmlsnsd -Y", "mmlsnsd -X -Y", "mmlsnodeclass --all -Y", "mmgetstate -a -Y", "mmlsmgr -Y", "mmlsconfig -Y", "mmrepquota -Y -a", "mmdf mmfs1 -Y",
	}
	for _, release := range []string{"4.2.3.9", "5.0.5.0", "5.1.9.2", "5.2.1.0"} {
		st := DemoState()
		st.Release = release
		c := New(WithState(st))
		for _, line := range lines {
			if release == "4.2.3.9" && (strings.HasPrefix(line, "mmlsnsd") || strings.HasPrefix(line, "mmlsmgr")) {
				assert.Equal(t, 1, run(t, c, line).ExitCode, "it had no -Y then")
				continue
			}
			out := ok(t, c, line)
			want := map[string]int{}
			for row := range strings.Lines(out) {
				if strings.HasPrefix(row, "***") {
					continue
				}
				fields := strings.Split(strings.TrimSuffix(row, "\n"), ":")
				require.Greater(t, len(fields), 6, row)
				if fields[2] == "HEADER" {
					want[fields[1]] = len(fields)
				} else {
					assert.Equal(t, want[fields[1]], len(fields), "%s %s: %s", release, line, row)
				}
			}
		}
	}
}

func TestEncoding(t *testing.T) {
	c := New()
	out := ok(t, c, "mmlsfileset mmfs1 -Y")
	assert.Contains(t, out, ":%2Fgpfs%2Fmmfs1%2Fproj%2Falpha:")
	assert.Contains(t, out, ":Unlinked:%2D%2D:--:", "a fileset that is not linked")
	assert.Contains(t, out, ":PI%3A Grünwald, end of project%3A 2026-11:")
	assert.Contains(t, out, ":(old-proj):8:", "a deleted fileset")
	assert.Contains(t, ok(t, c, "mmlsfs mmfs1 -Y"), ":defaultMountPoint:%2Fgpfs%2Fmmfs1:")
	assert.Contains(t, ok(t, c, "mmlsfs mmfs1 -Y"), ":UID:0A0A0101%3A602FB8BD:")
	assert.Contains(t, ok(t, c, "mmlscluster -Y"), ":/usr/bin/ssh:no:/usr/bin/scp:", "paths of programs stay plain")
	assert.Equal(t, "100%25%3A/x", yPlain("100%:/x"))
}

func TestDecoderReadsEveryReply(t *testing.T) {
	c := New()
	for _, line := range []string{
		"mmlscluster -Y", "mmlsfs all -Y", "mmlsmount all -Y", "mmlsfileset mmfs1 -Y", "mmlssnapshot mmfs1 -Y", "mmlsdisk mmfs1 -Y",
		"mmlsnsd -Y", "mmlsnodeclass -Y", "mmgetstate -a -Y", "mmlsmgr -Y", "mmlsconfig -Y", "mmrepquota -Y -a", "mmdf mmfs1 -Y",
	} {
		words := strings.Fields(line)
		reply, err := mmexec.Query(context.Background(), c, mmexec.Command{Name: words[0], Args: words[1:]})
		require.NoError(t, err, line)
		assert.NotEmpty(t, reply.Rows, line)
	}
	reply, err := mmexec.Query(context.Background(), c, mmexec.Command{Name: "mmlsfileset", Args: []string{"mmfs1", "proj-alpha", "-Y"}})
	require.NoError(t, err)
	require.Len(t, reply.Rows, 1)
	assert.Equal(t, "/gpfs/mmfs1/proj/alpha", reply.Rows[0].Get("path"))
	assert.Equal(t, "PI: Grünwald, end of project: 2026-11", reply.Rows[0].Get("comment"))
}

func TestOldReleases(t *testing.T) {
	st := DemoState()
	st.Release = "4.2.0.4"
	c := New(WithState(st))
	assert.Equal(t, 1, run(t, c, "mmcrsnapshot mmfs1 home:s").ExitCode, "lists and Fileset:Snapshot came with 4.2.1")
	assert.Equal(t, 1, run(t, c, "mmcrsnapshot mmfs1 a,b").ExitCode)
	ok(t, c, "mmcrsnapshot mmfs1 s -j home")
	assert.NotContains(t, ok(t, c, "mmlsfs mmfs1 -Y"), "maintenance-mode")
	assert.NotContains(t, ok(t, c, "mmlssnapshot mmfs1"), "ExpirationTime")
	st.Release = "3.5.0.7"
	c = New(WithState(st))
	assert.Equal(t, "Writing dirty data to disk.\nQuiescing all file system operations.\nWriting dirty data to disk again.\nSnapshot old created with id 421.\n",
		ok(t, c, "mmcrsnapshot mmfs1 old"))
	assert.Contains(t, string(run(t, c, "mmlsfs mmfs9").Stderr), "mmlsfs: Command failed.  Examine previous")
}

func TestMessageIDs(t *testing.T) {
	st := DemoState()
	st.MessageIDs = true
	c := New(WithState(st))
	assert.Contains(t, string(run(t, c, "mmlsfs mmfs9").Stderr), "mmlsfs: 6027-1388 File system mmfs9 is not known to the GPFS cluster.\nmmlsfs: Command failed.")
	assert.Contains(t, string(run(t, c, "mmdelsnapshot mmfs1 none").Stderr), "GPFS: 6027-2684 File system mmfs1 does not contain global snapshot none, err = 2\n")
	res := run(t, c, "mmadddisk mmfs2 spare01")
	assert.Contains(t, string(res.Stdout), "GPFS: 6027-531 The following disks of mmfs2 will be formatted on node mgmt01:\n")
	assert.Contains(t, string(res.Stderr), "mmadddisk: 6027-1371 Propagating the cluster configuration data to all\n  affected nodes.")
	assert.Contains(t, ok(t, c, "mmstartup -N node1"), "CEST 2024: mmstartup: 6027-1642 Starting GPFS ...")
	assert.Equal(t, ok(t, New(), "mmlsfileset mmfs1 -Y"), ok(t, c, "mmlsfileset mmfs1 -Y"))
}
