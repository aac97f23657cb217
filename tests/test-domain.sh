#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `pillion domain` against a libvirtd of our own, whose test hypervisor takes definitions as any other does: what is shown,
# changed, kept and put back. Arguments: pillion, a definition.
set -eu

own_bus_env="XDG_STATE_HOME=@/state"
. "${0%/*}/own-libvirtd.sh"

pillion=$1 windows=$2
trap end_libvirtd EXIT
printf '[guest]\nuri = %s\n' "$uri" >config/pillion/pillion.conf

definition() { ask_virsh dumpxml --inactive --security-info "$1"; }
is_same() { [ "$(definition "$1")" = "$2" ] || fail "the definition of $1 is not what it should be"; }
holds() { definition win11 | grep -qF -- "$1" || fail "the definition does not have: $1"; }
lacks() { ! definition win11 | grep -qF -- "$1" || fail "the definition has: $1"; }

domain() { "$pillion" domain "$@"; }

says 1 "libvirt: " domain show win11
start_libvirtd

# As virt-manager leaves it, with a password, for a hypervisor that has no firmware to look for.
sed "s/<domain type='kvm'>/<domain type='test'>/; s/<os firmware='efi'>/<os>/; /<firmware>/,/<\/firmware>/d; /<loader/d; /<nvram/d
    s/autoport='yes'>/autoport='yes' passwd='geheim'>/" "$windows" >win11.xml
# The test hypervisor forgets all with its last connection: this one stays.
mkfifo keep
virsh --quiet --connect "$uri" <keep >/dev/null 2>&1 &
exec 9>keep
echo define win11.xml >&9
until_is definition win11
original=$(definition win11)

says 2 "show|prepare|spice" domain
says 2 "" domain twist win11
says 2 "'domain show' knows no '--write'" domain show win11 --write
says 2 "--force is for --undo" domain prepare win11 --force
says 2 "--undo puts back all" domain prepare win11 --undo --hide-kvm
says 1 "there is no guest 'nobody'; 'virsh -c $uri list --all' lists them" domain show nobody
says 1 "there is no guest 'nobody'; 'virsh -c $uri list --all' lists them" domain prepare nobody
says 1 "there is no guest 'nobody'; 'virsh -c $uri list --all' lists them" "$pillion" init nobody
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
    echo n | script -qec "'$pillion' domain prepare win11" /dev/null >said
    grep -q "Change the definition so" said || fail "it does not ask"
    is_same win11 "$original"
    echo y | script -qec "'$pillion' domain prepare win11 --no-sound" /dev/null >said
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
    says 1 "no backup can be made, so nothing is changed" env XDG_STATE_HOME="$PWD/readonly" "$pillion" domain prepare win11 --write
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
