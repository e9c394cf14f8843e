// Package mmexec runs the mm* commands of IBM Storage Scale.
//
// An [Executor] runs one command on one node of a cluster: this machine ([NewLocal]), a node behind ssh ([NewSSH]), a
// recording ([NewReplay]), or a simulated cluster. [Do] runs a command and judges its success as Storage Scale means
// it; [Query] and [Stream] also decode the colon-separated -Y form. The Mm functions build commands from typed options
// and check every name before anything runs; the ParseMm functions read what has no -Y form.
//
// The catalogue ([Classify]) knows of every command what it does to the cluster and what it costs, by its options where
// they decide. What it does not know counts as changing. Everything that treats commands differently asks it: a
// reading command is stopped when nobody waits for it any more, a changing one never is.
//
// Middleware wraps an executor with one concern each. A session stacks them in this order, the first of them seeing a
// command first:
//
//	ex = Wrap(transport,
//		Cache(cache),          // one question once per expression
//		ReadOnly(readonly),    // refuse before anything is asked or planned
//		CheckRelease(release),
//		DryRun(plan),          // what is recorded goes no further
//		Confirm(ask),
//		Audit(log, target),
//		breaker.Middleware(),  // unattended work
//		Retry(policy),         // reading only
//		Trace(os.Stderr),      // what really runs
//		Record(file),
//	)
//
// [Close] ends what the transport behind them holds open.
package mmexec
