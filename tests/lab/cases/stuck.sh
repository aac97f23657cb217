#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 600
# A device that hangs in its unbind all the same, since nobody could see what holds it: a descriptor on its way in a socket.
# It is named, all else is given back, a second loan is refused, keys and guests go on; when it settles, the rest is undone.
. "${0%/*}/lib-lend.sh"
. "${0%/*}/lib-hold.sh"

# A second card on the driver: it would be unloaded otherwise, which cannot hang, and the kernel would count who uses it.
another_sound_card() {
    machine device_del net
    wait_for 20 "a slot is free" test ! -e $pci/0000:03:00.0
    machine device_add intel-hda,bus=net-slot,id=other-sound
    wait_for 20 "there is another sound card" driver_is 0000:03:00.0 snd_hda_intel
}
hangs() { grep -l snd_card_free /proc/[0-9]*/stack; }
settled() { ! hangs; }
hanging_pid() { hangs | sed 's,/proc/,,; s,/stack,,'; }
state_is() { grep -x "state=$1" /run/pillion/state; }
reason_has() { grep '^reason=' /run/pillion/state | grep -F -- "$1"; }

set_scene
another_sound_card
settle_desktop
host_picture /run/lab/before nvidia-persistenced.service

echo "it hangs"
control=$(nodes_of $gpu_sound | grep control)
hold flying.scope fly "$control"
pillion-switch lend win10 >/run/lab/lent 2>&1 &
lending=$!
wait_for 60 "it hangs in the kernel" hangs
pid=$(hanging_pid)

echo "meanwhile a guest runs, without the hardware"
ride
toggle
wait_for 10 "pilliond switches" status_is input side guest
type_keys tap:b
wait_for 10 "the guest has the keys" guest_heard "key 48 release"

wait_for 90 "it is told to be stuck" state_is stuck
cat /run/lab/lent /run/pillion/state
check "which step of which device, and where" reason_has "unbind $gpu_sound"
check "in which process" reason_has "pillion-switch (pid $pid)"
check "no signal helps" sh -c "kill -KILL $pid; sleep 1; grep 'State:.*disk sleep' /proc/$pid/status"
wait_for 40 "alice is logged in" logged_in
wait_for 20 "Xorg has both GPUs" xorg_has $host_gpu $gpu
check "the snippet is back" test -e $guest_link
check "no huge pages are kept" grep -x 0 /proc/sys/vm/nr_hugepages
check "the helper runs" systemctl is-active nvidia-persistenced.service
check "nobody has said that all is as it was" sh -c "! grep after-return /run/lab/hooks/said"
toggle
type_keys tap:c
wait_for 10 "the host has the keys" host_heard "key KEY_C release"
check "the guest ends" pillion stop --force
ends_with 3 pillion-switch lend win10
cat /run/lab/said
says "pillion-switch lend win10' (pid $lending" "$gpu_sound"
kill -USR1 "$(pid_of flying.scope)"
wait_for 10 "who has it now is told" reason_has "flying (pid $(pid_of flying.scope), flying.scope, root) has ${control#/dev/}"

echo "it settles, and the rest is undone"
let_go flying.scope
status=0
wait $lending || status=$?
tail -n 6 /run/lab/lent
check "the loan has failed, and is undone" test $status = 1
check "and that is said" grep after-return /run/lab/hooks/said
check "pilliond ends" as_alice systemctl --user stop pilliond
as_before

echo "pillion-switch is killed while it hangs"
check "the display manager ends" systemctl stop display-manager
write_profile '[devices]' "functions = $gpu $gpu_sound"
hold flying.scope fly "$(nodes_of $gpu_sound | grep control)"
pillion-switch lend win10 >/run/lab/lent 2>&1 &
lending=$!
wait_for 60 "it hangs in the kernel" hangs
kill -KILL $lending
pillion-switch restore >/run/lab/restored 2>&1 &
restoring=$!
wait_for 30 "what hangs is told" state_is stuck
check "the rest is given back" driver_is $gpu bochs-drm
kill -TERM $restoring
status=0
wait $restoring || status=$?
check "it waits no longer than it is let, and says that something is left" test $status = 4
ends_with 3 pillion-switch lend win10
says "unbind $gpu_sound" "do not reboot"
ends_with 3 pillion-switch restore
says "Nothing was done: 'unbind $gpu_sound"
let_go flying.scope
wait_for 10 "it settles" settled
check "then all is restored" pillion-switch restore
check "the display manager starts" systemctl start display-manager
as_before
