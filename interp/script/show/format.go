package show

import (
	"fmt"
	"strings"
)

// Format is a form of output: --output.
type Format string

// The formats.
const (
	Auto  Format = "auto"  // what suits the value: a table, a property sheet, text
	Table Format = "table" // collections as tables with the important columns
	Wide  Format = "wide"  // tables with every column, never shortened
	JSON  Format = "json"  // one document per value
	YAML  Format = "yaml"
	CSV   Format = "csv"
	Name  Format = "name" // one key per line
)

// Formats lists the formats in the order in which help shows them.
func Formats() []Format { return []Format{Auto, Table, Wide, JSON, YAML, CSV, Name} }

// ParseFormat reads the value of --output.
func ParseFormat(s string) (Format, error) {
	names := make([]string, 0, len(Formats()))
	for _, f := range Formats() {
		if s == string(f) {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", fmt.Errorf("unknown output format %q: use one of %s", s, strings.Join(names, ", "))
}

// People says whether what is written is for people rather than for programs.
func (f Format) People() bool { return f == "" || f == Auto || f == Table || f == Wide }
