# SPDX-License-Identifier: GPL-2.0-or-later
# Steps, one at a time, on top of lib-switch.sh.
# shellcheck shell=sh disable=SC2154

. "${0%/*}/lib-switch.sh"

# step VERB NAME KIND TARGET [KEY=VALUE]...: NAME is where its state is kept.
step() {
    verb=$1 name=$2
    shift 2
    "$tests/pillion-test-step" "$verb" "/run/lab/step-$name" "$@"
}
# refuses WHAT WORDS COMMAND...
refuses() {
    what=$1 words=$2
    shift 2
    if "$@" >/run/lab/said 2>&1; then fail "$what: it was done"; fi
    check "$what" grep -F -- "$words" /run/lab/said
}

# is UNIT STATE
is() { test "$(systemctl is-active "$1")" = "$2"; }
