package mmsim

import (
	"errors"
	"path"
	"slices"
	"strings"

	"gpfsh/policy/lang"
)

// mmchpolicy installs a policy, or with -I test only reads it.
func mmchpolicy(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	file, mode := c.operand(1), c.get("-I")
	if mode != "" && mode != "yes" && mode != "test" {
		return c.usage("Incorrect option: -I " + mode) // unverified: wording
	}
	if strings.EqualFold(file, "DEFAULT") {
		f.Policy = Policy{}
		c.printf("Policy 'DEFAULT' installed and broadcast to all nodes.\n") // unverified: wording
		return 0
	}
	data, found := c.files(file)
	if !found {
		return c.failDaemon(2, "%s: No such file or directory", file) // unverified: wording
	}
	name := path.Base(file)
	text := string(data)
	rules, code := c.validatePolicy(f, name, text)
	if code != 0 {
		return code
	}
	c.printf("Validated policy '%s': Parsed %d policy rules.\n", name, rules) // unverified: wording
	if mode == "test" {
		return 0
	}
	if t := c.get("-t"); t != "" {
		name = t
	}
	f.Policy = Policy{Text: text, Name: name, InstalledBy: "root@" + c.st.localName(), InstalledAt: c.now}
	c.printf("Policy '%s' installed and broadcast to all nodes.\n", name) // unverified: wording
	return 0
}

// validatePolicy reads a policy as the daemon does and reports why it is none. unverified: wording of all refusals.
func (c *call) validatePolicy(f *Filesystem, name, text string) (rules, code int) {
	var filesets []string
	for i := range f.Filesets {
		filesets = append(filesets, f.Filesets[i].Name)
	}
	opts := lang.CheckOptions{Pools: f.poolNames(), Filesets: filesets}
	opts.Include = func(path string) (string, error) {
		data, ok := c.files(path)
		if !ok {
			return "", errors.New("no such file")
		}
		return string(data), nil
	}
	p := lang.Parse(lang.Source{Name: name, Text: text}, opts.Options)
	for _, finding := range lang.CheckPolicy(p, opts) {
		refused := finding.Severity == lang.Fatal
		if finding.Code == lang.CodeUnknownPool {
			refused = true // the pools of an installed policy have to be there
		}
		if refused {
			c.errorf("[E:22] Error while loading policy rules.\nPCSQLERR: '%s', line %d, column %d: %s\n", name, finding.Place.Line, finding.Place.Col, finding.Message)
			c.errorf("runRemoteCommand_v2: %s: tschpolicy /dev/%s %s  failed.\n", shortName(c.st.localName()), f.Name, name)
			c.failed()
			return 0, 22
		}
	}
	return len(p.Rules), 0
}

// mmlspolicy shows the installed policy.
func mmlspolicy(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	p := f.Policy
	if c.has("-L") {
		if p.Text == "" {
			return c.noPolicy(f)
		}
		c.printf("%s", p.Text)
		if !strings.HasSuffix(p.Text, "\n") {
			c.printf("\n")
		}
		return 0
	}
	if p.Text == "" {
		return c.noPolicy(f)
	}
	first, _, _ := strings.Cut(p.Text, "\n")
	if c.has("-Y") {
		// unverified: the names of the fields; no -Y form was captured.
		w := c.y()
		w.header("", "filesystemName", "policyName", "installedBy", "installTime", "firstLine")
		w.row("", f.Name, p.Name, p.InstalledBy, c.st.ctime(p.InstalledAt), first)
		return 0
	}
	c.printf("Policy for file system '/dev/%s':\n   Installed by %s on %s.\n   First line of policy '%s' is:\n%s\n", f.Name, p.InstalledBy, c.st.ctime(p.InstalledAt), p.Name, first)
	return 0
}

// noPolicy says that the file system has no policy. unverified: wording.
func (c *call) noPolicy(f *Filesystem) int {
	pool := "system"
	if i := slices.IndexFunc(f.Disks, func(d Disk) bool { return d.Data }); i >= 0 {
		pool = f.Disks[i].Pool
	}
	c.printf("No policy file was installed for file system '%s'.\nData will be stored in pool '%s'.\n", f.Name, pool)
	return 0
}
