#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 500
# Whoever has the hardware open: the desktop and the sound are made to let go, a program that may be ended is ended, any
# other is named, and then all is as it was. Nothing hangs. Nobody gets in between the look and the act.
. "${0%/*}/lib-lend.sh"
. "${0%/*}/lib-hold.sh"

# at_lend COMMANDS: the profile's first hook: the plan is made then, and nothing is done yet.
at_lend() { printf '#!/bin/sh -e\n%s\n' "$*" >/run/lab/hooks/before-lend; }
# late HOW NODE: the command by which somebody comes then.
late() {
    prepare_holder late.service
    echo "systemd-run --quiet --unit=late --property=StandardOutput=file:/run/lab/holder-late.service /run/lab/late $1 $2"
}

set_scene '[host]' 'end-programs = dispensable'
control=$(nodes_of $gpu_sound | grep control) pcm=$(nodes_of $gpu_sound | grep -m 1 pcm) card=$(nodes_of $gpu | grep card)
server=$(pidof wireplumber)

echo "those whom the plan finds"
hold greedy.service hold "$control"
hold curious.scope hold "$card"
hold mapper.scope map "$pcm"
ends_with 3 pillion-switch lend win10
says "greedy (pid $(pid_of greedy.service), greedy.service, root) has ${control#/dev/} of $gpu_sound open:" \
    "'systemctl stop greedy.service', or let it be stopped: 'stop-units = greedy.service' in /etc/pillion/win10.conf" \
    "curious (pid $(pid_of curious.scope), curious.scope, root) has ${card#/dev/} of $gpu open: close it" \
    "let it be ended: 'end-programs = curious' in /etc/pillion/win10.conf" \
    "mapper (pid $(pid_of mapper.scope), mapper.scope, root) has ${pcm#/dev/} of $gpu_sound mapped: close it"
as_before
let_go greedy.service curious.scope mapper.scope

echo "one who may be ended, and one who comes after the plan, again and again"
hold dispensable.scope hold "$card"
at_lend "$(late loop "$control")"
check "it is lent" pillion-switch lend win10
is_lent
check "the one has ended" has_ended dispensable.scope
check "the other has not got in" grep -E '^opened [0-9]+ times: No such file' /run/lab/holder-late.service
echo "    who $(grep opened /run/lab/holder-late.service)"
check "alice's sound server still runs" test "$(pidof wireplumber)" = "$server"
check "it is returned" pillion-switch return
as_before

echo "one who comes after the plan, and stays; by a node of his own"
mknod /dev/another c $((0x$(stat --format %t "$card"))) $((0x$(stat --format %T "$card")))
at_lend "$(late hold /dev/another)
until grep -qx ready /run/lab/holder-late.service; do sleep 0.1; done"
ends_with 1 pillion-switch lend win10
cat /run/lab/said
says "late (pid $(pid_of late.service), late.service, root) has ${card#/dev/} of $gpu open: close it" \
    "Nothing is lent, all is as it was"
let_go late.service
as_before
