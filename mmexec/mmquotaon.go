package mmexec

// LsQuotaOptions say whose quotas mmlsquota lists: those of one user, group or fileset; of the caller when all are "".
type LsQuotaOptions struct {
	User    string
	Group   string
	Fileset string // with User or Group: inside this fileset; alone: the quota of the fileset itself
	All     bool   // -v: also where nothing is used
	Exact   bool   // -e: asks all nodes for their share first
}

// MmLsQuota lists quotas of one owner: mmlsquota -Y [-u User] Device.
func MmLsQuota(dev string, o LsQuotaOptions) (Command, error) {
	l := newLine("mmlsquota").add("-Y").refuse(o.User != "" && o.Group != "", "ask for a user or for a group")
	operand, object := dev, "quota in "+dev
	l.fail(CheckFilesystemName(dev))
	for _, w := range []struct{ option, name string }{{"-u", o.User}, {"-g", o.Group}} {
		if w.name != "" {
			l.fail(ownerRule.check(w.name)).add(w.option, w.name)
			object = "quota of " + w.name + " in " + dev
		}
	}
	if o.Fileset != "" {
		l.fail(CheckFilesetName(o.Fileset))
		if o.User == "" && o.Group == "" {
			l.add("-j", o.Fileset)
		} else {
			operand += ":" + o.Fileset
		}
		object += ", fileset " + o.Fileset
	}
	return l.flag(o.All, "-v").flag(o.Exact, "-e").add(operand).command(object)
}

// quotaKinds adds -u, -g and -j; none means all.
func (l *line) quotaKinds(kinds []QuotaKind) *line {
	flags := map[QuotaKind]string{UserQuota: "-u", GroupQuota: "-g", FilesetQuota: "-j"}
	for _, want := range []QuotaKind{UserQuota, GroupQuota, FilesetQuota} {
		for _, k := range kinds {
			l.refuse(flags[k] == "", "there are user, group and fileset quotas, not %q", k)
			if k == want {
				l.add(flags[k])
				break
			}
		}
	}
	return l
}

// MmQuotaOn enforces the quotas of a file system: mmquotaon [-u] [-g] [-j] Device. No kinds mean all.
func MmQuotaOn(dev string, kinds ...QuotaKind) (Command, error) {
	return newLine("mmquotaon").quotaKinds(kinds).device(dev).command("quotas of " + dev)
}

// MmQuotaOff no longer enforces the quotas of a file system: mmquotaoff [-u] [-g] [-j] Device. No kinds mean all.
func MmQuotaOff(dev string, kinds ...QuotaKind) (Command, error) {
	return newLine("mmquotaoff").quotaKinds(kinds).device(dev).command("quotas of " + dev)
}

// DefQuotaOptions are the options of mmdefquotaon and mmdefquotaoff.
type DefQuotaOptions struct {
	Kinds   []QuotaKind // none means all
	Fileset string      // only inside this fileset, users and groups only
	// Existing applies it to those who have no limits of their own already (-d). mmdefquotaoff resets their limits to 0.
	Existing bool
}

// MmDefQuotaOn gives default limits to new users, groups or filesets: mmdefquotaon [-u] [-g] [-j] [-d] Device[:Fileset].
func MmDefQuotaOn(dev string, o DefQuotaOptions) (Command, error) {
	return defQuota("mmdefquotaon", dev, o)
}

// MmDefQuotaOff gives no more default limits: mmdefquotaoff [-u] [-g] [-j] [-d] Device[:Fileset].
func MmDefQuotaOff(dev string, o DefQuotaOptions) (Command, error) {
	return defQuota("mmdefquotaoff", dev, o)
}

func defQuota(command, dev string, o DefQuotaOptions) (Command, error) {
	l := newLine(command).quotaKinds(o.Kinds).flag(o.Existing, "-d").fail(CheckFilesystemName(dev))
	operand, object := dev, "default quotas of "+dev
	if o.Fileset != "" {
		for _, k := range o.Kinds {
			l.refuse(k == FilesetQuota, "inside a fileset there are user and group quotas only")
		}
		l.fail(CheckFilesetName(o.Fileset))
		operand, object = dev+":"+o.Fileset, "default quotas in fileset "+o.Fileset+" of "+dev
	}
	return l.add(operand).command(object)
}

// CheckQuotaOptions are the options of mmcheckquota.
type CheckQuotaOptions struct {
	Fileset string   // only this fileset
	Nodes   NodeSpec // -N: the nodes that do the work
	QoS     string   // --qos: maintenance or other
}

// MmCheckQuota counts what is used again: mmcheckquota [-N nodes] Device[:Fileset]. It reads the whole file system.
func MmCheckQuota(dev string, o CheckQuotaOptions) (Command, error) {
	l := newLine("mmcheckquota").nodes(o.Nodes).qos(o.QoS).fail(CheckFilesystemName(dev))
	operand := dev
	if o.Fileset != "" {
		l.fail(CheckFilesetName(o.Fileset))
		operand += ":" + o.Fileset
	}
	return l.add(operand).command("quotas of " + dev)
}
