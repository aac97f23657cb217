# SPDX-License-Identifier: GPL-2.0-or-later
# Every frame of a mouse that the guest has reaches it once and in order. While the sides change none reaches both, and few
# get lost between them. Times are for `sh tests/bench.sh input`.
# shellcheck shell=sh
. "${0%/*}/lib-ride.sh"

once() {
    "$tests/pillion-bench-input" --check --only ours --turns 1 --seconds 5 \
        --pid "$(as_alice systemctl --user show -P MainPID pilliond)" "$@"
}

# relay WHAT OPTION...: a machine that stands still for a moment, so that queues overflow, spoils a turn; three in a row are
# our own fault.
thrice() { once "$@" || once "$@" || once "$@"; }
relay() {
    claim=$1
    shift
    check "$claim" thrice "$@"
    echo "$seen" | sed 's/^/    /'
}

configure '[guest]' 'domain = win10' '[log]' 'level = debug'
define_guest
start_pilliond
check "pillion starts the guest" pillion start
open_console
let_go_of_input

relay "at 125 Hz all arrives" --rates 125 --name calm
relay "at 500 Hz none arrives twice, and few get lost, while the sides change" --rates 500 --toggle 500 --name switch
