package render

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp"
	"gpfsh/mmexec"
)

func TestErrors(t *testing.T) {
	failed := &mmexec.CommandError{
		Cmd: mmexec.Command{Name: "mmdelfileset", Args: []string{"mmfs1", "root"}}, ExitCode: 1, Cause: "The root fileset cannot be deleted.",
		Stderr: []byte("mmdelfileset: The root fileset cannot be deleted.\nmmdelfileset: Command failed. Examine previous error messages.\n"),
	}
	more := &mmexec.CommandError{
		Cmd: mmexec.Command{Name: "mmchfs", Args: []string{"mmfs1", "-T", "/a b"}}, ExitCode: 1, Cause: "It is mounted.",
		Stderr: []byte("mmchfs: It is mounted.\nmmchfs: 6027-1 On nodes a and b.\nmmchfs: Command failed. Examine previous error messages to determine cause.\n"),
	}
	at := interp.Diagnostic{File: "x.go", Line: 3, Col: 2, EndCol: 5, Message: failed.Error(), Source: "\tfoo.Delete()"}
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"a check", &interp.CheckError{Diagnostics: []interp.Diagnostic{
			{File: "-e", Line: 1, Col: 11, EndCol: 21, Message: "Cluster().Filesystem undefined", Hint: "did you mean Filesystems?", Source: "Cluster().Filesystem"},
		}}, "-e:1:11: Cluster().Filesystem undefined; did you mean Filesystems?\n\tCluster().Filesystem\n\t          ^^^^^^^^^^\n"},
		{"a failed command", &interp.StopError{At: at, Err: failed}, "" +
			"x.go:3:2: The root fileset cannot be deleted. (mmdelfileset mmfs1 root: exit status 1)\n" +
			"\t\tfoo.Delete()\n\t\t^^^\n"},
		{"a failed command that says more", &interp.StopError{At: interp.Diagnostic{
			File: "x.go", Line: 1, Col: 1, Message: "mmfs1 is mounted; unmount it first: " + more.Error(), Source: "f()",
		}, Err: fmt.Errorf("mmfs1 is mounted; unmount it first: %w", more)}, "" +
			"x.go:1:1: mmfs1 is mounted; unmount it first\n\tf()\n\t^\n" +
			"  mmchfs mmfs1 -T '/a b': exit status 1\n" +
			"  mmchfs: It is mounted.\n" +
			"  mmchfs: 6027-1 On nodes a and b.\n"},
		{"a chain", &interp.StopError{
			At:    interp.Diagnostic{File: "x.go", Line: 3, Col: 2, Message: "boom", Source: "\tf()"},
			Chain: []interp.Diagnostic{{File: "x.go", Line: 9, Col: 1, Source: "\tmain2()"}}, Err: errors.New("boom"),
		}, "x.go:3:2: boom\n\t\tf()\n\t\t^\n\tcalled from x.go:9:1: main2()\n"},
		{"without a source", errors.New("no cluster"), "gpfsh: no cluster\n"},
		{"without a source, a command", fmt.Errorf("cannot start: %w", failed), "" +
			"gpfsh: cannot start\n" +
			"  mmdelfileset mmfs1 root: exit status 1\n" +
			"  mmdelfileset: The root fileset cannot be deleted.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			r := Renderer{Out: &out, Err: &errs}
			r.Error(tt.err)
			assert.Equal(t, tt.want, errs.String())
			assert.Empty(t, out.String())

			errs.Reset()
			r.ErrStyles.On = true
			r.Error(tt.err)
			assert.Equal(t, tt.want, style.Strip(errs.String()))
		})
	}
}

func TestErrorsSayNothingTwice(t *testing.T) {
	failed := &mmexec.CommandError{Cmd: mmexec.Command{Name: "mmx"}, ExitCode: 2, Cause: "no such thing", Stderr: []byte("mmx: no such thing\n")}
	var errs bytes.Buffer
	(&Renderer{Err: &errs}).Error(failed)
	assert.Equal(t, "gpfsh: no such thing (mmx: exit status 2)\n", errs.String())
}

func TestDiagnostics(t *testing.T) {
	var errs bytes.Buffer
	(&Renderer{Err: &errs}).Diagnostics([]interp.Diagnostic{{File: "a.go", Line: 1, Col: 1, Message: "x is not used", Severity: interp.Warning, Source: "x := 1"}})
	assert.Equal(t, "a.go:1:1: warning: x is not used\n\tx := 1\n\t^\n", errs.String())
}
