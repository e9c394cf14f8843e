package filelist

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseUint(t *testing.T) {
	for _, s := range []string{"", "0", "7", "42", "99999999", "100000000", "1234567890123456", "18446744073709551615", "18446744073709551616", "999999999999999999999"} {
		for _, tail := range []string{"", " ", " 0  x -- /a/b/c/d/e/f", "/", ":123456789012345678", "x", "\xff"} {
			want, err := strconv.ParseUint(s, 10, 64)
			v, end := parseUint([]byte(s+tail), 0)
			if err != nil {
				assert.Zero(t, end, "%q", s+tail)
				continue
			}
			assert.Equal(t, len(s), end, "%q", s+tail)
			assert.Equal(t, want, v, "%q", s+tail)
			assert.Equal(t, len(s), skipUint([]byte(s+tail), 0))
		}
	}
}

func TestParseTime(t *testing.T) {
	tests := []struct {
		in   string
		want string // "" when it is none
		rest string
	}{
		{"2026-01-02 03:04:05.000006", "2026-01-02T03:04:05.000006Z", ""},
		{"2026-01-02%2003%3A04%3A05.123456/x", "2026-01-02T03:04:05.123456Z", "/x"},
		{"2024-02-29 23:59:59", "2024-02-29T23:59:59Z", ""},
		{"1969-12-31@23:59:59.5", "1969-12-31T23:59:59.5Z", ""},
		{"2026-01-02", "2026-01-02T00:00:00Z", ""},
		{"2026-01-02|next", "2026-01-02T00:00:00Z", "|next"},
		{"0001-01-01 00:00:00", "0001-01-01T00:00:00Z", ""},
		{"2026-13-02", "", ""}, {"2026-00-02", "", ""}, {"2026-01-32", "", ""}, {"26-1-2", "", ""}, {"", "", ""},
		{"2026-01-02 03", "", ""}, {"2026-01-02 03:xx:00", "", ""},
	}
	for _, tt := range tests {
		us, end := parseTime([]byte(tt.in), 0)
		if tt.want == "" {
			assert.Zero(t, end, tt.in)
			continue
		}
		want, err := time.Parse(time.RFC3339Nano, tt.want)
		require.NoError(t, err)
		assert.Equal(t, want, time.UnixMicro(us).UTC(), tt.in)
		assert.Equal(t, tt.rest, tt.in[end:])
	}
	for day := range 300_000 { // every day to the year 2791
		when := time.Unix(int64(day)*86400, 0).UTC()
		y, m, d := when.Date()
		if got := daysSince1970(int64(y), int64(m), int64(d)); got != int64(day) {
			t.Fatalf("%s is day %d, not %d", when.Format(time.DateOnly), day, got)
		}
	}
}

func TestUnits(t *testing.T) {
	sizes := map[string]int64{"0": 0, "4096": 4096, "4KiB": 4096, "4k": 4096, "1M": 1 << 20, "2GiB": 2 << 30, "1T": 1 << 40, " 7 ": 7, "3 MiB": 3 << 20, "5B": 5}
	for text, want := range sizes {
		got, err := parseBytes(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, bad := range []string{"", "x", "1.5G", "99999999999T", "KiB"} {
		_, err := parseBytes(bad)
		assert.Error(t, err, bad)
	}
	for _, n := range []int64{0, 1, 1000, 1024, 1536, 1 << 20, 5 << 40} {
		got, err := parseBytes(shortBytes(n))
		require.NoError(t, err)
		assert.Equal(t, n, got)
	}
	assert.Equal(t, []string{"0 B", "1023 B", "1.0 KiB", "1.5 MiB", "512 GiB", "-2.0 TiB"}, []string{
		formatBytes(0), formatBytes(1023), formatBytes(1024), formatBytes(1.5 * (1 << 20)), formatBytes(512 << 30), formatBytes(-2 << 40),
	})
	for text, want := range map[string]int64{"1d": day, "36h": 36 * hour, "1.5h": 90 * minute, "2y": 2 * year, "10s": 10 * second, "5m": 5 * minute} {
		got, err := parseDuration(text)
		require.NoError(t, err)
		assert.Equal(t, want, got, text)
		back, err := parseDuration(shortDuration(got))
		require.NoError(t, err)
		assert.Equal(t, got, back)
	}
	for _, bad := range []string{"", "d", "1w", "1e300d", "NaNd"} {
		_, err := parseDuration(bad)
		assert.Error(t, err, bad)
	}
}

func FuzzNumbers(f *testing.F) {
	f.Add([]byte("12345678901234567890"), "2026-01-02 03:04:05.5")
	f.Add([]byte("7"), "1999-12-31%2023%3A59%3A59")
	f.Fuzz(func(t *testing.T, b []byte, s string) {
		slow, slowEnd := parseUintSlowly(b, 0)
		fast, fastEnd := parseUint(b, 0)
		require.Equal(t, slowEnd, fastEnd)
		require.Equal(t, slow, fast)
		_, end := parseTime([]byte(s), 0)
		require.LessOrEqual(t, end, len(s))
		v, end := parseFloat([]byte(s), 0)
		require.LessOrEqual(t, end, len(s))
		require.False(t, end == 0 && v != 0 || math.IsNaN(v) && end == 0)
		parseInt(b, 0)
		_, _ = parseBytes(s)
		_, _ = parseDuration(s)
	})
}
