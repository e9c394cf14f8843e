package mmsim

func mmlsmgr(c *call) int {
	if c.has("-C") {
		return mmlsmgrRemote(c)
	}
	if !c.daemon() {
		return 1
	}
	for _, name := range c.operands {
		if c.st.filesystem(name) == nil {
			return c.unknownDevice(name)
		}
	}
	w := c.y()
	if c.has("-Y") {
		w.header("clusterManager", "manager")
		w.header("filesystemManager", "filesystem", "manager", "managerIP")
	}
	manager := c.st.node(c.st.ClusterManager)
	if c.has("-Y") {
		if manager != nil && len(c.operands) == 0 {
			w.row("clusterManager", shortName(manager.DaemonName))
		}
	} else if c.has("-c") {
		if manager != nil {
			c.printf("Cluster manager node: %s (%s)\n", manager.IP, shortName(manager.DaemonName))
		}
		return 0
	}
	if !c.has("-Y") {
		c.printf("file system      manager node\n---------------- ------------------\n")
	}
	for i := range c.st.Filesystems {
		f := &c.st.Filesystems[i]
		m := c.st.node(f.Manager)
		if m == nil || len(c.operands) > 0 && !namesDevice(c.operands, f.Name) {
			continue
		}
		if c.has("-Y") {
			w.row("filesystemManager", f.Name, shortName(m.DaemonName), m.IP)
		} else {
			c.printf("%s %s (%s)\n", pad(f.Name, 16), m.IP, shortName(m.DaemonName))
		}
	}
	if !c.has("-Y") && manager != nil && len(c.operands) == 0 {
		c.printf("\nCluster manager node: %s (%s)\n", manager.IP, shortName(manager.DaemonName))
	}
	return 0
}

func mmlsmgrRemote(c *call) int {
	for i := range c.st.RemoteClusters {
		if c.st.RemoteClusters[i].Name == c.get("-C") {
			c.printf("file system      manager node\n---------------- ------------------\n")
			return 0
		}
	}
	return c.fail("Remote cluster %s is not defined.", c.get("-C"))
}

// namesDevice tells whether a list of Device operands names a file system.
func namesDevice(operands []string, name string) bool {
	for _, o := range operands {
		if deviceName(o) == name {
			return true
		}
	}
	return false
}
