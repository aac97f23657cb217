#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 1500
# The hardware is lent and returned, again and again, and each time the host is what it was. The guest really runs with it.
. "${0%/*}/lib-lend.sh"

rounds=${rounds:-5}

set_scene
round=0
while [ $round -lt "$rounds" ]; do
    round=$((round + 1))
    echo "  round $round of $rounds"
    check "it is lent" pillion-switch lend win10
    printf '%s\n' "$seen"
    is_lent
    if [ $round = 1 ]; then
        check "lending again changes nothing" pillion-switch lend win10
        check "the guest starts with it" virsh --quiet start win10
        if pillion-switch return >/run/lab/said 2>&1; then fail "it was returned under a running guest"; fi
        check "it is not returned while the guest runs" grep -i "win10.*runs\|running" /run/lab/said
        check "the guest ends" virsh --quiet destroy win10
        check "the hooks have run" grep -c lend /run/lab/hooks/said
    fi
    check "it is returned" pillion-switch return
    printf '%s\n' "$seen"
    as_before
done
check "nothing is left open" test ! -e $journal
check "returning again changes nothing" pillion-switch return
check "each hook has run each time" test "$(wc -l </run/lab/hooks/said)" = $((4 * rounds))
echo "  $rounds rounds"
