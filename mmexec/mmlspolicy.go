package mmexec

import (
	"strings"

	"gpfsh/mmexec/lazyregexp"
)

// LsPolicyOptions are the options of mmlspolicy.
type LsPolicyOptions struct {
	Text bool // -L: the text of the policy itself
}

// MmLsPolicy shows the installed policy of a file system: mmlspolicy Device, with -L its text. Both are read by
// [ParseMmLsPolicy] and [ParsePolicyText].
func MmLsPolicy(dev string, o LsPolicyOptions) (Command, error) {
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	args := []string{dev}
	if o.Text {
		args = append(args, "-L")
	}
	return Command{Name: "mmlspolicy", Args: args, Object: "policy of " + dev}, nil
}

// InstalledPolicy is what mmlspolicy tells about the installed policy.
type InstalledPolicy struct {
	Device      string // "/dev/mmfs1"
	InstalledBy string // "root@node1"
	Installed   string // as printed, see [ParseTime]
	Name        string
	FirstLine   string
	None        bool // no policy was installed: all data go to the first pool
}

// unverified: these lines are known from documentation, and the one for no policy from memory.
var (
	policyFor       = lazyregexp.New(`^Policy for file system '([^']*)':$`)
	policyInstalled = lazyregexp.New(`^\s*Installed by (\S+) on (.*?)\.?$`)
	policyName      = lazyregexp.New(`^\s*First line of policy '(.*)' is:$`)
	policyNone      = lazyregexp.New(`No policy file was installed for file system '([^']*)'`)
)

// ParseMmLsPolicy reads what mmlspolicy prints without -L.
func ParseMmLsPolicy(data []byte) (InstalledPolicy, error) {
	var p InstalledPolicy
	for n, line := range lines(data) {
		switch {
		case line == "":
		case policyNone.MatchString(line):
			p.None, p.Device = true, policyNone.FindStringSubmatch(line)[1]
		case p.None:
		case policyFor.MatchString(line):
			p.Device = policyFor.FindStringSubmatch(line)[1]
		case policyInstalled.MatchString(line):
			m := policyInstalled.FindStringSubmatch(line)
			p.InstalledBy, p.Installed = m[1], m[2]
		case policyName.MatchString(line):
			p.Name = policyName.FindStringSubmatch(line)[1]
		case p.Name != "" && p.FirstLine == "":
			p.FirstLine = strings.TrimSpace(line)
		case p.Device == "":
			return p, formatError("mmlspolicy", n, "want the title, not %q", shorten(line))
		}
	}
	if p.Device == "" {
		return p, formatError("mmlspolicy", 0, "there is no policy in it")
	}
	return p, nil
}

// ParsePolicyText reads what mmlspolicy -L prints: the policy itself. installed is false when there is none.
func ParsePolicyText(data []byte) (text string, installed bool) {
	if policyNone.Match(data) {
		return "", false
	}
	return string(data), true
}
