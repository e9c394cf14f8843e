package lang

import (
	"strconv"
	"strings"
)

// Kind is what a rule does.
type Kind int

// The kinds of rules.
const (
	SetPool Kind = iota + 1
	SetSnapPool
	GroupPool
	Migrate
	Delete
	Exclude
	List
	Restore
	ExternalPool
	ExternalList
	Encryption
	SetEncryption
	ChangeEncryptionKeys
)

var kindNames = map[Kind]string{
	SetPool: "SET POOL", SetSnapPool: "SET SNAP_POOL", GroupPool: "GROUP POOL", Migrate: "MIGRATE", Delete: "DELETE", Exclude: "EXCLUDE",
	List: "LIST", Restore: "RESTORE", ExternalPool: "EXTERNAL POOL", ExternalList: "EXTERNAL LIST", Encryption: "ENCRYPTION",
	SetEncryption: "SET ENCRYPTION", ChangeEncryptionKeys: "CHANGE ENCRYPTION KEYS",
}

// String is the verb of the rule as the language writes it.
func (k Kind) String() string { return kindNames[k] }

// Moves says whether the rule decides over a file's data: of MIGRATE, DELETE and EXCLUDE the first that matches holds.
func (k Kind) Moves() bool { return k == Migrate || k == Delete || k == Exclude }

// Placement says whether the rule acts when a file is created.
func (k Kind) Placement() bool { return k == SetPool || k == SetSnapPool }

// Clause is one part of a rule, as a word of the language.
type Clause int

// The clauses, in the order in which rules are printed.
const (
	ClauseWhen Clause = iota + 1
	ClauseVerb
	ClauseExclude
	ClauseDirectoriesPlus
	ClauseCompress
	ClauseFrom
	ClauseThreshold
	ClauseWeight
	ClauseTo
	ClauseLimit
	ClauseReplicate
	ClauseFileset
	ClauseShow
	ClauseSize
	ClauseAction
	ClauseWhere
	ClauseExec
	ClauseOpts
	ClauseEscape
)

var clauseNames = map[Clause]string{
	ClauseWhen: "WHEN", ClauseVerb: "verb", ClauseExclude: "EXCLUDE", ClauseDirectoriesPlus: "DIRECTORIES_PLUS", ClauseCompress: "COMPRESS",
	ClauseFrom: "FROM POOL", ClauseThreshold: "THRESHOLD", ClauseWeight: "WEIGHT", ClauseTo: "TO POOL", ClauseLimit: "LIMIT",
	ClauseReplicate: "REPLICATE", ClauseFileset: "FOR FILESET", ClauseShow: "SHOW", ClauseSize: "SIZE", ClauseAction: "ACTION",
	ClauseWhere: "WHERE", ClauseExec: "EXEC", ClauseOpts: "OPTS", ClauseEscape: "ESCAPE",
}

// String is the keyword that begins the clause.
func (c Clause) String() string { return clauseNames[c] }

// Clauses are the clauses that a rule of a kind may have, in the documented order. The verb itself is among them.
func (k Kind) Clauses() []Clause {
	switch k {
	case SetPool, SetSnapPool:
		return []Clause{ClauseVerb, ClauseLimit, ClauseReplicate, ClauseFileset, ClauseAction, ClauseWhere}
	case Migrate:
		return []Clause{ClauseWhen, ClauseVerb, ClauseCompress, ClauseFrom, ClauseThreshold, ClauseWeight, ClauseTo, ClauseLimit,
			ClauseReplicate, ClauseFileset, ClauseShow, ClauseSize, ClauseAction, ClauseWhere}
	case Delete:
		return []Clause{ClauseWhen, ClauseVerb, ClauseDirectoriesPlus, ClauseFrom, ClauseThreshold, ClauseWeight, ClauseFileset,
			ClauseShow, ClauseSize, ClauseAction, ClauseWhere}
	case Exclude:
		return []Clause{ClauseWhen, ClauseVerb, ClauseDirectoriesPlus, ClauseFrom, ClauseFileset, ClauseAction, ClauseWhere}
	case List:
		return []Clause{ClauseWhen, ClauseVerb, ClauseExclude, ClauseDirectoriesPlus, ClauseFrom, ClauseThreshold, ClauseWeight,
			ClauseFileset, ClauseShow, ClauseSize, ClauseAction, ClauseWhere}
	case Restore:
		return []Clause{ClauseVerb, ClauseTo, ClauseLimit, ClauseReplicate, ClauseFileset, ClauseAction, ClauseWhere}
	case ExternalPool:
		return []Clause{ClauseVerb, ClauseExec, ClauseOpts, ClauseEscape, ClauseSize}
	case ExternalList:
		return []Clause{ClauseVerb, ClauseExec, ClauseOpts, ClauseThreshold, ClauseEscape, ClauseSize}
	case SetEncryption:
		return []Clause{ClauseVerb, ClauseFileset, ClauseWhere}
	case ChangeEncryptionKeys:
		return []Clause{ClauseVerb, ClauseFrom, ClauseFileset, ClauseShow, ClauseWhere}
	}
	return []Clause{ClauseVerb}
}

func (k Kind) allows(c Clause) bool {
	for _, a := range k.Clauses() {
		if a == c {
			return true
		}
	}
	return false
}

// Name is the name of a rule, pool, list, fileset, encryption specification or key, or another literal text.
type Name struct {
	Value string
	Span  Span
}

// Text is the value, "" of a nil name.
func (n *Name) Text() string {
	if n == nil {
		return ""
	}
	return n.Value
}

// Rule is one rule. A clause that the rule does not have is nil.
type Rule struct {
	Kind Kind
	// Name is nil when the rule has none.
	Name *Name
	// Object is what the verb is about: the pool of SET POOL, GROUP POOL and EXTERNAL POOL, the list of LIST and EXTERNAL
	// LIST, the specification of ENCRYPTION.
	Object *Name

	When            Expr
	ExcludeFromList bool // LIST 'x' EXCLUDE, SET ENCRYPTION EXCLUDE
	DirectoriesPlus bool
	Compress        *Name
	From            *Name
	Threshold       *Threshold
	Weight          Expr
	To              *Name
	Limit           Expr
	Replicate       Expr
	Filesets        []*Name
	Show            *Show
	Size            Expr
	Action          Expr
	Where           Expr

	Exec, Opts, Escape *Name

	// Members are the pools of a GROUP POOL, the fastest first.
	Members []Member

	Algo, Combine, Wrap *Name
	Keys                []*Name // ENCRYPTION … KEYS(…)
	Specs               []*Name // SET ENCRYPTION 'a','b'
	FromKey, ToKey      *Name   // CHANGE ENCRYPTION KEYS FROM … TO …

	// Span is the rule in the expanded text, Parts are its clauses in the order in which they are written.
	Span  Span
	Parts []Part
}

// Part is where a clause stands in the expanded text.
type Part struct {
	Clause Clause
	Span   Span
}

// Part finds a clause of the rule.
func (r *Rule) Part(c Clause) (Part, bool) {
	for _, p := range r.Parts {
		if p.Clause == c {
			return p, true
		}
	}
	return Part{}, false
}

// Threshold is THRESHOLD(high[,low[,premigrate]]), or the resource class of an external list.
type Threshold struct {
	Args []Expr
	// Class is set for EXTERNAL LIST … THRESHOLD 'FILESET_QUOTAS'.
	Class *Name
}

// Show is SHOW(['text'] expression).
type Show struct {
	Prefix *Name
	Expr   Expr
}

// Member is one pool of a group pool. Limit is nil when none is written.
type Member struct {
	Pool  *Name
	Limit Expr
}

// Expr is an expression. The kinds are StringLit, NumberLit, BoolLit, NullLit, Attr, Call, Unary, Binary, Like, In,
// Between, IsNull, Case, Interval, Qualified and Paren.
type Expr interface {
	// Span is the expression in the expanded text.
	Bounds() Span
}

// StringLit is a text in quotes; Value is without them.
type StringLit struct {
	Value string
	Span  Span
}

// NumberLit is a number as it was written.
type NumberLit struct {
	Text string
	Span Span
}

// BoolLit is TRUE or FALSE.
type BoolLit struct {
	Value bool
	Span  Span
}

// NullLit is NULL.
type NullLit struct {
	Span Span
}

// Attr is a bare word: an attribute of a file, a constant such as CURRENT_TIMESTAMP, or a word that nobody knows.
type Attr struct {
	Name string
	Span Span
}

// CallExpr is a function call.
type CallExpr struct {
	Func string
	Args []Expr
	Span Span
}

// Unary is NOT x, -x or +x.
type Unary struct {
	Op   string
	X    Expr
	Span Span
}

// Binary is x Op y; Op is one of OR AND = == != <> < > <= >= || + - * / % **.
type Binary struct {
	Op   string
	X, Y Expr
	Span Span
}

// Like is x [NOT] LIKE pattern [ESCAPE character].
type Like struct {
	Not                bool
	X, Pattern, Escape Expr
	Span               Span
}

// In is x [NOT] IN (list).
type In struct {
	Not  bool
	X    Expr
	List []Expr
	Span Span
}

// Between is x [NOT] BETWEEN low AND high.
type Between struct {
	Not          bool
	X, Low, High Expr
	Span         Span
}

// IsNull is x IS [NOT] NULL.
type IsNull struct {
	Not  bool
	X    Expr
	Span Span
}

// When is one branch of a CASE.
type When struct {
	Cond, Then Expr
}

// Case is CASE [operand] WHEN … THEN … [ELSE …] END.
type Case struct {
	Operand Expr
	Whens   []When
	Else    Expr
	Span    Span
}

// Interval is INTERVAL '7' DAYS.
type Interval struct {
	Value Expr
	Unit  string
	Span  Span
}

// Qualified turns an interval into a number: (a - b) SECONDS(12,6).
type Qualified struct {
	X      Expr
	Unit   string
	Params []string
	Span   Span
}

// Paren is an expression in parentheses.
type Paren struct {
	X    Expr
	Span Span
}

// Bounds is the expression in the expanded text.
func (e *StringLit) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *NumberLit) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *BoolLit) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *NullLit) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *Attr) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *CallExpr) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *Unary) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *Binary) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *Like) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *In) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *Between) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *IsNull) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *Case) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *Interval) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *Qualified) Bounds() Span { return e.Span }

// Bounds is the expression in the expanded text.
func (e *Paren) Bounds() Span { return e.Span }

// Strip removes parentheses around an expression.
func Strip(e Expr) Expr {
	for {
		p, ok := e.(*Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}

// Children are the direct parts of an expression, in the order in which they are written.
func Children(e Expr) []Expr {
	var out []Expr
	add := func(es ...Expr) {
		for _, e := range es {
			if e != nil {
				out = append(out, e)
			}
		}
	}
	switch e := e.(type) {
	case *CallExpr:
		add(e.Args...)
	case *Unary:
		add(e.X)
	case *Binary:
		add(e.X, e.Y)
	case *Like:
		add(e.X, e.Pattern, e.Escape)
	case *In:
		add(e.X)
		add(e.List...)
	case *Between:
		add(e.X, e.Low, e.High)
	case *IsNull:
		add(e.X)
	case *Case:
		add(e.Operand)
		for _, w := range e.Whens {
			add(w.Cond, w.Then)
		}
		add(e.Else)
	case *Interval:
		add(e.Value)
	case *Qualified:
		add(e.X)
	case *Paren:
		add(e.X)
	}
	return out
}

// Walk calls f for an expression and all its parts; where f says false, the parts are left out.
func Walk(e Expr, f func(Expr) bool) {
	if e == nil || !f(e) {
		return
	}
	for _, c := range Children(e) {
		Walk(c, f)
	}
}

// Exprs are the expressions of a rule with the clauses they stand in, in printing order.
func (r *Rule) Exprs() []RuleExpr {
	var out []RuleExpr
	add := func(c Clause, es ...Expr) {
		for _, e := range es {
			if e != nil {
				out = append(out, RuleExpr{c, e})
			}
		}
	}
	add(ClauseWhen, r.When)
	if r.Threshold != nil {
		add(ClauseThreshold, r.Threshold.Args...)
	}
	add(ClauseWeight, r.Weight)
	add(ClauseLimit, r.Limit)
	for _, m := range r.Members {
		add(ClauseLimit, m.Limit)
	}
	add(ClauseReplicate, r.Replicate)
	if r.Show != nil {
		add(ClauseShow, r.Show.Expr)
	}
	add(ClauseSize, r.Size)
	add(ClauseAction, r.Action)
	add(ClauseWhere, r.Where)
	return out
}

// RuleExpr is an expression of a rule and the clause it stands in.
type RuleExpr struct {
	Clause Clause
	Expr   Expr
}

// Int says whether the number is written as an integer.
func (e *NumberLit) Int() bool { return !strings.ContainsAny(e.Text, ".eE") }

// Float is the value.
func (e *NumberLit) Float() float64 {
	f, _ := strconv.ParseFloat(e.Text, 64)
	return f
}
