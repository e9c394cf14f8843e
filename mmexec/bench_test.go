package mmexec

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// quotaReply makes an mmrepquota reply of n rows that look like those of a real site: long names, large numbers, some
// values that are percent-encoded.
func quotaReply(n int) []byte {
	var b bytes.Buffer
	b.WriteString("*** Report for USR GRP FILESET quotas on mmfs1\n" +
		"mmrepquota::HEADER:version:reserved:reserved:filesystemName:quotaType:id:name:blockUsage:blockQuota:blockLimit:blockInDoubt:blockGrace:" +
		"filesUsage:filesQuota:filesLimit:filesInDoubt:filesGrace:remarks:quota:defQuota:fid:filesetname:\n")
	for i := range n {
		kind := [3]string{"USR", "GRP", "FILESET"}[i%3]
		name := "user" + strconv.Itoa(i%50_000)
		if i%10 == 0 {
			name = "DOM%3A" + name
		}
		fmt.Fprintf(&b, "mmrepquota::0:1:::mmfs1:%s:%d:%s:%d:4294967296:5368709120:%d:none:%d:5000000:20000000:0:none:e:on:off:%d:project-%d:\n",
			kind, 20_000+i, name, i*977%5_000_000_000, i%400_000, i*31%20_000_000, i%1000, i%1000)
	}
	return b.Bytes()
}

const quotaRows = 1_000_000

// BenchmarkDecode reads a reply of a million quotas. Compare with testdata/decode.py on the same bytes, which
// TestWriteQuotaReply writes.
func BenchmarkDecode(b *testing.B) {
	data := quotaReply(quotaRows)
	perRow := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/quotaRows, "ns/row")
	}
	check := func(b *testing.B, rows int, usage uint64) {
		if rows != quotaRows || usage == 0 {
			b.Fatal(rows, usage)
		}
	}
	b.Run("stream, three values", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			d := NewDecoder(bytes.NewReader(data), Command{})
			rows, usage := 0, uint64(0)
			for {
				row, err := d.Next()
				if err != nil {
					break
				}
				n, _ := strconv.ParseUint(row.Get("blockUsage"), 10, 64)
				usage += n + uint64(len(row.Get("name"))) + uint64(len(row.Get("quotaType")))
				rows++
			}
			check(b, rows, usage)
		}
		perRow(b)
	})
	b.Run("stream, every value", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			d := NewDecoder(bytes.NewReader(data), Command{})
			rows, length := 0, uint64(0)
			for {
				row, err := d.Next()
				if err != nil {
					break
				}
				for _, v := range row.All() {
					length += uint64(len(v))
				}
				rows++
			}
			check(b, rows, length)
		}
		perRow(b)
	})
	b.Run("hold all rows", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			reply, err := Decode(data, Command{})
			if err != nil {
				b.Fatal(err)
			}
			check(b, len(reply.Rows), 1)
		}
		perRow(b)
	})
}

// TestDecodeAllocations holds the decoder to what makes it fit for large replies: memory by the piece, not by the row.
func TestDecodeAllocations(t *testing.T) {
	const rows = 20_000
	data := quotaReply(rows)
	allocs := testing.AllocsPerRun(3, func() {
		d := NewDecoder(bytes.NewReader(data), Command{})
		for {
			row, err := d.Next()
			if err != nil {
				return
			}
			for range row.All() {
			}
		}
	})
	// One row in ten has an encoded value, which is decoded into memory of its own.
	if perRow := (allocs - rows/10) / rows; perRow > 0.01 {
		t.Errorf("%.3f allocations per row beside decoded values", perRow)
	}
}

// TestWriteQuotaReply writes the reply that the benchmark reads to the file named by GPFSH_QUOTA_REPLY, for
// testdata/decode.py.
func TestWriteQuotaReply(t *testing.T) {
	path := os.Getenv("GPFSH_QUOTA_REPLY")
	if path == "" {
		t.Skip("GPFSH_QUOTA_REPLY is not set: the reply of the benchmark is not written")
	}
	if err := os.WriteFile(path, quotaReply(quotaRows), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStreamOfManyRows(t *testing.T) {
	const rows = 50_000
	data := string(quotaReply(rows))
	n := 0
	for row, err := range Stream(context.Background(), answers(data, "", 0), Command{Name: "mmrepquota", Args: []string{"-Y", "-n", "mmfs1"}}) {
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(row.Get("name"), "user"+strconv.Itoa(n%50_000)) {
			t.Fatalf("row %d: %q", n, row.Raw())
		}
		n++
	}
	if n != rows {
		t.Fatal(n)
	}
}
