package filelist

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkJobs reports the speed of single jobs in bytes of list; bench.sh compares them with other programs.
func BenchmarkJobs(b *testing.B) {
	list := entries(60, 50_000)
	data := listOf(list)
	path := filepath.Join(b.TempDir(), "list")
	require.NoError(b, os.WriteFile(path, data, 0o600))
	all := Lists(path).Show(entryLayout).Escaped(EscapePercent).Resolve(noNames())
	for _, job := range []Job{
		{Name: "count"},
		{Name: "users", By: []Attr{User}, Do: []Agg{CountFiles(), Sum(Size)}},
		{Name: "top", Do: []Agg{Top(100, Size)}},
		{Name: "histogram", By: []Attr{SizeClass(Size)}},
		{Name: "extensions", By: []Attr{Ext}, Do: []Agg{Sum(Size)}},
		{Name: "owner and age", By: []Attr{User, AgeClass(Modify)}, Do: []Agg{Sum(Size)}},
		{Name: "directories", By: []Attr{Dir(3)}, Do: []Agg{Sum(Size)}},
		{Name: "quantiles", By: []Attr{PoolName}, Do: []Agg{Quantiles(Size)}},
		{Name: "distinct", Do: []Agg{Distinct(Name)}},
		{Name: "filter", Where: []string{`Size > 1*MiB && Age(Modify) > 90*Day && Like(Name, "*.tmp")`}},
	} {
		b.Run(job.Name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				r, err := all.Run(b.Context(), job)
				if err != nil || r.Report.Read != int64(len(list)) {
					b.Fatal(r, err)
				}
			}
			b.ReportMetric(float64(len(list)*b.N)/b.Elapsed().Seconds()/1e6, "Mrecords/s")
		})
	}
	b.Run("batches", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			n := 0
			_, err := all.Attrs(Path, Size, UserID).Batches(b.Context(), func(files []File) error { n += len(files); return nil })
			if err != nil || n != len(list) {
				b.Fatal(fmt.Sprint(n), err)
			}
		}
	})
}
