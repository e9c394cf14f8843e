package interp

// Correct returns an entry with the names behind dots written as the object model writes them: a capital is what most
// of them lack. It runs nothing. The entry is returned as it is when nothing can be corrected.
func (s *Session) Correct(src string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.Correct(s.scope, s.entries+1, src)
}
