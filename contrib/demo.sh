#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shows pillion at work, on any Debian 12 machine, as root: installs what is needed, builds, brings up a machine in a box
# (QEMU, emulated: a Debian with an IOMMU, two GPUs, libvirt and a user called alice), and rides one guest in it end to end.
# The first run makes the box, which takes a few minutes; later ones take about one.
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

step "2. the build"
sh tests/lab/stage || give_up "pillion does not build; see above"

step "3. the machine in the box, and the ride"
sh tests/lab/run contrib/demo/demo.sh || give_up "the ride broke off; see above"

printf '\nThe demo succeeded, in %d s.\n' $(($(date +%s) - began))
