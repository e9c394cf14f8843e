package mmexec

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Release is a release of Storage Scale: version, release, modification and fix level ("5.1.9.2"). The zero value means
// that the release is not known.
type Release struct{ V, R, M, F int }

// ParseRelease reads a release in any of the forms that Storage Scale prints: "5.1.9.2", "5.1.9-2", "5.1.9", and the
// four digits of old configurations, "1403" for the minimum release level of 4.1 (see [ParseMinReleaseLevel]).
func ParseRelease(s string) (Release, error) {
	parts := strings.FieldsFunc(strings.TrimSpace(s), func(r rune) bool { return r == '.' || r == '-' })
	if len(parts) < 2 || len(parts) > 4 {
		return Release{}, fmt.Errorf("%q is not a release of Storage Scale (want something like 5.1.9.2)", s)
	}
	var n [4]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 {
			return Release{}, fmt.Errorf("%q is not a release of Storage Scale (want something like 5.1.9.2)", s)
		}
		n[i] = v
	}
	return Release{n[0], n[1], n[2], n[3]}, nil
}

// ParseMinReleaseLevel reads the value of minReleaseLevel. Up to 4.1 it was an internal daemon version of four digits.
func ParseMinReleaseLevel(s string) (Release, error) {
	s = strings.TrimSpace(s)
	if len(s) == 4 && !strings.Contains(s, ".") {
		if r, ok := daemonVersions[s[:2]]; ok {
			return r, nil
		}
	}
	return ParseRelease(s)
}

// daemonVersions are the first two digits of the file system and daemon version of releases that printed those.
// unverified: only 14 (4.1) was seen in captured output, the others follow from the format table of the manual.
var daemonVersions = map[string]Release{
	"12": {3, 4, 0, 0},
	"13": {3, 5, 0, 0},
	"14": {4, 1, 0, 0},
}

// String returns the release as Storage Scale writes it, "5.1.9.2", or "unknown".
func (r Release) String() string {
	if r.IsZero() {
		return "unknown"
	}
	return fmt.Sprintf("%d.%d.%d.%d", r.V, r.R, r.M, r.F)
}

// IsZero tells whether the release is not known.
func (r Release) IsZero() bool { return r == Release{} }

// Compare returns -1, 0 or +1 as r is older than, the same as, or newer than o.
func (r Release) Compare(o Release) int {
	return cmp.Or(cmp.Compare(r.V, o.V), cmp.Compare(r.R, o.R), cmp.Compare(r.M, o.M), cmp.Compare(r.F, o.F))
}

// AtLeast tells whether r has what came with o. An unknown release has everything: it is for the command itself to
// refuse then.
func (r Release) AtLeast(o Release) bool { return r.IsZero() || r.Compare(o) >= 0 }

// ReleaseError says that something needs a newer release than the cluster has.
type ReleaseError struct {
	What string // "the option --inode-space of mmcrfileset"
	Need Release
	Have Release
}

// Error names what was asked for and both releases.
func (e *ReleaseError) Error() string {
	return fmt.Sprintf("%s needs release %s, this cluster has %s", e.What, e.Need, e.Have)
}
