#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pillion-switch on its own: what it refuses, what it says, and how it ends; and a boot after the power went while an Xorg
# snippet was away. Has an /etc, a /run and a /var/lib of its own in a mount namespace. Argument: pillion-switch.
set -eu

if [ -z "${PILLION_TEST_DIR:-}" ]; then
    PILLION_TEST_DIR=$(mktemp -d)
    export PILLION_TEST_DIR
    trap 'rm -rf "$PILLION_TEST_DIR"' EXIT
    own=-m
    [ "$(id -u)" = 0 ] || own=-rm
    unshare $own true 2>/dev/null || {
        echo "skipped: mount namespaces cannot be had here"
        exit 77
    }
    unshare $own "$0" "$(realpath "$1")"
    exit
fi

switch=$1
cd "$PILLION_TEST_DIR"
mount -t tmpfs none .
cd "$PILLION_TEST_DIR"
mkdir upper work
mount -t overlay -o "lowerdir=/etc,upperdir=$PWD/upper,workdir=$PWD/work" overlay /etc || {
    echo "skipped: /etc cannot be overlaid"
    exit 77
}
mount -t tmpfs none /run
mount -t tmpfs none /var/lib
mkdir -p /etc/pillion /etc/X11/xorg.conf.d /etc/X11/xorg.conf.avail /var/lib/pillion

fail() {
    echo "not ok: $*"
    cat said
    exit 1
}
# expect STATUS WORDS ARGUMENT...: what it exits with, and says.
expect() {
    status=$1 words=$2 is=0
    shift 2
    "$switch" "$@" >said 2>&1 || is=$?
    [ $is = "$status" ] || fail "'$*' exits with $is, not $status"
    [ -z "$words" ] || grep -qF -- "$words" said || fail "'$*' does not say '$words'"
}
# journal BOOT RECORD...: writes one, with the CRCs that belong to it.
journal() {
    boot=$1
    shift
    for record in "BEGIN version=1 profile=win10 domain=guest uri= boot=$boot time=1 steps=2" "$@"; do
        printf '%s\n' "$record"
    done | python3 -c 'import sys, zlib
for line in sys.stdin.read().splitlines():
    print("%08x %s" % (zlib.crc32(line.encode()), line))' >/var/lib/pillion/switch.journal
}
state_is() {
    grep -qx "$1" /run/pillion/state || fail "$(cat /run/pillion/state)"
}
this_boot=$(tr -d - </proc/sys/kernel/random/boot_id)
other_boot=0123456789abcdef0123456789abcdef

expect 2 "needs a command"
expect 2 "no command frobnicate" frobnicate
expect 2 "A profile is missing" lend
expect 2 "A profile is missing" plan lend
expect 2 "no use for" lend a b
expect 2 "--boot does not belong to lend" lend --boot win10
expect 2 "--undo does not belong to return" return --undo
expect 2 "No profile belongs to restore" restore win10
expect 2 "A profile is missing" snapshot list
expect 2 "A snapshot is missing after win10" snapshot revert win10
expect 2 "no use for" snapshot list win10 x
expect 2 "A snapshot has letters" snapshot take win10 ../x
expect 2 "no command snapshot" snapshot
expect 2 "no option" --frobnicate
expect 0 "Exit status" --help
expect 0 "pillion-switch " --version
expect 3 "There is no /etc/pillion/win10.conf" lend win10
expect 3 "cannot be used" lend ../win10
expect 0 "Nothing is lent" return
state_is state=host

# Others are told who does it for them.
nobody="setpriv --reuid=65534 --clear-groups"
if $nobody "$switch" --version >said 2>&1; then
    is=0
    $nobody "$switch" lend win10 >said 2>&1 || is=$?
    [ $is = 3 ] || fail "for others it exits with $is, not 3"
    grep -qF "'systemctl start pillion-guest@PROFILE'" said || fail "others are not told what they may do"
fi

# Only root's own profile counts.
echo >/etc/pillion/win10.conf
chmod 666 /etc/pillion/win10.conf
expect 3 "/etc/pillion/win10.conf" lend win10
chmod 644 /etc/pillion/win10.conf

# Whoever comes second.
mkdir -p /run/pillion
mkfifo go
flock /run/pillion/lock -c 'printf "pid=7\ncommand=guard\nprofile=win10\nsince=then\n" >/run/pillion/lock; echo >go; cat go' \
    >/dev/null &
read -r _ <go
expect 3 "'pillion-switch guard win10' (pid 7, since then)" lend win10
expect 3 "systemctl stop pillion-guest@win10" return
echo >go
wait

# A loan of this boot.
done_step="INTENT n=1 kind=xorg-snippet target=10-nvidia.conf optional=no"
done_step="$done_step told=persistent%3dyes state=link%3d../xorg.conf.avail/10-nvidia.conf pid=999999 start=1"
journal "$this_boot" "$done_step" "DONE n=1 usec=5 result=" LENT
expect 0 "'win10' is lent already" lend win10
state_is state=lent
state_is profile=win10
expect 3 "it is 'win10' that is lent, not 'other'" return other
expect 0 "is of this boot, and stays" restore --boot
echo >/etc/pillion/other.conf
expect 3 "'pillion-switch return win10' gives it back" lend other
expect 0 "put back the Xorg snippet 10-nvidia.conf" plan return win10
[ ! -e /var/lib/pillion/history ] || fail "a loan has been ended that nobody gave back"
expect 0 "put back the Xorg snippet 10-nvidia.conf" return win10
[ "$(readlink /etc/X11/xorg.conf.d/10-nvidia.conf)" = ../xorg.conf.avail/10-nvidia.conf ] || fail "no link"
state_is state=host
grep -q "END how=returned" /var/lib/pillion/history/000001.journal || fail "no history"

# A guard takes over what is lent, and gives it back when it is told to end and the guest is gone; not while it runs.
guard() {
    printf '%s\n' '[guest]' "domain = $1" 'uri = test:///default' 'shutdown-timeout = 1s' >/etc/pillion/win10.conf
    rm -f /etc/X11/xorg.conf.d/10-nvidia.conf
    journal "$this_boot" "$done_step" "DONE n=1 usec=5 result=" LENT
    "$switch" guard win10 >said 2>&1 &
    guard=$!
    for _ in $(seq 300); do
        ! grep -qF "$2" said || break
        sleep 0.1
    done
    grep -qF "$2" said || fail "the guard does not say '$2'"
    [ ! -e /etc/X11/xorg.conf.d/10-nvidia.conf ] || fail "the guard has given back"
    is=0
    kill $guard
    wait $guard || is=$?
}
guard nobody "waiting for the guest to be started"
[ $is = 0 ] || fail "the guard ends with $is"
[ -L /etc/X11/xorg.conf.d/10-nvidia.conf ] || fail "the guard has given nothing back"
state_is state=host
guard test "lent; the guest runs"
[ $is = 1 ] || fail "the guard ends with $is"
grep -qF "'test' has not shut down within 1 s" said || fail "the guard does not say why"
[ ! -e /etc/X11/xorg.conf.d/10-nvidia.conf ] || fail "the guard has taken from a guest that runs"
expect 0 "put back the Xorg snippet 10-nvidia.conf" return
# What is half done is undone first. There is no such domain, so lending it then is refused.
echo >/etc/pillion/win10.conf
rm /etc/X11/xorg.conf.d/10-nvidia.conf
journal "$this_boot" "$done_step"
expect 3 "" guard win10
[ -L /etc/X11/xorg.conf.d/10-nvidia.conf ] || fail "what was half done is left"
# So is what was going back, but nobody has asked for it to be lent once more.
rm /etc/X11/xorg.conf.d/10-nvidia.conf
journal "$this_boot" "$done_step" "DONE n=1 usec=5 result=" LENT "UNDO n=1 pid=999999 start=1"
expect 1 "start it once more" guard win10
[ -L /etc/X11/xorg.conf.d/10-nvidia.conf ] || fail "what was going back is left"
state_is state=host
history=$(find /var/lib/pillion/history -name '*.journal' | wc -l)

# A loan that was not finished, or is damaged.
rm /etc/X11/xorg.conf.d/10-nvidia.conf
journal "$this_boot" "$done_step"
expect 3 "'pillion-switch restore' does that" lend win10
expect 0 "✓" restore
journal "$this_boot" "$done_step" "DONE n=1 usec=5 result=" LENT
sed -i '3s/usec=5/usec=6/' /var/lib/pillion/switch.journal
expect 3 "damaged" lend win10
expect 0 "Line 3 of the journal" restore
grep -q "damaged" /var/lib/pillion/history/00000$((history + 2)).journal || fail "the damage is forgotten"

# The power went. What only the kernel held is void; neither bus nor libvirt is there.
rm /etc/X11/xorg.conf.d/10-nvidia.conf
journal "$other_boot" "$done_step" "DONE n=1 usec=5 result=" \
    "INTENT n=2 kind=governor target=performance optional=no told= state= pid=1 start=1"
expect 3 "'pillion-switch restore' does that" lend win10
expect 0 "The host went down while win10" restore --boot
[ "$(readlink /etc/X11/xorg.conf.d/10-nvidia.conf)" = ../xorg.conf.avail/10-nvidia.conf ] || fail "no link after a boot"
grep -q "END how=the%20host%20went%20down%20while%20lending" /var/lib/pillion/history/00000$((history + 3)).journal || fail "no end"
expect 0 "" restore --boot

echo ok
