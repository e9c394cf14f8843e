package model

import (
	"context"
	"strconv"
	"strings"

	"gpfsh/mmexec"
)

// Quota is what a user, a group or a fileset uses and may use, from mmrepquota. Storage is counted with all its
// replicas: a file of 1 GiB that is kept twice counts 2 GiB.
type Quota struct {
	Type    QuotaType `json:"type" col:"-"`
	Name    string    `json:"name" col:"-"`              // of the user, group or fileset; uid:12345 or gid:12345 for one without a name
	ID      int64     `json:"id" col:"-"`                // uid, gid or id of the fileset
	Fileset string    `json:"fileset,omitempty" col:"-"` // where there are quotas per fileset: the fileset in which it counts
	Owner   string    `json:"key" col:"OWNER"`           // the key: user/alice, group/hpc, fileset/proj, proj:user/alice

	BlockUsage   Bytes   `json:"blockUsage" col:"USED,main"`
	BlockSoft    Bytes   `json:"blockSoft" col:"SOFT"`             // Unlimited for none
	BlockHard    Bytes   `json:"blockHard" col:"HARD,main"`        // Unlimited for none
	UsedPct      Percent `json:"blockUsedPct" col:"USED%"`         // BlockUsedPct when the quota was read
	BlockInDoubt Bytes   `json:"blockInDoubt" col:"IN DOUBT,wide"` // given out to nodes and not yet reported back; part of it may be used
	BlockGrace   Grace   `json:"blockGrace" col:"GRACE,main"`      // time left above the soft limit

	FilesUsage   Count `json:"filesUsage" col:"FILES"`
	FilesSoft    Count `json:"filesSoft" col:"FILES SOFT,wide"`        // Unlimited for none
	FilesHard    Count `json:"filesHard" col:"FILES HARD"`             // Unlimited for none
	FilesInDoubt Count `json:"filesInDoubt" col:"FILES IN DOUBT,wide"` // given out to nodes and not yet reported back
	FilesGrace   Grace `json:"filesGrace" col:"FILES GRACE,wide"`      // time left above the soft limit

	Entry      QuotaEntry `json:"entry" col:"ENTRY,wide"` // where the limits come from
	Remarks    string     `json:"remarks" col:"-"`        // as mmrepquota prints them: i, e, d_fset …
	On         bool       `json:"on" col:"-"`             // quotas of this type are on
	DefaultsOn bool       `json:"defaultsOn" col:"-"`     // default quotas of this type are on
	Filesystem string     `json:"filesystem" col:"-"`     // name of the file system

	fs *Filesystem
	reading
}

// Key returns the key of the quota: user/alice, group/hpc, fileset/proj, or with quotas per fileset proj:user/alice.
func (q *Quota) Key() string {
	if q == nil {
		return ""
	}
	key := string(q.Type) + "/" + q.Name
	if q.Fileset != "" {
		key = q.Fileset + ":" + key
	}
	return key
}

// String returns the key of the quota.
func (q *Quota) String() string { return q.Key() }

func (q *Quota) ready() error {
	if q == nil || q.fs == nil {
		return errNil(kindQuota)
	}
	return q.fs.local()
}

// BlockUsedPct returns how much of the hard limit of storage is used, of the soft one where there is no hard one; what
// is in doubt counts as used.
func (q *Quota) BlockUsedPct() Percent {
	if q == nil || !q.BlockUsage.Known() {
		return percentOf(NotAsked, NotAsked)
	}
	limit := q.BlockHard
	if limit == Unlimited {
		limit = q.BlockSoft
	}
	return percentOf(int64(q.BlockUsage+max(q.BlockInDoubt, 0)), int64(limit))
}

// Exceeded reports whether a soft limit is exceeded, whether or not there is time left.
func (q *Quota) Exceeded() bool {
	return q != nil && (q.BlockGrace != NoGrace || q.FilesGrace != NoGrace || q.BlockUsage > q.BlockSoft || q.FilesUsage > q.FilesSoft)
}

// Limited reports whether there is any limit.
func (q *Quota) Limited() bool {
	return q != nil && (q.BlockSoft != Unlimited || q.BlockHard != Unlimited || q.FilesSoft != Unlimited || q.FilesHard != Unlimited)
}

// Refresh reads the quota again. It runs mmrepquota.
func (q *Quota) Refresh(ctx context.Context) error {
	if err := q.ready(); err != nil {
		return err
	}
	fresh, err := q.fs.Quotas.Get(ctx, q.Key())
	if err != nil {
		return err
	}
	*q = *fresh
	return nil
}

// readQuota reads a row of mmrepquota or mmlsquota. Names of users and groups are their ids until they are resolved.
func (fs *Filesystem) readQuota(row mmexec.Row) *Quota {
	q := &Quota{
		Type:         word(ParseQuotaType, row.Get("quotaType")),
		Name:         row.Get("name"),
		ID:           number(row.Get("id")),
		Fileset:      rowText(row, "filesetname"),
		BlockUsage:   rowKB(row, "blockUsage"),
		BlockSoft:    blockLimit(row.Get("blockQuota")),
		BlockHard:    blockLimit(row.Get("blockLimit")),
		BlockInDoubt: rowKB(row, "blockInDoubt"),
		BlockGrace:   parseGrace(row.Get("blockGrace")),
		FilesUsage:   rowCount(row, "filesUsage"),
		FilesSoft:    filesLimit(row.Get("filesQuota")),
		FilesHard:    filesLimit(row.Get("filesLimit")),
		FilesInDoubt: rowCount(row, "filesInDoubt"),
		FilesGrace:   parseGrace(row.Get("filesGrace")),
		Entry:        quotaEntry(row.Get("remarks")),
		Remarks:      row.Get("remarks"),
		On:           yes(row.Get("quota")),
		DefaultsOn:   yes(row.Get("defQuota")),
		Filesystem:   fs.Name,
		fs:           fs,
	}
	if q.Type == FilesetQuota {
		q.Fileset = ""
	}
	q.UsedPct = q.BlockUsedPct()
	return q
}

// blockLimit reads a limit in kilobytes, of which 0 is none.
func blockLimit(s string) Bytes {
	if b := kilobytes(s); b != 0 {
		return b
	}
	return Unlimited
}

func filesLimit(s string) Count {
	if n := plainCount(s); n != 0 {
		return n
	}
	return Unlimited
}

// quotaEntry reads the remarks of a report: i, e, d or d_fset, with words of their own in some releases.
func quotaEntry(remarks string) QuotaEntry {
	switch remarks {
	case "e":
		return ExplicitEntry
	case "i":
		return InitialEntry
	}
	if strings.HasPrefix(remarks, "d") {
		return DefaultEntry
	}
	return ""
}

// unnamed returns what stands for an owner without a name.
func unnamed(of QuotaType, id int64) string {
	if of == GroupQuota {
		return "gid:" + strconv.FormatInt(id, 10)
	}
	return "uid:" + strconv.FormatInt(id, 10)
}

// resolve gives the owners of quotas their names.
func (c *Cluster) resolve(ctx context.Context, quotas []*Quota) error {
	for _, of := range []QuotaType{UserQuota, GroupQuota} {
		var ids []int64
		asked := make(map[int64]bool)
		for _, q := range quotas {
			// A release that prints names although numbers were asked for has looked them up already.
			if q.Type == of && q.byNumber() && !asked[q.ID] {
				asked[q.ID] = true
				ids = append(ids, q.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		ask := c.names.UserNames
		if of == GroupQuota {
			ask = c.names.GroupNames
		}
		// A name service that does not answer is no reason to show no quotas: ids stand for the names then.
		names, _ := ask(ctx, ids)
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, q := range quotas {
			if q.Type != of || !q.byNumber() {
				continue
			}
			if name := names[q.ID]; name != "" {
				q.Name = name
			} else {
				q.Name = unnamed(of, q.ID)
			}
		}
	}
	for _, q := range quotas {
		q.Owner = q.Key()
	}
	return nil
}

// byNumber reports whether the name of the owner is only its id.
func (q *Quota) byNumber() bool {
	return q.Name == "" || q.Name == "-" || q.Name == strconv.FormatInt(q.ID, 10)
}
