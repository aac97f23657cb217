/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/tool: runs a program of root's that works on the host's disks, without a shell. In a service that
 * is confined, as pillion-guest@.service is, it runs as a unit of its own, outside of the confinement.
 */
#include <stddef.h>
#include <stdint.h>

/*
 * OUTPUT is what it says, errors apart. 0: it ended well. -ENOENT: it is not installed; -ETIMEDOUT: it was
 * ended after USEC; -EMSGSIZE: OUTPUT was too small; -EIO: it failed. PROBLEM then says why, one line,
 * PACKAGE being where the program is from.
 */
struct tool {
        const char *package;
        uint64_t usec;
        char *problem;
        size_t size;
};
int tool_run(const struct tool *tool, char *const argv[], char *output, size_t size);
