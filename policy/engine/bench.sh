#!/bin/sh
# Compares policies with find, warm, on one tree: a rule on names, one on size and age, and a hundred rules at once.
#
#   policy/engine/bench.sh DIR
#
# policy/scan/bench.sh makes a tree. The best of three wall times counts.
set -euf
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?a directory is wanted}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT INT TERM
(cd "$here" && go build -o "$tmp/enginebench" ./internal/enginebench)

echo "RULE 'a' LIST 'l' WHERE NAME LIKE '%7.dat'" >"$tmp/names"
echo "RULE 'a' LIST 'l' WHERE FILE_SIZE > 1000 AND DAYS(CURRENT_TIMESTAMP) - DAYS(MODIFICATION_TIME) > 30" >"$tmp/stat"
hundred=
for i in $(seq 100); do
	echo "RULE 'r$i' LIST 'l$i' WHERE LOWER(NAME) LIKE '%$i.tmp' AND FILE_SIZE > $i"
done >"$tmp/hundred"
for i in $(seq 100); do
	hundred="$hundred${hundred:+ ,} ( -iname *$i.tmp -size +${i}c )"
done

# best PRINTS the shortest of three wall times in milliseconds.
best() {
	min=
	for _ in 1 2 3; do
		t0=$(date +%s%N)
		"$@" >/dev/null
		t1=$(date +%s%N)
		ms=$(((t1 - t0) / 1000000))
		if [ -z "$min" ] || [ "$ms" -lt "$min" ]; then min=$ms; fi
	done
	echo "$min"
}

report() { # NAME FIND
	line=$("$tmp/enginebench" "$tmp/$1" "$dir")
	mine=$(best "$tmp/enginebench" "$tmp/$1" "$dir")
	awk -v n="${line%% *}" -v name="$1" -v a="$mine" -v b="$2" -v rss="${line##*peak RSS }" 'BEGIN {
		printf "%-8s engine %6d ms  %5.2f M objects/s  peak RSS %s   find %6d ms  %5.2f M objects/s   %4.1fx\n", name, a, n/a/1000, rss, b, n/b/1000, b/a }'
}
report names "$(best find "$dir" -name '*7.dat')"
report stat "$(best find "$dir" -size +1000c -mtime +30)"
# shellcheck disable=SC2086
report hundred "$(best find "$dir" $hundred)"
