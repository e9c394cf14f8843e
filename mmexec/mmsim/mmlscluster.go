package mmsim

import (
	"strings"
)

func mmlscluster(c *call) int {
	if !c.has("-Y") {
		return mmlsclusterHuman(c)
	}
	w, st := c.y(), c.st
	only := ""
	for _, o := range []string{"--ces", "--cnfs", "--cloud-gateway", "--comment"} {
		if c.has(o) {
			only = o
		}
	}
	wants := func(o string) bool { return only == "" || only == o }
	w.header("clusterSummary", "clusterName", "clusterId", "uidDomain", "rshPath", "rshSudoWrapper", "rcpPath", "rcpSudoWrapper",
		"repositoryType", "primaryServer", "secondaryServer")
	if only == "" {
		w.header("clusterNode", "nodeNumber", "daemonNodeName", "ipAddress", "adminNodeName", "designation", "otherNodeRoles",
			"adminLoginName", "otherNodeRolesAlias")
	}
	if wants("--cnfs") {
		w.header("cnfsSummary", "cnfsSharedRoot", "cnfsMoundPort", "cnfsNFSDprocs", "cnfsReboot", "cnfsMonitorEnabled", "cnfsGanesha")
		w.header("cnfsNode", "nodeNumber", "daemonNodeName", "ipAddress", "cnfsState", "cnfsGroupId", "cnfsIplist")
	}
	if wants("--ces") {
		summary := []string{"cesSharedRoot", "EnabledServices", "logLevel", "addressPolicy"}
		if st.atLeast(5, 1, 0) {
			summary = append(summary, "interfaceMode")
		}
		w.header("cesSummary", summary...)
		w.header("cesNode", "nodeNumber", "daemonNodeName", "ipAddress", "cesGroup", "cesState", "cesIpList")
	}
	if wants("--cloud-gateway") {
		w.header("cloudGatewayNode", "nodeNumber", "daemonNodeName")
	}
	if st.atLeast(5, 1, 0) && wants("--comment") {
		w.header("commentNode", "nodeNumber", "daemonNodeName", "comment_enc")
	}
	w.row("clusterSummary", st.Name, st.ID, st.UIDDomain, st.RemoteShell, "no", st.RemoteCopy, "no", "CCR", st.primaryServer(), "")
	for i := range st.Nodes {
		n := &st.Nodes[i]
		if only == "" {
			letters, words := n.otherRoles()
			w.row("clusterNode", n.Number, n.DaemonName, n.IP, n.AdminName, n.designation(), letters, "", words)
		}
	}
	ces := false
	for i := range st.Nodes {
		ces = ces || st.Nodes[i].CES
	}
	if ces && wants("--ces") {
		mmlsclusterCES(c, w)
	}
	for i := range st.Nodes {
		if n := &st.Nodes[i]; n.Comment != "" && st.atLeast(5, 1, 0) && wants("--comment") {
			w.row("commentNode", n.Number, n.DaemonName, n.Comment)
		}
	}
	return 0
}

func mmlsclusterCES(c *call, w *yWriter) {
	summary := []any{c.st.CESSharedRoot, "NFS SMB", 0, "even-coverage"} // unverified: how services and log level are written
	if c.st.atLeast(5, 1, 0) {
		summary = append(summary, "none") // unverified: value without interface mode
	}
	w.row("cesSummary", summary...)
	for i := range c.st.Nodes {
		n := &c.st.Nodes[i]
		if !n.CES {
			continue
		}
		state := "e" // unverified: spelling of the state of a protocol node
		w.row("cesNode", n.Number, n.DaemonName, n.IP, n.CESGroup, state, strings.Join(n.CESIPs, ","))
	}
}

// designation is the quorum and manager role in the -Y form.
func (n *Node) designation() string {
	switch {
	case n.Quorum && n.Manager:
		return "quorumManager"
	case n.Quorum:
		return "quorum"
	case n.Manager:
		return "manager"
	}
	return ""
}

// otherRoles are the remaining roles, as letters and as words. Z is perfmon and X is ces in captured output.
func (n *Node) otherRoles() (letters, words string) {
	var l, w []string
	add := func(has bool, letter, word string) {
		if has {
			l, w = append(l, letter), append(w, word)
		}
	}
	add(n.Gateway, "G", "gateway") // unverified: letter
	add(n.CES, "X", "ces")
	add(n.Perfmon, "Z", "perfmon")
	add(n.SNMP, "S", "snmp_collector") // unverified: letter
	return strings.Join(l, ","), strings.Join(w, ",")
}

// roles is the designation as the human form joins it.
func (n *Node) roles() string {
	var words []string
	for _, r := range []struct {
		has  bool
		word string
	}{{n.Quorum, "quorum"}, {n.Manager, "manager"}, {n.Gateway, "gateway"}, {n.SNMP, "snmp_collector"}, {n.CES, "ces"}, {n.Perfmon, "perfmon"}} {
		if r.has {
			words = append(words, r.word)
		}
	}
	return strings.Join(words, "-")
}

// primaryServer is the first quorum node, which CCR clusters still show there.
func (s *State) primaryServer() string {
	for i := range s.Nodes {
		if s.Nodes[i].Quorum {
			return s.Nodes[i].DaemonName
		}
	}
	return ""
}

func mmlsclusterHuman(c *call) int {
	st := c.st
	c.printf("\nGPFS cluster information\n========================\n")
	for _, line := range [][2]string{
		{"GPFS cluster name:", st.Name}, {"GPFS cluster id:", st.ID}, {"GPFS UID domain:", st.UIDDomain},
		{"Remote shell command:", st.RemoteShell}, {"Remote file copy command:", st.RemoteCopy}, {"Repository type:", "CCR"},
	} {
		c.printf("  %s%s\n", pad(line[0], 27), line[1])
	}
	daemon, ip, admin := len("Daemon node name"), len("IP address"), len("Admin node name")
	for i := range st.Nodes {
		n := &st.Nodes[i]
		daemon, ip, admin = max(daemon, len(n.DaemonName)), max(ip, len(n.IP)), max(admin, len(n.AdminName))
	}
	header := " Node  " + pad("Daemon node name", daemon) + "  " + pad("IP address", ip) + "  " + pad("Admin node name", admin) + "  Designation"
	c.printf("\n%s\n%s\n", header, strings.Repeat("-", len(header)))
	for i := range st.Nodes {
		n := &st.Nodes[i]
		c.printf("%4d   %s  %s  %s  %s\n", n.Number, pad(n.DaemonName, daemon), pad(n.IP, ip), pad(n.AdminName, admin), n.roles())
	}
	c.printf("\n")
	return 0
}
