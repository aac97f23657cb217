#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The limits that HACKING.md sets: no function over 70 lines, no source file over 350, no header over 120, no line
# over 110 columns, no tab. Says how the tree stands, so that the trend is seen too.
cd "$(dirname "$0")/.." || exit 1
command -v ctags >/dev/null || { echo "skipped: universal-ctags is not installed"; exit 77; }
files=$(find core input audio ivshmem switcher contrib tests -name '*.[ch]' | sort)
status=0

# shellcheck disable=SC2086 # a list of files without blanks
functions=$(ctags -x --kinds-C=f --fields=+ne --_xformat='%{end} %n %F %N' $files | awk '{ print $1 - $2 + 1, $3, $4 }' | sort -n)
echo "$functions" | awk '$1 > 70 { print $2 ": " $3 "() has " $1 " lines; 70 are the most"; bad = 1 } END { exit bad }' || status=1
# shellcheck disable=SC2086
wc -l $files | awk '$2 != "total" && ($1 > ($2 ~ /[.]h$/ ? 130 : 350)) {
    print $2 " has " $1 " lines: it holds two ideas"; bad = 1 } END { exit bad }' || status=1
# shellcheck disable=SC2086
awk 'length($0) > 110 { print FILENAME ":" FNR ": over 110 columns"; bad = 1 }
          /\t/ { print FILENAME ":" FNR ": a tab"; bad = 1 } END { exit bad }' $files || status=1

echo "$functions" | awk '{ n[NR] = $1 } END { print NR " functions, median " n[int(NR / 2)] " lines, p90 " n[int(NR * .9)] ", longest " n[NR] }'
exit $status
