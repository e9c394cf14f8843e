package mmexec

// MmLsMgr lists the cluster manager and the managers of file systems, of all when none is named: mmlsmgr [Device...] -Y.
func MmLsMgr(devices ...string) (Command, error) {
	var args []string
	for _, d := range devices {
		d, err := device(d)
		if err != nil {
			return Command{}, err
		}
		args = append(args, d)
	}
	return Command{Name: "mmlsmgr", Args: append(args, "-Y"), Object: "managers"}, nil
}
