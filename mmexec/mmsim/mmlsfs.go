package mmsim

import (
	"strings"
)

// mmlsfsOptions lists the flags of the attributes, and -Y.
func mmlsfsOptions() string {
	words := []string{"-Y"}
	seen := map[string]bool{}
	for _, a := range fsAttributes() {
		if a.flag != "" && !seen[a.flag] {
			seen[a.flag] = true
			words = append(words, a.flag)
		}
	}
	return strings.Join(words, " ")
}

// listed is a file system under the name by which this cluster knows it.
type listed struct {
	name   string
	fs     *Filesystem
	remote *RemoteFilesystem // nil for a local one
}

// listed finds the file systems of an operand that may be all, all_local or all_remote. It reports a refusal itself.
func (c *call) listed(operand string) ([]listed, bool) {
	var found []listed
	local := operand == "all" || operand == "all_local"
	remote := operand == "all" || operand == "all_remote"
	for i := range c.st.Filesystems {
		if f := &c.st.Filesystems[i]; local || f.Name == deviceName(operand) {
			found = append(found, listed{name: f.Name, fs: f})
		}
	}
	for i := range c.st.RemoteFilesystems {
		if r := &c.st.RemoteFilesystems[i]; remote || r.LocalName == deviceName(operand) {
			found = append(found, listed{name: r.LocalName, fs: r.attributes(), remote: r})
		}
	}
	switch {
	case len(found) > 0:
		return found, true
	case local || remote:
		c.fail("No file systems were found.")
	default:
		c.unknownDevice(operand)
	}
	return nil, false
}

// attributes are those of the owning cluster, except that how it is mounted is decided here.
func (r *RemoteFilesystem) attributes() *Filesystem {
	f := r.FS
	f.Attrs.MountPoint, f.Attrs.MountOptions = r.MountPoint, r.Options
	f.Attrs.Automount, f.Attrs.MountPriority = r.Automount, r.Priority
	return &f
}

func mmlsfs(c *call) int {
	systems, ok := c.listed(c.operand(0))
	if !ok {
		return 1
	}
	attributes := c.chosenAttributes()
	for _, a := range attributes {
		// What the configuration knows is answered without a daemon.
		if !a.mount && !c.daemon() {
			return 1
		}
	}
	if c.has("-Y") {
		w := c.y()
		w.header("", "deviceName", "fieldName", "data", "remarks")
		for _, l := range systems {
			for _, a := range attributes {
				var value any = a.value(c.st, l.fs)
				if a.path {
					value = ySlash(a.value(c.st, l.fs))
				}
				w.row("", l.name, a.field, value, "")
			}
		}
		return 0
	}
	for _, l := range systems {
		if strings.HasPrefix(c.operand(0), "all") {
			title := "File system attributes for /dev/" + l.name + ":"
			c.printf("\n%s\n%s\n", title, strings.Repeat("=", len(title)))
		}
		mmlsfsHuman(c, l, attributes)
	}
	return 0
}

// chosenAttributes are those of the flags in the order given, with the mount attributes last; all without a flag.
func (c *call) chosenAttributes() []fsAttribute {
	var chosen, mount []fsAttribute
	add := func(a fsAttribute) {
		if a.mount {
			mount = append(mount, a)
		} else {
			chosen = append(chosen, a)
		}
	}
	all := fsAttributes()
	flags := 0
	for _, flag := range c.order {
		if flag == "-Y" {
			continue
		}
		flags++
		for _, a := range all {
			if a.flag == flag {
				add(a)
			}
		}
	}
	if flags == 0 {
		for _, a := range all {
			// The drive letter is shown only when asked for; the mount priority is missing in the -Y capture of 5.0.4.
			if c.st.atLeast(a.since[0], a.since[1], 0) && a.flag != "-t" && (a.field != "mountPriority" || !c.has("-Y") || c.st.atLeast(5, 1, 0)) {
				add(a)
			}
		}
	}
	return append(chosen, mount...)
}

func mmlsfsHuman(c *call, l listed, attributes []fsAttribute) {
	c.printf("flag                value                    description\n------------------- ------------------------ -----------------------------------\n")
	previous := ""
	for _, a := range attributes {
		value := a.value(c.st, l.fs)
		if a.label == "" || a.field == "filesystemVersionOriginal" && value == l.fs.Attrs.Version {
			continue
		}
		switch value { // booleans are lower case in the human form of current releases
		case "Yes", "No":
			value = strings.ToLower(value)
		}
		flag := a.flag
		if flag == previous {
			flag = ""
		}
		previous = a.flag
		c.printf(" %s %s %s\n", pad(flag, 18), pad(value, 24), a.label)
	}
}
