package style

import (
	"fmt"
	"strconv"
	"strings"
)

// Theme says for which background colours are chosen.
type Theme string

// The themes.
const (
	// Basic has the sixteen colours that the user of a terminal chooses.
	Basic Theme = ""
	// Any has colours that are legible on dark and on light backgrounds.
	Any   Theme = "any"
	Dark  Theme = "dark"
	Light Theme = "light"
)

// ThemeVariable is the environment variable that chooses a theme.
const ThemeVariable = "GPFSH_THEME"

// ParseTheme reads a theme as people write it; auto is "".
func ParseTheme(s string) (string, error) {
	switch s {
	case "", "auto":
		return "", nil
	case "basic", string(Any), string(Dark), string(Light):
		return s, nil
	}
	return "", fmt.Errorf("unknown theme %q: use auto, dark, light, any or basic", s)
}

// ThemeFor returns the theme that was chosen, "" for none, as far as the terminal can show it: where there are 256
// colours. COLORFGBG, which some terminals set, tells the background; where nothing does, the colours are legible on any.
func ThemeFor(chosen string, getenv func(string) string) Theme {
	if v, err := ParseTheme(getenv(ThemeVariable)); err == nil && v != "" {
		chosen = v
	}
	if chosen == "basic" {
		return Basic
	}
	if chosen != "" {
		return Theme(chosen)
	}
	term := getenv("TERM")
	if !strings.Contains(term, "256color") && !strings.Contains(term, "direct") && getenv("COLORTERM") == "" {
		return Basic
	}
	fields := strings.Split(getenv("COLORFGBG"), ";")
	bg, err := strconv.Atoi(fields[len(fields)-1])
	switch {
	case len(fields) < 2 || err != nil:
		return Any
	case bg == 7 || bg > 8:
		return Light
	}
	return Dark
}

// palettes say which of the 256 colours stand for the basic ones. Each has enough contrast to its background; see the
// test.
var palettes = map[Theme]map[string]string{
	Any:   {"31": "38;5;160", "32": "38;5;28", "33": "38;5;130", "34": "38;5;27", "35": "38;5;127", "36": "38;5;30", "2": "38;5;243"},
	Dark:  {"31": "38;5;203", "32": "38;5;114", "33": "38;5;214", "34": "38;5;75", "35": "38;5;176", "36": "38;5;80", "2": "38;5;246"},
	Light: {"31": "38;5;124", "32": "38;5;22", "33": "38;5;94", "34": "38;5;25", "35": "38;5;90", "36": "38;5;23", "2": "38;5;241"},
}

// sgr returns the parameters of a style in the theme.
func (s Styles) sgr(st Style) string {
	palette := palettes[s.Theme]
	if palette == nil {
		return string(st)
	}
	parts := strings.Split(string(st), ";")
	for i, p := range parts {
		if c, ok := palette[p]; ok {
			parts[i] = c
		}
	}
	return strings.Join(parts, ";")
}
