/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A unit that is ending for good has a job "stop", one that is restarted a job "restart"; one that ends by
 * itself has none, and Restart=always sees to the rest. Source: org.freedesktop.systemd1(5).
 */
#include "core/comeback.h"

#include <stdint.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-login.h>

#include "core/cleanup.h"

#define MANAGER     "org.freedesktop.systemd1"
#define ANSWER_USEC 1000000

/* The path of UNIT's job; NULL: it has none, or that cannot be told. */
static char *find_job(sd_bus *bus, const char *unit) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        _cleanup_free_ char *path = NULL;
        const char *job;
        uint32_t id;

        if (sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &path) < 0 ||
            sd_bus_get_property(bus, MANAGER, path, MANAGER ".Unit", "Job", NULL, &reply, "(uo)") < 0 ||
            sd_bus_message_read(reply, "(uo)", &id, &job) < 0 || id == 0)
                return NULL;
        return strdup(job);
}

bool comeback_expected(void) {
        _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
        _cleanup_free_ char *unit = NULL, *job = NULL, *type = NULL;

        if (!getenv("NOTIFY_SOCKET") || sd_pid_get_user_unit(0, &unit) < 0)
                return false;
        if (sd_bus_open_user(&bus) < 0)
                return true;
        (void)sd_bus_set_method_call_timeout(bus, ANSWER_USEC);
        job = find_job(bus, unit);
        if (!job || sd_bus_get_property_string(bus, MANAGER, job, MANAGER ".Job", "JobType", NULL, &type) < 0)
                return true;
        return strcmp(type, "stop") != 0;
}
