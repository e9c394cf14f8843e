package mmexec

// MmCesList lists nodes, addresses or services of the protocol nodes: mmces what list -Y.
func MmCesList(what string) (Command, error) {
	l := newLine("mmces")
	return l.fail(oneOf(l.name, "the list", what, "node", "address", "service", "interface")).add(what, "list", "-Y").command("protocol " + what + "s")
}

// MmCesState shows the state of the protocol services on all protocol nodes: mmces state show -a -Y.
func MmCesState() (Command, error) {
	return newLine("mmces").add("state", "show", "-a", "-Y").command("protocol services")
}

// MmNfsExports lists the NFS exports: mmnfs export list -Y.
func MmNfsExports() (Command, error) {
	return newLine("mmnfs").add("export", "list", "-Y").command("NFS exports")
}

// MmSmbExports lists the SMB shares: mmsmb export list -Y.
func MmSmbExports() (Command, error) {
	return newLine("mmsmb").add("export", "list", "-Y").command("SMB shares")
}

// MmCesAddressMove moves a protocol address to a node: mmces address move --ces-ip IP --ces-node Node.
func MmCesAddressMove(ip, node string) (Command, error) {
	return newLine("mmces").add("address", "move", "--ces-ip").list(nodeRule, ",", ip).add("--ces-node").list(nodeRule, ",", node).command("protocol address " + ip)
}

// MmCesSuspend takes a protocol node out of service, or back into it: mmces node suspend|resume -N node.
func MmCesSuspend(on NodeSpec, suspend bool) (Command, error) {
	verb := "resume"
	if suspend {
		verb = "suspend"
	}
	return newLine("mmces").add("node", verb).needNodes(on).command(on.String())
}
