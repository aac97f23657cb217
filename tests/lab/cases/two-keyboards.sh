#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 180
# Shift held on two keyboards is one Shift to the guest, up when the second lets go; it stays on no side that loses the
# input, and the toggle may be played across both.
. "${0%/*}/lib-ride.sh"

toggle_across() {
    type_keys press:leftctrl
    sleep 0.3 # two devices: the kernel alone decides whose event is read first
    second press:rightctrl release:rightctrl
    sleep 0.3
    type_keys release:leftctrl
}
second_heard() { grep -x "$1" /run/lab/host-second; }
guest_count() { test "$(guest_said "$1")" = "$2"; }
all_up() {
    for node in "$keyboard" "$second_keyboard" /dev/input/by-id/pillion-win10-kbd; do
        check "no key hangs on $node" nothing_held "$node"
    done
}

both_known() { test "$(status_of input keyboards)" -ge $((before + 1)); }

ride
before=$(status_of input keyboards)
attach_second_keyboard
wait_for 10 "pilliond has both keyboards" both_known

type_keys press:leftshift
second press:leftshift
wait_for 10 "the host sees Shift down on one" host_heard "key KEY_LEFTSHIFT press"
wait_for 10 "and on the other" second_heard "key KEY_LEFTSHIFT press"
toggle_across
wait_for 10 "a chord across both gives the input to the guest" status_is input side guest
check "the host has seen Shift up on one" host_heard "key KEY_LEFTSHIFT release"
check "and on the other" second_heard "key KEY_LEFTSHIFT release"
type_keys release:leftshift tap:a
second release:leftshift tap:b
wait_for 20 "the guest sees one's key" guest_heard "key 30 release"
wait_for 20 "and the other's" guest_heard "key 48 release"
check "and no Shift that was the host's" guest_count "key 42 .*" 0

type_keys press:leftshift
wait_for 20 "Shift is down in the guest" guest_heard "key 42 press"
second press:leftshift tap:c
wait_for 20 "the other types with Shift" guest_heard "key 46 release"
type_keys release:leftshift tap:d
wait_for 20 "one has let go of Shift, and types" guest_heard "key 32 release"
check "the guest has had one press of Shift" guest_count "key 42 press" 1
check "and still holds it" guest_count "key 42 release" 0
second release:leftshift
wait_for 20 "the second lets go: Shift is up in the guest" guest_heard "key 42 release"

type_keys press:leftshift
second press:leftshift
wait_for 20 "Shift is down in the guest, on both" guest_heard "key 42 press" 2
toggle_across
wait_for 10 "a chord across both brings the input back" status_is input side host
wait_for 20 "the guest has seen Shift up" guest_heard "key 42 release" 2
type_keys release:leftshift tap:e
second release:leftshift tap:f
wait_for 10 "the host sees one's key" host_heard "key KEY_E release"
wait_for 10 "and the other's" second_heard "key KEY_F release"
check "and no Shift that was the guest's" test "$(host_said "key KEY_LEFTSHIFT press")" = 1
check "the guest has had Shift up as often as down" guest_count "key 42 release" 2
all_up
