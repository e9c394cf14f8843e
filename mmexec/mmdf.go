package mmexec

import (
	"strconv"
	"strings"
)

// DfOptions are the options of mmdf.
type DfOptions struct {
	Pool string // -P: only this storage pool
	QoS  string // --qos: maintenance or other
}

// MmDf lists the free space of a file system by disk and pool: mmdf Device -Y. It reads allocation maps and costs a lot
// of I/O.
func MmDf(dev string, o DfOptions) (Command, error) {
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	args := []string{dev}
	if o.Pool != "" {
		if err := CheckPoolName(o.Pool); err != nil {
			return Command{}, err
		}
		args = append(args, "-P", o.Pool)
	}
	qos, err := qosArgs("mmdf", o.QoS)
	if err != nil {
		return Command{}, err
	}
	args = append(args, qos...)
	return Command{Name: "mmdf", Args: append(args, "-Y"), Object: "space of " + dev}, nil
}

// Free is free space: in full blocks and in fragments, in KB and in percent.
type Free struct {
	BlocksKB     uint64
	BlocksPct    int
	FragmentsKB  uint64
	FragmentsPct int
}

// DfDisk is one disk of mmdf.
type DfDisk struct {
	Name         string
	Pool         string
	SizeKB       uint64
	FailureGroup int
	Metadata     bool
	Data         bool
	Free         Free
	Unavailable  bool // marked with a star: nothing is allocated on it
}

// DfTotal is the sum over a pool, over all data or metadata, or over the file system.
type DfTotal struct {
	Name   string // the pool, "(data)", "(metadata)" or "(total)"
	SizeKB uint64
	Free   Free
	// MaxDiskSize is the largest disk that the pool takes, as printed ("15.87 GB"); of pools only.
	MaxDiskSize string
}

// Df is the reply of mmdf.
type Df struct {
	Disks    []DfDisk
	Pools    []DfTotal
	Data     *DfTotal // nil unless pools hold either data or metadata
	Metadata *DfTotal
	Total    *DfTotal

	UsedInodes, FreeInodes, AllocatedInodes, MaxInodes uint64
}

// ParseMmDf reads what mmdf prints for people.
func ParseMmDf(data []byte) (Df, error) {
	const command, poolTitle = "mmdf", "Disks in storage pool: "
	var d Df
	pool, maxDisk := "", ""
	for n, line := range lines(data) {
		w := strings.Fields(strings.NewReplacer("(pool total)", "(pool-total)", "( ", "(").Replace(line))
		if strings.HasSuffix(line, "%)*") {
			w = strings.Fields(strings.TrimSuffix(line, "*") + " *")
		}
		if pool == "" && !strings.HasPrefix(line, poolTitle) || len(w) == 0 || rule(line) {
			continue // the titles of the table
		}
		switch {
		case strings.HasPrefix(line, poolTitle):
			rest := strings.TrimPrefix(line, poolTitle)
			name, note, _ := strings.Cut(rest, " (Maximum disk size allowed is ")
			pool, maxDisk = name, strings.TrimSuffix(note, ")")
		case strings.HasPrefix(line, "Inode Information"):
		case strings.Contains(line, "inodes") && strings.Contains(line, ":"):
			if err := d.inodes(line); err != nil {
				return d, formatError(command, n, "%v", err)
			}
		case strings.HasPrefix(line, "("):
			t, err := parseDfTotal(w)
			if err != nil {
				return d, formatError(command, n, "%v in %q", err, shorten(line))
			}
			switch t.Name {
			case "(pool-total)":
				t.Name, t.MaxDiskSize = pool, maxDisk
				d.Pools = append(d.Pools, t)
			case "(data)":
				d.Data = &t
			case "(metadata)":
				d.Metadata = &t
			case "(total)":
				d.Total = &t
			}
		default:
			disk, err := parseDfDisk(w, pool)
			if err != nil {
				return d, formatError(command, n, "%v in %q", err, shorten(line))
			}
			d.Disks = append(d.Disks, disk)
		}
	}
	if pool == "" {
		return d, formatError(command, 0, "there is no storage pool in it")
	}
	return d, nil
}

// inodes takes in one line of the last block. Its wording differs with the release: "Number of used inodes:", "Total
// number of used inodes in all Inode spaces:".
func (d *Df) inodes(line string) error {
	label, value, _ := strings.Cut(line, ":")
	n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 64)
	if err != nil {
		return err
	}
	label = strings.ToLower(label)
	switch {
	case strings.Contains(label, " used "):
		d.UsedInodes = n
	case strings.Contains(label, " free "):
		d.FreeInodes = n
	case strings.Contains(label, " allocated "):
		d.AllocatedInodes = n
	case strings.Contains(label, "maximum "):
		d.MaxInodes = n
	}
	return nil
}

func parseDfTotal(w []string) (DfTotal, error) {
	if len(w) < 6 {
		return DfTotal{}, strconv.ErrSyntax
	}
	f := fields{words: w}
	t := DfTotal{Name: w[0], SizeKB: f.count(1), Free: f.free(2)}
	return t, f.err
}

func parseDfDisk(w []string, pool string) (DfDisk, error) {
	star := len(w) > 0 && w[len(w)-1] == "*"
	if star {
		w = w[:len(w)-1]
	}
	w = strings.Fields(strings.ReplaceAll(strings.Join(w, " "), "( ", "("))
	if len(w) != 9 {
		return DfDisk{}, strconv.ErrSyntax
	}
	f := fields{words: w}
	d := DfDisk{
		Name: w[0], Pool: pool, SizeKB: f.count(1), FailureGroup: f.number(2), Metadata: f.yesNo(3), Data: f.yesNo(4),
		Free: f.free(5), Unavailable: star,
	}
	return d, f.err
}

func (f *fields) free(i int) Free {
	return Free{BlocksKB: f.count(i), BlocksPct: f.percent(i + 1), FragmentsKB: f.count(i + 2), FragmentsPct: f.percent(i + 3)}
}
