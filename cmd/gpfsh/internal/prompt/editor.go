package prompt

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"

	goprompt "github.com/c-bata/go-prompt"
	"github.com/mattn/go-runewidth"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/completer"
)

// EditorOptions say what an editor works with.
type EditorOptions struct {
	In, Out *os.File // the terminal
	History *History
	Styles  style.Styles
	// Complete returns what may stand at offset in src, the whole entry so far. asked says that somebody pressed a key
	// to have it.
	Complete func(src string, offset int, asked bool) completer.Result
	// EditorCommand is the program that Ctrl-X Ctrl-E opens; "" means vi.
	EditorCommand string
}

// Editor reads lines from a terminal, with completion, history and colours.
type Editor struct {
	opts   EditorOptions
	screen *screen
	keys   *keyboard
	prompt *goprompt.Prompt

	at    Prompt // of the line that is read
	shown drawn  // of the line that is read

	search  atomic.Bool // the history is searched
	found   atomic.Bool // and something was found
	more    atomic.Bool // the list shows less than there is for who asks, or only help on a call
	force   atomic.Bool // somebody has asked for it, without choosing
	ctrlX   bool        // the last key was Ctrl-X
	last    string      // the text that was drawn last
	undos   []string    // what it was before
	undoing bool
	blank   bool   // the last question was about an empty line
	cut     string // by Ctrl-K, Ctrl-U or Ctrl-W
}

// drawn is what the last key press led to.
type drawn struct {
	text        string // of the line
	cursor      int    // cells before the cursor, with the prompt
	before      string // text before the cursor
	suggestions []goprompt.Suggest
}

// maxSuggestions is how many suggestions are shown at once where the window has room.
const maxSuggestions = 8

// NewEditor makes an editor for a terminal. The error says why this terminal cannot be edited on.
func NewEditor(o EditorOptions) (e *Editor, err error) {
	// go-prompt opens the controlling terminal, and panics where there is none.
	tty, err := os.OpenFile("/dev/tty", os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	tty.Close()
	e = &Editor{opts: o}
	e.screen = &screen{out: o.Out, highlight: &highlighter{styles: o.Styles}}
	if e.keys, err = newKeyboard(o.In, e.screen); err != nil {
		return nil, err
	}
	e.keys.special = e.special
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the line editor cannot start: %v", p)
		}
	}()
	options := append(screenOptions(e.screen),
		goprompt.OptionParser(e.keys),
		goprompt.OptionLivePrefix(func() (string, bool) { return e.prefix(), true }),
		goprompt.OptionSetExitCheckerOnInput(e.stops),
	)
	e.prompt = goprompt.New(nil, e.complete, append(append(options, bindings()...), e.editing())...)
	return e, nil
}

// prefix is what stands before the line.
func (e *Editor) prefix() string {
	if e.search.Load() {
		return "search history: "
	}
	return e.at.Text
}

// Redraw draws the line again, with new suggestions. It may be called from any goroutine.
func (e *Editor) Redraw() { e.keys.redraw() }

// Close gives back what the editor holds.
func (e *Editor) Close() error {
	e.keys.close()
	return nil
}

// Read reads a line.
func (e *Editor) Read(ctx context.Context, p Prompt) (line string, err error) {
	e.at, e.screen.prefix, e.screen.highlight.before = p, p.Style, p.Before
	e.search.Store(false)
	e.last, e.undos, e.undoing = "", nil, false
	e.option(goprompt.OptionHistory(e.recall()))
	defer e.watch(ctx)()
	defer func() {
		if p := recover(); p != nil {
			_ = e.keys.TearDown()
			line, err = "", fmt.Errorf("the line editor failed: %v", p)
		}
	}()
	for {
		_, height := e.keys.size()
		e.option(goprompt.OptionMaxSuggestion(uint16(max(0, min(maxSuggestions, height-3)))))
		e.shown = drawn{}
		text := e.prompt.Input()
		why, last := e.keys.state()
		switch why {
		case stopInterrupt:
			return "", ErrInterrupted
		case stopEnd:
			return "", io.EOF
		case stopSignal:
			return "", context.Cause(ctx)
		case stopSuspend:
			e.suspend()
			continue
		case stopEdit:
			e.editElsewhere()
			continue
		case stopRedraw:
			e.home()
			continue
		}
		if text == "" && last == keyCtrlD {
			return "", io.EOF
		}
		return takeLine(text), nil
	}
}

// option changes an option of the prompt. go-prompt's options are functions on it and may be applied at any time.
func (e *Editor) option(o goprompt.Option) { _ = o(e.prompt) }

// recall is the history as lines.
func (e *Editor) recall() []string {
	entries := e.opts.History.Entries()
	lines := make([]string, len(entries))
	for i, entry := range entries {
		lines[i] = showLine(entry)
	}
	return lines
}

// watch ends the line, or draws it again, when a signal says so. The caller calls what it returns when the line is read.
func (e *Editor) watch(ctx context.Context) (stop func()) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGWINCH, syscall.SIGCONT, syscall.SIGINT)
	done := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for {
			select {
			case s := <-signals:
				if s == syscall.SIGINT {
					e.keys.press(keyCtrlC)
					continue
				}
				e.keys.end(stopRedraw)
			case <-ctx.Done():
				e.keys.end(stopSignal)
				return
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
		<-finished
	}
}

// suspend puts the program into the background, as Ctrl-Z does everywhere else. The terminal is not raw here.
func (e *Editor) suspend() {
	e.home()
	fmt.Fprintln(e.opts.Out, e.at.Text+takeLine(e.shown.text))
	_ = syscall.Kill(0, syscall.SIGTSTP)
}

// home goes to where the line begins and clears the screen from there.
func (e *Editor) home() {
	width, _ := e.keys.size()
	up := ""
	if rows := e.shown.cursor / width; rows > 0 {
		up = fmt.Sprintf("\x1b[%dA", rows)
	}
	fmt.Fprint(e.opts.Out, "\r"+up+"\x1b[J")
}

// stops tells go-prompt after each key whether the line ends without a line. What it then draws would be in the way.
func (e *Editor) stops(string, bool) bool {
	why, _ := e.keys.state()
	if why == stopNot {
		return false
	}
	e.screen.mute = true
	return true
}

// complete is asked by go-prompt after each key, and with an empty line in between.
func (e *Editor) complete(d goprompt.Document) []goprompt.Suggest {
	before := takeLine(d.TextBeforeCursor())
	text := takeLine(d.Text)
	key := d.LastKeyStroke()
	asked := key == goprompt.Tab
	if d.Text != "" && e.force.Swap(false) {
		asked = true
	}
	choosing := key == goprompt.Tab || key == goprompt.BackTab || key == goprompt.Up || key == goprompt.Down
	e.changed(d.Text)
	if choosing && len(e.shown.suggestions) > 0 && e.shown.text == d.Text && e.shown.before == before {
		return e.shown.suggestions // the list must not change while somebody chooses from it
	}
	if e.search.Load() {
		e.shown = drawn{text: d.Text, before: before, cursor: runewidth.StringWidth(e.prefix()) + runewidth.StringWidth(d.TextBeforeCursor())}
		e.option(goprompt.OptionCompletionWordSeparator("\x00"))
		e.shown.suggestions = e.recalled(text)
		e.found.Store(len(e.shown.suggestions) > 0)
		return e.shown.suggestions
	}
	if d.Text == "" && !asked {
		e.shown.suggestions = nil
		return nil
	}
	e.more.Store(false)
	base := len(e.at.Before)
	src := e.at.Before + text
	offset := base + len(before)
	res := e.ask(src, offset, asked)
	e.shown = drawn{
		text: d.Text, before: before,
		cursor: runewidth.StringWidth(e.at.Text) + runewidth.StringWidth(d.TextBeforeCursor()),
	}
	if res.Start < base || res.Start > offset {
		return nil
	}
	e.option(goprompt.OptionCompletionWordSeparator(separator(src[base:res.Start])))
	if len(res.Suggestions) == 1 && res.Suggestions[0].Kind == completer.KindHint {
		// Help on a call is shown and cannot be chosen.
		h := res.Suggestions[0]
		e.more.Store(true)
		e.shown.suggestions = []goprompt.Suggest{{Text: h.Type, Description: h.Doc}}
		return e.shown.suggestions
	}
	e.more.Store(res.More && !asked)
	for _, s := range res.Suggestions {
		e.shown.suggestions = append(e.shown.suggestions, goprompt.Suggest{Text: showLine(s.Text), Description: description(s)})
	}
	if asked && len(e.shown.suggestions) == 1 {
		e.keys.press(keyTab) // the one there is, is chosen
	}
	return e.shown.suggestions
}

// ask asks for completions. A fault there costs the suggestions of one key press and not the line.
func (e *Editor) ask(src string, offset int, asked bool) (res completer.Result) {
	defer func() {
		if recover() != nil {
			res = completer.Result{Start: offset}
		}
	}()
	return e.opts.Complete(src, offset, asked)
}

// separator makes go-prompt's idea of a word begin where ours does: it looks for the last of some characters before
// the cursor, so it gets the one before the word, which is never part of the word.
func separator(before string) string {
	rs := []rune(showLine(before))
	if len(rs) == 0 {
		return "\x00" // none: the word begins with the line
	}
	return string(rs[len(rs)-1])
}

// description is what stands beside a suggestion: what it is, in as few words as can be.
func description(s completer.Suggestion) string {
	typ := strings.TrimPrefix(s.Type, "func")
	switch s.Kind {
	case "const", "type", "package", "keyword":
		typ = s.Kind // of others the type says it
	case "method", "func":
		typ = signature(typ)
	}
	text := strings.Join(strings.Fields(typ), " ")
	if doc := summary(s.Text, s.Doc); doc != "" {
		if text != "" {
			text += "  "
		}
		text += doc
	}
	return text
}

// signature leaves the error out of the results of a function: it stops the statement unless it is taken.
func signature(typ string) string {
	if before, ok := strings.CutSuffix(typ, " error"); ok {
		return before
	}
	open := strings.LastIndex(typ, " (")
	if results, ok := strings.CutSuffix(typ, ", error)"); ok && open >= 0 && !strings.Contains(results[open+2:], ",") {
		return typ[:open] + " " + results[open+2:]
	}
	return typ
}

// summary is the first sentence of a doc comment without the name that it begins with by custom.
func summary(text, doc string) string {
	doc = strings.Join(strings.Fields(doc), " ")
	name := strings.TrimRight(text, "()/")
	rest, ok := strings.CutPrefix(doc, name+" ")
	if !ok {
		return doc
	}
	for _, verb := range []string{"is ", "are ", "returns "} {
		if r, ok := strings.CutPrefix(rest, verb); ok {
			return r
		}
	}
	return rest
}
