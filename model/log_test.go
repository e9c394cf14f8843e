package model_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/model"
)

// logged is a node with a log.
type logged struct {
	answer
	text string
}

func (l logged) Get(_ context.Context, path string) ([]byte, error) {
	if path != "/var/adm/ras/mmfs.log.latest" || l.text == "" {
		return nil, errors.New("no such file")
	}
	return []byte(l.text), nil
}

func TestLogsOfNodesAreJoined(t *testing.T) {
	at := func(name, text string) *model.Cluster {
		return connect(t, logged{func(mmexec.Command) *mmexec.Result {
			return said("mmgetstate::HEADER:version:reserved:reserved:nodeName:nodeNumber:state:\nmmgetstate::0:1:::" + name + ":1:active:\n")
		}, text})
	}
	one := at("n1", "2024-05-14_09:30:07.123+0200: [I] GPFS: one\n   goes on\n2024-05-14_09:30:09.000+0200: [E:5] GPFS: three\n")
	two := at("n2", "2024-05-14_09:30:08.500+0200: [W] two\nnothing of a time\n")
	list, err := one.Log(t.Context(), 10, two)
	require.NoError(t, err)
	require.Len(t, list, 5)
	assert.Equal(t, "n1", list[0].Node)
	assert.Equal(t, "GPFS: one", list[0].Text)
	assert.Equal(t, "   goes on", list[1].Text, "a line that goes on keeps its place")
	assert.Equal(t, "two", list[2].Text)
	assert.Equal(t, "E", list[4].Severity)
	assert.True(t, list[4].Time.Equal(time.Date(2024, 5, 14, 7, 30, 9, 0, time.UTC)))
	assert.Equal(t, "2024-05-14 09:30:09 n1 E GPFS: three", list[4].String())
	list, err = one.Log(t.Context(), 1, two)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, "GPFS: three", list[0].Text)

	old := at("n1", "Tue May 14 09:30:07.123 2024: [N] old form\n")
	list, err = old.Log(t.Context(), 5)
	require.NoError(t, err)
	assert.Equal(t, 2024, list[0].Time.Year())
	_, err = at("n1", "").Log(t.Context(), 5)
	require.ErrorContains(t, err, "no such file")
}
