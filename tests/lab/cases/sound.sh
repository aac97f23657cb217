#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sound through all that a guest, its file and PipeWire can do to it: each time it comes back by itself. How soon is printed.
# deadline: 300
. "${0%/*}/lib-ride.sh"

ring=/dev/shm/scream-ivshmem
tone_tool=$tests/pillion-test-tone
word() { echo "$tone" | sed -n "s/.*$1 \([-0-9.]*\).*/\1/p"; }
near() { awk "BEGIN { d = $1 - $2; exit !(d < $3 && d > -$3) }"; }

# heard HZ WHAT: the speakers play this tone, and nothing but; records five seconds from now on.
heard() {
    record 5
    tone=$("$tone_tool" /run/user/1000/capture.wav) || fail "$2: nothing came out of the speakers" "$(pillion status)"
    echo "  $2: after $(word before) s, longest gap $(word longest) s, $(word noise) dB of noise"
    # While the delay finds its target it is played up to half a percent too fast or too slow.
    near "$(word frequency)" "$1" "$1 / 100" || fail "$2: $1 Hz" "$tone"
    near "$(word noise)" -60 40 || fail "$2: the tone and nothing else" "$tone"
}
quiet() {
    record 1
    ! "$tone_tool" /run/user/1000/capture.wav
}

ride
pid=$(as_alice systemctl --user show -P MainPID pilliond)
alive() { test "$(as_alice systemctl --user show -P MainPID pilliond)" = "$pid"; }

tell_guest "play 44100 16 2 440"
wait_for 20 "44.1 kHz, 16 bit, stereo" status_is audio format "44100 Hz, 16 bit, 2 channels"
heard 440 "44.1 kHz"
tell_guest "play 48000 24 6 550"
wait_for 20 "48 kHz, 24 bit, 6 channels, without a pause" status_is audio format "48000 Hz, 24 bit, 6 channels"
heard 550 "48 kHz, 6 channels"
tell_guest "play 96000 32 8 660"
wait_for 20 "96 kHz, 32 bit, 8 channels" status_is audio format "96000 Hz, 32 bit, 8 channels"
heard 660 "96 kHz, 8 channels"
tell_guest "stop"
wait_for 20 "the end is the end" status_is audio state silent
check "and it is quiet" quiet

tell_guest "play 48000 16 2 440"
heard 440 "again"
tell_guest "reboot"
wait_for 60 "the guest reboots in mid-tone" guest_heard ready 2
check "no noise is left behind" quiet
tell_guest "play 48000 16 2 470"
heard 470 "after the reboot"

check "the file is deleted" rm $ring
heard 470 "its guest plays on"
check "which is said" status_has audio problem "deleted while its guest runs"
check "another one takes its name" truncate -s 2M $ring
heard 470 "and the guest plays on"
check "the guest ends" pillion stop
wait_for 20 "and is gone" status_is manager state host
rm -f $ring

check "the guest starts anew" pillion start
open_console
tell_guest "play 48000 16 2 440"
heard 440 "in a new file"

# The memory of a running guest, which must not touch it meanwhile (it would end with SIGBUS): all zeros when it goes on.
tell_guest "pause"
check "the file is cut off" truncate -c -s 0 $ring
wait_for 20 "which ends the sound" status_is audio state unusable
check "and it is quiet" quiet
check "the file is grown back" truncate -c -s 2M $ring
wait_for 20 "that will do" status_is audio state silent
tell_guest "resume"
tell_guest "stop"
tell_guest "play 48000 16 2 490"
heard 490 "after the truncation"

check "PipeWire restarts" as_alice systemctl --user restart pipewire.service wireplumber.service
wait_for 30 "the speakers are back" as_alice pw-cli info lab-speakers
heard 490 "after PipeWire's restart"
check "pilliond has lived through it all" alive
