#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Never locked out: whatever happens while the guest has the input, the next key reaches the host, no key hangs on either
# side, and the reason is told, on the screen and in the status.
# deadline: 240
. "${0%/*}/lib-ride.sh"

# Somebody who shows notifications.
as_alice "$tests/pillion-test-desktop" notifications >/run/lab/notified &
at_exit "kill $!"

# give: the guest gets the input, and keeps a key that is held down. No key: it has just had one.
give() {
    toggle
    wait_for 10 "the guest has the input" status_is input side guest
    type_keys press:e
}
# is_home WHY: all that must be so, however it came about.
turn=0
is_home() {
    turn=$((turn + 1))
    type_keys release:e tap:h
    wait_for 5 "the next key reaches the host" host_heard "key KEY_H release" $turn
    check "the reason is in the status" status_has input home-reason "$1"
    check "the input is at the host" status_is input side host
    check "no key hangs on the keyboard" nothing_held "$keyboard"
    check "no key hangs in the guest's keyboard" nothing_held /dev/input/by-id/pillion-win10-kbd
    wait_for 5 "a notification says so" grep -q "Keyboard and mouse are back at the host|Because.*$1" /run/lab/notified
}

ride
qemu=$(pgrep -f 'guest=win10' | head -n 1)

echo "  -- the panic keys"
give
type_keys release:e press:leftctrl press:leftalt press:leftshift press:backspace
type_keys release:backspace release:leftshift release:leftalt release:leftctrl
wait_for 5 "the input comes home" status_is input side host
is_home "the panic keys were pressed"

echo "  -- SIGUSR1"
give
as_alice systemctl --user kill -s USR1 pilliond
wait_for 5 "the input comes home" status_is input side host
is_home "SIGUSR1"

echo "  -- virsh suspend"
give
check "the guest is paused" virsh --quiet suspend win10
wait_for 10 "the input comes home" status_is input side host
is_home "the guest is paused"
if pillion input guest 2>/run/lab/refusal; then fail "a guest that is paused was given the keyboard"; fi
check "it can be resumed" pillion resume
check "and runs" status_is manager state guest
check "with the input at the host" status_is input side host
give
check "pillion pause pauses it" pillion pause
is_home "the guest is being paused"
check "and libvirt says so" test "$(virsh domstate win10)" = paused
check "and pillion resume lets it go on" pillion resume

echo "  -- QEMU is stopped: it holds the grab, and reads nothing"
give
kill -STOP "$qemu"
move_mouse flood:2000:1:1
type_keys release:e
toggle
wait_for 5 "the toggle keys work" status_is input side host
type_keys tap:h
turn=$((turn + 1))
wait_for 5 "the next key reaches the host" host_heard "key KEY_H release" $turn
check "no key hangs on the keyboard" nothing_held "$keyboard"
toggle
wait_for 5 "there and" status_is input side guest
type_keys press:e release:e press:leftctrl press:leftalt press:leftshift press:backspace
type_keys release:backspace release:leftshift release:leftalt release:leftctrl
wait_for 5 "the panic keys work" status_is input side host
is_home "the panic keys were pressed"
kill -CONT "$qemu"

echo "  -- the session is locked"
systemd-run --quiet --unit=lab-seat -p PAMName=login -p User=alice -p TTYPath=/dev/tty7 -p StandardInput=tty-force \
    -p Environment=XDG_SEAT=seat0 -p Environment=XDG_VTNR=7 sleep 600
session_of_alice() { loginctl show-user alice -P Display | grep .; }
wait_for 10 "alice has a session" session_of_alice
session=$(session_of_alice)
busybox chvt 7
wait_for 10 "it is in front" test "$(loginctl show-session "$session" -P Active)" = yes
give
check "logind is asked to lock it" loginctl lock-session "$session"
wait_for 5 "the input comes home" status_is input side host
is_home "the session is being locked"
give
check "somebody switches to another console" busybox chvt 8
wait_for 5 "the input comes home" status_is input side host
is_home "another session is in front"
if pillion input guest 2>/run/lab/refusal; then fail "the keyboard left while another session was in front"; fi
check "there it stays" grep "another session is in front" /run/lab/refusal
busybox chvt 7
wait_for 5 "until the session is back" pillion input guest
type_keys press:e
check "the session ends" systemctl stop lab-seat
wait_for 5 "the input comes home" status_is input side host
is_home "the session has ended"

echo "  -- sleep"
give
check "pilliond can delay sleep" sh -c "systemd-inhibit --list | grep pillion"
# To where every device sleeps and, five seconds later, wakes up: there is nobody to wake a machine that sleeps in earnest.
if echo devices >/sys/power/pm_test && systemctl suspend; then
    wait_for 20 "the input comes home" status_is input side host
    is_home "the machine goes to sleep"
    wait_for 40 "sleep is delayed again" sh -c "systemd-inhibit --list | grep pillion"
    check "the input stays at the host" status_is input side host
else
    echo "  this kernel cannot pretend to sleep"
    toggle
fi

echo "  -- pilliond is stopped"
give
pid=$(as_alice systemctl --user show -P MainPID pilliond)
type_keys release:e
kill -STOP "$pid"
wait_for 8 "systemd kills it" sh -c "! kill -0 $pid"
type_keys tap:h
turn=$((turn + 1))
wait_for 5 "the next key reaches the host" host_heard "key KEY_H release" $turn
check "no key hangs on the keyboard" nothing_held "$keyboard"
wait_for 30 "and brings pilliond back" status_is manager state guest

start_again() {
    check "the guest is ended" pillion stop --force
    check "the guest starts" pillion start
    wait_for 20 "its devices are there" status_is input sinks-ready true
    qemu=$(pgrep -f 'guest=win10' | head -n 1)
}

echo "  -- QEMU is killed"
start_again
give
kill -KILL "$qemu"
wait_for 10 "the input comes home" status_is input side host
is_home "the guest " # is gone, or does not read its keyboard any more: libvirt and our own look race for the news
wait_for 5 "that it is gone is shown, too" grep "urgency 2: Guest win10 is gone" /run/lab/notified

echo "  -- QEMU is killed, and libvirtd is away"
check "the guest starts" pillion start
qemu=$(pgrep -f 'guest=win10' | head -n 1)
give
systemctl stop --quiet libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd
wait_for 20 "pilliond has lost libvirt" status_is manager libvirt-connected false
check "the guest keeps the input" status_is input side guest
kill -KILL "$qemu"
wait_for 5 "the input comes home" status_is input side host
is_home "does not read its keyboard any more"
