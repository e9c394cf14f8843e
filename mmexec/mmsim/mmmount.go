package mmsim

import (
	"path"
	"slices"
	"strings"
)

func mmmount(c *call) int {
	systems, ok := c.mountTargets()
	if !ok {
		return 1
	}
	numbers, ok := c.targets()
	if !ok {
		return 1
	}
	c.stamped("Mounting file systems ...")
	code := 0
	for _, l := range systems {
		if s := c.mountOne(l, numbers); s != 0 {
			code = s
		}
	}
	if code != 0 {
		c.failed()
	}
	return code
}

// mountOne mounts one file system on nodes and reports for each that it cannot.
func (c *call) mountOne(l listed, numbers []int) int {
	fs := c.mutable(l)
	if fs.Maintenance {
		// unverified: wording.
		c.say("File system %s is in maintenance mode and cannot be mounted.", l.name)
		return 1
	}
	point := l.fs.Attrs.MountPoint
	if to := c.operand(1); to != "" {
		point = path.Clean(to)
	}
	mode := "RW"
	if slices.Contains(splitList(c.get("-o")), "ro") {
		mode = "RO"
	}
	code := 0
	for _, number := range numbers {
		n := c.st.node(number)
		switch m := fs.mountedAt(number); {
		case n.Unreachable:
			c.errorf("%s:  mmremote: node cannot be reached\n", shortName(n.AdminName)) // unverified: wording
			code = 1
		case n.State == NodeDown:
			c.errorf("%s:  mount: %s: No such device\n%s:  GPFS is down on this node.\n", // unverified: wording
				shortName(n.AdminName), l.name, shortName(n.AdminName))
			code = 1
		case n.State == NodeArbitrating:
			c.errorf("%s:  The mmfsd daemon is not ready to handle commands yet. Waiting for quorum.\n", shortName(n.AdminName))
			code = 1
		case m != nil:
			c.errorf("%s:  File system %s is already mounted at %s.\n", shortName(n.AdminName), l.name, m.Point)
		default:
			c.raise("preMount", number, "fsName", l.name)
			fs.Mounts = append(fs.Mounts, Mount{Node: number, Mode: mode, Point: point})
			c.raise("mount", number, "fsName", l.name)
			if fs.Manager == 0 && l.remote == nil {
				fs.Manager = c.st.firstActive(func(n *Node) bool { return n.Manager })
			}
		}
	}
	sortMounts(fs)
	return code
}

// sortMounts keeps the nodes of this cluster in the order of their numbers, those of others behind them.
func sortMounts(f *Filesystem) {
	slices.SortStableFunc(f.Mounts, func(a, b Mount) int {
		key := func(m Mount) int {
			if m.Node == 0 {
				return 1 << 30
			}
			return m.Node
		}
		return key(a) - key(b)
	})
}

// mutable returns the file system in the state itself: attributes of remote ones are shown through a copy.
func (c *call) mutable(l listed) *Filesystem {
	if l.remote != nil {
		return &l.remote.FS
	}
	return l.fs
}

// mountTargets finds the file systems of the first operand of mmmount and mmumount: names, all, a mount point, or a
// file with names.
func (c *call) mountTargets() ([]listed, bool) {
	if c.has("-F") {
		data, ok := c.files(c.get("-F"))
		if !ok {
			c.fail("Cannot read %s.", c.get("-F")) // unverified: wording
			return nil, false
		}
		var systems []listed
		for _, name := range strings.Fields(string(data)) {
			found, ok := c.listed(name)
			if !ok {
				return nil, false
			}
			systems = append(systems, found...)
		}
		return systems, true
	}
	operand := c.operand(0)
	if operand == "" {
		c.usage("Missing arguments.")
		return nil, false
	}
	if strings.HasPrefix(operand, "/") && !strings.HasPrefix(operand, "/dev/") {
		all, _ := c.listed("all")
		for _, l := range all {
			if l.fs.Attrs.MountPoint == path.Clean(operand) || l.mountedOn(path.Clean(operand)) {
				return []listed{l}, true
			}
		}
	}
	return c.listed(operand)
}

func (l listed) mountedOn(point string) bool {
	return slices.ContainsFunc(l.fs.Mounts, func(m Mount) bool { return m.Point == point })
}

func mmumount(c *call) int {
	systems, ok := c.mountTargets()
	if !ok {
		return 1
	}
	if c.has("-C") {
		return c.unmountRemote(systems)
	}
	numbers, ok := c.targets()
	if !ok {
		return 1
	}
	c.stamped("Unmounting file systems ...")
	code := 0
	for _, l := range systems {
		fs := c.mutable(l)
		for _, number := range numbers {
			n := c.st.node(number)
			switch {
			case n.Unreachable:
				c.errorf("%s:  mmremote: node cannot be reached\n", shortName(n.AdminName)) // unverified: wording
				code = 1
			case fs.mountedAt(number) == nil:
				if !c.has("-a") && !strings.HasPrefix(c.operand(0), "all") {
					c.errorf("%s:  umount: %s: not mounted\n", shortName(n.AdminName), l.name) // unverified: wording
				}
			default:
				reason := "normal"
				if c.has("-f") {
					reason = "forced"
				}
				c.raise("preUnmount", number, "fsName", l.name, "reason", reason)
				fs.Mounts = slices.DeleteFunc(fs.Mounts, func(m Mount) bool { return m.Node == number })
				c.raise("unmount", number, "fsName", l.name, "reason", reason)
			}
		}
	}
	if code != 0 {
		c.failed()
	}
	return code
}

// unmountRemote carries out -f -C: the nodes of other clusters lose the file system.
func (c *call) unmountRemote(systems []listed) int {
	if !c.has("-f") {
		return c.usage("Missing arguments.")
	}
	c.stamped("Unmounting file systems ...")
	for _, l := range systems {
		fs := c.mutable(l)
		fs.Mounts = slices.DeleteFunc(fs.Mounts, func(m Mount) bool {
			return m.Node == 0 && (c.get("-C") == "all_remote" || c.get("-C") == m.Cluster)
		})
	}
	return 0
}
