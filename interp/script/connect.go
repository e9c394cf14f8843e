package script

import (
	"context"
	"errors"

	"gpfsh/model"
)

// Connect reaches another cluster, in the form that --cluster takes: ssh://[USER@]HOST, sim:DIR, state:FILE. Dry run,
// confirmation and trace hold for it as they do for the cluster of the session. Nothing is run until something is asked:
//
//	ess := Connect("ssh://ess1")
//	ess.Filesystems["home"].Filesets
func (s *Session) Connect(ctx context.Context, cluster string) (*model.Cluster, error) {
	if s.opts.Connect == nil {
		return nil, errors.New("this session cannot reach other clusters")
	}
	return s.opts.Connect(ctx, cluster)
}
