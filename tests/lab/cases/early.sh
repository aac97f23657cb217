#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A start that comes before pilliond has reached libvirt waits for it, rather than fail for being early.
. "${0%/*}/lib-ride.sh"

configure '[guest]' 'domain = win10'
define_guest
libvirtd=$(pidof libvirtd)
at_exit "kill -CONT $libvirtd"
kill -STOP "$libvirtd"
start_pilliond
pillion start >/run/lab/start 2>&1 &
start=$!
wait_for 10 "the start waits for libvirt" status_is manager state preflight
check "which does not keep pilliond from its work" status_is input side host
kill -CONT "$libvirtd"
wait $start || fail "the start failed" "$(cat /run/lab/start)"
check "the guest runs" status_is manager state guest
