package mmexec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// SplitLine splits a line into words as a POSIX shell does, with quotes and backslashes but without any expansion:
// a variable, a wildcard or a command in the line stays the text that it is, and an operator is an error. It reads what
// [QuoteArgv] writes.
func SplitLine(line string) ([]string, error) {
	var words []string
	var b strings.Builder
	in := false // in a word
	for i := 0; i < len(line); {
		c := line[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if in {
				words = append(words, b.String())
				b.Reset()
				in = false
			}
			i++
		case c == '\'':
			end := strings.IndexByte(line[i+1:], '\'')
			if end < 0 {
				return nil, fmt.Errorf("a single quote is not closed: %s", shorten(line[i:]))
			}
			b.WriteString(line[i+1 : i+1+end])
			in = true
			i += end + 2
		case c == '$' && i+1 < len(line) && line[i+1] == '\'':
			text, n, err := unescape(line[i+2:])
			if err != nil {
				return nil, err
			}
			b.WriteString(text)
			in = true
			i += 2 + n
		case c == '"':
			text, n, err := doubleQuoted(line[i+1:])
			if err != nil {
				return nil, err
			}
			b.WriteString(text)
			in = true
			i += 1 + n
		case c == '\\':
			if i+1 == len(line) {
				return nil, fmt.Errorf("the line ends with a backslash")
			}
			if line[i+1] != '\n' {
				b.WriteByte(line[i+1])
				in = true
			}
			i += 2
		case strings.IndexByte(";&|<>()`", c) >= 0:
			return nil, fmt.Errorf("%q is an operator of a shell, and no shell reads this line: quote it when it is part of a word", c)
		case c == '#' && !in:
			return nil, fmt.Errorf("%q begins a comment in a shell, and no shell reads this line: quote it when it is part of a word", c)
		default:
			b.WriteByte(c)
			in = true
			i++
		}
	}
	if in {
		words = append(words, b.String())
	}
	return words, nil
}

// doubleQuoted reads up to the closing double quote and returns the text and how much was read.
func doubleQuoted(s string) (string, int, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), i + 1, nil
		case '\\':
			if i+1 < len(s) && strings.IndexByte("$`\"\\\n", s[i+1]) >= 0 {
				i++
				if s[i] != '\n' {
					b.WriteByte(s[i])
				}
				continue
			}
			b.WriteByte('\\')
		default:
			b.WriteByte(s[i])
		}
	}
	return "", 0, fmt.Errorf("a double quote is not closed: %s", shorten(s))
}

// unescape reads the inside of $'...' and returns the text and how much was read.
func unescape(s string) (string, int, error) {
	simple := map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'a': 7, 'b': 8, 'e': 27, 'f': 12, 'v': 11, '\\': '\\', '\'': '\'', '"': '"'}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\'':
			return b.String(), i + 1, nil
		case s[i] != '\\':
			b.WriteByte(s[i])
		case i+1 == len(s):
			return "", 0, fmt.Errorf("$' is not closed")
		case simple[s[i+1]] != 0:
			i++
			b.WriteByte(simple[s[i]])
		case s[i+1] >= '0' && s[i+1] <= '7':
			end := i + 1
			for end < len(s) && end < i+4 && s[end] >= '0' && s[end] <= '7' {
				end++
			}
			n, _ := strconv.ParseUint(s[i+1:end], 8, 16)
			b.WriteByte(byte(n))
			i = end - 1
		default:
			return "", 0, fmt.Errorf("\\%c in $'...' is not known", s[i+1])
		}
	}
	return "", 0, fmt.Errorf("$' is not closed: %s", shorten(s))
}

// Raw makes a command of an mm command line as it would be typed. It is split as a shell splits it but nothing is
// expanded. Where the catalogue knows that the command has the -Y form, -Y is added in its place, so that [Query]
// reads the reply; HasY tells whether it has.
func Raw(line string) (Command, error) {
	argv, err := SplitLine(line)
	if err != nil {
		return Command{}, err
	}
	if len(argv) == 0 {
		return Command{}, fmt.Errorf("there is no command in an empty line")
	}
	name := commandName(argv[0])
	if err := checkCommandName(name); err != nil {
		return Command{}, err
	}
	args := argv[1:]
	class := Classify(append([]string{name}, args...))
	if class.Known && class.Effect == Reads && !slices.Contains(args, "-Y") && !wantsHuman(name, args) {
		switch class.Y {
		case YFirst:
			args = slices.Insert(slices.Clone(args), 0, "-Y")
		case YLast:
			args = append(slices.Clone(args), "-Y")
		}
	}
	return Command{Name: name, Args: args, Object: name}, nil
}

// HasY tells whether the -Y form is asked for, so that the reply can be decoded.
func (c Command) HasY() bool { return asksY(c) }

// wantsHuman tells whether the line has an option that excludes -Y.
func wantsHuman(name string, args []string) bool {
	for _, a := range args {
		switch {
		case a == "--block-size" || strings.HasPrefix(a, "--block-size="):
			return true
		case name == "mmlsdisk" && a == "-e", name == "mmlsnsd" && a == "-v", name == "mmlspolicy" && a == "-L":
			return true
		}
	}
	return false
}
