#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 180
# A real USB keyboard and mouse are pulled out with a key and a button held, in both states, and put back: nothing hangs,
# and they work again at once, without a toggle.
. "${0%/*}/lib-ride.sh"

# As lib/hardware.sh has them. The keys are held by the monitor for a time that outlasts the keyboard.
plug() { machine device_add "usb-$1,id=$2,bus=usb.0"; }
press() { machine sendkey "$1" 2000; }

usb_keyboards() { find /dev/input/by-path/ -name '*usb*-event-kbd'; }
usb_mice() { find /dev/input/by-path/ -name '*usb*-event-mouse'; }
usb_keyboard_is() { test "$(usb_keyboards | wc -l)" = "$1"; }
usb_mouse_is() { test "$(usb_mice | wc -l)" = "$1"; }
known() { status_is input keyboards "$1" && status_is input mice "$2"; }
side_is_still() { check "the input is still the $1's" status_is input side "$1"; }

# Looks at the USB keyboard as a desktop does, into the file USB-KEYS-n.
watch_usb() {
    "$tests/pillion-test-input" watch "$(usb_keyboards)" >"/run/lab/usb-keys-$1" &
    at_exit "kill $! 2>/dev/null"
    wait_for 10 "the desktop has opened the keyboard" grep -x ready "/run/lab/usb-keys-$1"
}
desktop_saw() { grep -x "key $2" "/run/lab/usb-keys-$1"; }

ride
keyboards=$(status_of input keyboards) mice=$(status_of input mice)

# --- the guest's ---
check "the guest is given the input" pillion input guest
press a
wait_for 20 "a key held on the USB keyboard is down in the guest" guest_heard "key 30 press"
machine device_del keyboard
wait_for 20 "it is pulled out: the key is up in the guest" guest_heard "key 30 release"
wait_for 10 "pilliond knows" known $((keyboards - 1)) "$mice"
side_is_still guest
machine mouse_button 1
wait_for 20 "a button held on the USB mouse is down in the guest" guest_heard "mouse button left press"
machine device_del mouse
wait_for 20 "it is pulled out: the button is up in the guest" guest_heard "mouse button left release"
wait_for 10 "pilliond knows" known $((keyboards - 1)) $((mice - 1))
machine mouse_button 0

plug kbd keyboard
plug mouse mouse
wait_for 20 "both are put back" known "$keyboards" "$mice"
side_is_still guest
machine sendkey b
wait_for 20 "the keyboard works in the guest" guest_heard "key 48 release"
machine mouse_move 7 -3
wait_for 20 "and so does the mouse" guest_heard "mouse move 7 -3"
check "the keyboard is grabbed" test "$("$tests/pillion-test-input" grabbed "$(usb_keyboards)")" = yes

# --- the host's ---
check "the host is given the input" pillion input host
watch_usb 1
press c
wait_for 10 "a key held on the USB keyboard is down on the host" desktop_saw 1 "KEY_C press"
machine device_del keyboard
wait_for 10 "it is pulled out" usb_keyboard_is 0
wait_for 10 "pilliond knows" known $((keyboards - 1)) "$mice"
plug kbd keyboard
wait_for 20 "it is put back" known "$keyboards" "$mice"
watch_usb 2
machine sendkey d
wait_for 10 "the keyboard works on the host" desktop_saw 2 "KEY_D release"
side_is_still host
check "the guest heard nothing of it" test "$(guest_said 'key \(46\|32\) .*')" = 0
check "the guest is given the input" pillion input guest
machine sendkey e
wait_for 20 "and the keyboard works in the guest" guest_heard "key 18 release"
check "the host is given the input" pillion input host

check "no key hangs on the keyboard" nothing_held "$(usb_keyboards)"
check "no button hangs on the mouse" nothing_held "$(usb_mice)"
check "no key hangs in the guest's keyboard" nothing_held /dev/input/by-id/pillion-win10-kbd
check "no button hangs in the guest's mouse" nothing_held /dev/input/by-id/pillion-win10-mouse
