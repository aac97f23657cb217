/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/loop: the one event loop of pilliond, an sd-event with the daemon's manners: SIGTERM and SIGINT end
 * it, SIGHUP asks for a reload, any other signal may call any function.
 *
 * Threads: everything here belongs to the main thread. Source: sd-event(3), sd_notify(3).
 */
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"

/*
 * sd-event disables a source whose callback returns an error and says so only at debug level. So every source
 * states what its failure means: a dominant one ends the loop and becomes the exit status; an auxiliary one
 * must deal with its errors itself and return 0.
 */
enum source_kind {
        SOURCE_AUXILIARY,
        SOURCE_DOMINANT,
};

/* Before input, which has SD_EVENT_PRIORITY_IMPORTANT and may come without end. */
#define PRIORITY_FIRST (SD_EVENT_PRIORITY_IMPORTANT - 1)

typedef void (*loop_signal_fn)(void *userdata);

/* Signals: SIGTERM, SIGINT, SIGHUP are blocked in the caller and so in every thread made later; SIGPIPE
 * ignored. ON_RELOAD runs in the loop on SIGHUP. The loop is the caller's, freed by loop_free(). */
int loop_new(sd_event **ret, loop_signal_fn on_reload, void *userdata);
sd_event *loop_free(sd_event *loop);
DEFINE_CLEANUP(sd_event, loop_free);

/*
 * FN runs in the loop on signal NUMBER, before whatever else waits there, so that a flood of input cannot
 * hold it up. The signal is blocked in the caller, and must be before other threads are made. NAME is static.
 */
int loop_add_signal(sd_event *loop, int number, const char *name, loop_signal_fn fn, void *userdata);

/*
 * Tells systemd, if it is listening, that start-up is complete, or a one-line state for `systemctl status`.
 */
void loop_notify_ready(void);
void loop_notify_stopping(void);
/* One message as sd_notify(3) has them. Never waits: to a systemd that does not listen it is lost. */
void loop_notify(const char *state);
__attribute__((format(printf, 1, 2))) void loop_notify_status(const char *format, ...);

/* NAME appears in debug logs and must be static; PRIORITY is an SD_EVENT_PRIORITY_*. */
void source_declare(sd_event_source *source, const char *name, int64_t priority, enum source_kind kind);

/* Creates the timer in *TIMER on first use, disarmed state allowed; then fires once USEC from now
 * (monotonic). */
int timer_arm(sd_event *loop, sd_event_source **timer, const char *name, uint64_t usec,
              sd_event_time_handler_t on_time, void *userdata);
void timer_disarm(sd_event_source *timer);
