package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// startHeap is how large the heap becomes, in percent of the 4 MB of the Go runtime, before it is looked through for the
// first time.
const startHeap = 400

// putOffCollection puts off the first garbage collection until the heap has 16 MB. What a session makes at its first
// entries stays, so that to look through it twice on the way there finds nothing and takes an eighth of the time of a
// short program. From the first collection on everything is as usual.
func putOffCollection() {
	if os.Getenv("GOGC") != "" {
		return // somebody has decided
	}
	usual := debug.SetGCPercent(startHeap)
	runtime.AddCleanup(&struct{ next *int }{}, func(percent int) { debug.SetGCPercent(percent) }, usual)
}
