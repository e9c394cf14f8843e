package script

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/model"
)

type names struct{ err error }

func (n names) Names(context.Context) ([]string, error) { return []string{"a", "b"}, n.err }
func (n names) Len(context.Context) (int, error)        { return 2, n.err }

func TestFprint(t *testing.T) {
	var b strings.Builder
	var none *model.Snapshot
	require.NoError(t, Fprint(t.Context(), nil, &b, 1, "x", names{}, none, nil))
	assert.Equal(t, "1 x a,b nothing <nil>\n", b.String())

	gone := errors.New("no answer")
	require.ErrorIs(t, Fprint(t.Context(), nil, &b, names{gone}), gone)
}
