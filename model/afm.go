package model

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gpfsh/mmexec"
)

// AFMMode says how a fileset that caches another file system treats changes.
type AFMMode string

// The modes of caches, and of the two sides of a disaster recovery.
const (
	ReadOnlyCache     AFMMode = "ro"        // nothing can be changed in the cache
	SingleWriter      AFMMode = "sw"        // only the cache writes
	LocalUpdates      AFMMode = "lu"        // changes stay in the cache
	IndependentWriter AFMMode = "iw"        // caches and home write
	ManualUpdates     AFMMode = "mu"        // changes are carried over when asked for
	AFMPrimary        AFMMode = "primary"   // the side in use of a disaster recovery
	AFMSecondary      AFMMode = "secondary" // the other side
)

// ParseAFMMode reads a mode of a cache as commands take it, whatever its case.
func ParseAFMMode(s string) (AFMMode, error) {
	return parseWord("mode of a cache", s, ReadOnlyCache, SingleWriter, LocalUpdates, IndependentWriter, ManualUpdates, AFMPrimary, AFMSecondary)
}

// String returns the word of mmcrfileset -p afmMode.
func (m AFMMode) String() string { return string(m) }

// Cache says what a new fileset caches.
type Cache struct {
	Target     string  // what it caches: nfs://server/path, gpfs:///path
	Mode       AFMMode // how changes are treated
	Attributes TextMap // further attributes by their names in Storage Scale: afmAsyncDelay …
}

// CacheOf makes an independent fileset that caches another file system (AFM).
func CacheOf(c Cache) FilesetNewOption {
	attributes := make(TextMap, len(c.Attributes)+2)
	maps.Copy(attributes, c.Attributes)
	attributes["afmTarget"] = c.Target
	attributes["afmMode"] = string(c.Mode)
	return filesetNewOption(func(s *filesetSpec) {
		s.make.InodeSpace = "new"
		if _, err := ParseAFMMode(string(c.Mode)); err != nil {
			s.err = err
		}
		if c.Target == "" && c.Mode != AFMSecondary {
			s.err = fmt.Errorf("a cache needs a target: nfs://server/path or gpfs:///path")
		}
		for _, name := range slices.Sorted(maps.Keys(attributes)) {
			if value := attributes[name]; value != "" {
				s.make.AFM = append(s.make.AFM, mmexec.AFMAttribute{Name: name, Value: value})
			}
		}
	})
}

// NewIndependent makes a fileset with an inode space of its own; see [Filesets.New].
func (f Filesets) NewIndependent(ctx context.Context, name string, options ...FilesetNewOption) (*Fileset, error) {
	return f.New(ctx, name, append([]FilesetNewOption{Independent()}, options...)...)
}

// NewCache makes a fileset that caches another file system (AFM); see [Filesets.New].
func (f Filesets) NewCache(ctx context.Context, name string, of Cache, options ...FilesetNewOption) (*Fileset, error) {
	return f.New(ctx, name, append([]FilesetNewOption{CacheOf(of)}, options...)...)
}

// AFMAction is what can be done to a cache.
type AFMAction string

// The actions on caches.
const (
	AFMStart          AFMAction = "start"          // carries changes over again after AFMStop
	AFMStop           AFMAction = "stop"           // carries no changes over
	AFMResync         AFMAction = "resync"         // carries everything over once more
	AFMExpire         AFMAction = "expire"         // lets the contents of a read-only cache be no longer readable
	AFMUnexpire       AFMAction = "unexpire"       // lets them be readable again
	AFMResumeRequeued AFMAction = "resumeRequeued" // tries again what failed
	AFMFlushPending   AFMAction = "flushPending"   // waits until everything is carried over
)

// String returns the word of mmafmctl.
func (a AFMAction) String() string { return string(a) }

// AFMAct does something to the cache. It runs mmafmctl, which can last long.
func (f *Fileset) AFMAct(ctx context.Context, action AFMAction) (*Job, error) {
	if err := f.ready(); err != nil {
		return nil, err
	}
	args := arguments().device(f.fs.Name)
	switch action {
	case AFMStart, AFMStop, AFMResync, AFMExpire, AFMUnexpire, AFMResumeRequeued, AFMFlushPending:
		args.add(string(action))
	default:
		args.fail(fmt.Errorf("%q cannot be done to a cache", action))
	}
	args.add("-j").operand(mmexec.CheckFilesetName, ",", f.Name)
	explain := func(err error) error { return f.fs.Filesets.explain(ctx, f.Name, err) }
	return f.fs.c.start(ctx, explain)(identified(f.identity()...)(args.of("mmafmctl", "fileset "+f.Name+" of "+f.fs.Name)))
}
