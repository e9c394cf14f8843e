package interp

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// handling is a demo cluster in memory that runs the handlers of gpfsh, with a session on it.
type handling struct {
	*Session
	t   *testing.T
	sim *mmsim.Cluster
	out *bytes.Buffer
	c   *model.Cluster
}

// runHandlers makes a simulated cluster run handlers in this process.
func runHandlers(ctx context.Context, h mmsim.HandlerRun) error {
	return RunHandler(ctx, HandlerRun{Store: h.Store, ID: h.ID, Args: h.Args, Executor: h.Cluster, Test: h.Test})
}

func newHandling(t *testing.T) *handling {
	t.Helper()
	sim := mmsim.New(mmsim.WithHandlers(runHandlers))
	t.Cleanup(func() { sim.Close() })
	return onHandling(t, sim)
}

// onHandling opens a session on a cluster.
func onHandling(t *testing.T, sim *mmsim.Cluster) *handling {
	t.Helper()
	plan := &mmexec.Plan{}
	ex := mmexec.Wrap(sim, mmexec.DryRun(plan))
	state, err := sim.State()
	require.NoError(t, err)
	c, err := model.Connect(t.Context(), ex, model.InZone(time.FixedZone(state.Zone.Name, state.Zone.Offset)), model.WithClock(func() time.Time { return state.Now }))
	require.NoError(t, err)
	var out bytes.Buffer
	s, err := New(Options{Script: script.NewSession(script.Options{Cluster: c, Executor: ex, Plan: plan}), Stdout: &out, Stderr: &out})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return &handling{s, t, sim, &out, c}
}

// do evaluates an entry.
func (h *handling) do(text string) {
	h.t.Helper()
	_, err := h.Eval(h.t.Context(), Source{Name: "prompt", Text: text})
	require.NoError(h.t, err, text)
}

// log is what a handler printed on all nodes, and what happened to it, without times.
func (h *handling) log(id string) string {
	h.t.Helper()
	h.sim.Settle()
	cb, err := h.c.Callbacks.WithHealth().Get(h.t.Context(), id)
	require.NoError(h.t, err)
	lines, err := cb.Log(h.t.Context())
	require.NoError(h.t, err)
	var b strings.Builder
	for _, l := range lines {
		node, _, _ := strings.Cut(l.Node, ".")
		_, text, _ := strings.Cut(l.Line, " ")
		b.WriteString(node + ": " + text + "\n")
	}
	return b.String()
}

// printed is what a handler printed.
func (h *handling) printed(id string) []string {
	h.t.Helper()
	var lines []string
	for line := range strings.Lines(h.log(id)) {
		if node, text, ok := strings.Cut(strings.TrimSpace(line), ": > "); ok {
			lines = append(lines, node+": "+text)
		}
	}
	return lines
}

// TestEveryEventReachesItsHandler registers a typed handler for each event of the table, which prints every field of the
// event, and raises the event with a value for each variable.
func TestEveryEventReachesItsHandler(t *testing.T) {
	for _, event := range mmexec.CallbackEvents() {
		if event.Name == "tiebreakerCheck" {
			continue
		}
		t.Run(event.Name, func(t *testing.T) {
			h := newHandling(t)
			field, typ := onField(t, event.Name)
			var prints []string
			var want []string
			var given []string
			for i, v := range event.Variables {
				if _, general := reflect.TypeFor[model.Event]().FieldByName(strings.ToUpper(v[:1]) + v[1:]); general {
					continue
				}
				variable, _ := mmexec.FindCallbackVariable(v)
				text, shown := sample(variable, i)
				given = append(given, v, text)
				name := strings.ToUpper(v[:1]) + v[1:]
				prints = append(prints, fmt.Sprintf("%q, e.%s", name+"=", name))
				want = append(want, name+"= "+shown)
			}
			h.do(fmt.Sprintf("Cluster().%s.New(CallbackID(\"watch\"), func(e %s) { print(%s) })", field, typ, strings.Join(append([]string{"e.EventName"}, prints...), ", ")))
			require.NoError(t, h.sim.Raise(event.Name, "", given...))
			assert.Contains(t, strings.Join(h.printed("watch"), "\n"), strings.Join(append([]string{event.Name}, want...), " "))
		})
	}
}

// onField finds the collection of an event and the type of its event.
func onField(t *testing.T, event string) (field, typ string) {
	t.Helper()
	events := reflect.TypeFor[model.ClusterEvents]()
	for i := range events.NumField() {
		f := events.Field(i)
		if strings.EqualFold(f.Name, "On"+event) || strings.EqualFold("Onmm"+f.Name[2:], "On"+event) {
			name := f.Type.Name()
			return f.Name, strings.TrimSuffix(name[strings.LastIndexByte(name, '.')+1:], "]")
		}
	}
	t.Fatalf("the cluster has no collection for %s", event)
	return "", ""
}

// sample is a value of a variable, and how it is printed when it has arrived.
func sample(v mmexec.CallbackVariable, n int) (given, shown string) {
	switch v.Kind {
	case mmexec.NodesVariable:
		return "node1.hpc.example.org,node2.hpc.example.org", "[node1.hpc.example.org node2.hpc.example.org]"
	case mmexec.KilobytesVariable, mmexec.KilobytesLimit:
		return "2048", "2 MiB"
	case mmexec.CountVariable, mmexec.CountLimit:
		return fmt.Sprint(100 + n), fmt.Sprint(100 + n)
	case mmexec.NumberVariable:
		return fmt.Sprint(n), fmt.Sprint(n)
	case mmexec.SecondsVariable:
		return "90", "1m30s"
	}
	return fmt.Sprintf("%s%d", v.Name, n), fmt.Sprintf("%s%d", v.Name, n)
}
