#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 300
# A card with i2c buses, whose driver can be unloaded, is lent by a profile of its own; also when somebody has a bus open,
# or seems to.
. "${0%/*}/lib-switch.sh"
. "${0%/*}/lib-hold.sh"

lent=$spare
define_guest ""
mkdir -p /etc/pillion
printf '%s\n' '[guest]' 'domain = win10' '[devices]' "functions = $spare" '[host]' 'end-programs = dispensable' \
    >/etc/pillion/spare.conf
check "there is a place for what is lent" systemd-tmpfiles --create pillion.conf
start_spare_card
host_picture /run/lab/before
bus=$(bus_of $spare)

lent_and_returned() {
    check "it is lent" pillion-switch lend spare
    printf '%s\n' "$seen"
    check "it is with vfio-pci" driver_is $spare vfio-pci
    check "it is returned" pillion-switch return
    check "it is with its own driver" driver_is $spare radeon
}
as_before() {
    check "udev is idle" udevadm settle
    host_picture /run/lab/after
    same_picture /run/lab/before /run/lab/after
}

hold greedy.service hold "$bus"
ends_with 3 pillion-switch lend spare
says "greedy (pid $(pid_of greedy.service), greedy.service, root) has ${bus#/dev/} of $spare open: 'systemctl stop greedy.service'"
let_go greedy.service

echo "a descriptor on its way, which nobody has"
hold flying.scope fly "$bus"
ends_with 1 pillion-switch lend spare
says "the kernel counts 1 users of the module radeon, but no process has a device of it open"
as_before
let_go flying.scope

echo "one who may be ended"
hold dispensable.scope hold "$bus"
lent_and_returned
check "he has ended" has_ended dispensable.scope

echo "nobody"
lent_and_returned
as_before
