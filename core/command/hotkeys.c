/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/hotkeys.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>

#include <systemd/sd-event.h>

#include "core/bus.h"
#include "core/cleanup.h"

/* --- pillion hotkeys --- */

int hotkeys_print(sd_bus *bus, sd_bus_error *error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const char *name, *keys, *when, *does;
        unsigned n = 0;
        int r;

        r = sd_bus_call_method(bus, BUS_NAME, BUS_PATH, BUS_NAME ".Input", "ListHotkeys", error, &reply, "");
        if (r < 0)
                return r;
        r = sd_bus_message_enter_container(reply, 'a', "(ssss)");
        while (r >= 0 && (r = sd_bus_message_read(reply, "(ssss)", &name, &keys, &when, &does)) > 0) {
                if (n++ == 0)
                        printf("%-14s %-28s %-6s %s\n", "NAME", "KEYS", "WHEN", "DOES");
                printf("%-14s %-28s %-6s %s\n", name, keys, when, does);
        }
        if (r >= 0 && n == 0)
                puts("There are no hotkeys. Add [hotkey NAME] sections to ~/.config/pillion/pillion.conf; "
                     "pillion.conf(5) says how, and 'pillion keys' the names of keys.");
        return r < 0 ? r : 0;
}

/* --- pillion keys --- */

#define HELD_MAX 16

struct keys_held {
        char names[HELD_MAX][64]; /* in the order of pressing */
        size_t n;
};

static void forget(struct keys_held *held, const char *key) {
        for (size_t i = 0; i < held->n; i++)
                if (strcmp(held->names[i], key) == 0) {
                        memmove(held->names[i], held->names[i + 1], (held->n - i - 1) * sizeof(*held->names));
                        held->n--;
                        return;
                }
}

static void print_chord(const struct keys_held *held, const char *device) {
        int width = 0;

        for (size_t i = 0; i < held->n; i++)
                width += printf("%s%s", i > 0 ? "+" : "", held->names[i]);
        printf("%*s  %s\n", width < 32 ? 32 - width : 0, "", device);
        fflush(stdout);
}

static int on_key(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct keys_held *held = userdata;
        const char *device, *key;
        int down;

        if (sd_bus_message_read(signal, "ssb", &device, &key, &down) < 0)
                return 0;
        forget(held, key);
        if (!down || held->n == HELD_MAX)
                return 0;
        snprintf(held->names[held->n++], sizeof(*held->names), "%s", key);
        print_chord(held, device);
        return 0;
}

/* The terminal would show what is typed between our lines, and give it to the shell afterwards. */
static bool silence(struct termios *ret_before) {
        struct termios quiet;

        if (tcgetattr(STDIN_FILENO, ret_before) < 0)
                return false;
        quiet = *ret_before;
        quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
        return tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0;
}

static int watch(sd_bus *bus, sd_event *loop, struct keys_held *held, sd_bus_error *error) {
        sigset_t signals;
        int r;

        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
        (void)sigprocmask(SIG_BLOCK, &signals, NULL);
        r = sd_event_add_signal(loop, NULL, SIGINT, NULL, NULL);
        if (r >= 0)
                r = sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL);
        if (r >= 0)
                r = sd_event_add_time_relative(loop, NULL, CLOCK_MONOTONIC, BUS_WATCH_KEYS_USEC, 0, NULL,
                                               NULL);
        if (r >= 0)
                r = sd_bus_attach_event(bus, loop, SD_EVENT_PRIORITY_NORMAL);
        if (r >= 0)
                r = sd_bus_match_signal(bus, NULL, NULL, BUS_PATH, BUS_NAME ".Input", "Key", on_key, held);
        if (r >= 0)
                r = sd_bus_call_method(bus, BUS_NAME, BUS_PATH, BUS_NAME ".Input", "WatchKeys", error, NULL,
                                       "");
        if (r < 0)
                return r;
        fputs("Press keys and mouse buttons; Ctrl+C or a minute ends it.\n", stderr);
        return sd_event_loop(loop);
}

int keys_print(sd_bus *bus, sd_bus_error *error) {
        struct keys_held held = { 0 };
        struct termios before;
        bool silent = silence(&before);
        sd_event *loop = NULL;
        int r;

        r = sd_event_new(&loop);
        if (r >= 0)
                r = watch(bus, loop, &held, error);
        sd_event_unref(loop);
        if (silent)
                (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        return r < 0 ? r : 0;
}
