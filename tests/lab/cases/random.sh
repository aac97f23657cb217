#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 570
# Ten thousand random events on real devices, as pillion-test-random.c has them. It stands in QEMU's place, which is made to
# let go of the guest's devices. RANDOM_SEED and RANDOM_EVENTS choose others.
. "${0%/*}/lib-ride.sh"

signal() {
    pid=$(as_alice systemctl --user show -P MainPID pilliond)
    # 0: dead, and not back yet; to kill(1) that would be all of us. It may die in between, too.
    [ "$pid" = 0 ] || kill "-$1" "$pid" 2>/dev/null
}
case ${1:-} in
guest | host) as_alice pillion input "$1" >/dev/null 2>&1 || true; exit ;;
sync) as_alice pillion status >/dev/null 2>&1 || true; exit ;;
STOP | CONT | KILL) signal "$1"; exit ;;
esac

configure '[guest]' 'domain = win10' '[log]' 'level = debug'
define_guest "$(input_xml)"
start_pilliond
check "pillion starts the guest" pillion start
for object in input0 input1; do
    check "QEMU lets go of $object" virsh qemu-monitor-command win10 --cmd \
        "{\"execute\": \"object-del\", \"arguments\": {\"id\": \"$object\"}}"
done

report=$("$tests/pillion-test-random" "${RANDOM_SEED:-1}" "${RANDOM_EVENTS:-10000}" "$0" kill) ||
    fail "both sides see what they must" "$report"
echo "  $report"
