#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The input changes sides while keys and buttons are down: the side that loses it sees every one released, and none comes
# up again by itself.
. "${0%/*}/lib-ride.sh"

ride

type_keys press:w
move_mouse press:btn_left
wait_for 10 "the host sees W down" host_heard "key KEY_W press"
wait_for 10 "and the left button" grep -x "key BTN_LEFT press" /run/lab/host-mouse
toggle
wait_for 10 "the guest has the input" status_is input side guest
check "the host has seen W released" host_heard "key KEY_W release"
check "and the left button" grep -x "key BTN_LEFT release" /run/lab/host-mouse
check "and the first key of the chord" host_heard "key KEY_LEFTCTRL release"
type_keys release:w
move_mouse release:btn_left

type_keys press:e
move_mouse press:btn_right
wait_for 20 "the guest sees E down" guest_heard "key 18 press"
wait_for 20 "and the right button" guest_heard "mouse button right press"
toggle
wait_for 10 "the host has the input" status_is input side host
wait_for 20 "the guest has seen E released" guest_heard "key 18 release"
wait_for 20 "and the right button" guest_heard "mouse button right release"
type_keys release:e
move_mouse release:btn_right
check "the host never saw E pressed" test "$(host_said "key KEY_E press")" = 0

type_keys tap:z
wait_for 10 "the host types on" host_heard "key KEY_Z release"
check "no key hangs on the keyboard" nothing_held "$keyboard"
check "no button hangs on the mouse" nothing_held "$mouse"
check "no key hangs in the guest's keyboard" nothing_held /dev/input/by-id/pillion-win10-kbd
check "no button hangs in the guest's mouse" nothing_held /dev/input/by-id/pillion-win10-mouse
