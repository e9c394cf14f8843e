#!/usr/bin/env -S gpfsh run
// Edits a policy file: another pool for a rule, and files to spare before it. What is not edited stays as it was.
// gpfsh --cluster sim run edit-policy.go [FILE]; without FILE, shows what would become of an example

p := policy.Parse(`/* Temporary files of the old tools */
RULE 'del-tmp' DELETE FROM POOL 'system'   /* nightly */
  WHERE NAME LIKE '%.tmp'
`)
file := ""
if args := Args(); len(args) > 0 {
	file = args[0]
	p = policy.ParseFile(file)
}

p.Put(p.Rule("del-tmp").From("data"))
p.Insert("del-tmp", policy.Exclude("keep-ours").Where(policy.Name.Like("important*")))

for _, f := range p.Check() {
	print(f)
}
if file == "" {
	print(strings.TrimSpace(p.Text()))
} else {
	os.WriteFile(file, []byte(p.Text()), 0o644)
}
