#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 180
# Which devices go where: the parts of a receiver together, a pedal always to the host, a keypad always to the guest, a
# token to nobody; whatever is plugged in or pulled out while the guest has the input.
. "${0%/*}/lib-ride.sh"

# plug KIND NAME [PHYS]: a device that takes commands by `tell NAME COMMAND...`, and somebody who looks at it without
# grabbing; pull NAME takes it away.
plug() {
    mkfifo "/run/lab/$2.in"
    sleep infinity >"/run/lab/$2.in" &
    at_exit "kill $! 2>/dev/null"
    "$tests/pillion-test-input" device "$@" <"/run/lab/$2.in" >"/run/lab/$2.out" &
    wait_for 10 "there is $2" grep /dev/input/event "/run/lab/$2.out"
    "$tests/pillion-test-input" watch "$(node_of "$2")" >"/run/lab/$2.seen" &
    at_exit "kill $! 2>/dev/null"
}
node_of() { grep -o '/dev/input/event[0-9]*' "/run/lab/$1.out"; }
tell() { name=$1; shift; echo "$*" >"/run/lab/$name.in"; }
pull() {
    tell "$1" quit
    wait_for 10 "$1 is gone" grep -x gone "/run/lab/$1.seen"
    rm "/run/lab/$1.in" "/run/lab/$1.out"
}
seen_on() { grep -x "$2" "/run/lab/$1.seen"; }
unseen_on() { ! seen_on "$@"; }
is_grabbed() { test "$("$tests/pillion-test-input" grabbed "$(node_of "$1")")" = yes; }
is_free() { ! is_grabbed "$1"; }
# routed NAME WHERE: pilliond uses it so. Looked at first, since to see whether a device is grabbed means to grab it, and
# pilliond may be about to.
routed() { status_has input devices "$1 ($(node_of "$1")): $2"; }

attach_desk
plug consumer pedal
plug keyboard token
configure '[guest]' 'domain = win10' '[log]' 'level = debug' '[input]' 'devices = all-keyboards all-mice !name:TOKEN name:tablet' \
    'host-devices = name:pedal' 'guest-devices = name:keypad*'
define_guest
start_pilliond
wait_for 20 "pilliond has the keyboard and the mouse" desk_is_known
check "and misses the keypad" status_has input problem "There is no 'name:keypad*'"
plug consumer keypad
wait_for 10 "which is plugged in" routed keypad guest
check "what is missed still is a tablet" status_has input problem "There is no 'name:tablet'"
check "and the host's while there is no guest" is_free keypad
check "pillion starts the guest" pillion start
open_console

wait_for 10 "the keypad is the guest's once it runs" is_grabbed keypad
check "though the input is at the host" status_is input side host
tell keypad tap kp1
wait_for 20 "the guest sees it" guest_heard "key 79 release"
check "and the host does not" unseen_on keypad "key KEY_KP1 press"

toggle
wait_for 10 "the guest has the input" status_is input side guest
plug consumer receiver-media usb-lab-1/input1
check "the pedal is the host's" routed pedal host
check "keys that belong to nothing are left alone" is_free receiver-media
plug keyboard receiver usb-lab-1/input0
wait_for 10 "a keyboard that is plugged in follows" routed receiver follows
wait_for 10 "and so do the keys that came before it" routed receiver-media follows
check "so that the guest has the keyboard" is_grabbed receiver
check "and the keys" is_grabbed receiver-media
tell receiver tap a
tell receiver-media tap volumeup
wait_for 20 "the guest sees the keyboard" guest_heard "key 30 release"
wait_for 20 "and the keys" guest_heard "key 115 release"

tell pedal tap f13
tell token tap c
wait_for 10 "the host sees the pedal" seen_on pedal "key KEY_F13 release"
wait_for 10 "and the token" seen_on token "key KEY_C release"
check "the guest sees neither the pedal" test "$(guest_said "key 183 press")" = 0
check "nor the token" test "$(guest_said "key 46 press")" = 0

pull receiver-media
tell receiver tap b
wait_for 20 "without its keys the keyboard is still the guest's" guest_heard "key 48 release"
plug consumer receiver-media usb-lab-1/input1
wait_for 10 "they follow again when they are back" routed receiver-media follows
check "and are the guest's" is_grabbed receiver-media
pull receiver
wait_for 10 "without the keyboard they are the host's" is_free receiver-media
check "and the input stays with the guest" status_is input side guest

toggle
wait_for 10 "the host has the input" status_is input side host
check "but not the keypad" is_grabbed keypad
type_keys press:leftctrl press:leftalt press:leftshift tap:backspace release:leftshift release:leftalt release:leftctrl
wait_for 10 "the panic keys bring the keypad home" is_free keypad
toggle
wait_for 10 "the guest has the input" status_is input side guest
check "and the keypad" is_grabbed keypad
check "the guest is ended" pillion stop --force
wait_for 10 "and everything is the host's" is_free keypad

check "pillion starts it again" pillion start
wait_for 20 "the keypad is the guest's again" is_grabbed keypad
kill -STOP "$(pidof libvirtd)"
kill -KILL "$(pgrep -f guest=win10 | head -n 1)"
wait_for 10 "QEMU is killed, and libvirt says nothing: the keypad comes home" is_free keypad
kill -CONT "$(pidof libvirtd)"

plug tablet tablet
wait_for 10 "a tablet is refused, though it is named" status_has input problem "has neither motion nor keys"
