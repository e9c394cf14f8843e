package mmexec

import (
	"encoding/csv"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func decodeText(t *testing.T, text string) *Reply {
	t.Helper()
	reply, err := Decode([]byte(text), Command{Name: "mmtest"})
	require.NoError(t, err)
	return reply
}

func TestDecodeShapes(t *testing.T) {
	t.Run("flat rows", func(t *testing.T) {
		r := decodeText(t, ""+
			"mmlssnapshot::HEADER:version:reserved:reserved:filesystemName:directory:snapID:created:\n"+
			"mmlssnapshot::0:1:::mmfs1:nightly:7:Tue Dec  5 10%3A41%3A35 2023:\n"+
			"mmlssnapshot::0:1:::mmfs1:a%2Fb+c:8::\n")
		require.Len(t, r.Rows, 2)
		assert.Equal(t, "Tue Dec  5 10:41:35 2023", r.Rows[0].Get("created"))
		assert.Equal(t, "a/b+c", r.Rows[1].Get("DIRECTORY"), "+ is no blank, and letter case does not matter")
		assert.Equal(t, "", r.Rows[1].Get("created"))
		assert.Equal(t, "", r.Rows[0].Get("nosuch"))
		assert.True(t, r.Rows[0].Has("snapid"))
		assert.False(t, r.Rows[0].Has("nosuch"))
		assert.Equal(t, "mmlssnapshot", r.Rows[0].Command())
		want := []Field{{"filesystemName", "mmfs1"}, {"directory", "a/b+c"}, {"snapID", "8"}, {"created", ""}}
		assert.Empty(t, cmp.Diff(want, r.Rows[1].Fields()))
	})
	t.Run("one attribute per line", func(t *testing.T) {
		r := decodeText(t, ""+
			"mmlsfs::HEADER:version:reserved:reserved:deviceName:fieldName:data:remarks:\n"+
			"mmlsfs::0:1:::mmfs1:blockSize:4194304:system pool:\n"+
			"mmlsfs::0:1:::mmfs1:defaultMountPoint:%2Fgpfs%2Fmmfs1:\n") // 4.1 prints no remarks
		require.Len(t, r.Rows, 2)
		assert.Equal(t, "system pool", r.Rows[0].Get("remarks"))
		assert.Equal(t, "/gpfs/mmfs1", r.Rows[1].Get("data"))
		assert.Equal(t, "", r.Rows[1].Get("remarks"))
		assert.True(t, r.Rows[1].Has("remarks"), "a short row still has the columns of its header")
	})
	t.Run("sections, headers first and rows mixed", func(t *testing.T) {
		r := decodeText(t, ""+
			"mmdf:poolTotal:HEADER:version:reserved:reserved:poolName:poolSize:\n"+
			"mmdf:data:HEADER:version:reserved:reserved:totalData:\n"+
			"mmdf:metadata:HEADER:version:reserved:reserved:totalMetadata:\n"+
			"mmdf:poolTotal:0:1:::system:50:\n"+
			"mmdf:data:0:1:::51:\n"+
			"mmdf:poolTotal:0:1:::data:52:\n")
		assert.Equal(t, []string{"poolTotal", "data", "metadata"}, r.Sections())
		require.Len(t, r.Section("poolTotal"), 2)
		assert.Equal(t, "52", r.Section("pooltotal")[1].Get("poolSize"))
		assert.Empty(t, r.Section("metadata"))
		assert.Equal(t, []string{"totalMetadata"}, r.Columns("metadata"))
	})
}

func TestDecodeTraps(t *testing.T) {
	t.Run("repeated columns keep the first, reserved is skipped", func(t *testing.T) {
		r := decodeText(t, ""+
			"mmlsfileset::HEADER:version:reserved:reserved:id:reserved:afmIO:afmIO:last:\n"+
			"mmlsfileset::0:1:::1:secret:first:second:end:\n")
		row := r.Rows[0]
		assert.Equal(t, "first", row.Get("afmIO"))
		assert.Equal(t, "", row.Get("reserved"))
		assert.False(t, row.Has("reserved"))
		assert.Equal(t, []Field{{"id", "1"}, {"afmIO", "first"}, {"last", "end"}}, row.Fields())
		assert.Equal(t, []string{"1", "secret", "first", "second", "end"}, row.Values(), "nothing is lost")
	})
	t.Run("long rows keep their surplus", func(t *testing.T) {
		r := decodeText(t, ""+
			"mmlsfileset::HEADER:version:reserved:reserved:id:name:\n"+
			"mmlsfileset::0:1:::1:root:x%3Ay::z:\n")
		assert.Equal(t, []string{"x:y", "", "z"}, r.Rows[0].Surplus())
		assert.Equal(t, 5, r.Rows[0].Len())
		assert.Equal(t, "z", r.Rows[0].Value(4))
		assert.Equal(t, "", r.Rows[0].Value(9))
		assert.Equal(t, "", r.Rows[0].Value(-1))
	})
	t.Run("headers come again, sentences stand between", func(t *testing.T) {
		r := decodeText(t, ""+
			"*** Report for USR GRP FILESET quotas on mmfs1\n"+
			"mmrepquota::HEADER:version:reserved:reserved:filesystemName:quotaType:\n"+
			"mmrepquota::0:1:::mmfs1:USR:\n"+
			"*** Report for USR GRP FILESET quotas on mmfs2\n"+
			"mmrepquota::HEADER:version:reserved:reserved:quotaType:filesystemName:\n"+
			"mmrepquota::0:1:::GRP:mmfs2:\n")
		assert.Equal(t, "mmfs1", r.Rows[0].Get("filesystemName"))
		assert.Equal(t, "mmfs2", r.Rows[1].Get("filesystemName"), "the newer header counts for what follows it")
		assert.Len(t, r.Notes, 2)
	})
	t.Run("the prefix of mmaudit", func(t *testing.T) {
		r := decodeText(t, ""+
			"mmaudit::HEADER:version:RESERVED:RESERVED:complianceType:auditDeviceName:\n"+
			"mmaudit:::3::::ess:\n"+
			"mmaudit:::3:::noncompliant:scratch:\n")
		require.Len(t, r.Rows, 2)
		assert.Equal(t, "", r.Rows[0].Get("complianceType"))
		assert.Equal(t, "ess", r.Rows[0].Get("auditDeviceName"))
		assert.Equal(t, "scratch", r.Rows[1].Get("auditDeviceName"))
	})
	t.Run("blanks in and behind names, carriage returns", func(t *testing.T) {
		r := decodeText(t, ""+
			"mmlssnapshot::HEADER:version:reserved:reserved:fileset: snapType: \r\n"+
			"mmlssnapshot::0:1:::proj:snap: \r\n")
		assert.Equal(t, "snap", r.Rows[0].Get("snapType"))
		assert.Empty(t, r.Rows[0].Surplus())
	})
	t.Run("no trailing colon, no line end", func(t *testing.T) {
		r := decodeText(t, ""+
			"mmlsmgr:filesystemManager:HEADER:version:reserved:reserved:filesystem:manager\n"+
			"mmlsmgr:filesystemManager:0:1:::mmfs1:node 1")
		assert.Equal(t, "node 1", r.Rows[0].Get("manager"))
	})
	t.Run("rows without a header", func(t *testing.T) {
		r := decodeText(t, "mmlsmount::0:1:::mmfs1:mmfs1:cluster1:1:10.0.0.1:node1:cluster1:RW:\n")
		require.Len(t, r.Rows, 1)
		assert.Equal(t, "10.0.0.1", r.Rows[0].Value(4))
		assert.Len(t, r.Rows[0].Surplus(), 8)
		assert.Empty(t, r.Rows[0].Fields())
	})
	t.Run("messages of the command itself are no rows", func(t *testing.T) {
		r := decodeText(t, ""+
			"mmgetstate::HEADER:version:reserved:reserved:nodeName:state:\n"+
			"mmgetstate::0:1:::node1:active:\n"+
			"mmgetstate: The following nodes could not be reached:\n\nnode2\n")
		require.Len(t, r.Rows, 1)
		assert.Equal(t, []string{"mmgetstate: The following nodes could not be reached:", "node2"}, r.Notes)
	})
	t.Run("another command word than the one that was typed", func(t *testing.T) {
		r := decodeText(t, ""+
			"mmcesstate::HEADER:version:reserved:reserved:NODE:CES:\n"+
			"mmcesstate::0:1:::ces1:HEALTHY:\n")
		assert.Equal(t, "HEALTHY", r.Rows[0].Get("ces"))
		assert.Equal(t, "mmcesstate", r.Rows[0].Command())
	})
	t.Run("a header alone", func(t *testing.T) {
		r := decodeText(t, "mmlsquota:user:HEADER:version:reserved:reserved:filesystemName:\n")
		assert.Empty(t, r.Rows)
		assert.Equal(t, []string{"user"}, r.Sections())
	})
	t.Run("nothing at all", func(t *testing.T) {
		r := decodeText(t, "")
		assert.Empty(t, r.Rows)
		assert.Empty(t, r.Sections())
		assert.Equal(t, Row{}.Get("x"), "")
		assert.Nil(t, Row{}.Fields())
	})
}

func TestDecodeValue(t *testing.T) {
	for in, want := range map[string]string{
		"":               "",
		"plain":          "plain",
		"%2D%2D":         "--",
		"%2Fa%2fb":       "/a/b",
		"50% used":       "50% used",
		"50%":            "50%",
		"10%3A41 at 5%x": "10%3A41 at 5%x", // not encoded at all, then
		"%C3%BC":         "ü",
		"a+b":            "a+b",
		"%25":            "%",
	} {
		assert.Equal(t, want, decodeValue(in), in)
	}
	for _, v := range []string{"", "a:b/c%d", "ü", "line\nend", "\xff"} {
		assert.Equal(t, v, decodeValue(EncodeValue(v)))
	}
}

func TestDecodeTruncated(t *testing.T) {
	text := "mmlsfileset::HEADER:version:reserved:reserved:id:name:status:\n" +
		"mmlsfileset::0:1:::0:root:Linked:\n" +
		"mmlsfileset::0:1:::1:pro"
	reply, err := Decode([]byte(text), Command{Name: "mmlsfileset", Args: []string{"mmfs1", "-Y"}})
	var fe *FormatError
	require.ErrorAs(t, err, &fe)
	assert.Equal(t, 3, fe.Line)
	assert.Contains(t, err.Error(), "ends in the middle")
	require.Len(t, reply.Rows, 1, "what came before is not lost")
}

func TestDecodeVeryLongLine(t *testing.T) {
	disks := strings.Repeat("nsd1234;", 100_000)
	text := "mmlsfs::HEADER:version:reserved:reserved:deviceName:fieldName:data:remarks:\n" +
		"mmlsfs::0:1:::mmfs1:disks:" + disks + "::\n"
	assert.Equal(t, disks, decodeText(t, text).Rows[0].Get("data"))

	d := NewDecoder(strings.NewReader(text), Command{})
	row, err := d.Next()
	require.NoError(t, err)
	assert.Equal(t, disks, row.Get("data"))

	d = NewDecoder(strings.NewReader(strings.Repeat("x", maxLine+1)), Command{Name: "mmlsfs"})
	_, err = d.Next()
	var fe *FormatError
	require.ErrorAs(t, err, &fe)
	assert.Contains(t, fe.Reason, "longer than")
}

func TestDecodeBinaryNoise(t *testing.T) {
	noise := "\x00\x01\xff::HEADER:\xfe\n\x7fELF:::0:1\n\xc3:\x28:::::\n"
	r := decodeText(t, noise+"mmlsmgr:clusterManager:HEADER:version:reserved:reserved:manager:\nmmlsmgr:clusterManager:0:1:::n1:\n"+noise)
	require.Len(t, r.Rows, 1)
	assert.Equal(t, "n1", r.Rows[0].Get("manager"))
	assert.Len(t, r.Notes, 6)
}

// naive is the obvious reading of one reply: split at colons, names from the last HEADER of the same first two fields.
func naive(text string) (rows []map[string]string, values [][]string) {
	headers := make(map[string][]string)
	for _, line := range strings.Split(text, "\n") {
		f := strings.Split(line, ":")
		if len(f) < 3 {
			continue
		}
		key := f[0] + ":" + f[1]
		if strings.TrimSpace(f[2]) == "HEADER" {
			headers[key] = f
			continue
		}
		h := headers[key]
		if h == nil {
			continue
		}
		row := make(map[string]string)
		var vals []string
		if f[len(f)-1] == "" {
			f = f[:len(f)-1]
		}
		for i := 6; i < len(f); i++ {
			v, err := url.PathUnescape(f[i])
			if err != nil {
				v = f[i]
			}
			vals = append(vals, v)
			if i >= len(h) {
				continue
			}
			name := strings.ToLower(strings.TrimSpace(h[i]))
			if _, ok := row[name]; !ok && name != "" && name != "reserved" {
				row[name] = v
			}
		}
		rows, values = append(rows, row), append(values, vals)
	}
	return rows, values
}

func capture(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("GPFSH_CAPTURES")
	if dir == "" {
		t.Skip("GPFSH_CAPTURES is not set: captured output is not available")
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(data)
}

func TestDecodeCaptures(t *testing.T) {
	cr := csv.NewReader(strings.NewReader(capture(t, "INDEX.tsv")))
	cr.Comma, cr.LazyQuotes, cr.FieldsPerRecord = '\t', true, -1
	index, err := cr.ReadAll()
	require.NoError(t, err)
	n := 0
	for _, entry := range index {
		if entry[2] != "Y" {
			continue
		}
		n++
		t.Run(entry[0], func(t *testing.T) {
			text := capture(t, entry[0])
			reply, err := Decode([]byte(text), Command{Name: "capture"})
			require.NoError(t, err)
			rows, values := naive(text)
			require.Len(t, reply.Rows, len(rows))
			for i, row := range reply.Rows {
				for name, want := range rows[i] {
					require.Equal(t, want, row.Get(name), "row %d, column %s", i, name)
				}
				want := values[i]
				if want == nil {
					want = []string{}
				}
				require.Equal(t, want, row.Values(), "row %d", i)
			}
			// Every line of the file is a header, a row or a note.
			headers := strings.Count(text, ":HEADER:")
			lines := len(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }))
			assert.Equal(t, lines, headers+len(reply.Rows)+len(reply.Notes))

			// The streaming decoder says the same.
			d := NewDecoder(strings.NewReader(text), Command{})
			for i := range reply.Rows {
				row, err := d.Next()
				require.NoError(t, err)
				require.Equal(t, reply.Rows[i].Raw(), row.Raw())
				require.Equal(t, reply.Rows[i].Fields(), row.Fields())
			}
		})
	}
	assert.GreaterOrEqual(t, n, 19)
}

func FuzzDecode(f *testing.F) {
	f.Add("mmlsfs::HEADER:version:reserved:reserved:deviceName:fieldName:data:remarks:\nmmlsfs::0:1:::a:b:%2F:\n")
	f.Add("mmaudit::HEADER:version:RESERVED:RESERVED:a:a:\nmmaudit:::3::::ess:x")
	f.Add("mmlsmount::0:1:::a:b:\n*** x\n\x00\n")
	f.Add("a:b:HEADER\na:b\na:b:c\n")
	f.Add(":::::::\n::HEADER:\n")
	f.Fuzz(func(t *testing.T, text string) {
		whole, err := Decode([]byte(text), Command{Name: "x"})
		d := NewDecoder(&dribble{strings.NewReader(text)}, Command{Name: "x"})
		for _, row := range whole.Rows {
			streamed, serr := d.Next()
			if serr != nil || streamed.Raw() != row.Raw() {
				t.Fatalf("stream and whole differ: %v %q %q", serr, streamed.Raw(), row.Raw())
			}
			if len(row.Values()) != row.Len() {
				t.Fatalf("%d values, length %d: %q", len(row.Values()), row.Len(), row.Raw())
			}
			for _, field := range row.Fields() {
				if got := row.Get(field.Name); got != field.Value {
					t.Fatalf("%s: %q and %q in %q", field.Name, got, field.Value, row.Raw())
				}
			}
		}
		if _, serr := d.Next(); (err == nil) != (serr.Error() == "EOF") {
			t.Fatalf("ends differ: %v, %v", err, serr)
		}
		got := len(whole.Rows)
		for _, h := range whole.headers {
			if h.line == "" {
				t.Fatal("a header without a line")
			}
		}
		if got > strings.Count(text, "\n")+1 {
			t.Fatal("more rows than lines")
		}
	})
}

// dribble hands out few bytes at a time.
type dribble struct{ r *strings.Reader }

func (d *dribble) Read(p []byte) (int, error) { return d.r.Read(p[:min(len(p), 3)]) }

func ExampleDecode() {
	reply, _ := Decode([]byte("mmlsmgr:filesystemManager:HEADER:version:reserved:reserved:filesystem:manager:\n"+
		"mmlsmgr:filesystemManager:0:1:::mmfs1:node1:\n"), Command{Name: "mmlsmgr"})
	for _, row := range reply.Section("filesystemManager") {
		fmt.Println(row.Get("filesystem"), row.Get("manager"))
	}
	// Output: mmfs1 node1
}
