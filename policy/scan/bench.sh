#!/bin/sh
# Compares package scan with find, warm, on one tree: names only, and with a stat of every object.
#
#   policy/scan/bench.sh [DIR] [FILES]
#
# DIR is made when it is not there (1,000,000 files by default) and left for the next run. The best of five counts.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-${TMPDIR:-/tmp}/gpfsh-scan-tree}
files=${2:-1000000}
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT INT TERM
(cd "$here" && go build -o "$bin/scanbench" ./internal/scanbench)
[ -d "$dir" ] || { echo "making $files files below $dir"; "$bin/scanbench" make "$dir" "$files"; }

# best PRINTS the shortest of five wall times in milliseconds.
best() {
	min=
	for _ in 1 2 3 4 5; do
		t0=$(date +%s%N)
		"$@" >/dev/null
		t1=$(date +%s%N)
		ms=$(((t1 - t0) / 1000000))
		if [ -z "$min" ] || [ "$ms" -lt "$min" ]; then min=$ms; fi
	done
	echo "$min"
}

n=$("$bin/scanbench" names "$dir" | sed 's/ .*//')
report() { # NAME MINE FIND
	awk -v n="$n" -v name="$1" -v a="$2" -v b="$3" 'BEGIN {
		printf "%-12s scan %6d ms  %5.2f M objects/s   find %6d ms  %5.2f M objects/s   %4.1fx\n", name, a, n/a/1000, b, n/b/1000, b/a }'
}
report names "$(best "$bin/scanbench" names "$dir")" "$(best find "$dir" -name 'no such name')"
report stat "$(best "$bin/scanbench" stat "$dir")" "$(best find "$dir" -size +1000000k)"
