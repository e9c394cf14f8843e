package prompt

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	goprompt "github.com/c-bata/go-prompt"

	"gpfsh/cmd/gpfsh/internal/style"
)

// The roles that text has on the screen. go-prompt knows colours only, so the colours it is given name the role, and
// the screen decides how each looks.
const (
	roleInput goprompt.Color = 1000 + iota
	rolePrefix
	rolePreview
	roleSuggestion
	roleSelected
	roleDescription
	roleSelectedDescription
	roleScrollThumb
	roleScrollBar
)

// looks are the styles of the list of suggestions: foreground and background are both set, so that it is legible on any
// background. Without colours the chosen line is reversed.
var looks = map[goprompt.Color]struct{ colour, plain style.Style }{
	rolePreview:             {"4", "4"},
	roleSuggestion:          {"30;47", ""},
	roleSelected:            {"1;97;44", "7"},
	roleDescription:         {"34;47", ""},
	roleSelectedDescription: {"97;44", "7"},
	roleScrollThumb:         {"100", "7"},
	roleScrollBar:           {"47", ""},
}

// screen writes what the line editor draws. It colours the input on its way, which go-prompt cannot, and tells the
// keyboard what has been drawn.
type screen struct {
	out       io.Writer
	highlight *highlighter
	prefix    style.Style

	buf  bytes.Buffer
	role goprompt.Color
	// mute drops what is drawn: the line is about to be drawn again.
	mute bool
	// mark tells what is written behind the input when the line ends: ^C.
	mark func() string

	drawing  bool
	finished bool        // a drawing is complete and not written yet
	selected atomic.Bool // a suggestion is chosen, as drawn last
	drawn    func()      // called after each drawing
}

// Flush writes what was drawn. The terminal is raw, so line ends need their carriage return.
func (s *screen) Flush() error {
	text := bytes.ReplaceAll(s.buf.Bytes(), []byte("\n"), []byte("\r\n"))
	s.buf.Reset()
	var err error
	if !s.mute {
		_, err = s.out.Write(text)
	}
	if s.finished {
		s.finished = false
		s.drawn()
	}
	return err
}

// WriteStr writes text in its role.
func (s *screen) WriteStr(text string) {
	switch s.role {
	case roleInput:
		line, ended := strings.CutSuffix(text, "\n")
		s.raw(s.highlight.colour(line))
		if ended {
			s.raw(s.mark() + "\n")
		}
	case rolePrefix:
		s.raw(s.highlight.styles.Apply(s.prefix, text))
	default:
		s.raw(style.Printable(visible(text)))
	}
}

// SetColor changes the role of the text that follows.
func (s *screen) SetColor(fg, bg goprompt.Color, bold bool) {
	role := fg
	if bg == roleScrollThumb || bg == roleScrollBar {
		role = bg
	}
	if role == roleSelected && s.drawing {
		s.selected.Store(true)
	}
	s.role = role
	look := looks[role].plain
	if s.highlight.styles.On {
		look = looks[role].colour
	}
	s.raw("\x1b[0" + prefixed(";", string(look)) + "m")
}

func prefixed(sep, s string) string {
	if s == "" {
		return ""
	}
	return sep + s
}

// HideCursor begins a drawing, ShowCursor ends it.
func (s *screen) HideCursor() {
	s.drawing = true
	s.selected.Store(false)
	s.raw("\x1b[?25l")
}

// ShowCursor ends a drawing.
func (s *screen) ShowCursor() {
	s.drawing, s.finished = false, true
	s.raw("\x1b[?25h")
}

func (s *screen) raw(text string) { s.buf.WriteString(text) }

// WriteRaw writes bytes as they are.
func (s *screen) WriteRaw(data []byte) { s.buf.Write(data) }

// Write writes bytes without what a terminal would act on.
func (s *screen) Write(data []byte) { s.WriteStr(string(data)) }

// WriteRawStr writes text as it is.
func (s *screen) WriteRawStr(data string) { s.raw(data) }

// The rest of the interface are the sequences of every terminal of today.

// EraseScreen clears the screen.
func (s *screen) EraseScreen() { s.raw("\x1b[2J") }

// EraseUp clears the screen above the cursor.
func (s *screen) EraseUp() { s.raw("\x1b[1J") }

// EraseDown clears the screen below the cursor.
func (s *screen) EraseDown() { s.raw("\x1b[J") }

// EraseStartOfLine clears the line before the cursor.
func (s *screen) EraseStartOfLine() { s.raw("\x1b[1K") }

// EraseEndOfLine clears the line behind the cursor.
func (s *screen) EraseEndOfLine() { s.raw("\x1b[K") }

// EraseLine clears the line.
func (s *screen) EraseLine() { s.raw("\x1b[2K") }

// CursorGoTo places the cursor; 0, 0 is the upper left corner.
func (s *screen) CursorGoTo(row, col int) {
	if row == 0 && col == 0 {
		s.raw("\x1b[H")
		return
	}
	s.raw("\x1b[" + strconv.Itoa(row) + ";" + strconv.Itoa(col) + "H")
}

// CursorUp moves the cursor; a negative n moves it down.
func (s *screen) CursorUp(n int) { s.move(n, "A", "B") }

// CursorDown moves the cursor; a negative n moves it up.
func (s *screen) CursorDown(n int) { s.move(n, "B", "A") }

// CursorForward moves the cursor to the right; a negative n moves it to the left.
func (s *screen) CursorForward(n int) { s.move(n, "C", "D") }

// CursorBackward moves the cursor to the left; a negative n moves it to the right.
func (s *screen) CursorBackward(n int) { s.move(n, "D", "C") }

func (s *screen) move(n int, there, back string) {
	switch {
	case n > 0:
		s.raw("\x1b[" + strconv.Itoa(n) + there)
	case n < 0:
		s.raw("\x1b[" + strconv.Itoa(-n) + back)
	}
}

// AskForCPR asks where the cursor is.
func (s *screen) AskForCPR() { s.raw("\x1b[6n") }

// SaveCursor remembers where the cursor is.
func (s *screen) SaveCursor() { s.raw("\x1b7") }

// UnSaveCursor returns to where the cursor was.
func (s *screen) UnSaveCursor() { s.raw("\x1b8") }

// ScrollDown moves down a line, scrolling at the end of the screen.
func (s *screen) ScrollDown() { s.raw("\x1bD") }

// ScrollUp moves up a line, scrolling at the top of the screen.
func (s *screen) ScrollUp() { s.raw("\x1bM") }

// SetTitle and ClearTitle leave the title of the window alone: it is not ours.
func (s *screen) SetTitle(string) {}

// ClearTitle leaves the title of the window alone.
func (s *screen) ClearTitle() {}

var _ goprompt.ConsoleWriter = (*screen)(nil)

// screenOptions give go-prompt the roles as colours.
func screenOptions(s *screen) []goprompt.Option {
	return []goprompt.Option{
		goprompt.OptionWriter(s),
		goprompt.OptionInputTextColor(roleInput),
		goprompt.OptionPrefixTextColor(rolePrefix),
		goprompt.OptionPreviewSuggestionTextColor(rolePreview),
		goprompt.OptionSuggestionTextColor(roleSuggestion),
		goprompt.OptionSelectedSuggestionTextColor(roleSelected),
		goprompt.OptionDescriptionTextColor(roleDescription),
		goprompt.OptionSelectedDescriptionTextColor(roleSelectedDescription),
		goprompt.OptionScrollbarThumbColor(roleScrollThumb),
		goprompt.OptionScrollbarBGColor(roleScrollBar),
	}
}
