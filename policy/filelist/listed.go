package filelist

import (
	"context"
	"fmt"
)

// Lister has the files of a query written into lists by something that knows them: the policy engine of a cluster.
type Lister interface {
	// List writes the lists and returns where they lie, and what removes them. progress may be called while it works.
	List(ctx context.Context, r Request) (paths []string, remove func(), err error)
	// String says what is listed.
	String() string
}

// Request is what lists have to hold.
type Request struct {
	Show            Layout // the SHOW text; Layout.SQL is the expression. Names are escaped with [EscapePercent].
	DirectoriesPlus bool   // directories and other objects as well
	Progress        func(phase string, objects int64)
}

// Listed is the files that a Lister lists, each time something is computed: it is asked for what the computation needs
// of each file, and for nothing else. root is the directory that Dir and Depth count from.
func Listed(l Lister, root string) Files {
	f := Files{in: &engine{lister: l}, root: root, rd: reading{terminator: '\n', escape: EscapePercent}}
	if l == nil {
		f.err = fmt.Errorf("Listed needs a Lister")
	}
	return f
}

// ShowSQL lists with a SHOW expression of one's own, which makes key=value pairs with blanks between them:
//
//	ShowSQL("'heat=' || varchar(FILE_HEAT) || ' depth=' || varchar(CLONE_DEPTH)")
//
// A key that is the name of an attribute gives that attribute, [File.Attr] has the others by their keys. The path, the
// inode, the generation and the snapshot are always there. Only the policy engine can evaluate an expression, and what
// it does is done: SETXATTR in it changes files.
func (f Files) ShowSQL(expression string) Files {
	if _, isEngine := f.in.(*engine); !isEngine {
		f.fail(fmt.Errorf("ShowSQL is for the files of a cluster: only its policy engine evaluates %q", expression))
		return f
	}
	f.rd.layout, f.shown = Layout{Pairs: true, Own: expression}, true
	return f
}

// engine is the input of a Lister.
type engine struct {
	lister Lister
	rd     reading
	shown  bool
	block  int64
}

func (e *engine) String() string { return e.lister.String() }

// reading is how the lists are to be read: with the layout that fits the schema, unless one was given.
func (e *engine) reading(sc *schema) (reading, error) {
	rd := e.rd
	if !e.shown {
		var err error
		if rd.layout, err = sc.layout(); err != nil {
			return rd, err
		}
	}
	return rd, nil
}

func (e *engine) prepare(sc *schema) error {
	rd, err := e.reading(sc)
	if err != nil {
		return err
	}
	_, err = newDecoder(rd, sc)
	return err
}

func (e *engine) read(ctx context.Context, in *intake) (Report, error) {
	rd, err := e.reading(in.sc)
	if err != nil {
		return Report{}, err
	}
	paths, remove, err := e.lister.List(ctx, Request{Show: rd.layout, DirectoriesPlus: in.plus, Progress: in.progress.listing})
	if err != nil {
		return Report{}, err
	}
	defer remove()
	in.progress.enter("reading")
	in.progress.records.Store(0)
	return (&lists{paths: paths, rd: rd, block: e.block}).read(ctx, in)
}

// listing takes what a Lister tells of its progress.
func (p *progress) listing(phase string, objects int64) {
	p.enter(phase)
	p.records.Store(objects)
}

// Fetch has the files of a cluster listed now, with what Attrs says, so that several computations read one list. It
// returns the same query over that list, and what removes it. Files that are had without a cluster stay as they are.
func (f Files) Fetch(ctx context.Context) (Files, func(), error) {
	e, isEngine := f.in.(*engine)
	if !isEngine || f.err != nil {
		return f, func() {}, f.err
	}
	sc, _, err := f.compile(nil)
	if err == nil {
		err = f.available(sc)
	}
	if err != nil {
		return f, nil, err
	}
	rd, err := (&engine{rd: f.rd, shown: f.shown}).reading(sc)
	if err != nil {
		return f, nil, err
	}
	p := &progress{}
	stop := p.watch(ctx, e.String(), f.progress)
	defer stop()
	paths, remove, err := e.lister.List(ctx, Request{Show: rd.layout, DirectoriesPlus: f.plus, Progress: p.listing})
	if err != nil {
		return f, nil, err
	}
	f.in, f.rd, f.shown = &lists{paths: paths}, rd, true
	return f, remove, nil
}

// FromCluster returns who lists the files, when that is the policy engine of a cluster.
func (f Files) FromCluster() (Lister, bool) {
	if e, isEngine := f.in.(*engine); isEngine {
		return e.lister, true
	}
	return nil, false
}
