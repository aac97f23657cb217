#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pillion and pilliond with a guest that needs no hardware: that of a libvirtd of our own, whose test hypervisor has one
# running. It is stopped, started, restarted and paused, and a libvirtd that hangs keeps it from that. Arguments: pilliond,
# pillion.
set -eu

own_bus_needs="dbus-send"
own_bus_env="LC_ALL=C.UTF-8"
. "${0%/*}/own-libvirtd.sh"

pilliond=$1 pillion=$2
daemon=''
trap '[ -z "$daemon" ] || kill $daemon; end_libvirtd' EXIT

# lines WORDS...: a line for each, in this order, and no other.
lines() {
    [ "$(sed 's/^\(.\) .* s  /\1 /' said)" = "$(printf '%s\n' "$@")" ] || fail "not these lines: $*"
    echo "ok: $*"
}
is() { "$pillion" status | grep -qF "guest     test: $1"; }

printf '[guest]\nuri = %s\ndomain = test\nshutdown-timeout = 1s\n' "$uri" >config/pillion/pillion.conf
start_libvirtd
"$pilliond" 2>log &
daemon=$!
until_is is running

says 1 "end it with 'pillion stop' first" "$pillion" start
says 0 "" "$pillion" restart
lines "✓ wait for test to shut down" "✓ see whether test can be started" "✓ start test"
says 0 "" "$pillion" stop
lines "✓ wait for test to shut down"
says 1 "start it with 'pillion start'" "$pillion" restart
says 0 "hardware  at the host" "$pillion" status
says 0 "" "$pillion" start
lines "✓ see whether test can be started" "✓ start test"
says 0 "" "$pillion" pause
lines "✓ have test stand still"
says 0 "" "$pillion" resume
lines "✓ have test go on"

# With a screen of its own instead of the host's hardware: of the one definition, which stays what it was.
virsh --connect "$uri" dumpxml --inactive test >defined
says 0 "" "$pillion" stop
says 0 "" "$pillion" start --spice test
lines "✓ see whether test can be started" "✓ start test"
virsh --connect "$uri" dumpxml test >running
check "it has a screen of SPICE's" grep "<graphics type='spice'" running
check "the definition has none" sh -c "! grep '<graphics' defined"
virsh --connect "$uri" dumpxml --inactive test >after
check "and is what it was" cmp defined after
says 0 "hardware  at the host" "$pillion" status

# A guest that still runs has not been restarted, though it runs.
kill -STOP "$libvirtd"
says 1 "has not shut down in time" "$pillion" restart
grep -q '^✗ .* s  wait for test to shut down$' said || fail "the step did not fail"
says 1 "'pillion stop --force'" "$pillion" stop
# By its name whoever calls can tell that it may ask again.
says 1 "Error org.pillion1.Error.StillRunning: 'test' has not shut down in time" dbus-send --session --print-reply \
    --reply-timeout=20000 --dest=org.pillion1 /org/pillion1 org.pillion1.Manager.Stop boolean:false
kill -CONT "$libvirtd"
until_is is "not running"
says 0 "" "$pillion" start test
says 0 "" "$pillion" stop --force
