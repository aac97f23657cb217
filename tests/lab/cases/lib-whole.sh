# SPDX-License-Identifier: GPL-2.0-or-later
# What the cases of the whole ride share, on top of lib-lend.sh: pilliond in alice's session, which lingers only if it has
# to, and a guest with the GPU that pillion starts.
# shellcheck shell=sh disable=SC2034

. "${0%/*}/lib-lend.sh"

unit=pillion-guest@win10.service
property() { systemctl show --property "$2" --value "$1"; }
unit_is() { test "$(systemctl is-active $unit)" = "$1"; }
lent() { driver_is $gpu vfio-pci && driver_is $gpu_sound vfio-pci; }
state_is() { status_is manager state "$1"; }

# whole_scene: alice at her desktop, in the group, with pilliond and a guest that has the GPU; `before` is the picture.
whole_scene() {
    gpasswd --add alice pillion >/dev/null
    configure '[guest]' 'domain = win10' '[log]' 'level = debug'
    define_guest "$(shmem_xml; input_xml; hostdev_xml $gpu $gpu_sound)"
    write_profile '[guest]' 'grace = 30s' '[host]' 'end-sessions = yes' 'xorg-snippets = 10-guest-gpu.conf'
    start_desktop
    sound_held
    check "there is a place for what is lent" systemd-tmpfiles --create pillion.conf
    start_pilliond
    host_picture /run/lab/before
}

# bare_scene [LINE...]: the same without a desktop, so that a switch takes no time, and with alice in no group. The
# profile ends with LINE... Nothing goes back by itself within the time of a case.
bare_scene() {
    configure '[guest]' 'domain = win10' '[log]' 'level = debug'
    define_guest "$(shmem_xml; input_xml; hostdev_xml $gpu $gpu_sound)"
    write_profile '[guest]' 'grace = 300s' "$@"
    check "there is a place for what is lent" systemd-tmpfiles --create pillion.conf
    start_pilliond
    host_picture /run/lab/before
}

# bare_again: all is the host's once more, and as it was.
bare_again() {
    check "udev is idle" udevadm settle
    host_picture /run/lab/after
    same_picture /run/lab/before /run/lab/after
}

# killed STATE: pilliond, by SIGKILL, as soon as it is in STATE; systemd starts another.
killed() {
    wait_for 60 "it is $1" state_is "$1"
    daemon=$(as_alice systemctl --user show --property MainPID --value pilliond)
    kill -KILL "$daemon"
    wait_for 20 "pilliond is killed, and there is another" new_pilliond
}
new_pilliond() {
    new=$(as_alice systemctl --user show --property MainPID --value pilliond)
    test "$new" != 0 && test "$new" != "$daemon" && pillion status
}

# whole_again: all is the host's once more, and as it was.
whole_again() {
    wait_for 90 "pillion says that all is the host's" state_is host
    settle_desktop
    host_picture /run/lab/after
    same_picture /run/lab/before /run/lab/after
}
