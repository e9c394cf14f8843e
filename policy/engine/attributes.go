package engine

import (
	"bytes"
	"hash/fnv"
	"strings"

	"golang.org/x/sys/unix"

	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

// attr compiles an attribute, and notes what has to be read for it.
func (c *compiler) attr(x *lang.Attr) code {
	p := c.prog
	switch strings.ToUpper(x.Name) {
	case "CURRENT_TIMESTAMP":
		return constInt(lang.Timestamp, p.now)
	case "CURRENT_DATE":
		return constInt(lang.Timestamp, p.today)
	}
	a, ok := lang.LookupAttribute(x.Name)
	if !ok {
		c.fail(x, "%s is neither an attribute nor a macro that is defined", x.Name)
		return code{}
	}
	if c.clause == lang.ClauseWhen {
		c.fail(x, "%s belongs to a file, WHEN knows of no file", a.Name)
		return code{}
	}
	p.names[a.Name] = true
	stat := func(mask scan.Mask, get func(*scan.Info) int64) code {
		p.mask |= mask
		return code{typ: a.Type, cost: costStat, i: func(e *eval) (int64, bool) { return get(e.stat()), true }}
	}
	site := func(want Want, get func(*Details) (int64, bool)) code {
		return code{typ: a.Type, cost: costSite, i: func(e *eval) (int64, bool) { return get(e.detail(want)) }}
	}
	text := func(want Want, get func(*Details) (string, bool)) code {
		return code{typ: a.Type, cost: costSite, s: func(e *eval) (string, bool) { return get(e.detail(want)) }}
	}
	clone := func(get func(Clone) int64) code {
		return site(WantClone, func(d *Details) (int64, bool) { return get(d.Clone), d.Clone.IsClone || d.Clone.IsParent })
	}
	switch a.Name {
	case "ACCESS_TIME":
		return stat(scan.MaskATime, func(i *scan.Info) int64 { return micros(i.ATime) })
	case "MODIFICATION_TIME":
		return stat(scan.MaskMTime, func(i *scan.Info) int64 { return micros(i.MTime) })
	case "CHANGE_TIME":
		return stat(scan.MaskCTime, func(i *scan.Info) int64 { return micros(i.CTime) })
	case "CREATION_TIME":
		// Not every file system keeps the time of creation; the last change of the inode is the best that is known then.
		return stat(scan.MaskBTime|scan.MaskCTime, func(i *scan.Info) int64 {
			if i.Have&scan.MaskBTime != 0 {
				return micros(i.BTime)
			}
			return micros(i.CTime)
		})
	case "FILE_SIZE":
		return stat(scan.MaskSize, func(i *scan.Info) int64 { return i.Size })
	case "KB_ALLOCATED":
		return stat(scan.MaskBlocks, func(i *scan.Info) int64 { return (i.Blocks + 1) / 2 })
	case "NLINK":
		return stat(scan.MaskNLink, func(i *scan.Info) int64 { return int64(i.NLink) })
	case "USER_ID":
		return stat(scan.MaskUID, func(i *scan.Info) int64 { return int64(i.UID) })
	case "GROUP_ID":
		return stat(scan.MaskGID, func(i *scan.Info) int64 { return int64(i.GID) })
	case "BLOCKSIZE":
		return stat(scan.MaskSize, func(i *scan.Info) int64 { return int64(i.BlockSize) })
	case "DEVICE_ID":
		return stat(scan.MaskInode, func(i *scan.Info) int64 { return int64(i.Dev) })
	case "RDEVICE_ID":
		v := stat(scan.MaskType, func(i *scan.Info) int64 { return int64(i.RDev) })
		get := v.i
		v.i = func(e *eval) (int64, bool) {
			n, _ := get(e)
			return n, e.typ == scan.Block || e.typ == scan.Char
		}
		return v
	case "INODE":
		return code{typ: a.Type, cost: costName, i: func(e *eval) (int64, bool) { return int64(e.obj.Inode()), true }}
	case "NAME":
		return code{typ: a.Type, cost: costName, s: func(e *eval) (string, bool) { return e.name, true }}
	case "PATH_NAME":
		return code{typ: a.Type, cost: costPath, s: func(e *eval) (string, bool) { return e.pathName(), true }}
	case "DIRECTORY_HASH":
		return code{typ: a.Type, cost: 2 * costPath, f: func(e *eval) (float64, bool) { return directoryHash(e.pathName()), true }}
	case "MODE":
		p.mask |= scan.MaskMode | scan.MaskType
		return code{typ: a.Type, cost: costStat, s: func(e *eval) (string, bool) { return e.mode(), true }}
	case "MISC_ATTRIBUTES":
		return code{typ: a.Type, cost: costXattr + costSite, s: func(e *eval) (string, bool) { return e.misc(), true }}
	case "POOL_NAME":
		return text(WantPool, func(d *Details) (string, bool) { return d.Pool, true })
	case "FILESET_NAME":
		return text(WantFileset, func(d *Details) (string, bool) { return d.Fileset, true })
	case "SNAP_NAME":
		return text(WantSnapshot, func(d *Details) (string, bool) { return d.Snapshot, d.Snapshot != "" })
	case "EXPIRATION_TIME":
		return site(WantExpiration, func(d *Details) (int64, bool) { return d.Expiration, d.HasExpiration })
	case "GENERATION":
		return site(WantGeneration, func(d *Details) (int64, bool) { return int64(d.Generation), true })
	case "MODIFICATION_SNAPID":
		return site(WantModSnapID, func(d *Details) (int64, bool) { return d.ModSnapID, true })
	case "FILE_HEAT":
		return code{typ: a.Type, cost: costSite, f: func(e *eval) (float64, bool) { return e.detail(WantHeat).Heat, true }}
	case "CLONE_DEPTH":
		return clone(func(c Clone) int64 { return c.Depth })
	case "CLONE_IS_PARENT":
		return clone(func(c Clone) int64 { return btoi(c.IsParent) })
	case "CLONE_PARENT_IS_SNAP":
		return clone(func(c Clone) int64 { return btoi(c.ParentIsSnap) })
	case "CLONE_PARENT_FILESETID", "CLONE_PARENT_FILESET_ID":
		return clone(func(c Clone) int64 { return c.ParentFileset })
	case "CLONE_PARENT_SNAP_ID":
		return clone(func(c Clone) int64 { return c.ParentSnapID })
	case "CLONE_PARENT_INODE":
		return site(WantClone, func(d *Details) (int64, bool) { return d.Clone.ParentInode, d.Clone.IsClone })
	}
	c.fail(x, "%s is not known here", a.Name)
	return code{}
}

func btoi(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// directoryHash is a number that all files of a directory share: how deep they lie, and a part that tells directories
// of one depth apart.
func directoryHash(path string) float64 {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return 0
	}
	return float64(strings.Count(path, "/")) + hashToFloat(path[:i])
}

// hashToFloat is a number in [0,1) that depends on the text alone.
// unverified: the numbers themselves are not those of the product.
func hashToFloat(s string) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return float64(mix(h.Sum64())>>11) / (1 << 53)
}

// mix spreads the bits of a hash: texts that differ in their last byte must not lie side by side.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return h
}

// mode is the mode as ls -l shows it.
func (e *eval) mode() string {
	const rwx = "rwxrwxrwx"
	m := uint32(e.stat().Mode)
	at := len(e.arena)
	e.arena = append(e.arena, byte(e.typ))
	for i := range 9 {
		c := byte('-')
		if m&(1<<(8-i)) != 0 {
			c = rwx[i]
		}
		e.arena = append(e.arena, c)
	}
	b := e.arena[at:]
	special := func(bit uint32, i int, with, without byte) {
		if m&bit == 0 {
			return
		}
		if b[i] == 'x' {
			b[i] = with
		} else {
			b[i] = without
		}
	}
	special(unix.S_ISUID, 3, 's', 'S')
	special(unix.S_ISGID, 6, 's', 'S')
	special(unix.S_ISVTX, 9, 't', 'T')
	return e.text(at)
}

// typeLetter is the letter of MISC_ATTRIBUTES for the type.
func typeLetter(t scan.Type) byte {
	switch t {
	case scan.Regular:
		return 'F'
	case scan.Directory:
		return 'D'
	case scan.Symlink:
		return 'L'
	}
	return 'O'
}

// misc are all letters of MISC_ATTRIBUTES that are known.
// unverified: their order.
func (e *eval) misc() string {
	acl, any := e.xattrFlags()
	site := e.detail(WantMisc).Misc
	at := len(e.arena)
	e.arena = append(e.arena, typeLetter(e.typ))
	e.arena = append(e.arena, site...)
	if any {
		e.arena = append(e.arena, 'E')
	}
	if acl {
		e.arena = append(e.arena, '+')
	}
	return e.text(at)
}

// xattrFlags says whether the object has an access control list, and other extended attributes.
func (e *eval) xattrFlags() (acl, any bool) {
	names, err := e.obj.Xattrs(e.xbuf[:0])
	if err != nil {
		return false, false
	}
	e.xbuf = names
	for len(names) > 0 {
		n := bytes.IndexByte(names, 0)
		if n < 0 {
			n = len(names) - 1
		}
		name := names[:n]
		names = names[n+1:]
		switch {
		case bytes.HasPrefix(name, []byte("system.posix_acl")), bytes.HasPrefix(name, []byte("system.nfs4_acl")):
			acl = true
		case bytes.HasPrefix(name, []byte("user.gpfs.")), bytes.HasPrefix(name, []byte("security.")):
			// What the cluster itself keeps with a file is no attribute of it.
		default:
			any = true
		}
	}
	return acl, any
}

func (e *eval) hasMisc(letter byte) bool {
	switch letter {
	case 'F', 'D', 'L', 'O':
		return typeLetter(e.typ) == letter
	case '+':
		acl, _ := e.xattrFlags()
		return acl
	case 'E':
		_, any := e.xattrFlags()
		return any
	}
	return strings.IndexByte(e.detail(WantMisc).Misc, letter) >= 0
}

// miscLike compiles the most frequent question, MISC_ATTRIBUTES LIKE '%X%', without making the letters.
func (c *compiler) miscLike(x *lang.Like) (code, bool) {
	a, ok := lang.Strip(x.X).(*lang.Attr)
	p, isLit := lang.Strip(x.Pattern).(*lang.StringLit)
	if !ok || !isLit || x.Escape != nil || !strings.EqualFold(a.Name, "MISC_ATTRIBUTES") {
		return code{}, false
	}
	v := p.Value
	if len(v) != 3 || v[0] != '%' || v[2] != '%' || v[1] == '%' || v[1] == '_' {
		return code{}, false
	}
	letter := v[1]
	cost := costSite
	switch letter {
	case 'F', 'D', 'L', 'O':
		cost = costName
	case '+', 'E':
		cost = costXattr
	}
	c.prog.names["MISC_ATTRIBUTES"] = true
	return negate(code{typ: lang.Bool, cost: cost, b: func(e *eval) truth { return truthOf(e.hasMisc(letter)) }}, x.Not), true
}
