/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that have a guest start, stand still, go on and end. Each waits until it has come to that. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/bus.h"
#include "core/command/bus.h"
#include "core/command/follow.h"
#include "core/command/internal.h"
#include "core/command/line.h"

static int make_call(sd_bus_message **ret, sd_bus *bus, const char *method, const char *types, va_list ap) {
        int r;

        r = sd_bus_message_new_method_call(bus, ret, BUS_NAME, BUS_PATH, BUS_NAME ".Manager", method);
        return r < 0 ? r : sd_bus_message_appendv(*ret, types, ap);
}

/* As follow() has it; TYPES and what follows as for sd_bus_message_append(). */
static int command(const char *method, const char *types, ...) {
        _cleanup_(bus_closep) sd_bus *bus = NULL;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        va_list ap;
        int r;

        r = command_open_bus(&bus);
        if (r != EXIT_DONE)
                return r;
        va_start(ap, types);
        r = make_call(&call, bus, method, types, ap);
        va_end(ap);
        return r < 0 ? command_explain(&error, r) : follow(bus, call);
}

/* For what cannot be asked any further. */
static int end(int outcome) {
        return outcome == FOLLOW_STILL_RUNNING ? EXIT_FAILED : outcome;
}

int run_start(int argc, char *argv[]) {
        const char *method = command_has_flag(argc, argv, "--spice") ? "StartSpice" : "Start";
        const char *guest = command_word(argc, argv, 0);

        return end(command(method, "s", guest ? guest : ""));
}

/* What to do about a guest that does not shut down: 'f', 'w', or anything else to leave it as it is. */
static int ask(void) {
        char answer[80] = "";

        fputs("End it by (f)orce, ask it again and (w)ait, or (l)eave it running? ", stderr);
        return fgets(answer, sizeof(answer), stdin) ? answer[0] | 0x20 : '\0';
}

int run_stop(int argc, char *argv[]) {
        bool terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
        int outcome = command("Stop", "b", command_has_flag(argc, argv, "--force"));

        while (outcome == FOLLOW_STILL_RUNNING && terminal) {
                int wish = ask();

                if (wish != 'f' && wish != 'w')
                        break;
                outcome = command("Stop", "b", wish == 'f');
        }
        return end(outcome);
}

int run_restart(int argc, char *argv[]) {
        return end(command("Restart", ""));
}

int run_pause(int argc, char *argv[]) {
        return end(command("Pause", ""));
}

int run_resume(int argc, char *argv[]) {
        return end(command("Resume", ""));
}
