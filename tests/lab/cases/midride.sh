#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 400
# In mid-ride, with the GPU lent and the input at the guest: the display manager is restarted, and then PipeWire. Neither
# takes the guest, its hardware or pilliond with it, and both are found again.
. "${0%/*}/lib-switch.sh"

unit=pillion-guest@win10.service
pid_of_pilliond() { as_alice systemctl --user show -P MainPID pilliond; }
guest_id() { virsh --quiet domid win10; }
# goes_on KEY NUMBER: all is as before, and what is typed reaches the guest.
goes_on() {
    check "pilliond is the same" test "$(pid_of_pilliond)" = "$pilliond"
    check "so is the guest" test "$(guest_id)" = "$guest"
    check "it runs" status_is manager state guest
    check "the GPU is lent" driver_is $gpu vfio-pci
    check "the loan has its guard" systemctl is-active $unit
    type_keys "tap:$1"
    wait_for 20 "the guest gets the keys" guest_heard "key $2 release"
}

write_profile '[guest]' 'domain = win10' '[host]' 'end-sessions = yes' 'xorg-snippets = 10-guest-gpu.conf'
define_guest "$(shmem_xml; input_xml; hostdev_xml $gpu $gpu_sound)"
check "alice may have it lent" gpasswd --add alice pillion
check "alice lingers" test "$(loginctl show-user alice -P Linger)" = yes
start_desktop
attach_desk
configure '[guest]' 'domain = win10'
start_pilliond
check "pillion lends the GPU, and starts the guest" pillion start
wait_for 40 "alice is logged in on the other GPU" logged_in
open_console
wait_for 20 "pilliond has the keyboard and the mouse" desk_is_known
tell_guest "play 48000 16 2 440"
wait_for 20 "the guest is heard" status_is audio state playing
pilliond=$(pid_of_pilliond) guest=$(guest_id)
toggle
wait_for 10 "the guest has the input" status_is input side guest
goes_on a 30

echo "  -- the display manager is restarted"
check "it is" systemctl restart display-manager
wait_for 10 "the input comes home" status_is input side host
wait_for 60 "alice is logged in again" logged_in
wait_for 20 "Xorg has the other GPU only" xorg_has $host_gpu
wait_for 20 "the guest can have the input" pillion input guest
goes_on b 48
wait_for 40 "the guest is heard" hears 440

echo "  -- PipeWire is restarted"
check "it is" as_alice systemctl --user restart pipewire
check "the guest keeps the input" status_is input side guest
wait_for 60 "the guest is heard" hears 440
goes_on c 46

check "the input comes back" pillion input host
check "the guest shuts down, and the GPU is given back" pillion stop
check "it is the host's" driver_is $gpu bochs-drm
