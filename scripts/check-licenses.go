#!/usr/bin/env -S gpfsh run
// Which licences do the nodes have, and which of them need another one?
// gpfsh --cluster sim run check-licenses.go

counts := map[License]int{}
for _, l := range Cluster().Licenses() {
	counts[l.Designated]++
}
print("server:", counts[ServerLicense], "client:", counts[ClientLicense], "fpo:", counts[FPOLicense])
for name := range Cluster().Nodes.WronglyLicensed() {
	print("needs another licence:", name)
}
