#!/usr/bin/env -S gpfsh run
// The line that gpfsh check-health gives to a monitoring system, and what is wrong one by one.
// gpfsh --cluster sim run health-check.go

check := Cluster().CheckHealth(Monitor{"nodes": {Warning: 1, Critical: 3}, "disks": {Warning: 1, Critical: 3}, "pool": {Warning: 80, Critical: 95}})
print(check)
for _, problem := range check.Problems {
	print(problem.Severity, problem.Check, problem.Text)
}
