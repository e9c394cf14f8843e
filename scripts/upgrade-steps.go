#!/usr/bin/env -S gpfsh run
// How far is the upgrade, which steps are left, and which of them cannot be taken back?
// gpfsh --cluster sim run upgrade-steps.go

c := Cluster()
print(c.Upgrade(c.SeenFrom()...).Page())
