package mmsim

import (
	"cmp"
	"fmt"
	"io/fs"
	"os/user"
	"strconv"
	"strings"
)

// attrACL and attrDefaultACL keep the ACLs of a file as text, in the form that mmgetacl prints.
const (
	attrACL        = "user.gpfs.acl"
	attrDefaultACL = "user.gpfs.default-acl"
)

// junctionACL is the ACL of the junction that a path names, in a file system without real directories: the state keeps
// it. nil stands for every other path.
func (c *call) junctionACL(path string) (at *Filesystem, acl *string) {
	for i := range c.st.Filesystems {
		f := &c.st.Filesystems[i]
		below, ok := f.locate(path)
		if !ok || f.Data != "" || f.mountedAt(c.st.LocalNode) == nil {
			continue
		}
		for j := range f.Filesets {
			if fset := &f.Filesets[j]; fset.Status == FilesetLinked && fset.Junction == below {
				return f, &fset.ACL
			}
		}
	}
	return nil, nil
}

// newJunctionACL is what the directory of a new fileset has: all for root, nothing for others.
const newJunctionACL = "#owner:root\n#group:root\nuser::rwxc\ngroup::----\nother::----\n"

func mmgetacl(c *call) int {
	if _, acl := c.junctionACL(c.operand(0)); acl != nil && !c.has("-d") {
		c.printf("%s", cmp.Or(*acl, newJunctionACL))
		return 0
	}
	f, code := c.file(c.operand(0))
	if code != 0 {
		return code
	}
	kind := c.get("-k")
	if kind != "" && kind != "nfs4" && kind != "posix" && kind != "native" {
		return c.usage("Incorrect option: -k " + kind) // unverified: wording
	}
	text := fileAttr(f.real, attrACL)
	if c.has("-d") {
		if text = fileAttr(f.real, attrDefaultACL); text == "" {
			return c.failDaemon(2, "%s: no default ACL", f.shown) // unverified: wording
		}
	}
	if text == "" {
		text = modeACL(f, kind == "nfs4" || kind == "native" && f.fs.Attrs.ACL == "nfs4")
	}
	c.printf("%s", text)
	return 0
}

// modeACL is the ACL that the permissions of a file amount to. unverified: layout of the NFSv4 form.
func modeACL(f *gpfsFile, nfs4 bool) string {
	uid, gid, _ := ownerOf(f.info)
	owner, group := strconv.Itoa(uid), strconv.Itoa(gid)
	if u, err := user.LookupId(owner); err == nil {
		owner = u.Username
	}
	if g, err := user.LookupGroupId(group); err == nil {
		group = g.Name
	}
	mode := f.info.Mode()
	bits := func(shift int) fs.FileMode { return mode >> shift & 7 }
	word := func(b fs.FileMode, control string) string {
		s := []byte("---")
		for i, letter := range "rwx" {
			if b&(4>>i) != 0 {
				s[i] = byte(letter)
			}
		}
		return string(s) + control
	}
	if !nfs4 {
		return fmt.Sprintf("#owner:%s\n#group:%s\nuser::%s\ngroup::%s\nother::%s\n", owner, group, word(bits(6), "c"), word(bits(3), "-"), word(bits(0), "-"))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "#NFSv4 ACL\n#owner:%s\n#group:%s\n", owner, group)
	for i, who := range []string{"special:owner@", "special:group@", "special:everyone@"} {
		p := bits(6 - 3*i)
		mark := func(has bool) string {
			if has {
				return "(X)"
			}
			return "(-)"
		}
		control := "-"
		if i == 0 {
			control = "c"
		}
		r, w, x := p&4 != 0, p&2 != 0, p&1 != 0
		fmt.Fprintf(&b, "%s:%s:allow\n", who, word(p, control))
		fmt.Fprintf(&b, " %sREAD/LIST %sWRITE/CREATE %sAPPEND/MKDIR (X)SYNCHRONIZE (X)READ_ACL  (X)READ_ATTR  %sREAD_NAMED\n", mark(r), mark(w), mark(w), mark(r))
		fmt.Fprintf(&b, " (-)DELETE    %sDELETE_CHILD %sCHOWN        %sEXEC/SEARCH %sWRITE_ACL %sWRITE_ATTR %sWRITE_NAMED\n\n", mark(w && f.info.IsDir()), mark(i == 0), mark(x), mark(i == 0), mark(w || i == 0), mark(w))
	}
	return b.String()
}

func mmputacl(c *call) int {
	at, junction := c.junctionACL(c.operand(0))
	if c.has("-d") {
		junction = nil
	}
	var f *gpfsFile
	if junction == nil {
		var code int
		if f, code = c.file(c.operand(0)); code != 0 {
			return code
		}
		at = f.fs
	}
	text := string(c.stdin)
	if in := c.get("-i"); in != "" {
		data, ok := c.files(in)
		if !ok {
			return c.failDaemon(2, "%s: No such file or directory", in)
		}
		text = string(data)
	}
	nfs4 := strings.HasPrefix(text, "#NFSv4 ACL")
	switch {
	case !strings.Contains(text, ":"):
		return c.failDaemon(22, "Incorrect ACL.") // unverified: wording
	case c.has("-d") && nfs4:
		return c.failDaemon(22, "NFSv4 ACLs have no default ACL.") // unverified: wording
	case nfs4 && at.Attrs.ACL == "posix", !nfs4 && at.Attrs.ACL == "nfs4":
		return c.failDaemon(22, "The ACL type is not allowed in file system %s.", at.Name) // unverified: wording
	}
	if junction != nil {
		if at.mountedAt(c.st.LocalNode).Mode == "RO" {
			return c.failDaemon(30, "File system is read-only.")
		}
		*junction = text
		return 0
	}
	if code := c.writable(f); code != 0 {
		return code
	}
	name := attrACL
	if c.has("-d") {
		name = attrDefaultACL
	}
	if err := setFileAttr(f.real, name, text); err != nil {
		return c.failDaemon(95, "%s", err)
	}
	return 0
}

func mmdelacl(c *call) int {
	if _, junction := c.junctionACL(c.operand(0)); junction != nil && !c.has("-d") {
		*junction = ""
		return 0
	}
	f, code := c.file(c.operand(0))
	if code == 0 {
		code = c.writable(f)
	}
	if code != 0 {
		return code
	}
	name := attrACL
	if c.has("-d") {
		name = attrDefaultACL
		if strings.HasPrefix(fileAttr(f.real, attrACL), "#NFSv4 ACL") {
			return c.failDaemon(22, "NFSv4 ACLs have no default ACL.") // unverified: wording
		}
	}
	if err := setFileAttr(f.real, name, ""); err != nil {
		return c.failDaemon(95, "%s", err)
	}
	return 0
}
