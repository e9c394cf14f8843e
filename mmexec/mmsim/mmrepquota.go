package mmsim

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/policy/spell"
)

func mmrepquota(c *call) int {
	if !c.has("-a") && len(c.operands) == 0 {
		return c.usage("Missing arguments.")
	}
	types := c.quotaTypes()
	type report struct {
		fs      *Filesystem
		fileset string
	}
	var reports []report
	if c.has("-a") {
		for i := range c.st.Filesystems {
			if f := &c.st.Filesystems[i]; len(f.Attrs.QuotaTypes) > 0 {
				reports = append(reports, report{fs: f})
			}
		}
	}
	for _, operand := range c.operands {
		device, fileset, _ := strings.Cut(operand, ":")
		f := c.st.filesystem(device)
		if f == nil {
			return c.unknownDevice(device)
		}
		if fileset != "" && f.fileset(fileset) == nil {
			return c.filesetNotFound(fileset)
		}
		if len(f.Attrs.QuotaTypes) == 0 {
			return c.failDaemon(22, "%s: no quota management installed", f.Name) // unverified: wording and exit status
		}
		reports = append(reports, report{f, fileset})
	}
	if !c.daemon() {
		return 1
	}
	if len(reports) == 0 {
		return c.failDaemon(22, "No quota enabled file system found.")
	}
	for _, r := range reports {
		if c.has("-t") {
			c.gracePeriods(r.fs)
			continue
		}
		c.outdated(r.fs)
		if c.has("-Y") {
			mmrepquotaY(c, r.fs, r.fileset, types)
		} else {
			mmrepquotaHuman(c, r.fs, r.fileset, types)
		}
	}
	return 0
}

// gracePeriods prints how long soft limits may be exceeded.
//
// unverified: the form of the lines; from memory of the manual.
func (c *call) gracePeriods(f *Filesystem) {
	span := func(d time.Duration) string {
		if d == 0 {
			d = defaultGrace
		}
		if d%(24*time.Hour) == 0 {
			return strconv.Itoa(int(d/(24*time.Hour))) + "days"
		}
		return strconv.Itoa(int(d/time.Hour)) + "hours"
	}
	for _, t := range []struct {
		label string
		typ   QuotaType
	}{{"User", QuotaUser}, {"Group", QuotaGroup}, {"Fileset", QuotaFileset}} {
		g := f.GracePeriods[quotaIndex(t.typ)]
		c.printf("%s: block default grace time %s, inode default grace time %s\n", t.label, span(g.Block), span(g.Files))
	}
}

// outdated warns that usage was not counted for a while.
func (c *call) outdated(f *Filesystem) {
	if f.QuotaOutdated {
		c.errorf("%s: quota accounting information is outdated. Run mmcheckquota.\n", f.Name) // unverified: the rest of the line
	}
}

// quotaTypes are the types asked for, all of them without an option.
func (c *call) quotaTypes() []QuotaType {
	var types []QuotaType
	for _, t := range []struct {
		flag string
		typ  QuotaType
	}{{"-u", QuotaUser}, {"-g", QuotaGroup}, {"-j", QuotaFileset}} {
		if c.has(t.flag) || !c.any("-u", "-g", "-j") {
			types = append(types, t.typ)
		}
	}
	return types
}

// entries lists the quota entries of a report in the order of the command.
func (f *Filesystem) entries(types []QuotaType, fileset string, visit func(*Quota)) {
	for _, t := range types {
		for i := range f.Quotas {
			if q := &f.Quotas[i]; q.Type == t && (fileset == "" || q.Fileset == fileset || t == QuotaFileset && q.Name == fileset) {
				visit(q)
			}
		}
	}
}

func mmrepquotaY(c *call, f *Filesystem, fileset string, types []QuotaType) {
	if c.has("-a") {
		c.printf("*** Report for %s quotas on %s\n", joinTypes(types), f.Name)
	}
	w := c.y()
	w.header("", "filesystemName", "quotaType", "id", "name", "blockUsage", "blockQuota", "blockLimit", "blockInDoubt", "blockGrace",
		"filesUsage", "filesQuota", "filesLimit", "filesInDoubt", "filesGrace", "remarks", "quota", "defQuota", "fid", "filesetname")
	f.entries(types, fileset, func(q *Quota) {
		var fid, filesetName any = "", ""
		if q.Type != QuotaFileset && f.Attrs.PerfilesetQuota {
			fid, filesetName = q.FilesetID, q.Fileset
		}
		w.row("", f.Name, string(q.Type), q.ID, c.quotaName(q), q.Block.Used, q.Block.Soft, q.Block.Hard, q.Block.InDoubt, c.grace(q.Block),
			q.Files.Used, q.Files.Soft, q.Files.Hard, q.Files.InDoubt, c.grace(q.Files), q.Remarks,
			f.enforced(q.Type), onOff(q.DefaultsOn), fid, filesetName)
	})
}

func joinTypes(types []QuotaType) string {
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = string(t)
	}
	return strings.Join(words, " ")
}

// quotaName is the owner: the id when it has no name, and with -n (names of filesets stay).
func (c *call) quotaName(q *Quota) string {
	if q.Name == "" || c.has("-n") && q.Type != QuotaFileset {
		return strconv.FormatInt(q.ID, 10)
	}
	return q.Name
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// enforced tells in the words of the command whether quotas of a type are enforced.
func (f *Filesystem) enforced(t QuotaType) string {
	word := map[QuotaType]string{QuotaUser: "user", QuotaGroup: "group", QuotaFileset: "fileset"}[t]
	return onOff(slices.Contains(f.Attrs.QuotaEnforced, word))
}

// grace is the time that is left of an exceeded soft limit.
func (c *call) grace(u Usage) string {
	if u.Grace.IsZero() {
		return "none"
	}
	left := u.Grace.Sub(c.now)
	switch {
	case left <= 0:
		return "expired"
	case left >= 24*time.Hour:
		return spell.Count(int64(left/(24*time.Hour)), "day")
	case left >= time.Hour:
		return spell.Count(int64(left/time.Hour), "hour")
	default:
		return spell.Count(int64(left/time.Minute), "minute")
	}
}

// mmrepquotaHuman prints the table. unverified: widths of a current release.
func mmrepquotaHuman(c *call, f *Filesystem, fileset string, types []QuotaType) {
	for _, t := range types {
		c.printf("*** Report for %s quotas on %s\n", t, f.Name)
		c.printf("                         Block Limits                                               |                     File Limits\n")
		c.printf("Name       fileset    type             KB      quota      limit   in_doubt    grace |    files   quota    limit in_doubt    grace entryType\n")
		f.entries([]QuotaType{t}, fileset, func(q *Quota) {
			c.printf("%s %s %s %12d %10d %10d %10d %8s | %8d %7d %8d %8d %8s %s\n", pad(c.quotaName(q), 10), pad(q.Fileset, 10), pad(string(q.Type), 7),
				q.Block.Used, q.Block.Soft, q.Block.Hard, q.Block.InDoubt, c.grace(q.Block),
				q.Files.Used, q.Files.Soft, q.Files.Hard, q.Files.InDoubt, c.grace(q.Files), q.Remarks)
		})
	}
}
