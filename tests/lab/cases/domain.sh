#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A definition that knows nothing of pillion, as alice has it shown, prepared and put back: the guest starts with what was
# put in, is heard, and is typed into. And the variant with SPICE, which starts while the host uses the card.
# deadline: 240
. "${0%/*}/lib-ride.sh"

definition() { virsh dumpxml --inactive win10; }
is_bound() { test "$(basename "$(readlink /sys/bus/pci/devices/0000:01:00.0/driver)")" = bochs-drm; }

attach_desk
configure '[guest]' 'domain = win10'
define_guest ''
definition >/run/lab/original.xml
pillion domain show win10 >/run/lab/shown
check "it says that the sound is missing" grep -F '! it has no shared memory for its sound' /run/lab/shown
check "and the input" grep -F '! it does not name the keyboard' /run/lab/shown
advice=$(sed -n 's/^    //p' /run/lab/shown | head -n 1)
check "its advice changes nothing that nobody agreed to" as_alice sh -c "$advice </dev/null"
check "the definition is what it was" sh -c 'virsh dumpxml --inactive win10 | diff /run/lab/original.xml -'
check "with --write it is changed" as_alice sh -c "$advice --write"
pillion domain show win10 >/run/lab/shown
check "nothing is missing any more" sh -c '! grep "^!" /run/lab/shown'

start_pilliond
check "pillion starts the guest" pillion start
open_console
wait_for 20 "pilliond has the keyboard and the mouse" desk_is_known
check "the guest has found its shared memory" grep -w ivshmem $console
tell_guest "play 48000 16 2 440"
wait_for 20 "it is heard" status_is audio state playing
toggle
wait_for 10 "LCtrl+RCtrl gives it the input" status_is input side guest
type_keys tap:b
move_mouse move:7:-3
wait_for 20 "a key reaches it" guest_heard "key 48 release"
wait_for 20 "and the mouse" guest_heard "mouse move 7 -3"
toggle
wait_for 10 "LCtrl+RCtrl brings it back" status_is input side host
check "pillion stop ends the guest" pillion stop

check "it is put back" pillion domain prepare win10 --undo --write
check "to what it was, byte for byte" sh -c 'virsh dumpxml --inactive win10 | diff /run/lab/original.xml -'

define_guest "    <video><model type='none'/></video>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>
    </hostdev>"
definition >/run/lab/original.xml
check "the host uses the card" is_bound
pillion domain spice win10 >/run/lab/spice.xml
check "the variant with SPICE starts" virsh --quiet create --validate /run/lab/spice.xml
check "it has a screen" sh -c "virsh dumpxml win10 | grep -F \"<graphics type='spice'\""
check "and not the card" sh -c "! virsh dumpxml win10 | grep -F '<hostdev'"
check "which the host still uses" is_bound
check "it ends" virsh --quiet destroy win10
check "the definition has not noticed" sh -c 'virsh dumpxml --inactive win10 | diff /run/lab/original.xml -'
