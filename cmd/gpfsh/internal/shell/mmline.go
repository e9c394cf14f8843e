package shell

import (
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// mmStart recognises a line that begins with an mm command, as typed in any other shell for fifteen years.
var mmStart = regexp.MustCompile(`^(?:sudo\s+)?(?:/usr/lpp/mmfs/bin/)?(mm[a-z0-9]+)(?:\s+(.*))?$`)

// goOperators begin what stands behind a name in Go and never behind an mm command.
var goOperators = []string{":=", "=", "+", "*", "/", ",", "<", ">", "!", "&", "|", ".", "(", "[", "{"}

// mmLine recognises an mm command line and returns the entry that runs it, and the expression of the language for the
// same, "" when there is none.
func (s *Shell) mmLine(src string) (entry, expr string, ok bool) {
	line := strings.TrimSpace(src)
	m := mmStart.FindStringSubmatch(line)
	if m == nil || strings.ContainsRune(line, '\n') {
		return "", "", false
	}
	for _, op := range goOperators {
		if strings.HasPrefix(m[2], op) && !(op == "/" && strings.HasPrefix(line, "/")) {
			return "", "", false
		}
	}
	if _, err := s.Language.Describe(m[1]); err == nil {
		return "", "", false // a variable, a file system
	}
	words := strings.Fields(m[2])
	text := strings.TrimSpace(m[1] + " " + m[2])
	return "Mm(" + strconv.Quote(text) + ")", expression(m[1], words), true
}

// expression is what an mm command is in the language, for the commands that people type daily.
func expression(name string, args []string) string {
	var operands []string
	for _, a := range args {
		if strings.HasPrefix(a, "-") {
			if a == "-Y" || a == "-L" || a == "-a" && len(operands) == 0 {
				continue
			}
			return equivalents[name].text(operands)
		}
		operands = append(operands, a)
	}
	return equivalents[name].text(operands)
}

// equivalent is an expression for a command with operands; $fs, $1 … stand for them.
type equivalent struct {
	none string // without operands
	one  string // with a file system
	two  string // with a file system and a name
}

var equivalents = map[string]equivalent{
	"mmlscluster":     {none: "cluster"},
	"mmgetstate":      {none: "cluster.Nodes"},
	"mmlsnode":        {none: "cluster.Nodes"},
	"mmlsnsd":         {none: "cluster.NSDs"},
	"mmlsnodeclass":   {none: "cluster.NodeClasses"},
	"mmlsconfig":      {none: "cluster.Config", one: `cluster.Config[$1]`},
	"mmlsfs":          {none: "cluster.Filesystems", one: "$fs"},
	"mmlsfileset":     {one: "$fs.Filesets", two: "$fs.Filesets[$2]"},
	"mmlssnapshot":    {one: "$fs.Snapshots", two: "$fs.Snapshots[$2]"},
	"mmlsdisk":        {one: "$fs.Disks"},
	"mmlspool":        {one: "$fs.Pools", two: "$fs.Pools[$2]"},
	"mmrepquota":      {one: "$fs.Quotas"},
	"mmlsmount":       {one: "$fs.MountedOn()"},
	"mmdf":            {one: "$fs.DiskUsage()"},
	"mmcrsnapshot":    {two: "$fs.Snapshots.New($2)"},
	"mmdelsnapshot":   {two: "$fs.Snapshots[$2].Delete()"},
	"mmcrfileset":     {two: "$fs.Filesets.New($2)"},
	"mmdelfileset":    {two: "$fs.Filesets[$2].Delete()"},
	"mmunlinkfileset": {two: "$fs.Filesets[$2].Unlink()"},
	"mmmount":         {one: "$fs.Mount()"},
	"mmumount":        {one: "$fs.Unmount()"},
}

func (e equivalent) text(operands []string) string {
	var t string
	switch {
	case len(operands) == 0:
		t = e.none
	case operands[0] == "all" && len(operands) == 1:
		t = e.none
	case len(operands) == 1:
		t = e.one
	case len(operands) == 2:
		t = e.two
	}
	if t == "" {
		return ""
	}
	for i, o := range operands {
		if i == 0 {
			fs := "cluster.Filesystems[" + strconv.Quote(o) + "]"
			if token.IsIdentifier(o) {
				fs = o
			}
			t = strings.ReplaceAll(t, "$fs", fs)
		}
		t = strings.ReplaceAll(t, "$"+strconv.Itoa(i+1), strconv.Quote(o))
	}
	return t
}
