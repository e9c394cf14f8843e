package mmsim

import (
	"encoding/binary"
)

// zonePath is where a node keeps the rules of its time zone; callers read it to understand the times that commands print.
const zonePath = "/etc/localtime"

// zoneFile is what the node has at zonePath: a time zone file (RFC 9636) of one period.
func (z Zone) zoneFile() []byte {
	name := z.Name + "\x00"
	b := append([]byte("TZif"), make([]byte, 16)...)
	for _, count := range []int{0, 0, 0, 0, 1, len(name)} { // one type of local time, and its abbreviation
		b = binary.BigEndian.AppendUint32(b, uint32(count))
	}
	b = binary.BigEndian.AppendUint32(b, uint32(int32(z.Offset)))
	return append(append(b, 0, 0), name...)
}
