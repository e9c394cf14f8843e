package interp

import "gpfsh/interp/view"

// Description is what there is to say of an expression, a type or a package.
type Description struct {
	Kind     string   // "value", "type", "func", "method", "package", "const"
	Type     string   // the type, or the signature
	Doc      string   // its documentation; paragraphs are separated by empty lines
	Commands []string // the mm commands that the documentation names
	Key      string   // for collections: the type of the members
	Fields   []Member // Params are the values that the field can have, where they are names
	Children []Member // fields that are collections
	Methods  []Member // of a package: everything in it
	Values   []Member // the constants of an enumeration
	Options  []Member // the constructors of the options that a function takes
	Path     Path     // how to reach the value without running anything, where that can be
	Example  string   // something to type next; "" when nothing comes to mind
}

// Describe says what an expression is, without running it. The error is a *CheckError.
func (s *Session) Describe(src string) (Description, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, findings := s.world.Describe(s.scope, s.entries+1, src)
	if len(findings) > 0 {
		return Description{}, &CheckError{Diagnostics: diagnostics(findings)}
	}
	return Description{
		Kind: d.Kind, Type: d.Type, Doc: d.Doc, Commands: d.Commands, Key: d.Key, Path: pathOf(d.Path), Example: d.Example,
		Fields: membersOf(d.Fields), Children: membersOf(d.Children), Methods: membersOf(d.Methods),
		Values: membersOf(d.Values), Options: membersOf(d.Options),
	}, nil
}

func membersOf(list []view.Member) []Member {
	var out []Member
	for _, m := range list {
		out = append(out, Member(m))
	}
	return out
}
