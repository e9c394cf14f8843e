package mmexec

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var awkward = []string{
	"", "a", "a b", " ", "\t", "\n", "a\nb", "'", "''", `"`, `\`, "$HOME", "$(reboot)", "`id`", ";", "&", "|", "<", ">", "(", ")", "*", "?",
	"[a]", "{a,b}", "~", "~root", "!x", "#x", "-x", "--", "=", "a=b", "%", "ü", "日本", "\xff\xfe", "\x00", "\x01\x7f", "\u0085", "\u2028", "\r",
	"$'x'", `a\nb`, strings.Repeat("x", 300), "\x1b[31m", "\x017",
}

func TestQuoteAndSplit(t *testing.T) {
	for _, s := range awkward {
		q := Quote(s)
		assert.NotContains(t, q, "\n", "one line: %q", s)
		words, err := SplitLine(q)
		if assert.NoError(t, err, q) {
			assert.Equal(t, []string{s}, words, q)
		}
		words, err = SplitLine(QuotePosix(s))
		if assert.NoError(t, err) {
			assert.Equal(t, []string{s}, words)
		}
	}
	words, err := SplitLine(QuoteArgv(awkward))
	require.NoError(t, err)
	assert.Equal(t, awkward, words)
	assert.Equal(t, "mmlsfs mmfs1 -T /gpfs/a,b:c@d%e+f=g", QuoteArgv([]string{"mmlsfs", "mmfs1", "-T", "/gpfs/a,b:c@d%e+f=g"}), "what is harmless stays readable")
}

func TestQuoteForRealShells(t *testing.T) {
	for _, sh := range []string{"sh", "bash", "dash", "ksh", "zsh"} {
		path, err := exec.LookPath(sh)
		if err != nil {
			continue
		}
		for _, s := range awkward {
			if strings.Contains(s, "\x00") {
				continue // no argument of a process can hold it
			}
			out, err := exec.Command(path, "-c", "printf %s "+QuotePosix(s)).Output()
			if assert.NoError(t, err, "%s %q", sh, s) {
				assert.Equal(t, s, string(out), sh)
			}
			if sh == "bash" {
				out, err := exec.Command(path, "-c", "printf %s "+Quote(s)).Output()
				if assert.NoError(t, err, "%s %q", sh, s) {
					assert.Equal(t, s, string(out), sh)
				}
			}
		}
	}
}

func TestSplitLine(t *testing.T) {
	for line, want := range map[string][]string{
		"":                          nil,
		"  mmlsfs   mmfs1\t-Y ":     {"mmlsfs", "mmfs1", "-Y"},
		`mmchfs mmfs1 -o "a b"'c'd`: {"mmchfs", "mmfs1", "-o", "a bcd"},
		`a\ b \\ \'`:                {"a b", `\`, "'"},
		`"a\"b\$c\d"`:               {`a"b$c\d`},
		"a \\\nb":                   {"a", "b"},
		`mmlsdisk fs -d 'a;b'`:      {"mmlsdisk", "fs", "-d", "a;b"},
		`$HOME *.txt ~ {a,b}`:       {"$HOME", "*.txt", "~", "{a,b}"}, // nothing is expanded
		`$'a\tb\x'[:0]`:             nil,
		`''`:                        {""},
		`a#b`:                       {"a#b"},
	} {
		got, err := SplitLine(line)
		if strings.HasPrefix(line, "$'a") {
			assert.Error(t, err)
			continue
		}
		require.NoError(t, err, line)
		assert.Equal(t, want, got, line)
	}
	for _, line := range []string{"a 'b", `a "b`, `a \`, "a; b", "a & b", "a | b", "a > b", "a < b", "(a)", "a `b`", "a #b", "$'a", `$'\q'`, `$'\`} {
		_, err := SplitLine(line)
		assert.Error(t, err, line)
	}
}

func TestRaw(t *testing.T) {
	for line, want := range map[string]string{
		"mmlsfs mmfs1":                          "mmlsfs mmfs1 -Y",
		"/usr/lpp/mmfs/bin/mmlsfs mmfs1 -Y":     "mmlsfs mmfs1 -Y",
		"mmrepquota -u mmfs1":                   "mmrepquota -Y -u mmfs1",
		"mmrepquota -u --block-size auto mmfs1": "mmrepquota -u --block-size auto mmfs1",
		"mmvdisk pdisk list --rg all --not-ok":  "mmvdisk pdisk list --rg all --not-ok -Y",
		"mmhealth node show -N all":             "mmhealth node show -N all -Y",
		"mmlspool mmfs1":                        "mmlspool mmfs1",
		"mmlsdisk mmfs1 -e":                     "mmlsdisk mmfs1 -e",
		"mmlspolicy mmfs1 -L":                   "mmlspolicy mmfs1 -L",
		"mmlspolicy mmfs1":                      "mmlspolicy mmfs1 -Y",
		"mmdelsnapshot mmfs1 'a b'":             "mmdelsnapshot mmfs1 'a b'",
		"mmlsfs mmfs1 --brand-new-option":       "mmlsfs mmfs1 --brand-new-option",
		"mmwhatever x":                          "mmwhatever x",
		"gpfs.snap":                             "gpfs.snap",
	} {
		cmd, err := Raw(line)
		require.NoError(t, err, line)
		assert.Equal(t, want, cmd.String())
		assert.Equal(t, strings.Contains(want, "-Y"), cmd.HasY())
	}
	for _, line := range []string{"", "  ", "mmlsfs 'a", "/bin/rm -rf /", "../mmlsfs", "mmlsfs | grep x", "-x", "A=1 mmlsfs"} {
		_, err := Raw(line)
		assert.Error(t, err, line)
	}
}

func FuzzSplitLine(f *testing.F) {
	for _, s := range awkward {
		f.Add(s)
		f.Add(Quote(s))
	}
	f.Fuzz(func(t *testing.T, line string) {
		if words, err := SplitLine(line); err == nil {
			again, err := SplitLine(QuoteArgv(words))
			if err != nil || strings.Join(again, "\x00") != strings.Join(words, "\x00") || len(again) != len(words) {
				t.Fatalf("%q -> %q -> %q, %v", line, words, again, err)
			}
		}
		words, err := SplitLine(Quote(line))
		if err != nil || len(words) != 1 || words[0] != line {
			t.Fatalf("%q quoted is %s and comes back as %q, %v", line, Quote(line), words, err)
		}
	})
}
