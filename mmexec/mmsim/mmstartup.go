package mmsim

func mmstartup(c *call) int {
	numbers, ok := c.targets()
	if !ok {
		return 1
	}
	c.stamped("Starting GPFS ...")
	code := 0
	before := c.quorumPicture()
	for _, number := range numbers {
		n := c.st.node(number)
		switch {
		case n.Unreachable:
			c.errorf("%s:  ssh: connect to host %s port 22: Connection timed out\n", shortName(n.AdminName), n.AdminName)
			code = 1
		case n.State != NodeDown:
			c.printf("%s:  The GPFS subsystem is already active.\n", shortName(n.AdminName)) // unverified: wording
		default:
			c.raise("preStartup", number)
			if n.Expelled {
				break // its daemon starts and is not let in
			}
			n.State = NodeArbitrating
			c.st.restarted(number)
			c.raise("startup", number)
		}
	}
	c.st.settleQuorum()
	c.raiseQuorum(before)
	c.autoMount(numbers)
	if code != 0 {
		c.failed()
	}
	return code
}

// autoMount mounts what is to be mounted when a daemon starts: -A yes.
func (c *call) autoMount(numbers []int) {
	s := c.st
	for _, number := range numbers {
		n := s.node(number)
		if n.State != NodeActive {
			continue
		}
		for i := range s.Filesystems {
			f := &s.Filesystems[i]
			if f.Attrs.Automount == "yes" && !f.Maintenance && f.mountedAt(number) == nil {
				c.raise("preMount", number, "fsName", f.Name)
				f.Mounts = append(f.Mounts, Mount{Node: number, Mode: "RW", Point: f.Attrs.MountPoint})
				c.raise("mount", number, "fsName", f.Name)
				sortMounts(f)
				if f.Manager == 0 {
					f.Manager = s.firstActive(func(n *Node) bool { return n.Manager })
				}
			}
		}
		for i := range s.RemoteFilesystems {
			r := &s.RemoteFilesystems[i]
			if r.Automount == "yes" && r.FS.mountedAt(number) == nil {
				c.raise("mount", number, "fsName", r.LocalName)
				r.FS.Mounts = append(r.FS.Mounts, Mount{Node: number, Mode: "RW", Point: r.MountPoint})
				sortMounts(&r.FS)
			}
		}
	}
}
