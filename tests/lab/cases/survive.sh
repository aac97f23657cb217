#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 500
# pilliond is killed while it lends, serves and gives back, and carries on; so it does when the guest crashes, when
# libvirtd is restarted, and when the guard of what is lent has given up. The other states are those of
# survive-states.sh.
. "${0%/*}/lib-whole.sh"

# Whoever waits for the answer of one that is killed is not answered.
start_in_background() { pillion start win10 >/run/lab/started 2>&1 & }

whole_scene
start_in_background
killed lending
wait_for 90 "it goes on, and the guest runs" state_is guest
check "the hardware is lent" lent
killed guest
wait_for 20 "it serves the guest again" state_is guest
check "libvirtd is restarted" systemctl restart libvirtd
wait_for 20 "libvirt is there again" status_is manager libvirt-connected true
check "the guest rides on" state_is guest
check "with its hardware" lent

check "the guest crashes" kill -KILL "$(cat /run/libvirt/qemu/win10.pid)"
killed returning
whole_again

# The guard has given up on a guest that stands still, and nobody is there who would give back.
write_profile '[guest]' 'shutdown-timeout = 5s' '[host]' 'end-sessions = yes' 'xorg-snippets = 10-guest-gpu.conf'
check "pillion start" pillion start win10
check "the guest stands still" virsh --quiet suspend win10
systemctl stop $unit
check "its guard has failed" unit_is failed
check "the hardware is lent still" lent
check "alice ends the guest, and has all given back" pillion stop --force
whole_again
check "nothing is left open" test ! -e $journal
