#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest that writes what no driver writes: pilliond says so, lives, and plays again when sense returns.
. "${0%/*}/lib-ride.sh"

ride
pid=$(as_alice systemctl --user show -P MainPID pilliond)
not_playing() { ! status_is audio state playing; }
alive() { test "$(as_alice systemctl --user show -P MainPID pilliond)" = "$pid"; }

tell_guest "play 48000 16 2 440"
wait_for 20 "the guest is heard" status_is audio state playing

# Bytes 8 to 15 of the header: how many chunks there are, and how large each is.
tell_guest "poke 8 0000"
wait_for 10 "no chunks at all: not played" not_playing
tell_guest "poke 12 ffffffff"
tell_guest "poke 4 ffff"
tell_guest "poke 16 00ff00"
check "pilliond lives" alive
check "and says what is wrong" status_is audio state bad

tell_guest "stop"
tell_guest "play 44100 24 6 440"
wait_for 20 "a format that makes sense is played again" status_is audio format "44100 Hz, 24 bit, 6 channels"
check "pilliond has lived through it all" alive
