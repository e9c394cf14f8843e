package docs

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp"
	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// rehearsing is a session at the prompt on the demo cluster, in a dry run.
func rehearsing(t *testing.T) *interp.Session {
	t.Helper()
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	plan := new(mmexec.Plan)
	plan.SetEnabled(true)
	ex := mmexec.Wrap(sim, mmexec.DryRun(plan))
	now := mmsim.DemoState().Now
	c, err := model.Connect(t.Context(), ex, model.InZone(now.Location()), model.WithClock(func() time.Time { return now }))
	require.NoError(t, err)
	s, err := interp.New(interp.Options{
		Script:      script.NewSession(script.Options{Executor: ex, Cluster: c, Plan: plan, Rehearsal: true}),
		Filesystems: func() []string { return []string{"mmfs1", "mmfs2"} }, Stdout: io.Discard, Stderr: new(bytes.Buffer),
	})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

var (
	inBackticks = regexp.MustCompile("`([^`]+)`")
	// expression tells what is typed from a name that is only mentioned.
	expression = regexp.MustCompile(`^(Cluster\(\)|cluster\.|mmfs1\b|policy\.\w+\(|ListProcessing\(|MapReduce\(|Scan\(|\w+(, \w+)? := |_, err := |for |print\(|DryRun\()`)
	row        = regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]*) \| (.*) \|$`)
)

// table returns the rows of the page with a number in front, below a heading.
func table(t *testing.T, heading string) map[int][2]string {
	t.Helper()
	page, err := os.ReadFile("from-arcapix.md")
	require.NoError(t, err)
	_, text, ok := strings.Cut(string(page), "\n## "+heading+"\n")
	require.True(t, ok, "no heading %s", heading)
	text, _, _ = strings.Cut(text, "\n## ")
	rows := map[int][2]string{}
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[1])
		require.NoError(t, err)
		assert.NotContains(t, rows, n, "row %d is there twice", n)
		rows[n] = [2]string{m[2], strings.ReplaceAll(m[3], `\|`, "|")}
	}
	return rows
}

// TestArcapixFeatures: each of the 106 features has a line, which has an expression that works or says why there is none.
func TestArcapixFeatures(t *testing.T) {
	rows := table(t, "Features")
	for n := 1; n <= 106; n++ {
		r, ok := rows[n]
		if !assert.True(t, ok, "feature %d has no line", n) {
			continue
		}
		t.Run(fmt.Sprintf("%d %s", n, r[0]), func(t *testing.T) {
			snippets := inBackticks.FindAllStringSubmatch(r[1], -1)
			assert.True(t, strings.HasPrefix(r[1], "- ") || len(snippets) > 0, "neither an expression nor a reason")
			for _, m := range snippets {
				if !expression.MatchString(m[1]) {
					continue
				}
				out, err := rehearsing(t).Eval(context.Background(), interp.Source{Name: "page", Text: m[1]})
				if !assert.NoError(t, err, m[1]) || out == nil {
					continue
				}
				for _, v := range out.Values {
					if l, ok := v.(interface {
						Len(context.Context) (int, error)
					}); ok {
						_, err := l.Len(context.Background())
						assert.NoError(t, err, m[1])
					}
				}
			}
		})
	}
}

// TestArcapixScenarios: each scenario has its script, and each script that the page names is there.
func TestArcapixScenarios(t *testing.T) {
	rows := table(t, "Scenarios")
	for n := 1; n <= 37; n++ {
		r, ok := rows[n]
		if !assert.True(t, ok, "scenario %d has no line", n) {
			continue
		}
		names := inBackticks.FindAllStringSubmatch(r[1], -1)
		assert.NotEmpty(t, names, "scenario %d has no script", n)
		for _, m := range names {
			assert.FileExists(t, filepath.Join("..", "scripts", m[1]), "scenario %d", n)
		}
	}
}
