package mmexec

import (
	"context"
	"errors"
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

func TestOtherNodeOnlyReads(t *testing.T) {
	var ran []string
	reply := &Result{Stdout: []byte("x")}
	through := executorFunc(func(_ context.Context, cmd Command) (*Result, error) {
		ran = append(ran, cmd.String())
		r := *reply
		return &r, nil
	})
	far, err := OtherNode(through, "nsd01")
	require.NoError(t, err)
	res, err := far.Run(t.Context(), Command{Name: "mmdiag", Args: []string{"--config", "-Y"}})
	require.NoError(t, err)
	assert.Equal(t, "nsd01", res.Node)
	_, err = far.Get(t.Context(), "/var/adm/ras/mmfs.log.latest")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"ssh -T -o BatchMode=yes -o ConnectTimeout=10 nsd01 '/usr/lpp/mmfs/bin/mmdiag --config -Y'",
		"ssh -T -o BatchMode=yes -o ConnectTimeout=10 nsd01 '/bin/cat /var/adm/ras/mmfs.log.latest'",
	}, ran)
	for _, line := range ran {
		argv, err := SplitLine(line)
		require.NoError(t, err)
		assert.Equal(t, Reads, Classify(argv).Effect, line)
	}

	for _, cmd := range []Command{
		{Name: "mmshutdown"}, {Name: "mmdiag", Args: []string{"--config"}, Files: []File{{Name: "f"}}}, {Name: "mmunheardof"},
	} {
		_, err = far.Run(t.Context(), cmd)
		require.ErrorContains(t, err, "only commands that read", cmd.String())
	}
	_, err = far.Get(t.Context(), "etc/passwd")
	require.ErrorContains(t, err, "must be absolute")
	_, err = far.Put(t.Context(), "f", nil)
	require.Error(t, err)
	require.Error(t, far.Remove(t.Context(), "f"))
	assert.Len(t, ran, 2)

	reply = &Result{ExitCode: 255, Stderr: []byte("ssh: connect to host nsd01 port 22: No route to host\n")}
	_, err = far.Run(t.Context(), Command{Name: "mmdiag", Args: []string{"--config"}})
	var unreachable *UnreachableError
	require.ErrorAs(t, err, &unreachable)
	assert.Equal(t, "cannot reach node nsd01: ssh: connect to host nsd01 port 22: No route to host (mmdiag --config)", err.Error())
	reply = &Result{ExitCode: 127}
	_, err = far.Run(t.Context(), Command{Name: "mmdiag", Args: []string{"--config"}})
	var missing *NotFoundError
	require.ErrorAs(t, err, &missing)
	reply = &Result{ExitCode: 1, Stderr: []byte("cat: no such file\n")}
	_, err = far.Get(t.Context(), "/nowhere")
	require.ErrorContains(t, err, "cannot read /nowhere on nsd01: cat: no such file")

	_, err = OtherNode(through, "nsd01; reboot")
	require.Error(t, err)
	_, err = OtherNode(nil, "nsd01")
	require.Error(t, err)

	for line, effect := range map[string]Effect{
		"/usr/lpp/mmfs/bin/mmshutdown -a": StopsUsers, "/bin/rm -r /x": Changes, "/bin/cat /etc/hosts": Reads,
	} {
		words, err := SplitLine(line)
		require.NoError(t, err)
		cmd, err := RunOnNode("nsd01", nil, words[0], words[1:]...)
		require.NoError(t, err)
		assert.Equal(t, effect, ClassifyCommand(cmd).Effect, line)
	}
}

// executorFunc runs commands and has no files.
type executorFunc func(context.Context, Command) (*Result, error)

func (f executorFunc) Run(ctx context.Context, cmd Command) (*Result, error) { return f(ctx, cmd) }
func (executorFunc) Put(context.Context, string, []byte) (string, error) {
	return "", errors.ErrUnsupported
}
func (executorFunc) Get(context.Context, string) ([]byte, error) { return nil, errors.ErrUnsupported }
func (executorFunc) Remove(context.Context, string) error        { return errors.ErrUnsupported }
