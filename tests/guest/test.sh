#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# test.sh GUEST_ELF: boots the test guest in an emulated machine and checks what it claims to do.
set -eu

skip() {
  echo "skipped: $1"
  exit 77
}

elf=${1:?usage: test.sh GUEST_ELF}
command -v qemu-system-x86_64 >/dev/null || skip 'qemu-system-x86_64 is not installed'
command -v python3 >/dev/null || skip 'python3 is not installed'

here=$(dirname "$0")
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/test.py" "$elf"
