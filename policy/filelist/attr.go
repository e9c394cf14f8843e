package filelist

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/policy/spell"
)

// Attr names an attribute of a file, or a class derived from one, to filter, group and compute by. Case and
// underscores do not matter, and the names of the policy language are known too: "filesize", "FILE_SIZE" and "size"
// are the same attribute.
type Attr string

// The attributes of files. Times are in UTC, sizes in bytes.
const (
	Path        Attr = "path"        // PATH_NAME, the full path
	Name        Attr = "name"        // NAME, the last part of the path
	Ext         Attr = "ext"         // the extension of the name in lower case, without the dot; none for ".profile"
	Depth       Attr = "depth"       // the number of directories between the root and the file
	Type        Attr = "type"        // "file", "directory", "symlink" …; lists have it when they have MODE
	Size        Attr = "size"        // FILE_SIZE
	KBAllocated Attr = "kballocated" // KB_ALLOCATED: the space in use, in KiB, replicas included
	User        Attr = "user"        // the owner's name
	UserID      Attr = "userid"      // USER_ID
	Group       Attr = "group"       // the group's name
	GroupID     Attr = "groupid"     // GROUP_ID
	FilesetName Attr = "fileset"     // FILESET_NAME
	PoolName    Attr = "pool"        // POOL_NAME, the storage pool of the data
	Access      Attr = "access"      // ACCESS_TIME
	Modify      Attr = "modify"      // MODIFICATION_TIME
	Change      Attr = "change"      // CHANGE_TIME
	Create      Attr = "create"      // CREATION_TIME
	Expire      Attr = "expire"      // EXPIRATION_TIME
	Mode        Attr = "mode"        // MODE: "-rw-r--r--"
	NLink       Attr = "nlink"       // NLINK
	Inode       Attr = "inode"       // INODE
	Generation  Attr = "generation"  // GENERATION
	SnapID      Attr = "snapid"      // the snapshot that a list was made of, 0 for the live file system
	SnapName    Attr = "snapname"    // SNAP_NAME
	ModSnapID   Attr = "modsnapid"   // MODIFICATION_SNAPID
	Misc        Attr = "misc"        // MISC_ATTRIBUTES
	Heat        Attr = "heat"        // FILE_HEAT
	BlockSize   Attr = "blocksize"   // BLOCKSIZE
	DeviceID    Attr = "deviceid"    // DEVICE_ID
	RDeviceID   Attr = "rdeviceid"   // RDEVICE_ID
)

// Dir is the directory of a file, cut to n levels below the root: Dir(1) of /gpfs/p42/a/b/c is /gpfs/p42/a when the
// root is /gpfs/p42. Dir(0) is the whole directory.
func Dir(n int) Attr { return Attr("dir:" + strconv.Itoa(n)) }

// AgeClass is a class of age, counted from the start of the job: younger than the first bound, between two, older than
// the last. Without bounds these are 1 day, 7, 30, 90 and 180 days, 1, 2 and 5 years.
func AgeClass(time Attr, bounds ...time.Duration) Attr {
	return classAttr("ageclass", time, bounds, func(d int64) string { return shortDuration(d / 1000) })
}

// SizeClass is a class of a size or count: below the first bound, between two, at least the last. Without bounds they
// grow by four from 4 KiB to 16 TiB, for a count by ten. SizeClass(Size) and SizeClass(KBAllocated) count in bytes.
func SizeClass(size Attr, bounds ...int64) Attr {
	return classAttr("sizeclass", size, bounds, func(n int64) string { return strconv.FormatInt(n, 10) })
}

func classAttr[T ~int64](class string, of Attr, bounds []T, text func(int64) string) Attr {
	s := class + ":" + string(of)
	for i, b := range bounds {
		s += string(",:"[btoi(i == 0)]) + text(int64(b))
	}
	return Attr(s)
}

// YearOf is the year of a time, in UTC.
func YearOf(time Attr) Attr { return "year:" + time }

// MonthOf is the year and month of a time, in UTC: "2026-05".
func MonthOf(time Attr) Attr { return "month:" + time }

// XAttr is the value of an extended attribute, "user.project". Lists have it when their SHOW text asks for it.
func XAttr(name string) Attr { return Attr("xattr:" + name) }

// Extra is a field of the own key=value expressions of a list.
func Extra(key string) Attr { return Attr("extra:" + key) }

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// id numbers the attributes that records hold. Those below numIDs are numbers, the others bytes.
type id uint8

const (
	idInode id = iota
	idGeneration
	idSnapID
	idSize
	idKB
	idUID
	idGID
	idNLink
	idAccess
	idModify
	idChange
	idCreate
	idExpire
	idModSnap
	idBlockSize
	idDevice
	idRDevice
	idHeat // the bits of a float64
	numIDs

	idMode    = numIDs
	idMisc    = numIDs + 1
	idFileset = numIDs + 2
	idPool    = numIDs + 3
	idSnap    = numIDs + 4
	idType    = numIDs + 5 // one byte, as in the mode
	idPath    = numIDs + 6
	strIDs    = 7
	idExtra   = numIDs + strIDs // and up: fields of the layout that have no number of their own
)

// set is a set of ids.
type set uint64

func (s set) has(i id) bool { return s&(1<<i) != 0 }
func (s *set) add(i id)     { *s |= 1 << i }

// Kind says what the values of an attribute or of a column are.
type Kind int

// The kinds of values.
const (
	KindNone  Kind = iota // no value: not asked, or not known
	KindText              // text
	KindCount             // a number
	KindBytes             // bytes
	KindKB                // KiB
	KindTime              // microseconds since 1970
	KindFloat             // a number with a fraction
)

// baseAttr is an attribute that is stored in lists.
type baseAttr struct {
	id      id
	kind    Kind
	ibm     string // the name in the policy language
	null    bool   // can be NULL there
	aliases []string
}

// baseAttrs are the attributes by their canonical names; those derived from the path or from a number share its id.
var baseAttrs = map[Attr]baseAttr{
	Path:        {idPath, KindText, "PATH_NAME", false, []string{"pathname"}},
	Name:        {idPath, KindText, "NAME", false, []string{"filename"}},
	Ext:         {idPath, KindText, "", false, []string{"extension"}},
	Depth:       {idPath, KindCount, "", false, nil},
	Type:        {idType, KindText, "", false, nil},
	Size:        {idSize, KindBytes, "FILE_SIZE", false, []string{"filesize"}},
	KBAllocated: {idKB, KindKB, "KB_ALLOCATED", false, []string{"kb", "allocated"}},
	User:        {idUID, KindText, "USER_ID", false, []string{"username", "owner"}},
	UserID:      {idUID, KindCount, "USER_ID", false, []string{"uid"}},
	Group:       {idGID, KindText, "GROUP_ID", false, []string{"groupname"}},
	GroupID:     {idGID, KindCount, "GROUP_ID", false, []string{"gid"}},
	FilesetName: {idFileset, KindText, "FILESET_NAME", false, []string{"filesetname"}},
	PoolName:    {idPool, KindText, "POOL_NAME", false, []string{"poolname"}},
	Access:      {idAccess, KindTime, "ACCESS_TIME", false, []string{"accesstime", "atime"}},
	Modify:      {idModify, KindTime, "MODIFICATION_TIME", false, []string{"modificationtime", "modification", "mtime"}},
	Change:      {idChange, KindTime, "CHANGE_TIME", false, []string{"changetime", "ctime"}},
	Create:      {idCreate, KindTime, "CREATION_TIME", false, []string{"creationtime", "creation", "btime"}},
	Expire:      {idExpire, KindTime, "EXPIRATION_TIME", true, []string{"expirationtime", "expiration"}},
	Mode:        {idMode, KindText, "MODE", false, nil},
	NLink:       {idNLink, KindCount, "NLINK", false, []string{"links"}},
	Inode:       {idInode, KindCount, "INODE", false, []string{"inodenumber"}},
	Generation:  {idGeneration, KindCount, "GENERATION", false, nil},
	SnapID:      {idSnapID, KindCount, "", false, nil},
	SnapName:    {idSnap, KindText, "SNAP_NAME", true, []string{"snapshot"}},
	ModSnapID:   {idModSnap, KindCount, "MODIFICATION_SNAPID", false, []string{"modificationsnapid"}},
	Misc:        {idMisc, KindText, "MISC_ATTRIBUTES", false, []string{"miscattributes"}},
	Heat:        {idHeat, KindFloat, "FILE_HEAT", true, []string{"fileheat"}},
	BlockSize:   {idBlockSize, KindBytes, "BLOCKSIZE", false, nil},
	DeviceID:    {idDevice, KindCount, "DEVICE_ID", false, []string{"device"}},
	RDeviceID:   {idRDevice, KindCount, "RDEVICE_ID", true, []string{"rdevice"}},
}

// canonical maps every spelling to the canonical name.
var canonical = func() map[string]Attr {
	m := make(map[string]Attr, 4*len(baseAttrs))
	for a, b := range baseAttrs {
		m[string(a)] = a
		for _, alias := range b.aliases {
			m[alias] = a
		}
	}
	return m
}()

// squash takes case and underscores out of a name.
func squash(s string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), "_", ""))
}

// AttrError says that a text names no attribute.
type AttrError struct {
	Attr   Attr
	Reason string
	Near   Attr // what may have been meant; "" when nothing is near
}

// Error names the attribute, the reason, and what may have been meant.
func (e *AttrError) Error() string {
	s := fmt.Sprintf("attribute %q: %s", string(e.Attr), e.Reason)
	if e.Near != "" {
		s += fmt.Sprintf("; did you mean %q?", string(e.Near))
	}
	return s
}

// parseBase resolves the name of a stored attribute.
func parseBase(a Attr) (Attr, baseAttr, error) {
	name, ok := canonical[squash(string(a))]
	if !ok {
		return "", baseAttr{}, &AttrError{a, "no such attribute", nearest(squash(string(a)))}
	}
	return name, baseAttrs[name], nil
}

// nearest finds the known name that needs the fewest changes, two at most.
func nearest(word string) Attr {
	best, at := 3, Attr("")
	names := make([]string, 0, len(canonical))
	for n := range canonical {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		if d := spell.Distance(word, n); d < best && d < len(word) {
			best, at = d, canonical[n]
		}
	}
	return at
}
