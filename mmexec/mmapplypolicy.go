package mmexec

import (
	"slices"
	"strings"
	"time"
)

// ChPolicyOptions are the options of mmchpolicy.
type ChPolicyOptions struct {
	Name string // -t: a descriptive name
	Test bool   // -I test: only checks it
}

// MmChPolicy installs a policy in a file system, or tests whether it could be: mmchpolicy Device policy [-I test].
func MmChPolicy(dev string, policy []byte, o ChPolicyOptions) (Command, error) {
	l := newLine("mmchpolicy").device(dev).file("", File{Name: "policy", Data: policy}).value("-t", o.Name)
	return l.flag(o.Test, "-I", "test").command("policy of " + dev)
}

// MmChPolicyDefault removes the installed policy; files go to the first pool then: mmchpolicy Device DEFAULT.
func MmChPolicyDefault(dev string) (Command, error) {
	return newLine("mmchpolicy").device(dev).add("DEFAULT").command("policy of " + dev)
}

// PolicyTarget is what a policy run looks at.
type PolicyTarget struct {
	device, path, snapshot string
}

// OnFilesystem is a whole file system.
func OnFilesystem(dev string) PolicyTarget { return PolicyTarget{device: dev} }

// OnPath is a directory with all below it.
func OnPath(dir string) PolicyTarget { return PolicyTarget{path: dir} }

// InSnapshot is the same in a snapshot of the whole file system.
func (t PolicyTarget) InSnapshot(name string) PolicyTarget {
	t.snapshot = name
	return t
}

// PolicyMode is how far a policy run goes.
type PolicyMode string

// The modes of -I.
const (
	PolicyTest    PolicyMode = "test"    // chooses files and does nothing
	PolicyPrepare PolicyMode = "prepare" // writes the lists of chosen files
	PolicyDefer   PolicyMode = "defer"   // leaves the moving of data, and what lists are for, to later
	PolicyYes     PolicyMode = "yes"     // does all
)

// ApplyPolicyOptions are the options of mmapplypolicy.
type ApplyPolicyOptions struct {
	Mode PolicyMode // it has to be said
	// Nodes do the work, and the programs of EXEC clauses run there. It has to be said: the default of the command may
	// be the very servers of the disks.
	Nodes          NodeSpec
	GlobalDir      string            // -g: working directory that all nodes share
	LocalDir       string            // -s: working directory on each node
	ListPrefix     string            // -f: absolute path that the names of file lists begin with
	Macros         map[string]string // -M
	MaxFiles       int               // -B: files per call of an EXEC program; the command's 100 starts it very often
	Threads        int               // -m
	ScanThreads    int               // -a
	DirThreads     int               // -n
	Level          int               // -L: how much it says, 1 to 6
	Scope          string            // --scope: filesystem, fileset or inodespace
	Choice         string            // --choice-algorithm: best, exact or fast
	Date           time.Time         // -D: what CURRENT_TIMESTAMP is, in the zone of the cluster
	QoS            string            // --qos; "" means maintenance
	SeveralAtOnce  bool              // without --single-instance
	SplitByWeight  bool              // --split-filelists-by-weight
	ExtraArguments []string          // for options that have no field; checked only not to be operands
}

// MmApplyPolicy runs a policy: mmapplypolicy target -P policy -I mode -N nodes options. The policy always travels with
// the command: without -P the rules that are installed would run, whatever they are.
func MmApplyPolicy(target PolicyTarget, policy []byte, o ApplyPolicyOptions) (Command, error) {
	l := newLine("mmapplypolicy")
	object := "policy run on " + target.device + target.path
	switch {
	case target.device != "" && target.path == "":
		l.device(target.device)
	case target.path != "" && target.device == "":
		l.path("directory", target.path)
	default:
		l.refuse(true, "say on which file system or directory")
	}
	l.refuse(len(strings.TrimSpace(string(policy))) == 0, "the policy is empty")
	l.file("-P", File{Name: "policy", Data: policy})
	l.refuse(o.Mode == "", "say how far to go: test, prepare, defer or yes").value("-I", string(o.Mode), "test", "prepare", "defer", "yes")
	l.needNodes(o.Nodes)
	for _, d := range []struct{ option, path string }{{"-g", o.GlobalDir}, {"-s", o.LocalDir}, {"-f", o.ListPrefix}} {
		if d.path != "" {
			l.add(d.option).path("path", d.path)
		}
	}
	for _, name := range sortedKeys(o.Macros) {
		l.fail(attributeRule.check(name)).value("-M", name+"="+o.Macros[name])
	}
	l.number("-B", o.MaxFiles, 1, 1<<30).number("-m", o.Threads, 1, 1<<16).number("-a", o.ScanThreads, 1, 1<<16).number("-n", o.DirThreads, 1, 1<<16).
		number("-L", o.Level, 1, 6).value("--scope", o.Scope, "filesystem", "fileset", "inodespace").value("--choice-algorithm", o.Choice, "best", "exact", "fast")
	if !o.Date.IsZero() {
		l.add("-D", o.Date.Format("2006-01-02@15:04:05"))
	}
	if target.snapshot != "" {
		l.fail(CheckSnapshotName(target.snapshot)).add("-S", target.snapshot)
	}
	qos := o.QoS
	if qos == "" {
		qos = "maintenance"
	}
	l.qos(qos).flag(!o.SeveralAtOnce, "--single-instance").flag(o.SplitByWeight, "--split-filelists-by-weight")
	for i, a := range o.ExtraArguments {
		l.refuse(strings.ContainsAny(a, "\x00\n\r") || i == 0 && !strings.HasPrefix(a, "-") || a == "-P" || a == "-I", "%q cannot be added", a).add(a)
	}
	return l.command(object)
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// ChAttrOptions are the changes that mmchattr makes. Empty fields change nothing.
type ChAttrOptions struct {
	MetadataReplicas int       // -m
	DataReplicas     int       // -r
	Pool             string    // -P
	Immutable        Switch    // -i
	AppendOnly       Switch    // -a
	Expires          time.Time // --expiration-time, in the zone of the cluster
	Compression      string    // --compression: yes, no, z, lz4, ...
	Set              []Field   // --set-attr Name=Value
	Delete           []string  // --delete-attr Name
	Defer            bool      // -I defer: leaves moving and replicating data to a later restripe
}

// MmChAttr changes attributes of files: mmchattr options file...
func MmChAttr(paths []string, o ChAttrOptions) (Command, error) {
	l := newLine("mmchattr").number("-m", o.MetadataReplicas, 1, 3).number("-r", o.DataReplicas, 1, 3)
	if o.Pool != "" {
		l.add("-P").list(poolRule, ",", o.Pool)
	}
	l.flag(o.Defer, "-I", "defer").yesNo("-i", o.Immutable).yesNo("-a", o.AppendOnly)
	for _, a := range o.Set {
		l.refuse(a.Name == "" || strings.Contains(a.Name, "="), "%q is no name of an extended attribute", a.Name).value("--set-attr", a.Name+"="+a.Value)
	}
	for _, a := range o.Delete {
		l.refuse(a == "", "an extended attribute has no name").value("--delete-attr", a)
	}
	l.value("--compression", o.Compression, "yes", "no", "z", "lz4", "zfast", "alphae", "alphah")
	if !o.Expires.IsZero() {
		l.add("--expiration-time", o.Expires.Format("2006-01-02@15:04:05"))
	}
	l.refuse(len(l.args) == 0 || o.Defer && len(l.args) == 2, "there is nothing to change").refuse(len(paths) == 0, "there is no file")
	for _, p := range paths {
		l.path("file", p)
	}
	return l.command("file " + strings.Join(paths, ", "))
}

// ACLOptions are the options of the ACL commands.
type ACLOptions struct {
	Default bool   // -d: the ACL that new files in a directory get
	Form    string // -k: nfs4, posix or native; of mmgetacl only
}

// MmGetACL prints the ACL of a file: mmgetacl [-d] [-k form] file.
func MmGetACL(file string, o ACLOptions) (Command, error) {
	return newLine("mmgetacl").flag(o.Default, "-d").value("-k", o.Form, "nfs4", "posix", "native").path("file", file).command("ACL of " + file)
}

// MmPutACL sets the ACL of a file to what mmgetacl would print: mmputacl [-d] -i acl file.
func MmPutACL(file string, acl []byte, o ACLOptions) (Command, error) {
	return newLine("mmputacl").flag(o.Default, "-d").file("-i", File{Name: "acl", Data: acl}).path("file", file).command("ACL of " + file)
}

// MmDelACL deletes the ACL of a file: mmdelacl [-d] file.
func MmDelACL(file string, o ACLOptions) (Command, error) {
	return newLine("mmdelacl").flag(o.Default, "-d").path("file", file).command("ACL of " + file)
}
