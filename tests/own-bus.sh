# SPDX-License-Identifier: GPL-2.0-or-later
# own-bus: what the tests on a session bus of their own share. Whoever sources it is run anew on such a bus, in a folder of
# its own that is gone afterwards, with the real paths of its arguments:
#
#   own_bus_needs    programs without which the test is skipped
#   own_bus_env      assignments of its own, '@' being the folder
#
# `fail` shows whatever there is of what the programs have said, in the files of the usual names.
# shellcheck shell=sh

if [ -z "${PILLION_TEST_DIR:-}" ]; then
    for program in dbus-run-session ${own_bus_needs:-}; do
        command -v "$program" >/dev/null || {
            echo "skipped: $program is not installed"
            exit 77
        }
    done
    for argument; do
        set -- "$@" "$(realpath "$argument")"
        shift
    done
    PILLION_TEST_DIR=$(mktemp -d)
    export PILLION_TEST_DIR
    trap 'rm -rf "$PILLION_TEST_DIR"' EXIT
    # shellcheck disable=SC2046 # an assignment each
    env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR="$PILLION_TEST_DIR" XDG_CONFIG_HOME="$PILLION_TEST_DIR" \
        HOME="$PILLION_TEST_DIR" $(echo "${own_bus_env:-}" | sed "s|@|$PILLION_TEST_DIR|g") dbus-run-session -- "$0" "$@"
    exit
fi
cd "$PILLION_TEST_DIR" || exit

# Escapes are shown, not obeyed.
fail() {
    echo "not ok: $*"
    for file in said log libvirtd.log shown heard out err; do
        [ ! -f $file ] || sed 's/\x1b/^[/g; s/\r/^M/g' $file
    done
    exit 1
}
until_is() {
    turns=0
    until "$@" >/dev/null 2>&1; do
        turns=$((turns + 1))
        [ $turns -lt 600 ] || fail "'$*' never came true"
        sleep 0.1
    done
}
check() {
    what=$1
    shift
    "$@" >/dev/null || fail "$what: $*"
    echo "ok: $what"
}
# says STATUS WORDS COMMAND...: COMMAND must end with STATUS and say WORDS, if any.
says() {
    status=$1 words=$2
    shift 2
    seen=0
    "$@" >said 2>&1 </dev/null || seen=$?
    [ "$seen" = "$status" ] || fail "'$*' ended with $seen, not $status"
    [ -z "$words" ] || grep -qF -- "$words" said || fail "'$*' did not say: $words"
    echo "ok: $status of '$*'${words:+: $words}"
}
