package mmsim

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

// FuzzCommandLine gives the simulator any command line: it answers each, and the state stays whole.
func FuzzCommandLine(f *testing.F) {
	for _, line := range []string{
		"mmlsfs\nall\n-Y", "mmcrsnapshot\nmmfs1\nhome:a,b\n-j\nx", "mmchfs\nmmfs2\n-T\n/x", "mmgetstate\n-aLvN\n1-5", "mmsetquota\nmmfs1:home\n--user\nalice\n--block\n1T:2T",
		"mmchdisk\nmmfs1\nstart\n-d\ndata03;;", "mmaddcallback\nx\n--command\n/y\n--event\nmount\n--parms\n%a%%b%", "mmchconfig\na=b,c,d=e\n-N\nall", "mmlslicense\n-Y",
		"mmcrfileset\nmmfs1\nü:%\n-t\n\x00\n--inode-space=new", "mmnfs\nexport\nadd\n/gpfs/mmfs1/home\n-c\na(b=c);;d(", "mmcrfs\nx\n-B\n9223372036854775807p",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Split(line, "\n")
		def, ok := commandTable()[words[0]]
		if !ok {
			return
		}
		c := New(WithCallbacks(func(CallbackRun) error { return nil }))
		before := state(t, c)
		res, err := c.Run(context.Background(), mmexec.Command{Name: words[0], Args: words[1:]})
		require.NoError(t, err)
		if res.ExitCode != 0 {
			assert.NotEmpty(t, res.Stderr, "a failure says why")
		}
		after := state(t, c)
		if !def.changesState(words[1:]) {
			assert.Equal(t, before, after)
		}
		again := &store{dir: t.TempDir()}
		for i := range after.Filesystems {
			quotas, err := decodeQuotas(encodeQuotas(after.Filesystems[i].Quotas))
			require.NoError(t, err)
			assert.Len(t, *quotas, len(after.Filesystems[i].Quotas))
		}
		_ = again.base(after)
	})
}

func FuzzStanzas(f *testing.F) {
	f.Add("%nsd: device=/dev/sdb nsd=a servers=x,y\n usage=dataOnly # no\n%quota: device=fs1\n")
	f.Add("%nsd:\n%%=\n=")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range parseStanzas(text, "nsd") {
			for key := range s {
				assert.Equal(t, strings.ToLower(key), key)
			}
		}
	})
}

func FuzzCallbackSpec(f *testing.F) {
	f.Add("one\n        command       = /bin/one\n        event         = mount,unmount\n        parms         = %fsName\n\n")
	f.Add("command = x\n")
	f.Fuzz(func(t *testing.T, text string) {
		callbacks, reason := parseCallbackSpec(text)
		if reason != "" {
			assert.Empty(t, callbacks)
		}
	})
}
