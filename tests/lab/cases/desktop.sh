#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 300
# What the switcher's cases stand on: a desktop on both GPUs with the guest's sound in use, and a picture of the host that
# a loan changes and a return restores. By plain shell, in the order that hangs nothing.
. "${0%/*}/lib-switch.sh"

lend_by_hand() {
    check "the display manager stops" systemctl stop display-manager
    rm $guest_link
    for function in $gpu_sound $gpu; do
        wait_for 10 "nobody holds $function" idle "$function"
        check "$function is lent" nodedev detach "$function"
    done
    start_desktop $host_gpu
}

return_by_hand() {
    check "the display manager stops" systemctl stop display-manager
    ln -s ../xorg.conf.avail/10-guest-gpu.conf $guest_link
    for function in $gpu $gpu_sound; do
        check "$function is returned" nodedev reattach "$function"
    done
    start_desktop
    sound_held
}

define_lent_guest
start_desktop
sound_held
host_picture /run/lab/before
grep -c . /run/lab/before

lend_by_hand
host_picture /run/lab/lent
check "the picture shows the loan" grep "^function .*/$gpu/driver .*/vfio-pci" /run/lab/lent
check "and that Xorg has one GPU" test "$(grep -c '^xorg' /run/lab/lent)" = 1
check "the guest starts with both functions" virsh --quiet start win10
wait_for 60 "it runs" grep -x ready $console
check "and ends" virsh --quiet destroy win10

return_by_hand
host_picture /run/lab/after
same_picture /run/lab/before /run/lab/after
