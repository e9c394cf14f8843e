package model

import (
	"reflect"
	"time"
)

// reading is in every object that a collection hands out: when what stands in it was read.
type reading struct{ read time.Time }

func (r *reading) readAt(at time.Time) { r.read = at }

func (r reading) wasRead() time.Time { return r.read }

// ReadAt returns when the data of an object were read from the cluster, and for an object of a saved state when the state
// was taken; the zero time when that is not known. An object keeps what it has until it is asked for again.
func ReadAt(object any) time.Time {
	if v := reflect.ValueOf(object); v.Kind() == reflect.Pointer && v.IsNil() {
		return time.Time{}
	}
	if o, ok := object.(interface{ wasRead() time.Time }); ok {
		return o.wasRead()
	}
	return time.Time{}
}

// asked is as of when the cluster answers.
func (c *Cluster) asked() time.Time {
	switch {
	case c == nil:
		return time.Now()
	case !c.saved.IsZero():
		return c.saved
	}
	return time.Now().In(c.zone)
}

// stamp marks what was just read.
func (s *source[V]) stamp(v V) {
	if o, ok := any(v).(interface{ readAt(time.Time) }); ok {
		o.readAt(s.c.asked())
	}
}
