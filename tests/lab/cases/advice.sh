#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 300
# Nothing is prepared: no profile, a definition as virt-manager makes it, alice in no group. Whatever 'pillion start' says is
# missing, it says the command that mends it; typed literally, one after the other, they end in a guest that runs.
. "${0%/*}/lib-whole.sh"

# The first command between quotes of what was said.
advised() { sed "s/^[^']*'//" /run/lab/said | grep -oE "(^|')(sudo |pillion |loginctl |systemctl )[^']*'" | head -n 1 | tr -d "'"; }

not_yet() { ! grep -xF -- "$advice" /run/lab/advised; }

# follow_advice: types it, as root where that is said. What was advised once must not be advised again.
follow_advice() {
    check "it says what to do" test -n "$advice"
    check "and not what was done already" not_yet
    echo "$advice" >>/run/lab/advised
    case $advice in
    sudo\ *) check "root types '${advice#sudo }'" sh -c "${advice#sudo } </dev/null" ;;
    *)
        if grep -q "as root, '$advice'" /run/lab/said; then
            check "root types '$advice'" sh -c "$advice </dev/null"
        else
            check "alice types '$advice'" as_alice sh -c "$advice </dev/null"
        fi
        ;;
    esac
}

define_guest "$(hostdev_xml $gpu $gpu_sound | sed "s/managed='no'/managed='yes'/")"
start_desktop
sound_held
configure
: >/run/lab/advised

until pillion start win10 2>/run/lab/said; do
    sed 's/^/  says: /' /run/lab/said
    advice=$(advised)
    follow_advice
done
check "the guest runs" state_is guest
check "it took more than one step" test "$(wc -l </run/lab/advised)" -ge 3
is_lent

# What it runs without, and how that is mended, the status says.
check "nothing is amiss with its sound or its input" status_is manager note ""
open_console
check "the guest has its shared memory" grep -w ivshmem $console
check "and ends when it is told to" pillion stop
wait_for 60 "all is the host's" state_is host
