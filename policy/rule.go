package policy

import (
	"errors"
	"fmt"
	"strings"

	"gpfsh/policy/lang"
)

// Rule is one rule of a policy. The functions below make rules, their methods add clauses; a rule is a value, so that a
// changed copy leaves the rule as it was. What is wrong with a rule is told by [Rule.Text].
type Rule struct {
	rule lang.Rule
	err  error
}

func newRule(kind lang.Kind, name []string) Rule {
	r := Rule{rule: lang.Rule{Kind: kind}}
	switch len(name) {
	case 0:
	case 1:
		r.rule.Name = r.name(name[0], "the rule")
	default:
		r.fail("a rule has one name")
	}
	return r
}

func (r *Rule) fail(format string, args ...any) {
	r.err = errors.Join(r.err, fmt.Errorf(format, args...))
}

func (r *Rule) name(s, what string) *lang.Name {
	switch {
	case s == "":
		r.fail("%s has no name", what)
	case !lang.Quotable(s):
		r.fail("the name of %s: %w", what, errZero)
	}
	return &lang.Name{Value: s}
}

func (r *Rule) text(s, what string) *lang.Name {
	if !lang.Quotable(s) {
		r.fail("%s: %w", what, errZero)
	}
	return &lang.Name{Value: s}
}

// SetPool places new files in a pool.
func SetPool(pool string, name ...string) Rule {
	r := newRule(lang.SetPool, name)
	r.rule.Object = r.name(pool, "the pool")
	return r
}

// SetSnapPool places the data of snapshots in a pool.
func SetSnapPool(pool string, name ...string) Rule {
	r := newRule(lang.SetSnapPool, name)
	r.rule.Object = r.name(pool, "the pool")
	return r
}

// GroupPool makes a group of pools, the fastest first: add them with [Rule.Then].
func GroupPool(group string, name ...string) Rule {
	r := newRule(lang.GroupPool, name)
	r.rule.Object = r.name(group, "the group pool")
	return r
}

// Migrate moves files to another pool, or compresses them.
func Migrate(name ...string) Rule { return newRule(lang.Migrate, name) }

// Delete deletes files.
func Delete(name ...string) Rule { return newRule(lang.Delete, name) }

// Exclude keeps files from being migrated and deleted by the rules that follow.
func Exclude(name ...string) Rule { return newRule(lang.Exclude, name) }

// List puts files on a list.
func List(list string, name ...string) Rule {
	r := newRule(lang.List, name)
	r.rule.Object = r.name(list, "the list")
	return r
}

// Restore places files that a backup brings back.
func Restore(pool string, name ...string) Rule {
	r := newRule(lang.Restore, name)
	r.rule.To = r.name(pool, "the pool")
	return r
}

// ExternalPool makes a pool of a script, which moves data in and out. An empty script only makes lists.
func ExternalPool(pool, script string, name ...string) Rule {
	r := newRule(lang.ExternalPool, name)
	r.rule.Object = r.name(pool, "the pool")
	r.rule.Exec = r.text(script, "the script")
	return r
}

// ExternalList gives the files of a list to a script. An empty script only makes lists.
func ExternalList(list, script string, name ...string) Rule {
	r := newRule(lang.ExternalList, name)
	r.rule.Object = r.name(list, "the list")
	r.rule.Exec = r.text(script, "the script")
	return r
}

// Encryption says how files are encrypted: the algorithm, and keys in the form KEY:SERVER.
func Encryption(specification, algorithm string, keys []string, name ...string) Rule {
	r := newRule(lang.Encryption, name)
	r.rule.Object = r.name(specification, "the encryption specification")
	r.rule.Algo = r.text(algorithm, "the algorithm")
	r.rule.Keys = r.names(keys, "a key")
	return r
}

// SetEncryption encrypts new files by specifications; without any it excludes files from the rules that follow.
func SetEncryption(specifications []string, name ...string) Rule {
	r := newRule(lang.SetEncryption, name)
	if len(specifications) == 0 {
		r.rule.ExcludeFromList = true
		return r
	}
	r.rule.Specs = r.names(specifications, "an encryption specification")
	return r
}

// ChangeEncryptionKeys wraps file keys anew, under another key.
func ChangeEncryptionKeys(from, to string, name ...string) Rule {
	r := newRule(lang.ChangeEncryptionKeys, name)
	r.rule.FromKey, r.rule.ToKey = r.text(from, "the key"), r.text(to, "the key")
	return r
}

func (r *Rule) names(texts []string, what string) []*lang.Name {
	if len(texts) == 0 {
		r.fail("%s is wanted", what)
	}
	out := make([]*lang.Name, len(texts))
	for i, s := range texts {
		out[i] = r.name(s, what)
	}
	return out
}

// set notes that a clause is set; a rule that cannot have it is told so.
func (r *Rule) set(c lang.Clause) {
	for _, k := range r.rule.Kind.Clauses() {
		if k == c {
			return
		}
	}
	r.fail("%s has no %s clause", r.rule.Kind, c)
}

// Named gives the rule another name.
func (r Rule) Named(name string) Rule {
	r.rule.Name = r.name(name, "the rule")
	return r
}

// When runs the rule only where a condition holds that is looked at once: it can ask for the time, not for files.
func (r Rule) When(c Criterion) Rule {
	r.set(lang.ClauseWhen)
	if c.err != nil || c.expr == nil {
		r.fail("WHEN: %w", Value(c).problem())
		return r
	}
	r.rule.When = &lang.Paren{X: c.expr}
	return r
}

// From takes only files of a pool.
func (r Rule) From(pool string) Rule {
	r.set(lang.ClauseFrom)
	r.rule.From = r.name(pool, "the pool")
	return r
}

// To is the pool that files go to.
func (r Rule) To(pool string) Rule {
	r.set(lang.ClauseTo)
	r.rule.To = r.name(pool, "the pool")
	return r
}

// Threshold runs the rule when the pool is high percent full, and takes files until it is low percent full. With an
// external pool, files between low and premigrate are copied and keep their space: Threshold(90, 80, 70).
func (r Rule) Threshold(high, low float64, premigrate ...float64) Rule {
	r.set(lang.ClauseThreshold)
	if r.rule.Kind == lang.ExternalList {
		r.fail("an EXTERNAL LIST names a resource class: Resource")
	}
	if len(premigrate) > 1 {
		r.fail("THRESHOLD has at most three numbers")
	}
	t := &lang.Threshold{}
	for _, n := range append([]float64{high, low}, premigrate...) {
		t.Args = append(t.Args, r.percent(n, "THRESHOLD"))
	}
	r.rule.Threshold = t
	return r
}

// Resource says what the thresholds of the list's rules refer to: "FILESET_QUOTAS", "USER_QUOTA_SOFT" …
func (r Rule) Resource(class string) Rule {
	r.set(lang.ClauseThreshold)
	if r.rule.Kind != lang.ExternalList {
		r.fail("only an EXTERNAL LIST has a resource class")
	}
	r.rule.Threshold = &lang.Threshold{Class: r.name(class, "the resource class")}
	return r
}

func (r *Rule) percent(n float64, what string) lang.Expr {
	if n < 0 || n > 100 || n != n {
		r.fail("%s is a percentage, not %v", what, n)
	}
	return r.expr(number(n), what)
}

func (r *Rule) expr(v Value, what string) lang.Expr {
	if v.err != nil || v.expr == nil {
		r.fail("%s: %w", what, v.problem())
		return nil
	}
	return v.expr
}

// Weight orders the files: the largest weight comes first.
func (r Rule) Weight(v Valued) Rule {
	r.set(lang.ClauseWeight)
	r.rule.Weight = r.expr(v.Value(), "WEIGHT")
	return r
}

// Limit keeps the target pool below a percentage; a placement rule is passed over when its pool is fuller.
func (r Rule) Limit(percent float64) Rule {
	r.set(lang.ClauseLimit)
	r.rule.Limit = r.percent(percent, "LIMIT")
	return r
}

// Then adds a pool to a group, the faster before the slower. A limit is how full it may become, in percent.
func (r Rule) Then(pool string, limit ...float64) Rule {
	if r.rule.Kind != lang.GroupPool {
		r.fail("only a GROUP POOL has members")
	}
	m := lang.Member{Pool: r.name(pool, "the pool")}
	switch len(limit) {
	case 0:
	case 1:
		m.Limit = r.percent(limit[0], "LIMIT")
	default:
		r.fail("a pool has one limit")
	}
	r.rule.Members = append(r.rule.Members[:len(r.rule.Members):len(r.rule.Members)], m)
	return r
}

// Replicas is how many copies of the data files get, 1 to 3.
func (r Rule) Replicas(n int) Rule {
	r.set(lang.ClauseReplicate)
	if n < 1 || n > 3 {
		r.fail("a file has 1 to 3 replicas, not %d", n)
	}
	r.rule.Replicate = integer(int64(n)).expr
	return r
}

// Compress compresses files: "z", "lz4", "zfast", "alphae", "alphah"; "no" takes compression off.
func (r Rule) Compress(kind string) Rule {
	r.set(lang.ClauseCompress)
	switch strings.ToLower(kind) {
	case "yes", "no", "z", "lz4", "zfast", "alphae", "alphah":
	default:
		r.fail("%q is no kind of compression: z, lz4, zfast, alphae, alphah, no", kind)
	}
	r.rule.Compress = &lang.Name{Value: kind}
	return r
}

// ForFilesets takes only files of these filesets. Without any, the clause goes.
func (r Rule) ForFilesets(filesets ...string) Rule {
	r.set(lang.ClauseFileset)
	r.rule.Filesets = nil
	if len(filesets) > 0 {
		r.rule.Filesets = r.names(filesets, "a fileset")
	}
	return r
}

// Directories takes directories, links and other objects too, not only regular files.
func (r Rule) Directories() Rule {
	r.set(lang.ClauseDirectoriesPlus)
	r.rule.DirectoriesPlus = true
	return r
}

// KeepOff keeps files off the list instead of putting them on it.
func (r Rule) KeepOff() Rule {
	r.set(lang.ClauseExclude)
	r.rule.ExcludeFromList = true
	return r
}

// Show writes values beside the path into the list, one blank between them. A Go string is written as it is.
func (r Rule) Show(parts ...any) Rule {
	r.set(lang.ClauseShow)
	var out lang.Expr
	add := func(x lang.Expr) {
		if out == nil {
			out = x
		} else {
			out = &lang.Binary{Op: "||", X: out, Y: x}
		}
	}
	for i, p := range parts {
		switch p := p.(type) {
		case string:
			if !lang.Quotable(p) {
				r.fail("SHOW: %w", errZero)
			}
			add(&lang.StringLit{Value: p})
			continue
		case Valued:
			if i > 0 {
				if _, glue := parts[i-1].(string); !glue {
					add(&lang.StringLit{Value: " "})
				}
			}
			x := r.expr(p.Value(), "SHOW")
			if x == nil {
				return r
			}
			add(call("VARCHAR", x))
		default:
			r.fail("SHOW writes attributes, values and strings, not %T", p)
			return r
		}
	}
	if out == nil {
		r.fail("SHOW of nothing")
		return r
	}
	r.rule.Show = &lang.Show{Expr: out}
	return r
}

// Counts says what a file counts for thresholds, limits and batches, in KB, instead of its space on disk.
func (r Rule) Counts(v Valued) Rule {
	r.set(lang.ClauseSize)
	r.rule.Size = r.expr(v.Value(), "SIZE")
	return r
}

// BatchKB is how many KB of files one call of the script gets at most.
func (r Rule) BatchKB(kb int64) Rule {
	r.set(lang.ClauseSize)
	if k := r.rule.Kind; k != lang.ExternalPool && k != lang.ExternalList {
		r.fail("only scripts get batches")
	}
	if kb < 1 {
		r.fail("a batch has at least 1 KB, not %d", kb)
	}
	r.rule.Size = integer(kb).expr
	return r
}

// Action is something done to every file that the rule takes, such as SETXATTR('user.a','b').
func (r Rule) Action(v Valued) Rule {
	r.set(lang.ClauseAction)
	r.rule.Action = r.expr(v.Value(), "ACTION")
	return r
}

// Where takes only files for which all criteria hold, in the place of those that the rule had. Without any, the clause
// goes.
func (r Rule) Where(criteria ...Criterion) Rule {
	r.set(lang.ClauseWhere)
	r.rule.Where = nil
	if len(criteria) == 0 {
		return r
	}
	c := And(criteria...)
	if c.err != nil {
		r.fail("WHERE: %w", c.err)
		return r
	}
	r.rule.Where = c.expr
	return r
}

// AndWhere adds criteria to those that the rule has.
func (r Rule) AndWhere(criteria ...Criterion) Rule {
	if r.rule.Where != nil {
		criteria = append([]Criterion{{expr: r.rule.Where}}, criteria...)
	}
	return r.Where(criteria...)
}

// Options is the text that the script gets as its third argument.
func (r Rule) Options(text string) Rule {
	r.set(lang.ClauseOpts)
	r.rule.Opts = r.text(text, "OPTS")
	return r
}

// Escape writes names in lists as %XX, all but letters, digits, - _ . ~ and the characters given. Escape("/") makes lists
// that can be read back whatever the names are.
func (r Rule) Escape(except string) Rule {
	r.set(lang.ClauseEscape)
	r.rule.Escape = r.text("%"+except, "ESCAPE")
	return r
}

// CombinedWith and WrappedWith are the other parameters of an encryption specification.
func (r Rule) CombinedWith(how string) Rule {
	r.encryption()
	r.rule.Combine = r.text(how, "COMBINE")
	return r
}

// WrappedWith is how file keys are wrapped.
func (r Rule) WrappedWith(how string) Rule {
	r.encryption()
	r.rule.Wrap = r.text(how, "WRAP")
	return r
}

func (r *Rule) encryption() {
	if r.rule.Kind != lang.Encryption {
		r.fail("only ENCRYPTION has keys that are combined and wrapped")
	}
}

// Name is the name of the rule, "" when it has none.
func (r Rule) Name() string { return r.rule.Name.Text() }

// Kind is what the rule does, as the language writes it: "MIGRATE".
func (r Rule) Kind() string { return r.rule.Kind.String() }

// Text is the rule as policy text in one line, its clauses in the documented order; or what is wrong with it.
func (r Rule) Text() (string, error) { return r.print(&lang.Printer{}) }

// String is the rule as policy text, or what is wrong with it.
func (r Rule) String() string { return show(r.Text()) }

func (r Rule) print(p *lang.Printer) (string, error) {
	if err := r.problem(); err != nil {
		if r.Name() == "" && r.rule.Kind != 0 {
			return "", fmt.Errorf("a rule with %s: %w", r.rule.Kind, err)
		}
		return "", fmt.Errorf("rule %q: %w", r.Name(), err)
	}
	return p.Layout(&r.rule, 100), nil
}

func (r Rule) problem() error {
	switch {
	case r.err != nil:
		return r.err
	case r.rule.Kind == 0:
		return errors.New("an empty rule: make one with Migrate, List, SetPool …")
	case r.rule.Kind == lang.GroupPool && len(r.rule.Members) == 0:
		return errors.New("a GROUP POOL needs pools: Then(pool)")
	case r.rule.Kind == lang.Migrate && r.rule.To == nil && r.rule.Compress == nil && r.rule.Replicate == nil:
		return errors.New("MIGRATE needs To, Compress or Replicas")
	}
	return nil
}
