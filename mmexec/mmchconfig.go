package mmexec

import "strings"

// ConfigWhen says when a configuration value takes effect.
type ConfigWhen string

// The times of mmchconfig.
const (
	AtNextStart ConfigWhen = ""   // when the daemon starts the next time
	NowAndLater ConfigWhen = "-i" // at once and from then on; some attributes only
	NowOnly     ConfigWhen = "-I" // at once, until the daemon ends; some attributes only
)

// ConfigSetting is one attribute with its new value; "DEFAULT" takes the value back.
type ConfigSetting struct{ Name, Value string }

// ChConfigOptions are the options of mmchconfig.
type ChConfigOptions struct {
	When  ConfigWhen
	Nodes NodeSpec // -N: only there; the zero value means the whole cluster
}

// MmChConfig changes configuration attributes: mmchconfig name=value,... [-i | -I] [-N nodes].
func MmChConfig(settings []ConfigSetting, o ChConfigOptions) (Command, error) {
	l := newLine("mmchconfig").refuse(len(settings) == 0, "there is nothing to change")
	var words, names []string
	for _, s := range settings {
		l.fail(attributeRule.check(s.Name))
		l.refuse(strings.ContainsAny(s.Value, ",\x00\n\r"), "%s cannot be %q: a comma separates attributes", s.Name, s.Value)
		words, names = append(words, s.Name+"="+s.Value), append(names, s.Name)
	}
	l.add(strings.Join(words, ","))
	if o.When != AtNextStart {
		l.fail(oneOf(l.name, "when", string(o.When), "-i", "-I")).add(string(o.When))
	}
	return l.nodes(o.Nodes).command("configuration " + strings.Join(names, ","))
}
