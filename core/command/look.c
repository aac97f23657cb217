/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What pilliond says of itself, once or for as long as one looks, and what it has said. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/command/bus.h"
#include "core/command/client.h"
#include "core/command/internal.h"
#include "core/command/line.h"
#include "core/command/logs.h"
#include "core/command/status.h"
#include "core/command/watch-status.h"
#include "core/terminal.h"

static int print_once(sd_bus *bus, const struct watch_options *options) {
        static const char *const audio_parts[] = { "Audio", NULL };
        sd_bus_error error = SD_BUS_ERROR_NULL;
        struct client_status status;
        int r;

        r = client_read(bus, &status, options->audio ? audio_parts : client_parts, &error);
        if (r < 0)
                return command_explain(&error, r);
        if (options->json)
                status_print_json(stdout, &status, false);
        else if (options->audio)
                status_print_audio(stdout, &status, terminal_wants_colour(stdout));
        else
                status_print(stdout, &status, terminal_wants_colour(stdout));
        client_status_done(&status);
        return EXIT_DONE;
}

static int show(const struct watch_options *options, bool watch) {
        _cleanup_(bus_closep) sd_bus *bus = NULL;
        int r;

        r = command_open_bus(&bus);
        if (r != EXIT_DONE)
                return r;
        if (!watch)
                return print_once(bus, options);
        r = watch_status(bus, options);
        if (r == 0)
                return EXIT_DONE;
        if (r != -EPIPE)
                fprintf(stderr, "pillion: cannot go on watching: %s\n",
                        r < 0 ? strerror(-r) : "the session bus has gone");
        return EXIT_FAILED;
}

int run_status(int argc, char *argv[]) {
        const struct watch_options options = { .json = command_has_flag(argc, argv, "--json") };

        return show(&options, command_has_flag(argc, argv, "--watch"));
}

int run_audio(int argc, char *argv[]) {
        const struct watch_options options = {
                .audio = true,
                .json = command_has_flag(argc, argv, "--json"),
        };

        return show(&options, !command_has_flag(argc, argv, "--once"));
}

int run_logs(int argc, char *argv[]) {
        return logs_command(command_word(argc, argv, 0), command_has_flag(argc, argv, "--follow"),
                            command_has_flag(argc, argv, "--boot"));
}
