package mmexec

// LsClusterOptions are the options of mmlscluster.
type LsClusterOptions struct {
	// Comments adds the comments of the nodes (releases from 6.0).
	Comments bool
}

// MmLsCluster lists the configuration and the nodes of the cluster: mmlscluster -Y. The -Y form has the protocol and
// gateway nodes in sections of their own.
func MmLsCluster(o LsClusterOptions) (Command, error) {
	args := []string{"-Y"}
	if o.Comments {
		args = append(args, "--comment")
	}
	return Command{Name: "mmlscluster", Args: args, Object: "cluster"}, nil
}
