package interp

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/conformance"
)

func TestConformance(t *testing.T) {
	rows := conformance.Rows()
	require.GreaterOrEqual(t, len(rows), 250)
	for _, row := range rows {
		t.Run(row.Name, func(t *testing.T) {
			s, out := toySession(t)
			_, err := s.Eval(context.Background(), Source{Name: "row", Text: row.Source})
			if row.Status == "refused" {
				require.Error(t, err)
				assert.Equal(t, row.Check, err.Error())
				return
			}
			require.NoError(t, err)
			assert.Equal(t, row.Output, strings.TrimRight(out.String(), "\n"))
		})
	}
}
