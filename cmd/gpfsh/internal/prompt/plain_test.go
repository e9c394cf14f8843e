package prompt

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

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

// interrupter is a terminal at which somebody presses Ctrl-C the moment the prompt is there.
type interrupter struct {
	t       *testing.T
	arrived chan os.Signal
}

func (i interrupter) Write(p []byte) (int, error) {
	if strings.HasSuffix(string(p), "> ") {
		require.NoError(i.t, syscall.Kill(os.Getpid(), syscall.SIGINT))
		<-i.arrived
	}
	return len(p), nil
}

func TestPlainHearsCtrlCFromThePromptOn(t *testing.T) {
	// As the shell listens between two lines: it is told of every signal, whoever else is.
	unheard := make(chan os.Signal, 1)
	signal.Notify(unheard, os.Interrupt)
	defer signal.Stop(unheard)
	in, end := io.Pipe()
	defer end.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := NewPlain(in, interrupter{t, unheard}).Read(ctx, Prompt{Text: "hpc> "})
	require.ErrorIs(t, err, ErrInterrupted)
}
