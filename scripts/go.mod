// The scripts are no Go packages: they are run by gpfsh. A module of their own keeps the Go command from reading them.
module gpfsh/scripts

go 1.26
