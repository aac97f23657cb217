# SPDX-License-Identifier: GPL-2.0-or-later
# A session of alice's in front of seat0, without a desktop, for what only those at the screen may do.
# shellcheck shell=sh

# sit_down: she logs in on the seventh console, and does what she is asked to there.
sit_down() {
    cat >/run/lab/seat <<'SCRIPT'
#!/bin/sh
cd "$XDG_RUNTIME_DIR" && mkfifo seat.in || exit
while read -r command <seat.in; do
    sh -c "$command" >seat.said 2>&1 </dev/null
    echo $? >seat.status
done
SCRIPT
    chmod 755 /run/lab/seat
    systemd-run --quiet --unit=lab-seat -p PAMName=login -p User=alice -p TTYPath=/dev/tty7 -p StandardInput=tty-force \
        -p Environment=XDG_SEAT=seat0 -p Environment=XDG_VTNR=7 /run/lab/seat
    wait_for 10 "alice sits down" test -p /run/user/1000/seat.in
    check "she is in front" busybox chvt 7
    wait_for 10 "logind knows" she_is_in_front
}
she_is_in_front() { test "$(loginctl show-session "$(loginctl show-user alice -P Display)" -P Active)" = yes; }

# she_does COMMAND: in that session; ends as COMMAND does, and prints what it says.
she_does() {
    rm -f /run/user/1000/seat.status
    echo "$1" >/run/user/1000/seat.in
    turns=0
    until [ -s /run/user/1000/seat.status ]; do
        turns=$((turns + 1))
        [ $turns -lt 200 ] || return 124
        sleep 0.1
    done
    cat /run/user/1000/seat.said
    return "$(cat /run/user/1000/seat.status)"
}
