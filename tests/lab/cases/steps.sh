#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 240
# Steps that ask systemd and the kernel, each done and undone: what was there before is there again, to the letter.
. "${0%/*}/lib-steps.sh"

# same WHAT FUNCTION: FUNCTION prints what it printed last time.
picture() { "$1" >"/run/lab/picture-$1"; }
same() { "$2" >/run/lab/now && check "$1" diff "/run/lab/picture-$2" /run/lab/now; }

# Units
make_unit() { printf '[Service]\n%s\n' "$2" >"/run/systemd/system/$1.service"; }
make_unit lab-holder 'ExecStart=/bin/sleep infinity'
make_unit lab-fails 'ExecStart=/bin/false'
make_unit lab-missing 'ExecStart=/nowhere'
make_unit lab-slow "Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sleep 1
ExecStop=/bin/sleep 1"
systemctl daemon-reload
for unit in lab-holder lab-slow; do
    systemctl start $unit
    check "$unit is looked at" step observe $unit unit $unit.service
    check "and stopped" step apply $unit unit $unit.service
    check "it is" is $unit inactive
    check "stopping it again does nothing" step apply $unit unit $unit.service
    check "it is started" step undo $unit unit $unit.service
    check "it is there again" is $unit active
    check "starting it again does nothing" step undo $unit unit $unit.service
done
i=0
while [ $((i += 1)) -le 8 ]; do step apply lab-holder unit lab-holder.service && step undo lab-holder unit lab-holder.service; done >/dev/null
check "however often" is lab-holder active
check "one that did not run is looked at" step observe idle unit lab-fails.service
check "and not started" step undo idle unit lab-fails.service
check "nor is one that does not exist" step observe none unit lab-none.service
echo active=yes >/run/lab/step-broken
refuses "one that fails at once is told" "journalctl -u lab-fails.service" step undo broken unit lab-fails.service
refuses "one without its program, too" "journalctl -u lab-missing.service" step undo broken unit lab-missing.service
refuses "and one that is not there" "lab-none.service" step undo broken unit lab-none.service

# Hooks
hooks=/etc/pillion/hooks
mkdir -p $hooks
# shellcheck disable=SC2016 # for the hook to expand
printf '#!/bin/sh\nenv | grep ^PILLION_ >/run/lab/hook\nprintf "<%%s>" "$@" >>/run/lab/hook\n' >$hooks/good
printf '#!/bin/sh\nexit 7\n' >$hooks/bad
printf '#!/bin/sh\ntrap "" TERM\nsh -c "trap \\"\\" TERM; sleep 1000" &\nsleep 1000\n' >$hooks/stubborn
chmod 755 $hooks/*
install -o alice -m 755 $hooks/good $hooks/hers
ln -s good $hooks/link
no_sleeper() { ! pgrep -xf 'sleep 1000'; }
hook() { step observe "hook-$1" "$@" && step apply "hook-$1" "$@"; }
# shellcheck disable=SC2016 # nobody is to expand them
good() { hook hook-outer "" apply-arg=$hooks/good 'apply-arg=a b' 'apply-arg=$HOME %n;id' device=0000:01:00.0 device=0000:01:00.1; }
check "a hook runs" good
check "it is told the profile" grep -x PILLION_PROFILE=lab /run/lab/hook
check "the direction" grep -x PILLION_DIRECTION=lend /run/lab/hook
check "the step" grep -x PILLION_STEP=before-lend /run/lab/hook
check "the devices" grep -x 'PILLION_DEVICES=0000:01:00.0 0000:01:00.1' /run/lab/hook
# shellcheck disable=SC2016
check "its words are what they are" grep -Fx '<a b><$HOME %n;id>' /run/lab/hook
check "another when that is undone" step undo hook-hook-outer hook-outer "" undo-arg=$hooks/good
check "which knows, too" grep -x PILLION_STEP=after-return /run/lab/hook
check "none is none" hook hook-inner ""
refuses "one that fails is told" "'$hooks/bad' failed (exit-code, status 7)" hook hook-inner "" apply-arg=$hooks/bad
refuses "one that does not end is killed" "took longer than 1 s, and was killed" hook hook-inner "" apply-arg=$hooks/stubborn timeout=1000000
check "with its children" no_sleeper
step apply hook-hook-inner hook-inner "" apply-arg=$hooks/stubborn timeout=60000000 2>/dev/null &
wait_for 10 "one runs" pgrep -xf 'sleep 1000'
kill $!
check "what an interrupted call has left is ended first" hook hook-inner "" apply-arg=/usr/bin/true
check "all of it" no_sleeper
step apply hook-hook-inner hook-inner "" apply-arg=$hooks/stubborn timeout=60000000 2>/dev/null &
wait_for 10 "one runs again" pgrep -xf 'sleep 1000'
kill $!
check "it is ended before what undoes it is run" step undo hook-hook-inner hook-inner "" apply-arg=$hooks/stubborn timeout=60000000 undo-arg=/usr/bin/true
check "all of that, too" no_sleeper
refuses "one that is not root's" "belongs to user 1000" hook hook-inner "" apply-arg=$hooks/hers
refuses "a link" "is a symbolic link" hook hook-inner "" apply-arg=$hooks/link
refuses "a relative one" "absolute path" hook hook-inner "" apply-arg=good
refuses "a way out" "is not run" hook hook-inner "" apply-arg=$hooks/../hooks/good
refuses "none at all" "is not run" hook hook-inner "" apply-arg=$hooks/none
check "nothing of them is left" sh -c "! systemctl list-units --all --plain | grep pillion-hook"

# Processors
cpus() {
    for unit in system.slice user.slice init.scope; do
        find /run/systemd/system.control /run/systemd/transient /etc/systemd/system.control -path "*$unit*" -printf '%M %p\n' -type f -exec cat {} + 2>/dev/null || :
        systemctl show "$unit" | grep -E '^(AllowedCPUs|EffectiveCPUs|DropInPaths|NeedDaemonReload)='
        cat "/sys/fs/cgroup/$unit/cpuset.cpus.effective" 2>&1 || :
    done
    cat /sys/fs/cgroup/cgroup.subtree_control
}
all=system.slice,user.slice,init.scope
confined() { for unit in system.slice user.slice init.scope; do grep -x 0 "/sys/fs/cgroup/$unit/cpuset.cpus.effective" || return 1; done; }
there_and_back() {
    picture cpus
    check "$1: looked at" step observe cpus cpu-set $all
    check "confined to one processor" step apply cpus cpu-set $all cpus=0
    check "they are" confined
    check "they are released" step undo cpus cpu-set $all
    same "and all is as before" cpus
    check "twice is once" step undo cpus cpu-set $all
    same "and all is as before" cpus
}
there_and_back "the host's processes"
mkdir -p /run/systemd/system/user.slice.d
printf '[Slice]\nAllowedCPUs=1\n' >/run/systemd/system/user.slice.d/admin.conf
systemctl daemon-reload
there_and_back "a drop-in of the administrator's"
systemctl set-property --runtime system.slice AllowedCPUs=0-1
there_and_back "a property that somebody has set"
refuses "no list" "is no list of processors" step apply cpus cpu-set user.slice cpus=0-x

rm -r /run/systemd/system/user.slice.d /run/systemd/system.control
systemctl daemon-reload

# Huge pages
pool=/sys/kernel/mm/hugepages/hugepages-2048kB
pages() { cat $pool/nr_hugepages $pool/surplus_hugepages; }
echo 3 >$pool/nr_hugepages
picture pages
check "huge pages are looked at" step observe pages hugepages 2048
check "they are reserved" step apply pages hugepages 2048 count=8
check "as many as were missing" grep -x 8 $pool/nr_hugepages
check "again is none more" step apply pages hugepages 2048 count=8
check "there are eight" grep -x 8 $pool/free_hugepages
check "they are given back" step undo pages hugepages 2048
same "and those of others stay" pages
refuses "more than there is memory" "MiB of memory" step apply pages hugepages 2048 count=1000000
same "is none at all" pages
check "those of 1 GiB" step observe large hugepages 1048576
refuses "that no memory is free for in one piece" "could be had" step apply large hugepages 1048576 count=1
check "are given back" grep -x 0 /sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages
refuses "no such size" "has no huge pages of 4096 kB" step observe pages hugepages 4096

# The governor: this machine's processors have none.
check "no governor is no mistake" step observe governor governor performance
check "nothing is done" step apply governor governor performance
check "nor undone" step undo governor governor performance
