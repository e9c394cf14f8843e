package model

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec/lazyregexp"
)

// DefaultQuota are the limits that users, groups or filesets get that have none of their own, from mmlsquota -d.
type DefaultQuota struct {
	Type       QuotaType `json:"type" col:"TYPE"`
	Fileset    string    `json:"fileset,omitempty" col:"FILESET"` // inside which it holds; "" for the whole file system
	BlockSoft  Bytes     `json:"blockSoft" col:"SOFT"`            // Unlimited for none
	BlockHard  Bytes     `json:"blockHard" col:"HARD"`            // Unlimited for none
	FilesSoft  Count     `json:"filesSoft" col:"FILES SOFT"`      // Unlimited for none
	FilesHard  Count     `json:"filesHard" col:"FILES HARD"`      // Unlimited for none
	On         bool      `json:"on" col:"ON"`                     // new owners get them
	Entry      string    `json:"entry" col:"-"`                   // as it is printed: "default on"
	Filesystem string    `json:"filesystem" col:"-"`              // name of the file system
}

// String returns whose limits they are.
func (d *DefaultQuota) String() string {
	if d == nil {
		return ""
	}
	if d.Fileset != "" {
		return d.Fileset + ":" + string(d.Type)
	}
	return string(d.Type)
}

// Defaults returns the limits that owners get that have none of their own; of a fileset those inside it. It runs
// mmlsquota -d.
func (q Quotas) Defaults(ctx context.Context) ([]*DefaultQuota, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	// The command has no -Y form for defaults that anybody has seen, so its table is read.
	res, err := q.fs.c.run(ctx)(arguments("-d").device(q.fs.Name).of("mmlsquota", "default quotas of "+q.fs.Name))
	if err != nil {
		return nil, q.fs.c.explain(ctx, err)
	}
	list := []*DefaultQuota{}
	for _, d := range parseDefaultQuotas(string(res.Stdout)) {
		if q.fileset != "" && d.Fileset != q.fileset {
			continue
		}
		d.Filesystem = q.fs.Name
		list = append(list, d)
	}
	return list, nil
}

// parseDefaultQuotas reads the table of mmlsquota -d by its words:
//
//	fs1        home      USR      104857600  125829120 |  1000000  1200000 default on
//
// unverified: the table, of which no capture was seen; the column of the fileset may be missing.
func parseDefaultQuotas(text string) []*DefaultQuota {
	var list []*DefaultQuota
	for line := range strings.Lines(text) {
		blocks, files, ok := strings.Cut(line, "|")
		left, right := strings.Fields(blocks), strings.Fields(files)
		i := slices.IndexFunc(left, func(w string) bool { return w == "USR" || w == "GRP" || w == "FILESET" })
		if !ok || i < 1 || len(left) < i+3 || len(right) < 2 {
			continue
		}
		d := &DefaultQuota{
			Type: word(ParseQuotaType, left[i]), BlockSoft: blockLimit(left[i+1]), BlockHard: blockLimit(left[i+2]),
			FilesSoft: filesLimit(right[0]), FilesHard: filesLimit(right[1]), Entry: strings.Join(right[2:], " "),
		}
		if i > 1 {
			d.Fileset = left[1]
		}
		d.On = strings.HasSuffix(d.Entry, "on")
		list = append(list, d)
	}
	return list
}

// GracePeriod is how long soft limits may be exceeded, from mmrepquota -t.
type GracePeriod struct {
	Type       QuotaType     `json:"type" col:"TYPE"`
	Block      time.Duration `json:"block" col:"STORAGE"` // nanoseconds in JSON
	Files      time.Duration `json:"files" col:"FILES"`   // nanoseconds in JSON
	Filesystem string        `json:"filesystem" col:"-"`  // name of the file system
}

// String returns whose grace periods they are.
func (g *GracePeriod) String() string {
	if g == nil {
		return ""
	}
	return string(g.Type)
}

// graceLine is a line of mmrepquota -t.
//
// unverified: its wording; read from memory of the manual.
var graceLine = lazyregexp.New(`(?i)^\s*(user|group|fileset)s?\s*:?\s.*block[^,]*?\s(\d+\s*[a-z]+)\s*,\s*(?:inode|file)[^,]*?\s(\d+\s*[a-z]+)`)

// GracePeriods returns how long users, groups and filesets may exceed their soft limits in the file system. It runs
// mmrepquota -t.
func (q Quotas) GracePeriods(ctx context.Context) ([]*GracePeriod, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	res, err := q.fs.c.run(ctx)(arguments("-t").device(q.fs.Name).of("mmrepquota", "grace periods of "+q.fs.Name))
	if err != nil {
		return nil, q.fs.c.explain(ctx, err)
	}
	list := []*GracePeriod{}
	for line := range strings.Lines(string(res.Stdout)) {
		m := graceLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		list = append(list, &GracePeriod{
			Type: word(ParseQuotaType, m[1]), Block: parseGrace(m[2]).Left(), Files: parseGrace(m[3]).Left(), Filesystem: q.fs.Name,
		})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("mmrepquota -t of %s told no grace periods in a form that is known: %s", q.fs.Name, strconv.Quote(shortened(string(res.Stdout))))
	}
	return list, nil
}

// shortened returns the beginning of a text for a message.
func shortened(s string) string {
	if r := []rune(strings.TrimSpace(s)); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return strings.TrimSpace(s)
}
