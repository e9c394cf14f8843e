package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// Save writes the state as JSON. The same state is always the same text.
func (s *State) Save(w io.Writer) error {
	data, err := s.document()
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}

// SaveYAML writes the state as YAML, with the same names in the same order as [State.Save] has them. The same state is
// always the same text.
func (s *State) SaveYAML(w io.Writer) error {
	data, err := s.document()
	if err != nil {
		return err
	}
	// JSON is YAML: what is left to do is to write it without braces.
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return err
	}
	plainStyle(&doc)
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := e.Encode(&doc); err != nil {
		return err
	}
	return e.Close()
}

// document returns the state as JSON.
func (s *State) document() ([]byte, error) {
	if s == nil {
		return nil, errNil("state")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return b.Bytes(), err
}

// plainStyle takes the braces and quotes of JSON away where YAML can do without.
func plainStyle(n *yaml.Node) {
	n.Style = 0
	for _, c := range n.Content {
		plainStyle(c)
	}
}

// LoadState reads a state that was saved, as JSON or as YAML.
func LoadState(r io.Reader) (*State, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] != '{' {
		if data, err = yamlToJSON(data); err != nil {
			return nil, fmt.Errorf("this is no saved state of a cluster: %w", err)
		}
	}
	var s State
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber() // identities go beyond what a float holds
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("this is no saved state of a cluster: %w", err)
	}
	if s.Format != stateFormat {
		return nil, fmt.Errorf("this state of a cluster has the form %d; only %d can be read", s.Format, stateFormat)
	}
	for i, o := range s.Objects {
		if o == nil {
			return nil, fmt.Errorf("this is no saved state of a cluster: object %d is empty", i+1)
		}
	}
	return &s, nil
}

// yamlToJSON keeps numbers as they are written.
func yamlToJSON(data []byte) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("it is no mapping")
	}
	v, err := yamlValue(doc.Content[0])
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func yamlValue(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := yamlValue(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			m[n.Content[i].Value] = v
		}
		return m, nil
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, c := range n.Content {
			v, err := yamlValue(c)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!null":
			return nil, nil
		case "!!bool":
			var b bool
			err := n.Decode(&b)
			return b, err
		case "!!int", "!!float":
			if json.Valid([]byte(n.Value)) {
				return json.Number(n.Value), nil
			}
		}
		return n.Value, nil
	}
	return nil, fmt.Errorf("line %d: aliases are not read", n.Line)
}
