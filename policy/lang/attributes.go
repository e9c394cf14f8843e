package lang

import "sort"

// Type is the type of a value.
type Type int

// The types. Unknown fits everything: of it nothing is known before the rule runs.
const (
	Unknown Type = iota
	Null
	Bool
	Int
	Float
	String
	Timestamp
	Duration
)

var typeNames = [...]string{"a value", "NULL", "a truth value", "an integer", "a number", "a string", "a timestamp", "an interval"}

// String is the type in words: "a string".
func (t Type) String() string { return typeNames[t] }

// Number says whether the type is one of the numbers.
func (t Type) Number() bool { return t == Int || t == Float }

// Attribute is a property of a file that rules can ask for.
type Attribute struct {
	Name string
	Type Type
	// Nullable says that the attribute can be NULL.
	Nullable bool
	// Placement says that it is known when a file is created: SET POOL rules can use it.
	Placement bool
	Doc       string
}

// attributes is a table, never written to.
var attributes = []Attribute{
	{"ACCESS_TIME", Timestamp, false, false, "when the file was last read (UTC; may lag behind with some mount options)"},
	{"BLOCKSIZE", Int, false, false, "block size of the file in bytes"},
	{"CHANGE_TIME", Timestamp, false, false, "when the inode last changed (UTC)"},
	{"CLONE_DEPTH", Int, true, false, "how many clones lie between the file and its oldest parent"},
	{"CLONE_IS_PARENT", Int, true, false, "1 when the file is the parent of a clone"},
	{"CLONE_PARENT_FILESETID", Int, true, false, "fileset id of the clone parent"},
	{"CLONE_PARENT_FILESET_ID", Int, true, false, "fileset id of the clone parent"},
	{"CLONE_PARENT_INODE", Int, true, false, "inode number of the clone parent; NULL when the file is no clone"},
	{"CLONE_PARENT_IS_SNAP", Int, true, false, "1 when the clone parent lies in a snapshot"},
	{"CLONE_PARENT_SNAP_ID", Int, true, false, "snapshot id of the clone parent"},
	{"CREATION_TIME", Timestamp, false, false, "when the inode was created (UTC)"},
	{"DEVICE_ID", Int, false, false, "id of the device that holds the directory entry"},
	{"DIRECTORY_HASH", Float, false, false, "a number that all files of a directory share; larger for deeper paths"},
	{"EXPIRATION_TIME", Timestamp, true, false, "when the retention of the file ends (UTC)"},
	{"FILESET_NAME", String, false, true, "fileset of the path"},
	{"FILE_HEAT", Float, false, false, "how often the file is read; needs fileHeatPeriodMinutes"},
	{"FILE_SIZE", Int, false, false, "length of the file in bytes"},
	{"GENERATION", Int, false, false, "generation of the inode number"},
	{"GROUP_ID", Int, false, true, "numeric group of the owner"},
	{"INODE", Int, false, false, "inode number"},
	{"KB_ALLOCATED", Int, false, false, "space on disk in KB, replicas included"},
	{"MISC_ATTRIBUTES", String, false, false, "letters, one for each flag of the file: LIKE '%M%'"},
	{"MODE", String, false, false, "type and permissions as ls -l shows them"},
	{"MODIFICATION_SNAPID", Int, false, false, "id of the snapshot after which the file last changed"},
	{"MODIFICATION_TIME", Timestamp, false, false, "when the data last changed (UTC)"},
	{"NAME", String, false, true, "name without directories"},
	{"NLINK", Int, false, false, "number of hard links"},
	{"PATH_NAME", String, false, false, "absolute path; every hard link is an object of its own"},
	{"POOL_NAME", String, false, false, "storage pool of the data"},
	{"RDEVICE_ID", Int, true, false, "device id of a device file"},
	{"SNAP_NAME", String, true, false, "snapshot that is scanned; NULL in the live file system"},
	{"USER_ID", Int, false, true, "numeric owner"},
}

// constants are words that are not attributes but are written like them.
var constants = map[string]Type{"CURRENT_TIMESTAMP": Timestamp, "CURRENT_DATE": Timestamp}

// Attributes are all attributes of files, by name.
func Attributes() []Attribute { return append([]Attribute(nil), attributes...) }

// LookupAttribute finds an attribute, without regard to case.
func LookupAttribute(name string) (Attribute, bool) {
	name = upperASCII(name)
	i := sort.Search(len(attributes), func(i int) bool { return attributes[i].Name >= name })
	if i < len(attributes) && attributes[i].Name == name {
		return attributes[i], true
	}
	return Attribute{}, false
}

// oftenWritten are names that people take for attributes.
var oftenWritten = map[string]string{
	"FILE_NAME": "the attribute is NAME", "FILENAME": "the attribute is NAME", "PATH": "the attribute is PATH_NAME", "PATHNAME": "the attribute is PATH_NAME",
	"SIZE": "the attribute is FILE_SIZE (bytes) or KB_ALLOCATED", "FILESIZE": "the attribute is FILE_SIZE",
	"MB_ALLOCATED": "not an attribute but a macro of the documentation: define(MB_ALLOCATED,(KB_ALLOCATED/1024.0))",
	"GB_ALLOCATED": "not an attribute but a macro of the documentation: define(GB_ALLOCATED,(KB_ALLOCATED/1048576.0))",
	"ATIME":        "the attribute is ACCESS_TIME", "MTIME": "the attribute is MODIFICATION_TIME", "CTIME": "the attribute is CHANGE_TIME",
	"CREATE_TIME": "the attribute is CREATION_TIME", "UID": "the attribute is USER_ID", "GID": "the attribute is GROUP_ID",
	"USER": "the attribute is USER_ID (a number)", "OWNER": "the attribute is USER_ID (a number)", "GROUP": "the attribute is GROUP_ID (a number)",
	"USER_NAME": "the attribute is USER_ID (a number)", "GROUP_NAME": "the attribute is GROUP_ID (a number)",
	"POOL": "the attribute is POOL_NAME", "FILESET": "the attribute is FILESET_NAME", "HEAT": "the attribute is FILE_HEAT",
	"EXTENSION": "there is no such attribute: NAME LIKE '%.txt'", "AGE": "there is no such attribute: DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME)",
	"NOW": "write CURRENT_TIMESTAMP", "CURRENT_TIME": "write CURRENT_TIMESTAMP", "TODAY": "write CURRENT_DATE",
}

// MiscLetter is one letter of MISC_ATTRIBUTES.
type MiscLetter struct {
	Letter byte
	Doc    string
}

// miscLetters is a table, never written to.
// unverified: the meaning of all letters but + M P V X j k u v w x y z.
var miscLetters = []MiscLetter{
	{'+', "has an access control list"}, {'2', "data are replicated"}, {'A', "Windows: archive"}, {'D', "directory"}, {'E', "has extended attributes"},
	{'F', "regular file"}, {'H', "Windows: hidden"}, {'I', "data are in the wrong pool"}, {'J', "data are replicated wrongly"}, {'K', "compressed wrongly"},
	{'L', "symbolic link"}, {'M', "managed by an external pool: premigrated or migrated"}, {'O', "other object"}, {'P', "managed by AFM"},
	{'R', "Windows: read-only"}, {'S', "Windows: system"}, {'U', "truncation is managed by an external pool"}, {'V', "reading is managed: migrated"},
	{'W', "writing is managed by an external pool"}, {'X', "immutable"}, {'a', "append-only"}, {'c', "selected for compression"}, {'e', "Windows: encrypted"},
	{'f', "some data are in the wrong place (FPO)"}, {'i', "Windows: not indexed"}, {'j', "AFM: appended to, or directory complete"}, {'k', "AFM: repaired, no orphan"},
	{'m', "empty directory"}, {'o', "Windows: off-line"}, {'p', "Windows: reparse point"}, {'r', "Windows: has streams"}, {'s', "Windows: sparse"},
	{'t', "Windows: temporary"}, {'u', "AFM: fully cached"}, {'v', "AFM: created, not sent"}, {'w', "AFM: data not sent"}, {'x', "AFM: hard link not sent"},
	{'y', "AFM: metadata changed"}, {'z', "AFM: local to the cache"},
}

// MiscLetters are the letters that MISC_ATTRIBUTES can hold.
func MiscLetters() []MiscLetter { return append([]MiscLetter(nil), miscLetters...) }

func knownMiscLetter(c byte) bool {
	for _, l := range miscLetters {
		if l.Letter == c {
			return true
		}
	}
	return false
}
