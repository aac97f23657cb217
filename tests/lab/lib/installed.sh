# SPDX-License-Identifier: GPL-2.0-or-later
# installed: has dpkg install the packages of the stage; all that there is to do for what runs already, they do themselves.
# shellcheck shell=sh
. "${0%/*}/lib.sh"

check "the package is installed" dpkg --install /var/cache/lab/*.deb
check "udev is idle" udevadm settle
