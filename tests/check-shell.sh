#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every shell script of the tree, as shellcheck sees it: those called *.sh, those whose first line names a shell, whatever
# they are called, and those that say "shellcheck shell=". What .shellcheckrc sets aside, and a directive that says why,
# are the exceptions.
cd "$(dirname "$0")/.." || exit 1
command -v shellcheck >/dev/null || { echo "skipped: shellcheck is not installed"; exit 77; }

# Only the beginning counts: a script may hold another one.
scripts=$(find . \( -path ./.git -o -path './build*' -o -path './debian/*/*' \) -prune -o -type f -exec awk '
    FNR == 1 && (FILENAME ~ /[.]sh$/ || /^#! ?\/(usr\/)?bin\/(env )?(ba|da)?sh/) { print FILENAME; nextfile }
    /^# shellcheck shell=/ { print FILENAME; nextfile }
    FNR == 10 { nextfile }' {} + | sort)

# shellcheck disable=SC2086 # a list of files without blanks
shellcheck --format=gcc $scripts || exit 1
echo "$scripts" | awk 'END { print NR " scripts" }'
