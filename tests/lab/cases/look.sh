#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 60
# What the switcher sees of real functions, nodes, holders and units is what the kernel and systemd have.
. "${0%/*}/lib.sh"

gpu=0000:01:00.0 sound=0000:01:00.1
pci=/sys/bus/pci/devices
look=/usr/lib/pillion-tests/pillion-test-look

look() { $look $gpu $sound >/run/lab/look; }
sees() { look && { grep -E -- "$1" /run/lab/look || { cat /run/lab/look && false; }; }; }
sees_not() { look && ! grep -E -- "$1" /run/lab/look; }
# Of FUNCTION, as sysfs has them below it: "node 0000:01:00.0 226:1 dri/card1".
nodes() {
    find "$(readlink -f "$pci/$1")" -name dev | while read -r dev; do
        echo "node $1 $(cat "$dev") $(sed -n 's/^DEVNAME=//p' "${dev%/dev}/uevent")"
    done | sort
}
# shellcheck disable=SC2317 # called by check
same_nodes() {
    look
    nodes "$1" >/run/lab/nodes
    [ -s /run/lab/nodes ]
    grep "^node $1 " /run/lab/look | sort | diff - /run/lab/nodes
}

check "the host GPU" sees "^function 0000:00:01.0 driver=bochs-drm module=bochs group=[0-9]+ .* boot_vga$"
check "the guest GPU" sees "^function $gpu driver=bochs-drm module=bochs group=[0-9]+ .* power=D0$"
check "its sound" sees "^function $sound driver=snd_hda_intel module=snd_hda_intel group=[0-9]+ "
check "a bridge" sees "^function 0000:00:[0-9a-f.]+ driver=pcieport module= group=[0-9]+ .* bridge$"
check "what they are called" sees "^name $sound Intel Corporation .*High Definition Audio Controller$"
check "the nodes of the guest GPU" same_nodes $gpu
check "the nodes of its sound" same_nodes $sound
check "the root file system's disk" sees "^mounted 0000:[0-9a-f:.]+ [a-z]+[0-9]* /$"
check "the framebuffer of the guest GPU" sees "^framebuffer [0-9]+ $gpu$"
check "that there is an IOMMU" sees "^iommu 1$"
check "that vfio-pci can be had" sees "^vfio 1$"
check "processors" sees "^cpus $(cat /sys/devices/system/cpu/online)$"

control=$(sed -n "s/^node $sound .* \(snd\/controlC.*\)/\1/p" /run/lab/look)
card=$(sed -n "s/^node $gpu .* \(dri\/card.*\)/\1/p" /run/lab/look)
check "nobody holds them" sees_not "^holder"
check "all could be seen" sees "^unseen 0$"
systemd-run --quiet --unit=keeper sh -c "exec sleep 1000 </dev/$control"
wait_for 5 "a unit that holds the sound" sees "^holder sleep \(pid [0-9]+, keeper.service, root\) has $control of $sound open"
systemctl stop keeper
setfacl -m u:alice:rw "/dev/$card"
as_alice systemd-run --user --quiet --unit=keeper sh -c "exec sleep 1000 </dev/$card"
wait_for 5 "a user's unit that holds the GPU" \
    sees "^holder sleep \(pid [0-9]+, keeper.service, alice\) has $card of $gpu open \[user@1000.service\]"
rm "/dev/$card"
check "a holder of a node that has no name any more" sees "^holder sleep .* has $card of $gpu open"
as_alice systemctl --user stop keeper
check "nobody holds them again" sees_not "^holder"
check "an ordinary user sees the hardware" as_alice sh -c "$look $gpu $sound | grep '^function $gpu'"
check "and that there are others" as_alice sh -c "$look $gpu $sound | grep -E '^unseen [1-9]'"

if [ "$(systemctl show -P LoadState display-manager.service)" != loaded ]; then
    check "that there is no display manager" sees "^desktop  inactive$"
    printf '[Service]\nExecStart=sleep 1000\n' >/etc/systemd/system/screens.service
    ln -s screens.service /etc/systemd/system/display-manager.service
    systemctl daemon-reload
    check "one that does not run" sees "^desktop screens.service inactive$"
    systemctl start display-manager
    check "one that runs" sees "^desktop screens.service active$"
else
    check "the display manager" sees "^desktop $(systemctl show -P Id display-manager.service) "
fi
look
tail -n 1 /run/lab/look
