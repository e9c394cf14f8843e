package lang

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// realPolicy is a policy of a site or a manual, and what reading it must give.
type realPolicy struct {
	name, text, expect string
	rules              int
}

// realPolicies reads the folder that GPFSH_POLICIES names, or the one beside the captured output.
func realPolicies(t *testing.T) []realPolicy {
	t.Helper()
	dir := os.Getenv("GPFSH_POLICIES")
	if captures := os.Getenv("GPFSH_CAPTURES"); dir == "" && captures != "" {
		dir = filepath.Join(captures, "..", "policies")
	}
	if dir == "" {
		t.Skip("neither GPFSH_POLICIES nor GPFSH_CAPTURES is set: the real policies are not available")
	}
	index, err := os.ReadFile(filepath.Join(dir, "INDEX.tsv"))
	if os.IsNotExist(err) {
		t.Skipf("%s has no INDEX.tsv: the real policies are not available", dir)
	}
	require.NoError(t, err)
	var out []realPolicy
	for _, line := range strings.Split(strings.TrimSpace(string(index)), "\n")[1:] {
		f := strings.Split(line, "\t")
		require.GreaterOrEqual(t, len(f), 6, line)
		text, err := os.ReadFile(filepath.Join(dir, f[0]))
		require.NoError(t, err)
		p := realPolicy{name: f[0], text: string(text), expect: f[4]}
		p.rules, _ = strconv.Atoi(f[5])
		out = append(out, p)
	}
	require.NotEmpty(t, out)
	return out
}

// sameTree compares syntax trees without positions, without the order of clauses and without regard to letter case.
var sameTree = cmp.Options{
	cmpopts.IgnoreTypes(Span{}, []Part{}),
	cmpopts.EquateEmpty(),
	cmp.FilterPath(func(p cmp.Path) bool {
		s := p.Last().String()
		return s == ".Func" || s == ".Name" && p.Index(-2).Type().Name() == "Attr"
	}, cmp.Comparer(strings.EqualFold)),
}

func TestRealPolicies(t *testing.T) {
	for _, p := range realPolicies(t) {
		t.Run(p.name, func(t *testing.T) {
			src := Source{Name: p.name, Text: p.text}
			pol := Parse(src, Options{})
			if p.expect == "reject" {
				require.Error(t, pol.Err())
				return
			}
			require.NoError(t, pol.Err())
			require.Len(t, pol.Rules, p.rules)

			// Printing and reading again gives the same rules, in one line and in many.
			for _, printer := range []*Printer{{}, {Multiline: true}} {
				var text strings.Builder
				for _, r := range pol.Rules {
					text.WriteString(printer.Rule(r) + "\n")
				}
				again := Parse(Source{Text: text.String()}, Options{})
				require.NoError(t, again.Err(), text.String())
				if d := cmp.Diff(pol.Rules, again.Rules, sameTree); d != "" {
					t.Fatalf("read %s\nprinted and read again differs: %s", text.String(), d)
				}
			}

			// A document keeps every byte.
			d, err := Load(src, Options{})
			require.NoError(t, err)
			assert.Equal(t, p.text, d.Text())
			end := 0
			own := 0
			for _, it := range d.Items() {
				require.GreaterOrEqual(t, it.Span.Start, end, "items overlap")
				require.Equal(t, it.Text, it.Span.In(p.text))
				between := p.text[end:it.Span.Start]
				require.Empty(t, strings.TrimSpace(between), "text that is no item")
				end = it.Span.End
				if it.Kind == RuleItem {
					own++
				}
			}
			assert.Equal(t, p.rules, own, "every rule of these policies stands in the text itself")
		})
	}
}

func TestRealPoliciesRejectedForTheRightReason(t *testing.T) {
	want := map[string]string{
		"gpfsug-list-group-pool-repack-typographic.pol": CodeTypographic,
		"ibmdoc-default-rule.pol":                       CodeTypographic,
		"ibmdoc-tips-del1.pol":                          CodeTypographic,
		"gpfsug-placement-1.pol":                        CodeBadCharacter,
		"gpfsug-list-oldstuff.pol":                      CodeSyntax,
		"ibm-noobaaGlacier-readme-fragment.pol":         CodeSyntax,
		"ibmdoc-encryption-is.pol":                      CodeSyntax,
		"ibmdoc-purge.pol":                              CodeSyntax,
	}
	seen := 0
	for _, p := range realPolicies(t) {
		if p.expect != "reject" {
			continue
		}
		code, ok := want[p.name]
		if !ok {
			t.Logf("%s is rejected, for a reason that this test does not know", p.name)
			continue
		}
		seen++
		for _, f := range Check(Source{Name: p.name, Text: p.text}, CheckOptions{}) {
			if f.Severity == Fatal {
				assert.Equal(t, code, f.Code, "%s: %s", p.name, f)
				assert.NotEmpty(t, f.Hint, "%s: %s", p.name, f)
				assert.Contains(t, p.text, f.Source, "%s: the line is shown as it was written", p.name)
			}
		}
	}
	assert.NotZero(t, seen)
}

// Changing one rule of a real policy leaves all other bytes as they were.
func TestRealPoliciesEditOneRule(t *testing.T) {
	for _, p := range realPolicies(t) {
		if p.expect != "ok" {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			load := func() *Document {
				d, err := Load(Source{Name: p.name, Text: p.text}, Options{})
				require.NoError(t, err)
				return d
			}
			for i, it := range load().Items() {
				if it.Kind != RuleItem {
					continue
				}
				d := load()
				require.NoError(t, d.Rename(i, "it's a [new] name"))
				assert.Equal(t, "it's a [new] name", d.Items()[i].Rule().Name.Text())
				assertOnlyChanged(t, p.text, d.Text(), it.Span)

				if it.Rule().Kind.allows(ClauseWhere) {
					d = load()
					require.NoError(t, d.SetClause(i, ClauseWhere, "WHERE NAME LIKE '%.bak'"))
					assert.Equal(t, "NAME LIKE '%.bak'", ExprString(d.Items()[i].Rule().Where))
					assertOnlyChanged(t, p.text, d.Text(), it.Span)
				}
				if len(d.Rules()) > 1 {
					d = load()
					require.NoError(t, d.Disable(i))
					require.Equal(t, DisabledItem, d.Items()[i].Kind)
					assert.Len(t, d.Rules(), p.rules-1)
					assertOnlyChanged(t, p.text, d.Text(), it.Span)
					require.NoError(t, d.Enable(i))
					assert.Equal(t, p.text, d.Text(), "enabling brings the same bytes back")
				}
			}
		})
	}
}

func assertOnlyChanged(t *testing.T, before, after string, span Span) {
	t.Helper()
	require.True(t, strings.HasPrefix(after, before[:span.Start]), "the bytes before the rule changed")
	require.True(t, strings.HasSuffix(after, before[span.End:]), "the bytes after the rule changed")
}

func TestRealPoliciesFormat(t *testing.T) {
	for _, p := range realPolicies(t) {
		if p.expect != "ok" {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			src := Source{Name: p.name, Text: p.text}
			once, err := Format(src, Options{})
			require.NoError(t, err)
			before, after := Parse(src, Options{}), Parse(Source{Text: once}, Options{})
			require.NoError(t, after.Err())
			if d := cmp.Diff(before.Rules, after.Rules, sameTree); d != "" {
				t.Fatalf("formatted:\n%s\nreads differently: %s", once, d)
			}
			twice, err := Format(Source{Text: once}, Options{})
			require.NoError(t, err)
			assert.Equal(t, once, twice, "formatting twice changes nothing more")
			assert.Equal(t, strings.Count(p.text, "/*"), strings.Count(once, "/*"), "no comment is lost")
		})
	}
}

// What the checker says about real policies is what their authors would want to hear, and no more.
func TestRealPoliciesCheck(t *testing.T) {
	type about struct{ name, code string }
	want := map[about]int{
		{"agents-reference-12-examples.pol", CodeUnreachable}:     2,
		{"arcapix-example.pol", CodeNoExternal}:                   1,
		{"gpfsug-actListPol.pol", CodePattern}:                    1,
		{"gpfsug-immutability-2.pol", CodeNoExternal}:             1,
		{"gpfsug-placement-3.pol", CodeNoDefault}:                 1,
		{"gpfsug-placement-5.pol", CodeNoDefault}:                 1,
		{"ibm-receiver-readme.pol", CodeExec}:                     1,
		{"ibm-sample-policies-list-byTapeID.pol", CodeNoExternal}: 1,
		{"ibmdoc-display-null.pol", CodeNoExternal}:               1,
		{"ibmdoc-escape-rules.pol", CodeExec}:                     2,
		{"ibmdoc-setxattr-action.pol", CodeNoDefault}:             1,
		{"redbook-example-4-40.pol", CodeUnknownName}:             1,
	}
	got := map[about]int{}
	for _, p := range realPolicies(t) {
		if p.expect != "ok" {
			continue
		}
		for _, f := range Check(Source{Name: p.name, Text: p.text}, CheckOptions{}) {
			if f.Severity >= Warning {
				got[about{p.name, f.Code}]++
			}
		}
	}
	assert.Empty(t, cmp.Diff(want, got))
}
