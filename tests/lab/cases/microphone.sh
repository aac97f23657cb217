#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Push-to-talk on the microphone of a card: it is muted by the card's route, as mixers do it, and stays so for the session
# manager to remember. A small program stands in for pilliond's hotkeys.
# deadline: 90
. "${0%/*}/lib.sh"

talk=/usr/lib/pillion-tests/pillion-test-talk
microphone() { as_alice wpctl status | sed -n '/Sources:/,/Source endpoints:/s/.*[^0-9]\([0-9][0-9]*\)\. .*/\1/p' | head -n 1; }
there_is_one() { [ -n "$(microphone)" ]; }
volume() { as_alice wpctl get-volume "$(microphone)"; }
is_muted() { volume | grep -F '[MUTED]'; }
is_open() { volume | grep Volume && ! is_muted; }
has_route() { as_alice pw-dump | grep -A 40 '"direction": "Input"' | grep '"mute": '"$1"; }

# The one card of the lab has no microphone: the kernel's dummy one has, with a mixer to it.
modprobe snd-dummy || skip "this kernel has no snd-dummy"
udevadm settle
for node in /dev/snd/*; do
    [ -c "$node" ] && setfacl -m u:alice:rw "$node"
done
check "the session manager looks at the cards anew" as_alice systemctl --user restart pipewire.service wireplumber.service
wait_for 30 "there is a microphone" there_is_one
wait_for 10 "it is open" is_open

mkfifo /run/lab/keys
chown alice /run/lab/keys
as_alice "$talk" </run/lab/keys >/run/lab/talk 2>&1 &
# shellcheck disable=SC2016 # the status of the end
at_exit '[ $status = 0 ] || { cat /run/lab/talk; as_alice wpctl status; } >&2'
exec 7>/run/lab/keys
wait_for 10 "push-to-talk mutes it" is_muted
check "by the route of its card" has_route true
echo down >&7
wait_for 10 "a key opens it" is_open
check "by the route of its card" has_route false
echo up >&7
wait_for 10 "and mutes it" is_muted
echo down >&7
wait_for 10 "it is open" is_open
check "the session manager restarts" as_alice systemctl --user restart wireplumber.service
echo up >&7
wait_for 20 "it is muted when it is back" is_muted
echo down >&7
wait_for 10 "it is open" is_open
exec 7>&-
wait_for 10 "muted at the end" is_muted
check "as it stays" sh -c 'sleep 4'
check "for good" is_muted
