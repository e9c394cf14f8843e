package interp

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// A value whose type lies in a package that scripts cannot import is shown all the same; it does not become the last one.
func TestValuesOfTypesThatCannotBeWrittenAreShown(t *testing.T) {
	var out bytes.Buffer
	s := onDemo(t, &out)
	for range 2 {
		res, err := s.Eval(context.Background(), Source{Name: "prompt", Text: `policy.New(policy.Delete("all")).Check()`})
		require.NoError(t, err)
		require.Len(t, res.Values, 1)
	}
}
