#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Everything that pilliond needs is missing when it starts: each is said, the rest goes on, and each is picked up by itself
# when it appears.
# deadline: 180
. "${0%/*}/lib-ride.sh"

define_guest
as_alice systemctl --user stop --quiet pipewire.socket pipewire.service wireplumber.service
# Masked, for pilliond's unit wants the socket.
as_alice systemctl --user mask --runtime --quiet pipewire.socket pipewire.service
systemctl stop --quiet libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd
chmod 0600 /dev/uinput
configure '[guest]' 'domain = win10'
start_pilliond

wait_for 10 "no libvirtd: it is said" status_has manager libvirt-problem "systemctl status libvirtd"
wait_for 10 "no permission for uinput: it is said" status_has input problem "/dev/uinput"
wait_for 10 "no PipeWire: it is said" status_has audio sink-problem "systemctl --user"

attach_desk
wait_for 20 "a keyboard that comes late is picked up" desk_is_known

systemctl start libvirtd
wait_for 40 "libvirtd that comes late is picked up" status_is manager libvirt-connected true
if pillion start 2>/run/lab/refusal; then fail "a guest was started whose input devices cannot be made"; fi
check "a guest whose input devices cannot be made is not started" grep "names are not there: .*/dev/uinput" /run/lab/refusal
chmod 0660 /dev/uinput
wait_for 20 "uinput that comes late is picked up" status_is input sinks-ready true
as_alice systemctl --user unmask --runtime --quiet pipewire.socket pipewire.service
as_alice systemctl --user start pipewire.socket pipewire.service wireplumber.service
wait_for 30 "PipeWire that comes late is picked up" status_is audio connected true

# The sound's file: not readable first, then readable.
check "the guest starts" pillion start
open_console
wait_for 20 "its sound is awaited" status_is audio state silent
tell_guest "play 48000 16 2 440"
wait_for 20 "and heard" status_is audio state playing
check "the guest goes" pillion stop --force
wait_for 20 "and its sound" status_is audio state off

# The sound's file, in every state but the right one. Taken from the configuration, so that QEMU has no part in it.
define_guest "$(input_xml)"
configure '[guest]' 'domain = win10' '[audio]' 'shmem = /dev/shm/late'
check "the configuration is read again" pillion reload
check "the guest starts without sound of its own" pillion start
wait_for 10 "no file: it is said" status_has audio problem /dev/shm/late
(umask 077 && truncate -s 2M /dev/shm/late)
wait_for 10 "a file that may not be read: it is said" status_is audio state unusable
truncate -s 100 /dev/shm/late
chmod 0644 /dev/shm/late
wait_for 10 "a file that is too small: it is said" status_has audio problem "100"
truncate -s 2M /dev/shm/late
wait_for 10 "a file that is right is picked up" status_is audio state silent
