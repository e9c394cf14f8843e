package show

import (
	"bytes"
	"encoding/json"
	"strings"
)

// writeYAML writes a tree as a YAML document in block style. inline says that the cursor stands behind "key:" or "-"
// already. Every string that could be read as something else is quoted as in JSON, which YAML understands.
func writeYAML(b *bytes.Buffer, n any, depth int, inline bool) {
	switch x := n.(type) {
	case object:
		if len(x) == 0 {
			b.WriteString(lead(inline) + "{}\n")
			return
		}
		for i, m := range x {
			yamlIndent(b, i, depth, inline)
			b.WriteString(yamlString(m.key) + ":")
			yamlChild(b, m.value, depth)
		}
	case []any:
		if len(x) == 0 {
			b.WriteString(lead(inline) + "[]\n")
			return
		}
		for i, e := range x {
			yamlIndent(b, i, depth, inline)
			b.WriteString("- ")
			writeYAMLElement(b, e, depth+1)
		}
	default:
		b.WriteString(lead(inline) + yamlScalar(x) + "\n")
	}
}

// lead separates a value from the key before it.
func lead(inline bool) string {
	if inline {
		return " "
	}
	return ""
}

// yamlIndent begins a line of a block, except where the block begins behind "- ".
func yamlIndent(b *bytes.Buffer, i, depth int, inline bool) {
	if i == 0 && inline {
		return
	}
	b.WriteString(strings.Repeat("  ", depth))
}

func yamlChild(b *bytes.Buffer, n any, depth int) {
	switch x := n.(type) {
	case object:
		if len(x) > 0 {
			b.WriteByte('\n')
			writeYAML(b, x, depth+1, false)
			return
		}
	case []any:
		if len(x) > 0 {
			b.WriteByte('\n')
			writeYAML(b, x, depth+1, false)
			return
		}
	}
	writeYAML(b, n, depth, true)
}

// writeYAMLElement writes an element of a list behind its "- ".
func writeYAMLElement(b *bytes.Buffer, n any, depth int) {
	switch x := n.(type) {
	case object:
		if len(x) > 0 {
			writeYAML(b, x, depth, true)
			return
		}
		b.WriteString("{}\n")
	case []any:
		if len(x) > 0 {
			writeYAML(b, x, depth, true)
			return
		}
		b.WriteString("[]\n")
	default:
		b.WriteString(yamlScalar(n) + "\n")
	}
}

func yamlScalar(n any) string {
	switch x := n.(type) {
	case nil:
		return "null"
	case json.Number:
		return x.String()
	case string:
		return yamlString(x)
	}
	return jsonText(n)
}

// yamlString writes a string plainly only when it is made of harmless characters and is no other word of YAML.
func yamlString(s string) string {
	plain := s != ""
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		plain = letter || i > 0 && (c >= '0' && c <= '9' || c == '-' || c == '.' || c == '/') || i == 0 && c == '/'
	}
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		plain = false
	}
	if plain {
		return s
	}
	return jsonText(s)
}
