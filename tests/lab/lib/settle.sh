# SPDX-License-Identifier: GPL-2.0-or-later
# settle: waits until the freshly booted lab has nothing left to do, and warms up what every test would wait
# for.
# shellcheck shell=sh
. "${0%/*}/lib.sh"

has_default_sink() { as_alice wpctl inspect @DEFAULT_AUDIO_SINK@ | grep -q 'node.name = "lab-speakers"'; }

check "the system is up" systemctl is-system-running --wait
check "alice's session is up" as_alice systemctl --user is-system-running --wait
check "her session manager runs" as_alice systemctl --user is-active pipewire wireplumber
wait_for 30 "her speakers are the default" has_default_sink
check "udev is idle" udevadm settle
check "libvirt knows its emulator" virsh --quiet --connect qemu:///system domcapabilities --virttype qemu
check "alice is let in" as_alice virsh --quiet --connect qemu:///system list
sync
