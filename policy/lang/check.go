package lang

import (
	"fmt"
	"sort"
	"strings"
)

// maxPolicySize is how large an installed policy can be.
const maxPolicySize = 1 << 20

// CheckOptions say what the checker knows besides the text.
type CheckOptions struct {
	Options
	// Pools and Filesets are those of the file system. Where they are nil, names are not checked.
	Pools, Filesets []string
}

// Check finds what is wrong or doubtful in a policy: what the cluster would refuse (severity [Fatal]), what does not do
// what it says, and what is worth a second look. The findings are in the order of the text.
func Check(src Source, opts CheckOptions) []Finding {
	return CheckPolicy(Parse(src, opts.Options), opts)
}

// CheckPolicy is [Check] for a policy that was parsed before.
func CheckPolicy(p *Policy, opts CheckOptions) []Finding {
	c := &checker{pol: p, opts: opts, findings: append([]Finding(nil), p.Findings...)}
	c.policy()
	sort.SliceStable(c.findings, func(i, j int) bool {
		a, b := c.findings[i].Place, c.findings[j].Place
		if a.File != b.File {
			return a.File == p.Source.Name
		}
		return a.Offset < b.Offset
	})
	return c.findings
}

type checker struct {
	pol      *Policy
	opts     CheckOptions
	findings []Finding
	rule     *Rule
	clause   Clause
	frames   map[*frame]Span
	edged    map[*frame]bool
	// unknown are words that were reported: one message for each is enough.
	unknown map[string]bool
}

func (c *checker) add(span Span, sev Severity, code, message, hint string) {
	c.findings = append(c.findings, c.pol.Finding(span, sev, code, message, hint))
}

func (c *checker) addf(span Span, sev Severity, code, hint, format string, args ...any) {
	c.add(span, sev, code, fmt.Sprintf(format, args...), hint)
}

func (c *checker) policy() {
	c.unknown = map[string]bool{}
	c.edged = map[*frame]bool{}
	if len(c.pol.Source.Text) > maxPolicySize {
		c.add(Span{}, Warning, CodeTooLong, "a policy that is installed can have 1 MB", "")
	}
	if len(c.pol.Rules) == 0 && c.pol.Err() == nil {
		c.add(Span{}, Warning, CodeNoRules, "the policy holds no rule", "it can be included by others, but not be installed or run")
	}
	for _, r := range c.pol.Rules {
		c.rule = r
		c.checkRule(r)
	}
	c.externals()
	c.names()
	c.placement()
	c.encryption()
	c.reachable()
}

// checkRule looks at one rule alone.
func (c *checker) checkRule(r *Rule) {
	for _, e := range r.Exprs() {
		c.clause = e.Clause
		t := c.typ(e.Expr)
		c.clauseType(e, t)
		c.edges(e.Expr, "")
	}
	c.clause = 0
	switch r.Kind {
	case Delete:
		if c.always(r.Where) && r.Threshold == nil && len(r.Filesets) == 0 {
			of := "of the file system or directory"
			if r.From != nil {
				of = "of pool " + r.From.Value
			}
			what := "DELETE without WHERE"
			if r.Where != nil {
				what = "DELETE WHERE " + ExprString(Strip(r.Where))
			}
			c.add(c.head(r), Warning, CodeNoWhere, what+": deletes every file "+of, "")
		}
	case Migrate:
		c.migrate(r)
	case ExternalPool, ExternalList:
		c.external(r)
	}
	if r.Threshold != nil && len(r.Threshold.Args) > 0 {
		c.threshold(r)
	}
	if r.Compress != nil {
		c.compress(r)
	}
	c.percent(r.Limit, "LIMIT")
	for _, m := range r.Members {
		c.percent(m.Limit, "LIMIT")
	}
	if n, ok := number(r.Replicate); ok && (n < 1 || n > 3) {
		c.add(r.Replicate.Bounds(), Error, CodeRange, "a file has 1 to 3 replicas", "")
	}
	if r.Where != nil {
		if b, ok := Strip(r.Where).(*BoolLit); ok && !b.Value {
			c.add(r.Where.Bounds(), Warning, CodeNeverMatches, "the rule never matches", "")
		}
	}
	if r.Name == nil && r.Kind != ExternalList && r.Kind != ExternalPool {
		c.add(c.head(r), Note, CodeUnnamed, "the rule has no name", "messages and summaries call it by its name: RULE 'name' …")
	}
}

// head is the word RULE with the name behind it.
func (c *checker) head(r *Rule) Span {
	if r.Name != nil {
		return Span{r.Span.Start, r.Name.Span.End}
	}
	return Span{r.Span.Start, r.Span.Start + len("RULE")}
}

func (c *checker) clauseType(e RuleExpr, t Type) {
	switch e.Clause {
	case ClauseWhere, ClauseWhen:
		if t != Bool && t != Unknown && t != Null {
			c.addf(e.Expr.Bounds(), Error, CodeType, "", "%s wants a condition, but this is %s", e.Clause, t)
		}
	case ClauseWeight, ClauseSize, ClauseLimit, ClauseThreshold, ClauseReplicate:
		if t == String {
			c.addf(e.Expr.Bounds(), Error, CodeType, "", "%s wants a number, but this is %s", e.Clause, t)
		}
	case ClauseShow:
		if t.Number() || t == Timestamp || t == Bool || t == Duration {
			// unverified: whether SHOW takes a value that is not a string.
			c.addf(e.Expr.Bounds(), Note, CodeType, "write VARCHAR(…) around it", "SHOW wants a string, but this is %s", t)
		}
	}
}

func (c *checker) migrate(r *Rule) {
	if r.To == nil && r.Compress == nil && r.Replicate == nil {
		c.add(c.head(r), Error, CodeNoTarget, "MIGRATE says neither TO POOL nor COMPRESS nor REPLICATE: it does nothing", "")
	}
	if r.To != nil && c.isExternal(r.To.Value) {
		for _, cl := range []Clause{ClauseLimit, ClauseReplicate} {
			if p, ok := r.Part(cl); ok {
				c.addf(p.Span, Note, CodeRange, "", "%s is ignored: %s is an external pool", cl, r.To.Value)
			}
		}
	}
}

func (c *checker) threshold(r *Rule) {
	args := r.Threshold.Args
	var n []float64
	for _, a := range args {
		v, ok := number(a)
		if !ok {
			return
		}
		if v < 0 || v > 100 {
			c.add(a.Bounds(), Error, CodeRange, "a threshold is a percentage, 0 to 100", "")
			return
		}
		n = append(n, v)
	}
	p, _ := r.Part(ClauseThreshold)
	// The premigration idiom THRESHOLD(0,100,0) starts at once, migrates nothing and premigrates all.
	switch {
	case len(n) == 2 && n[1] > n[0]:
		c.addf(p.Span, Error, CodeThreshold, "THRESHOLD(high,low): starts at high, ends at low", "the low threshold %g is above the high one %g", n[1], n[0])
	case len(n) == 3 && n[2] > n[1]:
		c.addf(p.Span, Error, CodeThreshold, "THRESHOLD(high,low,premigrate): premigrates down to the third", "the premigration threshold %g is above the low one %g", n[2], n[1])
	case len(n) == 3 && n[1] > n[0] && n[0] != 0:
		c.addf(p.Span, Warning, CodeThreshold, "THRESHOLD(0,100,0) premigrates all", "the low threshold %g is above the high one %g", n[1], n[0])
	case len(n) == 3 && r.To != nil && len(c.definitions(ExternalPool)) > 0 && !c.isExternal(r.To.Value):
		c.addf(p.Span, Note, CodeThreshold, "", "the third threshold means something for external pools only, and %s is none", r.To.Value)
	}
	if r.From == nil && r.Kind != List {
		c.add(p.Span, Warning, CodeThreshold, "THRESHOLD without FROM POOL: the threshold of which pool?", "")
	}
}

func (c *checker) compress(r *Rule) {
	for _, k := range []string{"yes", "no", "z", "lz4", "zfast", "alphae", "alphah"} {
		if strings.EqualFold(r.Compress.Value, k) {
			return
		}
	}
	c.addf(r.Compress.Span, Error, CodeRange, "yes, no, z, lz4, zfast, alphae or alphah", "The value '%s' is not supported in a 'COMPRESS' clause.", r.Compress.Value)
}

func (c *checker) percent(e Expr, what string) {
	if n, ok := number(e); ok && (n < 0 || n > 100) {
		c.add(e.Bounds(), Error, CodeRange, what+" is a percentage, 0 to 100", "")
	}
}

// external looks at an EXTERNAL rule alone.
func (c *checker) external(r *Rule) {
	if r.Exec != nil && r.Exec.Value != "" && !strings.HasPrefix(r.Exec.Value, "/") {
		c.addf(r.Exec.Span, Warning, CodeExec, "write the full path: the script runs on every node, in no certain directory",
			"the path of the script is not absolute: %s", r.Exec.Value)
	}
	if r.Escape != nil && !strings.HasPrefix(r.Escape.Value, "%") {
		c.add(r.Escape.Span, Error, CodeRange, "the characters of ESCAPE begin with %", "ESCAPE '%/' keeps slashes as they are")
	}
	if r.Threshold != nil && r.Threshold.Class != nil {
		classes := []string{"POOL_CAPACITIES", "FILESET_QUOTAS", "FILESET_QUOTA_SOFT", "GROUP_QUOTAS", "GROUP_QUOTA_SOFT", "USER_QUOTAS", "USER_QUOTA_SOFT"}
		for _, k := range classes {
			if strings.EqualFold(k, r.Threshold.Class.Value) {
				return
			}
		}
		hint := strings.Join(classes, ", ")
		if s := closest(upperASCII(r.Threshold.Class.Value), classes, 3); s != "" {
			hint = "did you mean " + s + "?"
		}
		c.addf(r.Threshold.Class.Span, Error, CodeRange, hint, "%s is not a resource class", r.Threshold.Class.Value)
	}
}

// number is the value of an expression that is written as a number.
func number(e Expr) (float64, bool) {
	if e == nil {
		return 0, false
	}
	switch e := Strip(e).(type) {
	case *NumberLit:
		return e.Float(), true
	case *Unary:
		if n, ok := number(e.X); ok && e.Op != "NOT" {
			if e.Op == "-" {
				n = -n
			}
			return n, true
		}
	}
	return 0, false
}
