# SPDX-License-Identifier: GPL-2.0-or-later
# What is measured inside the lab by `sh tests/bench.sh switch`, which writes its variables (and the deadline) above it: turns.
# shellcheck shell=sh disable=SC2154

. "${0%/*}/lib-lend.sh"

# The peer: what people write today, without the sleeps, and with what they forget: it lets the sound's holder go first,
# and it waits for whatever has an event.
plain_lend() {
    systemctl stop display-manager nvidia-persistenced
    rm $guest_link
    nodes_of $gpu_sound | xargs setfacl --remove-all
    while held_by $gpu_sound wireplumber >/dev/null; do :; done
    for function in $gpu_sound $gpu; do nodedev detach $function; done
    echo 64 >/proc/sys/vm/nr_hugepages
    systemctl start display-manager
    for unit in system.slice user.slice init.scope; do
        systemctl set-property --runtime $unit AllowedCPUs=0
    done
}
plain_return() {
    for unit in init.scope user.slice system.slice; do
        systemctl set-property --runtime $unit AllowedCPUs=
    done
    systemctl stop display-manager
    echo 0 >/proc/sys/vm/nr_hugepages
    for function in $gpu $gpu_sound; do nodedev reattach $function; done
    ln -s ../xorg.conf.avail/10-guest-gpu.conf $guest_link
    systemctl start nvidia-persistenced display-manager
}

# timed NAME COMMAND...: its milliseconds, into $took.
timed() {
    name=$1
    shift
    begin=$(date +%s%N)
    "$@" >/run/lab/said 2>&1 || fail "$name" "$(cat /run/lab/said)"
    took=$((($(date +%s%N) - begin) / 1000000))
    echo "$took" >>"/run/lab/$name"
}
median() { sort -n "/run/lab/$1" | awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] }'; }

# What pillion-switch itself has used: user time of it and all of its children, and the largest of them.
ours() { busybox time -v -o /run/lab/usage pillion-switch "$@"; }
note_usage() {
    sed -n 's/.*User time (seconds): //p' /run/lab/usage >>"/run/lab/user-$1"
    sed -n 's/.*Maximum resident set size (kbytes): //p' /run/lab/usage >>/run/lab/resident
}

set_scene '[hooks]'
echo "# $(uname -sr), $(grep -c ^processor /proc/cpuinfo) processors: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
turn=0
while [ $turn -lt "$turns" ]; do
    turn=$((turn + 1))
    timed ours-lend ours lend win10
    note_usage lend
    is_lent
    timed ours-return ours return
    note_usage return
    settle_desktop
    timed plain-lend plain_lend
    is_lent
    timed plain-return plain_return
    settle_desktop
done
for way in lend return; do
    echo "switch.$way $(median ours-$way) ms"
    echo "switch.$way.plain $(median plain-$way) ms"
    echo "switch.$way.user $(median user-$way) s"
    echo "ratio switch.$way $(awk "BEGIN { printf \"%.2f\", $(median ours-$way) / $(median plain-$way) }")"
done
echo "switch.resident $(sort -n /run/lab/resident | tail -n 1) kB"
