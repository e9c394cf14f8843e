package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/cmd/gpfsh/internal/ptytest"
)

// completionRows are command lines and what completion adds to them: a word that is among what it offers.
var completionRows = []struct{ line, want string }{
	{"gpfsh pol", "policy"},
	{"gpfsh --clu", "--cluster"},
	{"gpfsh --output j", "json"},
	{"gpfsh --cluster sim policy f", "fmt"},
	{"gpfsh policy check scri", "script.go"},
	{"gpfsh run scri", "script.go"},
	{"gpfsh learn look", "look-around"},
	{"gpfsh help envi", "environment"},
	{"gpfsh scri", "script.go"},
	{"gpfsh state d", "diff"},
	{"gpfsh completion z", "zsh"},
	{"gpfsh run --onc", "--once"},
}

// inDir is a directory with a script, for completion to find.
func inDir(t *testing.T) (dir string, env []string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "script.go"), []byte("print(1)\n"), 0o644))
	path, err := exec.LookPath("gpfsh")
	require.NoError(t, err)
	return dir, []string{"HOME=" + dir, "PATH=" + filepath.Dir(path) + ":/usr/bin:/bin", "TERM=xterm-256color", "LANG=C.UTF-8", "GPFSH_CLUSTER=sim"}
}

func TestCompletionOfBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	dir, env := inDir(t)
	script := `source <(gpfsh completion bash) || exit 1
complete -p gpfsh
read -ra COMP_WORDS <<<"${1//=/ = }"
[[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]}-1)) COMP_LINE=$1 COMP_POINT=${#1}
_gpfsh
printf '%s\n' "${COMPREPLY[@]}"`
	rows := append(completionRows[:len(completionRows):len(completionRows)], []struct{ line, want string }{
		{"gpfsh --output=j", "json"}, {"gpfsh --cluster ", "sim:"}, {"gpfsh ", "check-health"}, {"gpfsh --record scri", "script.go"},
	}...)
	for _, tt := range rows {
		cmd := exec.Command(bash, "--norc", "-c", script, "bash", tt.line)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		assert.Contains(t, strings.Fields(string(out)), tt.want, tt.line)
	}
}

func TestCompletionOfFish(t *testing.T) {
	fish, err := exec.LookPath("fish")
	if err != nil {
		t.Skip("no fish here")
	}
	dir, env := inDir(t)
	for _, tt := range completionRows {
		cmd := exec.Command(fish, "--no-config", "-c", `gpfsh completion fish | source; complete -C $argv[1]`, tt.line)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		assert.Contains(t, strings.Fields(string(out)), tt.want, tt.line)
	}
}

func TestCompletionOfZsh(t *testing.T) {
	zsh, err := exec.LookPath("zsh")
	if err != nil {
		t.Skip("no zsh here")
	}
	dir, env := inDir(t)
	cmd := exec.Command(zsh, "-f", "-i")
	cmd.Dir, cmd.Env = dir, append(env, "PS1=zsh> ")
	term := ptytest.Start(t, 100, 30, cmd)
	term.CursorLine("zsh>")
	term.Type("autoload -U compinit && compinit -u -D && source <(gpfsh completion zsh) && echo rea''dy\r")
	term.Shows("\nready\n")
	for _, tt := range completionRows {
		term.Type("clear\r")
		term.Until("an empty screen", func(s string) bool { return s == "zsh>" })
		typed := tt.line[strings.LastIndexByte(tt.line, ' ')+1:]
		term.Type(tt.line + "\t")
		term.Until(tt.want+" for "+tt.line, func(s string) bool { return strings.Contains(s, strings.TrimSuffix(tt.line, typed)+tt.want) })
		term.Type("\x15")
	}
	term.Type("\x04exit\r")
	term.Exits()
}
