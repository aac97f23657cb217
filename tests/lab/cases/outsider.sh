#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 200
# alice is not in the group pillion: she is told so, and by which command she gets there, when she would have hardware
# lent, and when she would have it given back. Nothing changes that she may not change.
. "${0%/*}/lib-whole.sh"

# denied COMMAND...: pillion's, with 1; one line of error, with the way out. Its lines of progress are no matter.
denied() {
    status=0
    pillion "$@" 2>/run/lab/said >/run/lab/progress || status=$?
    check "'pillion $*' ends with 1" test $status = 1
    check "in one line" test "$(wc -l </run/lab/said)" = 1
    check "it names the group, and the command" grep -F "'sudo usermod -aG pillion alice' adds you" /run/lab/said
}

bare_scene
denied start win10
check "it says what was not done" grep -F "the hardware was not lent: only the group 'pillion' may" /run/lab/said
check "the start has failed" state_is failed
check "for that reason" status_has manager reason "only the group 'pillion' may"
check "the unit was not started" unit_is inactive
check "nothing runs" test -z "$(virsh --quiet list)"
bare_again

check "root lends it" systemctl start $unit
loan=$(property $unit InvocationID)
check "alice starts the guest" pillion start win10
check "it has the hardware" lent
check "by root's loan" test "$(property $unit InvocationID)" = "$loan"
open_console
denied stop
check "it says what was not done" grep -F "the hardware was not given back: only the group 'pillion' may" /run/lab/said
check "the return has failed" state_is failed
check "the guest has ended all the same" test -z "$(virsh --quiet list)"
check "its hardware is lent" lent
check "and guarded" unit_is active

check "what she was told to do" usermod -aG pillion alice
check "counts at once" pillion stop
check "all is the host's" state_is host
check "the unit has ended" unit_is inactive
bare_again
