package mmexec

import (
	"strconv"
	"strings"
)

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

// Pool is one storage pool of mmlspool.
type Pool struct {
	Name string
	ID   int
	// BlockSize is in bytes. Older releases print only name and number; then it is 0, as are the fields behind it.
	BlockSize   uint64
	Data        bool // holds data
	Meta        bool // holds metadata
	TotalDataKB uint64
	FreeDataKB  uint64
	FreeDataPct int
	TotalMetaKB uint64
	FreeMetaKB  uint64
	FreeMetaPct int
}

// Pools is the reply of mmlspool.
type Pools struct {
	MountPoint string // as the title has it: "/gpfs1"
	Pools      []Pool
}

// ParseMmLsPool reads what mmlspool prints.
func ParseMmLsPool(data []byte) (Pools, error) {
	const command, title = "mmlspool", "Storage pools in file system at "
	var p Pools
	head := true
	for n, line := range lines(data) {
		words := strings.Fields(strings.NewReplacer("(", " ", ")", " ").Replace(line))
		switch {
		case len(words) == 0:
		case strings.HasPrefix(line, title):
			p.MountPoint = strings.Trim(strings.TrimPrefix(line, title), "':")
		case head && words[0] == "Name":
			head = false
		case head:
			return p, formatError(command, n, "want the title of the table, not %q", shorten(line))
		default:
			pool, err := parsePool(words)
			if err != nil {
				return p, formatError(command, n, "%v in %q", err, shorten(line))
			}
			p.Pools = append(p.Pools, pool)
		}
	}
	if head {
		return p, formatError(command, 0, "there is no table in it")
	}
	return p, nil
}

// parsePool reads one line from its tail: the name may be of any width.
func parsePool(w []string) (Pool, error) {
	f := fields{words: w}
	if len(w) == 2 {
		return Pool{Name: w[0], ID: f.number(1)}, f.err
	}
	if len(w) != 12 {
		return Pool{}, strconv.ErrSyntax
	}
	p := Pool{
		Name: w[0], ID: f.number(1), BlockSize: f.size(2), Data: f.yesNo(4), Meta: f.yesNo(5),
		TotalDataKB: f.count(6), FreeDataKB: f.count(7), FreeDataPct: f.percent(8),
		TotalMetaKB: f.count(9), FreeMetaKB: f.count(10), FreeMetaPct: f.percent(11),
	}
	return p, f.err
}
