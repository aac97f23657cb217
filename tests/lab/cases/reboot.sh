#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 240
# after: reboot
# The host is rebooted in mid-ride. In order: the guest is told to shut down, what was lent is given back, and the next boot
# has nothing to restore.
. "${0%/*}/lib-switch.sh"

write_profile '[guest]' 'domain = win10' 'shutdown-timeout = 60s' '[host]' 'xorg-snippets = 10-guest-gpu.conf'
define_guest "$(shmem_xml; input_xml; hostdev_xml $gpu $gpu_sound)"
mkdir -p /var/lib/lab
{ links_in /etc && picture_of_functions; } | sort >/var/lib/lab/before

check "the GPU is lent" systemctl start pillion-guest@win10
check "it is with vfio-pci" driver_is $gpu vfio-pci
check "the snippet has gone" sh -c "! cat $guest_link"
configure '[guest]' 'domain = win10'
start_pilliond
wait_for 60 "pilliond has libvirt" status_is manager libvirt-connected true
check "pillion starts the guest" pillion start
check "it runs" status_is manager state guest
wait_for 60 "the guest is up" grep -x ready $console
sync
