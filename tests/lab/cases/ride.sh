#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The thin line, end to end: a guest is started, heard, typed into, toggled away from, and shut down; nothing is mocked.
# deadline: 180
. "${0%/*}/lib-ride.sh"

ride
check "the guest has found its shared memory" grep -w ivshmem $console
check "pillion says that the guest runs" status_is manager state guest
check "the input is the host's" status_is input side host

tell_guest "play 48000 16 2 440"
wait_for 20 "pillion has found the sound" status_is audio state playing
check "and knows its format" status_is audio format "48000 Hz, 16 bit, 2 channels"
record 5
tone=$("$tests/pillion-test-tone" /run/user/1000/capture.wav) || fail "nothing came out of the speakers" "$tone"
echo "  the speakers play: $tone"
frequency=$(echo "$tone" | sed -n 's/.*frequency \([0-9.]*\).*/\1/p')
level=$(echo "$tone" | sed -n 's/.*level \([-0-9.]*\).*/\1/p')
noise=$(echo "$tone" | sed -n 's/.*noise \([-0-9.]*\).*/\1/p')
below() { awk "BEGIN { exit !($1 < $2) }"; }
within() { awk "BEGIN { d = $1 - $2; exit !(d < $3 && d > -$3) }"; }
# While the delay finds its target it is played up to half a percent too fast or too slow.
check "it is the guest's 440 Hz" within "$frequency" 440 4
check "at the guest's -12 dB" within "$level" -12 1.5
check "with its chunks in order" below "$noise" -25

type_keys tap:a
wait_for 10 "a key reaches the host" host_heard "key KEY_A release"
check "and not the guest" test "$(guest_said "key 30 press")" = 0

toggle
wait_for 10 "LCtrl+RCtrl gives the input to the guest" status_is input side guest
type_keys tap:b
move_mouse move:7:-3
wait_for 20 "a key reaches the guest" guest_heard "key 48 release"
wait_for 20 "the mouse reaches the guest" guest_heard "mouse move 7 -3"
check "the key does not reach the host" test "$(host_said "key KEY_B press")" = 0

toggle
wait_for 10 "LCtrl+RCtrl brings it back" status_is input side host
type_keys tap:c
wait_for 10 "a key reaches the host again" host_heard "key KEY_C release"
check "and not the guest" test "$(guest_said "key 46 press")" = 0
check "the guest holds no key" test "$(guest_said "key 29 press")" = "$(guest_said "key 29 release")"

check "pillion stop ends the guest" pillion stop
check "by its own power button" guest_heard "acpi power-button"
check "pillion says that it is gone" status_is manager state host
check "the host has the input" status_is input side host
wait_for 10 "the sound has ended" status_is audio state off
