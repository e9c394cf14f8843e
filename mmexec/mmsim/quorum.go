package mmsim

// quorumPicture is what the events of quorum are told from: who is up, and whether that is enough.
type quorumPicture struct {
	up      map[int]bool
	quorum  bool
	manager int
}

func (c *call) quorumPicture() quorumPicture {
	p := quorumPicture{up: map[int]bool{}, quorum: c.st.hasQuorum(), manager: c.st.ClusterManager}
	for i := range c.st.Nodes {
		p.up[c.st.Nodes[i].Number] = c.st.Nodes[i].State != NodeDown
	}
	return p
}

// raiseQuorum raises the events between a picture taken before a change and the state as it is now.
func (c *call) raiseQuorum(before quorumPicture) {
	for i := range c.st.Nodes {
		n := &c.st.Nodes[i]
		up := n.State != NodeDown
		if up == before.up[n.Number] {
			continue
		}
		name := "nodeLeave"
		if up {
			name = "nodeJoin"
		}
		c.raise(name, n.Number, "eventNode", n.AdminName)
		if n.Quorum {
			c.raise("quorumN"+name[1:], n.Number, "eventNode", n.AdminName)
		}
	}
	switch now := c.st.hasQuorum(); {
	case now && !before.quorum:
		c.raise("quorumReached", c.st.ClusterManager)
	case !now && before.quorum:
		c.raise("quorumLoss", before.manager)
	}
	if m := c.st.ClusterManager; m != 0 && m != before.manager {
		c.raise("clusterManagerTakeOver", m)
	}
}
