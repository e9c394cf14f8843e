package mmexec

import (
	"strconv"
	"strings"

	"gpfsh/mmexec/lazyregexp"
)

// LsLicenseOptions are the options of mmlslicense.
type LsLicenseOptions struct{}

// MmLsLicense lists the licences of the nodes: mmlslicense -Y.
func MmLsLicense(LsLicenseOptions) (Command, error) {
	return Command{Name: "mmlslicense", Args: []string{"-Y"}, Object: "licences"}, nil
}

// NodeLicense is the licence of one node, of mmlslicense -L.
type NodeLicense struct {
	Node       string
	Required   string
	Designated string
	Lacking    bool // marked with a star: the designated licence does not suffice
}

// Licenses is the reply of mmlslicense.
type Licenses struct {
	Nodes []NodeLicense // with -L only
	// Counts are the lines of the summary: "Number of nodes with server license designation" 2.
	Counts                           []LicenseCount
	Defined, Server, FPO, Client     int
	RequiringServer, RequiringClient int
	Edition                          string // "IBM Spectrum Scale Standard Edition", "" before 5.0
}

// LicenseCount is one line of the summary.
type LicenseCount struct {
	Label string
	Count int
}

var (
	licenseCount   = lazyregexp.New(`^\s*(Number of nodes .*?):?\s+(\d+)$`)
	licenseEdition = lazyregexp.New(`^This node runs (.*)$`)
)

// ParseMmLsLicense reads what mmlslicense prints for people, with or without -L.
func ParseMmLsLicense(data []byte) (Licenses, error) {
	var l Licenses
	summary := false
	for n, line := range lines(data) {
		switch {
		case line == "" || rule(line):
		case strings.HasPrefix(strings.TrimSpace(line), "Summary information"):
			summary = true
		case strings.HasPrefix(strings.TrimSpace(line), "Node name"):
		case licenseCount.MatchString(line):
			m := licenseCount.FindStringSubmatch(line)
			count, err := strconv.Atoi(m[2])
			if err != nil {
				return l, formatError("mmlslicense", n, "%v", err)
			}
			l.Counts = append(l.Counts, LicenseCount{m[1], count})
			l.count(m[1], count)
		case licenseEdition.MatchString(line):
			l.Edition = licenseEdition.FindStringSubmatch(line)[1]
		case !summary:
			// unverified: the columns of -L and their star are known from descriptions only.
			w := strings.Fields(line)
			lacking := len(w) == 4 && w[3] == "*"
			if len(w) != 3 && !lacking {
				return l, formatError("mmlslicense", n, "want a node and its licences, not %q", shorten(line))
			}
			designated, star := strings.CutSuffix(w[2], "*")
			l.Nodes = append(l.Nodes, NodeLicense{Node: w[0], Required: w[1], Designated: designated, Lacking: lacking || star})
		}
	}
	if !summary && len(l.Nodes) == 0 {
		return l, formatError("mmlslicense", 0, "there is neither a table nor a summary in it")
	}
	return l, nil
}

func (l *Licenses) count(label string, n int) {
	requiring := strings.Contains(label, "requiring")
	switch {
	case strings.Contains(label, "defined in the cluster"):
		l.Defined = n
	case strings.Contains(label, "FPO"):
		l.FPO = n
	case strings.Contains(label, "server") && requiring:
		l.RequiringServer = n
	case strings.Contains(label, "client") && requiring:
		l.RequiringClient = n
	case strings.Contains(label, "server"):
		l.Server = n
	case strings.Contains(label, "client"):
		l.Client = n
	}
}
