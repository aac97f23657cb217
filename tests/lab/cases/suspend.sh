#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 300
# Sleep in mid-ride: the input comes home first, and the guest's sound goes on afterwards. While hardware is lent the machine
# does not go to sleep: who asks for it is refused, and is told by whom.
. "${0%/*}/lib-switch.sh"
. "${0%/*}/lib-seat.sh"

sleep_is_delayed() { systemd-inhibit --list --no-legend | grep -w delay | grep pillion; }
can_suspend() { she_does "busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager CanSuspend"; }
may_suspend() { test "$(can_suspend)" = "s \"$1\""; }

# To where every device sleeps and, five seconds later, wakes up: there is nobody to wake a machine that sleeps in earnest.
echo devices >/sys/power/pm_test || skip "this kernel cannot pretend to sleep"
sit_down
ride
tell_guest "play 48000 16 2 440"
wait_for 20 "the guest is heard" status_is audio state playing
toggle
wait_for 10 "the guest has the input" status_is input side guest
wait_for 10 "pilliond can delay sleep" sleep_is_delayed

check "alice may suspend" may_suspend yes
check "she suspends" she_does "systemctl suspend"
wait_for 20 "the input comes home" status_is input side host
check "and it is said why" status_has input home-reason "the machine goes to sleep"
wait_for 60 "the machine has slept" sh -c "journalctl --boot --dmesg | grep -q 'PM: suspend exit'"
wait_for 20 "sleep can be delayed again" sleep_is_delayed
check "the guest runs" status_is manager state guest
wait_for 20 "it is heard" hears 440
toggle
wait_for 10 "it gets the input again" status_is input side guest
type_keys tap:b
wait_for 20 "and the keys" guest_heard "key 48 release"
toggle
check "the guest is ended" pillion stop --force

echo "  -- hardware is lent"
write_profile '[guest]' 'domain = win10'
define_lent_guest
check "the GPU is lent" systemctl start pillion-guest@win10
check "it is with vfio-pci" driver_is $gpu vfio-pci
if may_suspend yes; then fail "alice may suspend while hardware is lent"; fi
if she_does "systemctl suspend" >/run/lab/refusal; then fail "alice has suspended while hardware is lent"; fi
# As on a terminal, where systemctl asks first.
if systemctl suspend --check-inhibitors=yes 2>/run/lab/refusal; then fail "root was not told that hardware is lent"; fi
check "root is told by whom" grep pillion /run/lab/refusal
check "nobody has slept again" test "$(journalctl --boot --dmesg | grep -c 'PM: suspend entry')" = 1
check "the GPU is given back" systemctl stop pillion-guest@win10
check "alice may suspend again" may_suspend yes
