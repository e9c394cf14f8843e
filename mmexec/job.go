package mmexec

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A long command is left to itself: Command.Detach. It then runs on the node in a session of its own, whoever began it,
// and however that one ends. What it is, what it says and how it ended is kept on the node, in a directory that is for
// its user alone, so that any later session can tell. Nothing is done twice: after a lost connection there is either a
// job or none, and [JobKeeper] says which.

// JobRecord is a command that was left to itself on a node.
type JobRecord struct {
	ID      int       `json:"id"`      // number on that node, for that user
	Argv    []string  `json:"argv"`    // without secrets
	Object  string    `json:"object"`  // what it is about
	User    string    `json:"user"`    // who began it, and where
	Started time.Time `json:"started"` //

	Node    string    `json:"-"` // where it runs: "" for this machine
	PID     int       `json:"-"` // the leader of its process group
	Running bool      `json:"-"`
	Exit    int       `json:"-"` // its exit status; -1 where nobody knows it: the node has stopped meanwhile
	Ended   time.Time `json:"-"` // zero while it runs, and where nobody knows
	Last    string    `json:"-"` // the end of what it has said on standard output
}

// String returns the number and the command.
func (r JobRecord) String() string { return fmt.Sprintf("%d %s", r.ID, QuoteArgv(r.Argv)) }

// JobKeeper is an executor that can leave commands to themselves: Run with Command.Detach begins one, Result.Job says
// which. The local, the ssh and the simulated executor are such.
type JobKeeper interface {
	// Jobs returns what was begun by this user, also in other sessions, the oldest first.
	Jobs(ctx context.Context) ([]JobRecord, error)
	// JobOutput returns what a job has said so far.
	JobOutput(ctx context.Context, r JobRecord) (stdout, stderr []byte, err error)
	// ForgetJob removes what is kept of a job that has ended.
	ForgetJob(ctx context.Context, r JobRecord) error
}

// KeeperOf returns the executor behind middleware that keeps jobs; false when there is none.
func KeeperOf(ex Executor) (JobKeeper, bool) {
	for ex != nil {
		if k, ok := ex.(JobKeeper); ok {
			return k, true
		}
		w, ok := ex.(interface{ Unwrap() Executor })
		if !ok {
			return nil, false
		}
		ex = w.Unwrap()
	}
	return nil, false
}

// NoJobError says that there is no such job.
type NoJobError struct {
	ID   int
	Node string
}

// Error names the job.
func (e *NoJobError) Error() string {
	if e.Node != "" {
		return fmt.Sprintf("there is no job %d on %s", e.ID, e.Node)
	}
	return fmt.Sprintf("there is no job %d", e.ID)
}

// StopJob makes the command that interrupts a job, as Ctrl-C would: a signal to its process group. It goes through an
// executor like others, so that it can be rehearsed, asked about and written down.
func StopJob(r JobRecord) (Command, error) {
	if !r.Running || r.PID <= 1 {
		return Command{}, fmt.Errorf("job %d does not run", r.ID)
	}
	return Command{Name: "kill", Args: []string{"-INT", "--", "-" + strconv.Itoa(r.PID)}, StopsJob: &r, Object: "job " + r.String()}, nil
}

// newRecord is the record of a command that is to begin.
func newRecord(cmd Command) JobRecord {
	return JobRecord{Argv: redact(cmd.Argv()), Object: cmd.Object, User: username() + "@" + hostname(), Started: time.Now().Truncate(time.Second)}
}

// spoolPlace finds the directory of jobs in $S, which must be this user's alone: others can make one of that name in a
// place that everybody shares. alive says whether the process that a job began with still runs: its number may be
// another one's by now, so the moment of its start is compared as well.
const spoolPlace = `umask 077
LC_ALL=C; export LC_ALL
S=%s
case "$S" in "") S=/var/tmp/gpfsh-jobs-$(id -u) ;; esac
birth() { cat /proc/sys/kernel/random/boot_id 2>/dev/null; { sed 's/.*) //' /proc/$1/stat | cut -d' ' -f20; } 2>/dev/null || ps -o lstart= -p $1; }
alive() { [ -e "$1/pid" ] && p=$(cat "$1/pid") && kill -0 "$p" 2>/dev/null && [ "$(birth $p)" = "$(cat "$1/birth")" ]; }
tell() {
	printf 'job %%s\n' "${1##*/}"; printf 'record '; cat "$1/record"; echo
	[ -e "$1/pid" ] && printf 'pid %%s\n' "$(cat "$1/pid")"
	[ -e "$1/exit" ] && printf 'exit %%s\nended %%s\n' "$(cat "$1/exit")" "$(cat "$1/ended")"
	alive "$1" && echo running
	[ -e "$1/stdout" ] && printf 'last %%s\n' "$(tail -c 500 "$1/stdout" | tr '\r\n\000' '   ')"
	echo end
}
mine() { [ -d "$S" ] && [ ! -L "$S" ] && [ -O "$S" ]; }
`

// startJobScript begins a command. It waits for the word "go", so that a connection that was lost before has begun
// nothing, and for as long as what is refused takes to say so. A session of its own, and not a background process of
// this shell, keeps the command from ignoring the signal that stops it.
func startJobScript(spool string, r remoteCommand, record []byte, files []string) string {
	remove := ""
	for _, f := range files {
		remove += fmt.Sprintf("rm -f -- %[1]s; rmdir -- %[2]s 2>/dev/null; ", QuotePosix(f), QuotePosix(dirOf(f)))
	}
	quoted := make([]string, len(r.words))
	for i, w := range r.words {
		quoted[i] = QuotePosix(w)
	}
	in := "/dev/null"
	if r.stdin != "" {
		in = r.stdin
	}
	return "{\n" + fmt.Sprintf(spoolPlace, QuotePosix(spool)) + fmt.Sprintf(`unset LANG LANGUAGE TZ LC_CTYPE LC_NUMERIC LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES
[ -e %[2]s ] || { echo %[1]s missing >&2; exit 0; }
[ -x %[2]s ] || { echo %[1]s forbidden >&2; exit 0; }
mkdir -m 700 -p "$S" && mine && chmod 700 "$S" || { echo "$S is not a directory of this user alone" >&2; exit 1; }
n=$(ls "$S" | grep '^[0-9]*$' | sort -n | tail -n 1); n=$((${n:-0}+1))
while ! mkdir "$S/$n" 2>/dev/null; do [ -e "$S/$n" ] || exit 1; n=$((n+1)); done
d=$S/$n
printf '%%s' %[3]s >"$d/record"
cat >"$d/run" <<'gpfsh-end-of-script'
d=$1; in=$2; shift 2
trap : INT TERM HUP
`+birthFunction+`
birth $$ >"$d/birth"; echo $$ >"$d/pid.new"; mv "$d/pid.new" "$d/pid"
"$@" >"$d/stdout" 2>"$d/stderr" <"$in"
s=$?; date +%%s >"$d/ended"; echo $s >"$d/exit.new"; mv "$d/exit.new" "$d/exit"
%[5]s
gpfsh-end-of-script
echo %[1]s
echo %[1]s ready $d >&2
read -r g; [ "$g" = go ] || { rm -rf "$d"; exit 1; }
if setsid -f true 2>/dev/null; then
	setsid -f /bin/sh "$d/run" "$d" %[6]s %[4]s </dev/null >/dev/null 2>&1
else
	( trap '' HUP; exec nohup /bin/sh "$d/run" "$d" %[6]s %[4]s </dev/null >/dev/null 2>&1 ) &
fi
echo %[1]s started 0 >&2
i=0; while [ ! -e "$d/exit" ] && [ $i -lt %[7]d ]; do sleep 0.1 2>/dev/null || { sleep 1; i=$((i+9)); }; i=$((i+1)); done
tell "$d"
if [ -e "$d/exit" ]; then echo output; cat "$d/stdout"; cat "$d/stderr" >&2; fi
echo >&2; echo %[1]s exit 0 >&2
exit 0
}
`, r.mark, QuotePosix(r.path), QuotePosix(string(record)), strings.Join(quoted, " "), remove, QuotePosix(in), refusalTenths)
}

// refusalTenths is how long a job may take to be refused, in tenths of a second.
const refusalTenths = 20

const birthFunction = `birth() { cat /proc/sys/kernel/random/boot_id 2>/dev/null; { sed 's/.*) //' /proc/$1/stat | cut -d' ' -f20; } 2>/dev/null || ps -o lstart= -p $1; }`

func dirOf(p string) string { return p[:strings.LastIndexByte(p, '/')] }

// listJobsScript tells of all jobs.
func listJobsScript(spool, mark string) string {
	return "{\n" + fmt.Sprintf(spoolPlace, QuotePosix(spool)) + fmt.Sprintf(`echo %[1]s
if mine; then for n in $(ls "$S" | grep '^[0-9]*$' | sort -n); do [ -s "$S/$n/record" ] && tell "$S/$n"; done; fi
echo %[1]s exit 0 >&2
exit 0
}
`, mark)
}

// jobScript does something with the directory of one job, $d.
func jobScript(spool, mark string, id int, what string) string {
	return "{\n" + fmt.Sprintf(spoolPlace, QuotePosix(spool)) + fmt.Sprintf(`echo %[1]s
d=$S/%[2]d
mine && [ -s "$d/record" ] || { echo %[1]s missing >&2; exit 0; }
echo %[1]s started 0 >&2
%[3]s
echo >&2; echo %[1]s exit $s >&2
exit 0
}
`, mark, id, what)
}

const (
	jobOutput = `cat "$d/stdout" 2>/dev/null; cat "$d/stderr" >&2 2>/dev/null; s=0`
	jobForget = `if alive "$d"; then s=1; else rm -rf "$d"; s=$?; fi`
	// A signal to what runs as root needs root; sudo may allow it or not.
	jobStop = `s=0
if alive "$d"; then
	kill -INT -$p 2>/dev/null; s=$?
	if [ $s -ne 0 ]; then sudo -n kill -INT -$p; s=$?; fi
	i=0; while alive "$d" && [ $i -lt 50 ]; do sleep 0.1 2>/dev/null || { sleep 1; i=$((i+9)); }; i=$((i+1)); done
fi`
)

// parseJobs reads what the scripts tell of jobs.
func parseJobs(out []byte, node string) ([]JobRecord, error) {
	var list []JobRecord
	var r *JobRecord
	ended, running := false, false
	s := bufio.NewScanner(bytes.NewReader(out))
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		word, value, _ := strings.Cut(s.Text(), " ")
		if word == "job" {
			id, err := strconv.Atoi(value)
			if err != nil {
				return nil, fmt.Errorf("%q is no number of a job", value)
			}
			r, ended, running = &JobRecord{ID: id}, false, false
			continue
		}
		if r == nil {
			continue
		}
		switch word {
		case "record":
			id := r.ID
			if err := json.Unmarshal([]byte(value), r); err != nil {
				return nil, fmt.Errorf("the record of job %d cannot be read: %w", id, err)
			}
			r.ID, r.Node = id, node
		case "pid":
			r.PID, _ = strconv.Atoi(value)
		case "exit":
			ended = true
			r.Exit, _ = strconv.Atoi(value)
		case "ended":
			if n, err := strconv.ParseInt(value, 10, 64); err == nil {
				r.Ended = time.Unix(n, 0)
			}
		case "running":
			running = true
		case "last":
			r.Last = value
		case "end":
			r.Running = running && !ended
			if !ended && !running {
				r.Exit = -1
			}
			list = append(list, *r)
			r = nil
		}
	}
	return list, s.Err()
}

// startedJob makes the result of a start of what its script printed.
func startedJob(out, stderr []byte, node string) (*Result, error) {
	told, said, over := bytes.Cut(out, []byte("\noutput\n"))
	list, err := parseJobs(append(told, '\n'), node)
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, errors.New("the node did not tell of the job that it began")
	}
	res := &Result{Node: node, Job: &list[0]}
	if over && !list[0].Running {
		res.Stdout, res.Stderr, res.ExitCode = said, stderr, list[0].Exit
	}
	return res, nil
}

// errStillRuns is why a job cannot be forgotten.
var errStillRuns = errors.New("it still runs")

// jobProblem says what became of a script on one job.
func jobProblem(what string, id, status int, stderr []byte) error {
	if status == 0 {
		return nil
	}
	text := strings.TrimSpace(string(stderr))
	if text == "" {
		return fmt.Errorf("cannot %s job %d: %w", what, id, errStillRuns)
	}
	return fmt.Errorf("cannot %s job %d: %s", what, id, text)
}
