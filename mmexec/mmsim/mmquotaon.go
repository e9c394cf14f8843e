package mmsim

import (
	"slices"
	"strings"
)

// quotaWords are the words by which file systems name quota types, in their order.
func quotaWords() []string { return []string{"user", "group", "fileset"} }

// switchQuotas carries out mmquotaon and mmquotaoff, and with defaults mmdefquotaon and mmdefquotaoff.
func switchQuotas(on, defaults bool) func(*call) int {
	return func(c *call) int {
		var devices []string
		if c.has("-a") {
			for i := range c.st.Filesystems {
				if len(c.st.Filesystems[i].Attrs.QuotaTypes) > 0 {
					devices = append(devices, c.st.Filesystems[i].Name)
				}
			}
		} else if devices = c.operands; len(devices) == 0 {
			return c.usage("Missing arguments.")
		}
		if !c.daemon() {
			return 1
		}
		for _, operand := range devices {
			device, fileset, _ := strings.Cut(operand, ":")
			f := c.st.filesystem(device)
			switch {
			case f == nil:
				return c.unknownDevice(device)
			case len(f.Attrs.QuotaTypes) == 0:
				return c.failDaemon(22, "%s: no quota management installed", f.Name) // unverified: wording and exit status
			case fileset != "" && f.fileset(fileset) == nil:
				return c.filesetNotFound(fileset)
			case fileset != "" && !f.Attrs.PerfilesetQuota:
				return c.failDaemon(22, "Per fileset quota is not enabled on file system %s.", f.Name) // unverified: wording
			}
			c.switchQuota(f, fileset, on, defaults)
		}
		return 0
	}
}

func (c *call) switchQuota(f *Filesystem, fileset string, on, defaults bool) {
	for i, flag := range []string{"-u", "-g", "-j"} {
		if !c.has(flag) && c.any("-u", "-g", "-j") {
			continue
		}
		word, typ := quotaWords()[i], []QuotaType{QuotaUser, QuotaGroup, QuotaFileset}[i]
		list := &f.Attrs.QuotaEnforced
		if defaults {
			list = &f.Attrs.DefaultQuotas
			f.switchDefault(typ, fileset, on)
		}
		if !defaults && on == slices.Contains(*list, word) {
			continue
		}
		switched := slices.DeleteFunc(slices.Clone(*list), func(w string) bool { return w == word })
		if on {
			switched = append(switched, word)
			slices.SortFunc(switched, func(a, b string) int { return slices.Index(quotaWords(), a) - slices.Index(quotaWords(), b) })
		}
		*list = switched
		if on && !defaults {
			f.QuotaOutdated = true // nothing was counted while they were off
		}
		if c.has("-v") {
			c.printf("%s: %s quotas turned %s\n", f.Name, word, onOff(on)) // unverified: wording
		}
	}
}

// switchDefault turns the default limits of a type on or off.
func (f *Filesystem) switchDefault(typ QuotaType, fileset string, on bool) {
	i := slices.IndexFunc(f.DefaultQuotas, func(q Quota) bool { return q.Type == typ && q.Fileset == fileset })
	if i < 0 {
		f.DefaultQuotas = append(f.DefaultQuotas, Quota{Type: typ, Fileset: fileset, Remarks: "default"})
		i = len(f.DefaultQuotas) - 1
	}
	f.DefaultQuotas[i].DefaultsOn = on
	for j := range f.Quotas {
		if q := &f.Quotas[j]; q.Type == typ && (fileset == "" || q.Fileset == fileset) {
			q.DefaultsOn = on
		}
	}
}

func mmcheckquota(c *call) int {
	if len(c.operands) == 0 && !c.has("-a") {
		return c.usage("Missing arguments.")
	}
	if !c.daemon() {
		return 1
	}
	for i := range c.st.Filesystems {
		f := &c.st.Filesystems[i]
		named := slices.ContainsFunc(c.operands, func(o string) bool {
			device, _, _ := strings.Cut(o, ":")
			return deviceName(device) == f.Name
		})
		if !c.has("-a") && !named {
			continue
		}
		if len(f.Attrs.QuotaTypes) == 0 {
			if named {
				return c.failDaemon(22, "%s: no quota management installed", f.Name) // unverified: wording and exit status
			}
			continue
		}
		for j := range f.Quotas {
			f.Quotas[j].Block.InDoubt, f.Quotas[j].Files.InDoubt = 0, 0
		}
		f.QuotaOutdated = false
		// unverified: wording of the progress.
		c.printf("%s: Start quota check\n %3d %% complete on %s\n%s: Finished scanning the inodes.\n%s: Merging results from scan.\n", f.Name, 100, c.st.ctime(c.now), f.Name, f.Name)
	}
	for _, o := range c.operands {
		device, _, _ := strings.Cut(o, ":")
		if c.st.filesystem(device) == nil {
			return c.unknownDevice(device)
		}
	}
	return 0
}
