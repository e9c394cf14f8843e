package engine

import (
	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

// NewFile is a file that is about to be created: all that a placement rule knows of it.
type NewFile struct {
	Name, Fileset string
	UID, GID      uint32
}

// Placement is where a new file goes.
type Placement struct {
	Pool string
	// Replicas is 0 when the rule does not say.
	Replicas int
	Rule     *lang.Rule
}

// Place finds the first SET POOL rule that matches a new file and whose pool is not fuller than its LIMIT. found is false
// when there is none: creating the file then fails, unless the policy has no SET POOL rule at all and the file goes to
// the default pool; see [Program.Places].
func (p *Program) Place(f NewFile) (to Placement, found bool) {
	e := newEval(p, 0)
	e.show(&newObject{name: f.Name, info: scan.Info{Have: scan.MaskUID | scan.MaskGID, UID: f.UID, GID: f.GID}})
	e.details.Fileset, e.have = f.Fileset, ^Want(0)
	for _, r := range p.placement {
		if r.kind != lang.SetPool || r.skip {
			continue
		}
		if r.hasLimit {
			if use, known := p.poolUse(r.to); known && use >= r.limit {
				continue
			}
		}
		matches := true
		for i := range r.conds {
			matches = matches && r.conds[i].b(e) == isTrue
		}
		if matches {
			return Placement{Pool: r.to, Replicas: r.replicas, Rule: r.src}, true
		}
	}
	return Placement{}, false
}

// Places says whether the policy has SET POOL rules.
func (p *Program) Places() bool {
	for _, r := range p.placement {
		if r.kind == lang.SetPool {
			return true
		}
	}
	return false
}

// newObject is an object that does not exist yet.
type newObject struct {
	name string
	info scan.Info
}

func (o *newObject) Name() []byte                                      { return []byte(o.name) }
func (o *newObject) Type() scan.Type                                   { return scan.Regular }
func (o *newObject) Inode() uint64                                     { return 0 }
func (o *newObject) Path(buf []byte) []byte                            { return append(buf, o.name...) }
func (o *newObject) Info(scan.Mask) (*scan.Info, error)                { return &o.info, nil }
func (o *newObject) Xattr(string, []byte) (v []byte, ok bool, e error) { return nil, false, nil }
func (o *newObject) Xattrs(buf []byte) ([]byte, error)                 { return buf, nil }
