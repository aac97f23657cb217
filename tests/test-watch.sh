#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `pillion status --watch` and `pillion audio` show of a pilliond that comes, changes and goes: of a stand-in on a
# session bus of its own, whose properties are ours to set. Arguments: pillion, pillion-test-bus.
set -eu

own_bus_env="LC_ALL=C.UTF-8"
. "${0%/*}/own-bus.sh"

pillion=$1 bus=$2
daemon='' watcher=''
trap '[ -z "$daemon$watcher" ] || kill $daemon $watcher' EXIT

shows() {
    until_is grep -qF -- "$1" shown
    echo "ok: $1"
}

# A stand-in that plays 48 kHz.
mkfifo words
come() {
    "$bus" <words >said &
    daemon=$!
    exec 9>words
    say "set Manager State s guest" "set Manager Guest s win10" "set Input Side s host" "set Audio State s ${1:-playing}" \
        "set Audio Format s 48000 Hz, 16 bit, 2 channels" "set Audio Origin s /dev/shm/scream-ivshmem" \
        "set Audio LatencyUsec u 18000" "set Audio RatePpm i -12" "set Audio Underruns t 0" "set Audio Later x 7"
    until_is grep -qx ready said
}
say() { for line; do echo "$line" >&9; done; }
go() {
    exec 9>&-
    wait "$daemon"
    daemon=
}
watch() {
    "$@" >shown 9>&- & # or the stand-in would never see the end of its words
    watcher=$!
}
# It ends on its own accord, and well.
interrupt() {
    kill -"$1" "$watcher"
    wait "$watcher" || fail "the watcher ended with $?"
    watcher=
    echo "ok: ended by $1"
}

watch "$pillion" status --watch
shows "pilliond  is not running"
come waiting
shows "guest     win10: running"
shows "audio     waiting 48000"
# Nothing is asked for while nothing plays: what changes is told.
say "set Audio State s silent" "tell Audio"
shows "audio     silent 48000"
say "set Manager State s paused" "tell Manager"
shows "guest     win10: paused"
go
shows "pilliond  has gone away"
come playing
shows "audio     playing 48000"
# Counters are not told, and are seen all the same.
say "set Audio Underruns t 4711"
shows "underruns 4711"
interrupt INT
check "each state is a block" test "$(grep -c '^guest' shown)" = "$(grep -c '^audio' shown)"
check "an empty line between two" grep -x '' shown
check "no colours and no cursor movements in a file" test -z "$(tr -d -c '\033' <shown)"

watch "$pillion" status --watch --json
shows '"rate-ppm": -12'
say "set Audio RatePpm i 9"
shows '"rate-ppm": 9'
go
shows '{ "error": "has gone away'
interrupt TERM
if command -v python3 >/dev/null; then
    check "each line is an object" python3 -c 'import json; [json.loads(line) for line in open("shown")]'
fi

come playing
watch "$pillion" audio
shows "audio     playing"
check "the sound alone" test "$(grep -c '^guest' shown)" = 0
say "set Audio State s bad" "set Audio Problem s no driver writes this" "tell Audio"
shows "          ! no driver writes this"
interrupt HUP
"$pillion" audio --once >shown
check "once" grep -q '^audio     bad' shown
"$pillion" audio --once --json >shown
check "once for programs" grep -qF '"state": "bad"' shown
check "a reader that goes away ends it" sh -c "'$pillion' audio 9>&- | head -n 1"

# On a terminal it is written over itself, and in colour unless that is unwanted.
command -v script >/dev/null || {
    echo "skipped: script(1) is not installed"
    exit 0
}
escape=$(printf '\033')
on_terminal() { exec env "$@" script -q -e -c "exec '$pillion' audio" /dev/null </dev/null; }
say "set Audio State s playing" "set Audio Problem s "
watch on_terminal TERM=xterm
shows "${escape}[32mplaying"
say "set Audio Underruns t 4712"
shows "underruns 4712"
shows "${escape}[3A"
check "the cursor is shown after each" test "$(grep -oF "${escape}[?25h" shown | wc -l)" = "$(grep -oF "${escape}[?25l" shown | wc -l)"
kill "$watcher"
wait "$watcher" || true
watch on_terminal TERM=xterm NO_COLOR=1
shows "audio     playing"
kill "$watcher"
wait "$watcher" || true
watcher=
go
