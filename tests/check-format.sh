#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every C file is as .clang-format has it. Each version of clang-format has its own ideas, so it must be this one.
cd "$(dirname "$0")/.." || exit 1
clang-format --version 2>/dev/null | grep -q 'version 14' || { echo "skipped: clang-format 14 is not installed"; exit 77; }
find core input audio ivshmem switcher contrib tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} +
