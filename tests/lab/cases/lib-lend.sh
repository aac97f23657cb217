# SPDX-License-Identifier: GPL-2.0-or-later
# What the cases that run pillion-switch share, on top of lib-switch.sh: a profile that has every kind of step which this
# machine can have, and a host in the state before.
# shellcheck shell=sh disable=SC2034

. "${0%/*}/lib-switch.sh"

journal=/var/lib/pillion/switch.journal

# set_scene [LINE...]: a desktop on both GPUs, the sound held, a service that holds the GPU, and the profile, which ends
# with LINE...; `before` is the picture of all that.
set_scene() {
    mkdir -p /run/lab/hooks
    for hook in before-lend after-lend before-return after-return; do
        # shellcheck disable=SC2016 # the hook's variables
        printf '#!/bin/sh\necho "%s $PILLION_PROFILE" >>/run/lab/hooks/said\n' $hook >/run/lab/hooks/$hook
        chmod 755 /run/lab/hooks/$hook
    done
    define_lent_guest
    write_profile '[guest]' 'grace = 20s' \
        '[host]' 'end-sessions = yes' 'stop-units = nvidia-persistenced.service' 'xorg-snippets = 10-guest-gpu.conf' \
        'hugepages = 2M:64' 'host-cpus = 0' \
        '[hooks]' 'before-lend = /run/lab/hooks/before-lend' 'after-lend = /run/lab/hooks/after-lend' \
        'before-return = /run/lab/hooks/before-return' 'after-return = /run/lab/hooks/after-return' "$@"
    start_desktop
    sound_held
    start_helper
    # What is made at first use stays, and is no change.
    check "there is a place for what is lent" systemd-tmpfiles --create pillion.conf
    host_picture /run/lab/before nvidia-persistenced.service
}

# as_before: the desktop has come up again, and the host is what it was.
as_before() {
    settle_desktop
    host_picture /run/lab/after nvidia-persistenced.service
    same_picture /run/lab/before /run/lab/after
}

settle_desktop() {
    wait_for 40 "alice is logged in" logged_in
    wait_for 20 "Xorg has both GPUs" xorg_has $host_gpu $gpu
    wait_for 30 "alice's PipeWire has the sound" sound_is_up
    check "udev is idle" udevadm settle
}

# is_lent: what lending promises.
is_lent() {
    check "the GPU is with vfio-pci" driver_is $gpu vfio-pci
    check "its sound, too" driver_is $gpu_sound vfio-pci
    check "the snippet has gone" sh -c "! cat $guest_link"
    wait_for 40 "alice is logged in on the other GPU" logged_in
    wait_for 20 "Xorg has that one only" xorg_has $host_gpu
}
