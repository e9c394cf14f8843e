package learn

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

//go:embed lessons/*.txtar
var files embed.FS

// Lessons returns the lessons in the order in which they are best taken: that of the numbers of their files.
func Lessons() ([]*Lesson, error) {
	entries, err := files.ReadDir("lessons")
	if err != nil {
		return nil, err
	}
	var lessons []*Lesson
	for _, e := range entries {
		data, err := files.ReadFile(path.Join("lessons", e.Name()))
		if err != nil {
			return nil, err
		}
		_, name, _ := strings.Cut(strings.TrimSuffix(e.Name(), ".txtar"), "-")
		l, err := Parse(name, data)
		if err != nil {
			return nil, err
		}
		lessons = append(lessons, l)
	}
	return lessons, nil
}

// Find returns the lesson of a name, and the one after it, nil when it is the last.
func Find(name string) (lesson, next *Lesson, err error) {
	lessons, err := Lessons()
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for i, l := range lessons {
		if l.Name == name {
			if i+1 < len(lessons) {
				next = lessons[i+1]
			}
			return l, next, nil
		}
		names = append(names, l.Name)
	}
	return nil, nil, fmt.Errorf("no lesson %q: there are %s", name, strings.Join(names, ", "))
}
