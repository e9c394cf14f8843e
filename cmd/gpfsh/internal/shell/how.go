package shell

import (
	"context"
	"fmt"
	"strings"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp/phrasebook"
)

// how tells what mm commands are in the language: one line that was given whole, one command, or all that is about a
// word. Without any, it shows the whole table.
func (s *Shell) how(_ context.Context, arg string) error {
	words := strings.Fields(arg)
	if len(words) > 1 {
		if expr := phrasebook.Translate(words); expr != "" {
			s.offer(expr)
			_, err := fmt.Fprintln(s.Render.Out, style.Printable(expr))
			return err
		}
	}
	word := ""
	if len(words) > 0 {
		word = words[0]
	}
	found := phrasebook.All()
	if word != "" {
		found = phrasebook.Of(word)
	}
	if len(found) == 0 {
		return fmt.Errorf("no expression for %s is known: type the command as it is, or Mm(%q)", word, arg)
	}
	if len(words) > 0 {
		s.offer(found[0].Expr())
	}
	return s.phrases(found)
}

// phrases shows phrases side by side where the window is wide enough, else one part below the other.
func (s *Shell) phrases(list []phrasebook.Phrase) error {
	left, right := 0, 0
	for _, p := range list {
		left, right = max(left, len(p.Line())), max(right, len(p.Expr()))
	}
	beside := s.Render.Width == 0 || 2+left+3+right <= s.Render.Width
	group := ""
	var b strings.Builder
	for _, p := range list {
		if p.Group != group {
			group = p.Group
			b.WriteString(s.Render.Styles.Apply(style.Header, group) + "\n")
		}
		note := ""
		if p.Note != "" {
			note = s.Render.Styles.Apply(style.Dim, "// "+p.Note)
		}
		switch room := s.Render.Width - (2 + left + 3 + right + 3); {
		case !beside:
			b.WriteString("  " + p.Line() + "\n      " + p.Expr() + "\n")
			if note != "" {
				b.WriteString("      " + note + "\n")
			}
		case note != "" && (s.Render.Width == 0 || len(p.Note)+3 <= room):
			fmt.Fprintf(&b, "  %-*s   %-*s   %s\n", left, p.Line(), right, p.Expr(), note)
		case note != "":
			fmt.Fprintf(&b, "  %-*s   %s\n  %*s   %s\n", left, p.Line(), p.Expr(), left, "", note)
		default:
			fmt.Fprintf(&b, "  %-*s   %s\n", left, p.Line(), p.Expr())
		}
	}
	_, err := fmt.Fprint(s.Render.Out, b.String())
	return err
}
