/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-devices: the root service that spares users the group input. Started by D-Bus through systemd.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/devices-service.h"
#include "input/devices.h"

/* The configuration is read for every request. */
static void on_sighup(void *userdata) {
        log_debug("There is nothing to read again");
}

static int serve(sd_event *loop, sd_bus *bus) {
        _cleanup_(devices_service_freep) struct devices_service *service = NULL;
        int r;

        r = sd_bus_attach_event(bus, loop, SD_EVENT_PRIORITY_NORMAL);
        if (r < 0)
                return log_errno(r, "Cannot listen to the system bus: %m");
        (void)sd_bus_set_exit_on_disconnect(bus, true);
        (void)sd_bus_set_close_on_exit(bus, false); /* who loses a device is told after the loop */
        r = devices_service_new(&service, loop, bus);
        if (r < 0)
                return log_errno(r, "Cannot serve " DEVICES_NAME ": %m");
        r = sd_event_set_watchdog(loop, true);
        if (r < 0)
                return log_errno(r, "Cannot feed systemd's watchdog: %m");
        loop_notify_ready();
        r = sd_event_loop(loop);
        return r < 0 ? log_errno(r, "The event loop failed: %m") : r;
}

static int run(void) {
        _cleanup_(loop_freep) sd_event *loop = NULL;
        _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
        int r;

        r = loop_new(&loop, on_sighup, NULL);
        if (r < 0)
                return log_errno(r, "Cannot make the event loop: %m");
        r = sd_bus_open_system(&bus);
        if (r < 0)
                return log_errno(r, "Cannot reach the system bus: %m");
        return serve(loop, bus);
}

int main(int argc, char *argv[]) {
        if (argc == 2 && strcmp(argv[1], "--version") == 0) {
                puts("pillion-devices " PILLION_VERSION);
                return EXIT_SUCCESS;
        }
        if (argc > 1) {
                fputs("pillion-devices takes no arguments; D-Bus starts it. See pillion-devices(8).\n",
                      stderr);
                return EX_USAGE;
        }
        return run() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
