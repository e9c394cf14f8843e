package mmsim

import (
	"slices"
	"strings"
)

func mmlsnsd(c *call) int {
	var only *Filesystem
	if c.has("-f") {
		if only = c.st.filesystem(c.get("-f")); only == nil {
			return c.unknownDevice(c.get("-f"))
		}
	}
	wanted := strings.FieldsFunc(c.get("-d"), func(r rune) bool { return r == ';' })
	for _, name := range wanted {
		if c.st.nsd(name) == nil {
			return c.fail("Disk %s not found.", name) // unverified: wording
		}
	}
	var nsds []*NSD
	for i := range c.st.NSDs {
		n := &c.st.NSDs[i]
		user := c.st.nsdUser(n.Name)
		if c.has("-F") && user != nil || only != nil && user != only || len(wanted) > 0 && !slices.Contains(wanted, n.Name) {
			continue
		}
		nsds = append(nsds, n)
	}
	if len(nsds) == 0 {
		return c.fail("No disks were found.")
	}
	switch {
	case c.has("-Y") && c.any("-X", "-m", "-M"):
		mmlsnsdDevices(c, nsds)
	case c.has("-Y"):
		w := c.y()
		w.header("nsd", "fileSystem", "diskName", "volumeId", "serverList", "thinDisk")
		for _, n := range nsds {
			w.row("nsd", c.st.nsdUserName(n), n.Name, n.VolumeID, strings.Join(n.Servers, ","), n.Thin)
		}
	case c.any("-m", "-M", "-X"):
		mmlsnsdDevicesHuman(c, nsds)
	case c.has("-L"):
		c.printf("\n File system   Disk name    NSD volume ID      NSD servers                                    \n%s\n", strings.Repeat("-", 94))
		for _, n := range nsds {
			c.printf(" %s %s %s %s\n", pad(c.st.nsdUserHuman(n), 13), pad(n.Name, 12), pad(n.VolumeID, 18), pad(n.serverList(), 24))
		}
		c.printf("\n")
	default:
		c.printf("\n File system   Disk name    NSD servers                                    \n%s\n", strings.Repeat("-", 75))
		for _, n := range nsds {
			c.printf(" %s %s %s\n", pad(c.st.nsdUserHuman(n), 13), pad(n.Name, 12), pad(n.serverList(), 24))
		}
		c.printf("\n")
	}
	return 0
}

// nsdUserName is the file system that uses an NSD, "" for a free one.
func (s *State) nsdUserName(n *NSD) string {
	if f := s.nsdUser(n.Name); f != nil {
		return f.Name
	}
	return ""
}

func (s *State) nsdUserHuman(n *NSD) string {
	if name := s.nsdUserName(n); name != "" {
		return name
	}
	return "(free disk)"
}

func (n *NSD) serverList() string {
	if len(n.Servers) == 0 {
		return "(directly attached)" // unverified: wording
	}
	return strings.Join(n.Servers, ",")
}

// mmlsnsdDevices is the -X form: one row for each server that sees the disk.
func mmlsnsdDevices(c *call, nsds []*NSD) {
	fields := []string{"fileSystem", "diskName", "volumeId", "serverList", "deviceType", "localDiskName", "remarks"}
	size := c.st.atLeast(5, 2, 0)
	if size {
		fields = append(fields, "sizeMB")
	}
	w := c.y()
	w.header("nsd", fields...)
	for _, n := range nsds {
		for _, server := range n.Servers {
			values := []any{c.st.nsdUserName(n), n.Name, n.VolumeID, server, n.DeviceType, n.Device, "server node"}
			if size {
				values = append(values, n.SizeKB/1024)
			}
			w.row("nsd", values...)
		}
	}
}

func mmlsnsdDevicesHuman(c *call, nsds []*NSD) {
	if c.has("-X") {
		c.printf("\n Disk name    NSD volume ID      Device         Devtype  Node name                Remarks          \n%s\n", strings.Repeat("-", 99))
	} else {
		c.printf("\n Disk name    NSD volume ID      Device         Node name                Remarks       \n%s\n", strings.Repeat("-", 87))
	}
	for _, n := range nsds {
		for _, server := range n.Servers {
			c.printf(" %s %s %s ", pad(n.Name, 12), pad(n.VolumeID, 18), pad(n.Device, 14))
			if c.has("-X") {
				c.printf("%s ", pad(n.DeviceType, 8))
			}
			c.printf("%s server node\n", pad(server, 24))
		}
	}
	c.printf("\n")
}
