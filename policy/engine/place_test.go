package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/policy/lang"
)

func TestPlace(t *testing.T) {
	compile := func(text string, pools ...Pool) *Program {
		p, err := Compile(lang.Parse(lang.Source{Text: text}, lang.Options{}), Options{Now: now, Pools: pools})
		require.NoError(t, err)
		return p
	}
	const text = `RULE 'hot' SET POOL 'gold' LIMIT(90) REPLICATE(2) WHERE LOWER(NAME) LIKE '%.hot'
RULE 'proj' SET POOL 'silver' FOR FILESET('proj') WHERE USER_ID >= 1000
RULE 'last' SET POOL 'bronze' WHERE GROUP_ID <> 7`
	p := compile(text, Pool{Name: "gold", Total: 100, Used: 89})
	pool := func(f NewFile) string {
		to, found := p.Place(f)
		if !found {
			return "EINVAL"
		}
		return to.Pool + " " + to.Rule.Name.Value
	}
	assert.True(t, p.Places())
	assert.Equal(t, "gold hot", pool(NewFile{Name: "a.HOT"}))
	assert.Equal(t, "silver proj", pool(NewFile{Name: "a", Fileset: "proj", UID: 1000}))
	assert.Equal(t, "bronze last", pool(NewFile{Name: "a", Fileset: "proj", UID: 10}))
	assert.Equal(t, "EINVAL", pool(NewFile{Name: "a", GID: 7}))
	to, _ := p.Place(NewFile{Name: "x.hot"})
	assert.Equal(t, 2, to.Replicas)
	p = compile(text, Pool{Name: "gold", Total: 100, Used: 90})
	assert.Equal(t, "bronze last", pool(NewFile{Name: "a.hot"}), "a full pool is passed over")
	assert.False(t, compile("RULE 'a' DELETE").Places())
}
