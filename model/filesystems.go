package model

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gpfsh/mmexec"
)

// Filesystems are file systems by name. Names come from the configuration alone, so that no file system manager is
// needed for them; attributes are read for each file system by itself when it is asked for, and for many of them at
// once when they are listed. One that does not answer in time is listed with its name and the reason.
type Filesystems struct {
	Collection[*Filesystem]
	c *Cluster
}

// The most file systems that are asked at a time.
const filesystemsAtOnce = 8

// filesystems returns the file systems of the cluster, and with remote those of other clusters that it can mount.
func (c *Cluster) filesystems(remote bool) Filesystems {
	which := "all_local"
	if remote {
		which = "all"
	}
	src := &source[*Filesystem]{
		c:    c,
		kind: kindFilesystem,
		names: func(ctx context.Context) ([]string, error) {
			items, err := c.filesystemNames(ctx, which)
			names := make([]string, len(items))
			for i, it := range items {
				names[i] = it.Key
			}
			return names, err
		},
		list: func(ctx context.Context) ([]Item[*Filesystem], error) { return c.listFilesystems(ctx, remote) },
		one: func(ctx context.Context, key string) (*Filesystem, error) {
			return c.oneFilesystem(ctx, trimDevice(key), remote)
		},
		handle: func(key string) (*Filesystem, bool) {
			name := trimDevice(key)
			if mmexec.CheckFilesystemName(name) != nil {
				return nil, false
			}
			return c.filesystem(name), true
		},
	}
	return Filesystems{Collection[*Filesystem]{src}, c}
}

func (c *Cluster) oneFilesystem(ctx context.Context, name string, remote bool) (*Filesystem, error) {
	var foreign []Item[string]
	if remote {
		var err error
		if foreign, err = c.filesystemNames(ctx, "all_remote"); err != nil {
			return nil, err
		}
	}
	fs, err := c.readFilesystem(ctx, name)
	if err != nil {
		if m := unknownFilesystem.FindStringSubmatch(cause(err)); m != nil {
			return nil, &NotFoundError{Kind: kindFilesystem, Name: name, Err: err}
		}
		return nil, err
	}
	for _, it := range foreign {
		if it.Key == name {
			fs.belongs(c.ownersIfKnown(ctx)[name])
		}
	}
	return fs, nil
}

func (c *Cluster) listFilesystems(ctx context.Context, remote bool) ([]Item[*Filesystem], error) {
	named, err := c.filesystemNames(ctx, "all_local")
	if err != nil {
		return nil, err
	}
	local := len(named)
	if remote {
		foreign, err := c.filesystemNames(ctx, "all_remote")
		if err != nil {
			return nil, err
		}
		named = append(named, foreign...)
	}
	items := make([]Item[*Filesystem], len(named))
	var wait sync.WaitGroup
	turn := make(chan struct{}, filesystemsAtOnce)
	for i, it := range named {
		wait.Add(1)
		turn <- struct{}{}
		go func() {
			defer wait.Done()
			defer func() { <-turn }()
			items[i] = Item[*Filesystem]{it.Key, c.answerOf(ctx, it.Key, it.Value)}
		}()
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if local < len(items) {
		owners := c.ownersIfKnown(ctx)
		for _, it := range items[local:] {
			it.Value.belongs(owners[it.Key])
		}
	}
	return items, nil
}

// ownersIfKnown returns whose the file systems of other clusters are; a cluster that does not tell is no reason not to
// list them.
func (c *Cluster) ownersIfKnown(ctx context.Context) map[string]remoteOwner {
	owners, err := c.remoteOwners(ctx)
	if err != nil {
		return nil
	}
	return owners
}

// belongs marks the file system as one of another cluster.
func (fs *Filesystem) belongs(to remoteOwner) {
	fs.Remote, fs.Owner, fs.OwnerName = true, to.cluster, to.name
}

// answerOf reads one file system among many. What does not answer is returned with what the configuration says of it.
func (c *Cluster) answerOf(ctx context.Context, name, mountPoint string) *Filesystem {
	limited, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	fs, err := c.readFilesystem(limited, name)
	if err == nil {
		return fs
	}
	if errors.Is(limited.Err(), context.DeadlineExceeded) {
		err = fmt.Errorf("%s did not answer within %s: %w", name, c.patience, err)
	}
	fs = c.filesystem(name)
	fs.MountPoint, fs.Unanswered = mountPoint, err
	return fs
}

// Where returns the file systems for which keep is true.
func (f Filesystems) Where(keep func(*Filesystem) bool) Filesystems {
	f.Collection = f.where(keep)
	return f
}

// Match returns the file systems whose names match a pattern: * stands for any text, ? for one character.
func (f Filesystems) Match(pattern string) Filesystems {
	f.Collection = f.match(pattern)
	return f
}
