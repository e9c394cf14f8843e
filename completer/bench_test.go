package completer_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gpfsh/completer"
	"gpfsh/interp"
	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// BenchmarkKeys is what a key press waits for on a large cluster: completion of members, options and keys with 10,000
// filesets and 100,000 quotas, and an entry from its check to its end.
func BenchmarkKeys(b *testing.B) {
	st, err := mmsim.NewState(mmsim.Profile{Name: "small", Filesets: 10_000, QuotaUsers: 100_000})
	require.NoError(b, err)
	ex := mmexec.Wrap(mmsim.New(mmsim.WithState(st)), completer.Guard())
	cluster, err := model.Connect(context.Background(), ex)
	require.NoError(b, err)
	names, err := cluster.Filesystems.Names(context.Background())
	require.NoError(b, err)
	s, err := interp.New(interp.Options{
		Script: script.NewSession(script.Options{Executor: ex, Cluster: cluster}), Filesystems: func() []string { return names },
	})
	require.NoError(b, err)
	b.Cleanup(s.Close)
	_, err = s.Eval(context.Background(), interp.Source{Name: "prompt", Text: "fs := Filesystem(\"" + names[0] + "\")"})
	require.NoError(b, err)
	c := completer.New(s, completer.Options{Patience: time.Minute})
	c.Complete(`fs.Filesets["`, len(`fs.Filesets["`), true) // the first press learns the names

	for _, bm := range []struct{ name, src string }{
		{"members", `fs.Fil`}, {"keys", `fs.Filesets["fset`}, {"options", `fs.Change(Mou`}, {"condition", `fs.Filesets.Where("Ino`}, {"names", `Cl`}, {"values", `fs.Mount(On("nod`},
		{"quotas", `fs.Quotas["fileset/fs`}, {"present", `cluster.Config.Change(Settings{"pagep`}, {"mm line", `Mm("mmlsfileset mm`},
	} {
		b.Run(bm.name, func(b *testing.B) { measure(b, func() { c.Complete(bm.src, len(bm.src), false) }) })
	}
	b.Run("entry", func(b *testing.B) {
		measure(b, func() {
			_, err := s.Eval(context.Background(), interp.Source{Name: "prompt", Text: `len(fs.Name)`})
			require.NoError(b, err)
		})
	})
}

// measure reports how long f takes at the median and at the 99th percentile.
func measure(b *testing.B, f func()) {
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		f()
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}
