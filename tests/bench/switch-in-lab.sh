#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What lending the hardware and taking it back costs, beside a plain shell script that does the same with systemctl, virsh
# and echo, and sleeps nowhere; in the lab (root, no KVM needed), both in turns.
#
#   sh tests/bench.sh switch [OPTION...]
#     --turns N    how many turns each of both has, one after the other (5)
set -eu
cd "$(dirname "$0")/../.."

turns=5
case ${1:-} in
'') ;;
--turns=*) turns=${1#*=} ;;
--turns) turns=${2:-} ;;
*) sed -n '7,8s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
case $turns in
'' | *[!0-9]*) echo "bench: '$turns' is no number" >&2 && exit 2 ;;
esac

. tests/bench/lab.sh
run_in_lab switch $((180 + turns * 120)) "turns=$turns" switch.
