#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What input costs and how late it is, measured in the lab (root, no KVM needed): a mouse whose every frame carries its
# number, pilliond, a reader at its sink where QEMU would be, and beside it the least that any relay would do.
#
#   sh tests/bench.sh input [OPTION...]
#     --rates HZ,...         frames a second (125,1000,8000)
#     --seconds N            how long a turn takes (4)
#     --turns N              how many turns each of both has, one after the other (3)
#     --scenarios 'NAME...'  of idle libvirtd audio switch stress count (all)
#     --load N               busy processes in scenario stress (2)
#
# idle: nothing else happens; libvirtd: it is stopped by SIGSTOP; audio: the guest plays; switch: pilliond changes sides
# every 400 ms; count: system calls and allocations instead of times.
set -eu
cd "$(dirname "$0")/../.."

rates=125,1000,8000 seconds=4 turns=3 scenarios='idle libvirtd audio switch stress count' load=2

usage() { sed -n '7,15s/^# \{0,1\}//p' tests/bench/input-in-lab.sh; }
number() {
    case $1 in
    '' | *[!0-9,]*) echo "bench: '$1' is no number" >&2 && exit 2 ;;
    esac
}

while [ $# -gt 0 ]; do
    option=${1%%=*}
    case $1 in
    --help | -h) usage && exit ;;
    --*=*) value=${1#*=} && shift ;;
    *) [ $# -gt 1 ] || { usage >&2 && exit 2; }
        value=$2 && shift 2 ;;
    esac
    case $option in
    --rates) number "$value" && rates=$value ;;
    --seconds) number "$value" && seconds=$value ;;
    --turns) number "$value" && turns=$value ;;
    --load) number "$value" && load=$value ;;
    --scenarios) scenarios=$(echo "$value" | tr -cd 'a-z ') ;;
    *) usage >&2 && exit 2 ;;
    esac
done

# A turn takes some seconds more than it measures.
n_rates=$(echo "$rates" | tr , '\n' | wc -l)
n_scenarios=$(echo "$scenarios" | wc -w)
. tests/bench/lab.sh
run_in_lab input $((120 + n_scenarios * (30 + n_rates * turns * 2 * (seconds + 6)))) \
    "rates='$rates' seconds='$seconds' turns='$turns' scenarios='$scenarios' load='$load'" input.
