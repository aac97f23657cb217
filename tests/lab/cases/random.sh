#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 600
# Ten thousand random events on real devices, as pillion-test-random.c has them. It stands in QEMU's place, so the guest
# that pilliond believes in does not name the devices. RANDOM_SEED and RANDOM_EVENTS choose others.
. "${0%/*}/lib-ride.sh"

act() {
    pid=$(as_alice systemctl --user show -P MainPID pilliond)
    case $1 in
    guest | host) as_alice pillion input "$1" ;;
    freeze) kill -STOP "$pid" ;;
    thaw) kill -CONT "$pid" ;;
    kill) kill -KILL "$pid" ;;
    esac
}
case ${1:-} in
act) act "$2" >/dev/null 2>&1 && exit || exit ;;
esac

configure '[guest]' 'domain = win10' '[log]' 'level = debug'
define_guest ''
start_pilliond
check "the guest starts" virsh --quiet start win10
wait_for 20 "pillion serves it" status_is manager state guest
wait_for 20 "the guest's devices are there" test -e /dev/input/by-id/pillion-win10-mouse

report=$("$tests/pillion-test-random" "${RANDOM_SEED:-1}" "${RANDOM_EVENTS:-10000}" "sh $0 act" kill) ||
    fail "both sides see what they must" "$report"
echo "  $report"
