// Package learn holds the lessons of gpfsh learn and the teacher who goes through one of them in the shell.
//
// A lesson is a data file in the folder lessons, see [Parse]. It is always taken on a fresh simulated cluster in memory.
// After each entry the teacher looks at the state of that cluster: a step is done when what it wants is so, however it
// was reached. What must not happen on the way is watched after every single command.
package learn
