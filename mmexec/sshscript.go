package mmexec

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"sync"
)

// What runs on the other side of ssh is always "/bin/sh": a fixed word that every login shell reads alike. The script
// comes through its standard input, where no login shell sees it, with every argument in single quotes for that one
// shell. It is one compound command, so that a script that was cut off by a lost connection does nothing at all.
//
// The standard input stays open behind the script. Its end tells the script that nobody is there any more: a reading
// command is stopped then, a changing one is not.
//
// The script reports on standard error, in lines that begin with a mark which nobody can guess: "ready DIR", "started
// PID", "exit N", "missing", "forbidden". What login shells print before the mark is not taken for output.

// remoteCommand is a command as the script on the node runs it.
type remoteCommand struct {
	mark  string
	path  string   // absolute
	words []string // what runs: [sudo -n] path args
	stdin string   // the path of a file, "" for none
}

// environment is the beginning of both scripts.
const environment = `umask 077
LC_ALL=C; export LC_ALL
unset LANG LANGUAGE TZ LC_CTYPE LC_NUMERIC LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES
S=setsid; command -v setsid >/dev/null 2>&1 || S=
`

func (r remoteCommand) prologue() string {
	return fmt.Sprintf("{\n%[1]s[ -e %[2]s ] || { echo %[3]s missing >&2; exit 0; }\n[ -x %[2]s ] || { echo %[3]s forbidden >&2; exit 0; }\n",
		environment, QuotePosix(r.path), r.mark)
}

func (r remoteCommand) redirected() string {
	in := "/dev/null"
	if r.stdin != "" {
		in = r.stdin
	}
	quoted := make([]string, len(r.words))
	for i, w := range r.words {
		quoted[i] = QuotePosix(w)
	}
	return strings.Join(quoted, " ") + " <" + QuotePosix(in)
}

// readScript runs a reading command. It dies with the connection: the part in parentheses waits for the end of the
// input, and once it has seen it, it is not to be stopped itself. (The shells at hand differ in what they take between
// kill and a process group; this form all of them do.)
func (r remoteCommand) readScript() string {
	return r.prologue() + fmt.Sprintf(`echo %[1]s
exec 3<&0
$S %[2]s 3<&- &
p=$!
echo %[1]s started $p >&2
( while read -r x <&3; do :; done; trap "" TERM; kill -TERM -$p || kill -TERM $p; sleep 2; kill -KILL -$p || kill -KILL $p ) >/dev/null 2>&1 &
w=$!
exec 3<&-
wait $p 2>/dev/null; s=$?
kill $w 2>/dev/null
echo >&2; echo %[1]s exit $s >&2
exit 0
}
`, r.mark, r.redirected())
}

// changeScript runs a changing command. It waits for the word "go" first, so that a connection that was lost before it
// is known to have changed nothing. The command is then on its own: its output goes to files and its exit status too.
func (r remoteCommand) changeScript() string {
	return r.prologue() + fmt.Sprintf(`d=$(mktemp -d "${TMPDIR:-/tmp}/gpfsh-run-XXXXXX") || exit 1
echo %[1]s
echo %[1]s ready $d >&2
read -r g; [ "$g" = go ] || { rmdir "$d"; exit 1; }
$S /bin/sh -c 'd=$1; shift; echo $$ >"$d/pid"; "$@" >"$d/stdout" 2>"$d/stderr"; echo $? >"$d/status"; mv "$d/status" "$d/exit"' gpfsh "$d" %[2]s &
echo %[1]s started $! >&2
wait $! 2>/dev/null
%[3]s
}
`, r.mark, r.redirected(), deliver(r.mark))
}

// deliver prints what the command in directory $d left behind, and removes it.
func deliver(mark string) string {
	return fmt.Sprintf(`s=$(cat "$d/exit") && cat "$d/stdout" && cat "$d/stderr" >&2 && echo >&2 && echo %[1]s exit $s >&2 && rm -rf "$d"
exit 0`, mark)
}

// collectScript waits for a command that was left to itself, as long as somebody listens.
func collectScript(mark, dir string) string {
	return fmt.Sprintf(`{
d=%[1]s
echo %[2]s
[ -d "$d" ] || { echo %[2]s missing >&2; exit 0; }
echo %[2]s started 0 >&2
exec 3<&0
( while read -r x <&3; do :; done; kill $$ ) >/dev/null 2>&1 &
w=$!
exec 3<&-
while [ ! -e "$d/exit" ] && kill -0 "$(cat "$d/pid")" 2>/dev/null; do sleep 1; done
kill $w 2>/dev/null
[ -e "$d/exit" ] || { echo %[2]s missing >&2; exit 0; }
%[3]s
}
`, QuotePosix(dir), mark, deliver(mark))
}

// putScript writes a private file of a given size; the contents come behind the script.
func putScript(mark, name string, size int) string {
	return fmt.Sprintf(`{
umask 077
d=$(mktemp -d "${TMPDIR:-/tmp}/gpfsh-XXXXXX") || exit 1
echo %[1]s
echo %[1]s ready $d >&2
head -c %[3]d >"$d"/%[2]s
[ "$(wc -c <"$d"/%[2]s)" -eq %[3]d ] || { rm -rf "$d"; exit 1; }
echo %[1]s exit 0 >&2
exit 0
}
`, mark, QuotePosix(name), size)
}

func getScript(mark, file string) string {
	return fmt.Sprintf("{\necho %[1]s\n[ -e %[2]s ] || { echo %[1]s missing >&2; exit 0; }\ncat -- %[2]s; s=$?; echo >&2; echo %[1]s exit $s >&2; exit 0\n}\n",
		mark, QuotePosix(file))
}

// greetScript does nothing: it only shows that a node answers.
func greetScript(mark string) string {
	return fmt.Sprintf("{\necho %[1]s; echo %[1]s exit 0 >&2; exit 0\n}\n", mark)
}

func removeScript(mark, file string) string {
	return fmt.Sprintf("{\necho %[1]s\nrm -rf -- %[2]s; s=$?; echo >&2; echo %[1]s exit $s >&2; exit 0\n}\n", mark, QuotePosix(path.Dir(file)))
}

// markedErr takes the standard error of a script apart: the reports of the script and what the command said.
type markedErr struct {
	mark string
	max  int64

	mu      sync.Mutex
	partial []byte
	before  bytes.Buffer // ssh, login shells
	said    bytes.Buffer // the command
	events  chan event
	started bool
	ended   bool
	status  int
	missing bool
	denied  bool
	pid     int
	dir     string
}

// event is a report that somebody waits for.
type event struct{ word, value string }

func newMarkedErr(mark string, most int64) *markedErr {
	return &markedErr{mark: mark, max: most, events: make(chan event, 8)}
}

// Write takes in a piece of standard error.
func (m *markedErr) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.partial = append(m.partial, p...)
	for {
		end := bytes.IndexByte(m.partial, '\n')
		if end < 0 {
			break
		}
		m.line(m.partial[:end+1])
		m.partial = m.partial[end+1:]
	}
	if len(m.partial) > 1<<20 { // no line of ours is that long
		m.keep(m.partial)
		m.partial = nil
	}
	return len(p), nil
}

func (m *markedErr) line(line []byte) {
	report, ok := strings.CutPrefix(strings.TrimRight(string(line), "\r\n"), m.mark+" ")
	if !ok {
		m.keep(line)
		return
	}
	word, value, _ := strings.Cut(report, " ")
	switch word {
	case "ready":
		m.dir = value
	case "started":
		m.started = true
		m.pid, _ = strconv.Atoi(value)
	case "exit":
		m.ended = true
		m.status, _ = strconv.Atoi(value)
		// The script put a line end before its report.
		if n := m.said.Len(); n > 0 {
			m.said.Truncate(n - 1)
		}
	case "missing":
		m.missing = true
	case "forbidden":
		m.denied = true
	}
	select {
	case m.events <- event{word, value}:
	default:
	}
}

func (m *markedErr) keep(text []byte) {
	to := &m.before
	if m.started || m.dir != "" {
		to = &m.said
	}
	if int64(to.Len()+len(text)) <= m.max {
		to.Write(text)
	}
}

// report is the state of a script.
type report struct {
	started, ended, missing, denied bool
	status, pid                     int
	dir                             string
	before                          string
	said                            []byte
}

func (m *markedErr) report() report {
	m.mu.Lock()
	defer m.mu.Unlock()
	return report{
		m.started, m.ended, m.missing, m.denied, m.status, m.pid, m.dir,
		strings.TrimSpace(m.before.String() + string(m.partial)), bytes.Clone(m.said.Bytes()),
	}
}

// afterMark passes on what comes behind the line with the mark: login shells may have printed before.
type afterMark struct {
	mark  string
	w     io.Writer
	found bool
	held  []byte
	fail  func(error) // called once when w does not take more
	err   error
}

// Write takes in a piece of standard output.
func (a *afterMark) Write(p []byte) (int, error) {
	n := len(p)
	if a.err != nil {
		return 0, a.err
	}
	if !a.found {
		a.held = append(a.held, p...)
		line := []byte(a.mark + "\n")
		at := bytes.Index(a.held, line)
		if at < 0 {
			if len(a.held) > 1<<20 {
				a.held = a.held[len(a.held)-len(line):]
			}
			return n, nil
		}
		a.found = true
		p, a.held = a.held[at+len(line):], nil
	}
	if len(p) > 0 {
		if _, err := a.w.Write(p); err != nil {
			a.err = err
			a.fail(err)
			return 0, err
		}
	}
	return n, nil
}
