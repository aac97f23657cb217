#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The spare card does what the cards of this world do: its module goes only when nobody has the card open, and unbinding
# it blocks for as long as somebody has an i2c bus of it open.
. "${0%/*}/lib-switch.sh"

unload_fails() { ! modprobe --remove radeon; }
is_blocked() { grep 'State:.*disk sleep' "/proc/$writer/status" && grep i2c_del_adapter "/proc/$writer/stack"; }
is_unbound() { ! test -e "$pci/$spare/driver"; }

hold_bus() {
    # shellcheck disable=SC2217 # to have it open is all
    sleep 1000 <"$(bus_of $spare)" &
    holder=$!
}

start_spare_card
check "the driver goes" modprobe --remove radeon
check "and comes" modprobe radeon

hold_bus
wait_for 10 "somebody has the bus open" held_by $spare sleep
check "the driver stays then" unload_fails
kill $holder
wait_for 10 "nobody has" idle $spare
check "it is lent" nodedev detach $spare
check "it is returned" nodedev reattach $spare
check "to its driver" driver_is $spare radeon

hold_bus
wait_for 10 "somebody has the bus open" held_by $spare sleep
sh -c "echo $spare >/sys/bus/pci/drivers/radeon/unbind" &
writer=$!
wait_for 10 "unbinding blocks" is_blocked
kill $holder
wait $writer
check "until it is closed" is_unbound
