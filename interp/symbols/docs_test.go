package symbols

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
)

func TestParseDocs(t *testing.T) {
	text := strings.Join([]string{
		"@||", "Package x is first.",
		"@New|ctx,name,_|s,err", "New makes one.", "", `\@GMT-2024 is a name.`, `\\server\share`,
		"@Snap|_|",
		"@Size||", `\@x`, "",
	}, "\n")

	want := map[string]Doc{
		"":     {Text: "Package x is first."},
		"New":  {Text: "New makes one.\n\n@GMT-2024 is a name.\n\\server\\share", Params: []string{"ctx", "name", ""}, Results: []string{"s", "err"}},
		"Snap": {Params: []string{""}},
		"Size": {Text: "@x"},
	}
	assert.Empty(t, cmp.Diff(want, parseDocs(text)))
}

func FuzzParseDocs(f *testing.F) {
	f.Add("@New|ctx|err\ntext\n@Old||\n")
	f.Add("\n@\n\\@")
	f.Fuzz(func(t *testing.T, text string) {
		for name := range parseDocs(text) {
			if strings.Contains(name, "|") || strings.Contains(name, "\n") {
				t.Errorf("the name %q holds a separator", name)
			}
		}
	})
}

// TestIndexIsCheap guards the start of the program: the index must not build tables.
func TestIndexIsCheap(t *testing.T) {
	n := testing.AllocsPerRun(10, func() { _ = All() })
	assert.LessOrEqual(t, n, 100.0, "allocations for the index")
}
