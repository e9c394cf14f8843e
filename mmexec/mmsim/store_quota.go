package mmsim

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The quota part of a state directory has one line for each entry, with tab-separated fields: type, id, name, fileset,
// fileset id, remarks, default quotas on, and for blocks (KiB) and then for files: used, base, soft, hard, in doubt, end
// of the grace period (seconds since 1970, 0 for none). There can be many entries, so they are not JSON.

const quotaFields = 7 + 2*6

// escapeField keeps tabs and line ends out of a field.
var escapeField = strings.NewReplacer("\\", `\\`, "\t", `\t`, "\n", `\n`)

// unescapeField reverses escapeField.
var unescapeField = strings.NewReplacer(`\\`, "\\", `\t`, "\t", `\n`, "\n")

func encodeQuotas(quotas []Quota) []byte {
	b := make([]byte, 0, 96*len(quotas))
	text := func(s string) {
		if strings.ContainsAny(s, "\\\t\n") {
			s = escapeField.Replace(s)
		}
		b = append(append(b, s...), '\t')
	}
	number := func(n int64) { b = append(strconv.AppendInt(b, n, 10), '\t') }
	usage := func(u Usage) {
		number(u.Used)
		number(u.Base)
		number(u.Soft)
		number(u.Hard)
		number(u.InDoubt)
		if u.Grace.IsZero() {
			number(0)
		} else {
			number(u.Grace.Unix())
		}
	}
	for i := range quotas {
		q := &quotas[i]
		text(string(q.Type))
		number(q.ID)
		text(q.Name)
		text(q.Fileset)
		number(int64(q.FilesetID))
		text(q.Remarks)
		number(int64(oneZero(q.DefaultsOn)))
		usage(q.Block)
		usage(q.Files)
		b[len(b)-1] = '\n'
	}
	return b
}

func decodeQuotas(data []byte) (*[]Quota, error) {
	quotas := make([]Quota, 0, bytes.Count(data, []byte{'\n'}))
	intern := map[string]string{} // filesets and remarks repeat in nearly every line
	text := string(data)
	for line := 1; text != ""; line++ {
		end := strings.IndexByte(text, '\n')
		if end < 0 {
			end = len(text)
		}
		q, err := decodeQuota(text[:end], intern)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		quotas = append(quotas, q)
		text = text[min(end+1, len(text)):]
	}
	return &quotas, nil
}

func decodeQuota(line string, intern map[string]string) (Quota, error) {
	var fields [quotaFields]string
	n := 0
	for f := range strings.SplitSeq(line, "\t") {
		if n == quotaFields {
			return Quota{}, fmt.Errorf("more than %d fields", quotaFields)
		}
		fields[n] = f
		n++
	}
	if n != quotaFields {
		return Quota{}, fmt.Errorf("%d fields instead of %d", n, quotaFields)
	}
	var failed error
	number := func(i int) int64 {
		v, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil && failed == nil {
			failed = err
		}
		return v
	}
	plain := func(i int) string {
		if strings.IndexByte(fields[i], '\\') >= 0 {
			return unescapeField.Replace(fields[i])
		}
		return fields[i]
	}
	word := func(i int) string {
		s := plain(i)
		if known, ok := intern[s]; ok {
			return known
		}
		intern[s] = s
		return s
	}
	usage := func(i int) Usage {
		u := Usage{Used: number(i), Base: number(i + 1), Soft: number(i + 2), Hard: number(i + 3), InDoubt: number(i + 4)}
		if t := number(i + 5); t != 0 {
			u.Grace = time.Unix(t, 0).UTC()
		}
		return u
	}
	q := Quota{
		Type: QuotaType(word(0)), ID: number(1), Name: plain(2), Fileset: word(3), FilesetID: int(number(4)), Remarks: word(5),
		DefaultsOn: number(6) != 0, Block: usage(7), Files: usage(13),
	}
	return q, failed
}
