#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 500
# pillion-guest@win10: lends, stays, and gives back when the guest is gone or when it is told to; not when libvirtd is.
. "${0%/*}/lib-switch.sh"

unit=pillion-guest@win10.service
unit_is() { test "$(systemctl is-active $unit)" = "$1"; }
property() { systemctl show --property "$1" --value $unit; }
status_says() { property StatusText | grep -F -- "$1"; }
lent() { driver_is $gpu vfio-pci && driver_is $gpu_sound vfio-pci; }
given_back() { unit_is inactive && driver_is $gpu bochs-drm && driver_is $gpu_sound snd_hda_intel; }
sleep_is_inhibited() { systemd-inhibit --list --no-legend | grep pillion; }
# killed: the guard, and a new one has taken over.
killed() {
    guard=$(property MainPID)
    kill -KILL "$guard"
    wait_for 30 "the guard is killed: there is another" new_guard
    wait_for 30 "it is ready" unit_is active
    check "it has given nothing back" lent
    check "nothing is lent twice" test "$(find /var/lib/pillion/history -name '*.journal' 2>/dev/null | wc -l)" = "$over"
}
new_guard() { test "$(property MainPID)" != "$guard" && test "$(property MainPID)" != 0; }
over=0

write_profile '[guest]' 'domain = win10' 'grace = 10s' 'shutdown-timeout = 15s'
define_lent_guest
host_picture /run/lab/before
check "starting the unit lends" systemctl start $unit
check "the GPU is lent" lent
check "the host does not go to sleep" sleep_is_inhibited
wait_for 10 "it waits for the guest" status_says "waiting for the guest"
killed
check "the host still does not go to sleep" sleep_is_inhibited

check "the guest starts" virsh --quiet start win10
wait_for 20 "the guard sees it" status_says "the guest runs"
killed
wait_for 20 "the new one sees the guest, too" status_says "the guest runs"
check "libvirtd is restarted" systemctl restart libvirtd
sleep 12 # longer than the grace time
check "the guest has kept all" lent
wait_for 20 "the guard sees the guest" status_says "the guest runs"

check "the guest is gone" virsh --quiet destroy win10
wait_for 20 "the guard knows" status_says "the guest has ended"
sleep 6
check "the loan is renewed" systemctl reload $unit
sleep 6
check "so it stays" lent
wait_for 60 "and then goes back by itself" given_back
host_picture /run/lab/after
same_picture /run/lab/before /run/lab/after
over=1

check "lent again" systemctl start $unit
check "the guest starts again" virsh --quiet start win10
wait_for 60 "the guest is up" grep -x ready $console
check "stopping the unit shuts the guest down" systemctl stop $unit
check "the guest is gone" test "$(virsh domstate win10 | head -n 1)" = "shut off"
wait_for 20 "all is back" given_back
host_picture /run/lab/after
same_picture /run/lab/before /run/lab/after
over=2

# One that does not shut down keeps what it has.
check "lent once more" systemctl start $unit
check "the guest starts once more" virsh --quiet start win10
wait_for 20 "the guard sees the guest" status_says "the guest runs"
check "the guest stands still" virsh --quiet suspend win10
systemctl stop $unit
check "stopping has failed" unit_is failed
check "the GPU is lent still" lent
check "returning by hand is refused" sh -c "pillion-switch return; test \$? = 3"
check "the unit takes the loan over again" systemctl start $unit
wait_for 20 "the guard sees the guest, still" status_says "the guest runs"
check "the guest is ended" virsh --quiet destroy win10
wait_for 60 "and all goes back" given_back
host_picture /run/lab/after
same_picture /run/lab/before /run/lab/after
