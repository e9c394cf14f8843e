package mmsim

import (
	"os/user"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxOldInodeLimit is the largest inode limit while minReleaseLevel is below 5.1.3.
const maxOldInodeLimit = 134217727

// limitChange is one line of what mmsetquota is asked to set.
type limitChange struct {
	device, fileset string
	kind            string // setQuota, setDefaultQuota, setGracePeriod
	typ             QuotaType
	ids             []string
	block, files    string // Soft[:Hard], or a period
}

func mmsetquota(c *call) int {
	var changes []limitChange
	if c.has("-F") {
		data, ok := c.files(c.get("-F"))
		if !ok {
			return c.fail("Cannot read %s.", c.get("-F")) // unverified: wording
		}
		for _, s := range parseStanzas(string(data), "quota") {
			changes = append(changes, s.limitChange())
		}
	} else {
		if len(c.operands) == 0 || !c.any("--block", "--files") {
			return c.usage("Missing arguments.")
		}
		changes = c.limitChanges()
	}
	if !c.daemon() {
		return 1
	}
	for _, ch := range changes {
		if code := c.setLimits(ch); code != 0 {
			return code
		}
	}
	return 0
}

// limitChanges reads the options.
func (c *call) limitChanges() []limitChange {
	device, fileset, _ := strings.Cut(c.operand(0), ":")
	ch := limitChange{device: device, fileset: fileset, kind: "setQuota", block: c.get("--block"), files: c.get("--files")}
	types := map[string]QuotaType{"user": QuotaUser, "group": QuotaGroup, "fileset": QuotaFileset}
	switch {
	case c.has("--default"):
		ch.kind, ch.typ = "setDefaultQuota", types[c.get("--default")]
		return []limitChange{ch}
	case c.has("--grace"):
		ch.kind, ch.typ = "setGracePeriod", types[c.get("--grace")]
		return []limitChange{ch}
	}
	var changes []limitChange
	if c.has("--user") {
		ch.typ, ch.ids = QuotaUser, splitList(c.get("--user"))
		changes = append(changes, ch)
	}
	if c.has("--group") {
		ch.typ, ch.ids = QuotaGroup, splitList(c.get("--group"))
		changes = append(changes, ch)
	}
	if len(changes) == 0 {
		ch.typ, ch.ids, ch.fileset = QuotaFileset, []string{fileset}, ""
		changes = append(changes, ch)
	}
	return changes
}

// limitChange reads a %quota stanza.
func (s stanza) limitChange() limitChange {
	pair := func(soft, hard string) string {
		if s[soft] == "" && s[hard] == "" {
			return ""
		}
		return s[soft] + ":" + s[hard]
	}
	ch := limitChange{
		device: s["device"], fileset: s["fileset"], kind: s["command"], typ: QuotaType(s["type"]), ids: splitList(s["id"]),
		block: pair("blockquota", "blocklimit"), files: pair("filesquota", "fileslimit"),
	}
	if ch.kind == "setGracePeriod" {
		ch.block, ch.files = s["blockgrace"], s["filesgrace"]
	}
	return ch
}

// setLimits carries out one change.
func (c *call) setLimits(ch limitChange) int {
	f := c.st.filesystem(ch.device)
	if f == nil {
		return c.unknownDevice(ch.device)
	}
	if len(f.Attrs.QuotaTypes) == 0 {
		return c.failDaemon(22, "%s: no quota management installed", f.Name) // unverified: wording and exit status
	}
	if ch.typ == "" {
		return c.usage("Missing arguments.")
	}
	if ch.kind == "setGracePeriod" {
		return c.setGrace(f, ch)
	}
	block, errB := parseLimits(ch.block, 1024)
	files, errF := parseLimits(ch.files, 1)
	switch {
	case errB != nil || errF != nil:
		return c.usage("Incorrect option: " + ch.block + " " + ch.files) // unverified: wording
	case (files.Soft > maxOldInodeLimit || files.Hard > maxOldInodeLimit) && !releaseAtLeast(c.st.MinReleaseLevel, 5, 1, 3):
		// unverified: wording.
		return c.failDaemon(22, "The inode limit cannot exceed %d while minReleaseLevel is below 5.1.3.", maxOldInodeLimit)
	case block.Hard != 0 && block.Soft > block.Hard, files.Hard != 0 && files.Soft > files.Hard:
		return c.failDaemon(22, "The soft limit cannot be greater than the hard limit.") // unverified: wording
	}
	if ch.fileset != "" && f.fileset(ch.fileset) == nil {
		return c.filesetNotFound(ch.fileset)
	}
	if ch.kind == "setDefaultQuota" {
		f.setDefault(ch, block, files)
		return 0
	}
	switch {
	case ch.typ == QuotaFileset && len(ch.ids) == 0:
		return c.usage("Missing arguments.")
	case ch.typ != QuotaFileset && f.Attrs.PerfilesetQuota && ch.fileset == "":
		return c.failDaemon(22, "Per fileset quota enabled on this filesystem. Specify %s:fileset.", f.Name) // unverified: wording
	case ch.typ != QuotaFileset && !f.Attrs.PerfilesetQuota && ch.fileset != "":
		return c.failDaemon(22, "Per fileset quota is not enabled on file system %s.", f.Name) // unverified: wording
	}
	for _, word := range ch.ids {
		if code := c.setLimit(f, ch, word, block, files); code != 0 {
			return code
		}
	}
	c.watchQuotas(f)
	return 0
}

// setLimit sets the limits of one owner. An owner that loses all limits is one without a quota again.
func (c *call) setLimit(f *Filesystem, ch limitChange, word string, block, files Usage) int {
	id, name, ok := f.owner(ch.typ, word)
	switch {
	case !ok && ch.typ == QuotaFileset:
		return c.filesetNotFound(word)
	case !ok:
		return c.failDaemon(22, "%s is not a valid %s.", word, map[QuotaType]string{QuotaUser: "user", QuotaGroup: "group"}[ch.typ]) // unverified: wording
	}
	var fid int
	if fset := f.fileset(ch.fileset); fset != nil {
		fid = fset.ID
	}
	i := slices.IndexFunc(f.Quotas, func(q Quota) bool { return q.Type == ch.typ && q.ID == id && q.FilesetID == fid })
	if i < 0 {
		f.Quotas = append(f.Quotas, Quota{Type: ch.typ, ID: id, Name: name, Fileset: ch.fileset, FilesetID: fid})
		i = len(f.Quotas) - 1
	}
	q := &f.Quotas[i]
	q.Remarks = "e"
	if ch.block != "" {
		q.Block.Soft, q.Block.Hard = block.Soft, block.Hard
	}
	if ch.files != "" {
		q.Files.Soft, q.Files.Hard = files.Soft, files.Hard
	}
	if q.Block.Soft|q.Block.Hard|q.Files.Soft|q.Files.Hard == 0 {
		q.Remarks = "i"
		if q.Type != QuotaFileset && q.Block.Used == 0 && q.Files.Used == 0 {
			f.Quotas = slices.Delete(f.Quotas, i, i+1)
		}
	}
	return 0
}

// owner finds whom a word means: by the entries there are, by the names of this machine, or by its number.
func (f *Filesystem) owner(t QuotaType, word string) (id int64, name string, ok bool) {
	if t == QuotaFileset {
		if fset := f.fileset(word); fset != nil {
			return int64(fset.ID), fset.Name, true
		}
		return 0, "", false
	}
	for i := range f.Quotas {
		if q := &f.Quotas[i]; q.Type == t && q.Name != "" && q.Name == word {
			return q.ID, q.Name, true
		}
	}
	if n, err := strconv.ParseInt(word, 10, 64); err == nil && n >= 0 {
		for i := range f.Quotas {
			if q := &f.Quotas[i]; q.Type == t && q.ID == n {
				return n, q.Name, true
			}
		}
		return n, ownerName(t, n), true
	}
	text := ""
	if t == QuotaUser {
		if u, err := user.Lookup(word); err == nil {
			text = u.Uid
		}
	} else if g, err := user.LookupGroup(word); err == nil {
		text = g.Gid
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, word, err == nil
}

// setDefault sets the default limits of a type.
func (f *Filesystem) setDefault(ch limitChange, block, files Usage) {
	i := slices.IndexFunc(f.DefaultQuotas, func(q Quota) bool { return q.Type == ch.typ && q.Fileset == ch.fileset })
	if i < 0 {
		f.DefaultQuotas = append(f.DefaultQuotas, Quota{Type: ch.typ, Fileset: ch.fileset, Remarks: "default"})
		i = len(f.DefaultQuotas) - 1
	}
	if ch.block != "" {
		f.DefaultQuotas[i].Block = block
	}
	if ch.files != "" {
		f.DefaultQuotas[i].Files = files
	}
}

// setGrace sets the grace periods of a type.
func (c *call) setGrace(f *Filesystem, ch limitChange) int {
	g := &f.GracePeriods[quotaIndex(ch.typ)]
	for _, half := range []struct {
		text string
		into *time.Duration
	}{{ch.block, &g.Block}, {ch.files, &g.Files}} {
		if half.text == "" {
			continue
		}
		d, ok := parsePeriod(half.text)
		if !ok {
			return c.usage("Incorrect option: --grace " + half.text) // unverified: wording
		}
		*half.into = d
	}
	return 0
}

// parsePeriod reads 7days, 10hours, 30minutes, 90seconds.
func parsePeriod(text string) (time.Duration, bool) {
	i := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if i <= 0 {
		return 0, false
	}
	n, err := strconv.Atoi(text[:i])
	unit, ok := map[string]time.Duration{
		"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour,
	}[strings.TrimSuffix(strings.TrimSpace(strings.ToLower(text[i:])), "s")]
	return time.Duration(n) * unit, err == nil && ok
}

// parseLimits reads Soft[:Hard]; an omitted hard limit is none. Sizes without a suffix are bytes and are kept in units.
func parseLimits(text string, unit int64) (Usage, error) {
	var u Usage
	if text == "" {
		return u, nil
	}
	soft, hard, _ := strings.Cut(text, ":")
	for _, half := range []struct {
		text string
		into *int64
	}{{soft, &u.Soft}, {hard, &u.Hard}} {
		if half.text == "" {
			continue
		}
		n, err := parseSize(half.text)
		if err != nil {
			return u, err
		}
		*half.into = (n + unit - 1) / unit
	}
	return u, nil
}

// releaseAtLeast compares a release like "5.1.8.0".
func releaseAtLeast(release string, version, rel, mod int) bool {
	return (&State{Release: release}).atLeast(version, rel, mod)
}
