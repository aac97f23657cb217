# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that have a device open, and what pillion-switch says of them, on top of lib-switch.sh.
# shellcheck shell=sh disable=SC2154

# hold UNIT HOW NODE: somebody, who is called as the unit is, without its suffix; HOW is the holder's.
hold() {
    prepare_holder "$1"
    case $1 in
    *.scope) systemd-run --quiet --scope --unit="$1" "/run/lab/${1%.*}" "$2" "$3" >"/run/lab/holder-$1" 2>&1 & ;;
    *) systemd-run --quiet --unit="$1" --property=StandardOutput="file:/run/lab/holder-$1" "/run/lab/${1%.*}" "$2" "$3" ;;
    esac
    wait_for 10 "$1 has $3 ($2)" grep -x ready "/run/lab/holder-$1"
}
prepare_holder() {
    cp "$tests/pillion-test-holder" "/run/lab/${1%.*}"
    rm -f "/run/lab/holder-$1"
}

pid_of() { cat "/sys/fs/cgroup/system.slice/$1/cgroup.procs"; }
has_ended() { ! pid_of "$1" | grep .; }
let_go() { check "$* ends" systemctl stop "$@"; }

# ends_with STATUS COMMAND...: and what it said is kept, for `says`.
ends_with() {
    expected=$1 status=0
    shift
    "$@" >/run/lab/said 2>&1 || status=$?
    [ $status = "$expected" ] || fail "'$*' ended with $status, not $expected" "$(cat /run/lab/said)"
    echo "  ok '$*' ends with $expected"
}
says() { for words; do check "it says: $words" grep -F -- "$words" /run/lab/said; done; }
