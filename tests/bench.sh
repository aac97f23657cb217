#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Measures what pillion costs and how well it does.
#
#   sh tests/bench.sh audio [OPTION...]    sound, from the guest's driver to the sink; --help tells the options
#   sh tests/bench.sh input [OPTION...]    keyboard and mouse, from the device to the guest's reader; in the lab
#   sh tests/bench.sh switch [OPTION...]   lending the hardware and taking it back, beside a plain script; in the lab
#
# Prints "name value unit" and "ratio name value" lines. Builds optimised in build/bench, or takes what is in $PILLION_BUILD.
set -eu
cd "$(dirname "$0")/.."

case ${1:-} in
audio) shift ;;
input | switch) bench=$1 && shift && exec sh "tests/bench/$bench-in-lab.sh" "$@" ;;
*)
    sed -n 's/^# \{0,1\}//; 4,10p' "$0" >&2
    exit 2
    ;;
esac

build=${PILLION_BUILD:-build/bench}
if [ -z "${PILLION_BUILD:-}" ]; then
    [ -f "$build/build.ninja" ] || meson setup "$build" --buildtype=release >/dev/null
    ninja -C "$build" pilliond tests/bench/pillion-bench-audio tests/bench/pillion-bench-bare >&2
fi

build=$(realpath "$build")

# Everything that is made goes here; every process dies with the one that started it.
TMPDIR=$(mktemp -d /dev/shm/pillion-bench.XXXXXX 2>/dev/null || mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
bench=
trap 'kill "$bench"; wait "$bench"; exit 130' INT TERM
"$build/tests/bench/pillion-bench-audio" --pilliond "$build/pilliond" \
    --bare "$build/tests/bench/pillion-bench-bare" "$@" &
bench=$!
status=0
wait "$bench" || status=$?
exit "$status"
