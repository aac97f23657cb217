#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 300
# Snapshots of the guest's disks, on LVM, in a thin pool and in a qcow2 file: taken when the hardware is lent, removed when
# that fails, pruned when there are too many, listed for everybody, and gone back to, unless the guest runs.
. "${0%/*}/lib-switch.sh"

image=/var/lib/libvirt/images/win10.qcow2
volumes="/dev/vg0/win10 /dev/vg0/thin"

disk_xml() {
    echo "    <disk type='$1' device='disk'><driver name='qemu' type='$2'/>" \
        "<source $3='$4'/><target dev='$5' bus='virtio'/></disk>"
}

# make_disks: a classic volume, a thin one and a file, and beside them a raw file, of which nobody can take a snapshot.
make_disks() {
    modprobe loop
    truncate -s 300M /var/tmp/physical /var/tmp/raw
    check "LVM has a group" vgcreate --quiet vg0 "$(losetup --find --show /var/tmp/physical)"
    check "there is a volume" lvcreate --quiet --yes --size 16M --name win10 vg0
    check "there is a pool" lvcreate --quiet --yes --type thin-pool --size 48M --name pool vg0
    check "there is a thin volume" lvcreate --quiet --yes --type thin --virtualsize 16M --name thin vg0 --thinpool pool
    check "there is a file" qemu-img create -q -f qcow2 $image 16M
}

# put WORD: onto each disk, at its beginning and further on.
put() {
    for volume in $volumes; do
        for place in 0 9; do
            echo "$1" | dd of="$volume" bs=1M seek=$place conv=notrunc,fsync status=none
        done
    done
    qemu-io -f qcow2 -c "write -P $(printf %d "'$1") 0 64k" -c "write -P $(printf %d "'$1") 9M 64k" $image >/dev/null
}
# all_have WORD
all_have() {
    for volume in $volumes; do
        for place in 0 9; do
            test "$(dd if="$volume" bs=1M skip=$place count=1 status=none | head -n 1)" = "$1" || return 1
        done
    done
    ! qemu-io -f qcow2 -c "read -P $(printf %d "'$1") 0 64k" -c "read -P $(printf %d "'$1") 9M 64k" $image |
        grep -i 'verification failed'
}

# Of each disk, by those who know: names of snapshots.
lvm_has() { lvs --noheadings --options lv_name --select "origin=$1 && lv_tags=pillion" vg0 | tr -d ' ' | sed "s/-$1\$//"; }
file_has() { qemu-img snapshot -l $image | awk '$1 ~ /^[0-9]+$/ { print $2 }'; }
dated() { grep -cE '^pillion-[0-9]{8}-[0-9]{6}$' || true; }
each_has() {
    for names in "$(lvm_has win10)" "$(lvm_has thin)" "$(file_has)"; do
        test "$(echo "$names" | dated)" = "$1" || { lvs && file_has && false; }
    done
}
snapshot() { pillion-switch snapshot "$@"; }
fails() { ! "$@"; }
refused() {
    why=$1
    shift
    if "$@" >/run/lab/refusal 2>&1; then return 1; fi
    grep -F -- "$why" /run/lab/refusal || { cat /run/lab/refusal && false; }
}

make_disks
define_guest "$(hostdev_xml $gpu $gpu_sound
    disk_xml file qcow2 file $image vda
    disk_xml block raw dev /dev/vg0/thin vdb
    disk_xml block raw dev /dev/mapper/vg0-win10 vdc
    disk_xml file raw file /var/tmp/raw vdd)"
write_profile '[guest]' 'snapshot = auto' 'snapshot-keep = 2' 'snapshot-size = 8M'
cat >/etc/polkit-1/rules.d/10-lab.rules <<'END'
polkit.addRule(function (action, subject) {
    if (action.id == "org.pillion.switch.snapshot" && subject.user == "alice")
        return polkit.Result.YES;
});
END
check "polkit lets alice" systemctl restart polkit
put one

echo "taken by the guard, in all its confinement"
pillion-switch plan lend win10 >/run/lab/plan || fail "there is no plan" "$(cat /run/lab/plan)"
check "the plan has it" grep 'take a snapshot of vg0/win10' /run/lab/plan
check "it says what has none" grep 'no snapshot is taken of /var/tmp/raw' /run/lab/plan
check "alice's plan has it" sh -c "$(command -v setpriv) --reuid=alice --regid=alice --init-groups \
    pillion plan guest win10 | grep 'take a snapshot of /dev/mapper/vg0-win10'"
check "the hardware is lent" systemctl start pillion-guest@win10
check "each disk has one" each_has 1
taken=$(file_has)
check "they are called alike" test "$(lvm_has win10) $(lvm_has thin)" = "$taken $taken"
pillion snapshot list win10 >/run/lab/list || fail "alice sees no list"
check "alice sees all three" test "$(grep -c -e vg0/win10 -e vg0/thin -e $image /run/lab/list)" = 3
check "the hardware comes back" systemctl stop pillion-guest@win10
check "the snapshots stay" each_has 1

echo "others' are not touched, nor those with a name"
put two
check "a volume's" lvcreate --quiet --yes --snapshot --size 4M --name pillion-20200101-000000-win10 vg0/win10
check "a file's" qemu-img snapshot -c mine $image
check "one has a name" snapshot take win10 before-driver
check "one more" snapshot take win10
check "each has two" each_has 2
put three
check "it is lent again" pillion-switch lend win10
check "each has two" each_has 2
check "the first is gone" fails sh -c "qemu-img snapshot -l $image | grep $taken"
check "the named is there" sh -c "qemu-img snapshot -l $image | grep pillion-before-driver"
check "the stranger's volume is there" lvs vg0/pillion-20200101-000000-win10
check "the stranger's, too" sh -c "qemu-img snapshot -l $image | grep mine"

echo "the guest runs"
check "it starts" virsh --quiet start win10
check "there is no going back" refused "the guest win10 runs" snapshot revert win10 before-driver
check "nor for alice" refused "the guest win10 runs" pillion snapshot revert win10 before-driver --yes
check "it ends" virsh --quiet destroy win10
check "the hardware comes back" pillion-switch return win10

echo "a lending that fails leaves nothing"
printf '#!/bin/sh\necho "  no such luck" >&2\nexit 5\n' >/usr/local/sbin/lvcreate
chmod 755 /usr/local/sbin/lvcreate
file_has >/run/lab/before
check "LVM is broken: it is not lent" refused "lvcreate failed (status 5): no such luck" pillion-switch lend win10
rm /usr/local/sbin/lvcreate
file_has >/run/lab/after
check "the file's is taken back" diff /run/lab/before /run/lab/after
check "the GPU has not been touched" driver_is $gpu bochs-drm
check "nothing is open" test ! -e /var/lib/pillion/switch.journal

echo "back"
check "all have what was written last" all_have three
virsh --quiet dumpxml --inactive win10 | sed '/<hostdev/,/<.hostdev>/d' >/run/lab/plain.xml
check "it runs without the hardware" virsh --quiet create /run/lab/plain.xml
check "its memory is saved" virsh --quiet managedsave win10
check "that memory knows the disks" refused "the memory of win10 is saved" snapshot revert win10 before-driver
check "nothing was begun" all_have three
check "the memory is forgotten" virsh --quiet managedsave-remove win10
sleep 60 3</dev/vg0/win10 &
check "somebody has a volume open" refused "vg0/win10 is in use" snapshot revert win10 before-driver
kill $!
wait $! 2>/dev/null || true
check "nothing was begun" all_have three
check "nobody is there to be asked" refused "with --yes it is done unasked" pillion snapshot revert win10 before-driver </dev/null
check "without pkexec it says what else to type" refused "'sudo pillion snapshot revert win10 pillion-before-driver'" \
    as_alice env PATH=/nonexistent /usr/bin/pillion snapshot revert win10 before-driver --yes
pillion snapshot revert win10 before-driver --yes >/run/lab/said 2>&1 || fail "alice does not get it back" "$(cat /run/lab/said)"
check "it says what is lost" grep "vg0/win10: the snapshot is used up" /run/lab/said
check "all is what it was" all_have two
check "the others of the thin one are pillion's still" test "$(pillion-switch snapshot list win10 | grep -c vg0/thin)" = 2
check "one of them is not begun with" refused "'lvrename vg0 thin thin-now'" snapshot revert win10 "$(file_has | grep -E '^pillion-[0-9]{8}-' | tail -n 1)"
check "all is what it was" all_have two
check "LVM's is used up" fails sh -c "grep before-driver /var/lib/pillion/snapshots/win10 | grep vg0"
check "the file's stays, until it is removed" snapshot remove win10 before-driver
check "and is gone" fails sh -c "qemu-img snapshot -l $image | grep before-driver"
check "it is not to be had twice" refused "there is no snapshot pillion-before-driver" snapshot revert win10 before-driver
