#!/usr/bin/env -S gpfsh run
// Edits the text of a policy: another pool for a rule, and files to spare before it. What is not edited stays as it is.
// gpfsh --cluster sim run edit-policy.go [FILE]

text := `/* Temporary files of the old tools */
RULE 'del-tmp' DELETE FROM POOL 'system'   /* nightly */
  WHERE NAME LIKE '%.tmp'
`
if args := Args(); len(args) > 0 {
	text = string(os.ReadFile(args[0]))
}
p := policy.Parse(text)

p.Put(p.Rule("del-tmp").From("data"))
p.Insert("del-tmp", policy.Exclude("keep-ours").Where(policy.Name.Like("important*")))

for _, f := range p.Check() {
	print(f)
}
print(strings.TrimSpace(p.Text()))
