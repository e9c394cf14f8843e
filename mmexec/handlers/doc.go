// Package handlers keeps the event handlers of gpfsh on the nodes of a cluster: functions, as source, that Storage Scale
// has run when something happens.
//
// A handler is a directory of its own on the local disk of every node, [DefaultDir] and its name:
//
//	handler.json   what it is: its version and checksum, its events, what it is bound to
//	handler.go     the source of the function
//	run            what Storage Scale runs: it starts gpfsh, and never fails or waits when it cannot
//	log            what happened, by itself: log.1 … are older
//	last.json      the values of the last event, for trying it out again
//
// Nothing in this package runs a handler; see package interp.
package handlers
