#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 5400
# pillion-switch is killed on both sides of each step, lending and returning, and `restore` puts the host right. A step
# stands between two records of the journal. Before: the first is written, and nothing was done. After: it was done, and the
# second is not written. Each step is killed on one side when lending and on the other when returning, which takes a quarter
# of an hour; with stride=2 on both sides each time.
. "${0%/*}/lib-lend.sh"

stride=${stride:-4} # records

# killed CALL N COMMAND...: kills it at its Nth CALL on the journal. Ends with 137 if there was one.
killed() {
    call=$1 number=$2
    shift 2
    strace -qq -o /run/lab/strace -P $journal -e trace="$call" -e inject="$call:signal=KILL:when=$number" "$@" \
        >/run/lab/said 2>&1
}

last_record() { tail -n 1 $journal | cut -d ' ' -f 2,3; }

# kill_all COMMAND CALL SIDE FIRST: from that record on.
kill_all() {
    number=$4
    while :; do
        [ "$1" = lend ] || check "it is lent" pillion-switch lend win10
        status=0
        killed "$2" "$number" pillion-switch "$1" win10 || status=$?
        [ $status = 137 ] || break
        echo "  kill $((kills + 1)): $1, $3 the step of $(last_record)"
        check "it is restored" pillion-switch restore
        as_before
        check "nothing is left open" test ! -e $journal
        kills=$((kills + 1)) number=$((number + stride))
    done
    [ "$status" = 0 ] || fail "$1, which was not killed, ended with $status" "$(cat /run/lab/said)"
    if [ "$1" = lend ]; then check "it is returned" pillion-switch return; fi
    as_before
}

set_scene
kills=0
kill_all lend fdatasync before 1
kill_all lend write after "$stride"
kill_all return fdatasync before $((stride - 1))
kill_all return write after 2
echo "  $kills kills"
test $kills -ge $((128 / stride))
