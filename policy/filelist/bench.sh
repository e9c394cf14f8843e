#!/bin/sh
# Compares the jobs of package filelist, and functions of one's own in the shell, with mawk, wc -l and a Python loop on one
# list, warm, and prints ratios.
#
#   policy/filelist/bench.sh [RECORDS] [DIR]
#
# The list (2,000,000 records, 230 MB, unless RECORDS says otherwise) is made in DIR when it is not there, and left for the
# next run. What is wanted: four times mawk in each job, twelve times the Python loop for the first and three times for
# functions of one's own, within four times wc -l, and duplicates below 300 MB. With MEMORY=1 the memory of each job is shown for 200,000 and for 20,000,000 records as well (2.3 GB of list).
# The best of REPEAT runs counts (5).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
records=${1:-2000000}
dir=${2:-${TMPDIR:-/tmp}}
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT INT TERM
(cd "$here" && go build -o "$bin/listbench" ./internal/listbench && go build -o "$bin/gpfsh" ../../cmd/gpfsh)

list() { # RECORDS: makes a list, prints its path
	path=$dir/gpfsh-list-$1
	[ -s "$path" ] || "$bin/listbench" gen "$path" "$1"
	echo "$path"
}

measure() { # COMMAND...: wall and processor time in milliseconds, the best of several runs
	"$bin/listbench" measure "${REPEAT:-5}" "$@"
}

# The same computations for mawk, as one would write them who wants them fast. Fields: inode, generation, snapshot,
# size/kb/user/time, --, path.
users='{ split($4, a, "/"); n[a[3]]++; b[a[3]] += a[1] } END { for (u in n) print u, n[u], b[u] }'
top='{ split($4, a, "/"); if (a[1] + 0 > min) { for (i = k < 100 ? ++k : 100; i > 1 && v[i-1] < a[1] + 0; i--) { v[i] = v[i-1]; p[i] = p[i-1] }
	v[i] = a[1] + 0; p[i] = $6; if (k == 100) min = v[100] } } END { for (i = 1; i <= k; i++) print v[i], p[i] }'
histogram='{ split($4, a, "/"); n[a[1] < 1 ? -1 : int(log(a[1]) / log(4))]++ } END { for (c in n) print c, n[c] }'
ext='{ split($4, a, "/"); k = split($6, p, "."); b[p[k]] += a[1] } END { for (e in b) print e, b[e] }'

cat >"$bin/users.py" <<'PY'
import sys
n, b = {}, {}
with open(sys.argv[1], 'rb') as f:
    for line in f:
        size, kb, user, when = line.split(b' ', 5)[4].split(b'/')
        n[user] = n.get(user, 0) + 1
        b[user] = b.get(user, 0) + int(size)
for u in n:
    print(u, n[u], b[u])
PY

file=$(list "$records")
cat "$file" >/dev/null
wc=$(measure wc -l "$file")
py=$(measure python3 "$bin/users.py" "$file")
echo "$records records, $(wc -c <"$file") bytes; milliseconds, best of ${REPEAT:-5}; ratios by wall time, and by processor time"
echo "in brackets, which other work on the machine disturbs less"
printf '%-26s %15s %15s %16s %16s %14s\n' job filelist mawk 'x mawk' 'x python' '/ wc -l'
row() { # NAME JOB PROGRAM
	echo "$1|$2|$(measure "$bin/listbench" "$2" "$file")|$(measure mawk "$3" "$file")|$wc|$py" | awk -F'|' '{
		split($3, a, " "); split($4, m, " "); split($5, w, " "); split($6, p, " ")
		python = $2 == "users" ? sprintf("%.1f (%.1f)", p[1]/a[1], p[2]/a[2]) : ""
		printf "%-26s %15s %15s %16s %16s %14s\n", $1, a[1] " (" a[2] ")", m[1] " (" m[2] ")", \
			sprintf("%.1f (%.1f)", m[1]/a[1], m[2]/a[2]), python, sprintf("%.1f (%.1f)", a[1]/w[1], a[2]/w[2]) }'
}
row 'count and bytes per user' users "$users"
row 'top 100 by size' top "$top"
row 'size histogram' histogram "$histogram"
row 'bytes per extension' ext "$ext"
# The same written as a Go function of one's own, which the shell interprets: every script in testdata/bench is one. They
# stand beside the Python loop. GPFSH_CLUSTER keeps them away from real clusters.
export GPFSH_CLUSTER=sim
for script in "$here"/testdata/bench/*.gpfsh; do
	echo "$(basename "$script" .gpfsh)|$(measure "$bin/gpfsh" run "$script" "$file")|$wc|$py" | awk -F'|' '{
		split($2, a, " "); split($3, w, " "); split($4, p, " ")
		printf "%-26s %15s %15s %16s %16s %14s\n", "own function: " $1, a[1] " (" a[2] ")", "", "", \
			sprintf("%.1f (%.1f)", p[1]/a[1], p[2]/a[2]), sprintf("%.1f (%.1f)", a[1]/w[1], a[2]/w[2]) }'
done
echo "wall and processor time: all four in one pass $(measure "$bin/listbench" all "$file"); every record as a Go struct" \
	"$(measure "$bin/listbench" each "$file"); wc -l $wc; the Python loop $py"

sizes=$records
[ "${MEMORY:-0}" = 0 ] || sizes="200000 $records 20000000"
echo "peak of resident memory"
for n in $sizes; do
	f=$(list "$n")
	for job in users top histogram ext all dups; do
		printf '%10d records  %-10s %s\n' "$n" "$job" "$("$bin/listbench" -rss "$job" "$f" 2>&1 >/dev/null)"
	done
done
