package mmsim

func mmstartup(c *call) int {
	numbers, ok := c.targets()
	if !ok {
		return 1
	}
	c.stamped("Starting GPFS ...")
	code := 0
	for _, number := range numbers {
		n := c.st.node(number)
		switch {
		case n.Unreachable:
			c.errorf("%s:  ssh: connect to host %s port 22: Connection timed out\n", shortName(n.AdminName), n.AdminName)
			code = 1
		case n.State != NodeDown:
			c.printf("%s:  The GPFS subsystem is already active.\n", shortName(n.AdminName)) // unverified: wording
		default:
			n.State = NodeArbitrating
		}
	}
	c.st.settleQuorum()
	c.st.autoMount(numbers)
	if code != 0 {
		c.failed()
	}
	return code
}

// autoMount mounts what is to be mounted when a daemon starts: -A yes.
func (s *State) autoMount(numbers []int) {
	for _, number := range numbers {
		n := s.node(number)
		if n.State != NodeActive {
			continue
		}
		for i := range s.Filesystems {
			f := &s.Filesystems[i]
			if f.Attrs.Automount == "yes" && !f.Maintenance && f.mountedAt(number) == nil {
				f.Mounts = append(f.Mounts, Mount{Node: number, Mode: "RW", Point: f.Attrs.MountPoint})
				sortMounts(f)
				if f.Manager == 0 {
					f.Manager = s.firstActive(func(n *Node) bool { return n.Manager })
				}
			}
		}
		for i := range s.RemoteFilesystems {
			r := &s.RemoteFilesystems[i]
			if r.Automount == "yes" && r.FS.mountedAt(number) == nil {
				r.FS.Mounts = append(r.FS.Mounts, Mount{Node: number, Mode: "RW", Point: r.MountPoint})
				sortMounts(&r.FS)
			}
		}
	}
}
