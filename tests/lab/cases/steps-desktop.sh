#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 240
# The display manager goes, with its sessions, and comes back; both of its steps, both ways.
. "${0%/*}/lib-steps.sh"

dm=lightdm.service
dm_is() { is $dm "$1"; }
no_session() { test -z "$(loginctl --no-legend list-sessions)"; }
start_desktop
check "the display manager is looked at" step observe dm display-manager $dm
check "with alice's session" grep -o 'session=[^ ]*' /run/lab/step-dm
check "it is stopped" step apply dm display-manager $dm end-sessions=no
check "it is" dm_is inactive
check "and with it the session" no_session
check "so is Xorg" sh -c '! pidof Xorg'
check "now for the other half" step observe desktop desktop $dm
check "it is started" step apply desktop desktop $dm
check "it is" dm_is active
wait_for 30 "alice is back" logged_in
check "undone: stopped" step undo desktop desktop $dm return=yes
check "it is" dm_is inactive
check "undone: started" step undo dm display-manager $dm
check "it is" dm_is active
check "a desktop that is to stay" step undo desktop desktop $dm return=no
check "stays" dm_is active
wait_for 30 "alice is back" logged_in

# A session that outlives it
systemd-run --quiet --unit=lab-wayland -p PAMName=login -p User=alice -p TTYPath=/dev/tty9 -p StandardInput=tty -p StandardOutput=journal \
    -p Environment=XDG_SESSION_TYPE=wayland sleep infinity
its_session() { loginctl --no-legend list-sessions | awk '/tty9/ { print $1 }' | grep .; }
wait_for 10 "there is a session that is not its own" its_session
session=$seen
check "the display manager is looked at" step observe dm display-manager $dm
check "that session is none of its" sh -c "! grep -w session=$session /run/lab/step-dm"
echo "active=yes session=$session" >/run/lab/step-dm
refuses "a session that stays is told" "session $session of alice (wayland on seat0) is still there, though $dm has ended" step apply dm display-manager $dm end-sessions=no
check "it is not ended" its_session
check "unless that is allowed" step apply dm display-manager $dm end-sessions=yes
check "then it is" sh -c "! loginctl show-session $session"
