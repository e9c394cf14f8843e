package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Difference is something that is not the same in two states.
type Difference struct {
	Change    string `json:"change" col:"CHANGE"` // "added", "removed", "changed"
	Kind      string `json:"kind" col:"KIND"`     // "fileset", "node" …
	In        string `json:"in,omitempty" col:"IN"`
	Key       string `json:"key" col:"NAME"`
	Attribute string `json:"attribute,omitempty" col:"ATTRIBUTE"` // that changed; "" for a whole object
	Before    string `json:"before,omitempty" col:"BEFORE"`       // its value; "" where there was none
	After     string `json:"after,omitempty" col:"AFTER"`
	// Measured says that it came about by itself while people work: what is used, what is free, where managers and
	// addresses are at the moment, quotas without limits of owners who have files now.
	Measured bool `json:"measured,omitempty" col:"-"`
}

// String returns the difference as one line.
func (d Difference) String() string {
	where := d.Kind + " " + d.Key
	if d.In != "" {
		where += " of " + d.In
	}
	if d.Attribute == "" {
		return d.Change + " " + where
	}
	return fmt.Sprintf("%s %s: %s: %s → %s", d.Change, where, d.Attribute, orNothing(d.Before), orNothing(d.After))
}

func orNothing(s string) string {
	if s == "" {
		return "(nothing)"
	}
	return s
}

// Differences are differences, in the order of the objects.
type Differences []Difference

// Configured returns the differences that somebody made: those that are not measured.
func (d Differences) Configured() Differences {
	return slices.DeleteFunc(slices.Clone(d), func(x Difference) bool { return x.Measured })
}

// Measured returns the differences that came about by themselves, while people work.
func (d Differences) Measured() Differences {
	return slices.DeleteFunc(slices.Clone(d), func(x Difference) bool { return !x.Measured })
}

// onlyUse tells of an entry of the quotas that nobody has made: it is there because somebody has files.
func (o *StateObject) onlyUse() bool {
	if o.Kind != kindQuota {
		return false
	}
	for _, name := range []string{"blockSoft", "blockHard", "filesSoft", "filesHard"} {
		if v := o.Attributes[name]; v != nil && attributeText(v) != "unlimited" && attributeText(v) != "0" {
			return false
		}
	}
	return true
}

// CompareStates compares two states: of one cluster at two moments, or of two clusters. It names the objects that were added and
// removed, and each attribute that changed.
func CompareStates(before, after *State) Differences {
	list := Differences{}
	old, fresh := before.index(), after.index()
	keys := slices.SortedFunc(maps.Keys(old), stateKey.compare)
	for k := range fresh {
		if _, ok := old[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, stateKey.compare)
	for _, k := range keys {
		was, is := old[k], fresh[k]
		switch {
		case is == nil:
			list = append(list, Difference{Change: "removed", Kind: k.kind, In: k.in, Key: k.key, Measured: was.onlyUse()})
		case was == nil:
			list = append(list, Difference{Change: "added", Kind: k.kind, In: k.in, Key: k.key, Measured: is.onlyUse()})
		default:
			list = append(list, was.Diff(is)...)
		}
	}
	return list
}

// Diff compares the attributes of the object with those of another one: the same at another moment, or a second node.
func (o *StateObject) Diff(with *StateObject) Differences {
	list := Differences{}
	if o == nil || with == nil {
		return list
	}
	names := make(map[string]bool)
	for _, m := range []map[string]any{o.Attributes, with.Attributes} {
		for name := range m {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, is := o.Attributes[name], with.Attributes[name]
		before, after := attributeText(was), attributeText(is)
		if before == after && (was == nil) == (is == nil) || reflect.DeepEqual(was, is) {
			continue
		}
		list = append(list, Difference{
			Change: "changed", Kind: o.Kind, In: o.In, Key: o.Key, Attribute: name, Before: before, After: after, Measured: measured(o.Kind, name),
		})
	}
	return list
}

// Object returns one object of the state; nil when there is none.
func (s *State) Object(which StateObject) *StateObject {
	return s.index()[stateKey{which.Kind, which.In, which.Key}]
}

type stateKey struct{ kind, in, key string }

func (k stateKey) compare(l stateKey) int {
	return (&StateObject{Kind: k.kind, In: k.in, Key: k.key}).compare(&StateObject{Kind: l.kind, In: l.in, Key: l.key})
}

func (s *State) index() map[stateKey]*StateObject {
	m := make(map[stateKey]*StateObject)
	if s != nil {
		for _, o := range s.Objects {
			m[stateKey{o.Kind, o.In, o.Key}] = o
		}
	}
	return m
}

func attributeText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

// measured tells the attributes that change while people work.
func measured(kind, attribute string) bool {
	var list []string
	switch kind {
	case kindNode:
		list = []string{"cesIPs"}
	case kindFilesystem:
		list = []string{"maxSnapshotID", "manager"}
	case kindFileset:
		list = []string{"usedInodes", "allocInodes", "afm.state", "afm.attributes.afmState", "snapID"}
	case kindQuota:
		list = []string{"blockUsage", "blockInDoubt", "blockGrace", "filesUsage", "filesInDoubt", "filesGrace"}
	case kindPool:
		list = []string{"dataFree", "metaFree"}
	}
	return slices.Contains(list, attribute)
}
