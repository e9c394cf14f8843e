package prompt

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	goprompt "github.com/c-bata/go-prompt"
)

// What go-prompt lacks of line editing: searching the history, undoing, putting back what was cut, an editor for long
// entries.

const (
	keyCtrlE = "\x05"
	keyCtrlG = "\x07"
	keyCtrlR = "\x12"
	keyCtrlU = "\x15"
	keyCtrlX = "\x18"

	maxUndo = 200
)

// special takes the keys that mean something to the editor before go-prompt sees them. k.mu is held.
func (e *Editor) special(k *keyboard, key string) (out string, ends, taken bool) {
	prefixed := e.ctrlX
	e.ctrlX = key == keyCtrlX
	switch {
	case key == keyCtrlX:
		return "", false, true
	case prefixed && key == keyCtrlE:
		k.why = stopEdit
		return keyNone, true, true
	case key == keyCtrlR && e.search.Load():
		return keyTab, false, true // the one before it
	case key == keyCtrlR:
		e.search.Store(true)
		return keyNone, false, true
	case !e.search.Load() && (key == keyTab || key == keyBackTab) && e.more.Load() && !k.screen.selected.Load():
		e.force.Store(true)
		return keyNone, false, true // the list grows before anything is chosen from it
	case !e.search.Load():
		return "", false, false
	case key == keyCtrlG || key == keyEscape:
		e.search.Store(false)
		return keyNone, false, true
	case key == keyEnter || key == "\n":
		if !k.screen.selected.Load() && e.found.Load() {
			k.pending = append([]byte(keyEnter), k.pending...)
			return keyTab, false, true // the first one, and then it
		}
		e.search.Store(false)
		return keyNone, false, true
	case key == keyCtrlC:
		e.search.Store(false)
	}
	return "", false, false
}

// recalled are the entries of the history that hold a text, the latest first.
func (e *Editor) recalled(text string) []goprompt.Suggest {
	var list []goprompt.Suggest
	for _, entry := range slices.Backward(e.opts.History.Entries()) {
		if strings.Contains(strings.ToLower(entry), strings.ToLower(text)) {
			list = append(list, goprompt.Suggest{Text: showLine(entry)})
			if len(list) == maxUndo {
				break
			}
		}
	}
	return list
}

// changed remembers a text that is about to be something else. Before each key go-prompt asks with an empty line once,
// whatever the line is.
func (e *Editor) changed(text string) {
	if text == "" && !e.blank {
		e.blank = true
		return
	}
	e.blank = text == ""
	if text == e.last {
		return
	}
	if !e.undoing {
		e.undos = append(e.undos, e.last)
		if len(e.undos) > maxUndo {
			e.undos = slices.Delete(e.undos, 0, 1)
		}
	}
	e.last, e.undoing = text, false
}

func setText(b *goprompt.Buffer, text string) {
	b.CursorRight(len([]rune(b.Document().TextAfterCursor())))
	b.DeleteBeforeCursor(len([]rune(b.Text())))
	b.InsertText(text, false, true)
}

// editing are the bindings of the keys that change the line.
func (e *Editor) editing() goprompt.Option {
	// go-prompt has cut the text already when these are called.
	cut := func(b *goprompt.Buffer) {
		now := b.Text()
		before := e.last
		if len(now) >= len(before) {
			return
		}
		n := 0
		for n < len(now) && now[n] == before[n] {
			n++
		}
		if rest := now[n:]; strings.HasSuffix(before[n:], rest) {
			e.cut = strings.TrimSuffix(before[n:], rest)
		}
	}
	return goprompt.OptionAddKeyBind(
		goprompt.KeyBind{Key: goprompt.ControlK, Fn: cut},
		goprompt.KeyBind{Key: goprompt.ControlU, Fn: cut},
		goprompt.KeyBind{Key: goprompt.ControlW, Fn: cut},
		goprompt.KeyBind{Key: goprompt.ControlY, Fn: func(b *goprompt.Buffer) { b.InsertText(e.cut, false, true) }},
		goprompt.KeyBind{Key: goprompt.ControlUnderscore, Fn: func(b *goprompt.Buffer) {
			if n := len(e.undos); n > 0 {
				text := e.undos[n-1]
				e.undos, e.undoing = e.undos[:n-1], true
				setText(b, text)
			}
		}},
	)
}

// editElsewhere lets the user's own editor have the entry. The terminal is not raw here.
func (e *Editor) editElsewhere() {
	e.home()
	text, err := editText(e.opts.In, e.opts.Out, e.opts.EditorCommand, takeLine(e.shown.text))
	if err != nil {
		fmt.Fprintf(e.opts.Out, "gpfsh: %v\n", err)
		return
	}
	e.keys.press(keyCtrlE + keyCtrlU + pasteBegin + text + pasteEnd)
}

func editText(in, out *os.File, command, text string) (string, error) {
	if command == "" {
		command = "vi"
	}
	f, err := os.CreateTemp("", "gpfsh-*.go")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	if _, err := f.WriteString(text + "\n"); err != nil {
		f.Close()
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	cmd := exec.Command("/bin/sh", "-c", command+` "$1"`, "sh", f.Name())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, out
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("the editor %q: %w", command, err)
	}
	data, err := os.ReadFile(f.Name())
	return strings.TrimRight(string(data), "\n"), err
}
