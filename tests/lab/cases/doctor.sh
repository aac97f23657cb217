#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What `pillion doctor` tells alice, from a guest without shared memory to one that is heard; and that the file which
# our line of tmpfiles.d makes is one that QEMU can grow and alice can read.
# deadline: 240
. "${0%/*}/lib-ride.sh"

file=/dev/shm/scream-ivshmem

# doctor_says VERDICT CHECK WORDS: among all that it says.
doctor_says() {
    pillion doctor >/run/lab/doctor || true
    grep -E "^  $1 +$2 " /run/lab/doctor >/run/lab/found || { cat /run/lab/doctor && return 1; }
    grep -F -- "$3" /run/lab/found || { cat /run/lab/doctor && return 1; }
}
# advises WORDS: below what it said last.
advises() { grep -F -- "$1" /run/lab/doctor; }
access_of() { stat -c '%U:%G %a %s' $file; }
start_guest() {
    check "the guest starts" virsh --quiet start win10
    open_console
}
end_guest() {
    exec 9>&-
    check "the guest is ended" virsh --quiet destroy win10
}

configure '[guest]' 'domain = win10'
define_guest "<!-- nothing -->"
check "it fails" sh -c "! setpriv --reuid=alice --regid=alice --init-groups pillion doctor"
check "no shared memory" doctor_says problem "shared memory" "'win10' has no shared memory"
check "what to add" advises "pillion domain prepare win10"
check "no pilliond" doctor_says warning pilliond "pilliond is not running"
check "PipeWire answers" doctor_says ok PipeWire "answers at '/run/user/1000/pipewire-0'"
check "there are speakers" doctor_says ok speakers lab-speakers
start_pilliond

# As it is on a machine whose file is not made at boot.
rm $file
define_guest "$(shmem_xml)"
check "the size for Windows" doctor_says ok "shared memory" "UseIVSHMEM = 2"
check "no file" doctor_says ok "its file" "does not exist yet"
check "libvirt makes AppArmor's rule" doctor_says ok confinement "libvirt makes the rule"

# What QEMU makes of it by itself.
start_guest
echo "  QEMU's own file: $(access_of)"
check "is for everybody" test "$(access_of)" = "libvirt-qemu:libvirt-qemu 644 2097152"
check "which alice may read" doctor_says ok "its file" "2 MiB, libvirt-qemu"
end_guest
rm $file

check "our line makes the file" systemd-tmpfiles --create pillion.conf
echo "  our own file: $(access_of)"
check "is empty, and the group's" test "$(access_of)" = "root:kvm 660 0"
check "empty" doctor_says ok "its file" "QEMU grows it"
check "at boot" doctor_says ok "file at boot" "/usr/lib/tmpfiles.d/pillion.conf makes it root:kvm, mode 0660"

chmod 0600 $file
check "denied" doctor_says problem "its file" "root:kvm, mode 0600, and alice cannot read it"
check "what to do" advises "sudo systemd-tmpfiles --create pillion.conf"
check "that helps" systemd-tmpfiles --create pillion.conf
check "indeed" test "$(access_of)" = "root:kvm 660 0"

truncate -s 1M $file
check "wrong size" doctor_says problem "its file" "has 1048576 bytes, the guest's definition says 2097152"
check "QEMU does not start with it" sh -c "! virsh --quiet start win10"
check "what to do" advises "sudo truncate -s 0 $file"
truncate -s 0 $file

start_guest
check "QEMU has grown it" test "$(access_of)" = "root:kvm 660 2097152"
check "all zeros" doctor_says warning driver "no driver has ever written"
check "what may be missing" advises "IVSHMEM driver of virtio-win"

tell_guest "play 48000 16 2 440"
check "playing" doctor_says ok driver "the guest plays 48000 Hz, 16 bit, 2 channels, peak -12."
check "it has no problem" pillion doctor
cat /run/lab/doctor
tell_guest "mute on"
check "muted" doctor_says warning driver "digital silence"
tell_guest "pause"
check "paused" doctor_says ok driver "nothing plays in the guest"
tell_guest "poke 16 00"
check "bad header" doctor_says problem driver "is not Scream's"
tell_guest "stop"
check "stopped" doctor_says ok driver "no program in the guest plays"
