package interp

import "gpfsh/interp/view"

// UsesLast tells whether an entry names the last value, _.
func UsesLast(src string) bool { return view.UsesLast(src) }

// WithError returns an entry with the last error, _err, under a name that a script can have. An entry that
// declares the name itself is not changed; own says that it does so for the rest of the session.
func WithError(src, name string) (with string, own bool) { return view.WithError(src, name) }

// WithLast returns an entry with the last value under a name that a script can have.
func WithLast(src, name string) string { return view.WithLast(src, name) }

// Correct returns an entry with the names behind dots written as the object model writes them: a capital is what most
// of them lack. It runs nothing. The entry is returned as it is when nothing can be corrected.
func (s *Session) Correct(src string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.Correct(s.scope, s.entries+1, src)
}

// Plain returns an entry without the names that only the prompt understands, as a script has to be written: cluster
// becomes Cluster(), the name of a file system Cluster().Filesystems["name"]. It runs nothing.
func (s *Session) Plain(src string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.Plain(s.scope, s.entries+1, src)
}
