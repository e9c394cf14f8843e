#!/usr/bin/env -S gpfsh run
// Writes a policy that empties a fast pool when it fills up, old files first, and clears away what nobody reads.
// gpfsh --cluster sim run write-policy.go

unread := policy.Age(policy.Access).Over(90 * Day)

p := policy.New(
	policy.Migrate("tier").From("data").To("capacity").Threshold(90, 80).Weight(policy.Age(policy.Access)),
	policy.Delete("caches").Where(unread, policy.Name.Like("*.ptc")))

print(strings.TrimSpace(p.Text()))
