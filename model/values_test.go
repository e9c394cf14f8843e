package model_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/model"
)

func TestBytesText(t *testing.T) {
	for want, b := range map[string]model.Bytes{
		"0 B": 0, "1023 B": 1023, "1 KiB": model.KiB, "1.5 KiB": 1536, "4 MiB": 4 * model.MiB, "1 TiB": model.TiB,
		"1.5 TiB": 3 * model.TiB / 2, "-2 GiB": -2 * model.GiB, "2 PiB": 2 * model.PiB, "7 EiB": 7 * model.EiB,
		"1 MiB": model.MiB - 1, "1 GiB": model.GiB - model.KiB, "unlimited": model.Unlimited, "-": model.NotAsked,
	} {
		assert.Equal(t, want, b.String())
	}
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]model.Bytes{
		"10T": 10 * model.TiB, "10TiB": 10 * model.TiB, "10 tib": 10 * model.TiB, "1.5 TiB": 3 * model.TiB / 2, "512": 512,
		"512 B": 512, "4m": 4 * model.MiB, "-1K": -1024, "unlimited": model.Unlimited, "-": model.NotAsked, "7E": 7 * model.EiB,
	} {
		got, err := model.ParseBytes(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for text, reason := range map[string]string{
		"10TB": "write TiB", "10X": `no unit "X"`, "": "write it like", "1.2.3G": "write it like", "99E": "too large", "9.9E": "too large", "--1": "write it like",
	} {
		_, err := model.ParseBytes(text)
		assert.ErrorContains(t, err, reason, text)
	}
}

func FuzzParseBytes(f *testing.F) {
	for _, s := range []string{"10T", "1.5 TiB", "unlimited", "-", "4096", "10TB", "", "9E", "-9223372036854775808"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := model.ParseBytes(s)
		if err != nil || b.Known() && (b > 7*model.EiB || b < -7*model.EiB) {
			return // what is shown of the largest amounts there can be is rounded up to more than that
		}
		again, err := model.ParseBytes(b.String())
		if err != nil {
			t.Fatalf("%q reads as %d, which writes as %q, which does not read: %v", s, int64(b), b.String(), err)
		}
		// One decimal is kept.
		if b.Known() && math.Abs(float64(again-b)) > 0.06*math.Abs(float64(b)) {
			t.Fatalf("%q reads as %d, writes as %q and reads as %d", s, int64(b), b.String(), int64(again))
		}
	})
}

func TestUnlimitedAndNotAskedCompareAsTheyMean(t *testing.T) {
	q := model.Quota{BlockHard: model.Unlimited, FilesHard: model.Unlimited}
	s := model.Snapshot{Data: model.NotAsked}
	assert.False(t, 100*model.PiB > q.BlockHard, "nothing is more than no limit")
	assert.False(t, s.Data > 0, "what was not asked is not more than anything")
	assert.False(t, q.BlockHard.Known() || s.Data.Known() || q.FilesHard.Known())
	assert.True(t, model.Bytes(0).Known() && model.Count(0).Known(), "0 is an amount")
	assert.Equal(t, "unlimited", q.FilesHard.String())
	assert.Equal(t, "-", model.Count(model.NotAsked).String())
	assert.Equal(t, "1200000", model.Count(1.2e6).String())
}

func TestValuesAsJSON(t *testing.T) {
	type values struct {
		B []model.Bytes
		C []model.Count
		P []model.Percent
		G []model.Grace
		V model.FormatVersion
	}
	v := values{
		[]model.Bytes{0, 10, model.Unlimited, model.NotAsked}, []model.Count{0, 10, model.Unlimited, model.NotAsked},
		[]model.Percent{12.5, model.Percent(math.NaN())}, []model.Grace{0, model.Grace(2 * model.Day), model.NoGrace},
		model.ParseFormatVersion("22.00 (5.0.4.0)"),
	}
	text, err := json.Marshal(v)
	require.NoError(t, err)
	assert.Equal(t, `{"B":[0,10,"unlimited",null],"C":[0,10,"unlimited",null],"P":[12.5,null],"G":[0,172800,null],"V":"22.00 (5.0.4.0)"}`, string(text))
	var back values
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, v.B, back.B)
	assert.Equal(t, v.C, back.C)
	assert.Equal(t, v.G, back.G)
	assert.Equal(t, v.V, back.V)
	assert.False(t, back.P[1].Known())
	for _, bad := range []string{`{"B":["x"]}`, `{"C":[1.5]}`, `{"P":["x"]}`, `{"G":["x"]}`} {
		assert.Error(t, json.Unmarshal([]byte(bad), &back), bad)
	}
}

func TestPercentText(t *testing.T) {
	assert.Equal(t, "93.5%", model.Percent(93.46).String())
	assert.Equal(t, "100%", model.Percent(100).String())
	assert.Equal(t, "-", model.Percent(math.NaN()).String())
}

func TestGrace(t *testing.T) {
	column := func(text string) model.Grace {
		c := connect(t, answer(func(mmexec.Command) *mmexec.Result {
			return said("mmrepquota::HEADER:version:reserved:reserved:filesystemName:quotaType:id:name:blockGrace:\n" +
				"mmrepquota::0:1:::fs:USR:1:1:" + text + ":\n")
		}))
		fs, _ := c.Filesystems.Handle("fs")
		list, err := fs.Quotas.List(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 1)
		return list[0].BlockGrace
	}
	for text, want := range map[string]struct {
		left    time.Duration
		shown   string
		running bool
		expired bool
	}{
		"none":       {math.MaxInt64, "none", false, false},
		"":           {math.MaxInt64, "none", false, false},
		"expired":    {0, "expired", false, true},
		"6 days":     {6 * model.Day, "6 days", true, false},
		"7days":      {7 * model.Day, "7 days", true, false},
		"1 day":      {model.Day, "1 day", true, false},
		"23hours":    {23 * model.Hour, "23 hours", true, false},
		"59 minutes": {59 * model.Minute, "59 minutes", true, false},
		"30 seconds": {30 * model.Second, "30 seconds", true, false},
		"2 weeks":    {2 * model.Week, "14 days", true, false},
		"90":         {90 * model.Second, "1 minute", true, false},
	} {
		g := column(text)
		assert.Equal(t, want.left, g.Left(), text)
		assert.Equal(t, want.shown, g.String(), text)
		assert.Equal(t, want.running, g.Running(), text)
		assert.Equal(t, want.expired, g.Expired(), text)
	}
}

func TestFormatVersions(t *testing.T) {
	old, current := model.ParseFormatVersion("13.23 (3.5.0.7)"), model.ParseFormatVersion("31.00 (5.1.8.0)")
	assert.Negative(t, old.Compare(current))
	assert.Positive(t, current.Compare(old))
	assert.Zero(t, current.Compare(model.ParseFormatVersion("31.00 (5.1.8.0)")))
	assert.True(t, current.AtLeast(model.Release{V: 5, R: 1}))
	assert.False(t, old.AtLeast(model.Release{V: 5, R: 1}))
	bare := model.ParseFormatVersion("14.10")
	assert.Equal(t, "14.10", bare.String())
	assert.Positive(t, bare.Compare(model.ParseFormatVersion("14.04")))
	assert.Equal(t, "what is this (x)", model.ParseFormatVersion("what is this (x)").String())
	r, err := model.ParseRelease("5.1.9-2")
	require.NoError(t, err)
	assert.Equal(t, "5.1.9.2", r.String())
}

func FuzzParseFormatVersion(f *testing.F) {
	for _, s := range []string{"22.00 (5.0.4.0)", "13.23", "", " (", "1 (2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := model.ParseFormatVersion(s)
		if again := model.ParseFormatVersion(v.String()); again.String() != v.String() {
			t.Fatalf("%q writes as %q, which reads and writes as %q", s, v, again)
		}
		if v.Compare(v) != 0 {
			t.Fatalf("%q is not equal to itself", s)
		}
	})
}

func TestWordsAreReadWhateverTheirCase(t *testing.T) {
	for _, err := range []error{
		is(model.ParseNodeState, "ACTIVE", model.Active), is(model.ParseNodeState, "Down", model.Down),
		is(model.ParseFilesetStatus, "linked", model.Linked), is(model.ParseSnapshotStatus, "VALID", model.Valid),
		is(model.ParseDiskStatus, "To Be Emptied", model.ToBeEmptied), is(model.ParseAvailability, "UP", model.Up),
		is(model.ParseQuotaType, "usr", model.UserQuota), is(model.ParseQuotaType, "Group", model.GroupQuota), is(model.ParseQuotaType, "FILESET", model.FilesetQuota),
		is(model.ParseAutoMount, "AutoMount", model.MountOnAccess), is(model.ParseACLKind, "NFS4", model.NFSv4ACLs), is(model.ParseLocking, "Posix", model.PosixLocks),
		is(model.ParseStrictReplication, "WhenPossible", model.ReplicateWhenPossible), is(model.ParseAccessTimes, "RELATIME", model.RelativeAccessTimes),
		is(model.ParsePermissionChange, "chmodAndSetacl", model.ChmodAndSetACL), is(model.ParsePermissionInherit, "inheritaclonly", model.InheritACLOnly),
	} {
		require.NoError(t, err)
	}
	got, err := model.ParseDiskStatus("on fire")
	require.ErrorContains(t, err, `there is no status of a disk "on fire"; there are ready, suspended, `)
	assert.Equal(t, model.DiskStatus("on fire"), got, "a word of a later release is kept")
	_, err = model.ParseQuotaType("project")
	assert.ErrorContains(t, err, "there are user, group, fileset")
}

func is[T ~string](parse func(string) (T, error), text string, want T) error {
	got, err := parse(text)
	if err == nil && got != want {
		return &model.NotFoundError{Kind: "word", Name: text, Names: []string{string(want)}}
	}
	return err
}
