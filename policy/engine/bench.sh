#!/bin/sh
# Compares policies with find, warm, on trees of 100,000 and of 1,000,000 files: a rule on names, one on size and age, and
# a hundred rules at once.
#
#   policy/engine/bench.sh DIR [FILES...]
#
# The trees are made below DIR where they are not there yet (a few minutes for a million files, 5 GB of inodes and blocks),
# and left for the next run. Both programs run in turn; the best of REPEAT wall times (5) counts. Beside it stands what
# part of the engine's time the kernel took, and the best time of the scanner alone with a stat of every file: what is left
# of the difference is the policy.
set -euf
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?a directory is wanted}
shift
repeat=${REPEAT:-5}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT INT TERM
(cd "$here" && go build -o "$tmp/enginebench" ./internal/enginebench && go build -o "$tmp/scanbench" ../scan/internal/scanbench)

echo "RULE 'a' LIST 'l' WHERE NAME LIKE '%7.dat'" >"$tmp/names"
echo "RULE 'a' LIST 'l' WHERE FILE_SIZE > 1000 AND DAYS(CURRENT_TIMESTAMP) - DAYS(MODIFICATION_TIME) > 30" >"$tmp/stat"
hundred=
for i in $(seq 100); do
	echo "RULE 'r$i' LIST 'l$i' WHERE LOWER(NAME) LIKE '%$i.tmp' AND FILE_SIZE > $i"
	hundred="$hundred${hundred:+ ,} ( -iname *$i.tmp -size +${i}c )"
done >"$tmp/hundred"

# ms COMMAND...: wall time in milliseconds; what the command prints goes to $tmp/out.
ms() {
	t0=$(date +%s%N)
	"$@" >"$tmp/out"
	t1=$(date +%s%N)
	echo $(((t1 - t0) / 1000000))
}

report() { # NAME TREE FIND-TESTS...
	name=$1 tree=$2
	shift 2
	mine= theirs=
	for _ in $(seq "$repeat"); do
		t=$(ms "$tmp/enginebench" "$tmp/$name" "$tree")
		if [ -z "$mine" ] || [ "$t" -lt "$mine" ]; then
			mine=$t
			line=$(cat "$tmp/out")
		fi
		t=$(ms find "$tree" "$@")
		if [ -z "$theirs" ] || [ "$t" -lt "$theirs" ]; then theirs=$t; fi
	done
	echo "$line" | awk -v name="$name" -v a="$mine" -v b="$theirs" '{
		for (i = 2; i <= NF; i++) { if ($i == "user") user = $(i-1); if ($i == "kernel") kernel = $(i-1); if ($i == "RSS") rss = $(i+1) }
		printf "%-8s %7d ms %6.2f M/s %3d %% kernel  %4d MB RSS   find %7d ms %6.2f M/s   %5.1fx\n", \
			name, a, $1/a/1000, 100*kernel/(user+kernel), rss, b, $1/b/1000, b/a }'
}

[ $# -gt 0 ] || set -- 100000 1000000
for files in "$@"; do
	tree=$dir/tree-$files
	[ -d "$tree" ] || {
		echo "making $files files below $tree"
		"$tmp/scanbench" make "$tree.part" "$files"
		mv "$tree.part" "$tree"
	}
	find "$tree" -size +1000000k >/dev/null # warm
	echo "$files files, $(getconf _NPROCESSORS_ONLN) processors"
	report names "$tree" -name '*7.dat'
	report stat "$tree" -size +1000c -mtime +30
	# shellcheck disable=SC2086
	report hundred "$tree" $hundred
	best=
	for _ in $(seq "$repeat"); do
		t=$(ms "$tmp/scanbench" stat "$tree")
		if [ -z "$best" ] || [ "$t" -lt "$best" ]; then best=$t; fi
	done
	echo "$best $(cat "$tmp/out")" | awk '{ printf "%-8s %7d ms %6.2f M/s\n", "scanner", $1, $2/$1/1000 }'
done
