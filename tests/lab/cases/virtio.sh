#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 240
# A guest whose definition knows nothing of pillion: keyboard and mouse are plugged into it while it runs, stay through a
# death and a restart of pilliond, are let go of when pilliond is stopped, and come again.
. "${0%/*}/lib-ride.sh"

kbd=/dev/input/by-id/pillion-win10-kbd
pointer=/dev/input/by-id/pillion-win10-mouse

plugged() { virsh dumpxml win10 | grep -c "<source evdev='/dev/input/by-id/pillion-win10-" || true; }
plugged_are() { test "$(plugged)" = "$1"; }
drives() { test "$(tr -d '\r' <$console | grep -c '^virtio-input [0-9a-f:.]*$')" -ge "$1"; }
bound() { plugged_are 2 && test "$("$tests/pillion-test-input" grabbed $kbd)$("$tests/pillion-test-input" grabbed $pointer)" = yesyes; }

# As a guest does that hears of it by itself.
let_go() {
    tell_guest rescan
    plugged_are 0
}

# guest_types KEY CODE: the input goes to the guest, and a key and the mouse reach it.
guest_types() {
    wait_for 20 "pilliond has the keyboard and the mouse" desk_is_known
    toggle
    wait_for 10 "the guest has the input" status_is input side guest
    type_keys "tap:$1"
    wait_for 20 "a key reaches the guest" guest_heard "virtio key $2 release"
    # The number of the key is as good a distance as any.
    move_mouse "move:$2:0"
    wait_for 20 "the mouse reaches the guest" guest_heard "virtio rel 0 $2"
}

attach_desk
configure '[guest]' 'domain = win10' '[log]' 'level = debug'
root="<controller type='pci' index='0' model='pcie-root'/>"
port="<controller type='pci' model='pcie-root-port'/>"
define_guest "$root$port$port"
start_pilliond
check "pillion starts the guest" pillion start
open_console
wait_for 30 "both devices are plugged in" bound
check "and the definition is as it was" sh -c "! virsh dumpxml --inactive win10 | grep evdev"
tell_guest rescan
check "the guest drives them" drives 2

guest_types b 48
for button in left:272 right:273 middle:274 side:275 extra:276 forward:277 back:278 task:279; do
    move_mouse "press:btn_${button%:*}" "release:btn_${button%:*}"
    wait_for 20 "button $button reaches the guest" guest_heard "virtio key ${button#*:} release"
done
move_mouse wheel:-1 hwheel:2
wait_for 20 "the wheel reaches the guest" guest_heard "virtio rel 8 -1"
wait_for 20 "and sideways" guest_heard "virtio rel 6 2"
check "nothing was told of a lack of them" test -z "$(status_of manager note | grep -e evdev -e plug)"

realpath $kbd $pointer >/run/lab/nodes
type_keys press:e
wait_for 20 "the guest sees E down" guest_heard "virtio key 18 press"
pid=$(as_alice systemctl --user show -P MainPID pilliond)
kill -KILL "$pid"
wait_for 5 "pilliond is dead" sh -c "! kill -0 $pid"
type_keys release:e tap:c
wait_for 5 "the next key reaches the host" host_heard "key KEY_C release"
wait_for 30 "systemd brings pilliond back" status_is manager state guest
wait_for 10 "the guest has seen E released" guest_heard "virtio key 18 release"
guest_types d 32
check "pilliond is restarted" as_alice systemctl --user restart pilliond
wait_for 30 "it is back" status_is manager state guest
guest_types g 34
check "the guest's devices are the same" sh -c "realpath $kbd $pointer | cmp - /run/lab/nodes"
check "and were plugged in once" plugged_are 2

as_alice systemctl --user stop pilliond &
stopping=$!
wait_for 10 "the guest is asked to let go" sh -c "journalctl -b -t pilliond | grep 'lets go'"
wait_for 10 "and does" let_go
wait "$stopping"
check "so that QEMU has lost nothing" sh -c "! journalctl -b -t pilliond | grep 'has not let go'"
check "and lives on" tell_guest status
start_pilliond
wait_for 30 "they are plugged in again" bound
tell_guest rescan
check "the guest drives them" drives 4
guest_types h 35

toggle
wait_for 10 "the input comes back" status_is input side host
check "the guest is ended" pillion stop --force
define_guest ""
check "one without a free slot starts" pillion start
wait_for 30 "and what it lacks is said" status_has manager note "pcie-root-port"
