#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 400
# alice is not in the group input: pilliond gets its devices through pillion-devices, or says why not. What must not be
# given is not given, to nobody.
. "${0%/*}/lib-ride.sh"

service=org.pillion.Devices1
rule=/etc/polkit-1/rules.d/50-pillion-devices.rules
call() { busctl --timeout=20 call $service /org/pillion/Devices1 $service "$@"; }

# new_alice: her systemd anew, with the groups that she has now.
new_alice() {
    systemctl stop user@1000
    systemctl start user@1000
}
problem_says() { status_has input problem "$1"; }
no_device_left() { test "$(status_of input keyboards)" = 0 && test "$(status_of input mice)" = 0; }
service_is() { test "$(systemctl is-active pillion-devices)" = "$1"; }

# refuses WHAT WORDS COMMAND...
refuses() {
    what=$1 words=$2
    shift 2
    if "$@" >/run/lab/said 2>&1; then fail "$what: it was given"; fi
    check "$what: it is refused" grep -F -- "$words" /run/lab/said
    check "$what: in one line" test "$(wc -l </run/lab/said)" = 1
}

gpasswd --delete alice input >/dev/null
new_alice
attach_desk
configure '[guest]' 'domain = win10' '[log]' 'level = debug'
define_guest
check "alice cannot open the keyboard" test -z "$(as_alice sh -c "cat <$keyboard" 2>/dev/null)"
if as_alice test -r "$keyboard" || as_alice test -w /dev/uinput; then fail "alice may open them herself"; fi

# alice lingers and has no session: polkit does not allow it.
start_pilliond
wait_for 20 "without a session: refused, and pillion says what to do" problem_says "polkit does not allow"
check "in whose words" problem_says /etc/polkit-1/rules.d
check "no device was given" no_device_left
wait_for 30 "the service ends when it is idle" service_is inactive

# One named by root.
cp /usr/share/doc/pillion/examples/50-pillion-devices.rules $rule
rule_works() { pillion reload && sleep 1 && desk_is_known; }
wait_for 20 "root's rule: given" rule_works
wait_for 20 "and uinput with it" test -e /dev/input/by-id/pillion-win10-mouse
check "pillion starts the guest" pillion start
open_console
toggle
wait_for 10 "the guest has the input" status_is input side guest
type_keys tap:b
move_mouse move:7:-3
wait_for 20 "a key reaches the guest" guest_heard "key 48 release"
wait_for 20 "the mouse reaches the guest" guest_heard "mouse move 7 -3"
check "the key does not reach the host" test "$(host_said "key KEY_B press")" = 0
check "the service stays while it has lent something" service_is active

# A pilliond that dies with the grab: the host has the keyboard at once, though the service holds a duplicate.
as_alice systemctl --user kill --signal KILL pilliond
host_hears_d() { type_keys tap:d && sleep 0.2 && host_heard "key KEY_D release"; }
wait_for 5 "pilliond is killed: the host has the keyboard" host_hears_d
wait_for 20 "a new pilliond gets the devices again" desk_is_known
pilliond=$(as_alice systemctl --user show --property MainPID --value pilliond)
has_pipewire() { journalctl --quiet _PID="$pilliond" --grep "Connected to PipeWire"; }
wait_for 20 "PipeWire takes it, traceable or not" has_pipewire
if as_alice strace -p "$pilliond" -o /dev/null 2>/run/lab/said; then fail "alice can trace pilliond"; fi
check "its user cannot trace it" grep -i "not permitted" /run/lab/said

# What it made for the guest it may look at, or it could not see that QEMU has gone.
kbd=/dev/input/by-id/pillion-win10-kbd
pointer=/dev/input/by-id/pillion-win10-mouse
# What a service has opened that is gone has a path from within its own mounts.
has_open() {
    ls -l "/proc/$(as_alice systemctl --user show --property MainPID --value pilliond)/fd" >/run/lab/open
    for node; do grep -- "/$(basename "$(realpath "$node")")\$" /run/lab/open || { cat /run/lab/open; return 1; }; done
}
if as_alice test -r $kbd || as_alice test -w $kbd; then fail "alice may open the guest's keyboard herself"; fi
wait_for 10 "pilliond has the guest's devices open" has_open $kbd $pointer
toggle
wait_for 10 "the guest, which has kept its devices, gets the input" status_is input side guest
sleep 2
check "and keeps it" status_is input side guest
libvirtd=$(pidof libvirtd)
at_exit "kill -CONT $libvirtd"
kill -STOP "$libvirtd"
pkill -KILL -f guest=win10
wait_for 5 "QEMU is killed, and libvirt says nothing: the input comes home" status_is input side host
check "pillion says why" status_has input home-reason "does not read its keyboard any more"
kill -CONT "$libvirtd"
wait_for 20 "libvirt says so, too" status_is manager state host
check "pillion starts the guest again" pillion start
open_console
toggle
wait_for 10 "it has the input" status_is input side guest
toggle
wait_for 10 "and the host has it back" status_is input side host

# A guest whose devices were made anew reads nothing.
check "pilliond is stopped, and with it what systemd has kept" as_alice systemctl --user stop pilliond
start_pilliond
wait_for 30 "there are new devices" has_open $kbd $pointer
wait_for 20 "the guest is still there" status_is manager state guest
refuses "the input for a guest that does not read it" "does not read them: shut it down" pillion input guest
check "it stays with the host" status_is input side host
toggle
check "with the keys, too" status_is input side host
check "the guest goes" virsh --quiet destroy win10
wait_for 20 "and pillion knows" status_is manager state host
configure '[guest]' 'domain = win11' '[log]' 'level = debug'
check "another guest is to be served" pillion reload
wait_for 10 "devices that nobody reads are removed" test ! -e $kbd
configure '[guest]' 'domain = win10' '[log]' 'level = debug'
check "the guest is to be served again" pillion reload
wait_for 20 "new devices again" has_open $kbd $pointer
wait_for 20 "and those of the desk" desk_is_known

# Strangers.
refuses "another program of hers" "to the installed pilliond only" as_alice busctl call $service /org/pillion/Devices1 $service OpenInput s "$keyboard"
refuses "uinput for another program of hers" "to the installed pilliond only" as_alice busctl call $service /org/pillion/Devices1 $service OpenUinput
refuses "root's busctl" "to the installed pilliond only" call OpenInput s "$keyboard"
refuses "pilliond, but not as a service" "Another pilliond" as_alice pilliond
check "it can be introspected" busctl introspect $service /org/pillion/Devices1

# The session on this machine's own screen, without the rule.
rm $rule
systemctl stop pillion-devices
wait_for 20 "the service is stopped: all is taken back" no_device_left
wait_for 20 "and pillion says what to do" problem_says "polkit does not allow"
check "but for those it has made itself" has_open $kbd $pointer
busybox chvt 1
systemd-run --quiet --unit=alice-tty1 -p PAMName=login -p User=alice -p TTYPath=/dev/tty1 -p StandardInput=tty \
    -p StandardOutput=journal -p StandardError=journal sleep infinity
wait_for 20 "she logs in at the screen: given, without asking" desk_is_known
loginctl list-sessions --no-legend
busybox chvt 2
wait_for 20 "she switches away: taken back" no_device_left
wait_for 20 "and pillion says why" problem_says "polkit does not allow"
busybox chvt 1
wait_for 20 "she is back: given again" desk_is_known

# Without the service: said as well; and with the group it is not missed.
systemctl mask --runtime --quiet --now pillion-devices
wait_for 20 "without the service: pillion says so" problem_says "pillion-devices, which could open it for you, is not installed"
check "and that the group would do" problem_says "usermod -aG input"
as_alice systemctl --user stop pilliond
gpasswd --add alice input >/dev/null
new_alice
start_pilliond
wait_for 20 "with the group: devices all the same" desk_is_known
as_alice systemctl --user stop pilliond
systemctl unmask --runtime --quiet pillion-devices

# A busctl that is installed as pilliond can ask for anything.
cp /usr/bin/busctl /usr/bin/pilliond
ask() {
    as_alice systemd-run --user --quiet --pipe --wait --collect --unit=pilliond.service pilliond call $service \
        /org/pillion/Devices1 $service "$@"
}
rm -f /usr/lib/systemd/user/pilliond.service /usr/share/dbus-1/services/org.pillion1.service
as_alice systemctl --user daemon-reload
check "what may be given is given" ask OpenInput s "$keyboard"
check "so is uinput" ask OpenUinput
refuses "no path" "is no path of an input node" ask OpenInput s /dev/sda
refuses "a way out" "is no path of an input node" ask OpenInput s /dev/input/event0/../../sda
refuses "a by-id link" "is no path of an input node" ask OpenInput s /dev/input/by-id/whatever
refuses "nothing there" "cannot be opened: No such file" ask OpenInput s /dev/input/event9999
ln -s "$keyboard" /dev/input/event9001
refuses "a link" "is not an input device" ask OpenInput s /dev/input/event9001
mknod /dev/input/event9002 b 8 0
refuses "a disk" "is not an input device" ask OpenInput s /dev/input/event9002
mknod /dev/input/event9003 c 13 63
refuses "the mouse multiplexer" "is not an input device" ask OpenInput s /dev/input/event9003
mkfifo /dev/input/event9004
refuses "a fifo" "is not an input device" ask OpenInput s /dev/input/event9004
mkdir -p /etc/pillion
echo 'devices = all-mice' >/etc/pillion/devices.conf
refuses "a keyboard when root has named mice" "is none of the devices that may be given" ask OpenInput s "$keyboard"
check "a mouse then" ask OpenInput s "$mouse"
echo 'devices = all-mice everything' >/etc/pillion/devices.conf
refuses "a mistake in the file" everything ask OpenInput s "$mouse"
rm /etc/pillion/devices.conf
echo 'devices =' >/etc/pillion/devices.conf
make_sink() {
    sleep infinity | "$tests/pillion-test-input" device keyboard "lab-$1" "pillion/$1/win10/kbd" >"/run/lab/sink-$1" &
    wait_for 10 "there is a guest's device of $1" grep -o '/dev/input/event[0-9]*' "/run/lab/sink-$1"
    sink=$seen
}
make_sink 1000
check "what her own pilliond has made for a guest is given, whatever root has named" ask OpenInput s "$sink"
wait_for 30 "and not to be taken back" service_is inactive
for owner in 1001 100 10000 host win10; do
    make_sink $owner
    refuses "what another has made" "but not for a guest of this user" ask OpenInput s "$sink"
done
rm /etc/pillion/devices.conf
install -o alice /dev/null /etc/pillion/devices.conf
refuses "a file of hers" "written by others than root" ask OpenInput s "$mouse"
rm /etc/pillion/devices.conf
wait_for 30 "the service ends when all have gone" service_is inactive
systemd-analyze security pillion-devices.service | tail -n 1
