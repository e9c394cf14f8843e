package script

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asProgram in the environment makes the test binary the program that the tests of Main run.
const asProgram = "GPFSH_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		exported()
		return
	}
	os.Exit(m.Run())
}

// exported is a program of the form that gpfsh export writes.
func exported() {
	sess, ctx := Main()
	if _, err := sess.Mm(ctx, "mmcrsnapshot mmfs1 "+sess.Args()[0]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		sess.Exit(1)
	}
	fmt.Println("planned:", sess.Plan().Len())
	sess.Exit(3)
}

// start runs the program with one argument and returns what it printed and its exit status.
func start(t *testing.T, env ...string) (stdout, stderr string, status int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "nightly")
	cmd.Env = append(os.Environ(), append([]string{asProgram + "=1"}, env...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil {
		require.True(t, errors.As(err, &exit), "%v", err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func TestMainRehearses(t *testing.T) {
	stdout, stderr, status := start(t, "GPFSH_CLUSTER=sim", "GPFSH_DRY_RUN=1")
	assert.Equal(t, "mmcrsnapshot mmfs1 nightly\nplanned: 1\n", stdout)
	assert.Empty(t, stderr)
	assert.Equal(t, 3, status)
}

func TestMainSaysWhyItCannotConnect(t *testing.T) {
	stdout, stderr, status := start(t, "GPFSH_CLUSTER=moon")
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, `GPFSH_CLUSTER is "moon"`)
	assert.Equal(t, 2, status)
}
