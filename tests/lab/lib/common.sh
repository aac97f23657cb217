# SPDX-License-Identifier: GPL-2.0-or-later
# What every script of the lab needs: where things are, how to speak, and a cache that survives interruption.
# shellcheck shell=sh

set -eu
umask 022

lab=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$lab/../.." && pwd)
PILLION_LAB=${PILLION_LAB:-$repo/build/lab}
mkdir -p "$PILLION_LAB"
PILLION_LAB=$(cd "$PILLION_LAB" && pwd)

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# 1234 -> 1.2
seconds() { echo "$(($1 / 1000)).$(($1 % 1000 / 100))"; }

started=$(milliseconds)
say() { echo "lab: [$(seconds $(($(milliseconds) - started))) s] $*" >&2; }
die() {
    echo "lab: $*" >&2
    exit 1
}

need() {
    for program; do
        command -v "$program" >/dev/null || die "'$program' is not installed; contrib/deps.sh installs what the lab needs"
    done
}

# The digest of what is read from standard input, short enough for a file name.
digest() { sha256sum | cut -c 1-16; }

# The digest of files and folders: names, modes and contents, not times.
digest_of() {
    find "$@" -printf '%P %M %l\n' -type f -exec sha256sum {} + | sed "s, $lab/, ," | LC_ALL=C sort | digest
}

# keep NAME KEY BUILDER: makes $PILLION_LAB/NAME-KEY with `BUILDER FOLDER` unless it is there, and drops
# what other keys have left. A folder appears under its final name only when it is complete. Sets $kept.
keep() {
    kept=$PILLION_LAB/$1-$2
    [ -d "$kept" ] && return
    exec 9>"$PILLION_LAB/lock"
    flock 9
    if ! [ -d "$kept" ]; then
        rm -rf "$PILLION_LAB/$1"-*
        mkdir "$kept.part"
        "$3" "$kept.part" >&2
        mv "$kept.part" "$kept"
    fi
    exec 9>&-
}
