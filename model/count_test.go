package model_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/model"
)

// many answers the listing commands with n rows each.
func many(n int) answer {
	rows := func(header, format string) *mmexec.Result {
		var b strings.Builder
		b.WriteString(header)
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return said(b.String())
	}
	return func(cmd mmexec.Command) *mmexec.Result {
		switch cmd.Name {
		case "mmlssnapshot":
			return rows("mmlssnapshot::HEADER:version:reserved:reserved:filesystemName:directory:snapID:status:created:quotas:data:metadata:fileset:snapType:\n",
				"mmlssnapshot::0:1:::fs:s%[1]d:%[1]d:Valid:Wed May  1 02%%3A00%%3A07 2024::0:0:::\n")
		case "mmlsfileset":
			return rows("mmlsfileset::HEADER:version:reserved:reserved:filesystemName:filesetName:id:rootInode:status:path:isInodeSpaceOwner:maxInodes:allocInodes:freeInodes:\n",
				"mmlsfileset::0:1:::fs:f%[1]d:%[1]d:%[1]d:Linked:%%2Ffs%%2Ff%[1]d:1:100:50:10:\n")
		case "mmrepquota":
			return rows("mmrepquota::HEADER:version:reserved:reserved:filesystemName:quotaType:id:name:blockUsage:blockQuota:blockLimit:blockInDoubt:blockGrace:filesUsage:filesQuota:filesLimit:filesInDoubt:filesGrace:remarks:quota:defQuota:fid:filesetname:\n",
				"mmrepquota::0:1:::fs:USR:%[1]d:%[1]d:1:2:3:0:none:1:0:0:0:none:e:on:off:::\n")
		case "mmlsdisk":
			return rows("mmlsdisk::HEADER:version:reserved:reserved:nsdName:driverType:sectorSize:failureGroup:metadata:data:status:availability:diskID:storagePool:remarks:diskSizeKB:\n",
				"mmlsdisk::0:1:::d%[1]d:nsd:512:1:Yes:Yes:ready:up:%[1]d:system::1024:\n")
		case "mmlsnsd":
			return rows("mmlsnsd:nsd:HEADER:version:reserved:reserved:fileSystem:diskName:volumeId:serverList:thinDisk:\n",
				"mmlsnsd:nsd:0:1:::fs:d%[1]d:ID%[1]d:a,b::\n")
		case "mmlscluster":
			return rows("mmlscluster:clusterNode:HEADER:version:reserved:reserved:nodeNumber:daemonNodeName:ipAddress:adminNodeName:designation:otherNodeRoles:adminLoginName:otherNodeRolesAlias:\n",
				"mmlscluster:clusterNode:0:1:::%[1]d:n%[1]d-ib:10.0.0.1:n%[1]d::::\n")
		case "mmlsconfig":
			return rows("mmlsconfig::HEADER:version:reserved:reserved:configParameter:value:nodeList:\n", "mmlsconfig::0:1:::p%d:v::\n")
		case "mmlsnodeclass":
			return rows("mmlsnodeclass:nodeClasses:HEADER:version:reserved:reserved:nodeClassName:memberClasses:memberNodes:allMembers:\n",
				"mmlsnodeclass:nodeClasses:0:1:::c%d::n1:n1:\n")
		case "mmlspool":
			return rows("Storage pools in file system at '/fs':\nName Id BlkSize Data Meta Total Data in (KB) Free Data in (KB) Total Meta in (KB) Free Meta in (KB)\n",
				"p%[1]d %[1]d 4 MB yes no 100 50 ( 50%%) 0 0 (  0%%)\n")
		case "mmlsfs":
			return rows("mmlsfs::HEADER:version:reserved:reserved:deviceName:fieldName:data:remarks:\n", "mmlsfs::0:1:::fs%d:defaultMountPoint:%%2Ffs::\n")
		}
		return refuse(cmd, 1, "Incorrect option")
	}
}

// TestOneCommandHoweverMany proves that listing everything of a kind, with all fields, is one command for one member
// and for ten thousand.
func TestOneCommandHoweverMany(t *testing.T) {
	for _, n := range []int{0, 1, 10_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s := &spy{Executor: many(n)}
			c := connect(t, s)
			fs, _ := c.Filesystems.Handle("fs")
			set, _ := fs.Filesets.Handle("f0")
			ask := func(want string, list, names func() (int, error)) {
				t.Helper()
				got, err := list()
				require.NoError(t, err, want)
				assert.Equal(t, n, got, want)
				assert.Equal(t, []string{want}, s.ran())
				if names == nil {
					return
				}
				got, err = names()
				require.NoError(t, err, want)
				assert.Equal(t, n, got, want)
				assert.Len(t, s.ran(), 1)
			}
			ask("mmlssnapshot fs -Y", count(fs.Snapshots.Collection, t), lenOf(fs.Snapshots.Collection, t))
			ask("mmlssnapshot fs -Y", count(fs.AllSnapshots.Collection, t), lenOf(fs.AllSnapshots.Collection, t))
			ask("mmlssnapshot fs -j f0 -Y", count(set.Snapshots.Collection, t), nil)
			ask("mmlsfileset fs -Y", count(fs.Filesets.Collection, t), lenOf(fs.Filesets.Collection, t))
			ask("mmlsfileset fs -Y", count(fs.Filesets.Independent().Collection, t), lenOf(fs.Filesets.Independent().Collection, t))
			ask("mmrepquota -Y -n fs", count(fs.Quotas.Collection, t), lenOf(fs.Quotas.Collection, t))
			ask("mmrepquota -Y -n -u fs", count(fs.Quotas.Users().Collection, t), nil)
			ask("mmrepquota -Y -n -u -g fs:f0", count(set.Quotas.Collection, t), nil)
			ask("mmlsdisk fs -Y", count(fs.Disks.Collection, t), lenOf(fs.Disks.Collection, t))
			ask("mmlspool fs", count(fs.Pools.Collection, t), lenOf(fs.Pools.Collection, t))
			ask("mmlsnsd -Y", count(c.NSDs.Collection, t), lenOf(c.NSDs.Collection, t))
			ask("mmlscluster -Y", count(c.Nodes.Collection, t), lenOf(c.Nodes.Collection, t))
			ask("mmlsnodeclass -Y", count(c.NodeClasses.Collection, t), nil)
			ask("mmlsnodeclass --all -Y", count(c.NodeClasses.WithSystem().Collection, t), nil)
			ask("mmlsconfig -Y", count(c.Config.Collection, t), lenOf(c.Config.Collection, t))
			ask("mmlsfs all_local -T -Y", lenOf(c.Filesystems.Collection, t), nil)
			ask("mmlsfs all -T -Y", lenOf(c.AllFilesystems.Collection, t), nil)
		})
	}
}

func count[V any](c model.Collection[V], t *testing.T) func() (int, error) {
	return func() (int, error) {
		list, err := c.List(t.Context())
		return len(list), err
	}
}

func lenOf[V any](c model.Collection[V], t *testing.T) func() (int, error) {
	return func() (int, error) { return c.Len(t.Context()) }
}

// TestNamesNeedTheConfigurationOnly proves that what completion asks for wakes no manager, as far as file systems,
// nodes, node classes, NSDs and parameters go.
func TestNamesNeedTheConfigurationOnly(t *testing.T) {
	s := &spy{Executor: many(3)}
	c := connect(t, s)
	for _, names := range []func() ([]string, error){
		func() ([]string, error) { return c.Filesystems.Names(t.Context()) },
		func() ([]string, error) { return c.AllFilesystems.Names(t.Context()) },
		func() ([]string, error) { return c.Nodes.Names(t.Context()) },
		func() ([]string, error) { return c.NodeClasses.Names(t.Context()) },
		func() ([]string, error) { return c.NSDs.Names(t.Context()) },
		func() ([]string, error) { return c.Config.Names(t.Context()) },
	} {
		got, err := names()
		require.NoError(t, err)
		assert.Len(t, got, 3)
	}
	for _, line := range s.ran() {
		argv, err := mmexec.SplitLine(line)
		require.NoError(t, err)
		class := mmexec.Classify(argv)
		assert.True(t, class.Known, line)
		assert.Equal(t, mmexec.Reads, class.Effect, line)
		assert.Equal(t, mmexec.CostConfig, class.Cost, line)
	}
}

func TestLongListsOfSnapshotsAreDeletedInParts(t *testing.T) {
	s := &spy{Executor: many(20_000)}
	c := connect(t, s)
	fs, _ := c.Filesystems.Handle("fs")
	ex := answer(func(cmd mmexec.Command) *mmexec.Result {
		if cmd.Name == "mmdelsnapshot" {
			return said("")
		}
		return many(20_000)(cmd)
	})
	s.Executor = ex
	require.NoError(t, fs.Snapshots.Match("s*").DeleteAll(t.Context()))
	lines := s.ran()
	require.Len(t, lines, 3, "one listing, and as few deletions as the length of an argument allows")
	total := 0
	for _, line := range lines[1:] {
		argv, err := mmexec.SplitLine(line)
		require.NoError(t, err)
		assert.Less(t, len(argv[2]), 128<<10)
		total += strings.Count(argv[2], ",") + 1
	}
	assert.Equal(t, 20_000, total)
}
