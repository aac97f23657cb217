#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What cannot work is refused with one line that says what to do.
# deadline: 180
. "${0%/*}/lib-ride.sh"

refuses() {
    what=$1 said=$2
    shift 2
    if "$@" 2>/run/lab/said; then fail "$what: it was not refused"; fi
    check "$what: it is said" grep -F -- "$said" /run/lab/said
    check "$what: in one line" test "$(wc -l </run/lab/said)" = 1
}

# Before pilliond is there. The bus would start it, so ask a bus that cannot.
as_alice systemctl --user mask --runtime --quiet pilliond
refuses "no pilliond" "systemctl --user start pilliond" pillion status
as_alice systemctl --user unmask --runtime --quiet pilliond

configure '[guest]' 'domian = win10'
refuses "a mistake in the configuration" "pillion.conf:2: [guest] has no option 'domian'; it has domain" \
    as_alice pilliond --check
configure '[guest]' 'domain = win10' '[input]' 'path = evdev'
start_pilliond
refuses "a second pilliond" "Another pilliond is running" as_alice pilliond

refuses "an unknown guest" "there is no domain 'win10'" pillion start
refuses "another unknown guest" "there is no domain 'win11'" pillion start win11
check "after a failure the way back is open" pillion stop
refuses "nothing to stop" "is not running" pillion stop
refuses "no guest to take the input" "no guest is running" pillion input guest
if pillion input left 2>/run/lab/said; then fail "there is no such side"; fi
check "no such side: the sides are named" grep -F "host|guest|toggle" /run/lab/said

define_guest ""
check "a guest without anything of ours starts" pillion start
wait_for 20 "and pillion says what it lacks: input" status_has manager note "lacks an input device"
check "and sound" status_has manager note "'pillion domain prepare win10' adds it"
check "and ends" pillion stop --force

# A configuration that gets worse while pilliond runs: the old one stays.
configure '[guest]' 'domain = win10' '[audio]' 'shmem = somewhere'
if pillion reload 2>/run/lab/said; then fail "a reload with a mistake was not refused"; fi
check "a reload with a mistake: it is said" grep -F "pillion.conf:4: 'shmem' cannot be 'somewhere'" /run/lab/said
check "and what to do then" grep -F "try 'pillion reload' again" /run/lab/said
check "pilliond is as it was" status_is manager state host
