package mmsim

// caller is who gives the commands; the zero value is root.
type caller struct {
	name string
	uid  int64
}

// userCommands are those that a user who is not root may give.
func userCommands() map[string]bool {
	return map[string]bool{
		"mmlsquota": true, "mmlsattr": true, "mmgetacl": true, "mmputacl": true, "mmdelacl": true, "mmlsfs": true, "mmlsmount": true, "mmlspool": true,
		"mmlsfileset": true, "mmsnapdir": true, "mmlssnapshot": true, "mmlscluster": true, "mmclidecode": true, "mmlsdisk": true, "mmchattr": true, "mmclone": true,
	}
}

// refuseUser refuses what a user who is not root may not do.
func (c *call) refuseUser(d *command) int {
	if c.user.uid == 0 {
		return 0
	}
	switch {
	case d.name == "mmlsfileset":
		// The daemon shows users only the filesets that they own.
		c.errorf("No filesets found owned by this user %s\n%s: tslsfileset failed. Error code 2.\n", c.user.name, d.name)
		c.failed()
		return 2
	case d.name == "mmlsquota" && (c.has("-u") && c.get("-u") != c.user.name || c.has("-j")):
		c.errorf("Operation not permitted\n%s: tslsquota  -u %s  failed. Error code 1.\n", d.name, c.get("-u"))
		c.failed()
		return 1
	case userCommands()[d.name] && !d.changes:
		return 0
	default:
		return c.fail("%s requires root authority to execute.", d.name)
	}
}
