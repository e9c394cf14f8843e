package mmsim

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// mmcrnsd makes NSDs from a stanza file.
func mmcrnsd(c *call) int {
	data, ok := c.files(c.get("-F"))
	if !c.has("-F") {
		return c.usage("Missing arguments.")
	}
	if !ok {
		return c.fail("Cannot read %s.", c.get("-F")) // unverified: wording
	}
	stanzas := parseStanzas(string(data), "nsd")
	if len(stanzas) == 0 {
		return c.fail("No disks were found in %s.", c.get("-F")) // unverified: wording
	}
	var fresh []NSD
	for i, s := range stanzas {
		n, code := c.nsdFromStanza(s, i)
		if code != 0 {
			return code
		}
		if c.st.nsd(n.Name) != nil || slices.ContainsFunc(fresh, func(other NSD) bool { return other.Name == n.Name }) {
			return c.fail("Disk name %s is already in use.", n.Name) // unverified: wording
		}
		fresh = append(fresh, n)
	}
	for _, n := range fresh {
		c.printf("mmcrnsd: Processing disk %s\n", strings.TrimPrefix(n.Device, "/dev/"))
	}
	c.st.NSDs = append(c.st.NSDs, fresh...)
	c.propagate()
	return 0
}

// nsdFromStanza reads one %nsd stanza. unverified: wording of all refusals.
func (c *call) nsdFromStanza(s stanza, index int) (NSD, int) {
	n := NSD{Name: s["nsd"], Device: s["device"], DeviceType: "generic", Usage: s["usage"], Pool: s["pool"], Thin: s["thindisktype"], SizeKB: 1 << 30}
	if n.Device == "" {
		return n, c.fail("The device of disk %s is not specified.", n.Name)
	}
	if n.Name == "" {
		n.Name = fmt.Sprintf("gpfs%dnsd", len(c.st.NSDs)+index+1)
	}
	n.Name = strings.TrimPrefix(n.Name, "/dev/")
	if g := s["failuregroup"]; g != "" {
		number, err := strconv.Atoi(strings.Split(g, ",")[0])
		if err != nil {
			return n, c.fail("Incorrect failure group: %s", g)
		}
		n.FailureGroup = number
	} else {
		n.FailureGroup = -1
	}
	if n.Usage == "" {
		n.Usage = "dataAndMetadata"
	}
	if !slices.ContainsFunc([]string{"dataAndMetadata", "dataOnly", "metadataOnly", "descOnly", "localCache"}, sameFold(n.Usage)) {
		return n, c.fail("Incorrect disk usage: %s", n.Usage)
	}
	if n.Pool == "" {
		n.Pool = "system"
	}
	if n.Pool != "system" && !strings.EqualFold(n.Usage, "dataOnly") {
		return n, c.fail("Disk %s: metadata disks must be in the system pool.", n.Name)
	}
	for _, server := range splitList(s["servers"]) {
		node := c.st.nodeNamed(server)
		if node == nil {
			return n, c.fail("Incorrect node name: %s", server)
		}
		n.Servers = append(n.Servers, node.AdminName)
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(n.Name + n.Device + c.st.ID))
	n.VolumeID = fmt.Sprintf("%016X", h.Sum64())
	return n, 0
}

// mmdelnsd removes NSDs.
func mmdelnsd(c *call) int {
	names := strings.FieldsFunc(c.operand(0), func(r rune) bool { return r == ';' })
	if c.has("-F") {
		data, ok := c.files(c.get("-F"))
		if !ok {
			return c.fail("Cannot read %s.", c.get("-F")) // unverified: wording
		}
		names = strings.Fields(string(data))
	}
	if id := c.get("-p"); id != "" {
		for i := range c.st.NSDs {
			if c.st.NSDs[i].VolumeID == id {
				names = append(names, c.st.NSDs[i].Name)
			}
		}
	}
	if len(names) == 0 {
		return c.usage("Missing arguments.")
	}
	for _, name := range names {
		if c.st.nsd(name) == nil {
			return c.fail("Disk %s is not known to the GPFS cluster.", name) // unverified: wording
		}
		if f := c.st.nsdUser(name); f != nil {
			return c.fail("Disk %s cannot be deleted because it belongs to file system %s.", name, f.Name) // unverified: wording
		}
		for _, e := range c.st.Config {
			if strings.EqualFold(e.Name, "tiebreakerDisks") && slices.Contains(strings.FieldsFunc(e.Value, func(r rune) bool { return r == ';' || r == ',' }), name) {
				return c.fail("Disk %s is a tiebreaker disk and cannot be deleted.", name) // unverified: wording
			}
		}
	}
	for _, name := range names {
		c.printf("mmdelnsd: Processing disk %s\n", name)
	}
	c.st.NSDs = slices.DeleteFunc(c.st.NSDs, func(n NSD) bool { return slices.Contains(names, n.Name) })
	c.propagate()
	return 0
}

// mmchnsd changes the servers of NSDs.
func mmchnsd(c *call) int {
	var changes []stanza
	if c.has("-F") {
		data, ok := c.files(c.get("-F"))
		if !ok {
			return c.fail("Cannot read %s.", c.get("-F")) // unverified: wording
		}
		changes = parseStanzas(string(data), "nsd")
	}
	for _, desc := range strings.FieldsFunc(c.operand(0), func(r rune) bool { return r == ';' }) {
		name, servers, _ := strings.Cut(desc, ":")
		changes = append(changes, stanza{"nsd": name, "servers": servers})
	}
	if len(changes) == 0 {
		return c.usage("Missing arguments.")
	}
	for _, s := range changes {
		n := c.st.nsd(s["nsd"])
		if n == nil {
			return c.fail("Disk %s is not known to the GPFS cluster.", s["nsd"]) // unverified: wording
		}
		var servers []string
		for _, word := range splitList(s["servers"]) {
			node := c.st.nodeNamed(word)
			if node == nil {
				return c.fail("Incorrect node name: %s", word) // unverified: wording
			}
			servers = append(servers, node.AdminName)
		}
		n.Servers = servers
	}
	c.propagate()
	return 0
}
