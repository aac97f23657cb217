#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The keys that hotkeys press for the host: a device that the desktop hears, that outlives its process, and in which no key
# hangs.
. "${0%/*}/lib.sh"

tests=/usr/lib/pillion-tests
check "the device is made, kept and taken back" "$tests/test-hostkeys"
