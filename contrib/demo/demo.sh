#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The ride that contrib/demo.sh shows; runs in the lab, and goes on in demo-after.sh. Each thing shown is checked too: the
# demo fails if it is not so.
# deadline: 300
# after: power-cut
. "${0%/*}/lib-whole.sh"

show() { printf '\n--- %s\n' "$*"; }
# types COMMAND: alice does, and sees what it says. as_root COMMAND: so does root.
types() {
    printf '\nalice $ %s\n' "$*"
    as_alice sh -c "{ $*; } </dev/null" 2>&1 | sed 's/^/  /'
}
as_root() {
    printf '\nroot # %s\n' "$*"
    sh -c "{ $*; } </dev/null" 2>&1 | sed 's/^/  /'
}
# holds WHAT COMMAND...
holds() { check "$@" >/dev/null && echo "  ✓ $1"; }
soon() { wait_for "$@" >/dev/null && echo "  ✓ $2"; }

{
    attach_desk
    mkdir -p /run/lab/spoken
    define_guest "$(hostdev_xml $gpu $gpu_sound | sed "s/managed='no'/managed='yes'/")"
    configure '[guest]' 'domain = win10' '[hotkey talk]' 'keys = f13' 'press = host-key:f14'
    start_desktop
    sound_held
} >/dev/null

show "A desktop on two graphics cards; a guest as virt-manager makes it, that is to have one of them"
for function in $host_gpu $gpu $gpu_sound; do
    printf '  %s\n            driver %s, open in %s\n' "$(lspci -s "$function" | cut -c -100)" \
        "$(basename "$(readlink "$pci/$function/driver")")" "$(holders_of "$function" | cut -d ' ' -f 1 | sort -u | xargs)"
done

show "What is not as a ride needs it?"
types "pillion doctor | grep -A 3 '^ *problem'"

show "Root writes down, once, what may be lent to the guest, and to whom it matters"
as_root pillion init win10 --write
as_root pillion-switch adopt win10
as_root usermod -aG pillion alice

show "The definition gets a sound card, a keyboard and a mouse"
types "pillion domain prepare win10 --write 2>/dev/null | grep '^[+-]'"

show "And alice has a companion, from now on"
types systemctl --user enable --now pilliond
soon 20 "it is there" status_is manager state host

show "What is going to happen?"
types pillion plan guest

show "Ride! The display manager goes down, and comes up on the other card"
host_picture /run/lab/before
types pillion start
holds "the guest runs" state_is guest
open_console >/dev/null
holds "it sees the card on its bus" grep -w 1234:1111 $console
soon 40 "alice is logged in again" logged_in
soon 20 "her Xorg has the other card only" xorg_has $host_gpu
types pillion status

show "The guest plays 440 Hz at -12 dB; this is what comes out of alice's speakers"
tell_guest "play 48000 16 2 440" >/dev/null
soon 30 "pillion hears it" status_is audio state playing
heard() {
    record 5
    "$tests/pillion-test-tone" /run/user/1000/capture.wav >/run/lab/tone && grep 'frequency 4\(3[89]\|4[01]\)\.' /run/lab/tone
}
soon 60 "it is 440 Hz" heard
echo "  speakers: $(cat /run/lab/tone)"

show "alice types h, o; LCtrl+RCtrl; g, u, her push-to-talk key F13, and moves the mouse; LCtrl+RCtrl; h, i"
hotkeys=/dev/input/$(grep -l pillion-host-keys /sys/class/input/event*/device/name | sed 's,.*/\(event[0-9]*\)/.*,\1,')
"$tests/pillion-test-input" watch "$hotkeys" >/run/lab/host-hotkeys &
at_exit "kill $!"
type_keys tap:h tap:o
soon 10 "the host has O" host_heard "key KEY_O release"
toggle
soon 10 "the input is the guest's" status_is input side guest
type_keys tap:g tap:u tap:f13
move_mouse move:5:5
soon 20 "the guest has U" guest_heard "key 22 release"
soon 20 "and has felt the mouse" guest_heard "mouse move 5 5"
soon 20 "the host's voice chat has heard F14" grep -x "key KEY_F14 release" /run/lab/host-hotkeys
toggle
soon 10 "the input is the host's" status_is input side host
type_keys tap:h tap:i
soon 10 "the host has I" host_heard "key KEY_I release"
echo "  host:  $(grep press /run/lab/host-keys | cut -d ' ' -f 2 | tr '\n' ' ')"
echo "  guest: $(tr -d '\r' <$console | grep -E '^(key|mouse)' | tr '\n' ',' | sed 's/,/, /g')"
holds "G and U have stayed the guest's" sh -c '! grep -E "KEY_[GU]" /run/lab/host-keys'

show "The guest shuts itself down, and the desktop is back on both cards"
echo poweroff >&9
soon 60 "pillion gives all back" state_is host
settle_desktop >/dev/null
host_picture /run/lab/after
diff --unified=0 /run/lab/before /run/lab/after || fail "the host is not what it was"
echo "  ✓ of $(wc -l </run/lab/after) lines that tell what the host is, none has changed"

show "Once more; and in the middle of the ride the power fails"
types pillion start
holds "the guest runs" state_is guest
mkdir -p /var/lib/lab
{ readlink $guest_link && cat $guest_link; } >/var/lib/lab/snippet 2>/dev/null || true
echo "  the loan is on record: $(wc -l </var/lib/pillion/switch.journal) lines in /var/lib/pillion/switch.journal"
sync
