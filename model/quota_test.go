package model_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/model"
)

// phoneBook resolves from tables and counts how often it is asked.
type phoneBook struct {
	users, groups map[int64]string
	asked         [][]int64
	err           error
}

func (p *phoneBook) UserNames(_ context.Context, ids []int64) (map[int64]string, error) {
	return p.look(p.users, ids)
}

func (p *phoneBook) GroupNames(_ context.Context, ids []int64) (map[int64]string, error) {
	return p.look(p.groups, ids)
}

func (p *phoneBook) look(table map[int64]string, ids []int64) (map[int64]string, error) {
	p.asked = append(p.asked, ids)
	names := make(map[int64]string)
	for _, id := range ids {
		if n, ok := table[id]; ok {
			names[id] = n
		}
	}
	return names, p.err
}

func TestOwnersOfQuotasAreResolved(t *testing.T) {
	book := &phoneBook{users: map[int64]string{0: "root", 1001: "alice"}, groups: map[int64]string{0: "root"}}
	c, s := simulated(t, model.ResolvingNames(book))
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")
	q, err := fs.Quotas.Get(ctx, "home:user/alice")
	require.NoError(t, err)
	assert.Equal(t, "alice", q.Name)
	assert.Equal(t, "home:user/alice", q.Key())
	assert.Equal(t, "home:user/alice", q.String())
	assert.Equal(t, int64(1001), q.ID)
	assert.Equal(t, 100*model.GiB, q.BlockSoft)
	assert.Equal(t, 120*model.GiB, q.BlockHard)
	assert.Equal(t, "2 days", q.BlockGrace.String())
	assert.True(t, q.Exceeded() && q.Limited())
	assert.Equal(t, []string{"mmrepquota -Y -n mmfs1"}, s.ran())
	require.Len(t, book.asked, 2, "users and groups once each, however many there are")

	users, err := fs.Quotas.User("alice").Names(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"home:user/alice", "proj-alpha:user/alice"}, users, "one for each fileset")
	assert.Equal(t, []string{"mmrepquota -Y -n -u mmfs1"}, s.ran())
	require.Len(t, book.asked, 3, "who has a name is not asked for again")
	assert.NotContains(t, book.asked[2], int64(1001))

	nobody, err := fs.Quotas.Match("*user/uid:*").Names(ctx)
	require.NoError(t, err)
	assert.NotEmpty(t, nobody)

	home, _ := fs.Filesets.Handle("home")
	inside, err := home.Quotas.Users().Names(ctx)
	require.NoError(t, err)
	assert.Contains(t, inside, "home:user/alice")
	own, err := home.Quota(ctx)
	require.NoError(t, err)
	assert.Equal(t, "fileset/home", own.Key())
	over, err := fs.Quotas.Exceeded().List(ctx)
	require.NoError(t, err)
	assert.NotEmpty(t, over)
	require.NoError(t, own.Refresh(ctx))
}

func TestQuotasAreShownWithoutANameService(t *testing.T) {
	book := &phoneBook{err: errors.New("the directory does not answer")}
	c, _ := simulated(t, model.ResolvingNames(book))
	fs, _ := c.Filesystems.Handle("mmfs1")
	q, err := fs.Quotas.Get(t.Context(), "home:user/uid:1001")
	require.NoError(t, err)
	assert.Equal(t, "uid:1001", q.Name)
}

func TestOwnersOfQuotasAreFoundByNumber(t *testing.T) {
	c, _ := simulated(t, model.ResolvingNames(model.NoNames()))
	fs, _ := c.Filesystems.Handle("mmfs1")
	for _, name := range []string{"1001", "uid:1001"} {
		keys, err := fs.Quotas.User(name).Names(t.Context())
		require.NoError(t, err)
		assert.Contains(t, keys, "home:user/uid:1001", name)
	}
	keys, err := fs.Quotas.Group("5001").Names(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"proj-alpha:group/gid:5001"}, keys)
}

func TestQuotaHandles(t *testing.T) {
	c, s := simulated(t)
	fs, _ := c.Filesystems.Handle("mmfs1")
	for key, want := range map[string]model.Quota{
		"user/alice":          {Type: model.UserQuota, Name: "alice"},
		"group/hpc":           {Type: model.GroupQuota, Name: "hpc"},
		"fileset/proj":        {Type: model.FilesetQuota, Name: "proj"},
		"proj:user/alice":     {Type: model.UserQuota, Name: "alice", Fileset: "proj"},
		"user/uid:12345":      {Type: model.UserQuota, Name: "uid:12345"},
		"proj:user/uid:12345": {Type: model.UserQuota, Name: "uid:12345", Fileset: "proj"},
	} {
		q, ok := fs.Quotas.Handle(key)
		require.True(t, ok, key)
		assert.Equal(t, want.Type, q.Type, key)
		assert.Equal(t, want.Name, q.Name, key)
		assert.Equal(t, want.Fileset, q.Fileset, key)
		assert.Equal(t, key, q.Key())
		assert.False(t, q.BlockUsage.Known(), "nothing was asked")
	}
	for _, key := range []string{"alice", "user", "user/", "project/x", ""} {
		_, ok := fs.Quotas.Handle(key)
		assert.False(t, ok, key)
	}
	assert.Empty(t, s.ran())
}
