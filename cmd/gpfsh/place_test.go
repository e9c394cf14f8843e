package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestShellPlaces goes about in the tree of objects as in a directory.
func TestShellPlaces(t *testing.T) {
	term := open(t, t.TempDir())
	term.CursorLine(at)
	term.Type("ls\r")
	term.Shows("\nAllFilesystems/")
	term.CursorLine(at)
	term.Type("cd mmfs1/filesets\r")
	term.CursorLine("hpc(sim) mmfs1/Filesets>")
	term.Type("cd home\r")
	term.CursorLine("hpc(sim) mmfs1/Filesets/home>")
	term.Type("pwd\r")
	term.Shows("\nmmfs1.Filesets[\"home\"]\n")
	term.Type(".Path\r")
	term.Shows("\n/gpfs/mmfs1/home\n")
	term.Type(".Snapsh\t")
	term.CursorLine("hpc(sim) mmfs1/Filesets/home> .Snapshots")
	term.Type("\x15cd ../proj-b\t")
	term.CursorLine("hpc(sim) mmfs1/Filesets/home> cd ../proj-beta")
	term.Type("\r\r")
	term.CursorLine("hpc(sim) mmfs1/Filesets/proj-beta>")
	term.Type("cd ../nosuch\r")
	term.Shows(`gpfsh: no fileset "nosuch"`)
	term.CursorLine("hpc(sim) mmfs1/Filesets/proj-beta>")
	term.Type("..\r")
	term.CursorLine("hpc(sim) mmfs1/Filesets>")
	term.Type("cd -\r")
	term.CursorLine("hpc(sim) mmfs1/Filesets/proj-beta>")
	term.Type("cd\r")
	term.CursorLine(at)

	// Names of the language win.
	term.Type("ls := 4000\r")
	term.CursorLine(at)
	term.Type("ls + 2\r")
	term.Shows("\n4002\n")
	term.CursorLine(at)
	term.Type(":history nosuch\r")
	term.Shows("  cd ../nosuch\n")
	term.CursorLine(at)

	// Lines that stand for themselves, and one entry of several lines.
	term.Type(":paste\r")
	term.CursorLine("|")
	term.Type("gpfsh> x := 70\r")
	term.CursorLine("|")
	term.Type("gpfsh> x * 100\r")
	term.CursorLine("|")
	term.Type("an answer that was copied along\r")
	term.CursorLine("|")
	term.Type(".\r")
	term.Shows("\n7000\n")
	term.CursorLine(at)
	term.Type("clear\r")
	term.Until("nothing but the prompt", func(s string) bool { return s == at })
	term.Type("\x04")
	assert.Zero(t, term.Exits())
}
