# SPDX-License-Identifier: GPL-2.0-or-later
# installed: what a package's scripts do after files have been unpacked, so that whatever runs already sees
# what is new.
# shellcheck shell=sh
. "${0%/*}/lib.sh"

ldconfig
systemd-sysusers
systemd-tmpfiles --create --exclude-prefix=/dev
systemctl daemon-reload &
as_alice systemctl --user daemon-reload
wait
# It reads its rules anew while they are being laid down, and then has none.
systemctl try-restart polkit
busctl --quiet call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig
udevadm control --reload
udevadm trigger --settle --subsystem-match=input --subsystem-match=misc
