package mmexec

// MmRemoteClusterShow lists the clusters whose file systems may be mounted here: mmremotecluster show all.
func MmRemoteClusterShow() (Command, error) {
	return newLine("mmremotecluster").add("show", "all").command("remote clusters")
}

// MmRemoteFsShow lists the file systems of other clusters that are known here: mmremotefs show all.
func MmRemoteFsShow() (Command, error) {
	return newLine("mmremotefs").add("show", "all").command("remote file systems")
}

// MmAuthShow lists the clusters that may mount file systems of this one: mmauth show all.
func MmAuthShow() (Command, error) {
	return newLine("mmauth").add("show", "all").command("access of other clusters")
}
