/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The changes come before the answer, as pilliond sends them, and each has all properties, so nothing is
 * asked for. What cannot be written, to a terminal that has gone, is not written.
 */
#include "core/command/follow.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "core/bus.h"
#include "core/command/bus.h"
#include "core/command/client.h"
#include "core/command/course.h"
#include "core/command/screen.h"
#include "core/command/status.h"
#include "core/loop.h"
#include "core/terminal.h"

#define TICK_USEC 100000u
#define GREEN     "\033[32m"
#define YELLOW    "\033[33m"
#define RED       "\033[31m"
#define DIM       "\033[2m"
#define PLAIN     "\033[m"

struct follower {
        sd_event *loop;
        sd_bus *bus; /* borrowed */
        sd_event_source *tick;
        struct course course;
        struct screen screen;
        bool terminal, colour;
        int outcome;
};

static uint64_t clock_now(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void put(const char *text) {
        (void)!fputs(text, stdout);
        (void)!fflush(stdout);
}

/* Over the line that was there, on a terminal. */
static void draw(struct follower *follower, const char *text) {
        _cleanup_free_ char *bytes = NULL;
        struct winsize window = { 0 };

        (void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &window);
        bytes = screen_draw(&follower->screen, text, window.ws_col, window.ws_row ? window.ws_row : 24);
        if (bytes)
                put(bytes);
}

static void print_line(const struct course_line *line, void *userdata) {
        struct follower *follower = userdata;
        static const struct {
                const char *mark, *colour;
        } looks[] = {
                [COURSE_DONE] = { "✓", GREEN },
                [COURSE_LEFT_OUT] = { "!", YELLOW },
                [COURSE_FAILED] = { "✗", RED },
        };
        const char *mark = looks[line->outcome].mark, *colour = looks[line->outcome].colour;
        char text[1500];

        snprintf(text, sizeof(text), "%s%s%s %4.1f s  %s\n", follower->colour ? colour : "", mark,
                 follower->colour ? PLAIN : "", (double)line->usec / 1e6, line->text);
        if (!follower->terminal) {
                put(text);
                return;
        }
        draw(follower, text);
        screen_forget(&follower->screen); /* it stays */
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata);

/* What is being done; it goes on to count. */
static void show_doing(struct follower *follower) {
        const struct course *course = &follower->course;
        char text[600] = "";

        if (!follower->terminal)
                return;
        if (*course->doing)
                snprintf(text, sizeof(text), "%s…%s %4.1f s  %s%s%s%s\n", follower->colour ? DIM : "",
                         follower->colour ? PLAIN : "", (double)(clock_now() - course->since) / 1e6,
                         course->doing, *course->place ? " (" : "", course->place, *course->place ? ")" : "");
        draw(follower, text);
        if (*course->doing)
                (void)timer_arm(follower->loop, &follower->tick, "tick", TICK_USEC, on_tick, follower);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata) {
        show_doing(userdata);
        return 0;
}

static void see(struct follower *follower, const struct client_status *status) {
        const struct course_view view = {
                .guest = client_text(status, "manager", "guest"),
                .state = client_text(status, "manager", "state"),
                .loan = client_text(status, "manager", "loan"),
                .problem = client_text(status, "manager", "loan-problem"),
                .warning = client_text(status, "manager", "loan-warning"),
                .listed = client_has(status, "manager", "steps-ended"),
                .ended = client_text(status, "manager", "steps-ended"),
                .step = client_text(status, "manager", "step"),
                .number = (unsigned)client_number(status, "manager", "step-number"),
                .of = (unsigned)client_number(status, "manager", "step-count"),
        };

        course_see(&follower->course, &view, clock_now(), print_line, follower);
        show_doing(follower);
}

static int on_change(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct client_status status = { 0 };
        const char *interface;

        if (sd_bus_message_read(signal, "s", &interface) < 0 || strcmp(interface, BUS_NAME ".Manager") != 0)
                return 0;
        if (client_read_reply(signal, "Manager", &status) >= 0 && status.n > 0)
                see(userdata, &status);
        client_status_done(&status);
        return 0;
}

static int finish(struct follower *follower, int outcome) {
        follower->outcome = outcome;
        return sd_event_exit(follower->loop, 0);
}

static int on_answer(sd_bus_message *answer, void *userdata, sd_bus_error *ignored) {
        struct follower *follower = userdata;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        bool running;
        int status;

        if (follower->terminal)
                draw(follower, "");
        if (!sd_bus_message_is_method_error(answer, NULL))
                return finish(follower, EXIT_DONE);
        running = sd_bus_message_is_method_error(answer, BUS_ERROR_STILL_RUNNING);
        (void)sd_bus_error_copy(&error, sd_bus_message_get_error(answer));
        status = command_explain(&error, -sd_bus_message_get_errno(answer));
        return finish(follower, running ? FOLLOW_STILL_RUNNING : status);
}

static void on_end(void *userdata) {
        struct follower *follower = userdata;

        if (follower->terminal) {
                put("\r\033[K"); /* the ^C */
                draw(follower, "");
        }
        fputs("pillion goes on by itself; 'pillion status' shows how far it is\n", stderr);
        (void)finish(follower, EXIT_GOES_ON);
}

/* The shell has had the terminal in between. */
static void on_return(void *userdata) {
        struct follower *follower = userdata;

        screen_forget(&follower->screen);
}

static int listen_to_signals(struct follower *follower) {
        static const struct {
                int number;
                const char *name;
                loop_signal_fn fn;
        } signals[] = {
                { SIGINT, "sigint", on_end },
                { SIGTERM, "sigterm", on_end },
                { SIGHUP, "sighup", on_end },
                { SIGCONT, "sigcont", on_return },
        };
        int r = 0;

        (void)signal(SIGPIPE, SIG_IGN); /* a reader that goes away calls nothing off, either */
        for (size_t i = 0; r >= 0 && i < sizeof(signals) / sizeof(*signals); i++)
                r = loop_add_signal(follower->loop, signals[i].number, signals[i].name, signals[i].fn,
                                    follower);
        return r;
}

static int run(struct follower *follower, sd_bus_message *call) {
        int r;

        r = sd_event_new(&follower->loop);
        if (r < 0)
                return r;
        r = listen_to_signals(follower);
        if (r < 0)
                return r;
        r = sd_bus_attach_event(follower->bus, follower->loop, SD_EVENT_PRIORITY_NORMAL);
        if (r < 0)
                return r;
        r = sd_bus_match_signal(follower->bus, NULL, BUS_NAME, BUS_PATH, "org.freedesktop.DBus.Properties",
                                "PropertiesChanged", on_change, follower);
        if (r < 0)
                return r;
        r = sd_bus_call_async(follower->bus, NULL, call, on_answer, follower, UINT64_MAX);
        return r < 0 ? r : sd_event_loop(follower->loop);
}

int follow(sd_bus *bus, sd_bus_message *call) {
        struct follower follower = {
                .bus = bus,
                .colour = terminal_wants_colour(stdout),
                .terminal = terminal_is(stdout),
        };
        sigset_t before;
        int r;

        (void)sigprocmask(SIG_SETMASK, NULL, &before);
        r = run(&follower, call);
        follower.tick = sd_event_source_disable_unref(follower.tick);
        (void)sd_bus_detach_event(bus);
        follower.loop = sd_event_unref(follower.loop);
        (void)sigprocmask(SIG_SETMASK, &before, NULL); /* Ctrl+C is the caller's again */
        if (r >= 0)
                return follower.outcome;
        fprintf(stderr, "pillion: pilliond cannot be called: %s; see 'pillion status'\n", strerror(-r));
        return EXIT_FAILED;
}
