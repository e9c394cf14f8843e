#!/usr/bin/env -S gpfsh run
// The line that gpfsh check-health gives to a monitoring system, and what is wrong one by one.
// gpfsh --cluster sim run health-check.go

check := Cluster().CheckHealth(Monitor{"nodes": {1, 3}, "disks": {1, 3}, "pool": {80, 95}})
print(check)
for _, problem := range check.Problems {
	print(problem.Severity, problem.Check, problem.Text)
}
