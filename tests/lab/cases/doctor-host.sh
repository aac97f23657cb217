#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What `pillion doctor` tells alice, and root, of the machine and of the GPU that a guest is lent: its group, who has it
# open, and how it interrupts once the guest has it.
# deadline: 180
. "${0%/*}/lib-ride.sh"

# says_to_root VERDICT CHECK WORDS, says_to_alice the same: among all that it says.
found() { grep -E "^  $1 +$2 " /run/lab/doctor | grep -F -- "$3" || { cat /run/lab/doctor && return 1; }; }
says_to_alice() { pillion doctor >/run/lab/doctor || true; found "$@"; }
says_to_root() { /usr/bin/pillion doctor >/run/lab/doctor || true; found "$@"; }
advises() { grep -F -- "$1" /run/lab/doctor; }
hostdev() {
    echo "<hostdev mode='subsystem' type='pci' managed='$2'><source>"
    echo "<address domain='0' bus='1' slot='0' function='$1'/></source></hostdev>"
}
nodedev() { virsh --quiet "nodedev-$1" "pci_0000_01_00_$2"; }

configure '[guest]' 'domain = win10'
define_guest "$(hostdev 0 yes)"
check "the IOMMU is on" says_to_alice ok IOMMU "on, "
check "interrupts are remapped" found ok remapping "interrupts go through it"
check "half of a group is lent" found problem groups "0000:01:00.1"
check "why that does not do" advises "shares group"
check "managed='yes'" found warning hostdev "managed='yes': 0000:01:00.0"
check "keyboard and mouse are plugged in" found ok "into the guest" "are plugged into 'win10'"
check "only root sees who has it open" found ok holders "only root sees"

define_guest "$(hostdev 0 no; hostdev 1 no)"
check "the whole group is lent" says_to_alice ok groups "all that is in a group"
check "the GPU's driver" found ok device "0000:01:00.0 ("
check "another GPU is the boot screen" found ok "boot screen" "is another GPU's, 0000:00:01.0"
check "the tree has it" grep -E "^  └─ 0000:01:00\.1 .*snd_hda_intel.*lent" /run/lab/doctor
check "and not others" sh -c "! grep -E '─ 0000:03:00\.0' /run/lab/doctor"
check "all groups have others" sh -c "pillion doctor --groups | grep -E '─ 0000:03:00\.0 .*e1000e'"
check "in JSON too" sh -c "pillion doctor --json | perl -MJSON::PP -e 'undef \$/; exit !grep { @{\$_->{functions}} == 2 }
    @{JSON::PP->new->decode(<>)->{groups}}'"

# shellcheck disable=SC2217 # it is to have the file open, not to read it
sleep 1000 </dev/snd/controlC0 &
holder=$!
at_exit "kill $holder 2>/dev/null"
check "root sees who has it open" says_to_root warning holders "sleep (pid $holder, "
check "what to do" advises "end-programs = sleep"
kill $holder
wait $holder 2>/dev/null || true
wait_for 10 "it is let go" says_to_root ok holders "lending them now does not restart the display manager"

check "the sound is detached" nodedev detach 1
check "the GPU is detached" nodedev detach 0
start_pilliond
start_guest() { virsh --quiet start win10; }
check "the guest starts" start_guest
check "an interrupt by a line" says_to_alice warning interrupts "0000:01:00.1"
check "what to do" advises "MSISupported = 1"
check "nothing keeps the machine awake" found warning sleep "nothing keeps the machine from sleep"
cat /run/lab/doctor
check "the guest is ended" virsh --quiet destroy win10
check "the GPU is returned" nodedev reattach 0
check "the sound is returned" nodedev reattach 1
