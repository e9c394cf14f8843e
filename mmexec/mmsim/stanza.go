package mmsim

import (
	"strings"
)

// stanza is one record of a stanza file: its keys (in lower case) and values.
type stanza map[string]string

// parseStanzas reads the stanzas of a kind ("%nsd:", "%quota:") from a file. Keys and values stand on lines of their own
// or behind one another.
func parseStanzas(text, kind string) []stanza {
	var stanzas []stanza
	var current stanza
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		for _, word := range strings.Fields(line) {
			if name, ok := strings.CutPrefix(word, "%"); ok {
				name, rest, _ := strings.Cut(name, ":")
				current = nil
				if strings.EqualFold(name, kind) {
					current = stanza{}
					stanzas = append(stanzas, current)
				}
				word = rest
			}
			if key, value, ok := strings.Cut(word, "="); ok && current != nil {
				current[strings.ToLower(key)] = value
			}
		}
	}
	return stanzas
}
