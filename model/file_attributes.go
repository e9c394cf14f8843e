package model

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gpfsh/mmexec"
)

// Attributes returns the extended attributes of the file by their full names, such as user.project, with their values. It
// runs mmlsattr -L -d. Values that are no text are shown as mmlsattr prints them.
//
// unverified: how values are printed; that they stand in double quotes, and beginning with 0x where they are no text.
func (f *File) Attributes(ctx context.Context) (TextMap, error) {
	if err := f.ready(); err != nil {
		return nil, err
	}
	res, err := f.c.run(ctx)(mmexec.MmLsAttr([]string{f.Path}, mmexec.LsAttrOptions{Names: true}))
	if err != nil {
		return nil, err
	}
	attrs, err := mmexec.ParseMmLsAttr(res.Stdout)
	if err != nil {
		return nil, err
	}
	if len(attrs) != 1 {
		return nil, fmt.Errorf("mmlsattr told of %d files, not of %s", len(attrs), f.Path)
	}
	f.read(attrs[0])
	list := make(TextMap)
	for _, field := range attrs[0].All {
		if extended(field.Name) {
			list[field.Name] = attributeValue(field.Value)
		}
	}
	return list, nil
}

// extended tells the names of extended attributes from the labels of the others.
func extended(name string) bool {
	space, rest, ok := strings.Cut(name, ".")
	if !ok || rest == "" || strings.ContainsAny(name, " ") {
		return false
	}
	switch space {
	case "user", "system", "security", "trusted", "gpfs", "dmapi", "raw":
		return true
	}
	return false
}

func attributeValue(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		if v, err := strconv.Unquote(s); err == nil {
			return v
		}
		return s[1 : len(s)-1]
	}
	return s
}

// ChangeMode gives the file the permissions of its owner, its group and everybody else, such as 0o770, in place of its
// access control list. It runs mmputacl with a POSIX list. What the nine bits do not hold (set-group-id, sticky), and an
// owner, no command of Storage Scale can set; file systems with NFSv4 lists only refuse it.
//
// unverified: that a list of the three entries alone is taken for permission bits.
func (f *File) ChangeMode(ctx context.Context, mode uint32) error {
	acl, err := modeACL(mode)
	if err != nil {
		return err
	}
	return f.ChangeACL(ctx, acl)
}

// modeACL is the POSIX list of permission bits. Whoever owns a file may control it.
func modeACL(mode uint32) (*ACL, error) {
	if mode&^uint32(0o777) != 0 {
		return nil, fmt.Errorf("no command of Storage Scale sets the mode %04o: only permissions up to 0777 can be set", mode)
	}
	word := func(shift int, control string) string {
		s := ""
		for i, letter := range "rwx" {
			if mode>>shift&(4>>i) != 0 {
				s += string(letter)
			} else {
				s += "-"
			}
		}
		return s + control
	}
	return ParseACL("user::" + word(6, "c") + "\ngroup::" + word(3, "-") + "\nother::" + word(0, "-") + "\n"), nil
}
