package lang

import (
	"strings"
	"time"
)

// timestampLayouts are the forms in which a timestamp is written, the longest first.
var timestampLayouts = []string{"2006-01-02 15:04:05.999999", "2006-01-02@15:04:05.999999", "2006-01-02-15.04.05.999999", "2006-01-02 15:04", "2006-01-02@15:04", "2006-01-02"}

// ParseTimestamp reads a timestamp of the language, YYYY-MM-DD hh:mm:ss[.ffffff]. Timestamps are in UTC.
func ParseTimestamp(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range timestampLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
