package connect

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"time"

	"gpfsh/mmexec"
)

// releases refuses changing commands and options that the release of the cluster does not have, before they run half.
// The release is learned from what is asked anyway; only before a changing command that not every release has, it is
// asked for itself, once. While it is not known everything passes. Reading commands pass: they say themselves what they
// cannot do, and packages may be newer than the release of the cluster.
type releases struct {
	mu    sync.Mutex
	have  mmexec.Release
	asked bool
}

// oldest is the release from which on nothing needs to be asked.
var oldest = mmexec.Release{V: 4, R: 1}

// learnTime is how long the cluster may take to tell its release.
const learnTime = 15 * time.Second

func (r *releases) middleware(next mmexec.Executor) mmexec.Executor {
	return &onRun{next, func(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
		if mmexec.ClassifyCommand(cmd).Effect != mmexec.Reads && mmexec.RequireRelease(oldest, cmd) != nil {
			if err := mmexec.RequireRelease(r.learn(ctx, next), cmd); err != nil {
				return nil, &mmexec.RefusedError{Cmd: cmd, Err: err}
			}
		}
		res, err := next.Run(ctx, cmd)
		switch {
		case err != nil || res.Planned:
		case cmd.Name == "mmlsconfig" && bytes.Contains(res.Stdout, []byte("minReleaseLevel")):
			r.read(cmd, res.Stdout)
		case cmd.Name == "mmchconfig" && strings.Contains(cmd.String(), "release="):
			r.forget()
		}
		return res, err
	}}
}

// learn returns the release of the cluster, as far as it is known or tells.
func (r *releases) learn(ctx context.Context, ex mmexec.Executor) mmexec.Release {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.have.IsZero() && !r.asked {
		r.asked = true
		ctx, cancel := context.WithTimeout(ctx, learnTime)
		defer cancel()
		r.have, _ = mmexec.ClusterRelease(ctx, ex) // unknown: the command says itself what it cannot do
	}
	return r.have
}

// read takes the release from an answer.
func (r *releases) read(cmd mmexec.Command, out []byte) {
	reply, err := mmexec.Decode(out, cmd)
	if err != nil {
		return
	}
	for _, row := range reply.Rows {
		if !strings.EqualFold(row.Get("configParameter"), "minReleaseLevel") || row.Get("nodeList") != "" {
			continue
		}
		if have, err := mmexec.ParseMinReleaseLevel(row.Get("value")); err == nil {
			r.mu.Lock()
			r.have = have
			r.mu.Unlock()
		}
	}
}

func (r *releases) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.have, r.asked = mmexec.Release{}, false
}
