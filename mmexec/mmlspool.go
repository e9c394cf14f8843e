package mmexec

import "strings"

// LsPoolOptions are the options of mmlspool.
type LsPoolOptions struct {
	Pools []string // only these; none means all
}

// MmLsPool lists the storage pools of a file system: mmlspool Device. The command has no -Y form; [ParseMmLsPool] reads
// what it prints.
func MmLsPool(dev string, o LsPoolOptions) (Command, error) {
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	args := []string{dev}
	if len(o.Pools) > 0 {
		if err := poolRule.checkAll(o.Pools); err != nil {
			return Command{}, err
		}
		args = append(args, strings.Join(o.Pools, ","))
	}
	return Command{Name: "mmlspool", Args: args, Object: "storage pools of " + dev}, nil
}
