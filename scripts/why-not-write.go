#!/usr/bin/env -S gpfsh run
// Why can this user not write here? The first cause, and the command that mends it.
// gpfsh --cluster sim run why-not-write.go [USER PATH]

user, path := "bob", "/gpfs/mmfs1/home/bob/thesis.tex"
if args := Args(); len(args) == 2 {
	user, path = args[0], args[1]
}
print(File(path).Why(user).Page())
