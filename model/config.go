package model

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gpfsh/mmexec"
)

// Config are the configuration parameters of a cluster that have been set, by name. What is not there has the default
// that the manual of mmchconfig gives. They are read by mmlsconfig -Y.
type Config struct {
	Collection[*Parameter]
	c *Cluster
}

// Parameter is one configuration parameter with its values in all scopes, from mmlsconfig.
type Parameter struct {
	Name string `json:"name" col:"NAME"`
	// Value is the value for the whole cluster; "" when it is set for some nodes only.
	Value string `json:"value" col:"VALUE"`
	// Scopes are the values for some nodes, which win over that for the cluster.
	Scopes Scopes `json:"scopes" col:"FOR SOME NODES"`

	c *Cluster
	reading
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
	return Config{Collection[*Parameter]{&source[*Parameter]{
		c:    c,
		kind: kindParameter,
		list: c.listParameters,
		find: func(items []Item[*Parameter], key string) (*Parameter, bool, error) {
			for _, it := range items {
				if strings.EqualFold(it.Key, key) {
					return it.Value, true, nil
				}
			}
			return nil, false, nil
		},
		handle: func(key string) (*Parameter, bool) {
			if key == "" || strings.ContainsAny(key, "=, ") {
				return nil, false
			}
			return &Parameter{Name: key, Scopes: Scopes{}, c: c}, true
		},
	}}, c}
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
			items = append(items, Item[*Parameter]{name, &Parameter{Name: name, Scopes: Scopes{}, c: c}})
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

// ready says why the parameter cannot be asked or changed.
func (p *Parameter) ready() error {
	if p == nil || p.c == nil {
		return errNil(kindParameter)
	}
	return nil
}

// Refresh reads the parameter again. It runs mmlsconfig.
func (p *Parameter) Refresh(ctx context.Context) error {
	if err := p.ready(); err != nil {
		return err
	}
	fresh, err := p.c.Config.Get(ctx, p.Name)
	if err != nil {
		return err
	}
	*p = *fresh
	return nil
}

// Where returns the parameters for which keep is true.
func (p Config) Where(keep func(*Parameter) bool) Config {
	p.Collection = p.where(keep)
	return p
}

// Match returns the parameters whose names match a pattern: * stands for any text, ? for one character.
func (p Config) Match(pattern string) Config {
	p.Collection = p.match(pattern)
	return p
}

// On returns the parameters that have a value of their own for a node or node class.
func (p Config) On(name string) Config {
	return p.Where(func(p *Parameter) bool { return p.on(name) })
}

// on reports whether the parameter has a value of its own for a node or node class.
func (p *Parameter) on(name string) bool {
	return slices.ContainsFunc(p.Scopes, func(s Scope) bool { return slices.Contains(s.Nodes, name) })
}

// Settings are values for configuration parameters by their names.
type Settings map[string]string

// ConfigOption is an option of changing the configuration: [On], [Now], [NowOnly].
type ConfigOption interface{ config(*configSpec) }

type configSpec struct {
	target
	when string
}

type configOption string

func (o configOption) config(s *configSpec) { s.when = string(o) }

// Now lets a change of the configuration take effect at once and stay (-i). Without it a change takes effect when the
// daemons start again. Only some parameters can.
func Now() ConfigOption { return configOption("-i") }

// NowOnly lets a change of the configuration take effect at once and end when the daemons start again (-I). Only some
// parameters can.
func NowOnly() ConfigOption { return configOption("-I") }

// Change sets configuration parameters, on all nodes unless [On] says otherwise. It runs mmchconfig once for all of
// them. They take effect when the daemons start again, unless [Now] or [NowOnly] is given.
func (p Config) Change(ctx context.Context, settings Settings, options ...ConfigOption) error {
	if err := p.check(); err != nil {
		return err
	}
	return p.c.configure(ctx, settings, options)
}

// Change sets the parameter, on all nodes unless [On] says otherwise. It runs mmchconfig. It takes effect when the
// daemons start again, unless [Now] or [NowOnly] is given.
func (p *Parameter) Change(ctx context.Context, value string, options ...ConfigOption) error {
	if err := p.ready(); err != nil {
		return err
	}
	return p.c.configure(ctx, Settings{p.Name: value}, options)
}

// Reset gives the parameter its default value again. It runs mmchconfig.
func (p *Parameter) Reset(ctx context.Context, options ...ConfigOption) error {
	return p.Change(ctx, "DEFAULT", options...)
}

func (c *Cluster) configure(ctx context.Context, settings Settings, options []ConfigOption) error {
	var spec configSpec
	for _, o := range options {
		o.config(&spec)
	}
	args := arguments()
	var list []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		value := settings[name]
		switch {
		case name == "" || strings.HasPrefix(name, "-") || strings.ContainsAny(name, "=, \x00\n"):
			args.fail(fmt.Errorf("%q cannot be the name of a configuration parameter", name))
		case value == "" || strings.ContainsAny(value, ",\x00\n"):
			args.fail(fmt.Errorf("%q cannot be the value of %s: commas separate parameters; DEFAULT takes a value back", value, name))
		}
		list = append(list, name+"="+value)
	}
	if len(list) == 0 {
		return nil
	}
	args.add(strings.Join(list, ",")).flag(spec.when != "", spec.when).nodes(spec.target)
	_, err := c.run(ctx)(args.of("mmchconfig", "configuration"))
	return err
}

// Release returns the release whose features all nodes of the cluster may use. It runs mmlsconfig minReleaseLevel.
func (c *Cluster) Release(ctx context.Context) (Release, error) {
	reply, err := c.query(ctx)(mmexec.MmLsConfig("minReleaseLevel"))
	if err != nil {
		return Release{}, err
	}
	for _, row := range reply.Rows {
		if strings.EqualFold(row.Get("configParameter"), "minReleaseLevel") {
			return mmexec.ParseMinReleaseLevel(row.Get("value"))
		}
	}
	return Release{}, nil
}
