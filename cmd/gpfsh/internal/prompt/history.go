package prompt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	historyLines = 10_000   // kept for recall
	historyBytes = 4 << 20  // read from the end of the file
	historyEntry = 64 << 10 // longer entries are not kept
)

// History is the list of entries that were typed, oldest first. It is kept in a file that several sessions share: each
// appends to it, and sees what the others have written when it starts.
type History struct {
	path    string // "" keeps it in memory only
	entries []string
}

// HistoryPath returns the file of the history: below $XDG_STATE_HOME, or ~/.local/state. It is "" when there is no
// home.
func HistoryPath(getenv func(string) string) string {
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "gpfsh", "history")
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "state", "gpfsh", "history")
	}
	return ""
}

// OpenHistory reads a history. What cannot be read is left out; the error says that nothing could be read at all, and
// the history then lives in memory. fresh is true when there was no file yet.
func OpenHistory(path string) (h *History, fresh bool, err error) {
	h = &History{path: path}
	if path == "" {
		return h, true, nil
	}
	data, err := readTail(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return h, true, nil
	case err != nil:
		h.path = ""
		return h, false, fmt.Errorf("the history is not kept: %w", err)
	}
	for line := range bytes.Lines(data) {
		if entry, ok := decodeEntry(strings.TrimRight(string(line), "\r\n")); ok {
			h.remember(entry)
		}
	}
	return h, false, nil
}

// readTail reads the end of a file: a history that has grown for years does not slow down the start.
func readTail(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", path)
	}
	if info.Size() > historyBytes {
		if _, err := f.Seek(-historyBytes, io.SeekEnd); err != nil {
			return nil, err
		}
	}
	data, err := io.ReadAll(io.LimitReader(f, historyBytes))
	if info.Size() > historyBytes {
		_, data, _ = bytes.Cut(data, []byte("\n")) // the first line is cut off somewhere
	}
	return data, err
}

// Entries returns the entries, oldest first, none twice.
func (h *History) Entries() []string { return h.entries }

// Add remembers an entry. Entries that begin with a blank, empty ones, and the last one again are not remembered. The
// error says that it could not be written to the file; it is remembered all the same.
func (h *History) Add(entry string) error {
	entry = strings.TrimRight(entry, " \t\n")
	if entry == "" || entry[0] == ' ' || entry[0] == '\t' || len(entry) > historyEntry {
		return nil
	}
	if n := len(h.entries); n > 0 && h.entries[n-1] == entry {
		return nil
	}
	h.remember(entry)
	if h.path == "" {
		return nil
	}
	if err := appendLine(h.path, encodeEntry(entry)); err != nil {
		h.path = "" // say it once
		return fmt.Errorf("the history is no longer kept: %w", err)
	}
	return nil
}

// remember puts an entry at the end, from where it stood before.
func (h *History) remember(entry string) {
	if i := slices.Index(h.entries, entry); i >= 0 {
		h.entries = slices.Delete(h.entries, i, i+1)
	}
	h.entries = append(h.entries, entry)
	if over := len(h.entries) - historyLines; over > 0 {
		h.entries = slices.Delete(h.entries, 0, over)
	}
}

// appendLine adds a line to a file that others append to as well, in one write. A line that a crash has left unfinished
// is closed first.
func appendLine(path, line string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	text := line + "\n"
	if info, serr := f.Stat(); serr == nil {
		last := make([]byte, 1)
		if _, rerr := f.ReadAt(last, info.Size()-1); rerr == nil && last[0] != '\n' {
			text = "\n" + text
		}
		if info.Mode().Perm()&0o077 != 0 {
			err = f.Chmod(0o600)
		}
	}
	_, werr := f.WriteString(text)
	return errors.Join(err, werr, f.Close())
}

// encodeEntry writes an entry as one line.
func encodeEntry(entry string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(entry)
}

// decodeEntry reads a line of the file. What is no text, or what nobody can have typed, is not an entry.
func decodeEntry(line string) (string, bool) {
	if line == "" || len(line) > 2*historyEntry || !utf8.ValidString(line) || strings.ContainsFunc(line, isControl) {
		return "", false
	}
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n").Replace(line), true
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// Offer puts an entry that nobody has typed where the first press of the Up key finds it. It is not kept in the file.
func (h *History) Offer(entry string) { h.remember(entry) }
