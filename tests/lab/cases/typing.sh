#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 180
# Somebody types without a pause, each key going up only after the next went down, while another hand toggles. Each press
# arrives on exactly one side, in order, with its release; typing.awk says what may be missing.
. "${0%/*}/lib-ride.sh"

presses=400 toggles=20

# Which keys, and their numbers (linux/input-event-codes.h), by which the guest speaks of them.
alphabet='1:2 2:3 3:4 4:5 5:6 6:7 7:8 8:9 9:10 0:11 q:16 w:17 e:18 r:19 t:20 y:21 u:22 i:23 o:24 p:25 a:30 s:31 d:32 f:33
    g:34 h:35 j:36 k:37 l:38 z:44 x:45 c:46 v:47 b:48 n:49 m:50'

# shellcheck disable=SC2086 # one key an argument
typist() { awk -v n=$presses -v alphabet="$alphabet" 'BEGIN {
    keys = split(alphabet, key, /[: \n]+/) / 2
    for (i = 0; i < n; i++) {
        print "press", key[i % keys * 2 + 1] "\nsleep 15"
        if (i > 0) print "release", key[(i - 1) % keys * 2 + 1] "\nsleep 10"
    }
    print "release", key[(n - 1) % keys * 2 + 1]
}'; }

toggler() { awk -v n=$toggles 'BEGIN {
    for (i = 0; i < n; i++)
        print "sleep", 300 + i * 37 % 150 "\npress leftctrl\nsleep 7\npress rightctrl\nsleep 9\n" \
            (i % 2 ? "release leftctrl\nrelease rightctrl" : "release rightctrl\nrelease leftctrl")
    print "sleep 1"
}'; }

# Each side as lines "press NUMBER" and "release NUMBER".
normal() { awk -v alphabet="$alphabet" '
    BEGIN { n = split(alphabet, key, /[: \n]+/); for (i = 1; i < n; i += 2) number["KEY_" toupper(key[i])] = key[i + 1] }
    $1 == "key" && $3 != "repeat" { print $3, $2 in number ? number[$2] : $2 }'; }

# On a busy machine a chord may be played while the one before is still being dealt with.
switches() { test "$(journalctl --quiet --no-pager | grep -c 'Input goes to')" -ge 10; }
done_by() { test "$(grep -cx ok "/run/lab/$1.out")" -ge "$2"; }

ride
attach_second_keyboard
typist >/run/lab/typist
toggler >/run/lab/toggler
cat /run/lab/toggler >&6 &
cat /run/lab/typist >&7
wait_for 60 "the text is typed" done_by keyboard "$(wc -l </run/lab/typist)"
wait_for 60 "the other hand has done" done_by second "$(wc -l </run/lab/toggler)"
check "it has switched often" switches
check "the input comes home" pillion input host
sleep 1 # what the guest says may still be under way

normal </run/lab/host-keys >/run/lab/host
tr -d '\r' <$console | normal >/run/lab/guest
report=$(awk -v alphabet="$alphabet" -f "${0%/*}/typing.awk" /run/lab/typist /run/lab/host /run/lab/guest) ||
    fail "what was typed has arrived" "$report"
echo "  $report"
for node in "$keyboard" "$second_keyboard" /dev/input/by-id/pillion-win10-kbd; do
    check "no key hangs on $node" nothing_held "$node"
done
