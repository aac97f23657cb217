#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 300
# libvirt's hook: 'virsh start' of a guest whose hardware is not lent has it lent, and then the guest starts; libvirt
# answers all the while.
. "${0%/*}/lib-switch.sh"

unit=pillion-guest@win10.service
running() { test "$(virsh domstate win10 | head -n 1)" = running; }
shut_off() { test "$(virsh domstate win10 | head -n 1)" = "shut off"; }
unit_is() { test "$(systemctl is-active $unit)" = "$1"; }
# answers: asks libvirt for its guests, again and again; notes how long the slowest answer took, in hundredths of a second.
answers() {
    slowest=0
    while [ -e /run/lab/asking ]; do
        before=$(centiseconds)
        timeout 60 virsh --quiet list --all >/dev/null || echo "no answer" >>/run/lab/silence
        took=$(($(centiseconds) - before))
        [ $took -le $slowest ] || slowest=$took
        echo $slowest >/run/lab/slowest
        sleep 0.2
    done
}

# Longer than a start takes here, from when libvirt is asked until it says that the guest runs.
write_profile '[guest]' 'grace = 30s'
define_lent_guest
check "the hook is put where libvirt looks for it" \
    install -D /usr/share/doc/pillion/examples/hooks/qemu /etc/libvirt/hooks/qemu.d/pillion
check "libvirtd is restarted, to see it" systemctl restart libvirtd
host_picture /run/lab/before
mkdir -p /run/lab
touch /run/lab/asking
answers &
asker=$!

if said=$(timeout 60 virsh start win10 2>&1); then
    fail "the start is refused while nothing is lent" "$said"
fi
check "it says what happens now" sh -c "echo '$(echo "$said" | tr -d "'")' | grep -F 'is being lent first'"
wait_for 60 "the hardware is lent" unit_is active
slowest=$(cat /run/lab/slowest)
echo "  while it was lent, the slowest answer of libvirt's took $slowest hundredths of a second"
wait_for 60 "and the guest has started by itself" running
check "with the GPU" driver_is $gpu vfio-pci
rm /run/lab/asking
wait "$asker"
check "libvirt has answered all the while" test ! -e /run/lab/silence
check "no answer took as long as two who wait for each other" test "$slowest" -lt 3000

check "journalctl finds the loan by its message" \
    sh -c "journalctl --quiet MESSAGE_ID=bbb0f8543cbe49f4926f037017456f87 | grep -F \"The hardware of 'win10' is lent\""
check "and explains it" sh -c "journalctl --update-catalog; journalctl -x --unit $unit | grep -F 'The hardware for win10 is lent'"

check "libvirtd may be restarted under the guest" systemctl restart libvirtd
wait_for 20 "which runs still" running
check "the guest is ended" virsh --quiet destroy win10
wait_for 20 "it is off" shut_off
check "as long as the hardware is lent, a start is a start" virsh --quiet start win10
check "the guest is ended again" virsh --quiet destroy win10
wait_for 120 "and all goes back" unit_is inactive
host_picture /run/lab/after
same_picture /run/lab/before /run/lab/after

# What cannot be lent is not: the guest stays off, and can be started as before when the cause is gone.
check "somebody uses the GPU's sound" sh -c "sleep 120 <$(nodes_of $gpu_sound | grep -m 1 control) >/dev/null 2>&1 & echo \$! >/run/lab/holder"
! timeout 60 virsh start win10 >/dev/null 2>&1 || fail "the start is refused again"
wait_for 60 "lending is refused" unit_is failed
sleep 2
check "the guest is off" shut_off
check "no start is left over" sh -c "! systemctl is-active --quiet pillion-start-win10.service"
check "the GPU is the host's" driver_is $gpu bochs-drm
kill "$(cat /run/lab/holder)"

check "a guest without hardware of the host starts as ever" sh -c "virsh --quiet dumpxml win10 |
    sed '/<hostdev/,/<.hostdev>/d' >/run/lab/plain.xml && virsh --quiet create /run/lab/plain.xml"
check "and is ended" virsh --quiet destroy win10
