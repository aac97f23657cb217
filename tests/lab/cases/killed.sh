#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 180
# pilliond dies, or is restarted, while the guest has the keyboard and a key is down: the host's keyboard works at once,
# nothing hangs anywhere, and the guest, which is not restarted, keeps its devices.
. "${0%/*}/lib-ride.sh"

kbd=/dev/input/by-id/pillion-win10-kbd
pointer=/dev/input/by-id/pillion-win10-mouse
nodes() { realpath $kbd $pointer; }

# guest_types KEY CODE: the input goes to the guest, and a key and the mouse reach it.
guest_types() {
    toggle
    wait_for 10 "the guest has the input" status_is input side guest
    type_keys "tap:$1"
    wait_for 20 "a key reaches the guest" guest_heard "key $2 release"
    # The number of the key is as good a distance as any.
    move_mouse "move:$2:0"
    wait_for 20 "the mouse reaches the guest" guest_heard "mouse move $2 0"
}
is_grabbed() { test "$("$tests/pillion-test-input" grabbed "$1")" = yes; }
nothing_hangs() {
    check "no key hangs on the keyboard" nothing_held "$keyboard"
    check "none on the guest's" nothing_held $kbd
    check "no button on the guest's mouse" nothing_held $pointer
}

ride
guest_types b 48
check "the keyboard is grabbed" is_grabbed "$keyboard"
check "and QEMU has the guest's" is_grabbed $kbd
nodes >/run/lab/nodes

type_keys press:e
wait_for 20 "the guest sees E down" guest_heard "key 18 press"
pid=$(as_alice systemctl --user show -P MainPID pilliond)
kill -KILL "$pid"
wait_for 5 "pilliond is dead" sh -c "! kill -0 $pid"
type_keys release:e tap:c
wait_for 5 "the next key reaches the host" host_heard "key KEY_C release"
wait_for 30 "systemd brings pilliond back" status_is manager state guest
wait_for 10 "the guest has seen E released" guest_heard "key 18 release"
check "the input is the host's" status_is input side host
check "the guest's devices are the same" sh -c "realpath $kbd $pointer | cmp - /run/lab/nodes"
nothing_hangs
wait_for 10 "pilliond has the keyboard and the mouse" desk_is_known
guest_types d 32

type_keys press:f
wait_for 20 "the guest sees F down" guest_heard "key 33 press"
check "pilliond is restarted" as_alice systemctl --user restart pilliond
wait_for 10 "the guest has seen F released" guest_heard "key 33 release"
type_keys release:f
wait_for 30 "pilliond is back" status_is manager state guest
check "the guest's devices are the same" sh -c "realpath $kbd $pointer | cmp - /run/lab/nodes"
nothing_hangs
wait_for 10 "pilliond has the keyboard and the mouse" desk_is_known
guest_types g 34

toggle
wait_for 10 "the input comes back" status_is input side host
check "the host never saw what was typed for the guest" test "$(host_said "key KEY_B press")$(host_said "key KEY_D press")$(host_said "key KEY_G press")" = 000
check "pillion stops the guest" pillion stop

# Nobody reads the devices any more, so they go with the name of the guest; those of the next one come.
configure '[guest]' 'domain = win11'
check "another guest is configured" pillion reload
wait_for 20 "its devices come" test -e /dev/input/by-id/pillion-win11-kbd
wait_for 20 "and the others go" test ! -e $kbd
