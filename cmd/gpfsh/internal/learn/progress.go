package learn

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Progress is how far somebody has come, kept in a file.
type Progress struct {
	Lessons map[string]Mark `json:"lessons"`

	path string
}

// Mark is how far somebody has come in one lesson.
type Mark struct {
	Step   int  `json:"step,omitempty"`   // steps that are done, while the lesson is not
	Done   bool `json:"done,omitempty"`   // it was finished at least once
	Failed int  `json:"failed,omitempty"` // how often it was failed by something dangerous
}

// ProgressPath returns the file of the progress: below $XDG_STATE_HOME, or ~/.local/state. It is "" when there is no
// home.
func ProgressPath(getenv func(string) string) string {
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "gpfsh", "learn.json")
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "state", "gpfsh", "learn.json")
	}
	return ""
}

// OpenProgress reads the progress in a file, which need not be there; "" keeps it in memory. Progress that cannot be
// read is begun anew, and the error says so.
func OpenProgress(path string) (*Progress, error) {
	p := &Progress{path: path, Lessons: map[string]Mark{}}
	if path == "" {
		return p, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(data, p)
	}
	if p.Lessons == nil {
		p.Lessons = map[string]Mark{}
	}
	if err != nil {
		return p, fmt.Errorf("the progress in %s cannot be read: %w", path, err)
	}
	return p, nil
}

// Set records how far somebody has come in a lesson and writes the file, whole or not at all.
func (p *Progress) Set(lesson string, m Mark) error {
	p.Lessons[lesson] = m
	if p.path == "" {
		return nil
	}
	data, err := json.MarshalIndent(p, "", "\t")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.path), 0o700); err != nil {
		return fmt.Errorf("the progress cannot be kept: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(p.path), ".learn-*")
	if err != nil {
		return fmt.Errorf("the progress cannot be kept: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(append(data, '\n'))
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), p.path)
	}
	if err != nil {
		return fmt.Errorf("the progress cannot be kept: %w", err)
	}
	return nil
}
