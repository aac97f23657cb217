#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The lab is what it says it is: an IOMMU, the groups and drivers of a real desktop, and a user who may do
# what pillion asks of a user. When this fails, no other case has anything to say.
. "${0%/*}/lib.sh"

gpu=0000:01:00.0 sound=0000:01:00.1
pci=/sys/bus/pci/devices

driver_is() { [ "$(basename "$(readlink "$pci/$1/driver")")" = "$2" ]; }
group_is() { [ "$(cd "$pci/${1%% *}/iommu_group/devices" && echo *)" = "$1" ]; }
speakers_are_default() { as_alice wpctl inspect @DEFAULT_AUDIO_SINK@ | grep 'node.name = "lab-speakers"'; }
nodedev() { virsh --quiet --connect qemu:///system "nodedev-$1" "pci_$(echo "$2" | tr :. __)"; }

check "there is an IOMMU" test -e /sys/class/iommu/dmar0
check "the guest GPU and its sound share a group, with nobody else" group_is "$gpu $sound"
check "two bystanders share a group" group_is "0000:02:00.0 0000:02:00.1"
check "a network card is alone in its group" group_is 0000:03:00.0
check "the host GPU was started by the firmware" grep -x 1 $pci/0000:00:01.0/boot_vga
check "the host GPU has its driver" driver_is 0000:00:01.0 bochs-drm
check "the guest GPU has its driver" driver_is $gpu bochs-drm
check "the guest GPU's sound has its driver" driver_is $sound snd_hda_intel

check "alice's speakers are the default sink" speakers_are_default
check "alice may talk to libvirt" as_alice virsh --connect qemu:///system list --all
check "alice is nobody special there" sh -c "! id alice | grep -E 'root|sudo|adm'"

# A keyboard named "lab", by the ioctls of linux/uinput.h: UI_SET_EVBIT, UI_SET_KEYBIT, UI_DEV_SETUP,
# UI_DEV_CREATE.
# shellcheck disable=SC2016 # Perl's variables
create_keyboard='
    sysopen(my $uinput, "/dev/uinput", 2) or die "/dev/uinput: $!";
    my $setup = pack("S4 a80 L", 3, 1, 1, 1, "lab", 0);
    ioctl($uinput, 0x40045564, 1) && ioctl($uinput, 0x40045565, 30)
        && ioctl($uinput, 0x405c5503, $setup) && ioctl($uinput, 0x5501, 0) or die "ioctl: $!";
    open(my $devices, "/proc/bus/input/devices");
    exit(!grep { /Name="lab"/ } <$devices>);'
check "alice may create an input device" as_alice perl -e "$create_keyboard"

for function in $sound $gpu; do
    check "$function can be lent" nodedev detach "$function"
    check "$function is with vfio-pci" driver_is "$function" vfio-pci
done
check "the group has its VFIO node" test -c "/dev/vfio/$(basename "$(readlink $pci/$gpu/iommu_group)")"
for function in $gpu $sound; do
    check "$function can be returned" nodedev reattach "$function"
done
check "the guest GPU has its driver again" driver_is $gpu bochs-drm
check "the guest GPU's sound has its driver again" driver_is $sound snd_hda_intel

# The keyboard and the mouse that hang on the machine's own USB: a test presses their keys from outside, or
# pulls the plug.
mouse_is_gone() { ! grep 'QEMU USB Mouse' /proc/bus/input/devices; }

evtest /dev/input/by-path/*usb*-event-kbd >/run/lab/keys &
at_exit "kill $!"
wait_for 10 "there is a USB keyboard" grep -F 'Testing ...' /run/lab/keys
machine sendkey a
wait_for 10 "a key pressed outside arrives" grep 'KEY_A.*value 1' /run/lab/keys
check "there is a USB mouse" grep 'QEMU USB Mouse' /proc/bus/input/devices
machine device_del mouse
wait_for 10 "its plug can be pulled" mouse_is_gone
