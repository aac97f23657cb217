#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes the Debian package of the tree as it stands, and leaves it in build/deb. In a copy of the tree, which is kept: the next
# time only what has changed is compiled. What it needs is installed by `contrib/deps.sh test`.
#
#   sh contrib/deb.sh          the package as Debian would build it, but for the tests
#   sh contrib/deb.sh --lab    the same package; beside it, the tests' own tools in build/deb/pillion-tests
set -eu
cd "$(dirname "$0")/.."

case ${1:-} in
'') profile='' ;;
--lab) profile=pkg.pillion.lab ;;
*)
    echo "deb.sh: what is '$1'?" >&2
    exit 2
    ;;
esac
for program in dpkg-buildpackage dh; do
    command -v $program >/dev/null || {
        echo "deb.sh: '$program' is not installed; 'sh contrib/deps.sh test' installs it" >&2
        exit 1
    }
done

deb=build/deb
source=$deb/source
mkdir -p $source
exec 9>$deb/lock
flock 9

# Compiled for other options, or by other rules, nothing can be kept.
if [ "$(cat $deb/profile 2>/dev/null)" != "$profile" ] || ! cmp -s debian/rules $source/debian/rules; then
    rm -rf $source
    mkdir $source
fi
echo "$profile" >$deb/profile
find $source -mindepth 1 -maxdepth 1 ! -name 'obj-*' -exec rm -rf {} +
tar -c --exclude=./build --exclude='./build-*' --exclude=./.git . | tar -x -C $source
rm -rf $deb/pillion*

(cd $source && DEB_BUILD_OPTIONS=nocheck DEB_BUILD_PROFILES=$profile dpkg-buildpackage -us -uc -b -nc -d) >$deb/log 2>&1 || {
    tail -n 40 $deb/log >&2
    echo "deb.sh: the package cannot be built; see $deb/log" >&2
    exit 1
}
[ -z "$profile" ] || mv $source/debian/pillion-tests $deb/
echo "$deb/$(cd $deb && echo pillion_*.deb)"
