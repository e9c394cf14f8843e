package mmsim

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// mmremotecluster and its siblings show what this cluster knows of others; changing it is not simulated.
func mmremotecluster(c *call) int {
	if c.operand(0) != "show" {
		return c.usage("Incorrect option: " + c.operand(0))
	}
	var shown []RemoteCluster
	for _, rc := range c.st.RemoteClusters {
		if name := c.operand(1); name == "" || name == "all" || name == rc.Name {
			shown = append(shown, rc)
		}
	}
	if len(shown) == 0 {
		if name := c.operand(1); name != "" && name != "all" {
			return c.fail("Remote cluster %s is not defined.", name)
		}
		return c.fail("There are no remote clusters defined.") // unverified: wording
	}
	if c.has("-Y") {
		w := c.y()
		w.header("", "clusterName", "contactNodes", "shaDigest", "fileSystems") // unverified: names of the fields
		for _, rc := range shown {
			w.row("", rc.Name, strings.Join(rc.ContactNodes, ","), rc.Digest, strings.Join(c.remoteNames(rc.Name), ","))
		}
		return 0
	}
	for i, rc := range shown {
		if i > 0 {
			c.printf("\n")
		}
		c.printf("Cluster name:    %s\nContact nodes:   %s\nSHA digest:      %s\nFile systems:    %s\n", rc.Name, strings.Join(rc.ContactNodes, ","), rc.Digest,
			strings.Join(c.remoteNames(rc.Name), "  "))
	}
	return 0
}

// remoteNames lists the file systems of another cluster as "local (remote)".
func (c *call) remoteNames(cluster string) []string {
	var names []string
	for _, r := range c.st.RemoteFilesystems {
		if r.Cluster == cluster {
			names = append(names, fmt.Sprintf("%s (%s)", r.LocalName, r.FS.Name))
		}
	}
	return names
}

func mmremotefs(c *call) int {
	switch c.operand(0) {
	case "show":
		return c.showRemoteFS()
	case "add":
		return c.addRemoteFS()
	case "delete":
		return c.deleteRemoteFS()
	default:
		return c.usage("Incorrect option: " + c.operand(0))
	}
}

// addRemoteFS makes a file system of another cluster known here.
func (c *call) addRemoteFS() int {
	name := deviceName(c.operand(1))
	if name == "" || !c.has("-f") || !c.has("-C") || !c.has("-T") {
		return c.usage("Missing arguments.")
	}
	if !slices.ContainsFunc(c.st.RemoteClusters, func(rc RemoteCluster) bool { return rc.Name == c.get("-C") }) {
		return c.fail("Remote cluster %s is not defined.", c.get("-C"))
	}
	if c.st.filesystem(name) != nil {
		return c.fail("File system %s already exists.", name) // unverified: wording
	}
	remote := deviceName(c.get("-f"))
	for _, r := range c.st.RemoteFilesystems {
		if r.LocalName == name || r.Cluster == c.get("-C") && r.FS.Name == remote {
			return c.fail("%s from cluster %s is already defined.", r.FS.Name, r.Cluster)
		}
	}
	fs := Filesystem{Name: remote, Attrs: defaultAttrs(c.st, remote)}
	r := RemoteFilesystem{LocalName: name, Cluster: c.get("-C"), MountPoint: c.get("-T"), Options: cmp.Or(c.get("-o"), "rw"), Automount: cmp.Or(c.get("-A"), "no"), FS: fs}
	c.st.RemoteFilesystems = append(c.st.RemoteFilesystems, r)
	c.propagate()
	return 0
}

func (c *call) deleteRemoteFS() int {
	name := deviceName(c.operand(1))
	r := c.st.remote(name)
	switch {
	case name == "":
		return c.usage("Missing arguments.")
	case r == nil:
		return c.fail("Remote file system %s is not defined.", name)
	}
	for _, m := range r.FS.Mounts {
		if m.Node != 0 && !c.has("--force") {
			return c.fail("File system %s is mounted on node %s.", name, shortName(c.st.nodeName(m.Node))) // unverified: wording
		}
	}
	c.st.RemoteFilesystems = slices.DeleteFunc(c.st.RemoteFilesystems, func(r RemoteFilesystem) bool { return r.LocalName == name })
	c.propagate()
	return 0
}

func (c *call) showRemoteFS() int {
	var shown []*RemoteFilesystem
	for i := range c.st.RemoteFilesystems {
		r := &c.st.RemoteFilesystems[i]
		if name := c.operand(1); name == "" || name == "all" || deviceName(name) == r.LocalName {
			shown = append(shown, r)
		}
	}
	if len(shown) == 0 {
		if name := c.operand(1); name != "" && name != "all" {
			return c.fail("Remote file system %s is not defined.", deviceName(name))
		}
		return c.fail("There are no remote file systems defined.") // unverified: wording
	}
	if c.has("-Y") {
		w := c.y()
		w.header("", "localName", "remoteName", "clusterName", "mountPoint", "mountOptions", "automount", "drive", "priority") // unverified: names of the fields
		for _, r := range shown {
			w.row("", r.LocalName, r.FS.Name, r.Cluster, ySlash(r.MountPoint), r.Options, r.Automount, "-", r.Priority)
		}
		return 0
	}
	c.printf("Local Name  Remote Name  Cluster name       Mount Point        Mount Options    Automount  Drive  Priority\n")
	for _, r := range shown {
		c.printf("%s %s %s %s %s %s %s %4d\n", pad(r.LocalName, 11), pad(r.FS.Name, 12), pad(r.Cluster, 18), pad(r.MountPoint, 18), pad(r.Options, 16), pad(r.Automount, 10), pad("-", 5), r.Priority)
	}
	return 0
}

func mmauth(c *call) int {
	if c.operand(0) != "show" {
		return c.usage("Incorrect option: " + c.operand(0))
	}
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(c.st.ID)))
	if c.has("-Y") {
		w := c.y()
		w.header("", "clusterName", "cipherList", "shaDigest", "fileSystemAccess") // unverified: names of the fields
		w.row("", c.st.Name, "AUTHONLY", digest, "all rw")
		return 0
	}
	for _, rc := range c.st.RemoteClusters {
		c.printf("Cluster name:        %s\nCipher list:         AUTHONLY\nSHA digest:          %s\nFile system access:  (none authorized)\n\n", rc.Name, rc.Digest)
	}
	c.printf("Cluster name:        %s (this cluster)\nCipher list:         AUTHONLY\nSHA digest:          %s\nFile system access:  (all rw)\n", c.st.Name, digest)
	return 0
}

// mmclidecode decodes a value of the -Y form.
func mmclidecode(c *call) int {
	text := c.operand(0)
	if len(c.operands) == 0 {
		text = strings.TrimSuffix(string(c.stdin), "\n")
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		var v byte
		if text[i] == '%' && i+2 < len(text) {
			if n, err := fmt.Sscanf(text[i+1:i+3], "%02X", &v); n == 1 && err == nil {
				b.WriteByte(v)
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	c.printf("%s\n", b.String())
	return 0
}
