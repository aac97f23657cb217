#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds the Debian package, into build/deb, and has lintian look at it: no errors, and no warnings either.
cd "$(dirname "$0")/.." || exit 1
for program in dpkg-buildpackage dh lintian; do
    command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done

# With the lab's tools beside it, for whoever runs the lab next: they change nothing in the package.
sh contrib/deb.sh --lab || exit 1
lintian --allow-root --info --tag-display-limit 0 --fail-on error,warning build/deb/pillion_*.changes
