# SPDX-License-Identifier: GPL-2.0-or-later
# What a case of the lab is written with. A case is a shell script that runs in the lab as root, from a
# folder that holds all of cases/; it begins with `. "${0%/*}/lib.sh"`. It passes when it ends with 0.
# shellcheck shell=sh

set -eu

# as_alice COMMAND...: as the lab's ordinary user, with what a login would have given her: groups, home,
# session bus.
as_alice() {
    setpriv --reuid=alice --regid=alice --init-groups --inh-caps=-all --reset-env \
        env XDG_RUNTIME_DIR=/run/user/1000 DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus LANG=C.UTF-8 "$@"
}

# check WHAT COMMAND...: COMMAND must succeed; otherwise the case fails, and shows what COMMAND said.
check() {
    what=$1
    shift
    if ! seen=$("$@" 2>&1); then
        fail "$what: '$*' said" "$seen"
    fi
    echo "  ok $what"
}

# wait_for SECONDS WHAT COMMAND...: until COMMAND succeeds. For what has no event that a shell could wait for.
wait_for() {
    patience=$1 what=$2
    shift 2
    give_up=$(($(centiseconds) + patience * 100))
    until seen=$("$@" 2>&1); do
        [ "$(centiseconds)" -lt $give_up ] || fail "$what: not within $patience s, '$*' said" "$seen"
        sleep 0.1
    done
    echo "  ok $what"
}

fail() {
    echo "  not ok $1" >&2
    shift
    [ -z "$*" ] || echo "$*" | sed 's/^/    /' >&2
    exit 1
}

skip() {
    echo "$*"
    exit 77
}

# at_exit COMMAND: runs however the case ends, the last one first. Rarely needed: no case sees another one's
# lab.
at_exit() {
    exit_commands="$1; ${exit_commands:-}"
    # shellcheck disable=SC2064,SC2154 # the commands are to be expanded now, the status then
    trap "status=\$?; set +e; $exit_commands exit \$status" EXIT
}

# machine COMMAND...: one command for the monitor of the QEMU that runs the lab: `machine device_del
# keyboard` pulls the plug of the USB keyboard, `machine sendkey a` presses a key on it. Prints the answer;
# fails on an error.
machine() {
    token=$$-$(centiseconds)
    exec 8<>/dev/virtio-ports/lab.machine
    printf '%s\n' '{"execute":"qmp_capabilities"}' \
        "{\"execute\":\"human-monitor-command\",\"arguments\":{\"command-line\":\"$*\"},\"id\":\"$token\"}" >&8
    while read -r answer <&8; do
        case $answer in *"\"$token\""*) break ;; esac
    done
    exec 8>&-
    case $answer in
    *'"return": ""'*) ;;
    *'"error":'* | *'"return": "Error'*) fail "machine $*" "$answer" ;;
    *) echo "$answer" ;;
    esac
}

# Hundredths of a second since the boot.
centiseconds() { sed 's/\.//; s/ .*//' /proc/uptime; }
