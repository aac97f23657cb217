#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 180
# pilliond dies while the guest has the keyboard: the host's keyboard works at once, and pilliond comes back.
. "${0%/*}/lib-ride.sh"

ride
toggle
wait_for 10 "the guest has the input" status_is input side guest
type_keys tap:b
wait_for 20 "a key reaches the guest" guest_heard "key 48 release"
check "the keyboard is grabbed" "$tests/pillion-test-input" grabbed "$keyboard"

pid=$(as_alice systemctl --user show -P MainPID pilliond)
kill -KILL "$pid"
wait_for 5 "pilliond is dead" sh -c "! kill -0 $pid"
type_keys tap:c
wait_for 5 "the next key reaches the host" host_heard "key KEY_C release"
check "no key hangs" nothing_held "$keyboard"

wait_for 30 "systemd brings pilliond back" status_is manager state guest
check "with the input at the host" status_is input side host

# QEMU still has the devices that died with the old pilliond. What is typed to the new ones nobody would read.
if pillion input guest 2>/run/lab/refusal; then fail "the keyboard was given to a guest that does not read it"; fi
check "a guest that would not read the keyboard does not get it" grep "restart the guest" /run/lab/refusal
check "the host keeps it" status_is input side host
check "pillion stops the guest" pillion stop
check "and starts it" pillion start
open_console
toggle
wait_for 10 "now it gets the keyboard" status_is input side guest
