package commands

import (
	"bytes"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVersionSaysWhatTheBuildHasNoted(t *testing.T) {
	vcs := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{
			{Key: "vcs.revision", Value: "606a4e64b9d2"}, {Key: "vcs.time", Value: "2026-11-28T15:12:00Z"}, {Key: "vcs.modified", Value: modified},
		}
	}
	for _, c := range []struct {
		name string
		info *debug.BuildInfo
		want string
	}{
		{"nothing", nil, "gpfsh devel go1.26 linux/ppc64le\n"},
		{"no repository", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "gpfsh devel go1.26 linux/ppc64le\n"},
		{"a tag", &debug.BuildInfo{Main: debug.Module{Version: "v0.1.0"}, Settings: vcs("false")},
			"gpfsh v0.1.0 go1.26 linux/ppc64le\nrevision 606a4e64b9d2 of 2026-11-28T15:12:00Z\n"},
		{"a checkout with changes", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: vcs("true")},
			"gpfsh devel go1.26 linux/ppc64le\nrevision 606a4e64b9d2 of 2026-11-28T15:12:00Z, with changes that are not committed\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, writeVersion(&out, readBuild(c.info), "go1.26", "linux/ppc64le"))
			assert.Equal(t, c.want, out.String())
		})
	}
}
