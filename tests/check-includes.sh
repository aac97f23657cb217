#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Who may include whom, as HACKING.md says. The feature folders see their own headers and core's ground floor; only the
# upper floor of core, which joins the parts, sees them all; the ground floor sees nothing above itself. What people
# type and what runs see nothing of each other: the command line and the doctor nothing of a ride, a ride nothing of them.
cd "$(dirname "$0")/.." || exit 1
bad=$(grep -rn '^#include "' core input audio ivshmem switcher contrib | awk -F'[:"]' '
    BEGIN {
        ground = "^core/(cleanup|log|messages|parse|argv|ini|config(-[a-z]+)?|manual|options|loop|fdstore|pcm|feed|terminal)[.]"
        typed = "^core/(command|doctor)/"
        runs = "^core/(ride|tray)/"
    }
    {
        file = $1; header = $4
        split(file, f, "/"); split(header, h, "/")
        if (header !~ "/") { print file ": \"" header "\" needs its folder: \"" f[1] "/" header "\""; next }
        if (f[1] == "contrib" || f[1] == h[1] && f[1] != "core") next
        if (header ~ ground) next
        if (file ~ typed && header ~ runs || file ~ runs && header ~ typed) { print file ": may not include " header; next }
        if (f[1] == "core" && file !~ ground) next
        print file ": may not include " header
    }')
[ -z "$bad" ] || { echo "$bad"; exit 1; }
