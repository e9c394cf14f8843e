package mmexec

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRunOnNode(t *testing.T) {
	check(t, []build{
		{"reads", made(RunOnNode("nsd01", nil, "/usr/bin/gpfsh", "callback", "node", "list")),
			"ssh -T -o BatchMode=yes -o ConnectTimeout=10 nsd01 '/usr/bin/gpfsh callback node list'", ""},
		{"no word is read by a shell", made(RunOnNode("nsd01", nil, "/usr/bin/gpfsh", "callback", "node", "test", "id", "reason=$(reboot); it's")),
			`ssh -T -o BatchMode=yes -o ConnectTimeout=10 nsd01 '/usr/bin/gpfsh callback node test id '\''reason=$(reboot); it'\''\'\'''\''s'\'''`, ""},
		{"no option for a node", made(RunOnNode("-oProxyCommand=x", nil, "/usr/bin/gpfsh")), "", "dash"},
		{"no relative program", made(RunOnNode("nsd01", nil, "gpfsh")), "", "absolute"},
	})

	for line, want := range map[string]Effect{"list": Reads, "get": Reads, "log": Reads, "last": Reads, "put": Changes, "remove": Changes, "test": Changes} {
		cmd, err := RunOnNode("nsd01", nil, "/usr/bin/gpfsh", "callback", "node", line, "grow")
		require.NoError(t, err)
		assert.Equal(t, want, ClassifyCommand(cmd).Effect, line)
		node, argv, ok := OnNode(cmd)
		assert.True(t, ok)
		assert.Equal(t, "nsd01", node)
		assert.Equal(t, []string{"/usr/bin/gpfsh", "callback", "node", line, "grow"}, argv)
	}
	// What RunOnNode did not make counts as changing, whatever it says.
	for _, argv := range [][]string{
		{"ssh", "nsd01", "/usr/bin/gpfsh callback node list"},
		{"ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "nsd01", "reboot; gpfsh callback node list"},
		{"ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "nsd01", "reboot now"},
	} {
		assert.Equal(t, Changes, Classify(argv).Effect, argv)
	}
}
