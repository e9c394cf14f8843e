#!/usr/bin/env -S gpfsh run
// Which snapshots are older than some days, what do they hold back, and whose are they?
// gpfsh --cluster sim run old-snapshots.go [DAYS]

days := 7
if args := Args(); len(args) > 0 {
	days = strconv.Atoi(args[0])
}
for name, fs := range Cluster().Filesystems {
	var sum Bytes
	for key, s := range fs.AllSnapshots.OlderThan(time.Duration(days) * Day).WithSizes() {
		size := s.Data + s.Metadata
		sum += size
		fmt.Printf("%s  %-26s %9s  %3.0f days  %s\n", name, key, size, s.Age().Hours()/24, cmp.Or(s.ManagedBy, string(s.Status)))
	}
	print(name, "would get back", sum)
}
