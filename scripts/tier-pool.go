#!/usr/bin/env -S gpfsh run
// Lets a storage pool empty itself when it fills up: puts a migration rule before all others in the installed policy.
// gpfsh --cluster sim run tier-pool.go [FILESYSTEM FROM TO]

where, from, to := "mmfs1", "data", "capacity"
if args := Args(); len(args) == 3 {
	where, from, to = args[0], args[1], args[2]
}
fs := Cluster().Filesystems[where]
for _, pool := range []string{from, to} {
	if _, ok := fs.Pools[pool]; !ok {
		Fail("%s has no storage pool %s: there are %v", where, pool, fs.Pools.Names())
	}
}

// From 90 % on, the files that nobody has read for longest move until the pool is half full.
tier := policy.Migrate("tier-"+from).From(from).To(to).Threshold(90, 50).Weight(policy.Age(policy.Access))

placement := fs.Placement()
placement.Insert(placement.Rules()[0].Name(), tier)
placement.Save()

print(fs.Placement().Text())
