package mmexec

// DfOptions are the options of mmdf.
type DfOptions struct {
	Pool string // -P: only this storage pool
	QoS  string // --qos: maintenance or other
}

// MmDf lists the free space of a file system by disk and pool: mmdf Device -Y. It reads allocation maps and costs a lot
// of I/O.
func MmDf(dev string, o DfOptions) (Command, error) {
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	args := []string{dev}
	if o.Pool != "" {
		if err := CheckPoolName(o.Pool); err != nil {
			return Command{}, err
		}
		args = append(args, "-P", o.Pool)
	}
	qos, err := qosArgs("mmdf", o.QoS)
	if err != nil {
		return Command{}, err
	}
	args = append(args, qos...)
	return Command{Name: "mmdf", Args: append(args, "-Y"), Object: "space of " + dev}, nil
}
