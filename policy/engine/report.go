package engine

import (
	"time"

	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

// Report is what a run found and did.
type Report struct {
	// Now is CURRENT_TIMESTAMP of the run.
	Now time.Time `json:"now"`
	// Rules are the MIGRATE, DELETE, EXCLUDE and LIST rules, in order.
	Rules []RuleReport `json:"rules"`
	// Before are the pools as they were, Predicted as they will be.
	Before    []Pool `json:"before,omitempty"`
	Predicted []Pool `json:"predicted,omitempty"`
	// Scan is what the walk met.
	Scan scan.Stats `json:"scan"`
	// NoRule counts objects that no rule applied to.
	NoRule int64 `json:"no_rule"`
	// Lists are the files of candidates by list or external pool.
	Lists []ListReport `json:"lists,omitempty"`
	// Chosen are files and KB by what is to be done: "migrate", "delete", "list", "premigrate", "recall", "purge", "compress".
	Chosen map[string]Amount `json:"chosen,omitempty"`
	// Done counts files that were migrated, deleted or handed to a script, Errors those that failed.
	Done   int64 `json:"done"`
	Errors int64 `json:"errors"`
	// Records tells of the records of lists that were carried out; nil for a run that scans.
	Records *RecordsReport `json:"records,omitempty"`
	// Spilled is how many bytes of candidates were sorted on disk.
	Spilled int64 `json:"spilled,omitempty"`
	// Failures are the first errors.
	Failures []string `json:"failures,omitempty"`
	// Elapsed are the durations of the three phases.
	Elapsed [3]time.Duration `json:"elapsed_ns"`
}

// Amount is a number of files with their space on disk.
type Amount struct {
	Files int64 `json:"files"`
	KB    int64 `json:"kb"`
}

func (a *Amount) add(kb int64) {
	a.Files++
	a.KB += kb
}

// RuleReport is what came of one rule: a line of "Summary of Rule Applicability and File Choices".
type RuleReport struct {
	Number int    `json:"number"`
	Name   string `json:"name,omitempty"`
	// Text is the rule with its expressions left out.
	Text string `json:"text"`
	// Line is where the rule begins.
	Line int `json:"line"`
	// Hit are the objects that the rule applied to, Chosen those that were chosen of them.
	Hit    Amount `json:"hit"`
	Chosen Amount `json:"chosen"`
	KBIll  int64  `json:"kb_ill"`
	// Pools are the hits by pool, when a rule asks for pools.
	Pools map[string]Amount `json:"pools,omitempty"`
	// Skipped says why the rule took no part: WHEN was false, or the pool is not full enough.
	Skipped bool `json:"skipped,omitempty"`
	// Sample are some of the chosen paths.
	Sample []string `json:"sample,omitempty"`

	rule *lang.Rule
}

// Rule is the rule itself.
func (r *RuleReport) Rule() *lang.Rule { return r.rule }

// ListReport is a list that was written or handed to a script.
type ListReport struct {
	Name string `json:"name"`
	// External is true for an external pool.
	External bool   `json:"external_pool,omitempty"`
	Chosen   Amount `json:"chosen"`
	// File is the list that was kept, "" when none was.
	File string `json:"file,omitempty"`
	// Calls counts calls of the script, Failed those that ended with an error.
	Calls  int `json:"calls,omitempty"`
	Failed int `json:"failed,omitempty"`
}
