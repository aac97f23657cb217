# SPDX-License-Identifier: GPL-2.0-or-later
# What the cases that switch the hardware share, on top of lib-ride.sh: a desktop on both GPUs, the guest that is to
# get one of them, and a picture of the host that tells whether it is what it was.
# shellcheck shell=sh disable=SC2034

. "${0%/*}/lib-ride.sh"

gpu=0000:01:00.0 gpu_sound=0000:01:00.1 host_gpu=0000:00:01.0 spare=0000:04:00.0
lent="$gpu $gpu_sound" # whose nodes are in the picture
pci=/sys/bus/pci/devices
# What alice's PipeWire has the kernel load at first use stays, and is no change.
login_modules='snd_seq snd_seq_dummy snd_hrtimer'
guest_link=/etc/X11/xorg.conf.d/10-guest-gpu.conf

# nodes_of FUNCTION: its device nodes, those of what hangs below it included.
nodes_of() {
    find "$pci/$1/" -name dev -printf '%h/uevent\n' | xargs --no-run-if-empty sed -n 's,^DEVNAME=,/dev/,p'
}

# holders_of FUNCTION: who has one of its nodes open, as `PROGRAM NODE` lines.
holders_of() {
    nodes=$(nodes_of "$1")
    find /proc/[0-9]*/fd -lname '/dev/*' -printf '%h %l\n' 2>/dev/null | grep -wF "${nodes:-/dev/none}" | sort -u |
        while read -r folder node; do
            echo "$(cat "${folder%/fd}/comm") $node"
        done
}
held_by() { holders_of "$1" | grep "^$2 "; }
idle() { test -z "$(holders_of "$1")"; }

driver_is() { test "$(basename "$(readlink "$pci/$1/driver")")" = "$2"; }
nodedev() { virsh --quiet "nodedev-$1" "pci_$(echo "$2" | tr :. __)"; }

# Xorg's cards, by their PCI addresses.
xorg_cards() {
    for server in $(pidof Xorg); do
        find "/proc/$server/fd" -lname '/dev/dri/card*' -printf '/sys/class/drm/%l/device\n' | sed 's,/dev/dri/,,' |
            xargs --no-run-if-empty readlink | sed 's,.*/,,' | sort -u
    done
}
xorg_has() { test "$(xorg_cards | xargs)" = "$*"; }
logged_in() { loginctl show-seat seat0 --property ActiveSession --value | grep .; }

# start_desktop [FUNCTION...]: the display manager, alice logged in, and Xorg with these GPUs, both if none are given.
start_desktop() {
    [ $# -gt 0 ] || set -- $host_gpu $gpu
    check "the display manager starts" systemctl start display-manager
    wait_for 30 "alice is logged in" logged_in
    wait_for 10 "Xorg has $*" xorg_has "$@"
    check "udev is idle" udevadm settle
}

# sound_held: a login gives alice the sound; her WirePlumber opens it by itself. Without a desktop, she is given it here.
sound_held() {
    # shellcheck disable=SC2086 # a module each
    modprobe --all $login_modules
    logged_in >/dev/null || nodes_of $gpu_sound | xargs setfacl --modify user:alice:rw
    wait_for 20 "alice's PipeWire holds the GPU's sound" sound_is_up
}
sound_is_up() { held_by $gpu_sound wireplumber && alice_sees_sound; }
alice_sees_sound() { as_alice pw-cli ls Device | grep "alsa_card.pci-$(echo $gpu_sound | tr : _)"; }

# start_helper [UNIT]: a service that keeps the guest's GPU open, as nvidia-persistenced does. Its framebuffer, since who
# opens the card first is its master, and Xorg then cannot be.
start_helper() {
    cat >"/run/systemd/system/${1:-nvidia-persistenced.service}" <<END
[Service]
ExecStart=/bin/sleep infinity
StandardInput=file:$(nodes_of $gpu | grep /fb)
END
    systemctl daemon-reload
    check "a helper starts" systemctl start "${1:-nvidia-persistenced.service}"
    wait_for 10 "it holds the GPU" held_by $gpu sleep
}

# start_spare_card: a third card, whose driver can be unloaded, with i2c buses and a render node.
start_spare_card() {
    echo 1 >$pci/$spare/remove
    echo 1 >/sys/bus/pci/rescan
    check "the spare card's driver is loaded" modprobe --all i2c-dev radeon
    check "udev is idle" udevadm settle
    check "it has an i2c bus" bus_of $spare
}
bus_of() { nodes_of "$1" | grep -m 1 /dev/i2c; }

# hostdev_xml FUNCTION...: `managed='no'`: libvirt takes what has been lent, and nothing else.
hostdev_xml() {
    for function; do
        echo "$function" | tr :. '  ' | while read -r domain bus slot number; do
            echo "    <hostdev mode='subsystem' type='pci' managed='no'><source>" \
                "<address domain='0x$domain' bus='0x$bus' slot='0x$slot' function='0x$number'/></source></hostdev>"
        done
    done
}

# define_lent_guest: win10 with the GPU and its sound.
define_lent_guest() { define_guest "$(hostdev_xml $gpu $gpu_sound)"; }

# write_profile LINE...: root's /etc/pillion/win10.conf.
write_profile() {
    mkdir -p /etc/pillion
    printf '%s\n' "$@" >/etc/pillion/win10.conf
    chmod 644 /etc/pillion/win10.conf
}

# host_picture FILE [UNIT...]: all that a switch may change, as sorted lines. Nodes are named by what they belong to, and
# once more, as `called`, by their numbers.
host_picture() {
    picture=$1
    shift
    {
        picture_of_functions
        picture_of_nodes
        picture_of_units display-manager.service "$@"
        picture_of_consoles
        links_in /etc/X11/xorg.conf.d /run/pillion/xorg
        xorg_cards | sed 's/^/xorg /'
        values pages /sys/kernel/mm/hugepages/*/nr_hugepages /sys/devices/system/node/node*/hugepages/*/nr_hugepages
        values cpus /sys/fs/cgroup/*/cpuset.cpus
        files_in /run/systemd/system.control
        values governor /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor
        sed 's/ .*//; s/^/module /' /proc/modules
        as_alice pw-cli ls Device | sed -n 's/.*device.name = /sound /p'
        systemd-inhibit --list --no-legend | sed 's/ \+[0-9]\+ \+/ /g; s/^/inhibitor /'
    } >"$picture"
    LC_ALL=C sort --output "$picture" "$picture"
}

# same_picture BEFORE AFTER
same_picture() { check "the host is what it was" diff --unified=0 "$1" "$2"; }

# values LABEL FILE...: those files that exist and are not empty, a line of theirs each.
values() {
    label=$1
    shift
    grep --no-messages --with-filename . "$@" | sed "s/^/$label /" || true
}

links_in() {
    for folder; do
        [ ! -d "$folder" ] || find "$folder" ! -type d -printf 'link %p %M %u:%g %l\n'
    done
}

files_in() { [ ! -d "$1" ] || find "$1" -type f -printf 'file %p\n' -exec grep --with-filename . {} +; }

picture_of_functions() {
    find $pci/*/ -maxdepth 1 \( -name driver -o -name iommu_group \) -printf 'function %H%f %l\n'
    values function $pci/*/driver_override
}

picture_of_units() {
    systemctl show --property Id,ActiveState,SubState "$@" | one_line_each unit
    systemctl show --property Id,AllowedCPUs system.slice user.slice init.scope | one_line_each cpus
    # A session whose programs had to be killed is over all the same.
    systemctl list-units --failed --plain --no-legend | sed '/^session-[0-9]*\.scope /d; s/^/failed /'
}

# one_line_each LABEL: a line for each paragraph.
one_line_each() { awk -v label="$1" 'BEGIN { RS = ""; FS = "\n" } { $1 = $1; print label, $0 }'; }

picture_of_consoles() {
    values console /sys/class/vtconsole/*/name /sys/class/vtconsole/*/bind
    { cat /proc/fb && con2fbmap 1 && con2fbmap 7; } | sed 's/^/console /'
}

picture_of_nodes() {
    for function in $lent; do
        # shellcheck disable=SC2046 # a node each
        getfacl --absolute-names $(nodes_of "$function") /dev/null | awk -v owner="$function" '
            BEGIN { RS = ""; FS = "\n" }
            !/null/ {
                sub(/# file: /, "")
                print "called", owner, $1
                gsub(/[0-9]/, "", $1)
                print "node", owner, $0
            }'
    done
    links_in /dev/dri/by-path /dev/snd/by-path /dev/vfio
}
