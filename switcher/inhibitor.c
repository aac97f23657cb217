/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/inhibitor.h"

#include <fcntl.h>

#include <systemd/sd-bus.h>

#include "core/cleanup.h"

#define PATIENCE_USEC (3 * 1000000u) /* logind answers at once, or something is wrong with it */

int inhibitor_take(const char *why) {
        _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int fd, r;

        r = sd_bus_open_system(&bus);
        if (r < 0)
                return r;
        (void)sd_bus_set_method_call_timeout(bus, PATIENCE_USEC);
        r = sd_bus_call_method(bus, "org.freedesktop.login1", "/org/freedesktop/login1",
                               "org.freedesktop.login1.Manager", "Inhibit", NULL, &reply, "ssss", "sleep",
                               "pillion", why, "block");
        if (r < 0)
                return r;
        r = sd_bus_message_read(reply, "h", &fd);
        if (r < 0)
                return r;
        fd = fcntl(fd, F_DUPFD_CLOEXEC, 3); /* that one is the message's */
        return fd < 0 ? -errno : fd;
}
