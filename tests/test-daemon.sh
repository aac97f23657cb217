#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pilliond and pillion as programs, on a session bus of their own, where nothing of what they need is there: no libvirtd, no
# PipeWire, perhaps no uinput. Whatever is missing is said, and nothing ends. Arguments: pilliond, pillion,
# pillion-test-desktop.
set -eu

. "${0%/*}/own-bus.sh"

pilliond=$1 pillion=$2 desktop=$3
daemon='' notifications='' tray=''
trap '[ -z "$daemon$notifications$tray" ] || kill $daemon $notifications $tray' EXIT

ready() { "$pillion" status >/dev/null 2>&1; }
gone() { ! kill -0 "$daemon" 2>/dev/null; }

says 3 "start it with 'systemctl --user start pilliond'" "$pillion" status
says 2 "there is no command 'fly'" "$pillion" fly
says 2 "Usage: pillion input host|guest|toggle" "$pillion" input
says 2 "did you mean 'pillion start'?" "$pillion" strat
says 0 "pillion stop [--force]" "$pillion" help stop
says 0 "pillion stop [--force]" "$pillion" stop --help
says 2 "there is no command 'fly'" "$pillion" help fly
says 64 "pilliond takes no 'now'" "$pilliond" now
says 0 "shutdown-timeout = 90s" "$pilliond" --help

mkdir pillion
uri='test+unix:///default?socket=/nonexistent/libvirt-sock'
printf '[guest]\nuri = %s\n[audio]\nloudness = 3\n' "$uri" >pillion/pillion.conf
says 78 "pillion.conf:4: [audio] has no option 'loudness'; it has source, shmem" "$pilliond"
says 1 "pillion.conf:4: [audio] has no option 'loudness'" "$pillion" doctor
printf '[guest]\nuri = %s\n' "$uri" >pillion/pillion.conf
says 0 "" "$pilliond" --check
says 78 "cannot be read" "$pilliond" --check --config "$PILLION_TEST_DIR"

# The doctor needs none of the others, and says what each lacks.
says 1 "$PILLION_TEST_DIR/pillion/pillion.conf" "$pillion" doctor
says 1 "cannot be reached: Failed to connect socket to '/nonexistent/libvirt-sock'" "$pillion" doctor
says 1 "PipeWire does not listen at '$PILLION_TEST_DIR/pipewire-0'" "$pillion" doctor
says 1 "pilliond is not running" "$pillion" doctor
says 2 "Usage: pillion doctor [--groups] [--json]" "$pillion" doctor now
printf '[guest]\nuri = %s\n[audio]\nshmem = %s/sound\n' "$uri" "$PILLION_TEST_DIR" >pillion/pillion.conf
says 1 "'$PILLION_TEST_DIR/sound' does not exist" "$pillion" doctor
truncate -s 2M sound
says 1 "no driver has ever written to '$PILLION_TEST_DIR/sound'" "$pillion" doctor
if command -v python3 >/dev/null; then
    "$pillion" doctor --json >checks || true
    says 0 "as JSON: 2 problems" python3 -c '
import json
doctor = json.load(open("checks"))
found = [check for check in doctor["checks"] if check["part"] == "sound" and check["check"] == "driver"]
problems = [check["part"] for check in doctor["checks"] if check["verdict"] == "problem"]
right = found and "virtio-win" in found[0]["remedy"] and len(problems) == doctor["problems"] and "groups" in doctor
# What else is one depends on the machine.
print("as JSON: %d problems" % (problems.count("guest") + problems.count("sound")) if right else doctor)'
fi
printf '[guest]\nuri = %s\n[audio]\nsource = udp:4010\n' "$uri" >pillion/pillion.conf
says 1 "whoever reaches the port can make sound here" "$pillion" doctor
printf '[guest]\nuri = %s\n' "$uri" >pillion/pillion.conf

# Without a guest, so that what is missing is missed for the keys alone.
[ -e /dev/uinput ] || printf "[hotkey key]\nkeys = f14\npress = host-key:f13\n" >>pillion/pillion.conf
"$pilliond" 2>log &
daemon=$!
until_is ready
says 1 "Another pilliond is running" "$pilliond"
says 1 "pilliond is running" "$pillion" doctor
says 0 "audio     " "$pillion" audio --once
says 2 "Usage: pillion audio" "$pillion" audio --twice
says 0 "guest     none" "$pillion" status
[ -e /dev/uinput ] || says 0 "run 'modprobe uinput'" "$pillion" status
tells_of_libvirt() { "$pillion" status | grep -q "cannot connect to test+unix"; }
until_is tells_of_libvirt
says 0 '"state": "host"' "$pillion" status --json
says 1 "the guest is not running" "$pillion" stop
says 1 "the guest is not running" "$pillion" pause
says 1 "the guest is not running" "$pillion" resume
says 2 "Usage: pillion pause" "$pillion" pause win10
says 1 "which guest?" "$pillion" start
says 1 "cannot connect to test+unix" "$pillion" start win10
says 0 "guest     win10: failed" "$pillion" status
says 0 "" "$pillion" stop
says 1 "is not running" "$pillion" stop
says 1 "no guest is running that reads" "$pillion" input guest
says 0 "" "$pillion" input host

kill -USR1 "$daemon"
says 0 '"side": "host"' "$pillion" status --json

# A mistake leaves everything as it was; both ways of asking say it.
printf '[guest]\nuri = %s\nshutdown-timeout = never\n' "$uri" >pillion/pillion.conf
says 1 "pillion.conf:3: 'shutdown-timeout' cannot be 'never'" "$pillion" reload
kill -HUP "$daemon"
until_is grep -q "keeping the old one" log
printf '[guest]\nuri = %s\ndomain = win10\n' "$uri" >pillion/pillion.conf
says 0 "" "$pillion" reload
says 1 "cannot connect to test+unix" "$pillion" start

# A file in an older encoding: what is not UTF-8 does not keep the rest from being told.
printf '[guest]\nuri = %s\ndomain = m\374sic\n[input]\ntoggle = f\374\n' "$uri" >pillion/pillion.conf
says 1 "pillion.conf:5: 'toggle': there is no key 'f?'" "$pillion" reload
printf '[guest]\nuri = %s\ndomain = m\374sic\n[hotkey m\374te]\nkeys = f13\nexec = true\n' "$uri" >pillion/pillion.conf
says 0 "" "$pillion" reload
says 0 "m?te           f13" "$pillion" hotkeys
says 1 "cannot connect to test+unix" "$pillion" start
says 0 "guest     m?sic: failed" "$pillion" status
printf '[guest]\nuri = %s\ndomain = win10\n' "$uri" >pillion/pillion.conf
says 0 "" "$pillion" reload

# What hotkeys do is listed, and so is what keeps them from it.
says 0 "There are no hotkeys" "$pillion" hotkeys
says 2 "Usage: pillion hotkeys" "$pillion" hotkeys all
printf '[guest]\nuri = %s\n[hotkey talk]\nkeys = f13\npress = mumble:push-to-talk\n' "$uri" >pillion/pillion.conf
says 0 "" "$pillion" reload
says 0 "talk           f13                          any    mumble:push-to-talk" "$pillion" hotkeys
says 0 "! Mumble cannot be reached" "$pillion" status
printf '[guest]\nuri = %s\ndomain = win10\n' "$uri" >pillion/pillion.conf
says 0 "" "$pillion" reload
"$pillion" status | grep "Mumble" && fail "a hotkey that is no more has a problem"

# Failures are shown, if somebody shows notifications: so far nobody did.
"$desktop" notifications >notified &
notifications=$!
until_is grep -qx ready notified
says 1 "cannot connect to test+unix" "$pillion" start win10
until_is grep -q "^1 replaces 0 urgency 2: Guest win10 failed|cannot connect to test+unix" notified
says 1 "cannot connect to test+unix" "$pillion" start win10
until_is grep -q "^1 replaces 1 urgency 2: Guest win10 failed|" notified
printf '[guest]\nuri = %s\n[notify]\nfailures = no\n' "$uri" >pillion/pillion.conf
says 0 "" "$pillion" reload
says 1 "cannot connect to test+unix" "$pillion" start win10
says 0 "3" wc -l notified

# The icon in the tray, if the desktop has one: so far it had none. Its fifth entry is Start.
mkfifo clicks
"$desktop" tray <clicks >trayed &
tray=$!
exec 9>clicks
until_is grep -qx registered trayed
says 0 "" "$pillion" stop
until_is grep -qx "shows pillion-host-symbolic" trayed
echo click 5 >&9
until_is grep -qx "shows pillion-attention-symbolic" trayed
says 0 "guest     win10: failed" "$pillion" status
printf '[guest]\nuri = %s\n[tray]\nshow = sometimes\n' "$uri" >pillion/pillion.conf
says 1 "pillion.conf:4: 'show' cannot be 'sometimes'" "$pillion" reload
printf '[guest]\nuri = %s\n[tray]\nshow = no\n' "$uri" >pillion/pillion.conf
says 0 "" "$pillion" reload
until_is grep -qx gone trayed
printf '[guest]\nuri = %s\n' "$uri" >pillion/pillion.conf
says 0 "" "$pillion" reload
registered_twice() { [ "$(grep -cx registered trayed)" = 2 ]; }
until_is registered_twice

kill -TERM "$daemon"
until_is gone
wait "$daemon" || fail "pilliond did not end well: $?"
daemon=
says 3 "pilliond is not running" "$pillion" status
