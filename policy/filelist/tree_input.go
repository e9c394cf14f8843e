package filelist

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"gpfsh/policy/scan"
)

// tree is the input of a directory.
type tree struct {
	root string
	o    scan.Options
}

func (t *tree) String() string { return "files below " + t.root }

// treeIDs is what a directory can tell of its files.
const treeIDs = set(1<<idInode | 1<<idSize | 1<<idKB | 1<<idUID | 1<<idGID | 1<<idNLink | 1<<idAccess | 1<<idModify |
	1<<idChange | 1<<idCreate | 1<<idBlockSize | 1<<idDevice | 1<<idRDevice | 1<<idMode | 1<<idType | 1<<idPath)

func (t *tree) prepare(sc *schema) error {
	var xattrs []Attr
	for _, a := range sc.extras {
		if strings.HasPrefix(string(a), "xattr:") {
			xattrs = append(xattrs, a)
		}
	}
	if sc.ids&((1<<idExtra)-1)&^treeIDs != 0 || len(xattrs) < len(sc.extras) {
		inner := *sc
		inner.ids &= 1<<idExtra - 1
		return missingError(&inner, treeIDs, xattrs, "only the policy engine knows it: take a list of mmapplypolicy")
	}
	return nil
}

// masks says what to ask the kernel for.
var masks = map[id]scan.Mask{
	idSize: scan.MaskSize, idKB: scan.MaskBlocks, idUID: scan.MaskUID, idGID: scan.MaskGID, idNLink: scan.MaskNLink,
	idAccess: scan.MaskATime, idModify: scan.MaskMTime, idChange: scan.MaskCTime, idCreate: scan.MaskBTime,
	idBlockSize: scan.MaskType, idDevice: scan.MaskType, idRDevice: scan.MaskType, idMode: scan.MaskMode,
}

// treeWorker is what one goroutine of a scan works with.
type treeWorker struct {
	out    consumer
	rec    rec
	report workerReport
	path   []byte
	mode   [10]byte
	xattrs [maxExtras][]byte
	taken  int
}

// flushEvery is after how many objects a worker's consumer may let go of what it has gathered.
const flushEvery = 4096

func (t *tree) read(ctx context.Context, in *intake) (Report, error) {
	var mask scan.Mask
	for i, m := range masks {
		if in.sc.ids.has(i) {
			mask |= m
		}
	}
	workers := make([]*treeWorker, in.workers)
	for i := range workers {
		workers[i] = &treeWorker{out: in.consumer(i)}
	}
	var piece atomic.Int64
	o := t.o
	o.Workers, o.Seen = in.workers, &in.progress.records
	stats, err := scan.Scan(ctx, t.root, o, func(e *scan.Entry) error {
		w := workers[e.Worker]
		w.report.Read++
		if e.Type != scan.Regular && !in.plus {
			w.report.Skipped++
			return nil
		}
		if !w.fill(e, in.sc, mask) {
			w.report.Rejected++
			return nil
		}
		used, err := w.out.take(&w.rec)
		if err != nil {
			return err
		}
		if used {
			w.report.Used++
		} else {
			w.report.Skipped++
		}
		if w.taken++; w.taken%flushEvery == 0 {
			return w.out.flush(piece.Add(1))
		}
		return nil
	})
	var total Report
	for _, w := range workers {
		if err == nil {
			err = w.out.flush(piece.Add(1))
		}
		total.add(&w.report.Report)
	}
	// Directories that could not be entered were read as objects, but what is in them was not.
	for _, e := range stats.Errors {
		if len(total.Rejects) < keptRejects {
			total.Rejects = append(total.Rejects, Reject{Source: e.Path, Reason: e.Op + ": " + e.Err.Error()})
		}
	}
	total.Vanished = stats.Vanished
	failed := stats.Vanished + stats.Unreadable
	total.Read += failed - total.Rejected
	total.Rejected = failed
	if cause := ctx.Err(); cause != nil && err == nil {
		err = cause
	}
	return total, err
}

// fill reads what is needed of an object. A failure is counted by the scan.
func (w *treeWorker) fill(e *scan.Entry, sc *schema, mask scan.Mask) bool {
	r, i := &w.rec, &e.Info
	r.has = 0
	if mask != 0 && e.Stat(mask) != nil {
		return false
	}
	r.setNum(idInode, int64(e.Inode))
	r.str[idType-numIDs] = append(r.str[idType-numIDs][:0], byte(e.Type))
	r.has.add(idType)
	if mask != 0 {
		r.setNum(idSize, i.Size)
		r.setNum(idKB, (i.Blocks+1)/2)
		r.setNum(idUID, int64(i.UID))
		r.setNum(idGID, int64(i.GID))
		r.setNum(idNLink, int64(i.NLink))
		r.setNum(idAccess, i.ATime.Micro())
		r.setNum(idModify, i.MTime.Micro())
		r.setNum(idChange, i.CTime.Micro())
		if i.BTime.Sec != 0 {
			r.setNum(idCreate, i.BTime.Micro())
		}
		r.setNum(idInode, int64(i.Inode))
		r.setNum(idBlockSize, int64(i.BlockSize))
		r.setNum(idDevice, int64(i.Dev))
		r.setNum(idRDevice, int64(i.RDev))
		r.has &= 1<<idInode | 1<<idType | sc.ids // what was not asked for may be wrong
	}
	if sc.ids.has(idMode) {
		r.setText(idMode, modeText(&w.mode, i.Mode, byte(e.Type)))
	}
	if sc.ids.has(idPath) {
		w.path = e.Path(w.path[:0])
		r.setText(idPath, w.path)
	}
	for k, a := range sc.extras {
		value, found, err := e.Xattr(strings.TrimPrefix(string(a), "xattr:"), w.xattrs[k][:0])
		if err != nil {
			return false
		}
		if w.xattrs[k] = value; found {
			r.setText(idExtra+id(k), value)
		}
	}
	return true
}

// modeText writes a mode as ls -l and MODE do.
func modeText(buf *[10]byte, mode uint16, kind byte) []byte {
	const letters = "rwxrwxrwx"
	buf[0] = kind
	for i := range 9 {
		buf[1+i] = '-'
		if mode&(1<<(8-i)) != 0 {
			buf[1+i] = letters[i]
		}
	}
	for i, bit := range [3]uint16{0o4000, 0o2000, 0o1000} {
		if mode&bit == 0 {
			continue
		}
		at := 3 * (i + 1)
		set, unset := byte('s'), byte('S')
		if i == 2 {
			set, unset = 't', 'T'
		}
		if buf[at] == 'x' {
			buf[at] = set
		} else {
			buf[at] = unset
		}
	}
	return buf[:]
}

var errNoInput = errors.New("no files: begin with Scan or Lists")
