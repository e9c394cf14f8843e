#!/usr/bin/env -S gpfsh run
// Deletes the files of a user (you, else a number) that match a pattern and that nobody has read for so many days. Say "really" to do it.
// gpfsh --cluster sim run delete-unread.go [PATTERN USER-ID DAYS [really]]

pattern, owner, days, act := "*.ptc", os.Getuid(), 90, policy.TestOnly
if args := Args(); len(args) >= 3 {
	pattern, owner, days = args[0], strconv.Atoi(args[1]), strconv.Atoi(args[2])
	if len(args) > 3 && args[3] == "really" {
		act = policy.DoIt
	}
}
p := policy.New(policy.Delete("unread").Where(
	policy.Name.Like(pattern),
	policy.User.Is(owner),
	policy.Age(policy.Access).Over(time.Duration(days)*Day)))

found := Cluster().Filesystems["mmfs1"].RunPolicy(p, act, policy.Nodes("nsdServers"))
rule, _ := found.Rule("unread")
print(rule.Chosen, "files with", Bytes(rule.KBChosen)*KiB, "were chosen of", found.Files)
