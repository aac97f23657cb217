/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/bus.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/bus.h"
#include "core/command/client.h"

/* libvirt may take its time to start a guest, and a guest to shut down: pilliond has the deadlines. */
#define CALL_TIMEOUT_USEC UINT64_MAX

/* What to run next, if MESSAGE, by the error NAME, does not say. */
static const char *next_command(const char *name, const char *message) {
        if (strstr(message, "'pillion ") || !name)
                return "";
        if (strcmp(name, BUS_ERROR_CONFIGURATION) == 0)
                return "\nMend that, and try 'pillion reload' again";
        if (strcmp(name, BUS_ERROR_REFUSED) == 0)
                return "; see 'pillion status'";
        if (strcmp(name, SD_BUS_ERROR_NO_REPLY) == 0)
                return "; pilliond has gone meanwhile, see 'pillion logs' and 'pillion status'";
        if (strcmp(name, SD_BUS_ERROR_UNKNOWN_METHOD) == 0)
                return "; pilliond is older than this, see 'systemctl --user restart pilliond'";
        return "; 'pillion logs' says more";
}

int command_explain(sd_bus_error *error, int r) {
        const char *message = error->message ? error->message : strerror(-r);
        bool absent = client_daemon_is_absent(error);

        if (absent)
                fprintf(stderr,
                        "pillion: pilliond is not running (%s); start it with 'systemctl --user start "
                        "pilliond', and see 'pillion logs' if it does not\n",
                        message);
        else
                fprintf(stderr, "pillion: %s%s\n", message, next_command(error->name, message));
        sd_bus_error_free(error);
        return absent ? EXIT_NO_DAEMON : EXIT_FAILED;
}

int command_open_bus(sd_bus **ret) {
        int r;

        r = sd_bus_open_user(ret);
        if (r < 0) {
                fprintf(stderr,
                        "pillion: there is no session bus (%s); run it in the session of the user whose "
                        "pilliond it is\n",
                        strerror(-r));
                return EXIT_NO_DAEMON;
        }
        (void)sd_bus_set_method_call_timeout(*ret, CALL_TIMEOUT_USEC);
        return EXIT_DONE;
}

int command_print_with(int (*print)(sd_bus *bus, sd_bus_error *error)) {
        _cleanup_(bus_closep) sd_bus *bus = NULL;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        int r;

        r = command_open_bus(&bus);
        if (r != EXIT_DONE)
                return r;
        r = print(bus, &error);
        return r < 0 ? command_explain(&error, r) : EXIT_DONE;
}

int command_call(const char *part, const char *method, const char *types, ...) {
        _cleanup_(bus_closep) sd_bus *bus = NULL;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        char interface[64];
        va_list ap;
        int r;

        r = command_open_bus(&bus);
        if (r != EXIT_DONE)
                return r;
        snprintf(interface, sizeof(interface), BUS_NAME ".%s", part);
        va_start(ap, types);
        r = sd_bus_call_methodv(bus, BUS_NAME, BUS_PATH, interface, method, &error, NULL, types, ap);
        va_end(ap);
        return r < 0 ? command_explain(&error, r) : EXIT_DONE;
}
