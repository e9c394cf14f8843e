// Package style decides whether output is coloured and writes the few styles that gpfsh uses.
//
// The styles are those of the sixteen colours that every terminal lets its user choose. Where a terminal has more
// colours, a theme puts others in their place that are legible on its background.
package style

import (
	"fmt"
	"strings"

	"gpfsh/interp/script/show"
)

// Mode is the wish of the user: --color auto|always|never.
type Mode string

// The modes.
const (
	Auto   Mode = "auto"
	Always Mode = "always"
	Never  Mode = "never"
)

// ParseMode reads the value of --color.
func ParseMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case Auto, Always, Never:
		return m, nil
	}
	return "", fmt.Errorf("unknown colour mode %q: use auto, always or never", s)
}

// Enabled says whether output that goes to a terminal (or not) is coloured. The flag decides first, then NO_COLOR and
// CLICOLOR_FORCE, then whether there is a terminal that knows colours.
func Enabled(m Mode, terminal bool, getenv func(string) string) bool {
	switch m {
	case Always:
		return true
	case Never:
		return false
	}
	if getenv("NO_COLOR") != "" {
		return false
	}
	if f := getenv("CLICOLOR_FORCE"); f != "" && f != "0" {
		return true
	}
	return terminal && !Dumb(getenv)
}

// Dumb says whether the terminal cannot place the cursor or show colours.
func Dumb(getenv func(string) string) bool {
	term := getenv("TERM")
	return term == "" || term == "dumb"
}

// Style is one way to write text; the zero value writes it plainly.
type Style string

// The styles, named by what they are for.
const (
	Plain   Style = ""
	Header  Style = "2"    // headers of tables: dim
	Dim     Style = "2"    // what can be skipped
	Strong  Style = "1"    // what the eye should find first
	Good    Style = "32"   // up, Ready
	Warning Style = "33"   // between good and bad
	Bad     Style = "31"   // down, Deleted
	Error   Style = "1;31" // the word "error", the caret
	Prompt  Style = "1;34" // the cluster at the prompt of a simulated one
	Real    Style = "1;33" // the cluster at the prompt of a real one
)

// Styles writes styled text, or plain text when colours are off.
type Styles struct {
	On    bool
	Theme Theme
}

// Apply returns text in a style.
func (s Styles) Apply(st Style, text string) string {
	if !s.On || st == Plain || text == "" {
		return text
	}
	return "\x1b[" + s.sgr(st) + "m" + text + "\x1b[0m"
}

// Paint returns text with the look that package show asks for.
func (s Styles) Paint(l show.Look, text string) string { return s.Apply(looks[l], text) }

var looks = map[show.Look]Style{
	show.Header: Header, show.Dim: Dim, show.Strong: Strong, show.Good: Good, show.Warning: Warning, show.Bad: Bad,
}

// Printable returns text without characters that a terminal would act on; see the function of that name in package show.
func Printable(text string) string { return show.Printable(text) }

// PrintableText is Printable for text of several lines: line ends and tabs stay.
func PrintableText(text string) string { return show.PrintableText(text) }

// Strip returns text without the escape sequences that Apply writes.
func Strip(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		i := strings.IndexFunc(rest, func(r rune) bool { return r >= '@' && r <= '~' })
		if i < 0 {
			return b.String()
		}
		text = rest[i+1:]
	}
}
