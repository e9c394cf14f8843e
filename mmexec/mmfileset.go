package mmexec

import "strings"

// LsFilesetOptions are the options of mmlsfileset.
type LsFilesetOptions struct {
	Filesets []string // only these; none means all
	Junction string   // only the fileset linked here
	// Inodes counts used inodes (-i) and Data the data (-d): both read all of the fileset and take long. The plain
	// reply has allocated and free inodes of independent filesets already.
	Inodes  bool
	Data    bool
	Deleted bool // --deleted: those that live on in snapshots only
	AFM     bool // --afm
}

// MmLsFileset lists filesets of a file system: mmlsfileset Device [filesets] -Y.
func MmLsFileset(dev string, o LsFilesetOptions) (Command, error) {
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	args := []string{dev}
	object := "filesets of " + dev
	if len(o.Filesets) > 0 {
		if err := listedFilesets.checkAll(o.Filesets); err != nil {
			return Command{}, err
		}
		args = append(args, strings.Join(o.Filesets, ","))
		object = "fileset " + strings.Join(o.Filesets, ",") + " of " + dev
	}
	if o.Junction != "" {
		if err := checkAbsPath("junction", o.Junction); err != nil {
			return Command{}, err
		}
		args = append(args, "-J", o.Junction)
	}
	for _, f := range []struct {
		on   bool
		flag string
	}{{o.Data, "-d"}, {o.Inodes, "-i"}, {o.AFM, "--afm"}, {o.Deleted, "--deleted"}} {
		if f.on {
			args = append(args, f.flag)
		}
	}
	return Command{Name: "mmlsfileset", Args: append(args, "-Y"), Object: object}, nil
}

// CrFilesetOptions are the options of mmcrfileset. The defaults make a dependent fileset in the inode space of root.
type CrFilesetOptions struct {
	Comment string // -t
	// InodeSpace is "new" for an independent fileset, or the fileset whose inode space it shares.
	InodeSpace        string
	InodeLimit        InodeLimit // --inode-limit, of an independent fileset
	PermissionChange  string     // --allow-permission-change: chmodOnly, setAclOnly, chmodAndSetAcl or chmodAndUpdateAcl
	PermissionInherit string     // --allow-permission-inherit: inheritAclOnly or inheritAclAndAddMode (newer releases)
	AFM               []AFMAttribute
}

// AFMAttribute is one attribute of -p: "afmMode" "ro".
type AFMAttribute struct{ Name, Value string }

func afmArgs(command string, list []AFMAttribute) ([]string, error) {
	var args []string
	for _, a := range list {
		if err := attributeRule.check(a.Name); err != nil {
			return nil, err
		}
		if a.Value == "" || strings.ContainsAny(a.Value, "\x00\n\r") {
			return nil, &OptionError{command, "the AFM attribute " + a.Name + " needs a value"}
		}
		args = append(args, "-p", a.Name+"="+a.Value)
	}
	return args, nil
}

func permissionArgs(command, change, inherit string) ([]string, error) {
	var args []string
	if change != "" {
		if err := oneOf(command, "--allow-permission-change", change, "chmodOnly", "setAclOnly", "chmodAndSetAcl", "chmodAndUpdateAcl"); err != nil {
			return nil, err
		}
		args = append(args, "--allow-permission-change", permissionSpelling(change))
	}
	if inherit != "" {
		if err := oneOf(command, "--allow-permission-inherit", inherit, "inheritAclOnly", "inheritAclAndAddMode"); err != nil {
			return nil, err
		}
		args = append(args, "--allow-permission-inherit", inherit)
	}
	return args, nil
}

// permissionSpelling writes a mode as the option takes it: mmlsfileset prints chmodAndSetacl.
func permissionSpelling(mode string) string {
	for _, m := range []string{"chmodOnly", "setAclOnly", "chmodAndSetAcl", "chmodAndUpdateAcl"} {
		if strings.EqualFold(m, mode) {
			return m
		}
	}
	return mode
}

// MmCrFileset makes a fileset: mmcrfileset Device Fileset. It is not linked; see [MmLinkFileset].
func MmCrFileset(dev, name string, o CrFilesetOptions) (Command, error) {
	const command = "mmcrfileset"
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	if err := CheckNewFilesetName(name); err != nil {
		return Command{}, err
	}
	args := []string{dev, name}
	afm, err := afmArgs(command, o.AFM)
	if err != nil {
		return Command{}, err
	}
	args = append(args, afm...)
	if o.Comment != "" {
		if err := checkText("comment", o.Comment); err != nil {
			return Command{}, err
		}
		args = append(args, "-t", o.Comment)
	}
	if o.InodeSpace != "" {
		if err := CheckFilesetName(o.InodeSpace); err != nil {
			return Command{}, err
		}
		args = append(args, "--inode-space", o.InodeSpace)
	}
	if !o.InodeLimit.isZero() {
		if o.InodeSpace != "new" {
			return Command{}, &OptionError{command, "only an independent fileset (inode space new) has an inode limit"}
		}
		limit, err := o.InodeLimit.arg(command)
		if err != nil {
			return Command{}, err
		}
		args = append(args, "--inode-limit", limit)
	}
	perms, err := permissionArgs(command, o.PermissionChange, o.PermissionInherit)
	if err != nil {
		return Command{}, err
	}
	return Command{Name: command, Args: append(args, perms...), Object: filesetObject(dev, name)}, nil
}

func filesetObject(dev, name string) string { return "fileset " + name + " of " + dev }

// ChFilesetOptions are the changes that mmchfileset makes. Empty fields change nothing.
type ChFilesetOptions struct {
	NewName           string  // -j
	Comment           *string // -t; "" removes it
	InodeLimit        InodeLimit
	PermissionChange  string
	PermissionInherit string
	IAMMode           string // --iam-mode: off, advisory, noncompliant, compliant or compliant-plus; it can only be raised
	AFM               []AFMAttribute
}

// MmChFileset changes a fileset: mmchfileset Device Fileset options.
func MmChFileset(dev, name string, o ChFilesetOptions) (Command, error) {
	const command = "mmchfileset"
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	if err := CheckFilesetName(name); err != nil {
		return Command{}, err
	}
	if name == "root" && (o.NewName != "" || o.Comment != nil) {
		return Command{}, &OptionError{command, "the root fileset can be given neither another name nor a comment"}
	}
	args, err := afmArgs(command, o.AFM)
	if err != nil {
		return Command{}, err
	}
	if o.NewName != "" {
		if err := CheckNewFilesetName(o.NewName); err != nil {
			return Command{}, err
		}
		args = append(args, "-j", o.NewName)
	}
	if o.Comment != nil {
		if err := checkText("comment", *o.Comment); err != nil {
			return Command{}, err
		}
		args = append(args, "-t", *o.Comment)
	}
	perms, err := permissionArgs(command, o.PermissionChange, o.PermissionInherit)
	if err != nil {
		return Command{}, err
	}
	args = append(args, perms...)
	if !o.InodeLimit.isZero() {
		limit, err := o.InodeLimit.arg(command)
		if err != nil {
			return Command{}, err
		}
		args = append(args, "--inode-limit", limit)
	}
	if o.IAMMode != "" {
		if err := oneOf(command, "--iam-mode", o.IAMMode, "off", "advisory", "noncompliant", "compliant", "compliant-plus"); err != nil {
			return Command{}, err
		}
		args = append(args, "--iam-mode", o.IAMMode)
	}
	if len(args) == 0 {
		return Command{}, &OptionError{command, "there is nothing to change"}
	}
	return Command{Name: command, Args: append([]string{dev, name}, args...), Object: filesetObject(dev, name)}, nil
}

// MmLinkFileset links a fileset at a junction, which must be an absolute path that does not exist yet:
// mmlinkfileset Device Fileset -J Junction.
func MmLinkFileset(dev, name, junction string) (Command, error) {
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	if err := CheckFilesetName(name); err != nil {
		return Command{}, err
	}
	// Without -J the command would link into its own working directory.
	if err := checkAbsPath("junction", junction); err != nil {
		return Command{}, err
	}
	return Command{Name: "mmlinkfileset", Args: []string{dev, name, "-J", junction}, Object: filesetObject(dev, name)}, nil
}

// UnlinkFilesetOptions are the options of mmunlinkfileset.
type UnlinkFilesetOptions struct {
	Force bool // -f: also when files in it are open; programs that use them fail
}

// MmUnlinkFileset takes a fileset out of the name space: mmunlinkfileset Device Fileset. For backup programs its files
// look deleted from then on.
func MmUnlinkFileset(dev, name string, o UnlinkFilesetOptions) (Command, error) {
	return filesetCommand("mmunlinkfileset", dev, name, o.Force, "")
}

// DelFilesetOptions are the options of mmdelfileset.
type DelFilesetOptions struct {
	Force bool   // -f: with all files in it
	QoS   string // --qos: maintenance or other
}

// MmDelFileset deletes a fileset: mmdelfileset Device Fileset.
func MmDelFileset(dev, name string, o DelFilesetOptions) (Command, error) {
	return filesetCommand("mmdelfileset", dev, name, o.Force, o.QoS)
}

func filesetCommand(command, dev, name string, force bool, qos string) (Command, error) {
	dev, err := device(dev)
	if err != nil {
		return Command{}, err
	}
	if err := CheckFilesetName(name); err != nil {
		return Command{}, err
	}
	if name == "root" {
		return Command{}, &OptionError{command, "the root fileset can be neither unlinked nor deleted"}
	}
	args := []string{dev, name}
	if force {
		args = append(args, "-f")
	}
	q, err := qosArgs(command, qos)
	if err != nil {
		return Command{}, err
	}
	return Command{Name: command, Args: append(args, q...), Object: filesetObject(dev, name)}, nil
}
