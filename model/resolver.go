package model

import (
	"context"
	"os/user"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Resolver turns the ids of users and groups into names. An id that has no name is left out of the answer; an error
// says that nothing could be learned.
type Resolver interface {
	UserNames(ctx context.Context, ids []int64) (map[int64]string, error)
	GroupNames(ctx context.Context, ids []int64) (map[int64]string, error)
}

// SystemNames resolves with the name service of this machine. What does not come within three seconds stays without a
// name.
func SystemNames() Resolver { return systemNames{} }

type systemNames struct{}

// The longest that a name service may take for the names of one list. A directory that does not answer must not keep
// people from seeing their quotas; ids stand for the names then.
const namesWait = 3 * time.Second

func (systemNames) UserNames(ctx context.Context, ids []int64) (map[int64]string, error) {
	return lookUp(ctx, ids, func(id string) string {
		u, err := user.LookupId(id)
		if err != nil {
			return ""
		}
		return u.Username
	})
}

func (systemNames) GroupNames(ctx context.Context, ids []int64) (map[int64]string, error) {
	return lookUp(ctx, ids, func(id string) string {
		g, err := user.LookupGroupId(id)
		if err != nil {
			return ""
		}
		return g.Name
	})
}

// GroupsOf returns the groups of a user.
func (systemNames) GroupsOf(ctx context.Context, name string) ([]string, error) {
	found, err := lookUp(ctx, []int64{0}, func(string) string {
		u, err := user.Lookup(name)
		if err != nil {
			return ""
		}
		ids, err := u.GroupIds()
		if err != nil {
			return ""
		}
		var groups []string
		for _, id := range ids {
			if g, err := user.LookupGroupId(id); err == nil {
				groups = append(groups, g.Name)
			}
		}
		return strings.Join(groups, "\x00")
	})
	if err != nil || found[0] == "" {
		return nil, err
	}
	return strings.Split(found[0], "\x00"), nil
}

// lookUp asks for one name after the other. A lookup cannot be cancelled, so it runs aside; what is late is not waited
// for.
func lookUp(ctx context.Context, ids []int64, name func(id string) string) (map[int64]string, error) {
	limited, cancel := context.WithTimeout(ctx, namesWait)
	defer cancel()
	type answer struct {
		id   int64
		name string
	}
	answers := make(chan answer)
	go func() {
		defer close(answers)
		for _, id := range ids {
			select {
			case answers <- answer{id, name(strconv.FormatInt(id, 10))}:
			case <-limited.Done():
				return
			}
		}
	}()
	names := make(map[int64]string, len(ids))
	for {
		select {
		case a, more := <-answers:
			if !more {
				return names, nil
			}
			if a.name != "" {
				names[a.id] = a.name
			}
		case <-limited.Done():
			return names, ctx.Err()
		}
	}
}

// NoNames resolves nothing: owners are shown by their ids.
func NoNames() Resolver { return noNames{} }

type noNames struct{}

func (noNames) UserNames(context.Context, []int64) (map[int64]string, error)  { return nil, nil }
func (noNames) GroupNames(context.Context, []int64) (map[int64]string, error) { return nil, nil }

// cachedNames asks a resolver for each name once. An id without a name may be one that the answer came too late for: it
// is asked for again.
type cachedNames struct {
	resolver      Resolver
	mu            sync.Mutex
	users, groups map[int64]string
}

func cacheNames(r Resolver) Resolver {
	return &cachedNames{resolver: r, users: make(map[int64]string), groups: make(map[int64]string)}
}

func (c *cachedNames) UserNames(ctx context.Context, ids []int64) (map[int64]string, error) {
	return c.cached(ctx, c.users, ids, c.resolver.UserNames)
}

func (c *cachedNames) GroupNames(ctx context.Context, ids []int64) (map[int64]string, error) {
	return c.cached(ctx, c.groups, ids, c.resolver.GroupNames)
}

// GroupsOf asks the resolver, where it knows groups.
func (c *cachedNames) GroupsOf(ctx context.Context, user string) ([]string, error) {
	if r, ok := c.resolver.(GroupResolver); ok {
		return r.GroupsOf(ctx, user)
	}
	return nil, nil
}

func (c *cachedNames) cached(ctx context.Context, known map[int64]string, ids []int64,
	ask func(context.Context, []int64) (map[int64]string, error),
) (map[int64]string, error) {
	names := make(map[int64]string, len(ids))
	var missing []int64
	c.mu.Lock()
	for _, id := range ids {
		if name, ok := known[id]; ok {
			names[id] = name
		} else {
			missing = append(missing, id)
		}
	}
	c.mu.Unlock()
	if len(missing) == 0 {
		return names, nil
	}
	fresh, err := ask(ctx, missing)
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, name := range fresh {
		names[id], known[id] = name, name
	}
	return names, err
}
