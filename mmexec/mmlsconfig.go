package mmexec

import "strings"

// MmLsConfig lists configuration attributes, all that were set when none is named: mmlsconfig [Attribute,...] -Y.
func MmLsConfig(attributes ...string) (Command, error) {
	var args []string
	if len(attributes) > 0 {
		if err := attributeRule.checkAll(attributes); err != nil {
			return Command{}, err
		}
		args = append(args, strings.Join(attributes, ","))
	}
	return Command{Name: "mmlsconfig", Args: append(args, "-Y"), Object: "configuration"}, nil
}

// ConfigValue is one value of a configuration attribute.
type ConfigValue struct {
	Name  string
	Value string
	// Scope are the nodes and node classes it holds for; none means all nodes.
	Scope []string
}

// Config is the reply of mmlsconfig.
type Config struct {
	Cluster     string
	Values      []ConfigValue // in the order printed; an attribute comes once per scope
	Filesystems []string      // "/dev/mmfs1"
}

// ParseMmLsConfig reads what mmlsconfig prints for people: scopes in brackets between the values they hold for.
func ParseMmLsConfig(data []byte) (Config, error) {
	var c Config
	var scope []string
	const (
		before = iota
		values
		filesystems
	)
	part := before
	for n, line := range lines(data) {
		switch {
		case line == "" || rule(line):
		case strings.HasPrefix(line, "Configuration data for cluster "):
			c.Cluster = strings.TrimSuffix(strings.TrimPrefix(line, "Configuration data for cluster "), ":")
			part = values
		case strings.HasPrefix(line, "File systems in cluster "):
			part = filesystems
		case part == filesystems:
			if line != "(none)" {
				c.Filesystems = append(c.Filesystems, strings.TrimSpace(line))
			}
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			scope = nil
			if inside := line[1 : len(line)-1]; inside != "common" {
				scope = members([]string{inside})
			}
		default:
			// The form for named attributes has no title.
			name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
			if !ok && part == before {
				return c, formatError("mmlsconfig", n, "want an attribute and its value, not %q", shorten(line))
			}
			value, own := scopeOf(strings.TrimSpace(value), part == before)
			if own == nil {
				own = scope
			}
			c.Values = append(c.Values, ConfigValue{Name: name, Value: value, Scope: own})
		}
	}
	return c, nil
}

// scopeOf takes the scope off a value in the form for named attributes, which has it behind the value: "4G [nsdNodes]".
// unverified: the place of the scope in that form.
func scopeOf(value string, named bool) (string, []string) {
	if named && strings.HasSuffix(value, "]") {
		if i := strings.LastIndex(value, "["); i >= 0 {
			return strings.TrimSpace(value[:i]), members([]string{value[i+1 : len(value)-1]})
		}
	}
	return value, nil
}
