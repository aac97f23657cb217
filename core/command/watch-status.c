/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nothing here waits for an answer: a pilliond that hangs must not keep Ctrl+C from working. Whatever happens
 * leads to the same thing, all properties are read anew, one part after the other, and shown if that makes a
 * difference. Only the very first reading may start pilliond: somebody who stops it while watching means it.
 */
#include "core/command/watch-status.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "core/bus.h"
#include "core/command/client.h"
#include "core/command/screen.h"
#include "core/command/status.h"
#include "core/loop.h"
#include "core/terminal.h"

#define TICK_USEC 1000000u

struct watch {
        const struct watch_options *options;
        const char *const *parts;
        sd_bus *bus;
        sd_event *loop;
        sd_event_source *tick;
        struct client_status status; /* as far as it has been read */
        size_t part;                 /* that is being read */
        bool reading, again;         /* again: something has changed since the reading began */
        bool started;                /* pilliond has been asked for once */
        bool seen;                   /* it has answered at least once */
        bool terminal, colour;
        struct screen screen;
        char *shown;
};

static const char *const audio_parts[] = { "Audio", NULL };

static void read_part(struct watch *watch);

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata);

static void come_back(struct watch *watch) {
        (void)timer_arm(watch->loop, &watch->tick, "tick", TICK_USEC, on_tick, watch);
}

static bool write_all(const char *text, size_t size) {
        return fwrite(text, 1, size, stdout) == size && fflush(stdout) == 0;
}

static bool draw(struct watch *watch, const char *text) {
        _cleanup_free_ char *bytes = NULL;
        struct winsize window = { 0 };

        (void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &window);
        bytes = screen_draw(&watch->screen, text, window.ws_col, window.ws_row ? window.ws_row : 24);
        return bytes && write_all(bytes, strlen(bytes));
}

static void give_out(struct watch *watch, const char *text) {
        bool good;

        if (watch->terminal)
                good = draw(watch, text);
        else
                good = (!watch->shown || watch->options->json || write_all("\n", 1)) &&
                       write_all(text, strlen(text));
        if (!good)
                (void)sd_event_exit(watch->loop, -EPIPE);
}

/* Takes TEXT. */
static void show(struct watch *watch, char *text) {
        if (!watch->shown || strcmp(watch->shown, text) != 0)
                give_out(watch, text);
        free(watch->shown);
        watch->shown = text;
}

static void show_status(struct watch *watch) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return;
        if (watch->options->json)
                status_print_json(out, &watch->status, true);
        else if (watch->options->audio)
                status_print_audio(out, &watch->status, watch->colour);
        else
                status_print(out, &watch->status, watch->colour);
        if (fclose(out) == 0)
                show(watch, text);
        else
                free(text);
}

static void show_absence(struct watch *watch, const char *what) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return;
        if (watch->options->json) {
                fputs("{ \"error\": ", out);
                status_print_json_string(out, what);
                fputs(" }\n", out);
        } else {
                fprintf(out, "pilliond  %s\n", what);
        }
        if (fclose(out) == 0)
                show(watch, text);
        else
                free(text);
}

/* The name is taken before the objects are there, so what is missing may be about to come. */
static void explain(struct watch *watch, const sd_bus_error *error) {
        if (client_daemon_is_absent(error)) {
                show_absence(watch, watch->seen ? "has gone away; it goes on when it returns"
                                                : "is not running; it goes on when it is, see 'systemctl "
                                                  "--user start pilliond'");
                return; /* the bus tells when it comes */
        }
        come_back(watch);
        if (sd_bus_error_has_names(error, SD_BUS_ERROR_UNKNOWN_OBJECT, SD_BUS_ERROR_UNKNOWN_INTERFACE))
                show_absence(watch, "is starting");
        else if (sd_bus_error_has_names(error, SD_BUS_ERROR_NO_REPLY, SD_BUS_ERROR_TIMEOUT))
                show_absence(watch, "does not answer; see 'systemctl --user status pilliond'");
        else
                show_absence(watch, error->message ? error->message : "cannot be asked");
}

static void refresh(struct watch *watch) {
        watch->again = watch->reading;
        if (watch->reading)
                return;
        client_status_done(&watch->status);
        watch->part = 0;
        watch->reading = true;
        read_part(watch);
}

static void end_reading(struct watch *watch) {
        watch->reading = false;
        if (watch->again)
                refresh(watch);
}

static void end_good_reading(struct watch *watch) {
        watch->seen = true;
        show_status(watch);
        if (strcmp(client_text(&watch->status, "audio", "state"), "playing") == 0)
                come_back(watch);
        end_reading(watch);
}

static int on_reply(sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        struct watch *watch = userdata;

        if (sd_bus_message_is_method_error(reply, NULL)) {
                explain(watch, sd_bus_message_get_error(reply));
                end_reading(watch);
        } else if (client_read_reply(reply, watch->parts[watch->part], &watch->status) < 0) {
                come_back(watch);
                end_reading(watch);
        } else if (watch->parts[++watch->part]) {
                read_part(watch);
        } else {
                end_good_reading(watch);
        }
        return 0;
}

static void read_part(struct watch *watch) {
        int r = client_request(watch->bus, watch->parts[watch->part], !watch->started, on_reply, watch);

        watch->started = true;
        if (r < 0) /* the bus itself is gone, and with it the session */
                (void)sd_event_exit(watch->loop, r);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata) {
        refresh(userdata);
        return 0;
}

static int on_bus_signal(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        refresh(userdata);
        return 0;
}

static int on_end(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata) {
        struct watch *watch = userdata;

        /* The terminal has echoed the ^C. */
        if (watch->terminal)
                (void)write_all("\r\033[K", 4);
        return sd_event_exit(watch->loop, 0);
}

static int on_window(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata) {
        struct watch *watch = userdata;

        if (si->ssi_signo == SIGCONT) /* the shell has had the terminal in between */
                screen_forget(&watch->screen);
        if (watch->terminal && watch->shown)
                give_out(watch, watch->shown);
        return 0;
}

static int listen_to_signals(struct watch *watch) {
        static const struct {
                int number;
                sd_event_signal_handler_t handler;
                const char *name;
        } signals[] = {
                { SIGINT, on_end, "sigint" },      { SIGTERM, on_end, "sigterm" },
                { SIGHUP, on_end, "sighup" },      { SIGWINCH, on_window, "sigwinch" },
                { SIGCONT, on_window, "sigcont" },
        };
        sigset_t mask;
        int r;

        sigemptyset(&mask);
        for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
                sigaddset(&mask, signals[i].number);
        if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
                return -errno;
        for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
                sd_event_source *source = NULL;

                r = sd_event_add_signal(watch->loop, &source, signals[i].number, signals[i].handler, watch);
                if (r < 0)
                        return r;
                source_declare(source, signals[i].name, SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
                (void)sd_event_source_set_floating(source, true);
                sd_event_source_unref(source);
        }
        return 0;
}

static int on_reader_gone(sd_event_source *source, int fd, uint32_t events, void *userdata) {
        struct watch *watch = userdata;

        return sd_event_exit(watch->loop, -EPIPE);
}

/* Else it would be noticed only when there is something to say. A file has no reader, and cannot be polled.
 */
static void listen_to_reader(struct watch *watch) {
        sd_event_source *source = NULL;

        if (sd_event_add_io(watch->loop, &source, STDOUT_FILENO, 0, on_reader_gone, watch) < 0)
                return;
        source_declare(source, "reader", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        (void)sd_event_source_set_floating(source, true);
        sd_event_source_unref(source);
}

static int listen_to_bus(struct watch *watch) {
        int r;

        r = sd_bus_match_signal(watch->bus, NULL, BUS_NAME, BUS_PATH, "org.freedesktop.DBus.Properties",
                                "PropertiesChanged", on_bus_signal, watch);
        if (r < 0)
                return r;
        return sd_bus_add_match(watch->bus, NULL,
                                "type='signal',sender='org.freedesktop.DBus',"
                                "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
                                "arg0='" BUS_NAME "'",
                                on_bus_signal, watch);
}

static int run(struct watch *watch) {
        int r;

        r = sd_event_new(&watch->loop);
        if (r < 0)
                return r;
        r = listen_to_signals(watch);
        if (r < 0)
                return r;
        listen_to_reader(watch);
        r = sd_bus_attach_event(watch->bus, watch->loop, SD_EVENT_PRIORITY_NORMAL);
        if (r < 0)
                return r;
        r = listen_to_bus(watch);
        if (r < 0)
                return r;
        /* A session bus that goes away means that the session does. */
        (void)sd_bus_set_exit_on_disconnect(watch->bus, true);
        refresh(watch);
        return sd_event_loop(watch->loop);
}

int watch_status(sd_bus *bus, const struct watch_options *options) {
        struct watch watch = {
                .options = options,
                .parts = options->audio ? audio_parts : client_parts,
                .bus = bus,
                .terminal = !options->json && terminal_is(stdout),
                .colour = terminal_wants_colour(stdout),
        };
        int r;

        r = run(&watch);
        watch.tick = sd_event_source_disable_unref(watch.tick);
        (void)sd_bus_detach_event(bus);
        watch.loop = sd_event_unref(watch.loop);
        client_status_done(&watch.status);
        free(watch.shown);
        return r;
}
