#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# With the capabilities that pillion-guest@.service leaves it, pillion-switch still sees who holds a device, by a mapping too:
# what it does not see it takes for idle. Arguments: the unit, test-holders.
set -eu

if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
    echo "skipped: takes root, and setpriv"
    exit 77
fi
# The last two are what the test itself needs.
caps=-all$(sed -n 's/^CapabilityBoundingSet=//p' "$1" | tr '[:upper:]' '[:lower:]' | sed 's/\(^\| *\)cap_/,+/g'),+setuid,+setgid
echo "$caps"
setpriv --inh-caps=-all --bounding-set="$caps" "$2"
