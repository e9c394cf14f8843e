package mmsim

import (
	"slices"
	"strings"
)

func mmlsdisk(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	if c.has("-e") && c.has("-Y") {
		return c.usage("Incorrect option: -e") // unverified: wording; the synopsis has -e and -Y exclude each other
	}
	var disks []*Disk
	wanted := strings.FieldsFunc(c.get("-d"), func(r rune) bool { return r == ';' })
	for _, name := range wanted {
		if !slices.ContainsFunc(f.Disks, func(d Disk) bool { return d.NSD == name }) {
			return c.fail("%s not found in file system %s", name, f.Name) // unverified: that mmlsdisk words it like mmdeldisk
		}
	}
	for i := range f.Disks {
		d := &f.Disks[i]
		ready := d.Status == "ready" && d.Availability == "up"
		if (len(wanted) == 0 || slices.Contains(wanted, d.NSD)) && (!c.has("-e") || !ready) {
			disks = append(disks, d)
		}
	}
	switch {
	case c.any("-m", "-M"):
		return mmlsdiskNodes(c, disks)
	case c.has("-Y"):
		return mmlsdiskY(c, f, disks)
	case len(disks) == 0 && c.has("-e"):
		c.printf("All disks up and ready\n") // unverified: wording
		return 0
	default:
		return mmlsdiskHuman(c, f, disks)
	}
}

func mmlsdiskY(c *call, f *Filesystem, disks []*Disk) int {
	fields := []string{"nsdName", "driverType", "sectorSize", "failureGroup", "metadata", "data", "status", "availability", "diskID",
		"storagePool", "remarks", "numQuorumDisks", "readQuorumValue", "writeQuorumValue", "diskSizeKB", "diskUID", "thinDiskType"}
	replica := c.st.atLeast(5, 1, 0)
	if replica {
		fields = append(fields, "replicaType")
	}
	w := c.y()
	w.header("", fields...)
	quorum, need := f.descriptorQuorum()
	for _, d := range disks {
		nsd := c.st.nsd(d.NSD)
		uid, thin := "", ""
		if nsd != nil {
			uid, thin = nsd.VolumeID, nsd.Thin
		}
		values := []any{d.NSD, "nsd", 512, d.FailureGroup, yesNo(d.Metadata), yesNo(d.Data), d.Status, d.Availability, d.ID, d.Pool,
			d.remarks(), quorum, need, need, d.SizeKB, uid, thin}
		if replica {
			values = append(values, "")
		}
		w.row("", values...)
	}
	return 0
}

func (d *Disk) remarks() string {
	if d.Descriptor {
		return "desc"
	}
	return ""
}

// descriptorQuorum counts the disks with a file system descriptor, and how many of them must be read or written.
func (f *Filesystem) descriptorQuorum() (disks, need int) {
	for i := range f.Disks {
		if f.Disks[i].Descriptor {
			disks++
		}
	}
	return disks, disks/2 + 1
}

func mmlsdiskHuman(c *call, f *Filesystem, disks []*Disk) int {
	if c.has("-L") {
		c.printf("disk         driver   sector     failure holds    holds                                    storage\n")
		c.printf("name         type       size       group metadata data  status        availability disk id pool         remarks   \n")
		c.printf("------------ -------- ------ ----------- -------- ----- ------------- ------------ ------- ------------ ---------\n")
	} else {
		c.printf("disk         driver   sector     failure holds    holds                            storage\n")
		c.printf("name         type       size       group metadata data  status        availability pool\n")
		c.printf("------------ -------- ------ ----------- -------- ----- ------------- ------------ ------------\n")
	}
	for _, d := range disks {
		c.printf("%s %s %6d %11d %s %s %s %s ", pad(d.NSD, 12), pad("nsd", 8), 512, d.FailureGroup, pad(yesNo(d.Metadata), 8), pad(yesNo(d.Data), 5),
			pad(d.Status, 13), pad(d.Availability, 12))
		if c.has("-L") {
			c.printf("%7d %s %s\n", d.ID, pad(d.Pool, 12), pad(d.remarks(), 9))
		} else {
			c.printf("%s \n", pad(d.Pool, 12))
		}
	}
	if c.has("-L") {
		quorum, need := f.descriptorQuorum()
		c.printf("Number of quorum disks: %d \nRead quorum value:      %d\nWrite quorum value:     %d\n", quorum, need, need)
	}
	return 0
}

// mmlsdiskNodes answers -m and -M: on which node I/O to a disk is performed. unverified: the whole form.
func mmlsdiskNodes(c *call, disks []*Disk) int {
	if c.has("-Y") {
		w := c.y()
		w.header("", "nsdName", "IOPerformedOnNode", "availability")
		for _, d := range disks {
			w.row("", d.NSD, c.ioNode(d), d.Availability)
		}
		return 0
	}
	c.printf("Disk name     IO performed on node     Availability\n------------  -----------------------  ------------\n")
	for _, d := range disks {
		c.printf("%s  %s  %s\n", pad(d.NSD, 12), pad(c.ioNode(d), 23), d.Availability)
	}
	return 0
}

func (c *call) ioNode(d *Disk) string {
	nsd := c.st.nsd(d.NSD)
	if nsd == nil || d.Availability != "up" {
		return "-"
	}
	for _, server := range nsd.Servers {
		if n := c.st.nodeNamed(server); n != nil && n.State == NodeActive {
			return n.DaemonName
		}
	}
	if len(nsd.Servers) == 0 {
		return "localhost"
	}
	return "-"
}
