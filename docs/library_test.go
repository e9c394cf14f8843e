package docs

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

func Example() {
	ctx := context.Background()
	cluster, err := model.Connect(ctx, mmsim.New()) // or mmexec.NewLocal("/usr/lpp/mmfs/bin")
	if err != nil {
		log.Fatal(err)
	}
	fs, err := cluster.Filesystems.Get(ctx, "mmfs1") // mmlsfs mmfs1 -Y
	if err != nil {
		log.Fatal(err)
	}
	nightly, err := fs.Snapshots.New(ctx, "nightly") // mmcrsnapshot mmfs1 nightly
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(nightly.Name, nightly.Status)
	// Output: nightly Valid
}

// TestTheLibraryExampleIsTheOneAbove proves that the program in the README is one that was run.
func TestTheLibraryExampleIsTheOneAbove(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	source, err := os.ReadFile("library_test.go")
	require.NoError(t, err)
	_, block, ok := strings.Cut(string(readme), "```go example\n")
	require.True(t, ok)
	block, _, _ = strings.Cut(block, "```")
	assert.Contains(t, string(source), block)
}
