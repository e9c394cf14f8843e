package filelist

import (
	"math"
	"strings"
	"time"
	"unsafe"
)

// rec is one record as decoders and jobs see it. Its texts belong to the decoder and hold until the next record.
type rec struct {
	has set
	num [numIDs]int64
	str [strIDs + maxExtras][]byte // by id - numIDs
}

func (r *rec) text(i id) []byte { return r.str[i-numIDs] }

func (r *rec) setText(i id, b []byte) {
	r.str[i-numIDs] = b
	r.has.add(i)
}

func (r *rec) setNum(i id, v int64) {
	r.num[i] = v
	r.has.add(i)
}

// base returns the last part of a path.
func base(path []byte) []byte {
	i := len(path) - 1
	for i >= 0 && path[i] != '/' {
		i--
	}
	return path[i+1:]
}

// extension returns what follows the last dot of the name. A dot that begins the name, and one that ends it, begin no
// extension.
func extension(path []byte) []byte {
	for i := len(path) - 1; i >= 0; i-- {
		switch path[i] {
		case '/':
			return nil
		case '.':
			if i == 0 || path[i-1] == '/' {
				return nil
			}
			return path[i+1:]
		}
	}
	return nil
}

// below returns the path below the root: without it and the slash. A path that does not lie there is returned whole,
// with rooted false.
func below(path, root []byte) (rel []byte, rooted bool) {
	if len(root) > 0 && len(path) > len(root) && path[len(root)] == '/' && string(path[:len(root)]) == string(root) {
		return path[len(root)+1:], true
	}
	if len(path) > 0 && path[0] == '/' {
		return path[1:], len(root) == 0
	}
	return path, false
}

// dirOf returns the directory of a path, cut to n levels below the root; n 0 is all of it.
func dirOf(path, root []byte, n int) []byte {
	if len(path) == len(root) && string(path) == string(root) {
		return path
	}
	rel, _ := below(path, root)
	start := len(path) - len(rel)
	end := start
	for level := 0; n == 0 || level < n; level++ {
		i := indexSlash(path[end:], level > 0)
		if i < 0 {
			break
		}
		end += i
	}
	if end == start && start > 0 {
		end-- // the root itself
	}
	if end == 0 && len(path) > 0 && path[0] == '/' {
		end = 1
	}
	return path[:end]
}

// indexSlash finds the next slash; the one at the beginning is stepped over when skip is set.
func indexSlash(b []byte, skip bool) int {
	for i := btoi(skip); i < len(b); i++ {
		if b[i] == '/' {
			return i
		}
	}
	return -1
}

// depthOf counts the directories between the root and the object.
func depthOf(path, root []byte) int64 {
	rel, _ := below(path, root)
	n := int64(0)
	for _, c := range rel {
		if c == '/' {
			n++
		}
	}
	return n
}

// File is one file of a list or of a scan. What was not asked for is -1 in numbers, "" in texts and the zero time; Has
// tells it from what is so.
type File struct {
	Path        string            `col:"PATH" json:"path"`
	Name        string            `col:"-" json:"name,omitempty"`
	Type        string            `col:"TYPE,wide" json:"type,omitempty"`
	Size        int64             `col:"SIZE" json:"size"`                      // bytes
	KBAllocated int64             `col:"KB,wide" json:"kb_allocated"`           // KiB, replicas included
	User        string            `col:"USER" json:"user,omitempty"`            // the name, "uid:1234" when nobody has the number
	UserID      int64             `col:"-" json:"user_id"`                      //
	Group       string            `col:"GROUP,wide" json:"group,omitempty"`     //
	GroupID     int64             `col:"-" json:"group_id"`                     //
	Fileset     string            `col:"FILESET,wide" json:"fileset,omitempty"` //
	Pool        string            `col:"POOL,wide" json:"pool,omitempty"`       //
	Access      time.Time         `col:"ACCESSED,wide" json:"access,omitzero"`  // UTC, as all times
	Modify      time.Time         `col:"MODIFIED" json:"modify,omitzero"`       //
	Change      time.Time         `col:"CHANGED,wide" json:"change,omitzero"`   //
	Create      time.Time         `col:"CREATED,wide" json:"create,omitzero"`   //
	Expire      time.Time         `col:"-" json:"expire,omitzero"`              //
	Mode        string            `col:"MODE,wide" json:"mode,omitempty"`       //
	NLink       int64             `col:"LINKS,wide" json:"nlink"`               //
	Inode       int64             `col:"INODE,wide" json:"inode"`               //
	Generation  int64             `col:"-" json:"generation"`                   //
	SnapID      int64             `col:"-" json:"snapid"`                       // 0 is the live file system
	SnapName    string            `col:"-" json:"snapname,omitempty"`           //
	Misc        string            `col:"-" json:"misc,omitempty"`               // MISC_ATTRIBUTES
	Heat        float64           `col:"-" json:"heat"`                         //
	Extra       map[string]string `col:"-" json:"extra,omitempty"`              // extended attributes and own fields by name

	has set
}

// Has says whether an attribute was asked for and is known of this file.
func (f *File) Has(a Attr) bool {
	at, err := parseAttr(a)
	if err != nil {
		return false
	}
	if at.id >= idExtra {
		_, rest, _ := strings.Cut(string(at.name), ":")
		_, ok := f.Extra[rest]
		return ok
	}
	return f.has.has(at.id)
}

// filler makes Files of records, with the texts of a batch in one piece of memory. It belongs to one goroutine.
type filler struct {
	names    *Names
	extras   []Attr
	ids      []id // what is wanted
	want     set
	template File
	users    map[int64]string // of the names, without their lock; nil when only numbers are wanted
	groups   map[int64]string
	text     []byte // all texts of the batch
	spans    []span
}

// span is a text of a file of the batch: where it lies and where it goes.
type span struct {
	file, at, length int32
	id               id
}

func newFiller(sc *schema) *filler {
	fl := &filler{names: sc.names, extras: sc.extras, template: File{
		Size: -1, KBAllocated: -1, UserID: -1, GroupID: -1, NLink: -1, Inode: -1, Generation: -1, SnapID: -1, Heat: -1,
	}}
	for i := range idExtra + id(len(sc.extras)) {
		if sc.ids.has(i) {
			fl.ids = append(fl.ids, i)
			fl.want.add(i)
		}
	}
	if sc.userNames {
		fl.users = map[int64]string{}
	}
	if sc.groupNames {
		fl.groups = map[int64]string{}
	}
	return fl
}

// fill adds a record to a batch.
func (fl *filler) fill(batch []File, r *rec) []File {
	batch = append(batch, fl.template)
	f := &batch[len(batch)-1]
	f.has = r.has & fl.want
	for _, i := range fl.ids {
		if !r.has.has(i) {
			continue
		}
		if i >= numIDs {
			fl.fillText(f, int32(len(batch)-1), i, r.text(i))
			continue
		}
		v := r.num[i]
		switch i {
		case idInode:
			f.Inode = v
		case idGeneration:
			f.Generation = v
		case idSnapID:
			f.SnapID = v
		case idSize:
			f.Size = v
		case idKB:
			f.KBAllocated = v
		case idUID:
			f.UserID = v
			if fl.users != nil {
				f.User = cached(fl.users, v, fl.names.user)
			}
		case idGID:
			f.GroupID = v
			if fl.groups != nil {
				f.Group = cached(fl.groups, v, fl.names.group)
			}
		case idNLink:
			f.NLink = v
		case idAccess:
			f.Access = time.UnixMicro(v).UTC()
		case idModify:
			f.Modify = time.UnixMicro(v).UTC()
		case idChange:
			f.Change = time.UnixMicro(v).UTC()
		case idCreate:
			f.Create = time.UnixMicro(v).UTC()
		case idExpire:
			f.Expire = time.UnixMicro(v).UTC()
		case idHeat:
			f.Heat = math.Float64frombits(uint64(v))
		}
	}
	return batch
}

func cached(m map[int64]string, id int64, resolve func(int64) string) string {
	name, known := m[id]
	if !known {
		name = resolve(id)
		m[id] = name
	}
	return name
}

func (fl *filler) fillText(f *File, file int32, i id, b []byte) {
	if i == idType {
		f.Type = typeWord(b)
		return
	}
	fl.spans = append(fl.spans, span{file, int32(len(fl.text)), int32(len(b)), i})
	fl.text = append(fl.text, b...)
}

// finish gives the files of a batch their texts.
func (fl *filler) finish(batch []File) {
	if len(fl.spans) == 0 {
		return
	}
	text := string(fl.text)
	for _, s := range fl.spans {
		f, t := &batch[s.file], text[s.at:s.at+s.length]
		switch s.id {
		case idMode:
			f.Mode = t
		case idMisc:
			f.Misc = t
		case idFileset:
			f.Fileset = t
		case idPool:
			f.Pool = t
		case idSnap:
			f.SnapName = t
		case idPath:
			f.Path = t
			f.Name = t[strings.LastIndexByte(t, '/')+1:]
		default:
			if f.Extra == nil {
				f.Extra = map[string]string{}
			}
			_, key, _ := strings.Cut(string(fl.extras[s.id-idExtra]), ":")
			f.Extra[key] = t
		}
	}
	fl.text, fl.spans = fl.text[:0], fl.spans[:0]
}

// typeWord returns the word for the first letter of a mode.
func typeWord(letter []byte) string {
	if len(letter) == 0 {
		return ""
	}
	switch letter[0] {
	case '-':
		return "file"
	case 'd':
		return "directory"
	case 'l':
		return "symlink"
	case 'p':
		return "pipe"
	case 's':
		return "socket"
	case 'b', 'c':
		return "device"
	}
	return "other"
}

// view returns the bytes as a string without copying. The string must not outlive them.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
