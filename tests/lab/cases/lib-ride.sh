# SPDX-License-Identifier: GPL-2.0-or-later
# What the cases that ride a guest share, on top of lib.sh: a guest called win10 that names pillion's devices, its console,
# a keyboard and a mouse on the desk, and pilliond in alice's session.
# shellcheck shell=sh disable=SC2034

. "${0%/*}/lib.sh"

tests=/usr/lib/pillion-tests
console=/var/log/libvirt/qemu/win10-console.log
export LIBVIRT_DEFAULT_URI=qemu:///system

# input_xml: the two lines that pillion asks a definition for.
input_xml() {
    cat <<END
    <input type='evdev'><source dev='/dev/input/by-id/pillion-win10-kbd' grabToggle='meta-meta' repeat='on'/></input>
    <input type='evdev'><source dev='/dev/input/by-id/pillion-win10-mouse'/></input>
END
}

shmem_xml() {
    echo "    <shmem name='scream-ivshmem'><model type='ivshmem-plain'/><size unit='M'>2</size></shmem>"
}

# define_guest [DEVICE-XML]: win10, with these devices; with sound and input if none are given.
define_guest() {
    cat >/run/lab/win10.xml <<END
<domain type='qemu'>
  <name>win10</name>
  <uuid>70696c6c-696f-6e00-0000-000000000001</uuid>
  <memory unit='MiB'>32</memory>
  <features><acpi/></features>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>$tests/guest.elf</kernel>
  </os>
  <devices>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <serial type='pty'><log file='$console' append='off'/></serial>
${1-$(shmem_xml; input_xml)}
  </devices>
</domain>
END
    check "the guest is defined" virsh --quiet define /run/lab/win10.xml
}

# configure LINE...: alice's pillion.conf, a line each.
configure() {
    as_alice mkdir -p /home/alice/.config/pillion
    printf '%s\n' "$@" >/home/alice/.config/pillion/pillion.conf
}

start_pilliond() {
    check "pilliond starts" as_alice systemctl --user start pilliond
}

pillion() { as_alice pillion "$@"; }

# status_of PART NAME: one value of `pillion status --json`, bare.
status_of() {
    pillion status --json | sed -n "/^  \"$1\"/,/^  }/s/^    \"$2\": \"\{0,1\}\(.*[^\",]\)\{0,1\}\"\{0,1\},\{0,1\}\$/\1/p"
}
status_is() { test "$(status_of "$1" "$2")" = "$3"; }
status_has() { status_of "$1" "$2" | grep -F -- "$3"; }

# open_console: once the guest runs: what it says is in $console anyway; this lets us talk to it.
open_console() {
    pty=$(virsh ttyconsole win10)
    stty -F "$pty" raw -echo
    exec 9<>"$pty"
    # A console that nobody reads stops the guest's serial port.
    cat <&9 >/dev/null 2>&1 &
    at_exit "kill $! 2>/dev/null"
    wait_for 60 "the guest is up" grep -x ready $console
}

# let_go_of_input: QEMU gives up the guest's input devices, for whoever is to sit in its place.
let_go_of_input() {
    for object in input0 input1; do
        check "QEMU lets go of $object" virsh qemu-monitor-command win10 --hmp "object_del $object"
    done
}

# tell_guest LINE: one command, and its answer.
tell_guest() {
    answers=$(grep -c '^ok\|^error' $console || true)
    echo "$1" >&9
    wait_for 20 "the guest takes '$1'" answered
}
answered() { test "$(grep -c '^ok\|^error' $console)" -gt "$answers"; }

guest_said() { tr -d '\r' <$console | grep -cx -- "$1" || true; }
guest_heard() { test "$(guest_said "$1")" -ge "${2:-1}"; }

# A keyboard and a mouse on the desk, and somebody who looks at them as a desktop does: not grabbing.
attach_desk() {
    mkfifo /run/lab/keyboard.in /run/lab/mouse.in
    "$tests/pillion-test-input" device keyboard lab-keyboard </run/lab/keyboard.in >/run/lab/keyboard.out &
    exec 7>/run/lab/keyboard.in
    "$tests/pillion-test-input" device mouse lab-mouse </run/lab/mouse.in >/run/lab/mouse.out &
    exec 8>/run/lab/mouse.in
    wait_for 10 "there is a keyboard on the desk" grep /dev/input/event /run/lab/keyboard.out
    wait_for 10 "there is a mouse on the desk" grep /dev/input/event /run/lab/mouse.out
    keyboard=$(grep -o '/dev/input/event[0-9]*' /run/lab/keyboard.out)
    mouse=$(grep -o '/dev/input/event[0-9]*' /run/lab/mouse.out)
    "$tests/pillion-test-input" watch "$keyboard" >/run/lab/host-keys &
    at_exit "kill $!"
    "$tests/pillion-test-input" watch "$mouse" >/run/lab/host-mouse &
    at_exit "kill $!"
}

type_keys() { for word; do echo "$word" | tr : ' ' >&7; done; }
move_mouse() { for word; do echo "$word" | tr : ' ' >&8; done; }
toggle() { type_keys press:leftctrl press:rightctrl release:rightctrl release:leftctrl; }

host_said() { grep -cx -- "$1" /run/lab/host-keys || true; }
host_heard() { test "$(host_said "$1")" -ge "${2:-1}"; }
nothing_held() { test -z "$("$tests/pillion-test-input" state "$1")"; }

# ride: all of the above, up to a guest that runs and a keyboard that is still the host's.
ride() {
    attach_desk
    configure '[guest]' 'domain = win10' '[log]' 'level = debug'
    define_guest
    start_pilliond
    check "pillion starts the guest" pillion start
    open_console
    wait_for 20 "pilliond has the keyboard and the mouse" desk_is_known
}
desk_is_known() { test "$(status_of input keyboards)" -ge 1 && test "$(status_of input mice)" -ge 1; }

# record SECONDS: what comes out of alice's speakers, as a file.
record() {
    rm -f /run/user/1000/capture.wav
    as_alice timeout "$1" pw-record --target lab-speakers -P '{ stream.capture.sink=true }' --rate 48000 --channels 2 \
        --format s16 /run/user/1000/capture.wav || test $? = 124
}

# hears HERTZ: what alice's speakers play is that tone. While its delay is sought it may be played half a percent off.
hears() {
    record 3
    tone=$("$tests/pillion-test-tone" /run/user/1000/capture.wav) || true
    echo "${tone:-nothing at all}; the guest's sound: $(status_of audio state)"
    echo "$tone" | awk -v hertz="$1" '
        { d = $0; sub(/.*frequency /, "", d); d -= hertz }
        END { exit !(NR && d * d <= 16) }'
}

# A second keyboard on the desk: `second` says what its hands do, /run/lab/host-second what the desktop sees of it.
attach_second_keyboard() {
    mkfifo /run/lab/second.in
    "$tests/pillion-test-input" device keyboard lab-second </run/lab/second.in >/run/lab/second.out &
    exec 6>/run/lab/second.in
    wait_for 10 "there is a second keyboard" grep /dev/input/event /run/lab/second.out
    second_keyboard=$(grep -o '/dev/input/event[0-9]*' /run/lab/second.out)
    "$tests/pillion-test-input" watch "$second_keyboard" >/run/lab/host-second &
    at_exit "kill $!"
}
second() { for word; do echo "$word" | tr : ' ' >&6; done; }
