#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs what pillion needs, with apt, as root: to build and use it, and to test it.
#
#   sh contrib/deps.sh build   what the build needs
#   sh contrib/deps.sh test    that, and what the quick tests need
#   sh contrib/deps.sh lab     that, and what the lab needs (the default)
#   sh contrib/deps.sh list    prints the names for Debian, Arch and Fedora, and installs nothing
set -eu

build='gcc meson ninja-build pkg-config libc6-dev libsystemd-dev libevdev-dev libpipewire-0.3-dev libvirt-dev
libpci-dev libxml2-dev libinih-dev scdoc'
quick='clang clang-format libclang-rt-14-dev llvm-14 valgrind universal-ctags pipewire pipewire-bin wireplumber
dbus-daemon libvirt-daemon-system libvirt-clients python3 qemu-system-x86 gcc-multilib util-linux shellcheck mandoc groff
libxml2-utils'
shells='zsh fish'
package='debhelper lintian'
lab='mmdebstrap qemu-utils e2fsprogs cpio kmod zstd makepkg pacman-package-manager'

arch='gcc meson pkgconf systemd-libs libevdev pipewire libvirt pciutils libxml2 libinih scdoc'
fedora='gcc meson ninja-build pkgconf systemd-devel libevdev-devel pipewire-devel libvirt-devel pciutils-devel
libxml2-devel inih-devel scdoc'

case "${1:-lab}" in
build) wanted=$build ;;
test) wanted="$build $quick $shells $package" ;;
lab) wanted="$build $quick $shells $package $lab" ;;
list)
    # shellcheck disable=SC2086 # lists, each on one line
    {
        echo "Debian, to build:     " $build
        echo "Debian, quick tests:  " $quick $shells
        echo "Debian, the package:  " $package
        echo "Debian, the lab:      " $lab
        echo "Arch, to build:       " $arch
        echo "Fedora, to build:     " $fedora
    }
    exit 0
    ;;
*)
    echo "deps.sh: '$1' is none of: build, test, lab, list" >&2
    exit 2
    ;;
esac

missing=
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -z "$missing" ]; then
    echo "deps: everything is installed"
    exit 0
fi
if [ "$(id -u)" != 0 ]; then
    echo "deps.sh: needs root to install:$missing" >&2
    exit 1
fi
echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # names of packages
apt-get install -qy --no-install-recommends $missing
