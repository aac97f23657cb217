#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The demo's end: the machine has been switched off in the middle of a ride, and boots.
. "${0%/*}/lib-whole.sh"

show() { printf '\n--- %s\n' "$*"; }
soon() { wait_for "$@" >/dev/null && echo "  ✓ $2"; }

show "The next boot, before the display manager starts"
soon 60 "pillion-restore has looked" test "$(systemctl show --property Result --value pillion-restore)" = success
journalctl --boot --unit pillion-restore --output cat --no-pager | sed 's/^/  /'
[ ! -e $journal ] || fail "the loan is open still"
echo "  ✓ the loan is ended"

show "The desktop"
start_desktop >/dev/null
for function in $host_gpu $gpu $gpu_sound; do
    echo "  $function  driver $(basename "$(readlink "$pci/$function/driver")")"
done
driver_is $gpu bochs-drm || fail "the GPU is not with its driver"
echo "  ✓ alice is logged in, with both cards"
