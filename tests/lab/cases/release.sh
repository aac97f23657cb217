#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 400
# The guest's GPU and its sound are taken from the host and given back, one step after the other: each is undone when
# nothing was done, applied twice, undone twice. Whoever has a device open is named, and nothing is unbound then.
. "${0%/*}/lib-switch.sh"

# step VERB KIND TARGET [KEY=VALUE]...: one call, as the journal would have it.
step() {
    verb=$1 kind=$2 target=$3
    shift 3
    $tests/pillion-test-step "$verb" "/run/lab/$kind-$target" "$kind" "$target" "$@"
}
twice() { "$@" && "$@"; }

# The same with a line for each. `begun` is what comes before the first apply: a look, and nothing to undo.
begun() { check "$1 $2: nothing to undo" begin "$@"; }
begin() { step observe "$@" && step undo "$@"; }
applied() { check "$1 $2: applied, twice" twice step apply "$@"; }
undone() { check "$1 $2: undone, twice" twice step undo "$@"; }

# unbound FUNCTION
unbound() {
    driver=$(basename "$(readlink "$pci/$1/driver")")
    begun unbind "$1" "driver=$driver"
    applied unbind "$1" "driver=$driver"
    check "$1 has no driver" test ! -e "$pci/$1/driver"
}

# refused WHO KIND TARGET [KEY=VALUE]...: to apply it fails within its time, and says that WHO.
refused() {
    began=$(centiseconds)
    check "$2 $3 is refused: $1" says "$@"
    check "in time" test $(($(centiseconds) - began)) -lt 4000
}
says() {
    why=$1
    shift
    ! step apply "$@" 2>"/run/lab/why-$2" && grep -F -- "$why" "/run/lab/why-$2"
}

# keep HOW NODE: in use, until let_go.
keep() {
    $tests/pillion-test-holder "$1" "/dev/$2" >"/run/lab/holder-$1" &
    keepers="${keepers:-} $!"
    wait_for 10 "somebody keeps $2: $1" grep -x ready "/run/lab/holder-$1"
}
# shellcheck disable=SC2086 # a list of numbers
let_go() {
    kill ${keepers:-} 2>/dev/null || true
    wait ${keepers:-} 2>/dev/null || true
    keepers=
}
at_exit let_go

access_of() { nodes_of "$1" | sort | xargs getfacl --absolute-names; }
hidden() { test -e "/dev/.pillion/$gpu_sound/$1" && test ! -e "/dev/$1"; }

control=snd/controlC0 pcm=snd/pcmC0D0p
check "vfio-pci is not loaded" modprobe --remove vfio-pci
# shellcheck disable=SC2086 # a module each
modprobe --all $login_modules
host_picture /run/lab/before

echo "nodes and sound: out of reach, and back as they were"
start_desktop
sound_held
access_of $gpu_sound >/run/lab/access-before
begun nodes $gpu_sound
applied nodes $gpu_sound
check "$control is out of reach" hidden $control
begun sound $gpu_sound
applied sound $gpu_sound
undone sound $gpu_sound
undone nodes $gpu_sound
access_of $gpu_sound >/run/lab/access-after
check "access is what the login had given" diff /run/lab/access-before /run/lab/access-after
check "alice has some" grep '^user:alice:rw' /run/lab/access-after
wait_for 20 "alice's PipeWire has its card again" sound_is_up

echo "a race: whoever opens the card all the time, loses"
keep loop $control
applied nodes $gpu_sound
wait_for 10 "it cannot any more" grep -E 'opened [0-9]+ times: No such file' /run/lab/holder-loop
applied sound $gpu_sound
undone nodes $gpu_sound
let_go
check "the display manager ends" systemctl stop display-manager

echo "holders: named, and the driver stays"
keep hold $control
keep map $pcm
keep hold dri/card1
begun unbind $gpu driver=bochs-drm
begun unbind $gpu_sound driver=snd_hda_intel
begun modules snd_hda_intel function=$gpu_sound
refused "has dri/card1 of $gpu open" unbind $gpu driver=bochs-drm &
unbind_gpu=$!
refused "has $control of $gpu_sound open" modules snd_hda_intel function=$gpu_sound &
unload=$!
refused "has $control of $gpu_sound open" unbind $gpu_sound driver=snd_hda_intel
check "the mapping, too" grep -F "has $pcm of $gpu_sound" /run/lab/why-$gpu_sound
wait $unbind_gpu || fail "the GPU was not"
wait $unload || fail "to unload the driver was not"
check "the GPU has its driver" driver_is $gpu bochs-drm
check "its sound has its driver" driver_is $gpu_sound snd_hda_intel
let_go

echo "a descriptor that nobody has"
keep fly $control
refused "snd_hda_intel is in use (the kernel counts 1)" unbind $gpu_sound driver=snd_hda_intel
let_go

echo "modules"
applied modules snd_hda_intel function=$gpu_sound
check "the driver is unloaded" test ! -e /sys/module/snd_hda_intel
undone modules snd_hda_intel function=$gpu_sound
check "and is back" driver_is $gpu_sound snd_hda_intel

echo "consoles"
con2fbmap 7 1
begun consoles $gpu
applied consoles $gpu
check "console 7 is on the host's GPU" sh -c "con2fbmap 7 | grep 'framebuffer 0'"
undone consoles $gpu
check "and on the guest's again" sh -c "con2fbmap 7 | grep 'framebuffer 1'"
con2fbmap 7 0

echo "to vfio-pci"
for function in $gpu_sound $gpu; do
    begun nodes "$function"
    applied nodes "$function"
    unbound "$function"
    begun vfio "$function"
    applied vfio "$function"
done
group=/dev/vfio/$(basename "$(readlink $pci/$gpu/iommu_group)")
# shellcheck disable=SC2217 # it is to have the file open, not to read it
sleep 2 <"$group" &
check "taken back when nobody has $group any more" step undo vfio $gpu
node=$(stat --format %i /dev/dri/card1)
undone vfio $gpu
check "what is back is left alone" test "$(stat --format %i /dev/dri/card1)" = "$node"
check "libvirtd ends" systemctl --quiet stop libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd.service
undone vfio $gpu_sound
check "libvirtd is back" systemctl start libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
for function in $gpu $gpu_sound; do
    undone unbind "$function"
    undone nodes "$function"
done
check "udev is idle" udevadm settle
host_picture /run/lab/after
same_picture /run/lab/before /run/lab/after

echo "a card with i2c buses, whose driver can be unloaded"
start_spare_card
bus=$(bus_of $spare)
bus=${bus#/dev/}
begun unbind $spare driver=radeon
begun modules radeon function=$spare
keep hold "$bus"
refused "has $bus of $spare open" modules radeon function=$spare &
unload=$!
refused "has $bus of $spare open" unbind $spare driver=radeon
wait $unload || fail "to unload it was not refused"
let_go
keep fly "$bus"
refused "users of the module radeon, but no process has a device of it open" modules radeon function=$spare

echo "an unbind that hangs all the same"
$tests/pillion-test-step apply /run/lab/unbind-$spare unbind $spare driver=radeon &
stuck=$!
sleeps() { grep 'State:.*disk sleep' "/proc/$stuck/status"; }
has_ended() { ! grep 'State:.*[RSD] ' "/proc/$stuck/status"; }
wait_for 20 "it sleeps in the kernel" sleeps
check "no signal helps" sh -c "kill -KILL $stuck; sleep 1; grep 'State:.*disk sleep' /proc/$stuck/status"
let_go
wait_for 20 "it ends when the descriptor is gone" has_ended
check "$spare has no driver" test ! -e $pci/$spare/driver
undone unbind $spare
check "$spare has its driver" driver_is $spare radeon
applied modules radeon function=$spare
check "it is unloaded" test ! -e /sys/module/radeon
undone modules radeon function=$spare
check "and is back" driver_is $spare radeon
