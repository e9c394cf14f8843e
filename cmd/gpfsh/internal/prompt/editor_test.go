package prompt_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/cmd/gpfsh/internal/prompt"
	"gpfsh/cmd/gpfsh/internal/ptytest"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/completer"
)

// child is the environment variable that makes the test binary the program on the terminal; its value is the file of
// the history.
const child = "GPFSH_TEST_EDITOR"

func TestMain(m *testing.M) {
	if path := os.Getenv(child); path != "" {
		os.Exit(echo(path))
	}
	os.Exit(m.Run())
}

// echo reads lines and says what it has read.
func echo(path string) int {
	history, _, err := prompt.OpenHistory(path)
	if err != nil {
		fmt.Println(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	go func() {
		s := <-ended
		cancel(&prompt.SignalError{Signal: s.(syscall.Signal)})
	}()
	var e *prompt.Editor
	e, err = prompt.NewEditor(prompt.EditorOptions{
		In: os.Stdin, Out: os.Stdout, History: history, Styles: style.Styles{On: os.Getenv("NO_COLOR") == ""},
		Complete: func(src string, offset int, asked bool) completer.Result { return complete(e, src, offset, asked) },
	})
	if err != nil {
		fmt.Println("no editor:", err)
		return 3
	}
	before := ""
	for {
		at := prompt.Prompt{Text: "> ", Before: before}
		if before != "" {
			at.Text = ". "
		}
		line, err := e.Read(ctx, at)
		switch {
		case errors.Is(err, prompt.ErrInterrupted):
			fmt.Println("given up")
			before = ""
			continue
		case errors.Is(err, io.EOF):
			fmt.Println("end")
			return 0
		case err != nil:
			fmt.Println(err)
			return 1
		}
		line = before + line
		before = ""
		if strings.HasSuffix(line, "{") {
			before = line + "\n"
			continue
		}
		fmt.Printf("got %q\n", line)
		if err := history.Add(line); err != nil {
			fmt.Println(err)
		}
		if line == "panic" {
			panic("as asked")
		}
	}
}

var late = make(chan struct{})

// complete knows a few words; behind [" it knows keys, and behind late[" the keys come when the line was drawn once.
func complete(e *prompt.Editor, src string, offset int, asked bool) completer.Result {
	start := strings.LastIndexAny(src[:offset], " .(\n\"") + 1
	if i := strings.LastIndex(src[:offset], `["`); i >= 0 && !strings.Contains(src[i:offset], "]") {
		start = i + 2
	}
	switch {
	case strings.HasSuffix(src[:offset], `boom`):
		panic("a fault of the completion")
	case strings.HasSuffix(src[:offset], `help("`):
		return completer.Result{Start: offset, More: true, Suggestions: []completer.Suggestion{{Kind: completer.KindHint, Type: "name string", Doc: "what it wants"}}}
	case strings.HasSuffix(src[:offset], `more(`):
		s := completer.Suggestion{Text: "Size(", Kind: "func", Type: "(n int)"}
		if asked {
			s.Type = "now 7"
		}
		return completer.Result{Start: offset, More: !asked, Suggestions: []completer.Suggestion{s, {Text: "Width("}}}
	}
	words := []completer.Suggestion{
		{Text: "alpha", Kind: "var", Type: "int", Doc: "the first"}, {Text: "alpine", Kind: "var"}, {Text: "beta()", Kind: "func"},
	}
	if strings.HasSuffix(src[:start], `["`) {
		words = []completer.Suggestion{{Text: `one.two-three"]`, Kind: "key"}, {Text: `one.two"]`, Kind: "key"}}
		if !asked {
			words = nil
		}
	}
	if strings.HasSuffix(src[:start], `late["`) {
		select {
		case <-late:
		default:
			close(late)
			e.Redraw()
			return completer.Result{Start: start, Pending: true}
		}
		words = []completer.Suggestion{{Text: `come"]`, Kind: "key"}}
	}
	res := completer.Result{Start: start}
	for _, w := range words {
		if strings.HasPrefix(w.Text, src[start:offset]) && (start < offset || strings.HasSuffix(src[:start], `"`) || asked) {
			res.Suggestions = append(res.Suggestions, w)
		}
	}
	return res
}

func start(t *testing.T, cols, rows int) *ptytest.Terminal {
	t.Helper()
	return startWith(t, cols, rows, filepath.Join(t.TempDir(), "history"))
}

func startWith(t *testing.T, cols, rows int, history string) *ptytest.Terminal {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), child+"="+history, "TERM=xterm-256color")
	term := ptytest.Start(t, cols, rows, cmd)
	term.CursorLine(">")
	return term
}

func TestEditorReadsLines(t *testing.T) {
	term := start(t, 80, 24)
	term.Type("hello\r")
	term.Shows(`got "hello"`)
	term.CursorLine(">")
	term.Type("日本語x\x7f\x7f\x1b[Dü\r")
	term.Shows(`got "日ü本"`)
	term.Type("\r")
	term.Shows(`got ""`)
	term.Type("typed ahead\rand more\r")
	term.Shows(`got "typed ahead"`)
	term.Shows(`got "and more"`)
	term.CursorLine(">")
	term.Type("abc")
	term.CursorLine("> abc")
	term.Type("\x04\x01\x04")
	term.CursorLine("> bc")
	term.Type("\x15\x04")
	term.CursorLine("> c")
	term.Type("\x04")
	term.CursorLine(">")
	term.Type("\x04")
	term.Shows("end")
	assert.Zero(t, term.Exits())
}

func TestEditorLeavesTheTerminalAsItWas(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(*ptytest.Terminal)
		code int
		says string
	}{
		{"Ctrl-D", func(term *ptytest.Terminal) { term.Type("\x04") }, 0, "end"},
		{"a signal", func(term *ptytest.Terminal) { term.Signal(syscall.SIGTERM) }, 1, "ended by signal"},
		{"a signal while a list is shown", func(term *ptytest.Terminal) {
			term.Type("al")
			term.Shows("alpine")
			term.Signal(syscall.SIGTERM)
		}, 1, "ended by signal"},
		{"a panic", func(term *ptytest.Terminal) { term.Type("panic\r") }, 2, "as asked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			term := start(t, 80, 24)
			assert.NotEqual(t, term.Before(), term.State(), "the editor needs the terminal raw")
			tt.end(term)
			term.Shows(tt.says)
			assert.Equal(t, tt.code, term.Exits())
			assert.Equal(t, term.Before(), term.State())
			assert.True(t, strings.HasSuffix(term.Raw()[:strings.LastIndex(term.Raw(), tt.says)], "\x1b[?2004l") ||
				strings.LastIndex(term.Raw(), "\x1b[?2004l") > strings.LastIndex(term.Raw(), "\x1b[?2004h"))
		})
	}
}

func TestEditorGivesUpLines(t *testing.T) {
	term := start(t, 80, 24)
	term.Type("half a li\x03")
	term.Shows("> half a li^C\ngiven up\n>")
	term.CursorLine(">")
	term.Type("block {\r")
	term.CursorLine(".")
	term.Type("x\x03")
	term.Shows(". x^C\ngiven up\n>")
	term.CursorLine(">")
	term.Type("alive\r")
	term.Shows(`got "alive"`)
	term.CursorLine(">")
	term.Type("xy")
	term.CursorLine("> xy")
	term.Signal(syscall.SIGINT)
	term.Shows("> xy^C\ngiven up\n>")
	term.Type("z\r")
	term.Shows(`got "z"`)
}

func TestEditorCompletes(t *testing.T) {
	term := start(t, 80, 24)
	term.Type("al")
	term.Shows("alpha   int  the first")
	term.Type("\t")
	term.CursorLine("> alpha")
	term.Type("\t")
	term.CursorLine("> alpine")
	term.Type("\r") // takes it over, does not run it
	term.Until("no list", func(s string) bool { return !strings.Contains(s, "alpha") && strings.Contains(s, "> alpine") })
	assert.NotContains(t, term.Screen(), "got")
	term.Type(" + be\t")
	term.CursorLine("> alpine + beta()")
	term.Type(".x\r")
	term.Shows(`got "alpine + beta().x"`)
	term.CursorLine(">")

	// A word of completion may hold what ends words elsewhere.
	term.Type(`c["one.two`)
	term.CursorLine(`> c["one.two`)
	term.Type("\t")
	term.Shows(`one.two-three"]`)
	term.Type("\t")
	term.CursorLine(`> c["one.two-three"]`)
	term.Type("\t")
	term.CursorLine(`> c["one.two"]`)
	term.Type(".Name\r")
	term.Shows(`got "c[\"one.two\"].Name"`)
	term.CursorLine(">")

	// The only one there is needs one key.
	term.Type("bet")
	term.Shows("beta()")
	term.Type("\t")
	term.CursorLine("> beta()")
	term.Type("\x15")
	term.CursorLine(">")

	// Names that come late show themselves.
	term.Type(`late["`)
	term.Shows(`come"]`)
	term.Type("\t")
	term.CursorLine(`> late["come"]`)
}

func TestEditorHelpsOnCalls(t *testing.T) {
	term := start(t, 60, 12)
	term.CursorLine(">")
	term.Type(`help("`)
	term.Shows("name string  what it wants")
	term.Type("\t\t\x1b[Z")
	term.Type("x")
	term.CursorLine(`> help("x`)
	term.Type("\x15more(")
	term.Shows("(n int)")
	term.Type("\t")
	term.Shows("now 7")
	term.CursorLine("> more(")
	term.Type("\t")
	term.CursorLine("> more(Size(")
	term.Type("\x15boom\t")
	term.CursorLine("> boom")
	term.Type("\r")
	term.Shows(`got "boom"`)
	term.CursorLine(">")
}

func TestEditorCompletesInContinuations(t *testing.T) {
	term := start(t, 80, 24)
	term.Type("for {\r")
	term.CursorLine(".")
	term.Type("alph")
	term.Shows("the first")
	term.Type("\t")
	term.CursorLine(". alpha")
	term.Type("\r\r")
	term.Shows(`got "for {\nalpha"`)
}

func TestEditorPastes(t *testing.T) {
	term := start(t, 80, 24)
	term.Type("\x1b[200~for {\r\tf()\r}\r\x1b[201~")
	term.CursorLine("> for {↵⇥f()↵}")
	term.Type("\r")
	term.Shows(`got "for {\n\tf()\n}"`)
	term.CursorLine(">")
	// Without brackets each line is one of its own, and none is lost.
	term.Type("one\rtwo\rthree\r")
	term.Shows(`got "three"`)
	for _, want := range []string{`got "one"`, `got "two"`} {
		assert.Contains(t, term.Screen(), want)
	}
	// What was pasted is recalled as it was.
	term.CursorLine(">")
	term.Type("\x1b[A\x1b[A\x1b[A\x1b[A")
	term.CursorLine("> for {↵⇥f()↵}")
}

func TestEditorRecalls(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	term := startWith(t, 80, 24, path)
	for _, line := range []string{"first", " secret", "second", "first"} {
		term.Type(line + "\r")
		term.Shows(fmt.Sprintf("got %q", line))
		term.CursorLine(">")
	}
	term.Type("\x04")
	require.Zero(t, term.Exits())

	term = startWith(t, 80, 24, path)
	term.Type("\x1b[A")
	term.CursorLine("> first")
	term.Type("\x1b[A")
	term.CursorLine("> second")
	term.Type("\x1b[A")
	term.CursorLine("> second")
	term.Type("\x1b[B\x1b[B")
	term.CursorLine(">")
}

func TestEditorMovesByWords(t *testing.T) {
	term := start(t, 80, 24)
	term.Type("a.bcd(efg)\x1b\x7f")
	term.CursorLine("> a.bcd(")
	term.Type("\x1bb\x1bbX\x1bfY\x1b[1;5DZ\x1bd\r")
	term.Shows(`got "Z.bcd("`)
}

func TestEditorWrapsAndResizes(t *testing.T) {
	long := strings.Repeat("0123456789", 5)
	term := start(t, 20, 10)
	term.Type(long)
	term.Shows("> 012345678901234567\n89012345678901234567\n890123456789")
	term.Type("\x7f\x7f")
	term.Until("two characters less", func(s string) bool { return strings.HasSuffix(s, "\n8901234567") })
	term.Resize(70, 10)
	term.CursorLine("> " + long[:48])
	term.Type("!\r")
	term.Shows("got \"" + long[:48] + "!\"")
}

func TestEditorInSmallWindows(t *testing.T) {
	for _, size := range [][2]int{{80, 3}, {12, 4}, {9, 2}, {200, 50}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			term := start(t, size[0], size[1])
			term.Type("al")
			term.CursorLine("> al")
			term.Type("\t")
			term.CursorLine("> alpha")
			term.Type("\r\r")
			term.Shows("got")
		})
	}
}

func TestEditorColours(t *testing.T) {
	term := start(t, 80, 24)
	term.Type(`for "x"`)
	term.CursorLine(`> for "x"`)
	assert.Contains(t, term.Raw(), "\x1b[35mfor\x1b[0m \x1b[32m\"x\"\x1b[0m")
	t.Setenv("NO_COLOR", "1")
	term = start(t, 80, 24)
	term.Type(`for "x"`)
	term.CursorLine(`> for "x"`)
	term.Type(" al\t")
	term.CursorLine(`> for "x" alpha`)
	assert.NotRegexp(t, "\x1b\\[[0-9;]*[349][0-9]m", term.Raw())
	assert.Contains(t, term.Raw(), "\x1b[0;7m", "what is chosen must be seen without colours, too")
}

func TestEditorNeedsATerminal(t *testing.T) {
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), child+"="+filepath.Join(t.TempDir(), "history"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no controlling terminal
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(out), "no editor")
	assert.NotContains(t, string(out), "panic")
}
