package filelist

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewLayoutAsksForWhatIsNeeded(t *testing.T) {
	tests := []struct {
		name  string
		attrs []Attr
		sql   string
	}{
		{"nothing beside what every list has", []Attr{Path, Name, Ext, Dir(2), Depth, Inode, Generation, SnapID}, ""},
		{"a number", []Attr{Size}, "VARCHAR(FILE_SIZE)"},
		{"the name of a user needs the number", []Attr{User, UserID}, "VARCHAR(USER_ID)"},
		{
			"numbers and times first, texts last",
			[]Attr{PoolName, AgeClass(Access), SizeClass(KBAllocated), FilesetName, Group},
			"VARCHAR(KB_ALLOCATED) || '/' || VARCHAR(GROUP_ID) || '/' || VARCHAR(ACCESS_TIME) || '/' || FILESET_NAME || '/' || POOL_NAME",
		},
		{"the type needs the mode", []Attr{Type}, "MODE"},
		{"what may be NULL is guarded", []Attr{SnapName}, "CASE WHEN SNAP_NAME IS NULL THEN '' ELSE SNAP_NAME END"},
		{
			"an extended attribute has its length in front", []Attr{XAttr("user.project"), NLink},
			"VARCHAR(NLINK) || '/' || CASE WHEN XATTR('user.project') IS NULL THEN '-' ELSE " +
				"VARCHAR(LENGTH(XATTR('user.project'))) || '/' || XATTR('user.project') END",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := NewLayout(tt.attrs...)
			require.NoError(t, err)
			sql, err := l.SQL()
			require.NoError(t, err)
			assert.Equal(t, tt.sql, sql)

			data, err := json.Marshal(l)
			require.NoError(t, err)
			var back Layout
			require.NoError(t, json.Unmarshal(data, &back))
			assert.Equal(t, l, back)
		})
	}
}

func TestLayoutRefusals(t *testing.T) {
	_, err := NewLayout("sise")
	var attrErr *AttrError
	require.ErrorAs(t, err, &attrErr)
	assert.Equal(t, Size, attrErr.Near)

	l, err := NewLayout(XAttr("user.x') || GetEnv('HOME"))
	require.NoError(t, err)
	_, err = l.SQL()
	assert.ErrorContains(t, err, "cannot stand in a policy")

	_, err = NewLayout(Extra("mine"))
	assert.ErrorContains(t, err, "own SHOW expression")

	_, err = Layout{Pairs: true}.SQL()
	assert.Error(t, err)
	sql, err := Layout{Pairs: true, Own: "'size=' || VARCHAR(FILE_SIZE)"}.SQL()
	require.NoError(t, err)
	assert.Equal(t, "'size=' || VARCHAR(FILE_SIZE)", sql)
}

func TestParseLayout(t *testing.T) {
	tests := []struct {
		text   string
		fields []Attr
		sep    string
		err    string
	}{
		{"user:size:kb", []Attr{"user", "size", "kb"}, ":", ""},
		{"FILE_SIZE NLINK", []Attr{"FILE_SIZE", "NLINK"}, " ", ""},
		{"size", []Attr{"size"}, "", ""},
		{"size, mode, pool", []Attr{"size", "mode", "pool"}, ", ", ""},
		{"size:mode,pool", nil, "", "one separator"},
		{":size", nil, "", "a name is missing"},
		{"size:", nil, "", "one separator"},
		{"", nil, "", "a name is missing"},
		{"size:colour", nil, "", "no such attribute"},
		{"size:ext", nil, "", "stands in no list"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			l, err := ParseLayout(tt.text)
			if tt.err != "" {
				assert.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, Layout{Fields: tt.fields, Sep: tt.sep}, l)
			again, err := ParseLayout(l.String())
			require.NoError(t, err)
			assert.Equal(t, l.Fields, again.Fields)
		})
	}
	l, err := ParseLayout("key=value")
	require.NoError(t, err)
	assert.True(t, l.Pairs)
	assert.Equal(t, "key=value", l.String())
}

func TestAttributesHaveManySpellings(t *testing.T) {
	for _, text := range []Attr{"size", "Size", "FILE_SIZE", "filesize", " file_size "} {
		a, err := parseAttr(text)
		require.NoError(t, err, text)
		assert.Equal(t, Size, a.name)
	}
	a, err := parseAttr("ageclass:ACCESS_TIME:30d,1d,30d")
	require.NoError(t, err)
	assert.Equal(t, AgeClass(Access, 24*3600e9, 30*24*3600e9), a.name)
	assert.Equal(t, []string{"< 1d", "1d - 30d", ">= 30d"}, []string{a.classLabel(0), a.classLabel(1), a.classLabel(2)})
	a, err = parseAttr(SizeClass(Size, 1<<10, 1<<20, 1000))
	require.NoError(t, err)
	assert.Equal(t, Attr("sizeclass:size:1000,1KiB,1MiB"), a.name)

	for _, bad := range []Attr{"", "dir:x", "dir:-1", "xattr:", "ageclass:size", "sizeclass:access", "year:pool", "ageclass:access:1q", "sizeclass:size:big"} {
		_, err := parseAttr(bad)
		assert.Error(t, err, "%q", bad)
	}
}
