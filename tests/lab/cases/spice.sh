#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 300
# 'pillion start --spice' starts the guest from its one definition with a screen of its own: nothing is lent, the desktop is
# not touched, and the definition stays what it is. An ordinary start lends the hardware after that as ever; and what all
# this has left in the journal, 'pillion logs' shows.
. "${0%/*}/lib-whole.sh"

definition() { virsh dumpxml --inactive win10; }
monitor() { virsh qemu-monitor-command win10 --hmp "$*"; }
desktop() { property display-manager.service ActiveEnterTimestampMonotonic && pidof Xorg; }
xml_has() { virsh dumpxml win10 | grep -F -- "$1"; }
monitor_has() { monitor "$1" | grep -e "$2"; }
says() { grep -F -- "$1" /run/lab/said; }
fails() { ! "$@"; }
show_logs() { pillion logs "$@" >/run/lab/said 2>/run/lab/heard; }

whole_scene
definition >/run/lab/defined.xml
before=$(desktop)
check "pillion start --spice" pillion start --spice win10
printf '%s\n' "$seen" | tee /run/lab/said
check "libvirt is asked for nothing but a guest" test "$(sed 's/.* s  //' /run/lab/said | xargs)" = \
    "see whether win10 can be started start win10"
check "the guest runs" state_is guest

check "it has a screen of SPICE's" xml_has "<graphics type='spice'"
check "which QEMU serves" monitor_has "info spice" "^Server:"
check "and a card for it" xml_has "<model type='virtio'"
check "which QEMU has plugged in" monitor_has "info pci" "VGA controller: PCI device 1af4:1050"
check "it has nothing of the host's" fails xml_has "<hostdev"
check "nor has QEMU" fails monitor_has "info qtree" "vfio-pci"
check "its keyboard and mouse are its window's" fails xml_has /dev/input/by-id/pillion-

check "the GPU is the host's" driver_is $gpu bochs-drm
check "its sound, too" driver_is $gpu_sound snd_hda_intel
check "nobody was asked to lend them" unit_is inactive
check "ever" test "$(property $unit InactiveEnterTimestampMonotonic)" = 0
check "nothing is in the journal of the loans" test ! -e $journal
check "the desktop is the same" test "$(desktop)" = "$before"
host_picture /run/lab/meanwhile
# libvirtd holds up a shutdown while a guest runs.
sed --in-place '/^inhibitor /d' /run/lab/meanwhile
sed '/^inhibitor /d' /run/lab/before >/run/lab/before-it
same_picture /run/lab/before-it /run/lab/meanwhile
check "the definition is what it was" sh -c 'virsh dumpxml --inactive win10 | cmp /run/lab/defined.xml'

pillion status | tee /run/lab/said
check "pillion says that it runs" says "guest     win10: running"
check "and that nothing is lent" says "hardware  at the host"
check "nothing is said to be amiss" fails says "!"

open_console
check "pillion stop ends it" pillion stop
check "by its own power button" guest_heard "acpi power-button"
check "pillion says that it is gone" state_is host
check "the definition is what it was" sh -c 'virsh dumpxml --inactive win10 | cmp /run/lab/defined.xml'

check "pillion start lends the hardware" pillion start win10
printf '%s\n' "$seen"
is_lent
check "the guest has the GPU" monitor_has "info pci" "1234:1111"
check "and no other screen" fails xml_has "<graphics"
open_console
check "pillion stop ends it" pillion stop
whole_again

check "alice is shown what may be shown to all" show_logs
check "of pilliond" grep -E ' pilliond\[[0-9]+\]: ' /run/lab/said
check "and not of the loan" fails grep ' pillion-switch\[' /run/lab/said
check "and is told who sees the rest" grep -F "the group" /run/lab/heard
check "she joins them" gpasswd --add alice systemd-journal
check "she is shown all" show_logs win10
check "of pilliond" grep -E ' pilliond\[[0-9]+\]: ' /run/lab/said
check "of the loan" grep -E ' pillion-switch\[[0-9]+\]: ' /run/lab/said
check "and what systemd says of it" grep -E " systemd\[1\]: (Started|Stopped) pillion-guest@win10" /run/lab/said
check "with nothing to complain of" test ! -s /run/lab/heard
check "what was lent to another is another matter" show_logs other
check "of pilliond" grep -E ' pilliond\[[0-9]+\]: ' /run/lab/said
check "and not of that loan" fails grep -e ' pillion-switch\[' -e pillion-guest@win10 /run/lab/said
