// Package mmexec runs the mm* commands of IBM Storage Scale.
//
// An [Executor] runs one command on one node of a cluster: the machine itself, a node behind ssh, a simulated cluster
// or a recording. Middleware wraps an executor with tracing, dry run, recording and more. The catalogue knows of every
// command what it does to the cluster and what it costs, by its options where they decide. [Do] runs a command and
// judges its success as Storage Scale means it; the decoder reads replies in the colon-separated -Y form.
//
// Commands that change the cluster go through the same Executor as all others; that is the one place where dry run,
// confirmation and audit live.
package mmexec
