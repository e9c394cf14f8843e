package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSummaryPage(t *testing.T) {
	s := &Summary{
		Files: 11, Directories: 1, Others: 2, Skipped: 3, NoRule: 4, Done: 1, Failed: 1, Errors: []string{"[E] /a: no"}, Warnings: []string{"[W] mind"},
		Rules:     []RuleUse{{Number: 0, Name: "old", Hits: 5, KBHit: 304, Chosen: 4, KBChosen: 1536}, {Number: 1, Hits: 1000000}},
		Pools:     []PoolUse{{"data", 50, 80530636800, 65.777777}, {"system", 0, 0, 0}},
		Predicted: []PoolUse{{"data", 40, 80530636800, 60}},
	}
	assert.Equal(t, `RULE    MATCHED  ON DISK  CHOSEN  ON DISK
old           5  304 KiB       4  1.5 MiB
rule 1  1000000    0 KiB       0    0 KiB

POOL      SIZE    FULL  AFTERWARDS
data    75 TiB  65.8 %      60.0 %
system   0 KiB       -           -

scanned: 11 files, 1 directory, 2 others; 4 without a rule; 3 could not be read
done: 1 file, 1 failed
[E] /a: no
[W] mind
`, s.Page())
	assert.Equal(t, "planned: nothing was run\n", (&Summary{Planned: true}).Page())
	assert.Empty(t, (*Summary)(nil).Page())
}
