#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 180
# Whatever happens to the guest behind pillion's back, pillion follows it: what libvirt tells, and what it told nobody
# because it was away.
. "${0%/*}/lib-ride.sh"

attach_desk
configure '[guest]' 'domain = win10'
define_guest
start_pilliond
wait_for 20 "the guest's input devices are there before it starts" test -e /dev/input/by-id/pillion-win10-mouse

check "virsh starts the guest" virsh --quiet start win10
wait_for 20 "pillion serves it" status_is manager state guest
open_console
toggle
wait_for 10 "the guest has the input" status_is input side guest

check "virsh pauses the guest" virsh --quiet suspend win10
wait_for 20 "pillion says so" status_is manager state paused
check "a paused guest has no keyboard" status_is input side host
if pillion input guest 2>/run/lab/refusal; then fail "a paused guest was given the keyboard"; fi
check "nor can it be given one" grep "no guest is running" /run/lab/refusal
check "virsh resumes it" virsh --quiet resume win10
wait_for 20 "pillion says so" status_is manager state guest

toggle
wait_for 10 "the guest has the input" status_is input side guest
echo poweroff >&9
wait_for 20 "the guest shuts itself down: pillion says so" status_is manager state host
check "and why" status_is manager reason "shut down"
check "the host has the input" status_is input side host

check "pillion starts it again" pillion start win10
if pillion start win10 2>/run/lab/refusal; then fail "a second start was not refused"; fi
check "a second start is refused, with a reason" grep "'win10' is already running" /run/lab/refusal
kill -KILL "$(cat /run/libvirt/qemu/win10.pid)"
wait_for 20 "QEMU dies: pillion says so" status_is manager state host
check "and why" status_is manager reason "QEMU ended unexpectedly"

check "pillion starts it once more" pillion start
systemctl stop --quiet libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd
wait_for 20 "libvirtd is gone: pillion says so" status_is manager libvirt-connected false
check "the guest is served all the same" status_is manager state guest
kill -KILL "$(cat /run/libvirt/qemu/win10.pid)"
systemctl start libvirtd
wait_for 40 "libvirtd is back: pillion is connected" status_is manager libvirt-connected true
wait_for 20 "and has learned that the guest is gone" status_is manager state host

# A guest that is ended while it is still being started stays ended.
pillion start >/run/lab/start 2>&1 &
start=$!
wait_for 20 "pillion starts it once more" status_is manager state starting
check "force ends it before it is there" pillion stop --force
if wait $start; then fail "the start says that it succeeded"; fi
guest_is_off() { test "$(virsh domstate win10)" = "shut off"; }
check "and it is not there" guest_is_off
check "nor is anything left to be cleared up" status_is manager state host
