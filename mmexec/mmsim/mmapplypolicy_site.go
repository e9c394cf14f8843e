package mmsim

import (
	"bytes"
	"strconv"
	"strings"

	"gpfsh/policy/engine"
	"gpfsh/policy/scan"
)

// policySite tells the rules what the cluster knows of files.
type policySite struct {
	target *policyTarget
	// data is where data lies that no rule and no mmchattr has placed.
	data string
	// base is the fileset of the target, junctions those that are linked below it, by their paths counted from it.
	base      *Fileset
	junctions map[string]*Fileset
}

func (r *policyRun) site() *policySite {
	s := &policySite{target: &r.policyTarget, data: "system", base: &Fileset{Name: "root"}, junctions: map[string]*Fileset{}}
	for i := range r.fs.Disks {
		if d := &r.fs.Disks[i]; d.Data {
			s.data = d.Pool
			break
		}
	}
	if fset, _ := r.fs.owners(r.below); fset != nil {
		s.base = fset
	}
	for i := range r.fs.Filesets {
		fset := &r.fs.Filesets[i]
		if fset.Status == FilesetLinked && fset.Junction != r.below && within(r.below, fset.Junction) {
			s.junctions[strings.TrimPrefix(fset.Junction, strings.TrimSuffix(r.below, "/"))] = fset
		}
	}
	return s
}

// Describe implements [engine.Site].
func (s *policySite) Describe(o engine.Object, want engine.Want, d *engine.Details) error {
	if want&engine.WantPool != 0 {
		d.Pool = s.pool(o)
	}
	if want&engine.WantFileset != 0 {
		d.Fileset = s.fileset(o).Name
	}
	if snap := s.target.snapshot; want&engine.WantSnapshot != 0 && snap != nil {
		d.Snapshot, d.SnapID = snap.Name, uint64(snap.ID)
	}
	if want&engine.WantMisc != 0 {
		var room [64]byte
		flags, _, _ := o.Xattr(attrFlags, room[:0])
		d.Misc = flagged(o, attrImmutable, "X") + flagged(o, attrAppendOnly, "a") + string(flags)
	}
	if want&engine.WantHeat != 0 {
		var room [64]byte
		heat, _, _ := o.Xattr(attrHeat, room[:0])
		d.Heat, _ = strconv.ParseFloat(string(heat), 64) // cold when it has none
	}
	return nil
}

// flagged is the letter of an attribute that an object has, "" otherwise.
func flagged(o engine.Object, attr, letter string) string {
	var room [16]byte
	if v, ok, err := o.Xattr(attr, room[:0]); err == nil && ok && string(v) == "yes" {
		return letter
	}
	return ""
}

func (s *policySite) pool(o engine.Object) string {
	if o.Type() != scan.Regular {
		return "system"
	}
	var room [64]byte
	if v, ok, err := o.Xattr(attrPool, room[:0]); err == nil && ok && len(v) > 0 {
		return string(v)
	}
	return s.data
}

// fileset finds the fileset of an object by the last junction on its path.
func (s *policySite) fileset(o engine.Object) *Fileset {
	own, ok := o.(*policyObject)
	if !ok || len(s.junctions) == 0 {
		return s.base
	}
	var room [512]byte
	for rest := own.rest(room[:0]); len(rest) > 0; rest = rest[:max(bytes.LastIndexByte(rest, '/'), 0)] {
		if fset := s.junctions[string(rest)]; fset != nil {
			return fset
		}
	}
	return s.base
}

// pools are the storage pools with what their disks hold, as mmdf shows it.
func (r *policyRun) pools() []engine.Pool {
	var pools []engine.Pool
	for _, name := range r.fs.poolNames() {
		s := r.fs.sums(name)
		pools = append(pools, engine.Pool{Name: name, Total: s.data, Used: s.data - s.freeData, NoUserData: s.data == 0})
	}
	return pools
}

// quota answers for the resource classes of lists. Files are counted only when a rule asks.
func (r *policyRun) quota() func(class, who string) (used, limit int64, ok bool) {
	var wanted bool
	for _, rule := range r.pol.Rules {
		if t := rule.Threshold; t != nil && t.Class != nil && strings.Contains(t.Class.Value, "QUOTA") {
			wanted = true
		}
	}
	if !wanted {
		return nil
	}
	counted := *r.call
	counted.st = r.st.Clone()
	if err := counted.observe(); err != nil {
		r.errorf("%v\n", err)
	}
	type key struct{ class, who string }
	table := map[key][2]int64{}
	f := counted.st.filesystem(r.fs.Name)
	for i := range f.Quotas {
		q := &f.Quotas[i]
		kind, who := map[QuotaType]string{QuotaUser: "USER", QuotaGroup: "GROUP", QuotaFileset: "FILESET"}[q.Type], strconv.FormatInt(q.ID, 10)
		if q.Type == QuotaFileset {
			who = q.Name
		}
		for class, limit := range map[string]int64{kind + "_QUOTAS": q.Block.Hard, kind + "_QUOTA_SOFT": q.Block.Soft} {
			sum := table[key{class, who}]
			table[key{class, who}] = [2]int64{sum[0] + q.Block.Used, sum[1] + limit}
		}
	}
	return func(class, who string) (used, limit int64, ok bool) {
		v, ok := table[key{class, who}]
		return v[0], v[1], ok
	}
}

// config answers GETMMCONFIG.
func (r *policyRun) config(name string) (string, bool) {
	for _, e := range r.st.configEntries(nil) {
		if strings.EqualFold(e.Name, name) && len(e.Scope) == 0 {
			return e.Value, true
		}
	}
	return "", false
}

// snapID answers SNAP_ID.
func (r *policyRun) snapID(fileset, snapshot string) (int64, bool) {
	if s := r.fs.snapshot(fileset, snapshot); s != nil {
		return int64(s.ID), true
	}
	return 0, false
}
