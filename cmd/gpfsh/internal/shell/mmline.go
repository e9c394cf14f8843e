package shell

import (
	"strconv"
	"strings"

	"gpfsh/interp/phrasebook"
	"gpfsh/mmexec/lazyregexp"
)

// mmStart recognises a line that begins with an mm command, as typed in any other shell for fifteen years.
var mmStart = lazyregexp.New(`^(?:sudo\s+)?(?:/usr/lpp/mmfs/bin/)?(mm[a-z0-9]+)(?:\s+(.*))?$`)

// mmWord is the beginning of an mm command that nothing follows yet, long enough to mean one.
var mmWord = lazyregexp.New(`^mm[a-z]+$`)

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
	text := strings.TrimSpace(m[1] + " " + m[2])
	return "Mm(" + strconv.Quote(text) + ")", phrasebook.Translate(strings.Fields(text)), true
}
