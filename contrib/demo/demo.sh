#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The ride that contrib/demo.sh shows; runs in the lab. Each thing shown is checked too: the demo fails if it is not so.
# deadline: 240
. "${0%/*}/lib-ride.sh"

show() { printf '\n--- %s\n' "$*"; }
gpu=pci_0000_01_00_0 sound=pci_0000_01_00_1

show "The machine: a GPU for the host, one for the guest in an IOMMU group of its own"
lspci -d ::03xx
for device in /sys/bus/pci/devices/0000:01:00.*; do
    echo "$(basename "$device")  IOMMU group $(basename "$(readlink "$device/iommu_group")"), driver $(basename "$(readlink "$device/driver")")"
done

show "Lending the GPU and its sound to vfio-pci (by virsh: pillion does not do this yet)"
virsh --quiet nodedev-detach $sound
virsh --quiet nodedev-detach $gpu
hostdev() {
    echo "    <hostdev mode='subsystem' type='pci' managed='no'>"
    echo "      <source><address domain='0' bus='1' slot='0' function='$1'/></source></hostdev>"
}

show "alice starts pilliond in her session, and with it the guest"
attach_desk
configure '[guest]' 'domain = win10'
define_guest "$(shmem_xml; input_xml; hostdev 0; hostdev 1)"
start_pilliond
echo '$ pillion start'
check "pillion starts the guest" pillion start
open_console

show "The guest's own words, on its serial port"
tr -d '\r' <$console | sed 's/^/    guest: /'
check "the guest sees a GPU on its bus" grep -w 1234:1111 $console

show "The guest plays 440 Hz at -12 dB full scale; this is what comes out of alice's speakers"
tell_guest "play 48000 16 2 440"
wait_for 20 "pillion has found the sound" status_is audio state playing
record 5
tone=$("$tests/pillion-test-tone" /run/user/1000/capture.wav) || fail "nothing came out of the speakers"
echo "    speakers: $tone"
echo "$tone" | grep -q 'frequency 4\(39\|40\)\.' || fail "that is not 440 Hz"
echo '$ pillion status'
pillion status | sed 's/^/    /'

show "alice types h, o; presses LCtrl+RCtrl; types g, u, moves the mouse; LCtrl+RCtrl; types h, i"
type_keys tap:h tap:o
wait_for 10 "the host has O" host_heard "key KEY_O release"
toggle
wait_for 10 "the guest has the input" status_is input side guest
type_keys tap:g tap:u
move_mouse move:5:5
wait_for 20 "the guest has U" guest_heard "key 22 release"
wait_for 20 "and has felt the mouse" guest_heard "mouse move 5 5"
toggle
wait_for 10 "the host has the input" status_is input side host
type_keys tap:h tap:i
wait_for 10 "the host has I" host_heard "key KEY_I release"
echo "    host:  $(grep press /run/lab/host-keys | cut -d ' ' -f 2 | tr '\n' ' ')"
echo "    guest: $(tr -d '\r' <$console | grep -E '^(key|mouse)' | tr '\n' ',' | sed 's/,/, /g')"
check "G and U have stayed the guest's" sh -c '! grep -E "KEY_[GU]" /run/lab/host-keys'

show "alice ends the guest"
echo '$ pillion stop'
check "pillion stops the guest" pillion stop
echo '$ pillion status'
pillion status | sed 's/^/    /'
check "the input is the host's" status_is input side host
virsh --quiet nodedev-reattach $gpu
virsh --quiet nodedev-reattach $sound
check "the GPU is with its driver again" test "$(basename "$(readlink /sys/bus/pci/devices/0000:01:00.0/driver)")" = bochs-drm
