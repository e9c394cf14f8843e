package mmsim

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// collapse makes lines comparable whose columns have other widths: runs of blanks, of dashes and of equal signs become
// one, and blanks at the ends go.
func collapse(line string) string {
	line = strings.Join(strings.Fields(line), " ")
	line = regexp.MustCompile(`-{4,}`).ReplaceAllString(line, "-")
	return regexp.MustCompile(`={4,}`).ReplaceAllString(line, "=")
}

// TestHumanForms compares the lines of human output that do not depend on the cluster with captured output: titles, column
// names, labels, messages. exact tells that the columns have fixed places, which are compared too.
func TestHumanForms(t *testing.T) {
	dir := os.Getenv("GPFSH_CAPTURES")
	if dir == "" {
		t.Skip("GPFSH_CAPTURES is not set: captured output is not available")
	}
	tests := []struct {
		capture string
		release string
		before  []string
		line    string
		fixed   string // which lines of the capture are compared
		exact   bool
	}{
		{capture: "cnsa-helm/mmlscluster.txt", line: "mmlscluster", fixed: `^(GPFS cluster information|=+| Node  |-+)|^  [^:]*:`},
		{capture: "cnsa-helm/mmlsfs-Q.txt", line: "mmlsfs mmfs1 -Q", fixed: `.`, exact: true},
		{capture: "cnsa-helm/mmlsfs-filesetdf.txt", line: "mmlsfs mmfs1 --filesetdf", fixed: `.`, exact: true},
		{capture: "storagescalevagrant/mmlsfs-T.txt", line: "mmlsfs mmfs1 -T", fixed: `^(flag|---)`, exact: true},
		{capture: "storagescalevagrant/mmlsmount-all.txt", line: "mmlsmount mmfs1", fixed: `^File system`},
		{capture: "cnsa-helm/mmlsmount-all-L-remote.txt", line: "mmlsmount archive -L", fixed: `^File system`},
		{capture: "storagescalevagrant/mmlspool-2pools.txt", line: "mmlspool mmfs1", fixed: `^(Storage|Name)`},
		{capture: "storagescalevagrant/mmdf-2pools.txt", line: "mmdf mmfs1", fixed: `^(disk |name |---| +---| +===|Inode)`, exact: true},
		{capture: "gpfstraining/mmlsdisk.txt", line: "mmlsdisk mmfs1", fixed: `^(disk |name |---)`, exact: true},
		{capture: "cn-aix-notes/mmlsdisk-L.txt", line: "mmlsdisk mmfs1 -L", fixed: `^(disk |name |---)`, exact: true},
		{capture: "cn-aix-notes/mmlsnsd-m.txt", line: "mmlsnsd -m", fixed: `^( Disk|---)`, exact: true},
		{capture: "cn-aix-notes/mmlsnsd-mixed.txt", line: "mmlsnsd", fixed: `^( File|---)`, exact: true},
		{capture: "gpfstraining/mmgetstate-av.txt", line: "mmgetstate -N node1 -v", fixed: `Node number`},
		{capture: "gpfstraining/mmlsnodeclass.txt", line: "mmlsnodeclass", fixed: `^(Node|---)`, exact: true},
		{capture: "gpfstraining/mmlslicense.txt", line: "mmlslicense", fixed: `^(Summary|---|Number)`},
		{capture: "cnsa-helm/mmlsfileset-L.txt", line: "mmlsfileset mmfs1 -L", fixed: `^(Filesets|Name)`},
		{capture: "ibm-docs/mmlssnapshot-d.txt", release: "4.2.3.0", line: "mmlssnapshot mmfs1 -d", fixed: `^Snapshots`},
		{capture: "dirscape/mmlsquota-perfileset.txt", line: "mmlsquota -u alice mmfs1", fixed: `Block Limits|^Filesystem`, exact: true},
		{capture: "dirscape/mmlsquota-no-perfileset.txt", line: "mmlsquota -j home mmfs1", fixed: `Block Limits|^Filesystem`, exact: true},
		{capture: "gpfstraining/mmlsquota-u-auto.txt", line: "mmlsquota -u alice --block-size auto mmfs1", fixed: `Block Limits|^Filesystem`, exact: true},
		{capture: "dirscape/mmlsquota-group.txt", line: "mmlsquota -g alpha mmfs1", fixed: `^Disk quotas`},
		{capture: "gpfstraining/mmhealth-node-show.txt", line: "mmhealth node show -N gw01", fixed: `^(Node name|Node status|Status Change|Component|---)`},
		{capture: "gpfstraining/mmhealth-node-eventlog.txt", line: "mmhealth node eventlog -N nsd01", fixed: `^(Node name|Timestamp)`},
		{capture: "storagescalevagrant/mmhealth-cluster-show-2019.txt", line: "mmhealth cluster show", fixed: `^(Component|---)`},
		{capture: "gpfstraining/mmces-address-list.txt", line: "mmces address list", fixed: `^(Address|---)`, exact: true},
		{capture: "gpfstraining/mmces-node-list.txt", line: "mmces node list", fixed: `^(Node|---)`, exact: true},
		{capture: "gpfstraining/mmces-service-list.txt", line: "mmces service list", fixed: `.`, exact: true},
		{capture: "gpfstraining/mmnfs-export-list.txt", before: []string{"mmnfs export add /gpfs/mmfs1/home"}, line: "mmnfs export list", fixed: `^(Path|---)`},
		{capture: "gpfs-goodies/mmremotefs-show.txt", line: "mmremotefs show", fixed: `^Local`, exact: true},
		{capture: "cnsa-helm/mmremotecluster-show-all.txt", line: "mmremotecluster show all", fixed: `^[A-Z][a-zA-Z ]*:`},
		{capture: "cnsa-helm/mmauth-show-all.txt", line: "mmauth show all", fixed: `^[A-Z][a-zA-Z ]*:`},
		{capture: "cnsa-helm/mmunlinkfileset.txt", line: "mmunlinkfileset mmfs1 proj-beta", fixed: `.`},
		{capture: "cnsa-helm/mmdelfileset.txt", line: "mmdelfileset mmfs1 retired-gamma -f", fixed: `.`},
		{capture: "cn-aix-notes/mmchfs-inode-limit.txt", line: "mmchfs mmfs1 --inode-limit 150M", fixed: `.`, exact: true},
		{capture: "storagescalevagrant/mmadddisk.txt", line: "mmadddisk mmfs2 spare01", fixed: `^(The|Ext|Creating|Flushing|Disks|Checking|Completed)`},
	}
	for _, tt := range tests {
		t.Run(tt.capture, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, tt.capture))
			require.NoError(t, err)
			st := DemoState()
			if tt.release != "" {
				st.Release = tt.release
			}
			c := New(WithState(st))
			for _, b := range tt.before {
				ok(t, c, b)
			}
			want, got := fixedLines(string(data), tt.fixed, tt.exact), fixedLines(ok(t, c, tt.line), `.`, tt.exact)
			require.NotEmpty(t, want)
			for _, line := range want {
				assert.Contains(t, got, line)
			}
		})
	}
}

// values are what differs from cluster to cluster: names, numbers, sizes, times.
var values = regexp.MustCompile(`\d[\d.,:]*( [KMGT]B)?|%|'[^']*'|\(.*\)|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2}`)

// fixedLines selects lines and takes out of them what differs from cluster to cluster.
func fixedLines(text, selected string, exact bool) []string {
	pick := regexp.MustCompile(selected)
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \r\n")
		if !pick.MatchString(line) || line == "" {
			continue
		}
		if exact {
			lines = append(lines, strings.TrimLeft(line, " "))
			continue
		}
		line = values.ReplaceAllString(line, "V")
		// Names stand behind a colon, behind "system", "Fileset", "pool", "group" and the like, or inside quotes.
		line = regexp.MustCompile(`^( *[A-Z][A-Za-z &]*:).*`).ReplaceAllString(line, "$1")
		line = regexp.MustCompile(`\b(system|Fileset|pool|group|of|node) [^ ]+`).ReplaceAllString(line, "$1 V")
		lines = append(lines, collapse(line))
	}
	return lines
}
