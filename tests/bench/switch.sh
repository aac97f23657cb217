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
    for function in $gpu_sound $gpu; do nodedev detach "$function"; done
    echo 64 >/proc/sys/vm/nr_hugepages
    systemctl start display-manager
    for unit in system.slice user.slice init.scope; do
        systemctl set-property --runtime $unit AllowedCPUs=0
    done
}
plain_return() {
    rm -r /run/systemd/system.control/*/50-AllowedCPUs.conf /run/systemd/transient/*/50-AllowedCPUs.conf
    systemctl daemon-reload
    systemctl stop display-manager
    echo 0 >/proc/sys/vm/nr_hugepages
    for function in $gpu $gpu_sound; do nodedev reattach "$function"; done
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
# shellcheck disable=SC2016 # Perl's variables; 98 is getrusage(2)
usage='
    my $status = system(@ARGV);
    syscall(98, -1, my $buffer = "\0" x 144);
    my @usage = unpack("q5", $buffer);
    open(my $out, ">", "/run/lab/usage");
    printf $out "%.3f %d\n", $usage[0] + $usage[1] / 1e6, $usage[4];
    exit($status != 0);'
ours() { perl -e "$usage" pillion-switch "$@"; }
note_usage() {
    cut -d ' ' -f 1 /run/lab/usage >>"/run/lab/user-$1"
    cut -d ' ' -f 2 /run/lab/usage >>/run/lab/resident
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
    as_before
    timed plain-lend plain_lend
    is_lent
    timed plain-return plain_return
    as_before
done

# How much slower a program is here than it is outside, whoever wants to know: the same one, started there and here.
perl -e "$usage" pillion-switch --version >/dev/null
echo "switch.version.user $(cut -d ' ' -f 1 /run/lab/usage) s"
for way in lend return; do
    echo "switch.$way $(median ours-$way) ms"
    echo "switch.$way.plain $(median plain-$way) ms"
    echo "switch.$way.user $(median user-$way) s"
    echo "ratio switch.$way $(awk "BEGIN { printf \"%.2f\", $(median ours-$way) / $(median plain-$way) }")"
done
echo "switch.resident $(sort -n /run/lab/resident | tail -n 1) kB"
