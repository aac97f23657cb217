#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the reboot of reboot.sh has left.
. "${0%/*}/lib-lend.sh"

# At the end of the boot before.
guard_said_that() { journalctl --boot=-1 --unit pillion-guest@win10 --output cat | grep "$1"; }

check "the guard has waited for the guest" guard_said_that "waiting for the guest to shut down"
if guard_said_that "^Cannot ask"; then fail "the guest was killed before it was told to shut down"; fi
check "the guest was told to shut down" guest_heard "acpi power-button"
check "no loan is open" test ! -s $journal
check "nothing had to be restored" test "$(systemctl show -P ConditionResult pillion-restore)" = no
{ links_in /etc && picture_of_functions; } | sort >/run/lab/after
check "the host is what it was" diff --unified=0 /var/lib/lab/before /run/lab/after
check "no unit of pillion's has failed" sh -c "! systemctl list-units --failed --plain --no-legend | grep pillion"
check "the display manager starts" systemctl start display-manager
wait_for 90 "alice is logged in" logged_in # nothing of hers has been read before
wait_for 40 "Xorg has both GPUs" xorg_has $host_gpu $gpu
