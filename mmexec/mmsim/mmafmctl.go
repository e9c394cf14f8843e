package mmsim

import (
	"slices"
)

// afmVerbs are what mmafmctl can do to a cache, and the state that follows.
func afmVerbs() map[string]string {
	return map[string]string{
		"resync": "Active", "start": "Active", "stop": "Stopped", "flushPending": "", "resumeRequeued": "", "expire": "Expired", "unexpire": "Active",
		"setlocal": "", "resetlocal": "",
	}
}

// mmafmctl shows and drives the caches of a file system.
func mmafmctl(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	verb := c.operand(1)
	next, known := afmVerbs()[verb]
	if !known && verb != "getstate" {
		return c.usage("Incorrect option: " + verb)
	}
	var caches []*Fileset
	for i := range f.Filesets {
		if fset := &f.Filesets[i]; fset.AFM != nil && fset.Status != FilesetDeleted && (!c.has("-j") || fset.Name == c.get("-j")) {
			caches = append(caches, fset)
		}
	}
	switch {
	case c.has("-j") && len(caches) == 0 && f.fileset(c.get("-j")) == nil:
		return c.filesetNotFound(c.get("-j"))
	case c.has("-j") && len(caches) == 0:
		return c.failDaemon(22, "Fileset %s is not an AFM fileset.", c.get("-j")) // unverified: wording
	case len(caches) == 0:
		return c.fail("There are no AFM filesets in file system %s.", f.Name) // unverified: wording
	case verb == "getstate":
		c.afmStates(f, caches)
		return 0
	case !c.has("-j") && verb != "flushPending":
		return c.usage("Missing arguments.")
	case verb == "resync" && !slices.Contains([]string{"single-writer", "primary"}, caches[0].AFM.Mode):
		return c.failDaemon(22, "Fileset %s is not in single-writer mode.", caches[0].Name) // unverified: wording
	}
	for _, fset := range caches {
		if next != "" {
			afm := *fset.AFM // other copies of the state share it
			afm.State = next
			fset.AFM = &afm
		}
		switch verb {
		case "expire":
			c.raise("afmFilesetExpired", f.Manager, "fsName", f.Name, "filesetName", fset.Name)
		case "unexpire":
			c.raise("afmFilesetUnexpired", f.Manager, "fsName", f.Name, "filesetName", fset.Name)
		case "resync":
			c.printf("mmafmctl: Performing resync of fileset: %s\n", fset.Name) // unverified: wording
			c.raise("afmManualResyncComplete", f.Manager, "fsName", f.Name, "filesetName", fset.Name)
		}
	}
	return 0
}

// afmStates prints the table of caches. A cache in a file system that is mounted nowhere has no gateway.
func (c *call) afmStates(f *Filesystem, caches []*Fileset) {
	c.printf("Fileset Name    Fileset Target                                Cache State          Gateway Node    Queue Length   Queue numExec\n")
	c.printf("------------    --------------                                -------------        ------------    ------------   -------------\n")
	for _, fset := range caches {
		state, gateway := fset.AFM.State, fset.AFM.GatewayNode
		if len(f.Mounts) == 0 {
			state, gateway = "Inactive", ""
		}
		if gateway == "" {
			c.printf("%s %s %s\n", pad(fset.Name, 15), pad(fset.AFM.Target, 45), state)
			continue
		}
		c.printf("%s %s %s %s %s %d\n", pad(fset.Name, 15), pad(fset.AFM.Target, 45), pad(state, 20), pad(gateway, 15), pad("0", 14), 12)
	}
}
