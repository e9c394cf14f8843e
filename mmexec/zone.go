package mmexec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// Zone returns the time zone of the node that runs the commands. Commands print most points in time without a zone, in
// that one. It is read from the zone rules of the node, so that it is right on both sides of every change of the clock;
// a node without such rules lives in UTC.
func Zone(ctx context.Context, ex Executor) (*time.Location, error) {
	data, err := ex.Get(ctx, "/etc/localtime")
	if errors.Is(err, os.ErrNotExist) {
		return time.UTC, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot learn the time zone of the cluster: %w", err)
	}
	zone, err := time.LoadLocationFromTZData("cluster", data)
	if err != nil {
		return nil, fmt.Errorf("cannot learn the time zone of the cluster: %w", err)
	}
	return zone, nil
}
