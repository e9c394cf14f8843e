package mmsim

import (
	"context"
	"slices"
)

// People are the users and groups of a simulated site, as its name service knows them; this machine does not.
type People struct{ c *Cluster }

// People returns the users and groups of the cluster: those that its quotas name.
func (c *Cluster) People() People { return People{c} }

// UserNames returns the names of users.
func (p People) UserNames(_ context.Context, ids []int64) (map[int64]string, error) {
	return p.names(QuotaUser, ids)
}

// GroupNames returns the names of groups.
func (p People) GroupNames(_ context.Context, ids []int64) (map[int64]string, error) {
	return p.names(QuotaGroup, ids)
}

func (p People) names(of QuotaType, ids []int64) (map[int64]string, error) {
	st, err := p.c.view(wantQuotas)
	if err != nil {
		return nil, err
	}
	found := make(map[int64]string)
	for _, f := range st.Filesystems {
		for _, q := range f.Quotas {
			if q.Type == of && q.Name != "" && slices.Contains(ids, q.ID) {
				found[q.ID] = q.Name
			}
		}
	}
	return found, nil
}

// GroupsOf returns the groups of a user.
func (p People) GroupsOf(_ context.Context, user string) ([]string, error) {
	st, err := p.c.view(0)
	if err != nil {
		return nil, err
	}
	var groups []string
	for _, m := range st.Members {
		if m.User == user {
			groups = append(groups, m.Group)
		}
	}
	return groups, nil
}
