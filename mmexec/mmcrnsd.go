package mmexec

import "strings"

// CrNsdOptions are the options of mmcrnsd.
type CrNsdOptions struct {
	// Overwrite does not look whether the devices hold an NSD or data already (-v no). What they hold is lost.
	Overwrite bool
}

// MmCrNsd makes NSDs of devices: mmcrnsd -F stanza.
func MmCrNsd(disks []NSDStanza, o CrNsdOptions) (Command, error) {
	l := newLine("mmcrnsd").stanzas(disks, nil)
	for _, d := range disks {
		l.refuse(d.Device == "", "NSD %s needs the device that it is made of", d.NSD)
	}
	return l.flag(o.Overwrite, "-v", "no").command("NSDs " + strings.Join(stanzaNames(disks), ","))
}

// MmChNsd changes the servers of NSDs: mmchnsd -F stanza.
func MmChNsd(disks []NSDStanza) (Command, error) {
	return newLine("mmchnsd").stanzas(disks, nil).command("NSDs " + strings.Join(stanzaNames(disks), ","))
}

// MmDelNsd deletes NSDs that belong to no file system: mmdelnsd "nsd1;nsd2".
func MmDelNsd(names ...string) (Command, error) {
	return newLine("mmdelnsd").list(diskRule, ";", names...).command("NSDs " + strings.Join(names, ","))
}
