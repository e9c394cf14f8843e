package model

import (
	"strings"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
)

// Release is a release of Storage Scale, "5.1.9.2"; releases compare. The zero value means that it is not known.
type Release = mmexec.Release

// ReleaseError says that the cluster's release is too old for what was asked.
type ReleaseError = mmexec.ReleaseError

// ParseRelease reads a release: "5.1.9.2", "5.1.9-2" or "5.1.9".
func ParseRelease(s string) (Release, error) { return mmexec.ParseRelease(s) }

// manySnapshots is the release since which commands take several snapshots at once.
var manySnapshots = Release{V: 4, R: 2, M: 1}

// needs says when the release of the cluster is known to be too old for something. Where it is not known the command
// itself refuses.
func (c *Cluster) needs(since Release, what string) error {
	if c.release.AtLeast(since) {
		return nil
	}
	return &ReleaseError{What: what, Need: since, Have: c.release}
}

// FormatVersion is a version of the format of a file system, from mmlsfs -V: "22.00 (5.0.4.0)". Versions compare.
type FormatVersion struct {
	Format  string  `json:"format"`  // the format's own number: "22.00"
	Release Release `json:"release"` // the release that brought it
}

var formatVersion = lazyregexp.New(`^([\d.]+) \(([\d.-]+)\)$`)

// ParseFormatVersion reads a version as mmlsfs prints it. What it cannot read it keeps as the format.
func ParseFormatVersion(s string) FormatVersion {
	s = strings.TrimSpace(s)
	if m := formatVersion.FindStringSubmatch(s); m != nil {
		if r, err := mmexec.ParseRelease(m[2]); err == nil {
			return FormatVersion{Format: m[1], Release: r}
		}
	}
	return FormatVersion{Format: s}
}

// String returns the version as mmlsfs prints it.
func (v FormatVersion) String() string {
	if v.Release.IsZero() {
		return v.Format
	}
	return v.Format + " (" + v.Release.String() + ")"
}

// MarshalText writes the version as mmlsfs prints it.
func (v FormatVersion) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (v *FormatVersion) UnmarshalText(text []byte) error {
	*v = ParseFormatVersion(string(text))
	return nil
}

// Compare returns -1, 0 or +1 as v is older than, the same as, or newer than o.
func (v FormatVersion) Compare(o FormatVersion) int {
	if c := v.Release.Compare(o.Release); c != 0 && !v.Release.IsZero() && !o.Release.IsZero() {
		return c
	}
	return compareDotted(v.Format, o.Format)
}

// AtLeast reports whether a file system of this format has what came with a release.
func (v FormatVersion) AtLeast(r Release) bool { return v.Release.AtLeast(r) }

// compareDotted compares numbers with dots, part by part.
func compareDotted(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := 0; i < len(as) || i < len(bs); i++ {
		var x, y int64
		if i < len(as) {
			x = number(as[i])
		}
		if i < len(bs) {
			y = number(bs[i])
		}
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
	}
	return 0
}
