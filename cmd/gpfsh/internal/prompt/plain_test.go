package prompt

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPlain(t *testing.T) {
	var out bytes.Buffer
	p := NewPlain(strings.NewReader("one\ntwo\r\n\nlast"), &out)
	for _, want := range []string{"one", "two", "", "last"} {
		line, err := p.Read(context.Background(), Prompt{Text: "> "})
		require.NoError(t, err)
		assert.Equal(t, want, line)
	}
	_, err := p.Read(context.Background(), Prompt{Text: "> "})
	assert.ErrorIs(t, err, io.EOF)
	assert.Equal(t, "> > > > > \n", out.String())

	p = NewPlain(strings.NewReader("one\n"), nil)
	line, err := p.Read(context.Background(), Prompt{Text: "> "})
	require.NoError(t, err)
	assert.Equal(t, "one", line)
	require.NoError(t, p.Close())
}

func TestPlainKeepsTheLineThatWasUnderWay(t *testing.T) {
	in, writer := io.Pipe()
	p := NewPlain(in, nil)
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("time to go")
	cancel(why)
	_, err := p.Read(ctx, Prompt{})
	require.ErrorIs(t, err, why)
	go func() { _, _ = writer.Write([]byte("late\n")) }()
	line, err := p.Read(context.Background(), Prompt{})
	require.NoError(t, err)
	assert.Equal(t, "late", line)
}
