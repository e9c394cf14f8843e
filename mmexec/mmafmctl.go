package mmexec

// MmAfmState shows the state of AFM filesets, of all when none is named: mmafmctl Device getstate [-j Fileset] -Y.
// unverified: the reply in the -Y form was not seen.
func MmAfmState(dev, fileset string) (Command, error) {
	l := newLine("mmafmctl").device(dev).add("getstate")
	if fileset != "" {
		l.fail(CheckFilesetName(fileset)).add("-j", fileset)
	}
	return l.add("-Y").command("AFM filesets of " + dev)
}

// AfmAction is what mmafmctl does with a fileset.
type AfmAction string

// The actions of mmafmctl that need nothing else to be said.
const (
	AfmResync         AfmAction = "resync"
	AfmStart          AfmAction = "start"
	AfmStop           AfmAction = "stop"
	AfmExpire         AfmAction = "expire"
	AfmUnexpire       AfmAction = "unexpire"
	AfmFlushPending   AfmAction = "flushPending"
	AfmResumeRequeued AfmAction = "resumeRequeued"
	AfmPrefetch       AfmAction = "prefetch"
)

// MmAfmCtl does something with an AFM fileset: mmafmctl Device action -j Fileset.
func MmAfmCtl(dev string, action AfmAction, fileset string) (Command, error) {
	l := newLine("mmafmctl").device(dev)
	l.fail(oneOf(l.name, "the action", string(action), "resync", "start", "stop", "expire", "unexpire", "flushPending", "resumeRequeued", "prefetch"))
	return l.add(string(action)).fail(CheckFilesetName(fileset)).add("-j", fileset).command(filesetObject(dev, fileset))
}
