// Package engine runs policies on real files, as mmapplypolicy does on a file system of the cluster.
//
// [Compile] turns the rules of a parsed policy into code: functions over one object, made once. Which attributes the
// rules need follows from the rules, so that an object costs a stat only where names and types do not decide, and what
// is cheap to ask is asked first. Nothing is allocated per object.
//
// A run has the three phases of the documentation. In the first every object is shown to the rules in their order; the
// first MIGRATE, DELETE or EXCLUDE rule that matches holds, and for each list the first LIST rule. In the second the
// candidates are chosen by weight, until thresholds are reached and within limits. In the third files are moved,
// deleted, and handed to the scripts of external pools and lists. [Run] does all of it; [Options] say how far.
//
// What a directory tree does not know of a file (its pool, its fileset, whether it is migrated) is told by a [Site].
package engine
