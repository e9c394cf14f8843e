#!/usr/bin/env -S gpfsh run
// Deletes everything below a directory that has an extended attribute, directories too. Say "really" to do it.
// gpfsh --cluster sim run delete-by-xattr.go [DIRECTORY ATTRIBUTE [really]]

dir, attribute, act := "/gpfs/mmfs1/scratch", "user.delete-me", policy.TestOnly
if args := Args(); len(args) >= 2 {
	dir, attribute = args[0], args[1]
	if len(args) > 2 && args[2] == "really" {
		act = policy.DoIt
	}
}
p := policy.New(policy.Delete("marked").Directories().Where(policy.Xattr(attribute).Exists()))
print(strings.TrimSpace(p.Text()))

found := Cluster().RunPolicy(p, policy.OnPath(dir), act, policy.Nodes("nsdServers"))
rule, _ := found.Rule("marked")
print(rule.Chosen, "were chosen of", found.Files+found.Directories)
