package handlers

import (
	"encoding/json"
	"fmt"
	"time"
)

// MaxPerMinute is how often a handler runs at most, whatever its events are about: 5,000 users over their soft limits
// are no reason to start 5,000 processes on the file system manager.
const MaxPerMinute = 60

// storm is what is kept of the runs of a handler.
type storm struct {
	Last  map[string]time.Time `json:"last,omitempty"` // by key
	Since time.Time            `json:"since"`          // of the minute that is counted
	Runs  int                  `json:"runs"`
	Held  int                  `json:"held,omitempty"` // runs that were left out since the last one
}

// Allow decides whether a handler runs now. state is what the last decision left behind; next is to be kept for the next
// one. held is the number of times that it was kept from running since the last time it ran, this time among them when
// it may not run; why says the reason then.
func Allow(state []byte, key string, every time.Duration, now time.Time) (next []byte, held int, why string) {
	var s storm
	if json.Unmarshal(state, &s) != nil {
		s = storm{}
	}
	if s.Last == nil {
		s.Last = map[string]time.Time{}
	}
	if now.Sub(s.Since) >= time.Minute || now.Before(s.Since) {
		s.Since, s.Runs = now, 0
	}
	for k, at := range s.Last {
		if age := now.Sub(at); age >= every || age < 0 {
			delete(s.Last, k)
		}
	}
	_, recently := s.Last[key]
	switch {
	case recently:
		why = fmt.Sprintf("it ran for this less than %s ago", every)
	case s.Runs >= MaxPerMinute:
		why = fmt.Sprintf("it ran %d times within a minute", s.Runs)
	}
	if why != "" {
		s.Held++
		held = s.Held
	} else {
		held, s.Held = s.Held, 0
		s.Runs++
		if every > 0 {
			s.Last[key] = now
		}
	}
	next, _ = json.Marshal(s)
	return next, held, why
}

// EveryOf returns how often a handler runs for the same object at most, unless it says so itself: events that are
// repeated as long as the trouble lasts do not have to be answered each time.
func EveryOf(events []string) time.Duration {
	var every time.Duration
	for _, e := range events {
		switch e {
		case "lowDiskSpace", "noDiskSpace":
			every = max(every, 10*time.Minute)
		case "softQuotaExceeded", "usageUnderSoftQuota", "filesetLimitExceeded", "diskIOHang", "deadlockDetected", "deadlockOverload":
			every = max(every, time.Minute)
		}
	}
	return every
}
