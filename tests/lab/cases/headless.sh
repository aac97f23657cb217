#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 400
# The only GPU that works. It is not lent, unless the profile says that the host does without a screen: then the display
# manager stays down, the guest gets the GPU, keyboard and mouse, and when it has shut down the host is what it was; as it
# is when pillion-switch is killed in the dark.
. "${0%/*}/lib-whole.sh"

other=$gpu gpu=$host_gpu lent=$host_gpu

may() { write_profile '[guest]' 'grace = 10s' '[host]' 'end-sessions = yes' "$@"; }
plan() { command pillion plan guest win10 >/run/lab/plan 2>&1; }
shows() { for words; do check "it says '$words'" grep -F -- "$words" /run/lab/plan; done; }
dm_is() { test "$(systemctl is-active display-manager)" = "$1"; }
is_dark() {
    check "the GPU is with vfio-pci" driver_is $gpu vfio-pci
    check "its driver is unloaded" test ! -e /sys/module/bochs
    check "no framebuffer is left" test -z "$(cat /proc/fb)"
    check "the display manager is stopped" dm_is inactive
    if logged_in; then fail "somebody is logged in at the screen" "$seen"; fi
}
is_bright() {
    wait_for 60 "alice is logged in" logged_in
    wait_for 20 "Xorg has the GPU" xorg_has $gpu
    wait_for 30 "alice's PipeWire has the sound" sound_is_up
    check "udev is idle" udevadm settle
    host_picture /run/lab/after
    same_picture /run/lab/before /run/lab/after
    check "nothing is left open" test ! -e $journal
}
# killed NUMBER COMMAND...: at its NUMBERth record.
killed() {
    number=$1 status=0
    shift
    strace -qq -o /run/lab/strace -P $journal -e trace=fdatasync -e inject="fdatasync:signal=KILL:when=$number" "$@" \
        >/run/lab/said 2>&1 || status=$?
    [ $status = 137 ] || fail "'$*' was not killed" "$(cat /run/lab/said)"
    echo "  ok '$*' is killed after $(tail -n 1 $journal | cut -d ' ' -f 2,3)"
}

echo 1 >$pci/$other/remove # its driver, loaded again, would take it
rm $guest_link
gpasswd --add alice pillion >/dev/null
gpasswd --delete alice input >/dev/null # pillion-devices is to do
systemctl restart user@1000
configure '[guest]' 'domain = win10' '[log]' 'level = debug'
define_guest "$(shmem_xml; input_xml; hostdev_xml $gpu)"
command pillion init win10 >/run/lab/plan
shows "The only GPU here that works" "#headless = yes"
start_desktop $gpu
sound_held
check "there is a place for what is lent" systemd-tmpfiles --create pillion.conf
attach_desk
start_pilliond
wait_for 20 "pilliond has the keyboard and the mouse" desk_is_known
host_picture /run/lab/before

may
if plan; then fail "the only GPU may be lent"; fi
shows "is the GPU that the machine starts with" "'headless = yes' in /etc/pillion/win10.conf"
if pillion start win10 2>/run/lab/said; then fail "the only GPU is lent"; fi
check "alice is told where it says why" grep "it was refused, and 'pillion plan" /run/lab/said
check "and keeps her desktop" dm_is active

may 'headless = yes'
plan || fail "it is refused" "$(cat /run/lab/plan)"
shows "stop the display manager lightdm.service" "the host has no screen while this is lent" "the way back: "
if grep "start the display manager" /run/lab/plan; then fail "a desktop would come up on nothing"; fi
check "pillion start" pillion start win10
is_dark
open_console
wait_for 20 "pilliond has the keyboard and the mouse in the dark" desk_is_known
toggle
wait_for 10 "the guest has the input" status_is input side guest
type_keys tap:b
wait_for 20 "a key reaches the guest" guest_heard "key 48 release"
check "the guest has the GPU" sh -c "virsh qemu-monitor-command win10 --hmp 'info pci' | grep -i 1234:1111"
check "the display manager is stopped still" dm_is inactive
echo poweroff >&9
wait_for 90 "pillion says that all is the host's" state_is host
is_bright
wait_for 20 "pilliond has the keyboard and the mouse at the desktop again" desk_is_known

plan
steps=$(grep -c '^ *[0-9]\+  ' /run/lab/plan)
killed $((2 * steps)) pillion-switch lend win10
is_dark
check "it is restored" pillion-switch restore
is_bright
