package mmexec

import (
	"strconv"
	"strings"

	"gpfsh/mmexec/lazyregexp"
)

// LsAttrOptions are the options of mmlsattr.
type LsAttrOptions struct {
	Names bool // -d: also the names of extended attributes
}

// MmLsAttr lists the attributes of files: mmlsattr -L File... The command has no -Y form; [ParseMmLsAttr] reads what it
// prints.
func MmLsAttr(paths []string, o LsAttrOptions) (Command, error) {
	args := []string{"-L"}
	if o.Names {
		args = append(args, "-d")
	}
	if len(paths) == 0 {
		return Command{}, &NameError{Kind: "file", Reason: "none was given"}
	}
	for _, p := range paths {
		if err := checkAbsPath("file", p); err != nil {
			return Command{}, err
		}
		args = append(args, p)
	}
	return Command{Name: "mmlsattr", Args: args, Object: "file " + strings.Join(paths, ", ")}, nil
}

// FileAttr are the attributes of one file or directory, of mmlsattr -L.
type FileAttr struct {
	Name string
	// MetadataReplicas and DataReplicas are 0 where they are not printed: a directory has no data of its own.
	MetadataReplicas    int
	MaxMetadataReplicas int
	DataReplicas        int
	MaxDataReplicas     int
	Immutable           bool
	AppendOnly          bool
	Flags               []string // illreplicated, illplaced, ...
	Pool                string
	Fileset             string
	Snapshot            string
	Created             string   // as printed, see [ParseTime]
	Misc                []string // DIRECTORY, ARCHIVE, ...
	Encrypted           bool
	IndefiniteRetention bool
	Expires             string // as printed; "" without retention
	// All are the attributes as printed, also those that have no field here.
	All []Field
}

var (
	replication = lazyregexp.New(`^(\d+) max (\d+)$`)
	attrLine    = lazyregexp.New(`^([A-Za-z][^:]*?):(?:\s+(.*))?$`)
)

// ParseMmLsAttr reads what mmlsattr -L prints for one or more files.
func ParseMmLsAttr(data []byte) ([]FileAttr, error) {
	const command = "mmlsattr"
	var files []FileAttr
	for n, line := range lines(data) {
		if line == "" {
			continue
		}
		m := attrLine.FindStringSubmatch(line)
		if m == nil {
			if len(files) > 0 && (line[0] == ' ' || line[0] == '\t') {
				continue // a value that goes on: dumps of attributes
			}
			return files, formatError(command, n, "want an attribute and its value, not %q", shorten(line))
		}
		name, value := m[1], m[2]
		if name == "file name" {
			files = append(files, FileAttr{Name: value})
		}
		if len(files) == 0 {
			return files, formatError(command, n, "want the name of a file, not %q", shorten(line))
		}
		f := &files[len(files)-1]
		f.All = append(f.All, Field{name, value})
		switch name {
		case "metadata replication", "data replication":
			r := replication.FindStringSubmatch(value)
			if r == nil {
				return files, formatError(command, n, "%q is no replication", value)
			}
			now, _ := strconv.Atoi(r[1])
			most, _ := strconv.Atoi(r[2])
			if name == "data replication" {
				f.DataReplicas, f.MaxDataReplicas = now, most
			} else {
				f.MetadataReplicas, f.MaxMetadataReplicas = now, most
			}
		case "immutable":
			f.Immutable = yes(value)
		case "appendOnly":
			f.AppendOnly = yes(value)
		case "indefiniteRetention":
			f.IndefiniteRetention = yes(value)
		case "expiration Time":
			f.Expires = value
		case "flags":
			f.Flags = strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
		case "storage pool name":
			f.Pool = value
		case "fileset name":
			f.Fileset = value
		case "snapshot name":
			f.Snapshot = value
		case "creation time":
			f.Created = value
		case "Misc attributes", "Windows attributes":
			f.Misc = strings.Fields(value)
		case "Encrypted":
			f.Encrypted = yes(value)
		}
	}
	return files, nil
}
