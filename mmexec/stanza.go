package mmexec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// NSDStanza describes a disk in a stanza file, for mmcrnsd, mmcrfs, mmadddisk and the other disk commands. Empty fields
// are left out.
type NSDStanza struct {
	NSD          string   // its name
	Device       string   // /dev/... on the first server; for mmcrnsd only
	Servers      []string // NSD servers, the preferred one first
	Usage        string   // dataAndMetadata, dataOnly, metadataOnly, descOnly or localCache
	FailureGroup *int     // -1 to 4000
	Pool         string   // storage pool
	ThinDisk     string   // thinDiskType: no, nvme, scsi or auto
}

// PoolStanza describes a storage pool in a stanza file, for mmcrfs and mmadddisk. Empty fields are left out.
type PoolStanza struct {
	Pool      string
	BlockSize uint64 // bytes
	Layout    string // layoutMap: scatter or cluster
}

// StanzaFile writes disks and pools as the private file that the disk commands read.
func StanzaFile(disks []NSDStanza, pools []PoolStanza) (File, error) {
	const command = "stanza file"
	if len(disks) == 0 && len(pools) == 0 {
		return File{}, &OptionError{command, "there is no disk in it"}
	}
	var b strings.Builder
	var bad error
	fail := func(err error) {
		if bad == nil {
			bad = err
		}
	}
	put := func(name, value string) {
		if value == "" {
			return
		}
		if strings.ContainsAny(value, " \t\r\n\x00") || strings.HasPrefix(value, "%") {
			fail(&OptionError{command, fmt.Sprintf("%s cannot be %q", name, value)})
		}
		fmt.Fprintf(&b, "  %s=%s\n", name, value)
	}
	for _, p := range pools {
		fail(CheckPoolName(p.Pool))
		if p.Layout != "" {
			fail(oneOf(command, "layoutMap", p.Layout, "scatter", "cluster"))
		}
		b.WriteString("%pool:\n")
		put("pool", p.Pool)
		if p.BlockSize > 0 {
			put("blockSize", sizeArg(p.BlockSize))
		}
		put("layoutMap", p.Layout)
	}
	for _, d := range disks {
		if d.NSD != "" || d.Device == "" {
			fail(CheckDiskName(d.NSD))
		}
		for _, s := range d.Servers {
			fail(CheckNodeName(s))
		}
		if d.Usage != "" {
			fail(oneOf(command, "usage", d.Usage, "dataAndMetadata", "dataOnly", "metadataOnly", "descOnly", "localCache"))
		}
		if d.Pool != "" {
			fail(CheckPoolName(d.Pool))
		}
		if d.ThinDisk != "" {
			fail(oneOf(command, "thinDiskType", d.ThinDisk, "no", "nvme", "scsi", "auto"))
		}
		b.WriteString("%nsd:\n")
		put("device", d.Device)
		put("nsd", d.NSD)
		put("servers", strings.Join(d.Servers, ","))
		put("usage", d.Usage)
		if g := d.FailureGroup; g != nil {
			if *g < -1 || *g > 4000 {
				fail(&OptionError{command, fmt.Sprintf("a failure group is -1 to 4000, not %d", *g)})
			}
			put("failureGroup", strconv.Itoa(*g))
		}
		put("pool", d.Pool)
		put("thinDiskType", d.ThinDisk)
	}
	if bad != nil {
		return File{}, bad
	}
	return File{Name: "stanza", Data: []byte(b.String())}, nil
}

func stanzaNames(disks []NSDStanza) []string {
	var names []string
	for _, d := range disks {
		name := d.NSD
		if name == "" {
			name = d.Device
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// stanzas adds -F with a stanza file.
func (l *line) stanzas(disks []NSDStanza, pools []PoolStanza) *line {
	f, err := StanzaFile(disks, pools)
	if err != nil {
		return l.fail(err)
	}
	return l.file("-F", f)
}
