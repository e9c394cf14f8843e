package filelist

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Report says what became of the input: Read = Used + Skipped + Rejected.
type Report struct {
	Read     int64 `col:"READ" json:"read"`         // records, or objects of a directory
	Used     int64 `col:"USED" json:"used"`         // those that counted
	Skipped  int64 `col:"SKIPPED" json:"skipped"`   // those that were left out as asked: by Where, or as no regular files
	Rejected int64 `col:"REJECTED" json:"rejected"` // those that were no records, or could not be read
	Bytes    int64 `col:"-" json:"bytes"`           // the size of the lists
	// Truncated counts the lists whose last record is cut off. Such a record counts as rejected.
	Truncated int64 `col:"TRUNCATED,wide" json:"truncated,omitempty"`
	// Vanished counts the objects of a directory that were gone before they could be read. They count as rejected.
	Vanished int64 `col:"VANISHED,wide" json:"vanished,omitempty"`
	// Rejects are the first that were rejected, at most 20.
	Rejects []Reject `col:"-" json:"rejects,omitempty"`
}

// Reject is a record that is none.
type Reject struct {
	Source string `col:"SOURCE" json:"source"` // the list or the path
	Offset int64  `col:"OFFSET" json:"offset"` // of the record in the list, bytes
	Reason string `col:"REASON" json:"reason"`
	Text   string `col:"TEXT" json:"text"` // the beginning of the record
}

const (
	keptRejects = 20
	rejectText  = 200
)

// String returns one line: what was read, used and rejected.
func (r Report) String() string {
	s := fmt.Sprintf("%d read, %d used, %d skipped, %d rejected", r.Read, r.Used, r.Skipped, r.Rejected)
	if r.Truncated > 0 {
		s += fmt.Sprintf(", %d cut off", r.Truncated)
	}
	if r.Vanished > 0 {
		s += fmt.Sprintf(", %d vanished", r.Vanished)
	}
	return s
}

// Tally keeps the report of the last pass over files that tell it; see [Files.Tallied].
type Tally struct {
	mu sync.Mutex
	r  Report
}

// Tallied has the files tell each pass over them to a tally.
func (f Files) Tallied(t *Tally) Files {
	f.tally = t
	return f
}

// Report returns the report of the last pass.
func (t *Tally) Report() Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.r
}

// Add adds the report of another part of the files.
func (t *Tally) Add(r Report) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.r.add(&r)
}

func (t *Tally) note(r Report) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.r = r
}

// Complete says whether everything that was read could be used or was left out as asked.
func (r Report) Complete() bool { return r.Rejected == 0 }

func (r *Report) add(o *Report) {
	r.Read += o.Read
	r.Used += o.Used
	r.Skipped += o.Skipped
	r.Rejected += o.Rejected
	r.Bytes += o.Bytes
	r.Truncated += o.Truncated
	r.Vanished += o.Vanished
	r.Rejects = append(r.Rejects, o.Rejects...)
	slices.SortFunc(r.Rejects, func(a, b Reject) int {
		if c := strings.Compare(a.Source, b.Source); c != 0 {
			return c
		}
		return int(min(max(a.Offset-b.Offset, -1), 1))
	})
	r.Rejects = r.Rejects[:min(len(r.Rejects), keptRejects)]
}

func (r *Report) reject(source string, offset int64, why reason, text []byte) {
	r.Rejected++
	if why == rejectTruncated {
		r.Truncated++
	}
	if len(r.Rejects) < keptRejects {
		r.Rejects = append(r.Rejects, Reject{source, offset, why.String(), string(text[:min(len(text), rejectText)])})
	}
}

// reason says why a record is none.
type reason uint8

const (
	accepted reason = iota
	rejectNumbers
	rejectBlanks
	rejectField
	rejectFields
	rejectSeparator
	rejectPath
	rejectEscape
	rejectLength
	rejectTruncated
	rejectLong
	rejectEmpty
	reasons
)

var reasonTexts = [reasons]string{
	accepted: "", rejectNumbers: "does not begin with inode, generation and snapshot", rejectBlanks: "two blanks are missing before the SHOW text",
	rejectField: "a field of the SHOW text is not of its type", rejectFields: "the SHOW text has not the fields of the layout",
	rejectSeparator: `no " -- " before the path`, rejectPath: "the path does not begin with a slash", rejectEscape: "the escaping is broken",
	rejectLength: "a length does not fit", rejectTruncated: "the last record is cut off", rejectLong: "longer than a record can be",
	rejectEmpty: "empty line",
}

func (r reason) String() string { return reasonTexts[r] }
