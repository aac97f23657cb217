#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 240
# The package: what it installs is known to what runs already; an upgrade disturbs no loan, and a removal is refused during
# one; what it leaves is root's own work.
. "${0%/*}/lib-switch.sh"

unit=pillion-guest@win10.service
package=$(echo /var/cache/lab/pillion_*.deb)
guard() { systemctl show --property MainPID --value $unit; }
unit_is() { test "$(systemctl is-active $unit)" = "$1"; }
lent() { driver_is $gpu vfio-pci && driver_is $gpu_sound vfio-pci; }
leads_to() { test "$(readlink "$1")" = "$2"; }
bus_knows() { "$@" list --activatable --no-legend | grep -w "$name"; }
remove_refused() { ! dpkg --remove pillion >/run/lab/said 2>&1; }

# debris: all of ours that is left, but for the lab's own, and journals and such that are of the past.
debris() {
    find / -path /proc -prune -o -path /sys -prune -o -path /usr/lib/pillion-tests -prune -o -path /var/cache/lab -prune -o \
        -path /var/lib/dpkg -prune -o -path /run/log -prune -o -path /run/lab -prune -o -iname '*pillion*' -print -o \
        -name scream-ivshmem -print
}

check "systemd knows the unit of a loan" systemctl cat $unit
check "and what is done at boot" test "$(systemctl is-enabled pillion-restore)" = static
name=org.pillion.Devices1
check "the bus can start pillion-devices" bus_knows busctl --system
name=org.pillion1
check "alice's can start pilliond" bus_knows as_alice busctl --user
check "which does not start by itself" test "$(as_alice systemctl --user is-enabled pilliond)" = disabled
check "there is a group" getent group pillion
check "uinput is the group input's" test "$(stat --format '%U %G %a' /dev/uinput)" = "root input 660"
check "the guest's sound has its file" test "$(stat --format '%U %G %a' /dev/shm/scream-ivshmem)" = "root kvm 660"
check "a profile has its folder" test -d /etc/pillion

write_profile '[guest]' 'domain = win10' '[host]' 'xorg-snippets = 10-guest-gpu.conf'
define_lent_guest
was=$(readlink $guest_link)
check "the snippet is adopted" pillion-switch adopt win10
check "the hardware is lent" systemctl start $unit
before=$(guard)

check "while it is lent, the package cannot be removed" remove_refused
check "it says why" grep "hardware of this machine is lent" /run/lab/said
check "and what to do" grep "systemctl stop 'pillion-guest@\*'" /run/lab/said
check "it is whole" dpkg --verify pillion
check "an upgrade goes through" dpkg --install "$package"
check "the guard is the one that it was" test "$(guard)" = "$before"
check "it is lent still" lent
check "what it says to do works" systemctl stop 'pillion-guest@*'
check "all is given back" driver_is $gpu bochs-drm

check "now it can be removed" dpkg --remove pillion
check "the snippet is where it was" leads_to $guest_link "$was"
if systemctl cat $unit >/dev/null 2>&1; then fail "systemd still knows the unit"; fi
check "it is purged" dpkg --purge pillion
check "nothing is left" test "$(debris | xargs)" = /etc/pillion
check "but root's own work" test -s /etc/pillion/win10.conf
