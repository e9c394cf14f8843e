package model

import (
	"context"
	"slices"
	"strings"

	"gpfsh/mmexec"
)

// Config are the configuration parameters of a cluster that have been set, by name. What is not there has the default
// that the manual of mmchconfig gives. They are read by mmlsconfig -Y.
type Config struct{ Collection[*Parameter] }

// Parameter is one configuration parameter with its values in all scopes, from mmlsconfig.
type Parameter struct {
	Name string `json:"name" col:"NAME"`
	// Value is the value for the whole cluster; "" when it is set for some nodes only.
	Value string `json:"value" col:"VALUE"`
	// Scopes are the values for some nodes, which win over that for the cluster.
	Scopes Scopes `json:"scopes" col:"FOR SOME NODES"`
}

// Scopes are the values of a parameter for some nodes.
type Scopes []Scope

// String returns all of them: "16G on nsdNodes; 4G on n7,n8".
func (s Scopes) String() string {
	parts := make([]string, len(s))
	for i, scope := range s {
		parts[i] = scope.String()
	}
	return strings.Join(parts, "; ")
}

// Scope is the value of a parameter for some nodes.
type Scope struct {
	Nodes []string `json:"nodes"` // nodes or node classes, as they were given
	Value string   `json:"value"`
}

// String returns the value and the nodes: "16G on nsdNodes".
func (s Scope) String() string { return s.Value + " on " + strings.Join(s.Nodes, ",") }

// String returns the name of the parameter.
func (p *Parameter) String() string {
	if p == nil {
		return ""
	}
	return p.Name
}

func (c *Cluster) config() Config {
	return Config{Collection[*Parameter]{&source[*Parameter]{kind: kindParameter, list: c.listParameters}}}
}

func (c *Cluster) listParameters(ctx context.Context) ([]Item[*Parameter], error) {
	reply, err := c.query(ctx)(mmexec.MmLsConfig())
	if err != nil {
		return nil, err
	}
	var items []Item[*Parameter]
	at := make(map[string]int)
	for _, row := range reply.Rows {
		name := row.Get("configParameter")
		i, ok := at[name]
		if !ok {
			i = len(items)
			at[name] = i
			items = append(items, Item[*Parameter]{name, &Parameter{Name: name, Scopes: Scopes{}}})
		}
		p := items[i].Value
		if nodes := fields(row.Get("nodeList"), ","); len(nodes) > 0 {
			p.Scopes = append(p.Scopes, Scope{Nodes: nodes, Value: row.Get("value")})
		} else {
			p.Value = row.Get("value")
		}
	}
	return items, nil
}

// Where returns the parameters for which keep is true.
func (p Config) Where(keep func(*Parameter) bool) Config {
	return Config{p.Collection.where(keep)}
}

// Match returns the parameters whose names match a pattern: * stands for any text, ? for one character.
func (p Config) Match(pattern string) Config { return Config{p.Collection.match(pattern)} }

// On returns the parameters that have a value of their own for a node or node class.
func (p Config) On(name string) Config {
	return p.Where(func(p *Parameter) bool {
		return slices.ContainsFunc(p.Scopes, func(s Scope) bool { return slices.Contains(s.Nodes, name) })
	})
}
