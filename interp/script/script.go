// Package script holds the functions of the language that are neither model nor policy: the session's cluster, dry
// run, the plan, the arguments. The shell shows the methods of Session as plain functions; exported scripts call them
// on a Session of their own.
package script

// Session is what the functions of the language work with.
type Session struct{}
