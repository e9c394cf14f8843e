package model

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// File is a file or directory with the attributes that Storage Scale keeps of it, from mmlsattr.
type File struct {
	Path         string    `json:"path" col:"PATH"`
	Fileset      string    `json:"fileset" col:"FILESET"`
	Pool         string    `json:"pool" col:"POOL"`                     // storage pool of its data
	Snapshot     string    `json:"snapshot,omitempty" col:"-"`          // the snapshot it is in; "" for the live one
	Replicas     int       `json:"replicas" col:"REPLICAS"`             // of its data; 0 for a directory
	MaxReplicas  int       `json:"maxReplicas" col:"-"`                 // most of its data; 0 for a directory
	MetaReplicas int       `json:"metaReplicas" col:"META REPLICAS"`    // of its metadata
	MaxMeta      int       `json:"maxMetaReplicas" col:"-"`             // most of its metadata
	Immutable    bool      `json:"immutable" col:"IMMUTABLE"`           // cannot be changed nor deleted
	AppendOnly   bool      `json:"appendOnly" col:"APPEND ONLY,wide"`   // can only be appended to
	Indefinite   bool      `json:"indefiniteRetention" col:"-"`         // kept until somebody says otherwise
	Expires      time.Time `json:"expires,omitzero" col:"EXPIRES,wide"` // kept until then
	Created      time.Time `json:"created,omitzero" col:"CREATED"`      // in the zone of the cluster; zero where it is not printed
	Encrypted    bool      `json:"encrypted" col:"-"`
	Flags        []string  `json:"flags" col:"FLAGS"` // illreplicated, illplaced …
	Misc         []string  `json:"misc" col:"-"`      // DIRECTORY, ARCHIVE …
	All          TextMap   `json:"all" col:"-"`       // everything mmlsattr printed, as it printed it

	c *Cluster
}

// File returns a file or directory by its absolute path on the node that runs the commands. Nothing is asked: see
// [File.Refresh].
func (c *Cluster) File(path string) *File { return &File{Path: path, c: c} }

// String returns the path.
func (f *File) String() string {
	if f == nil {
		return ""
	}
	return f.Path
}

func (f *File) ready() error {
	if f == nil || f.c == nil {
		return errNil("file")
	}
	return nil
}

// Refresh reads the attributes. It runs mmlsattr -L.
func (f *File) Refresh(ctx context.Context) error {
	if err := f.ready(); err != nil {
		return err
	}
	res, err := f.c.run(ctx)(mmexec.MmLsAttr([]string{f.Path}, mmexec.LsAttrOptions{}))
	if err != nil {
		return err
	}
	attrs, err := mmexec.ParseMmLsAttr(res.Stdout)
	if err != nil {
		return err
	}
	if len(attrs) != 1 {
		return fmt.Errorf("mmlsattr told of %d files, not of %s", len(attrs), f.Path)
	}
	f.read(attrs[0])
	return nil
}

func (f *File) read(a mmexec.FileAttr) {
	f.Fileset, f.Pool, f.Snapshot = a.Fileset, a.Pool, a.Snapshot
	f.Replicas, f.MaxReplicas, f.MetaReplicas, f.MaxMeta = a.DataReplicas, a.MaxDataReplicas, a.MetadataReplicas, a.MaxMetadataReplicas
	f.Immutable, f.AppendOnly, f.Indefinite, f.Encrypted = a.Immutable, a.AppendOnly, a.IndefiniteRetention, a.Encrypted
	f.Expires, f.Created = f.c.moment(a.Expires), f.c.moment(a.Created)
	f.Flags, f.Misc = append([]string{}, a.Flags...), append([]string{}, a.Misc...)
	f.All = make(TextMap, len(a.All))
	for _, field := range a.All {
		f.All[field.Name] = field.Value
	}
}

// Directory reports whether it is a directory.
func (f *File) Directory() bool { return f != nil && slices.Contains(f.Misc, "DIRECTORY") }

// FileOption is a change of a file: [InPool], [DataReplicas], [MetadataReplicas], [MaxDataReplicas],
// [MaxMetadataReplicas], [Immutable], [AppendOnly], [Compression], [KeepUntil], [Deferred].
type FileOption interface{ file(*argv) }

type fileOption func(*argv)

func (o fileOption) file(a *argv) { o(a) }

func fileValue(option, value string) FileOption {
	return fileOption(func(a *argv) { a.add(option, value) })
}

func fileYesNo(option string, on bool) FileOption {
	if on {
		return fileValue(option, "yes")
	}
	return fileValue(option, "no")
}

// InPool moves the data of a file to a storage pool (-P).
func InPool(pool string) FileOption {
	return fileOption(func(a *argv) { a.add("-P").operand(mmexec.CheckPoolName, ",", pool) })
}

// DataReplicas sets how often the data of a file are kept (-r).
func DataReplicas(n int) FileOption { return fileValue("-r", strconv.Itoa(n)) }

// MaxDataReplicas sets how often the data of a file can be kept (-R). The file must be empty.
func MaxDataReplicas(n int) FileOption { return fileValue("-R", strconv.Itoa(n)) }

// MetadataReplicas sets how often the metadata of a file are kept (-m).
func MetadataReplicas(n int) FileOption { return fileValue("-m", strconv.Itoa(n)) }

// MaxMetadataReplicas sets how often the metadata of a file can be kept (-M). The file must be empty.
func MaxMetadataReplicas(n int) FileOption { return fileValue("-M", strconv.Itoa(n)) }

// Immutable keeps a file from being changed and deleted, or no longer (-i).
func Immutable(on bool) FileOption { return fileYesNo("-i", on) }

// AppendOnly lets a file only grow, or no longer (-a).
func AppendOnly(on bool) FileOption { return fileYesNo("-a", on) }

// Compression compresses a file, or no longer (--compression): yes, no, z, lz4, zfast, alphae, alphah.
func Compression(kind string) FileOption {
	return fileOption(func(a *argv) { a.add("--compression").text("a kind of compression", kind) })
}

// KeepUntil keeps a file from being deleted before a moment, in the zone of the moment (--expiration-time). That can only
// be put off.
func KeepUntil(moment time.Time) FileOption {
	return fileValue("--expiration-time", moment.Format("2006-01-02@15:04:05"))
}

// Deferred leaves the moving of blocks to a later restripe (-I defer).
func Deferred() FileOption { return fileValue("-I", "defer") }

// Change changes attributes of the file. It runs mmchattr once for all options.
func (f *File) Change(ctx context.Context, options ...FileOption) error {
	args := arguments()
	for _, o := range options {
		o.file(args)
	}
	if len(options) == 0 {
		return f.ready()
	}
	return f.chattr(ctx, args)
}

// SetAttributes sets extended attributes of the file by their full names, such as user.project. It runs mmchattr
// --set-attr for each.
func (f *File) SetAttributes(ctx context.Context, attributes TextMap) error {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		args := arguments().add("--set-attr").text("an extended attribute", name+"="+attributes[name])
		if strings.ContainsAny(name, "= ") || !strings.Contains(name, ".") {
			args.fail(fmt.Errorf("%q cannot be the name of an extended attribute: it needs a name space in front, as in user.project", name))
		}
		if err := f.chattr(ctx, args); err != nil {
			return err
		}
	}
	return f.ready()
}

// DeleteAttributes removes extended attributes of the file by their full names. It runs mmchattr --delete-attr for each.
func (f *File) DeleteAttributes(ctx context.Context, names ...string) error {
	for _, name := range names {
		if err := f.chattr(ctx, arguments().add("--delete-attr").text("an extended attribute", name)); err != nil {
			return err
		}
	}
	return f.ready()
}

func (f *File) chattr(ctx context.Context, args *argv) error {
	if err := f.ready(); err != nil {
		return err
	}
	_, err := f.c.run(ctx)(args.fail(f.checkPath()).add(f.Path).of("mmchattr", "file "+f.Path))
	return err
}

func (f *File) checkPath() error {
	if !path.IsAbs(f.Path) || strings.ContainsAny(f.Path, "\x00\n\r") {
		return fmt.Errorf("%q cannot be the path of a file: it must be absolute", f.Path)
	}
	return nil
}

// Restripe moves the blocks of the file between disks, as the mode says. It runs mmrestripefile.
func (f *File) Restripe(ctx context.Context, mode RestripeMode) error {
	if err := f.ready(); err != nil {
		return err
	}
	args := arguments()
	switch mode {
	case MigrateOffSuspended, RestoreReplicas, Rebalance, RebalanceStrictly, CompareReplicas, CompareReplicasOnly, MoveToPools, CompressDeferred:
		args.add(strings.Fields(string(mode))...)
	default:
		args.fail(fmt.Errorf("a file cannot be restriped with %q", mode))
	}
	_, err := f.c.run(ctx)(args.fail(f.checkPath()).add(f.Path).of("mmrestripefile", "file "+f.Path))
	return err
}

// ACL is the access control list of a file, from mmgetacl. Its text is kept as it came, so that it is written back
// without loss.
type ACL struct {
	NFSv4   bool     `json:"nfsv4" col:"-"` // an NFSv4 list; a POSIX one otherwise
	Owner   string   `json:"owner" col:"OWNER"`
	Group   string   `json:"group" col:"GROUP"`
	Entries []string `json:"entries" col:"ENTRIES"` // the lines that are no comments
	Text    string   `json:"text" col:"-"`
}

// String returns the list as mmgetacl prints it.
func (a *ACL) String() string {
	if a == nil {
		return ""
	}
	return a.Text
}

// ParseACL reads an access control list as mmgetacl prints it.
func ParseACL(text string) *ACL {
	a := &ACL{Text: text, Entries: []string{}}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#NFSv4 ACL"):
			a.NFSv4 = true
		case strings.HasPrefix(line, "#owner:"):
			a.Owner = strings.TrimPrefix(line, "#owner:")
		case strings.HasPrefix(line, "#group:"):
			a.Group = strings.TrimPrefix(line, "#group:")
		case line != "" && !strings.HasPrefix(line, "#"):
			a.Entries = append(a.Entries, line)
		}
	}
	return a
}

// ACL returns the access control list of the file. It runs mmgetacl.
func (f *File) ACL(ctx context.Context) (*ACL, error) { return f.acl(ctx, false) }

// DefaultACL returns the access control list that new files in the directory get. It runs mmgetacl -d. Only POSIX lists
// know it.
func (f *File) DefaultACL(ctx context.Context) (*ACL, error) { return f.acl(ctx, true) }

func (f *File) acl(ctx context.Context, ofNew bool) (*ACL, error) {
	if err := f.ready(); err != nil {
		return nil, err
	}
	res, err := f.c.run(ctx)(arguments().flag(ofNew, "-d").fail(f.checkPath()).add(f.Path).of("mmgetacl", "file "+f.Path))
	if err != nil {
		return nil, err
	}
	return ParseACL(string(res.Stdout)), nil
}

// ChangeACL gives the file an access control list in place of the one it has. It runs mmputacl.
func (f *File) ChangeACL(ctx context.Context, acl *ACL) error { return f.putACL(ctx, acl, false) }

// ChangeDefaultACL sets the access control list that new files in the directory get. It runs mmputacl -d.
func (f *File) ChangeDefaultACL(ctx context.Context, acl *ACL) error { return f.putACL(ctx, acl, true) }

func (f *File) putACL(ctx context.Context, acl *ACL, ofNew bool) error {
	if err := f.ready(); err != nil {
		return err
	}
	if acl == nil || strings.TrimSpace(acl.Text) == "" {
		return fmt.Errorf("cannot give %s an empty access control list", f.Path)
	}
	files := []mmexec.File{{Name: "acl", Data: []byte(acl.Text)}}
	args := arguments().flag(ofNew, "-d").add("-i", files[0].Ref()).fail(f.checkPath()).add(f.Path)
	_, err := f.c.run(ctx)(withFiles(files)(args.of("mmputacl", "file "+f.Path)))
	return err
}

// DeleteACL removes what goes beyond the permissions of owner, group and others. It runs mmdelacl.
func (f *File) DeleteACL(ctx context.Context) error {
	if err := f.ready(); err != nil {
		return err
	}
	_, err := f.c.run(ctx)(arguments().fail(f.checkPath()).add(f.Path).of("mmdelacl", "file "+f.Path))
	return err
}
