package handlers

import (
	"fmt"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// MaxLog is the size at which a log is put away; there are MaxLogs old ones.
const (
	MaxLog  = 1 << 20
	MaxLogs = 3
)

// Script returns what Storage Scale runs for the handler: a shell script, because gpfsh may be missing on a node, and
// then neither the event nor anybody who waits for it may suffer. The values come in as arguments and go on as arguments.
func (h *Handler) Script() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `#!/bin/sh
# Handler %[1]s of gpfsh, version %[2]d, for %[3]s.
# It is taken away with: gpfsh callback remove %[1]s
d=${0%%/*}
umask 077
PATH=/usr/bin:/bin:/usr/sbin:/sbin:/usr/lpp/mmfs/bin${PATH:+:$PATH}; export PATH
GPFSH_CLUSTER=${GPFSH_CLUSTER:-local}; export GPFSH_CLUSTER
cd /
g=%[4]s
if [ ! -x "$g" ] || [ ! -f "$d/handler.json" ]; then
	[ ! -f "$d/log" ] || [ "$(wc -c <"$d/log")" -lt %[5]d ] || mv -f "$d/log" "$d/log.1"
	echo "$(date +%%Y-%%m-%%dT%%H:%%M:%%S%%z) not run: $g or $d/handler.json is not on this node; gpfsh callback check tells more" >>"$d/log"
	exit 0
fi
`, h.ID, h.Version, strings.Join(h.Events, ", "), mmexec.QuotePosix(h.Program), MaxLog)
	if h.Sync {
		// The limit of the handler comes first, this one holds a gpfsh that does not even get that far.
		fmt.Fprintf(&b, `t=; command -v timeout >/dev/null 2>&1 && t='timeout -k 1 %d'
$t "$g" callback run "$d" "$@" </dev/null >/dev/null 2>&1
s=$?
`, max(1, int((h.Limit+time.Second)/time.Second)))
		if h.OnError == "shutdown" {
			b.WriteString("[ $s -eq 0 ] || exit 1\n")
		}
		b.WriteString("exit 0\n")
		return []byte(b.String())
	}
	b.WriteString(`s=; command -v setsid >/dev/null 2>&1 && s=setsid
$s "$g" callback run "$d" "$@" </dev/null >/dev/null 2>&1 &
exit 0
`)
	return []byte(b.String())
}

// The script that mmhealth runs, and where one is kept that was there before. There is only one such script.
const (
	ChainPath  = "/var/mmfs/etc/eventsCallback"
	BeforePath = ChainPath + ".before-gpfsh"
)

// chainMark is how the script of gpfsh is told from others.
const chainMark = "# eventsCallback of gpfsh:"

// ChainScript returns the script that mmhealth runs. It runs the handlers of health events, each by itself, and the
// script that was there before, whose exit status it returns.
func ChainScript() []byte {
	return []byte(`#!/bin/sh
` + chainMark + ` it runs the handlers of health events and eventsCallback.before-gpfsh.
# It goes away, and that script comes back, with the last of these handlers.
d=${0%/*}
for h in "${d%/etc}"/gpfsh/handlers/*/health; do
	[ -f "$h" ] && [ -x "${h%/health}/run" ] && "${h%/health}/run" "$@" </dev/null >/dev/null 2>&1
done
[ ! -x "$d/eventsCallback.before-gpfsh" ] || exec "$d/eventsCallback.before-gpfsh" "$@"
exit 0
`)
}
