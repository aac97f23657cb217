#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# libvirt starts a guest inside the lab: the tests' own kernel, which needs no disk, with scream's shared
# memory in its bus. Emulated in an emulation, so a guest with an operating system would take minutes.
. "${0%/*}/lib.sh"

kernel=/usr/lib/pillion-tests/guest.elf
[ -e $kernel ] || skip "the stage has no $kernel"

console=/var/log/libvirt/qemu/nested-console.log
cat >/run/lab/nested.xml <<END
<domain type='qemu'>
  <name>nested</name>
  <memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type><kernel>$kernel</kernel></os>
  <devices>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <serial type='file'><source path='$console'/></serial>
    <shmem name='scream-ivshmem'><model type='ivshmem-plain'/><size unit='M'>2</size></shmem>
  </devices>
</domain>
END

alice_virsh() { as_alice virsh --quiet --connect qemu:///system "$@"; }
domain_is() { [ "$(alice_virsh domstate nested)" = "$1" ]; }

check "alice may define a guest" alice_virsh define /dev/stdin </run/lab/nested.xml
check "alice may start it" alice_virsh start nested
wait_for 60 "it runs" grep -w ready $console
check "it has scream's shared memory" test "$(stat -c %s /dev/shm/scream-ivshmem)" = 2097152
check "alice may end it" alice_virsh destroy nested
wait_for 10 "it has ended" domain_is 'shut off'
