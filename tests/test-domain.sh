#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `pillion domain` against a libvirtd of our own, whose test hypervisor takes definitions as any other does: what is shown,
# changed, kept and put back. Arguments: pillion, a definition.
set -eu

[ -x /usr/sbin/libvirtd ] || {
    echo "skipped: libvirtd is not installed"
    exit 77
}
pillion=$(realpath "$1") windows=$(realpath "$2")
PILLION_TEST_DIR=$(mktemp -d)
libvirtd=
trap '[ -z "$libvirtd" ] || kill $libvirtd 2>/dev/null || true; rm -rf "$PILLION_TEST_DIR"' EXIT
cd "$PILLION_TEST_DIR"
export XDG_RUNTIME_DIR="$PWD/run" XDG_CONFIG_HOME="$PWD/run" XDG_CACHE_HOME="$PWD/run" XDG_STATE_HOME="$PWD/state" HOME="$PWD/run"
mkdir -p run config/pillion
uri="test+unix:///default?socket=$PWD/run/libvirt/libvirt-sock"
printf '[guest]\nuri = %s\n' "$uri" >config/pillion/pillion.conf

fail() {
    echo "not ok: $*"
    cat said 2>/dev/null || true
    exit 1
}
# says STATUS WORDS COMMAND...: COMMAND must end with STATUS and say WORDS, if any.
says() {
    status=$1 words=$2
    shift 2
    seen=0
    "$@" >said 2>&1 </dev/null || seen=$?
    [ "$seen" = "$status" ] || fail "'$*' ended with $seen, not $status"
    [ -z "$words" ] || grep -qF -- "$words" said || fail "'$*' did not say: $words"
    echo "ok: $words"
}
ask_virsh() { virsh --quiet --connect "$uri" "$@"; }
definition() { ask_virsh dumpxml --inactive --security-info "$1"; }
is_same() { [ "$(definition "$1")" = "$2" ] || fail "the definition of $1 is not what it should be"; }
holds() { definition win11 | grep -qF -- "$1" || fail "the definition does not have: $1"; }
lacks() { ! definition win11 | grep -qF -- "$1" || fail "the definition has: $1"; }

pillion() { XDG_CONFIG_HOME="$PWD/config" "$pillion" "$@"; }
domain() { pillion domain "$@"; }

says 1 "libvirt: " domain show win11
if [ "$(id -u)" = 0 ]; then
    chmod 755 .
    chown 65534:65534 run
    setpriv --reuid=65534 --regid=65534 --clear-groups libvirtd 2>log &
else
    libvirtd 2>log &
fi
libvirtd=$!
turns=0
until ask_virsh list >/dev/null 2>&1; do
    turns=$((turns + 1))
    [ $turns -lt 600 ] || fail "libvirtd does not come up: $(cat log)"
    sleep 0.1
done

# As virt-manager leaves it, with a password, for a hypervisor that has no firmware to look for.
sed "s/<domain type='kvm'>/<domain type='test'>/; s/<os firmware='efi'>/<os>/; /<firmware>/,/<\/firmware>/d; /<loader/d; /<nvram/d
    s/autoport='yes'>/autoport='yes' passwd='geheim'>/" "$windows" >win11.xml
# The test hypervisor forgets all with its last connection: this one stays.
mkfifo keep
virsh --quiet --connect "$uri" <keep >/dev/null 2>&1 &
exec 9>keep
echo define win11.xml >&9
turns=0
until definition win11 >/dev/null 2>&1; do
    turns=$((turns + 1))
    [ $turns -lt 100 ] || fail "the guest is not defined"
    sleep 0.1
done
original=$(definition win11)

says 2 "show|prepare|spice" domain
says 2 "" domain twist win11
says 2 "'domain show' knows no '--write'" domain show win11 --write
says 2 "--force is for --undo" domain prepare win11 --force
says 2 "--undo puts back all" domain prepare win11 --undo --hide-kvm
says 1 "there is no guest 'nobody'; 'virsh -c $uri list --all' lists them" domain show nobody
says 1 "there is nothing to undo" domain prepare win11 --undo

says 0 "win11, not running" domain show win11
grep -qF "0000:01:00.0  managed='yes'" said || fail "the card is not shown"
grep -qF "! it has no shared memory for its sound:" said || fail "that the sound is missing is not said"
says 0 '"what": "it has no shared memory for its sound", "command": "pillion domain prepare win11"' domain show win11 --json
python3 -m json.tool <said >/dev/null || fail "that is no JSON"

# What it advises does nothing by itself where nobody can be asked.
says 0 "nothing is changed yet; 'pillion domain prepare win11 --no-input --write' does it" domain prepare win11 --no-input
is_same win11 "$original"
says 0 "+    <shmem name='scream-ivshmem'>" domain prepare win11
[ "$(grep -c '^[+-]' said)" = 16 ] || fail "there are other changes than pillion's"
! grep -q geheim said || fail "the password is shown"
[ ! -e state ] || fail "a backup was made of nothing"

# At a terminal it asks.
if command -v script >/dev/null; then
    echo n | XDG_CONFIG_HOME="$PWD/config" script -qec "'$pillion' domain prepare win11" /dev/null >said
    grep -q "Change the definition so" said || fail "it does not ask"
    is_same win11 "$original"
    echo y | XDG_CONFIG_HOME="$PWD/config" script -qec "'$pillion' domain prepare win11 --no-sound" /dev/null >said
    holds /dev/input/by-id/pillion-win11-kbd
    lacks scream-ivshmem
    says 0 "it is as it was before" domain prepare win11 --undo --write
    is_same win11 "$original"
fi

says 0 "'pillion domain prepare win11 --undo' puts that back" domain prepare win11 --write --hide-kvm
holds "<shmem name='scream-ivshmem'>"
holds "<source dev='/dev/input/by-id/pillion-win11-kbd' grabToggle='meta-meta' repeat='on'/>"
holds "<vendor_id state='on' value='whatever'/>"
holds "<hidden state='on'/>"
holds "passwd='geheim'"
lacks "<hostdev mode='subsystem' type='pci' managed='yes'>"
prepared=$(definition win11)
[ "$(stat -c %a state/pillion/domains/win11)" = 700 ] || fail "others may look into the folder"
[ "$(stat -c %a state/pillion/domains/win11/*Z.xml)" = 600 ] || fail "others may read the backup"
[ "$(cat state/pillion/domains/win11/*Z.xml)" = "$original" ] || fail "the backup is not what it was"
says 0 "has all of that already" domain prepare win11 --write --hide-kvm
is_same win11 "$prepared"
says 0 "" domain show win11
! grep -q '^!' said || fail "something is still missing"

# A second change on top, and both taken back, one after the other.
says 0 "it is changed" domain prepare win11 --write --gpu-only
lacks "type='spice'"
says 0 "it is as it was before" domain prepare win11 --write --undo
is_same win11 "$prepared"
says 0 "nothing is changed yet; 'pillion domain prepare win11 --undo --write' does it" domain prepare win11 --undo
is_same win11 "$prepared"
says 0 "it is as it was before" domain prepare win11 --write --undo
is_same win11 "$original"
says 1 "there is nothing to undo" domain prepare win11 --undo

# Somebody else's change is not lost.
says 0 "it is changed" domain prepare win11 --write
definition win11 | sed "s/<on_crash>destroy/<on_crash>restart/" >changed.xml
ask_virsh define changed.xml >/dev/null
changed=$(definition win11)
says 1 "has been changed since" domain prepare win11 --undo --write
is_same win11 "$changed"
says 0 "what it has been is in " domain prepare win11 --undo --write --force
is_same win11 "$original"
[ "$(cat state/pillion/domains/win11/*.undone)" = "$changed" ] || fail "what was changed is lost"

# What it refuses, libvirt's own words say.
mkdir readonly
chmod 500 readonly
if [ "$(id -u)" != 0 ]; then
    says 1 "no backup can be made, so nothing is changed" env XDG_CONFIG_HOME="$PWD/config" XDG_STATE_HOME="$PWD/readonly" "$pillion" domain prepare win11 --write
    is_same win11 "$original"
fi

# The variant starts, and ends, and the definition has not noticed.
says 0 "it is changed" domain prepare win11 --gpu-only --write
holds "<model type='none'/>"
bare=$(definition win11)
says 0 "-    <hostdev mode='subsystem' type='pci'" domain spice win11 --diff
domain spice win11 >spice.xml
ask_virsh create spice.xml --validate >/dev/null
ask_virsh dumpxml win11 | grep -qF "<graphics type='spice'" || fail "it does not run with SPICE"
says 0 "'win11' is running; it counts from its next cold start" domain prepare win11 --hide-kvm --write
says 0 "it is as it was before" domain prepare win11 --undo --write
is_same win11 "$bare"
ask_virsh destroy win11 >/dev/null
is_same win11 "$bare"

# A libvirtd that hangs is not waited for, for ever.
kill -STOP $libvirtd
says 1 "libvirt does not answer; see 'systemctl status libvirtd'" domain show win11
kill -CONT $libvirtd
