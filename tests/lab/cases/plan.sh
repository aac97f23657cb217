#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A profile is drafted from the guest's definition, and what it comes to is shown, by root and by alice: each thing that
# is in the way, with its remedy. Nothing of it changes the host.
# deadline: 300
. "${0%/*}/lib-switch.sh"

profile=/etc/pillion/win10.conf

# shows WORDS...: each is in what `pillion plan` has said last.
says() { grep -F -e "$1" /run/lab/plan || { cat /run/lab/plan && false; }; }
shows() {
    for words; do check "it says '$words'" says "$words"; done
}
says_not() { check "it does not say '$1'" test -z "$(grep -F -e "$1" /run/lab/plan)"; }
root_pillion() { command pillion "$@"; } # lib-ride.sh's is alice's
plan() { root_pillion plan guest win10 >/run/lab/plan 2>&1; }
plan_of_alice() { pillion plan guest win10 >/run/lab/plan 2>&1; }
# refused WHAT WORDS...
refused() {
    if plan; then fail "$1: there is nothing in the way" "$(cat /run/lab/plan)"; fi
    shift
    shows "$@"
}
lends() { sed -i "s/^#\?functions = .*/functions = $*/" $profile; }

define_lent_guest
start_desktop
sound_held
host_picture /run/lab/before

pillion init win10 >/run/lab/plan 2>&1 || fail "alice sees no draft" "$(cat /run/lab/plan)"
shows "#   $gpu" "#   $gpu_sound" "functions = auto" "xorg-snippets = 10-guest-gpu.conf"
mv /var/lib/systemd/linger/alice /run/lab/linger
pillion init win10 >/run/lab/plan 2>&1 || fail "alice sees no draft when she does not linger" "$(cat /run/lab/plan)"
shows "loginctl enable-linger alice"
mv /run/lab/linger /var/lib/systemd/linger/alice
check "root writes one" root_pillion init win10 --write
check "which is for all to read" test "$(stat --format %A%U /etc/pillion $profile | xargs)" = "drwxr-xr-xroot -rw-r--r--root"
if root_pillion init win10 --write 2>/run/lab/plan; then fail "it was written over"; fi
shows "is there already"

# All is well.
plan || fail "it is refused" "$(cat /run/lab/plan)"
shows "by $profile:" "stop the display manager lightdm.service" "hide the device nodes of $gpu" \
    "have sound servers let go of $gpu_sound" "take away the Xorg snippet 10-guest-gpu.conf" \
    "hand to vfio-pci $gpu_sound" "start the display manager again lightdm.service" "every graphical session ends"
says_not "cannot be looked into"
cp /run/lab/plan /run/lab/roots
plan_of_alice || fail "alice's is refused" "$(cat /run/lab/plan)"
shows "cannot be looked into" "stop the display manager lightdm.service"
sed -n '/^What would/,/^$/p' /run/lab/plan >/run/lab/steps
check "her steps are root's" sh -c "sed -n '/^What would/,/^$/p' /run/lab/roots | diff - /run/lab/steps"
pillion plan host >/run/lab/plan || fail "there is no way back"
shows "Nothing is lent."

# Who has it open.
start_helper
plan || fail "the helper is in the way" "$(cat /run/lab/plan)"
shows "stop nvidia-persistenced.service"
systemctl stop nvidia-persistenced
start_helper stranger.service
refused "a unit that may not be stopped" "sleep (pid " "'stop-units = stranger.service' in $profile"
systemctl stop stranger
systemd-run --quiet --scope sleep 1000 </dev/snd/by-path/pci-$gpu_sound &
wait_for 10 "a program holds the sound" held_by $gpu_sound sleep
refused "a program" "sleep (pid $!" "'end-programs = sleep' in $profile"
kill $!
sed -i 's/^#display-manager = .*/display-manager = keep/' $profile
refused "the desktop is to be kept" "Xorg (pid " "'display-manager = auto' in $profile"
sed -i '/^display-manager/d' $profile

# What the hardware has against it.
lends 0000:02:00.1
refused "half a group" "0000:02:00.0 (ahci, " "shares IOMMU group " "lend it, too"
lends 0000:00:06.0
refused "the disk that this runs from" "which is mounted at /"
lends $host_gpu $gpu
refused "all that there is to see with" "is the GPU that the machine starts with" "add a second GPU"
lends 0000:07:00.0
refused "what is not there" "there is no 0000:07:00.0" "correct 'functions =' in $profile"
lends auto

# What the host has against it.
sed -i 's/^#hugepages = .*/hugepages = 2M:100000/' $profile
refused "too many huge pages" "there is not enough memory for the huge pages" "close programs until there are "
sed -i 's/^hugepages = .*/hugepages = 2M:16/; s/^#host-cpus = .*/host-cpus = 0-1/' $profile
refused "all processors" "'host-cpus = 0-1' names all processors"
sed -i 's/^host-cpus = .*/host-cpus = 0/' $profile
plan || fail "it is refused" "$(cat /run/lab/plan)"
shows "reserve huge pages of 2048" "confine to the host's processors"
mv $guest_link /run/lab/link
refused "a snippet that is not there" "$guest_link is not there"
mv /run/lab/link $guest_link
systemctl stop libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd
refused "no libvirt" "libvirt at qemu:///system does not answer"
systemctl start libvirtd.socket

# Whose profile it is.
chown alice $profile
refused "alice's profile" "$profile belongs to user 1000, and has to be root's: 'chown root:root $profile'"
chown root $profile
chmod g+w $profile
refused "one that others may write" "may be written by others than root: 'chmod go-w $profile'"
chmod g-w $profile
echo 'stop-units = ../x' >>$profile
refused "a mistake" "$profile:"
for name in ../win10 'win10;x' '' pillion; do
    if root_pillion plan guest "$name" >/run/lab/plan 2>&1; then fail "'$name' is a profile"; fi
    check "'$name' is no name" grep -E 'is no name of a profile|an empty name' /run/lab/plan
done

rm -r /etc/pillion
host_picture /run/lab/after
same_picture /run/lab/before /run/lab/after
