package model

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"gpfsh/mmexec"
	"gpfsh/policy/spell"
)

// The columns of quotas as CSV. What is used is there for the reader and is not read back.
func quotaColumns() []string {
	return []string{"key", "id", "block_soft", "block_hard", "files_soft", "files_hard", "block_used", "files_used"}
}

// CSV returns the quotas as comma-separated values with a header: key, id, block_soft, block_hard, files_soft,
// files_hard, block_used, files_used. Storage is in bytes, or with a unit of powers of 1,024 where it is whole;
// "unlimited" is no limit. It runs mmrepquota once. See [Quotas.Preview] for the way back.
func (q Quotas) CSV(ctx context.Context) (string, error) {
	quotas, err := q.List(ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{quotaColumns()}
	bytes := func(v Bytes) string {
		if !v.Known() {
			return v.String()
		}
		return v.mm()
	}
	for _, quota := range quotas {
		rows = append(rows, []string{
			quota.Key(), strconv.FormatInt(quota.ID, 10), bytes(quota.BlockSoft), bytes(quota.BlockHard),
			quota.FilesSoft.String(), quota.FilesHard.String(), bytes(quota.BlockUsage), quota.FilesUsage.String(),
		})
	}
	err = w.WriteAll(rows)
	return b.String(), err
}

// QuotaChange is a quota whose limits are not those of a list.
type QuotaChange struct {
	Key    string `json:"key" col:"OWNER"`
	Before string `json:"before" col:"BEFORE"` // soft:hard of storage, soft:hard of files; "" for an owner without a quota
	After  string `json:"after" col:"AFTER"`
	// Command is what sets the limits.
	Command string `json:"command" col:"COMMAND"`

	quota *Quota
	spec  quotaSpec
}

// String returns the owner with the limits before and after.
func (c *QuotaChange) String() string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s → %s", c.Key, orNothing(c.Before), c.After)
}

// QuotaChanges are the changes that make the quotas of a file system those of a list.
type QuotaChanges struct {
	Filesystem string         `json:"filesystem" col:"FILE SYSTEM"`
	Same       int            `json:"same" col:"SAME"` // quotas that are so already
	Changes    []*QuotaChange `json:"changes" col:"CHANGES"`

	fs *Filesystem
}

// String returns one line for each change.
func (c *QuotaChanges) String() string {
	if c == nil {
		return ""
	}
	var b strings.Builder
	for _, change := range c.Changes {
		b.WriteString(change.String() + "\n")
	}
	fmt.Fprintf(&b, "%s of %s to change, %d as they should be\n", spell.Count(len(c.Changes), "quota"), c.Filesystem, c.Same)
	return b.String()
}

// Preview compares quotas with a list of comma-separated values as [Quotas.CSV] writes it, and returns what would have to
// be changed; [QuotaChanges.Apply] does it. Columns are taken by their names in the first line; only key is needed, and
// a limit whose column or value is missing stays as it is. Where there is an id it says who is meant, whatever the name.
// Quotas that the list does not name are left alone. It runs mmrepquota once.
func (q Quotas) Preview(ctx context.Context, list string) (*QuotaChanges, error) {
	wanted, err := q.parseCSV(list)
	if err != nil {
		return nil, err
	}
	have, err := q.fs.Quotas.List(ctx)
	if err != nil {
		return nil, err
	}
	byKey, byID := make(map[string]*Quota, len(have)), make(map[string]*Quota, len(have))
	for _, quota := range have {
		byKey[quota.Key()], byID[quota.identityKey()] = quota, quota
	}
	changes := &QuotaChanges{Filesystem: q.fs.Name, Changes: []*QuotaChange{}, fs: q.fs}
	for _, w := range wanted {
		now := byKey[w.quota.Key()]
		if w.quota.ID >= 0 && w.quota.Type != FilesetQuota {
			if known := byID[w.quota.identityKey()]; known != nil {
				now = known
			}
		}
		change := &QuotaChange{Key: w.quota.Key(), quota: w.quota, spec: w.spec}
		if now != nil {
			if w.spec.same(now) {
				changes.Same++
				continue
			}
			change.Before, change.quota = now.limits(), now
		} else if w.spec.same(w.quota.without()) {
			changes.Same++ // nobody, and no limits
			continue
		}
		after := *change.quota
		if now == nil {
			after = *w.quota.without()
			change.quota = &after
		}
		w.spec.apply(&after)
		change.After = after.limits()
		cmd, err := mmexec.MmSetQuota(change.quota.target(), w.spec.command(change.quota))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", w.line, err)
		}
		change.Command = cmd.String()
		changes.Changes = append(changes.Changes, change)
	}
	return changes, nil
}

// identityKey names an owner by number.
func (q *Quota) identityKey() string {
	return q.Fileset + "\x00" + string(q.Type) + "\x00" + strconv.FormatInt(q.ID, 10)
}

// without returns the quota of an owner who has no limits.
func (q *Quota) without() *Quota {
	none := *q
	none.BlockSoft, none.BlockHard, none.FilesSoft, none.FilesHard = Unlimited, Unlimited, Unlimited, Unlimited
	return &none
}

// Apply sets the limits. It runs mmsetquota once for each change, and stops at the first that is refused; what is done
// stays done, and a new preview shows what is left.
func (c *QuotaChanges) Apply(ctx context.Context) error {
	if c == nil || c.fs == nil {
		return errNil("list of changes")
	}
	for i, change := range c.Changes {
		if _, err := c.fs.c.run(ctx)(mmexec.MmSetQuota(change.quota.target(), change.spec.command(change.quota))); err != nil {
			return fmt.Errorf("%d of %d changes are made; %s: %w", i, len(c.Changes), change.Key, c.fs.c.explain(ctx, err))
		}
	}
	return nil
}

// wantedQuota is a line of a list.
type wantedQuota struct {
	line  int
	quota *Quota
	spec  quotaSpec
}

func (q Quotas) parseCSV(list string) ([]wantedQuota, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	r := csv.NewReader(strings.NewReader(list))
	r.TrimLeadingSpace, r.Comment = true, '#'
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("cannot read the list of quotas: %w", err)
	}
	at := make(map[string]int)
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(quotaColumns(), name) {
			return nil, fmt.Errorf("the list of quotas has a column %q; there are %s", name, strings.Join(quotaColumns(), ", "))
		}
		at[name] = i
	}
	if _, ok := at["key"]; !ok {
		return nil, errors.New("the list of quotas has no column key: the first line names the columns")
	}
	var wanted []wantedQuota
	seen := make(map[string]int)
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return wanted, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the list of quotas: %w", err)
		}
		line, _ := r.FieldPos(0)
		get := func(name string) string {
			if i, ok := at[name]; ok {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		w := wantedQuota{line: line}
		if w.quota, err = q.parse(get("key")); err == nil {
			err = w.read(get)
		}
		if err == nil && seen[w.quota.Key()] > 0 {
			err = fmt.Errorf("%s is also in line %d", w.quota.Key(), seen[w.quota.Key()])
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		seen[w.quota.Key()] = line
		wanted = append(wanted, w)
	}
}

func (w *wantedQuota) read(get func(string) string) error {
	if id := get("id"); id != "" {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no id", id)
		}
		w.quota.ID = n
	}
	for name, set := range map[string]**Bytes{"block_soft": &w.spec.blockSoft, "block_hard": &w.spec.blockHard} {
		if text := get(name); text != "" {
			b, err := ParseBytes(text)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if b == 0 {
				b = Unlimited
			}
			if b < 0 {
				return fmt.Errorf("%s cannot be %s", name, text)
			}
			*set = &b
		}
	}
	for name, set := range map[string]**Count{"files_soft": &w.spec.filesSoft, "files_hard": &w.spec.filesHard} {
		if text := get(name); text != "" {
			n := Count(Unlimited)
			if !strings.EqualFold(text, "unlimited") {
				v, err := strconv.ParseInt(text, 10, 64)
				if err != nil || v < 0 {
					return fmt.Errorf("%s: %q is no number of files", name, text)
				}
				if v > 0 {
					n = Count(v)
				}
			}
			*set = &n
		}
	}
	return nil
}
