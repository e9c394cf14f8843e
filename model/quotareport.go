package model

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gpfsh/mmexec"
)

// QuotaStanding says how near the owner of a quota is to a limit, or how far beyond.
type QuotaStanding struct {
	Key          string  `json:"key" col:"OWNER"`
	Standing     Verdict `json:"standing" col:"STANDING"` // Refuses: nothing more can be written; Warns: over a soft limit, or near
	What         string  `json:"what" col:"WHAT"`
	BlockUsedPct Percent `json:"blockUsedPct" col:"STORAGE%"`      // of the hard limit, of the soft one where there is no hard one
	FilesUsedPct Percent `json:"filesUsedPct" col:"FILES%"`        // of the hard limit, of the soft one where there is no hard one
	Grace        Grace   `json:"grace" col:"GRACE"`                // the one that ends first
	Unresolved   bool    `json:"unresolved" col:"UNRESOLVED,wide"` // the owner has no name
	Mend         string  `json:"mend,omitempty" col:"MEND,wide"`   // the command that lets the owner go on
}

// String returns the owner and what is the matter.
func (s *QuotaStanding) String() string {
	if s == nil {
		return ""
	}
	return s.Key + " " + s.What
}

// FilesUsedPct returns how much of the hard limit of files is used, of the soft one where there is no hard one; what is
// in doubt counts as used.
func (q *Quota) FilesUsedPct() Percent {
	if q == nil || !q.FilesUsage.Known() {
		return percentOf(NotAsked, NotAsked)
	}
	limit := q.FilesHard
	if limit == Unlimited {
		limit = q.FilesSoft
	}
	return percentOf(int64(q.FilesUsage+max(q.FilesInDoubt, 0)), int64(limit))
}

// Unresolved reports whether the owner is known by number only: the name service has no name for it, or was not asked.
func (q *Quota) Unresolved() bool { return q != nil && q.Type != FilesetQuota && q.id() != q.Name }

// Unresolved returns the quotas of owners who are known by number only, such as people who have left.
func (q Quotas) Unresolved() Quotas { return q.Where((*Quota).Unresolved) }

// Standings returns the owners who have used a share of a limit, in percent, or are over one; those who can write
// nothing more first, then by the grace that is left. It runs mmrepquota once.
func (q Quotas) Standings(ctx context.Context, from Percent) ([]*QuotaStanding, error) {
	quotas, err := q.List(ctx)
	if err != nil {
		return nil, err
	}
	list := []*QuotaStanding{}
	for _, quota := range quotas {
		if s := quota.standing(from); s != nil {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b *QuotaStanding) int {
		share := func(s *QuotaStanding) float64 {
			return float64(max(0, knownOr(s.BlockUsedPct, 0), knownOr(s.FilesUsedPct, 0)))
		}
		return cmp.Or(cmp.Compare(a.Standing.rank(), b.Standing.rank()), cmp.Compare(a.Grace, b.Grace), cmp.Compare(share(b), share(a)))
	})
	return list, nil
}

func knownOr(p, otherwise Percent) Percent {
	if p.Known() {
		return p
	}
	return otherwise
}

// standing returns how an owner stands; nil for one who is far from every limit.
func (q *Quota) standing(from Percent) *QuotaStanding {
	s := &QuotaStanding{
		Key: q.Key(), BlockUsedPct: q.BlockUsedPct(), FilesUsedPct: q.FilesUsedPct(), Grace: min(q.BlockGrace, q.FilesGrace),
		Unresolved: q.Unresolved(), Standing: Warns,
	}
	var what []string
	for _, t := range q.troubles(true) {
		what = append(what, t.finding)
		if t.verdict == Refuses {
			s.Standing = Refuses
			if s.Mend == "" {
				s.Mend = t.mend
			}
		}
	}
	if len(what) == 0 {
		if !(s.BlockUsedPct >= from || s.FilesUsedPct >= from) {
			return nil
		}
		what = append(what, q.use())
	}
	s.What = strings.Join(what, "; ")
	return s
}

// Outdated reports whether what is used has to be counted anew, as the report says after a crash or while quotas were
// off; see [Quotas.CheckUsage]. It runs mmrepquota -j.
func (q Quotas) Outdated(ctx context.Context) (bool, error) {
	if err := q.check(); err != nil {
		return false, err
	}
	reply, err := q.fs.c.query(ctx)(mmexec.MmRepQuota(q.fs.Name, mmexec.RepQuotaOptions{Kinds: []mmexec.QuotaKind{mmexec.FilesetQuota}}))
	if err != nil {
		return false, q.fs.c.explain(ctx, err)
	}
	said := strings.Join(reply.Notes, "\n") + string(reply.Result.Stderr)
	return strings.Contains(said, "mmcheckquota"), nil
}

// limits returns the limits of a quota for people.
func (q *Quota) limits() string {
	return fmt.Sprintf("%s:%s, %s:%s files", q.BlockSoft, q.BlockHard, q.FilesSoft, q.FilesHard)
}
