package mmsim

import (
	"fmt"
	"strconv"
	"strings"
)

// quotaRow is an entry as mmlsquota shows it, and the file system it is of.
type quotaRow struct {
	device  string
	fs      *Filesystem
	quota   *Quota
	remarks string // the owning cluster of a remote file system
}

func mmlsquota(c *call) int {
	typ, word := QuotaUser, strconv.FormatInt(c.user.uid, 10)
	asked := ""
	for _, o := range []struct {
		flag string
		typ  QuotaType
	}{{"-u", QuotaUser}, {"-g", QuotaGroup}, {"-j", QuotaFileset}} {
		if c.has(o.flag) && !c.has("-d") {
			typ, word, asked = o.typ, c.get(o.flag), o.flag
		}
	}
	if !c.daemon() {
		return 1
	}
	if c.has("-d") {
		return mmlsquotaDefaults(c)
	}
	rows, known, code := c.quotaRows(typ, word)
	if code != 0 {
		return code
	}
	if !known {
		switch typ {
		case QuotaFileset:
			return c.failDaemon(22, "%s: no such fileset in quota enabled file systems", word)
		default:
			return c.failDaemon(22, "%s: no such user or group", word) // unverified: wording
		}
	}
	if c.has("-Y") {
		mmlsquotaY(c, typ, asked, rows)
	} else {
		mmlsquotaHuman(c, typ, asked, word, rows)
	}
	return 0
}

// quotaRows collects the entries of an owner. known is false when nobody knows the owner.
func (c *call) quotaRows(typ QuotaType, word string) (rows []quotaRow, known bool, code int) {
	var systems []listed
	filesets := map[string]string{}
	if len(c.operands) == 0 {
		for _, l := range c.everySystem() {
			if len(l.fs.Attrs.QuotaTypes) > 0 {
				systems = append(systems, l)
			}
		}
		if len(systems) == 0 {
			c.errorf("No quota enabled file system found.\n%s: tslsquota %s failed. Error code 22.\n", c.cmd.name, strings.Join(append(c.order, ""), " "))
			c.failed()
			return nil, false, 22
		}
	}
	for _, operand := range c.operands {
		device, fileset, _ := strings.Cut(operand, ":")
		found, ok := c.listed(device)
		if !ok {
			return nil, false, 1
		}
		systems = append(systems, found...)
		filesets[deviceName(device)] = fileset
	}
	for _, l := range systems {
		id, _, ok := l.fs.owner(typ, word)
		if !ok {
			continue
		}
		known = true
		c.outdated(l.fs)
		remarks := ""
		if l.remote != nil {
			remarks = l.remote.Cluster
		}
		for i := range l.fs.Quotas {
			q := &l.fs.Quotas[i]
			if q.Type != typ || q.ID != id || filesets[l.name] != "" && q.Fileset != filesets[l.name] {
				continue
			}
			idle := q.Block.Used == 0 && q.Files.Used == 0 && q.limits() == 0
			over := !q.Block.Grace.IsZero() || !q.Files.Grace.IsZero()
			if idle && !c.has("-v") || c.has("-q") && !over {
				continue
			}
			rows = append(rows, quotaRow{l.name, l.fs, q, remarks})
		}
	}
	return rows, known, 0
}

// everySystem lists the local file systems and the remote ones.
func (c *call) everySystem() []listed {
	var all []listed
	for i := range c.st.Filesystems {
		all = append(all, listed{name: c.st.Filesystems[i].Name, fs: &c.st.Filesystems[i]})
	}
	for i := range c.st.RemoteFilesystems {
		r := &c.st.RemoteFilesystems[i]
		all = append(all, listed{name: r.LocalName, fs: r.attributes(), remote: r})
	}
	return all
}

// limits is 0 for an entry without any limit.
func (q *Quota) limits() int64 { return q.Block.Soft | q.Block.Hard | q.Files.Soft | q.Files.Hard }

func mmlsquotaY(c *call, typ QuotaType, asked string, rows []quotaRow) {
	section := map[QuotaType]string{QuotaUser: "user", QuotaGroup: "group", QuotaFileset: "fileset"}[typ]
	fields := []string{"filesystemName", "quotaType", "id", "name", "blockUsage", "blockQuota", "blockLimit", "blockInDoubt", "blockGrace",
		"filesUsage", "filesQuota", "filesLimit", "filesInDoubt", "filesGrace", "remarks"}
	fid := c.st.atLeast(5, 0, 0)
	if fid {
		fields = append(fields, "fid")
	}
	w := c.y()
	w.header(section, append(fields, "filesetname")...)
	for _, r := range rows {
		q, name := r.quota, c.quotaName(r.quota)
		if asked == "" {
			name = "-" // the caller
		}
		values := []any{r.device, string(q.Type), q.ID, name, q.Block.Used, q.Block.Soft, q.Block.Hard, q.Block.InDoubt, c.grace(q.Block),
			q.Files.Used, q.Files.Soft, q.Files.Hard, q.Files.InDoubt, c.grace(q.Files), r.remarks}
		fileset := ""
		if q.Type != QuotaFileset && r.fs.Attrs.PerfilesetQuota {
			fileset = q.Fileset
		}
		if fid {
			values = append(values, q.FilesetID)
		}
		w.row(section, append(values, fileset)...)
	}
}

func mmlsquotaHuman(c *call, typ QuotaType, asked, word string, rows []quotaRow) {
	perfileset := false
	for _, r := range rows {
		perfileset = perfileset || r.fs.Attrs.PerfilesetQuota && typ != QuotaFileset
		if id := r.quota.ID; asked == "-g" || asked == "-u" {
			kind, short := "group", "gid"
			if asked == "-u" {
				kind, short = "user", "uid"
			}
			c.printf("\nDisk quotas for %s %s (%s %d):\n", kind, word, short, id)
			asked = "shown"
		}
	}
	unit, gap, column := "    KB", "", ""
	if c.has("--block-size") {
		unit = "blocks"
	}
	if perfileset {
		gap, column = strings.Repeat(" ", 11), "Fileset    "
	}
	c.printf("                         Block Limits      %s                              |     File Limits\n", gap)
	c.printf("Filesystem %stype         %s      quota      limit   in_doubt    grace |    files   quota    limit in_doubt    grace  Remarks\n", column, unit)
	for _, r := range rows {
		q := r.quota
		c.printf("%s ", pad(r.device, 10))
		if perfileset {
			c.printf("%s ", pad(q.Fileset, 10))
		}
		if q.limits() == 0 && typ == QuotaFileset {
			c.printf("%s     no limits                       %s\n", pad(string(q.Type), 7), r.remarks)
			continue
		}
		c.printf("%s %11s %10s %10s %10s %8s | %8d %7d %8d %8d %8s %s\n", pad(string(q.Type), 7), c.blocks(q.Block.Used), c.blocks(q.Block.Soft),
			c.blocks(q.Block.Hard), c.blocks(q.Block.InDoubt), c.grace(q.Block), q.Files.Used, q.Files.Soft, q.Files.Hard, q.Files.InDoubt, c.grace(q.Files), r.remarks)
	}
}

// blocks writes a size in KiB as --block-size asks for it.
func (c *call) blocks(kb int64) string {
	switch size := c.get("--block-size"); {
	case size == "":
		return strconv.FormatInt(kb, 10)
	case size == "auto":
		v, unit := float64(kb), 0
		for v >= 1024 && unit < 4 {
			v, unit = v/1024, unit+1
		}
		if kb == 0 {
			return "0"
		}
		return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") + string("KMGTP"[unit])
	default:
		n, err := parseSize(size)
		if err != nil || n <= 0 {
			return strconv.FormatInt(kb, 10)
		}
		return strconv.FormatInt((kb*1024+n-1)/n, 10)
	}
}

// mmlsquotaDefaults answers -d. unverified: the form of default limits.
func mmlsquotaDefaults(c *call) int {
	c.printf("                         Default Block Limits           |  Default File Limits\nFilesystem Fileset    type          quota      limit |    quota    limit entryType\n")
	for _, l := range c.everySystem() {
		if len(c.operands) > 0 && !namesDevice(c.operands, l.name) || len(l.fs.Attrs.QuotaTypes) == 0 {
			continue
		}
		for i := range l.fs.DefaultQuotas {
			q := &l.fs.DefaultQuotas[i]
			c.printf("%s %s %s %10d %10d | %8d %8d default %s\n", pad(l.name, 10), pad(q.Fileset, 10), pad(string(q.Type), 7),
				q.Block.Soft, q.Block.Hard, q.Files.Soft, q.Files.Hard, onOff(q.DefaultsOn))
		}
	}
	return 0
}
