package mmsim

// Unverified is something that the simulator prints or does without a source that could be read: it is likely, and it
// may differ from the real command.
type Unverified struct {
	Command string // the command it is about, or the part of the simulator
	What    string // what is not verified: "wording", "the names of the fields"
	Text    string // the text in question, "" when it is no single text
}

// About lists everything that the simulator does on its own authority, by command. It is read from the remarks in the
// sources.
func About() []Unverified {
	return unverifiedTable()
}
