package script

import (
	"encoding/json"
	"strings"

	"gpfsh/mmexec"
)

// Plan is what the dry run of a session has recorded: the commands that would have changed the cluster. It is a view of
// the session's plan, which grows with each such command.
type Plan struct{ plan *mmexec.Plan }

// Plan returns what the dry run has recorded since it was turned on.
func (s *Session) Plan() Plan { return Plan{s.opts.Plan} }

// DryRun turns the dry run on or off. While it is on, commands that change the cluster are recorded in the plan instead
// of being run; commands that only read still run. Turning it on begins a new plan.
//
// A program that was started as a dry run remains one, whatever it says here.
func (s *Session) DryRun(on bool) {
	p := s.opts.Plan
	if p == nil || s.opts.Rehearsal {
		return
	}
	if on && !p.Enabled() {
		p.Reset()
	}
	p.SetEnabled(on)
}

// Entries returns the planned commands in their order, with what they are about.
func (p Plan) Entries() []mmexec.PlanEntry {
	if p.plan == nil {
		return nil
	}
	return p.plan.Entries()
}

// Commands returns the planned commands in their order, each as a shell would need it typed.
func (p Plan) Commands() []string {
	entries := p.Entries()
	lines := make([]string, len(entries))
	for i, e := range entries {
		lines[i] = e.String()
	}
	return lines
}

// Len returns the number of planned commands.
func (p Plan) Len() int { return len(p.Entries()) }

// String returns the planned commands, one a line, each as a shell would need it typed.
func (p Plan) String() string { return strings.Join(p.Commands(), "\n") }

// Script returns the plan as a shell script that stops at the first command that fails. The files that the commands
// need travel in it.
func (p Plan) Script() string {
	plan := p.plan
	if plan == nil {
		plan = new(mmexec.Plan)
	}
	var b strings.Builder
	if err := plan.WriteScript(&b); err != nil {
		return "" // a Builder takes all that is written
	}
	return b.String()
}

// MarshalJSON returns the planned commands as a list of objects.
func (p Plan) MarshalJSON() ([]byte, error) {
	type entry struct {
		Command string   `json:"command"`
		Argv    []string `json:"argv"`
		Object  string   `json:"object,omitempty"`
		Reason  string   `json:"reason,omitempty"`
		Effect  string   `json:"effect"`
	}
	list := []entry{}
	for _, e := range p.Entries() {
		list = append(list, entry{e.String(), e.Argv, e.Object, e.Reason, e.Effect.String()})
	}
	return json.Marshal(list)
}
