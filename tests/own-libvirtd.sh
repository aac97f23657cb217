# SPDX-License-Identifier: GPL-2.0-or-later
# own-libvirtd: own-bus.sh, for the tests that want a libvirtd of their own, too. Its test hypervisor has a guest called test,
# which runs. Whoever sources it has $uri, where it is to be reached, its process in $libvirtd, config/pillion for a
# pillion.conf, and calls end_libvirtd in a trap.
# shellcheck shell=sh

own_bus_needs="virsh /usr/sbin/libvirtd ${own_bus_needs:-}"
own_bus_env="XDG_RUNTIME_DIR=@/run XDG_CONFIG_HOME=@/config XDG_CACHE_HOME=@/run HOME=@/run ${own_bus_env:-}"
. "${0%/*}/own-bus.sh"

uri="test+unix:///default?socket=$PWD/run/libvirt/libvirt-sock" libvirtd=''
mkdir -p run config/pillion

ask_virsh() { virsh --quiet --connect "$uri" "$@"; }
# As an ordinary user in any case: root's would be the machine's own.
start_libvirtd() {
    as_nobody=''
    if [ "$(id -u)" = 0 ]; then
        chmod 755 .
        chown 65534:65534 run
        as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
    fi
    XDG_CONFIG_HOME="$PWD/run" $as_nobody libvirtd 2>libvirtd.log &
    libvirtd=$!
    until_is ask_virsh list
}
# Also while it is stopped; and what it writes at its end would keep the folder from being removed.
end_libvirtd() {
    [ -n "$libvirtd" ] || return 0
    kill "$libvirtd"
    kill -CONT "$libvirtd"
    wait "$libvirtd" || true
}
