package mmexec

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func site() *NodeResolver {
	nodes := []ClusterNode{
		{1, "nsd01.hpc.example.org", "nsd01-ib.hpc.example.org", "10.0.0.1"},
		{2, "nsd02.hpc.example.org", "nsd02-ib.hpc.example.org", "10.0.0.2"},
		{5, "login.hpc.example.org", "login.hpc.example.org", "10.0.0.5"},
		{7, "login.dmz.example.org", "login.dmz.example.org", "10.0.1.7"},
		{9, "node9", "node9", "fe80:0::9"},
		{12, "3-8", "3-8", "10.0.0.12"}, // a name like a range
	}
	classes := map[string][]string{"nsdnodes": {"nsd01-ib.hpc.example.org", "2"}, "outer": {"nsdNodes", "node9"}, "loop": {"loop"}}
	return NewNodeResolver(nodes, func(name string) ([]string, bool) {
		m, ok := classes[strings.ToLower(name)]
		return m, ok
	}, "nsd02")
}

func TestNodeResolver(t *testing.T) { // F32, D19
	r := site()
	for name, number := range map[string]int{
		"1": 1, "nsd01": 1, "NSD01": 1, "nsd01.hpc.example.org": 1, "nsd01-ib": 1, "nsd01-ib.hpc.example.org": 1, "10.0.0.1": 1, "::ffff:10.0.0.1": 1,
		"localhost": 2, " nsd02 ": 2, "login.dmz.example.org": 7, "fe80::9": 9, "node9": 9, "node9.example.org": 9, "3-8": 12,
	} {
		n, err := r.Node(name)
		if assert.NoError(t, err, name) {
			assert.Equal(t, number, n.Number, name)
		}
	}
	var ue *UnknownNodeError
	_, err := r.Node("login")
	require.ErrorAs(t, err, &ue, "a short name that two nodes share")
	assert.Equal(t, []string{"login.hpc.example.org", "login.dmz.example.org"}, ue.Among)
	assert.Contains(t, err.Error(), "more than one")
	for _, name := range []string{"", "3", "nsd03", "nsd01.other.org", "10.0.0.99"} {
		_, err := r.Node(name)
		require.ErrorAs(t, err, &ue, name)
		assert.Empty(t, ue.Among)
	}
}

func TestNodeResolverExpand(t *testing.T) {
	r := site()
	for list, want := range map[string][]string{
		"nsd01":        {"nsd01.hpc.example.org"},
		"2,nsd01-ib,2": {"nsd02.hpc.example.org", "nsd01.hpc.example.org"},
		"1-6":          {"nsd01.hpc.example.org", "nsd02.hpc.example.org", "login.hpc.example.org"},
		"nsdNodes":     {"nsd01.hpc.example.org", "nsd02.hpc.example.org"},
		"OUTER,1":      {"nsd01.hpc.example.org", "nsd02.hpc.example.org", "node9"},
		"3-8":          {"3-8"},
		"7, node9":     {"login.dmz.example.org", "node9"},
		"all":          {"nsd01.hpc.example.org", "nsd02.hpc.example.org", "login.hpc.example.org", "login.dmz.example.org", "node9", "3-8"},
	} {
		nodes, err := r.Expand(list)
		if assert.NoError(t, err, list) {
			assert.Equal(t, want, AdminNames(nodes), list)
		}
	}
	for _, list := range []string{"", "nsd01,", "nobody", "20-30", "loop", "login"} {
		_, err := r.Expand(list)
		assert.Error(t, err, list)
	}
}

func TestNodesOf(t *testing.T) {
	const head = "mmlscluster:clusterNode:HEADER:version:reserved:reserved:nodeNumber:daemonNodeName:ipAddress:adminNodeName:\n"
	nodes, err := NodesOf(decodeText(t, head+"mmlscluster:clusterNode:0:1:::3:a-ib:10.0.0.3:a:\nmmlscluster:clusterNode:0:1:::4:b:10.0.0.4::\n"))
	require.NoError(t, err)
	assert.Equal(t, []ClusterNode{{3, "a", "a-ib", "10.0.0.3"}, {4, "b", "b", "10.0.0.4"}}, nodes)
	_, err = NodesOf(decodeText(t, head+"mmlscluster:clusterNode:0:1:::x:a:1:a:\n"))
	assert.Error(t, err)

	captured, err := NodesOf(decodeText(t, capture(t, "ibm-install-infra/mmlscluster.txt")))
	require.NoError(t, err)
	assert.Equal(t, ClusterNode{3, "server-4.domain.com", "server-4.domain.com", "10.0.0.4"}, captured[2])
	assert.Len(t, captured, 4)
}
