package mmsim

import (
	"slices"
	"strconv"
	"strings"
)

// filesetColumns are the fields of mmlsfileset -Y by the release that added them. "reserved" among the data is no
// mistake; newer releases put their fields before the last one.
func filesetColumns(st *State) []string {
	columns := strings.Split("filesystemName:filesetName:id:rootInode:status:path:parentId:created:inodes:dataInKB:comment:"+
		"filesetMode:afmTarget:afmState:afmMode:afmFileLookupRefreshInterval:afmFileOpenRefreshInterval:"+
		"afmDirLookupRefreshInterval:afmDirOpenRefreshInterval:afmAsyncDelay:afmNeedsRecovery:afmExpirationTimeout:afmRPO:"+
		"afmLastPSnapId:inodeSpace:isInodeSpaceOwner:maxInodes:allocInodes:inodeSpaceMask:afmShowHomeSnapshots:"+
		"afmNumReadThreads:reserved:afmReadBufferSize:afmWriteBufferSize:afmReadSparseThreshold:"+
		"afmParallelReadChunkSize:afmParallelReadThreshold:snapId:afmNumFlushThreads:afmPrefetchThreshold:"+
		"afmEnableAutoEviction:permChangeFlag:afmParallelWriteThreshold:freeInodes:afmNeedsResync:"+
		"afmParallelWriteChunkSize:afmNumWriteThreads:afmPrimaryID:afmDRState:afmAssociatedPrimaryId:afmDIO", ":")
	if st.atLeast(5, 0, 0) {
		columns = append(columns, "afmGatewayNode", "afmIOFlags")
	}
	if st.atLeast(5, 1, 0) {
		columns = append(columns, strings.Split("afmVerifyDmapi:afmSkipHomeACL:afmSkipHomeMtimeNsec:afmForceCtimeChange:"+
			"afmSkipResyncRecovery:afmSkipConflictQDrop:afmRefreshAsync:afmParallelMounts:afmRefreshOnce:"+
			"afmSkipHomeCtimeNsec:afmReaddirOnce:afmResyncVer2:afmSnapUncachedRead:afmFastCreate:afmObjectXattr:"+
			"afmObjectVHB:afmObjectNoDirectoryObj:afmSkipHomeRefresh:afmObjectGCS:afmObjectUserKeys:afmWriteOnClose:"+
			"afmObjectSSL:afmObjectACL:afmMUPromoted:afmMUAutoRemove:afmObjFastReaddir:afmObjectBlkIO:"+
			"preventSnapshotRestore:permInheritFlag:afmIOFlags2:afmRemoteUpdate", ":")...)
		if st.atLeast(5, 2, 0) {
			columns = append(columns, strings.Split("afmDisableReaddirOpt:afmObjectFastReaddir2:afmObjDisableLargeAttr:"+
				"afmRecoveryVer2:afmFailoverMap:afmSyncReadMount:afmObjectBlkIO:afmObjectLazyMigrate:afmObjectAZ:"+
				"afmObjectPreferDir:afmEvictRange:afmRecoveryUseFset:afmCheckExtendedACL:afmNFSV4:"+
				"afmNoCheckRefreshDisable:afmSyncNFSV4ACL:afmObjectSyncOpenFiles:afmMULocalRemove:afmObjSCGlacier:"+
				"afmDisallowRename:afmSkipUnknownNFSV4Ids:afmObjectSQS:afmParallelUMounts:afmMigrate", ":")...)
			columns[slices.Index(columns, "afmObjFastReaddir")] = "afmObjectFastReaddir"
		}
		columns = append(columns, "falStatus")
	}
	return columns
}

func mmlsfileset(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	filesets, code := c.chosenFilesets(f)
	if code != 0 {
		return code
	}
	if !c.has("-Y") {
		return mmlsfilesetHuman(c, f, filesets)
	}
	w := c.y()
	columns := filesetColumns(c.st)
	w.header("", columns...)
	values := make([]any, len(columns))
	for _, fset := range filesets {
		for i, name := range columns {
			values[i] = c.filesetField(f, fset, name)
		}
		w.row("", values...)
	}
	return 0
}

// filesetField is one value of mmlsfileset -Y.
func (c *call) filesetField(f *Filesystem, fset *Fileset, name string) any {
	switch name {
	case "filesystemName":
		return f.Name
	case "filesetName":
		return fset.shownName()
	case "id":
		return fset.ID
	case "rootInode":
		return fset.RootInode
	case "status":
		return string(fset.Status)
	case "path":
		return yPath(c.filesetPath(f, fset))
	case "parentId":
		return fset.parent()
	case "created":
		return c.st.ctime(fset.Created)
	case "inodes":
		if c.has("-i") {
			return fset.UsedInodes
		}
	case "dataInKB":
		if c.has("-d") {
			return fset.DataKB
		}
	case "comment":
		return fset.Comment
	case "filesetMode":
		return fset.IAMMode
	case "inodeSpace":
		return fset.InodeSpace
	case "isInodeSpaceOwner":
		return oneZero(fset.Independent)
	case "maxInodes":
		return fset.MaxInodes
	case "allocInodes":
		return fset.AllocInodes
	case "freeInodes":
		return fset.freeInodes()
	case "inodeSpaceMask":
		return 66846720
	case "snapId":
		return fset.LatestSnap
	case "permChangeFlag":
		return fset.PermChange
	case "permInheritFlag":
		return fset.PermInherit
	case "preventSnapshotRestore":
		return lowerYesNo(fset.NoSnapRestore)
	case "falStatus":
		return "default"
	}
	return fset.afmField(name)
}

// afmField is a value of a cache fileset, "-" for all others.
func (f *Fileset) afmField(name string) string {
	if f.AFM == nil {
		return "-"
	}
	switch name {
	case "afmTarget":
		return f.AFM.Target
	case "afmState":
		return f.AFM.State
	case "afmMode":
		return f.AFM.Mode
	case "afmAsyncDelay":
		return f.AFM.AsyncDelay
	case "afmGatewayNode":
		return f.AFM.GatewayNode
	case "afmNeedsRecovery", "afmNeedsResync":
		return "no"
	case "afmNumReadThreads":
		return "1"
	case "afmNumFlushThreads":
		return "4"
	}
	return "-"
}

// shownName is the name as listings show it: a deleted fileset in parentheses.
func (f *Fileset) shownName() string {
	if f.Status == FilesetDeleted {
		return "(" + f.Name + ")"
	}
	return f.Name
}

func (f *Fileset) freeInodes() int64 {
	if !f.Independent {
		return 0
	}
	return f.AllocInodes - f.UsedInodes
}

// parent is the id of the parent, "--" where there is none.
func (f *Fileset) parent() string {
	if f.Parent < 0 {
		return "--"
	}
	return strconv.Itoa(f.Parent)
}

func (c *call) filesetPath(f *Filesystem, fset *Fileset) string {
	if fset.Status != FilesetLinked {
		return "--"
	}
	return f.path(fset)
}

// chosenFilesets are those of the operand, of -J and of -F; all without them, only the deleted ones with --deleted.
func (c *call) chosenFilesets(f *Filesystem) ([]*Fileset, int) {
	names := splitList(c.operand(1))
	if c.has("-F") {
		data, ok := c.files(c.get("-F"))
		if !ok {
			return nil, c.fail("Cannot read %s.", c.get("-F")) // unverified: wording
		}
		names = append(names, strings.Fields(string(data))...)
	}
	var chosen []*Fileset
	for _, name := range names {
		fset := f.fileset(strings.Trim(name, "()"))
		if fset == nil {
			fset = f.deletedFileset(strings.Trim(name, "()"))
		}
		if fset == nil {
			return nil, c.filesetNotFound(name)
		}
		chosen = append(chosen, fset)
	}
	for _, path := range splitList(c.get("-J")) {
		fset := f.filesetAt(path)
		if fset == nil {
			return nil, c.filesetNotFound(path)
		}
		chosen = append(chosen, fset)
	}
	if len(names) == 0 && !c.has("-J") {
		for i := range f.Filesets {
			if !c.has("--deleted") || f.Filesets[i].Status == FilesetDeleted {
				chosen = append(chosen, &f.Filesets[i])
			}
		}
	}
	return chosen, 0
}

func (f *Filesystem) deletedFileset(name string) *Fileset {
	for i := range f.Filesets {
		if f.Filesets[i].Name == name && f.Filesets[i].Status == FilesetDeleted {
			return &f.Filesets[i]
		}
	}
	return nil
}

// filesetNotFound is 6027-2670, which ends with ENOENT.
func (c *call) filesetNotFound(name string) int {
	return c.failDaemon(2, "Fileset name %s not found.", name) // unverified: wording and exit status
}

func mmlsfilesetHuman(c *call, f *Filesystem, filesets []*Fileset) int {
	name := 24
	for _, fset := range filesets {
		name = max(name, len([]rune(fset.shownName())))
	}
	c.printf("Filesets in file system '%s':\n", f.Name)
	if c.has("-L") {
		c.printf("%s %3s %13s %9s %-27s %11s %20s %14s %s\n", pad("Name", name), "Id", "RootInode", "ParentId", "Created", "InodeSpace", "MaxInodes", "AllocInodes", "Comment")
		for _, fset := range filesets {
			inode, parent := strconv.FormatInt(fset.RootInode, 10), fset.parent()
			if fset.Status == FilesetDeleted {
				inode, parent = f.snapshotLabel(fset.LatestSnap), ""
			}
			c.printf("%s %3d %13s %9s %-27s %11d %20d %14d %s\n", pad(fset.shownName(), name), fset.ID, inode, parent,
				c.st.ctime(fset.Created), fset.InodeSpace, fset.MaxInodes, fset.AllocInodes, fset.Comment)
		}
		return 0
	}
	header := pad("Name", name) + " " + pad("Status", 9) + " " + pad("Path", 40)
	if c.has("-i") {
		header += " " + "    Inodes"
	}
	if c.has("-d") {
		header += " " + "     Data (in KB)"
	}
	c.printf("%s\n", header)
	for _, fset := range filesets {
		line := pad(fset.shownName(), name) + " " + pad(string(fset.Status), 9) + " " + pad(c.filesetPath(f, fset), 40)
		if c.has("-i") {
			line += " " + leftPad(strconv.FormatInt(fset.UsedInodes, 10), 10)
		}
		if c.has("-d") {
			line += " " + leftPad(strconv.FormatInt(fset.DataKB, 10), 17)
		}
		c.printf("%s\n", line)
	}
	return 0
}

// snapshotLabel names a snapshot by its id, as mmlsfileset -L shows what holds a deleted fileset.
func (f *Filesystem) snapshotLabel(id int) string {
	for _, s := range f.Snapshots {
		if s.ID == id {
			return s.Name
		}
	}
	return "--"
}

func leftPad(s string, width int) string {
	if n := width - len([]rune(s)); n > 0 {
		return strings.Repeat(" ", n) + s
	}
	return s
}
