#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Push-to-talk from inside the guest: a real microphone of PipeWire is open while the button is held, the host sees a key,
# the guest sees nothing; and whatever happens to the button, the guest or pilliond, the microphone ends up muted.
# deadline: 240
. "${0%/*}/lib-ride.sh"

mic_id() {
    as_alice pw-cli ls Node | awk '$1 == "id" { id = $2 } /node.name = "lab-mic"/ { sub(",", "", id); print id }'
}
mic_is_open() { as_alice wpctl get-volume "$(mic_id)" | grep -v MUTED; }
mic_is_muted() { as_alice wpctl get-volume "$(mic_id)" | grep MUTED; }
key_is_up() { test "$(grep -cx 'key KEY_F14 press' /run/lab/host-hotkeys)" = "$(grep -cx 'key KEY_F14 release' /run/lab/host-hotkeys)"; }

as_alice pw-cli create-node adapter '{ factory.name=support.null-audio-sink node.name=lab-mic
    media.class=Audio/Source/Virtual audio.position=[ MONO ] object.linger=true }' >/dev/null
wait_for 10 "there is a microphone" mic_id
wait_for 10 "and it is open" mic_is_open

attach_desk
configure '[guest]' 'domain = win10' '[log]' 'level = debug' \
    '[hotkey talk]' 'keys = mouse:extra | f13' 'press = mic:push-to-talk:lab-mic, host-key:f14' \
    '[hotkey note]' 'keys = leftmeta+f12' 'when = guest' 'exec = touch /run/user/1000/pressed' \
    'exec-release = touch /run/user/1000/released' \
    '[hotkey type]' 'keys = f11' 'when = guest' 'press = type:leftctrl+leftalt+delete'
define_guest
start_pilliond
wait_for 10 "push-to-talk mutes the microphone as soon as it is configured" mic_is_muted
pillion hotkeys >/run/lab/hotkeys
check "with their keys and what they do" grep "talk .*mouse:extra | f13 .*mic:push-to-talk:lab-mic, host-key:f14" /run/lab/hotkeys

check "pillion starts the guest" pillion start
open_console
wait_for 20 "pilliond has the keyboard and the mouse" desk_is_known
hotkeys=/dev/input/$(grep -l pillion-host-keys /sys/class/input/event*/device/name | sed 's,.*/\(event[0-9]*\)/.*,\1,')
"$tests/pillion-test-input" watch "$hotkeys" >/run/lab/host-hotkeys &
at_exit "kill $!"

as_alice timeout 5 pillion keys >/run/lab/keys 2>/dev/null &
watcher=$!
sleep 1
type_keys press:leftctrl tap:f13 release:leftctrl
wait_for 5 "pillion keys shows what is pressed" grep "leftctrl+f13 .*lab-keyboard" /run/lab/keys
wait $watcher || true
wait_for 5 "the microphone is muted" mic_is_muted

# talk_until CAUSE COMMAND...: opens the microphone from inside the guest, does COMMAND, and sees it muted.
talk_until() {
    cause=$1
    shift
    status_is input side guest || toggle
    wait_for 10 "the guest has the input" status_is input side guest
    move_mouse press:btn_extra
    wait_for 10 "the button opens the microphone" mic_is_open
    wait_for 5 "and presses a key on the host" host_key_down
    "$@"
    wait_for 15 "$cause: the microphone is muted" mic_is_muted
    wait_for 5 "$cause: the key is up" key_is_up
}
host_key_down() { ! key_is_up; }

talk_until "let go" move_mouse release:btn_extra
check "the guest saw nothing of the button" test "$(guest_said "mouse button extra press")" = 0

talk_until "brought home" pillion input host
move_mouse release:btn_extra
talk_until "panic" type_keys press:leftctrl press:leftalt press:leftshift press:backspace \
    release:backspace release:leftshift release:leftalt release:leftctrl
check "the input is home" status_is input side host
move_mouse release:btn_extra

toggle
wait_for 10 "the guest has the input" status_is input side guest
type_keys press:leftmeta tap:f12 release:leftmeta
wait_for 10 "a hotkey runs a program" test -e /run/user/1000/released
check "first on the press" test -e /run/user/1000/pressed
type_keys tap:f11
wait_for 20 "another types Ctrl+Alt+Delete into the guest" guest_heard "key 111 release"
check "with the modifiers" guest_heard "key 56 press"

unplug() {
    echo quit >&8
    exec 8>&-
}
talk_until "the mouse is unplugged" unplug

type_keys press:f13
wait_for 10 "the other key opens the microphone" mic_is_open
kill -KILL "$(pgrep -f guest=win10 | head -n 1)"
wait_for 15 "the guest crashes: the microphone is muted" mic_is_muted
type_keys release:f13

type_keys press:f13
wait_for 10 "it opens it on the host too" mic_is_open
kill -KILL "$(as_alice systemctl --user show -P MainPID pilliond)"
wait_for 15 "pilliond is killed: the microphone is muted when it is back" mic_is_muted
type_keys release:f13

as_alice systemctl --user stop pilliond
check "and stays so without it" mic_is_muted
