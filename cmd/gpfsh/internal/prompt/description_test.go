package prompt

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"gpfsh/completer"
)

func TestDescription(t *testing.T) {
	for want, s := range map[string]completer.Suggestion{
		"() *ClusterInfo  the identity of the cluster.": {Text: "Info()", Kind: "method", Type: "func() (*ClusterInfo, error)", Doc: "Info returns the identity of the cluster."},
		"(name string)  deletes the snapshot.":          {Text: "Delete(", Kind: "method", Type: "(name string) error", Doc: "Delete deletes the snapshot."},
		"() (int, int, error)":                          {Text: "Usage()", Kind: "method", Type: "func() (int, int, error)"},
		"Nodes  the nodes of this cluster.":             {Text: "Nodes", Kind: "field", Type: "Nodes", Doc: "Nodes are the nodes of this cluster."},
		"type  the identity of a cluster, from x.":      {Text: "ClusterInfo", Kind: "type", Type: "struct{A int}", Doc: "ClusterInfo is the identity of a cluster,\nfrom x."},
		"keyword":      {Text: "for", Kind: "keyword"},
		"read 12s ago": {Text: `mmfs1"]`, Kind: "key", Doc: "read 12s ago"},
		"(f func(*Snapshot) bool) Snapshots  a view of.": {Text: "Where(", Kind: "method", Type: "(f func(*Snapshot) bool) Snapshots", Doc: "Where returns a view of."},
	} {
		assert.Equal(t, want, description(s))
	}
}
