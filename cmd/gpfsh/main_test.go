package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/cmd/gpfsh/internal/ptytest"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
)

func TestMain(m *testing.M) {
	commands := map[string]func(){"gpfsh": main}
	for _, name := range mmsim.Commands() {
		commands[name] = main // the entries of a simulated cluster are links to the program
	}
	testscript.Main(m, commands)
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			// No test reaches a real cluster, wherever it runs.
			env.Setenv("GPFSH_CLUSTER", "sim")
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			// simcluster DIR makes a simulated cluster in a directory.
			"simcluster": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(mmsim.Init(ts.MkAbs(args[0]), mmsim.DemoState(), nil))
			},
		},
		Condition: func(cond string) (bool, error) {
			_, err := os.Stat(mmexec.DefaultBinDir)
			return cond == "scale" && err == nil, nil
		},
	})
}

// open starts the shell on a terminal, in a home of its own.
func open(t *testing.T, home string, args ...string) *ptytest.Terminal {
	t.Helper()
	path, err := exec.LookPath("gpfsh")
	require.NoError(t, err)
	cmd := exec.Command(path, args...)
	cmd.Env = []string{"HOME=" + home, "TERM=xterm-256color", "PATH=/usr/bin:/bin", "GPFSH_CLUSTER=sim", "LANG=C.UTF-8"}
	return ptytest.Start(t, 100, 30, cmd)
}

const at = "hpc(sim)>"

func TestShell(t *testing.T) {
	home := t.TempDir()
	term := open(t, home)
	term.Shows("gpfsh, the object shell of IBM Storage Scale")
	term.CursorLine(at)
	require.NotEqual(t, term.Before(), term.State(), "the line editor needs the terminal raw")

	// Typing, Tab, a key, Enter.
	term.Type("Clus\t")
	term.CursorLine(at + " Cluster()")
	term.Type(".Filesy\t")
	term.CursorLine(at + " Cluster().Filesystems")
	term.Type(`["mm`)
	term.Shows(`mmfs2"]`)
	term.Type("\t\t")
	term.CursorLine(at + ` Cluster().Filesystems["mmfs2"]`)
	term.Type("\x1b[Z")
	term.CursorLine(at + ` Cluster().Filesystems["mmfs1"]`)
	term.Type("\r") // takes the key over
	term.Type(`.Snapshots["Tem`)
	term.CursorLine(at + ` Cluster().Filesystems["mmfs1"].Snapshots["Tem`)
	term.Type("\t")
	term.CursorLine(at + ` Cluster().Filesystems["mmfs1"].Snapshots["TemporarySnapshot"]`)
	term.Type("\r\r")
	term.Shows("Name        TemporarySnapshot")
	term.CursorLine(at)

	// An error.
	term.Type("Cluster().Filesystms\r")
	term.Shows("ou mean Filesystems?\n        Cluster().Filesystms\n                  ^^^^^^^^^^\n" + at)
	term.CursorLine(at)

	// Variables, functions and several lines.
	term.Type("n := 0\r")
	term.CursorLine(at)
	term.Type(`for _, s := range Cluster().Filesystems["mmfs1"].Snapshots {` + "\r")
	term.CursorLine("      ...")
	term.Type("n += len(s.Name)\r")
	term.CursorLine("      ...")
	term.Type("}\r")
	term.CursorLine(at)
	term.Type("n*1000\r")
	term.Shows("33000")
	term.CursorLine(at)

	// Ctrl-C: the terminal is as it was while an entry runs, and the session goes on.
	term.Type(`println("asleep"); time.Sleep(time.Hour); n = 7` + "\r")
	term.Shows("\nasleep")
	assert.Equal(t, term.Before(), term.State(), "the terminal is not raw while something runs")
	term.Type("\x03")
	term.Shows("interrupted")
	term.CursorLine(at)
	term.Type("n*1000+1\r")
	term.Shows("33001")
	term.CursorLine(at)

	// Rehearsal.
	term.Type(":dr\ton\r")
	term.CursorLine("hpc(sim) dry>")
	term.Type(`Cluster().Filesystems["mmfs1"].Snapshots["TemporarySnapshot"].Delete()` + "\r")
	term.CursorLine("hpc(sim) dry>")
	term.Type(":plan\r")
	term.Shows("\nmmdelsnapshot mmfs1 TemporarySnapshot\n")
	term.CursorLine("hpc(sim) dry>")
	term.Type(":dry off\r")
	term.CursorLine(at)

	term.Type("\x04")
	assert.Zero(t, term.Exits())
	assert.Equal(t, term.Before(), term.State())

	history, err := os.ReadFile(filepath.Join(home, ".local", "state", "gpfsh", "history"))
	require.NoError(t, err)
	assert.Contains(t, string(history), `for _, s := range Cluster().Filesystems["mmfs1"].Snapshots {\nn += len(s.Name)\n}`+"\n")

	// The next session has the history and does not greet again.
	term = open(t, home)
	term.CursorLine(at)
	assert.NotContains(t, term.Screen(), "object shell")
	term.Type("\x1b[A\x1b[A")
	term.CursorLine(at + " :plan")
}

// commands are mm commands of our own: a cluster where listing snapshots takes for ever.
func slowCluster(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, script := range map[string]string{
		"mmlscluster": `echo 'mmlscluster:clusterSummary:HEADER:version:reserved:reserved:clusterName:clusterId:'
echo 'mmlscluster:clusterSummary:0:1:::slow.example.org:1:'`,
		"mmlsfs": `echo 'mmlsfs::HEADER:version:reserved:reserved:deviceName:fieldName:data:remarks:'
echo 'mmlsfs::0:1:::mmfs1:defaultMountPoint:%2Fgpfs%2Fmmfs1::'`,
		"mmlssnapshot": `trap 'echo stopped >/dev/tty; exit 1' TERM INT
echo started >/dev/tty
sleep 1000 & wait`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	}
	return dir
}

func TestShellStopsCommands(t *testing.T) {
	term := open(t, t.TempDir(), "--cluster", "local:"+slowCluster(t))
	term.CursorLine("slow.example.org>")
	term.Type(`Cluster().Filesystems["mmfs1"].Snapshots` + "\r")
	term.Shows("\nstarted")
	term.Type("\x03")
	term.Shows("stopped")
	term.Shows("interrupted")
	term.CursorLine("slow.example.org>")
	term.Type("6*7000\r")
	term.Shows("42000")
	term.CursorLine("slow.example.org>")
	term.Type(":quit\r")
	assert.Zero(t, term.Exits())
	assert.Equal(t, term.Before(), term.State())
}

func TestCodeIsInterrupted(t *testing.T) {
	for _, tt := range []struct{ name, code string }{
		{"a command", `Cluster().Filesystems["mmfs1"].Snapshots`},
		{"a loop", `func() { for i := 0; ; i++ { if i == 1000 { println("started") } } }()`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			term := open(t, t.TempDir(), "--cluster", "local:"+slowCluster(t), "-e", tt.code)
			term.Shows("started")
			term.Type("\x03")
			assert.Equal(t, 130, term.Exits())
			assert.Equal(t, term.Before(), term.State())
		})
	}
}

func TestShellOnDumbTerminals(t *testing.T) {
	path, err := exec.LookPath("gpfsh")
	require.NoError(t, err)
	cmd := exec.Command(path)
	cmd.Env = []string{"HOME=" + t.TempDir(), "TERM=dumb", "PATH=/usr/bin:/bin", "GPFSH_CLUSTER=sim"}
	term := ptytest.Start(t, 80, 24, cmd)
	term.CursorLine(at)
	term.Type("func f() int {\r")
	term.CursorLine("      ...")
	term.Type("return 41\r}\r")
	term.Until("the prompt again", func(s string) bool { return s[len(s)-len(at):] == at })
	term.Type("f()+1\r")
	term.Shows("\n42\n")
	term.Until("the prompt behind 42", func(s string) bool { return strings.HasSuffix(s, "42\n"+at) })
	term.Type("boom(")
	term.Shows("boom(")
	term.Type("\x03")
	term.Until("the prompt behind ^C", func(s string) bool {
		_, after, given := strings.Cut(s, "^C")
		return given && strings.HasSuffix(after, at)
	})
	term.Type("f()+2\r")
	term.Shows("\n43\n")
	term.Type("\x04")
	assert.Zero(t, term.Exits())
	assert.NotContains(t, term.Raw(), "\x1b", "a dumb terminal gets text only")
}

// realCluster are mm commands of our own that look like a cluster with a snapshot, and note what is done to it.
func realCluster(t *testing.T) (dir, done string) {
	t.Helper()
	dir = slowCluster(t)
	done = filepath.Join(dir, "done")
	for name, script := range map[string]string{
		"mmlssnapshot": `echo 'mmlssnapshot::HEADER:version:reserved:reserved:filesystemName:directory:snapID:status:created:quotas:data:metadata:fileset:snapType:'
echo 'mmlssnapshot::0:1:::mmfs1:one:7:Valid:Mon Jan  5 10%3A00%3A00 2026::-:-:::'`,
		"mmdelsnapshot": `echo "$0 $*" >>` + done,
		"mmdelfs":       `echo "$0 $*" >>` + done,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	}
	return dir, done
}

func TestShellConfirms(t *testing.T) {
	dir, done := realCluster(t)
	const at = "slow.example.org>"
	term := open(t, t.TempDir(), "--cluster", "local:"+dir)
	term.CursorLine(at)

	// The first answer is no, and so is what was typed ahead of the question.
	term.Type(`Mm("mmdelsnapshot mmfs1 one")` + "\r")
	term.Shows("mmdelsnapshot mmfs1 one\n  on slow.example.org: it cannot be taken back. Run it? [y/N/all/none]")
	assert.Equal(t, term.Before(), term.State(), "the terminal is not raw while something is asked")
	term.Type("\n")
	term.Shows("not run, as you wished: mmdelsnapshot mmfs1 one")
	term.CursorLine(at)
	require.NoFileExists(t, done)

	// What is worst needs its name.
	term.Type(`Mm("mmdelfs mmfs1")` + "\r")
	term.Shows("Type mmfs1 to run it:")
	term.Type("y\n")
	term.Shows("not run, as you wished: mmdelfs mmfs1")
	term.CursorLine(at)
	require.NoFileExists(t, done)

	// Ctrl-C is no answer.
	term.Type("1\r")
	term.CursorLine(at)
	term.Type(`Mm("mmdelfs mmfs1")` + "\r")
	term.Until("a second question", func(s string) bool { return strings.Count(s, "Type mmfs1 to run it:") == 2 })
	term.Type("\x03")
	term.Shows("interrupted")
	term.CursorLine(at)
	require.NoFileExists(t, done)

	// All of an entry at once, and of this entry only.
	term.Type(`for range 2 { Mm("mmdelsnapshot mmfs1 one") }` + "\r")
	term.Until("a question", func(s string) bool { return strings.HasSuffix(s, "Run it? [y/N/all/none]") })
	term.Type("all\n")
	term.CursorLine(at)
	text, err := os.ReadFile(done)
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(text), "mmdelsnapshot mmfs1 one"))

	// None of an entry, and what is pasted is no answer.
	term.Type(`for range 3 { if _, err := Mm("mmdelsnapshot mmfs1 one"); err != nil { println("kept") } }` + "\r")
	term.Until("a question", func(s string) bool { return strings.HasSuffix(s, "Run it? [y/N/all/none]") })
	term.Type("y\ny\ny\n")
	term.Shows("what is pasted is no answer")
	term.Until("the question again", func(s string) bool { return strings.HasSuffix(s, "Run it? [y/N/all/none]") })
	term.Type("\x1b[200~y\x1b[201~\n")
	term.Until("the question once more", func(s string) bool {
		return strings.Count(s, "what is pasted is no answer") == 2 && strings.HasSuffix(s, "Run it? [y/N/all/none]")
	})
	term.Type("none\n")
	term.Shows("\nkept\nkept\nkept\n")
	term.CursorLine(at)
	text, err = os.ReadFile(done)
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(text), "mmdelsnapshot mmfs1 one"), "nothing more was done")

	// Off, on purpose.
	term.Type(":confirm off\r")
	term.CursorLine(at)
	term.Type(`Mm("mmdelsnapshot mmfs1 one");` + "\r")
	term.CursorLine(at)
	term.Type(":commands\r")
	term.Shows("irreversible  mmdelsnapshot mmfs1 one")
	term.CursorLine(at)
	text, err = os.ReadFile(done)
	require.NoError(t, err)
	assert.Equal(t, 3, strings.Count(string(text), "mmdelsnapshot mmfs1 one"))
	term.Type("\x04")
	assert.Zero(t, term.Exits())
}

func TestShellHelpsAndPages(t *testing.T) {
	home := t.TempDir()
	term := open(t, home)
	term.CursorLine(at)
	term.Type("mmfs1.filesets.where(\"Status == Unlinked\").Names()\r")
	term.Shows("\nmmfs1.Filesets.Where(\"Status == Unlinked\").Names()\nretired-gamma\n")
	term.CursorLine(at)
	term.Type("mmfs1.Filesets?\r")
	term.Shows("-- ")
	term.Type("q\n")
	term.CursorLine(at)
	term.Type("mmfs1\r")
	term.Until("the first page", func(s string) bool {
		return strings.Contains(s, "MountPoint             /gpfs/mmfs1") && strings.HasSuffix(s, "more lines: Enter, a for all, q to stop --")
	})
	term.Type("a\n")
	term.Shows("has Filesets, Snapshots")
	term.CursorLine(at)
	term.Type(":time mmfs1.Name\r")
	term.Shows(", of it ")
	term.CursorLine(at)
	term.Type("mmlssnapshot mmfs1\r")
	term.Shows("\nhere: mmfs1.AllSnapshots\n")
	term.CursorLine(at)
	term.Type(":watch 1s mmfs1.Name\r")
	term.Until("a look", func(s string) bool {
		return strings.HasPrefix(s, "every 2s: mmfs1.Name") && strings.HasSuffix(s, "\nmmfs1")
	})
	term.Type("\x03")
	term.CursorLine(at)
	term.Type("\x04")
	assert.Zero(t, term.Exits())
	assert.Equal(t, term.Before(), term.State())
}

func TestShellEditing(t *testing.T) {
	home := t.TempDir()
	editor := filepath.Join(home, "editor")
	require.NoError(t, os.WriteFile(editor, []byte("#!/bin/sh\nsed -i s/2/40/ \"$1\"\n"), 0o755))
	path, err := exec.LookPath("gpfsh")
	require.NoError(t, err)
	cmd := exec.Command(path)
	cmd.Env = []string{"HOME=" + home, "TERM=xterm-256color", "PATH=/usr/bin:/bin", "GPFSH_CLUSTER=sim", "LANG=C.UTF-8", "EDITOR=" + editor}
	term := ptytest.Start(t, 100, 30, cmd)
	term.CursorLine(at)
	term.Type("1000+7\r")
	term.Shows("\n1007\n")
	term.CursorLine(at)
	term.Type("2000+8\r")
	term.Shows("\n2008\n")
	term.CursorLine(at)

	// Searching: what is found is taken over, and runs with the next Enter.
	term.Type("\x12")
	term.CursorLine("search history:")
	term.Type("00+7")
	term.CursorLine("search history: 00+7")
	term.Type("\r")
	term.CursorLine(at + " 1000+7")
	term.Type("0\r")
	term.Shows("\n1070\n")
	term.CursorLine(at)

	// Cutting, putting back, undoing.
	term.Type("3000+9\x15")
	term.CursorLine(at)
	term.Type("1+\x19")
	term.CursorLine(at + " 1+3000+9")
	term.Type("\x1f")
	term.CursorLine(at + " 1+")
	term.Type("\x15")
	term.CursorLine(at)

	// The user's own editor.
	term.Type("1+2\x18\x05")
	term.CursorLine(at + " 1+40")
	term.Type("\r")
	term.Shows("\n41\n")
	term.CursorLine(at)
	term.Type("\x04")
	assert.Zero(t, term.Exits())
	assert.Equal(t, term.Before(), term.State())
}

func TestLongWorkIsShown(t *testing.T) {
	site := filepath.Join(t.TempDir(), "site")
	require.NoError(t, mmsim.Init(site, mmsim.DemoState(), nil))
	path, err := exec.LookPath("gpfsh")
	require.NoError(t, err)
	hang := exec.Command(path, "sim", "fault", site, "hang", "mmlssnapshot")
	text, err := hang.CombinedOutput()
	require.NoError(t, err, string(text))

	term := open(t, t.TempDir(), "--cluster", "sim:"+site, "-e", `Cluster().Filesystems["mmfs1"].Snapshots`)
	term.Shows("waiting for mmlssnapshot mmfs1 -Y  0:01")
	term.Type("\x03")
	assert.Equal(t, 130, term.Exits())
	term.Until("the error instead of the line", func(s string) bool {
		return strings.Contains(s, "interrupted") && !strings.Contains(s, "waiting for")
	})
}
