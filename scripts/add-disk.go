#!/usr/bin/env -S gpfsh run
// Which commands add the free disks of a pool to a file system and spread its files in the background?
// gpfsh --cluster sim run add-disk.go [FILESYSTEM POOL GROUP]

where, pool, group := "mmfs1", "data", "1"
if args := Args(); len(args) == 3 {
	where, pool, group = args[0], args[1], args[2]
}
fs := Cluster().Filesystems[where]

var stanzas []DiskStanza
for name := range Cluster().NSDs.Free() {
	stanzas = append(stanzas, DiskStanza{NSD: name, Usage: DataOnly, FailureGroup: group, Pool: pool})
}
if len(stanzas) == 0 {
	Fail("there is no free disk")
}

DryRun(true)
fs.Disks.Add(stanzas...)
fs.EnableQoS(QoSLimits{Pool: "*", Maintenance: 300})
fs.Restripe(Rebalance, On("nsdServers"), QoS(Maintenance))
DryRun(false)

print(Plan())
