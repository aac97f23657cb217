#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `meson install` installs is what installed.txt lists, below the prefix, and systemd finds no fault with any unit: each
# program that one runs is among it. Arguments: the build folder, the prefix.
set -eu
list=$(dirname "$(realpath "$0")")/installed.txt
command -v systemd-analyze >/dev/null || { echo "skipped: systemd-analyze is not installed"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
status=0

DESTDIR="$dir" meson install -C "$1" --no-rebuild --quiet
below=$dir$2
(cd "$below" && find . \( ! -type d -o -empty \) ! -path '*/pillion-tests/*' -printf '%P\n' | LC_ALL=C sort) >"$dir/list"
diff --unified=0 --label installed.txt --label installed "$list" "$dir/list" || status=1
find "$below" -xtype l -printf '%P leads nowhere\n' >"$dir/dangling"
if grep . "$dir/dangling"; then status=1; fi

# What verifies units looks at one folder; and there is a program of the host's own that one of them runs.
cp "$below"/lib/systemd/user/*.service "$below/lib/systemd/system/"
mkdir -p "$dir/usr/bin"
install -m 755 /dev/null "$dir/usr/bin/kill"
for unit in "$below"/lib/systemd/system/*.service; do
    systemd-analyze verify --man=no --recursive-errors=no --root="$dir" "$unit" >"$dir/said" 2>&1 && [ ! -s "$dir/said" ] && continue
    echo "${unit##*/}: $(cat "$dir/said")"
    status=1
done
# Those of D-Bus have a line of their own.
for service in "$below"/share/dbus-1/*services/*.service; do
    program=$(sed -n 's/^Exec=//p' "$service")
    [ -x "$dir$program" ] && continue
    echo "${service#"$below"/}: there is no $program"
    status=1
done
exit $status
