#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 240
# The whole ride: alice says 'pillion start', the display manager is restarted and she is back on the other GPU, the guest
# has its own; it powers itself off, and the host is what it was.
. "${0%/*}/lib-whole.sh"

started() { property display-manager.service ActiveEnterTimestampMonotonic; }

refuses() { ! pillion start "$1" 2>/run/lab/said && grep "'win10' is already running" /run/lab/said; }

whole_scene
before=$(started)
check "pillion start" pillion start win10
printf '%s\n' "$seen"
check "the guest runs" state_is guest
is_lent
check "the display manager was restarted" test "$(started)" != "$before"
check "the guest has the GPU" sh -c "virsh qemu-monitor-command win10 --hmp 'info pci' | grep -i 1234:1111"
check "another guest is refused" refuses other
open_console
echo poweroff >&9
whole_again
check "nothing is left open" test ! -e $journal
