#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 800
# pilliond is killed in each state that survive.sh has not, and the next one finds out where the world is. What would be
# over in no time is held: by a libvirtd that is stopped, by a hook of libvirt's, by one of the profile's, and by a
# guest that does not heed its power button. core/ride/supervisor.h has two names more than people are told: undoing is
# "returning" to them, and stranded is "failed".
. "${0%/*}/lib-whole.sh"

hold=/run/lab/hold-start refuse=/run/lab/refuse-start hold_return=/run/lab/hold-return

# libvirt looks for its hooks when it starts.
hook_libvirt() {
    mkdir -p /etc/libvirt/hooks
    cat >/etc/libvirt/hooks/qemu <<END
#!/bin/sh
[ "\$2" = prepare ] || exit 0
while [ -e $hold ]; do sleep 0.1; done
[ ! -e $refuse ] || { echo "not today" >&2; exit 1; }
END
    chmod 755 /etc/libvirt/hooks/qemu
    check "libvirtd has a hook" systemctl restart libvirtd
}
hook_profile() {
    mkdir -p /run/lab/hooks
    printf '#!/bin/sh\nwhile [ -e %s ]; do sleep 0.1; done\n' $hold_return >/run/lab/hooks/before-return
    chmod 755 /run/lab/hooks/before-return
}

libvirtd_stands() { kill -STOP "$(pidof libvirtd)"; }
libvirtd_goes_on() {
    kill -CONT "$(pidof libvirtd)"
    wait_for 20 "libvirt is there again" status_is manager libvirt-connected true
}
# Whoever waits for the answer of one that is killed is not answered.
asked() { pillion "$@" >/run/lab/asked 2>&1 & }

loan() { property $unit InvocationID; }
guest_id() { virsh --quiet domid win10; }
is_another_guest() { test "$(guest_id)" != "$guest" && state_is guest; }
# served: the guest runs, and what it plays is played.
served() {
    wait_for 30 "the guest runs" state_is guest
    wait_for 30 "and is heard" status_is audio state playing
}
is_with_the_host() { driver_is $gpu bochs-drm && driver_is $gpu_sound snd_hda_intel; }
# Whether libvirtd, when it goes on, still does what one has asked for who is gone by then, is libvirtd's matter.
as_libvirt_has_it() {
    case $(virsh --quiet domstate win10) in
    running*) state_is guest ;;
    paused*) state_is paused ;;
    *) false ;;
    esac
}
goes_on() { state_is guest || pillion resume; }

hook_libvirt
hook_profile
check "alice may have it lent" gpasswd --add alice pillion
bare_scene '[hooks]' 'before-return = /run/lab/hooks/before-return'

echo "  -- host"
killed host
check "nothing has become of it" state_is host
check "the hardware is the host's" is_with_the_host
check "root lends it" systemctl start $unit
killed host
wait_for 20 "it is said that it is lent for nothing" status_has manager reason "'pillion stop' gives the hardware back"
loan=$(loan)

echo "  -- preflight, starting"
libvirtd_stands
asked start win10
killed preflight
check "it is to be started still" state_is preflight
touch $hold
libvirtd_goes_on
wait_for 20 "who waits for it is told" grep -F "pilliond has gone meanwhile" /run/lab/asked
killed starting
rm $hold
wait_for 60 "it goes on, and the guest runs" state_is guest
check "with the hardware that was lent to it" test "$(loan)" = "$loan"
check "which it has" lent

echo "  -- paused, resuming, pausing"
open_console
tell_guest "play 48000 16 2 440"
served
check "the guest is paused" pillion pause
killed paused
wait_for 20 "it is paused still" state_is paused
check "the input is the host's" status_is input side host
libvirtd_stands
asked resume
killed resuming
libvirtd_goes_on
wait_for 20 "it is what libvirt says" as_libvirt_has_it
wait_for 20 "it goes on" goes_on
served
libvirtd_stands
asked pause
killed pausing
libvirtd_goes_on
wait_for 20 "it is what libvirt says" as_libvirt_has_it
wait_for 20 "it goes on" goes_on
served

echo "  -- restarting"
guest=$(guest_id)
tell_guest "ignore-power-button on"
asked restart
wait_for 20 "the guest is asked to shut down, and does not" guest_heard "acpi power-button"
tell_guest "ignore-power-button off"
killed restarting
wait_for 60 "it is asked once more, and another runs" is_another_guest
check "with the same loan" test "$(loan)" = "$loan"

echo "  -- stopping"
open_console
tell_guest "play 48000 16 2 440"
tell_guest "ignore-power-button on"
asked stop
wait_for 20 "the guest is asked to shut down, and does not" guest_heard "acpi power-button"
killed stopping
served
check "it is the same" is_another_guest

echo "  -- stranded"
check "alice may not have it given back" gpasswd --delete alice pillion
if pillion stop --force >/run/lab/progress 2>/run/lab/said; then fail "it was given back"; fi
killed failed
wait_for 20 "it is said that it is lent for nothing" status_has manager reason "'pillion stop' gives the hardware back"
check "by the same loan" test "$(loan)" = "$loan"
check "now she may" gpasswd --add alice pillion
check "it is given back" pillion stop
check "the hardware is the host's" is_with_the_host

echo "  -- undoing, failed"
touch $refuse $hold_return
asked start win10
killed returning
wait_for 20 "the hardware is still on its way" state_is returning
rm $hold_return
wait_for 60 "it is back" state_is host
check "all of it" is_with_the_host
if pillion start win10 >/run/lab/progress 2>/run/lab/said; then fail "the guest has started"; fi
check "why not is said" grep -F "not today" /run/lab/said
killed failed
wait_for 20 "which is forgotten" state_is host
check "nothing is lent" unit_is inactive
bare_again
