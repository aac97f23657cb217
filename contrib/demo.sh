#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shows pillion at work, on any Debian 12 machine, as root: installs what is needed, builds the package, brings up a machine
# in a box (QEMU, emulated: a Debian with an IOMMU, two GPUs, a desktop, libvirt and a user called alice), installs the
# package there, and rides one guest in it end to end; then the power fails in the middle of a ride, and the next boot clears
# up. The first run makes the box, which takes a few minutes; later ones take about two.
set -u
cd "$(dirname "$0")/.." || exit 1

began=$(date +%s)
step() { printf '\n== %s (%d s)\n' "$*" $(($(date +%s) - began)); }
give_up() {
    printf '\nThe demo FAILED: %s\n' "$*"
    exit 1
}

step "1. what is needed"
sh contrib/deps.sh lab || give_up "not everything could be installed; see above"

# On a terminal: what is typed, what has gone well, and what comes next.
paint() {
    if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
        bold=$(printf '\033[1m') green=$(printf '\033[32m') red=$(printf '\033[31m') plain=$(printf '\033[0m')
        sed -u "s/^--- .*/$bold&$plain/; s/^[a-z]* [\$#] .*/$bold&$plain/; s/✓/$green&$plain/; s/✗/$red&$plain/"
    else
        cat
    fi
}

step "2. the package"
sh tests/lab/stage || give_up "pillion does not build; see above"

step "3. the machine in the box, and the ride"
{ sh tests/lab/run contrib/demo/demo.sh && echo fine >&3; } 3>build/demo | paint
[ -s build/demo ] || give_up "the ride broke off; see above"

printf '\nThe demo succeeded, in %d s.\n' $(($(date +%s) - began))
