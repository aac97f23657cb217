# SPDX-License-Identifier: GPL-2.0-or-later
# What is measured inside the lab by `sh tests/bench.sh input`, which writes its variables (and the deadline) above it:
# rates, seconds, turns, scenarios, load.
# shellcheck shell=sh disable=SC2154

. "${0%/*}/lib-ride.sh"

# bench NAME OPTION...: one scenario. pilliond's sinks are read by the bench, as QEMU would read them.
bench() {
    pid=$(as_alice systemctl --user show -P MainPID pilliond)
    "$tests/pillion-bench-input" --pid "$pid" --name "$@" --rates "$rates" --seconds "$seconds" --turns "$turns" ||
        fail "the bench of '$1' has failed"
}

# By the guest's clock there is no end to it.
play() { tell_guest "play 48000 16 2 440"; wait_for 20 "the guest's sound plays" status_is audio state playing; }
hush() { tell_guest stop; wait_for 20 "it has ended" sound_ended; }
sound_ended() { test "$(status_of audio state)" != playing; }

sinks_are_there() { test -e /dev/input/by-id/pillion-win10-mouse && test -e /dev/input/by-id/pillion-win10-kbd; }

configure '[guest]' 'domain = win10' '[log]' 'level = debug'
define_guest
start_pilliond
check "pillion starts the guest" pillion start
open_console
let_go_of_input
wait_for 20 "pilliond's devices are there" sinks_are_there
wait_for 20 "pilliond says that the guest runs" status_is manager state guest

echo "# $(uname -sr), $(grep -c ^processor /proc/cpuinfo) processors: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
echo "# $seconds s a turn, $turns turns each"
for scenario in $scenarios; do
    case $scenario in
    idle) bench idle ;;
    libvirtd)
        libvirtd=$(pidof libvirtd)
        at_exit "kill -CONT $libvirtd"
        kill -STOP "$libvirtd"
        bench libvirtd
        kill -CONT "$libvirtd"
        ;;
    audio) play && bench audio && hush ;;
    switch) bench switch --toggle 400 ;;
    stress) bench stress --load "$load" ;;
    count)
        as_alice systemctl --user set-environment LD_PRELOAD=$tests/pillion-bench-malloc.so \
            PILLION_BENCH_MALLOC=/run/user/1000/pillion-allocations
        as_alice systemctl --user restart pilliond
        as_alice systemctl --user unset-environment LD_PRELOAD PILLION_BENCH_MALLOC
        wait_for 20 "pilliond is back, counted" status_is manager state guest
        wait_for 20 "and its devices" sinks_are_there
        mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
        bench count --count --allocations /run/user/1000/pillion-allocations
        ;;
    *) fail "there is no scenario '$scenario'" ;;
    esac
done
