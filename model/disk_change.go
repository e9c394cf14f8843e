package model

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gpfsh/mmexec"
)

// DiskUsage says what the disks of a stanza hold.
type DiskUsage string

// What a disk can hold.
const (
	DataAndMetadata DiskUsage = "dataAndMetadata"
	DataOnly        DiskUsage = "dataOnly"
	MetadataOnly    DiskUsage = "metadataOnly"
	DescriptorOnly  DiskUsage = "descOnly"
	LocalCache      DiskUsage = "localCache"
)

// String returns the word of stanzas.
func (u DiskUsage) String() string { return string(u) }

// DiskStanza describes a disk that is to become an NSD, or an NSD that is to become a disk of a file system. What is
// empty is left to the command.
type DiskStanza struct {
	NSD          string    `json:"nsd"`
	Device       string    `json:"device,omitempty"`       // of a new NSD: /dev/sdb, as its first server sees it
	Servers      []string  `json:"servers,omitempty"`      // of a new NSD: nodes that serve it, the preferred one first
	Usage        DiskUsage `json:"usage,omitempty"`        // what it holds
	FailureGroup string    `json:"failureGroup,omitempty"` // a number, -1 for none
	Pool         string    `json:"pool,omitempty"`         // storage pool; system unless set
	ThinType     string    `json:"thinType,omitempty"`     // scsi or nvme for thin disks
}

// String returns the name of the NSD.
func (s DiskStanza) String() string { return s.NSD }

// stanzaText writes stanzas as the commands read them.
func stanzaText(stanzas []DiskStanza) ([]byte, error) {
	if len(stanzas) == 0 {
		return nil, fmt.Errorf("there is no disk to work on")
	}
	var b strings.Builder
	for _, s := range stanzas {
		if err := mmexec.CheckDiskName(s.NSD); err != nil {
			return nil, err
		}
		b.WriteString("%nsd:")
		for _, f := range []struct{ name, value string }{
			{"nsd", s.NSD}, {"device", s.Device}, {"servers", strings.Join(s.Servers, ",")}, {"usage", string(s.Usage)},
			{"failureGroup", s.FailureGroup}, {"pool", s.Pool}, {"thinDiskType", s.ThinType},
		} {
			if f.value == "" {
				continue
			}
			if strings.ContainsAny(f.value, " \t\r\n\x00%") {
				return nil, fmt.Errorf("%q cannot be the %s of disk %s", f.value, f.name, s.NSD)
			}
			b.WriteString("\n  " + f.name + "=" + f.value)
		}
		b.WriteString("\n")
	}
	return []byte(b.String()), nil
}

// stanzas makes the command that reads stanzas from a file with -F.
func (a *argv) stanzas(list []DiskStanza) (*argv, []mmexec.File) {
	text, err := stanzaText(list)
	a.fail(err)
	file := mmexec.File{Name: "stanza", Data: text}
	return a.add("-F", file.Ref()), []mmexec.File{file}
}

func withFiles(files []mmexec.File) func(mmexec.Command, error) (mmexec.Command, error) {
	return func(cmd mmexec.Command, err error) (mmexec.Command, error) {
		cmd.Files = files
		return cmd, err
	}
}

func stanzaNames(list []DiskStanza) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.NSD
	}
	return strings.Join(names, ",")
}

// New makes NSDs of disks. It runs mmcrnsd once for all of them, which writes an identity on each disk unless it has one
// already.
func (n NSDs) New(ctx context.Context, stanzas ...DiskStanza) error {
	if err := n.check(); err != nil {
		return err
	}
	for _, s := range stanzas {
		if s.Device == "" {
			return fmt.Errorf("NSD %s needs the device that it is made of", s.NSD)
		}
	}
	args, files := arguments().stanzas(stanzas)
	_, err := n.c.run(ctx)(withFiles(files)(args.of("mmcrnsd", "NSDs "+stanzaNames(stanzas))))
	return err
}

// Delete deletes NSDs that no file system uses; what is on the disks is lost. It runs mmdelnsd once.
func (n NSDs) Delete(ctx context.Context, name string, more ...string) error {
	if err := n.check(); err != nil {
		return err
	}
	names := append([]string{name}, more...)
	args := arguments().operand(mmexec.CheckDiskName, ";", names...)
	_, err := n.c.run(ctx)(args.of("mmdelnsd", "NSDs "+strings.Join(names, ",")))
	return err
}

// Delete deletes the NSD, which no file system may use; what is on the disk is lost. It runs mmdelnsd.
func (n *NSD) Delete(ctx context.Context) error {
	if err := n.ready(); err != nil {
		return err
	}
	args := arguments().operand(mmexec.CheckDiskName, ";", n.Name)
	_, err := n.c.run(ctx)(identified(mmexec.Field{Name: "volume", Value: n.VolumeID})(args.of("mmdelnsd", "NSD "+n.Name)))
	return err
}

// ChangeServers sets the nodes that serve the NSD, the preferred one first; none leaves it to be directly attached
// everywhere. It runs mmchnsd.
func (n *NSD) ChangeServers(ctx context.Context, servers ...string) error {
	if err := n.ready(); err != nil {
		return err
	}
	for _, s := range servers {
		if err := mmexec.CheckNodeName(s); err != nil {
			return err
		}
	}
	// A list of servers that is empty has to be written all the same.
	text := "%nsd:\n  nsd=" + n.Name + "\n  servers=" + strings.Join(servers, ",") + "\n"
	files := []mmexec.File{{Name: "stanza", Data: []byte(text)}}
	args := arguments().add("-F", files[0].Ref()).fail(mmexec.CheckDiskName(n.Name))
	_, err := n.c.run(ctx)(withFiles(files)(args.of("mmchnsd", "NSD "+n.Name)))
	if err == nil {
		n.Servers = servers
	}
	return err
}

// DiskOption is an option of operations on disks: [On], [QoS].
type DiskOption interface{ disk(*diskSpec) }

type diskSpec struct {
	target
	qos QoSClass
}

func diskOptions(options []DiskOption) diskSpec {
	var spec diskSpec
	for _, o := range options {
		o.disk(&spec)
	}
	return spec
}

// Add adds free NSDs to the file system as disks, in one command. It runs mmadddisk, which formats them. Existing files
// stay where they are; [Filesystem.Restripe] spreads them.
func (d Disks) Add(ctx context.Context, stanzas ...DiskStanza) (*Job, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	args, files := arguments().device(d.fs.Name).stanzas(stanzas)
	return d.fs.c.start(ctx, d.fs.explainer(ctx))(withFiles(files)(args.of("mmadddisk", "disks "+stanzaNames(stanzas)+" of "+d.fs.Name)))
}

// Delete takes disks out of the file system by their names, after moving everything off them. It runs mmdeldisk once,
// which lasts long. The NSDs stay.
func (d Disks) Delete(ctx context.Context, name string, more ...string) (*Job, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	return d.remove(ctx, append([]string{name}, more...), nil)
}

// DeleteAll takes the disks of a view out of the file system, after moving everything off them. It runs mmlsdisk, and
// mmdeldisk once, which lasts long. The NSDs stay. It is refused on a collection that is no view.
func (d Disks) DeleteAll(ctx context.Context, options ...DiskOption) (*Job, error) {
	items, err := d.members(ctx, "delete")
	if err != nil || len(items) == 0 {
		return nil, err
	}
	names := make([]string, len(items))
	for i, it := range items {
		names[i] = it.Key
	}
	return d.remove(ctx, names, options)
}

func (d Disks) remove(ctx context.Context, names []string, options []DiskOption) (*Job, error) {
	spec := diskOptions(options)
	args := arguments().device(d.fs.Name).operand(mmexec.CheckDiskName, ";", names...).nodes(spec.target).qos(spec.qos)
	return d.fs.c.start(ctx, d.fs.explainer(ctx))(args.of("mmdeldisk", "disks "+strings.Join(names, ",")+" of "+d.fs.Name))
}

// Delete takes the disk out of the file system, after moving everything off it. It runs mmdeldisk, which lasts long. The
// NSD stays.
func (d *Disk) Delete(ctx context.Context, options ...DiskOption) (*Job, error) {
	if err := d.ready(); err != nil {
		return nil, err
	}
	spec := diskOptions(options)
	args := arguments().device(d.fs.Name).operand(mmexec.CheckDiskName, ";", d.Name).nodes(spec.target).qos(spec.qos)
	return d.fs.c.start(ctx, d.fs.explainer(ctx))(identified(d.identity()...)(args.of("mmdeldisk", d.about())))
}

// Replace puts a free NSD in the place of the disk and moves everything over. It runs mmrpldisk, which lasts long.
func (d *Disk) Replace(ctx context.Context, by DiskStanza, options ...DiskOption) (*Job, error) {
	if err := d.ready(); err != nil {
		return nil, err
	}
	spec := diskOptions(options)
	args, files := arguments().device(d.fs.Name).operand(mmexec.CheckDiskName, ";", d.Name).stanzas([]DiskStanza{by})
	args.nodes(spec.target).qos(spec.qos)
	return d.fs.c.start(ctx, d.fs.explainer(ctx))(withFiles(files)(identified(d.identity()...)(args.of("mmrpldisk", d.about()))))
}

func (d *Disk) about() string { return "disk " + d.Name + " of " + d.fs.Name }

func (d *Disk) identity() []mmexec.Field {
	if d.UID == "" {
		return nil
	}
	return []mmexec.Field{{Name: "uid", Value: d.UID}, {Name: "id", Value: strconv.FormatInt(d.ID, 10)}}
}

// Suspend stops putting anything new on the disk (mmchdisk suspend).
func (d *Disk) Suspend(ctx context.Context) error { return d.act(ctx, "suspend") }

// Resume lets the file system put something on the disk again (mmchdisk resume).
func (d *Disk) Resume(ctx context.Context) error { return d.act(ctx, "resume") }

// Stop takes the disk out of use: nothing is read from it or written to it any more (mmchdisk stop). Files that have no
// other replica cannot be read then.
func (d *Disk) Stop(ctx context.Context) error { return d.act(ctx, "stop") }

// Empty marks the disk to be emptied by the next restripe with [MigrateOffSuspended] or [RestoreReplicas] (mmchdisk
// empty).
func (d *Disk) Empty(ctx context.Context) error { return d.act(ctx, "empty") }

func (d *Disk) act(ctx context.Context, verb string) error {
	if err := d.ready(); err != nil {
		return err
	}
	args := arguments().device(d.fs.Name).add(verb, "-d").operand(mmexec.CheckDiskName, ";", d.Name)
	_, err := d.fs.c.run(ctx)(identified(d.identity()...)(args.of("mmchdisk", d.about())))
	return d.fs.explainAny(ctx, err)
}

// Start brings the disk up to date and into use again, after it was down. It runs mmchdisk start, which can last long.
// It is what a disk needs that was lost for a while; it loses nothing.
func (d *Disk) Start(ctx context.Context, options ...DiskOption) (*Job, error) {
	if err := d.ready(); err != nil {
		return nil, err
	}
	spec := diskOptions(options)
	args := arguments().device(d.fs.Name).add("start", "-d").operand(mmexec.CheckDiskName, ";", d.Name).nodes(spec.target).qos(spec.qos)
	return d.fs.c.start(ctx, d.fs.explainer(ctx))(identified(d.identity()...)(args.of("mmchdisk", d.about())))
}

// Start brings all disks of the file system that are down up to date and into use again. It runs mmchdisk start -a; on a
// view it runs mmlsdisk, and mmchdisk start for the disks of the view.
func (d Disks) Start(ctx context.Context, options ...DiskOption) (*Job, error) {
	return d.act(ctx, "start", options)
}

// Resume lets the file system put something on all its disks again (mmchdisk resume -a), or on those of a view.
func (d Disks) Resume(ctx context.Context, options ...DiskOption) (*Job, error) {
	return d.act(ctx, "resume", options)
}

func (d Disks) act(ctx context.Context, verb string, options []DiskOption) (*Job, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	spec := diskOptions(options)
	args := arguments().device(d.fs.Name).add(verb)
	if d.filtered() {
		names, err := d.Names(ctx)
		if err != nil || len(names) == 0 {
			return nil, err
		}
		args.add("-d").operand(mmexec.CheckDiskName, ";", names...)
	} else {
		args.add("-a")
	}
	args.nodes(spec.target).qos(spec.qos)
	return d.fs.c.start(ctx, d.fs.explainer(ctx))(args.of("mmchdisk", "disks of "+d.fs.Name))
}

// ChangeUse sets what the disk holds and its failure group; what is "" stays as it is. It runs mmchdisk change. Files
// stay where they are until a restripe with [RestoreReplicas].
func (d *Disk) ChangeUse(ctx context.Context, usage DiskUsage, failureGroup string) error {
	if err := d.ready(); err != nil {
		return err
	}
	args, files := arguments().device(d.fs.Name).add("change").stanzas([]DiskStanza{{NSD: d.Name, Usage: usage, FailureGroup: failureGroup}})
	_, err := d.fs.c.run(ctx)(withFiles(files)(identified(d.identity()...)(args.of("mmchdisk", d.about()))))
	return d.fs.explainAny(ctx, err)
}

// explainer turns the refusals of long operations on the file system into errors that say what the matter is.
func (fs *Filesystem) explainer(ctx context.Context) func(error) error {
	return func(err error) error { return fs.c.explain(ctx, err) }
}
