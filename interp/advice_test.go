package interp

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckWarns(t *testing.T) {
	var out bytes.Buffer
	s := onDemo(t, &out)
	list := s.Check([]Source{{Name: "x.go", Text: `fs := Cluster().Filesystems["mmfs1"]
for _, s := range fs.Snapshots {
	s.Delete()
}
for _, n := range Cluster().Nodes.List() {
	print(n.State())
}
func f() {
	unused := 1
}
for _, s := range fs.Snapshots.List() { print(s.Name) }
`}, {Name: "y.go", Text: "f(3)\ng()\n"}})
	var got []string
	warnings := 0
	for _, d := range list {
		got = append(got, d.String())
		if d.Severity == Warning {
			warnings++
		}
	}
	require.Equal(t, []string{
		"x.go:9:2: declared and not used: unused",
		"y.go:1:3: too many arguments in call to f\n\thave (number)\n\twant ()",
		"y.go:2:1: undefined: g",
	}, got)
	assert.Equal(t, 1, warnings)

	list = s.Check([]Source{{Name: "x.go", Text: "fs := Cluster().Filesystems[\"mmfs1\"]\nfor _, s := range fs.Snapshots {\n\ts.Delete()\n}\nfor _, n := range Cluster().Nodes {\n\tprint(n.State())\n}\n"}})
	got = nil
	for _, d := range list {
		got = append(got, d.String())
		assert.Equal(t, Warning, d.Severity)
	}
	assert.Equal(t, []string{
		"x.go:3:4: Delete in a loop: each turn runs a command of its own; one does it for all: Snapshots.Where(…).DeleteAll()",
		"x.go:6:10: State in a loop: each turn asks all nodes; Nodes.States() is one command",
	}, got)
	assert.Empty(t, out.String())
}

func TestCheckWarnsOfErrorsThrownAway(t *testing.T) {
	var out bytes.Buffer
	s := onDemo(t, &out)
	list := s.Check([]Source{{Name: "x.go", Text: `fs := Cluster().Filesystems["mmfs1"]
a, _ := fs.Snapshots.New("a")
_ = a.Delete()
b, err := fs.Snapshots.New("b")
_ = fs.Snapshots.New("c")
fs.Snapshots.New("d")
n, _ := strconv.Atoi("5")
print(b, err, n)
`}})
	var got []string
	for _, d := range list {
		require.Equal(t, Warning, d.Severity, d)
		got = append(got, d.String())
	}
	const rest = " is thrown away: what follows goes on as if it had worked; take the error, or leave it out, which stops the script"
	assert.Equal(t, []string{"x.go:2:4: the error of New" + rest, "x.go:3:1: the error of Delete" + rest}, got)
}
