/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stdout is for whoever stands before the machine, so it is spared what the journal gets: under systemd all
 * goes to the log, by hand all goes to stdout.
 */
#include "switcher/progress.h"

#include <inttypes.h>
#include <stdarg.h>

#include "core/log.h"
#include "core/loop.h"
#include "core/terminal.h"
#include "switcher/progress-state.h"

#define MARGIN_USEC (60 * 1000000u) /* that systemd gives a step beyond its own time */

struct progress {
        struct progress_view view;
        char *run, *profile;
        FILE *out; /* borrowed; NULL: the log */
        bool terminal, colours;
        const struct step *step; /* borrowed, while it is being done */
};

int progress_new(struct progress **ret, const struct progress_options *options) {
        _cleanup_(progress_freep) struct progress *progress = calloc(1, sizeof(*progress));

        if (!progress || replace_string(&progress->run, options->run) < 0 ||
            progress_set_profile(progress, options->profile) < 0)
                return -ENOMEM;
        progress->out = log_is_journal() ? NULL : options->out;
        progress->terminal = progress->out && terminal_is(progress->out);
        progress->colours = progress->terminal && terminal_wants_colour(progress->out);
        *ret = steal_ptr(progress);
        return 0;
}

struct progress *progress_free(struct progress *progress) {
        if (!progress)
                return NULL;
        free(progress->run);
        free(progress->profile);
        free(progress);
        return NULL;
}

int progress_set_profile(struct progress *progress, const char *profile) {
        int r = replace_string(&progress->profile, profile);

        progress->view.profile = progress->profile;
        return r;
}

static void keep(const struct progress *progress) {
        if (progress->run)
                (void)progress_state_write(progress->run, &progress->view);
}

/* A state that is entered again, or in which nothing has changed hands, is no news. */
static void log_hands(const struct progress *progress, enum progress_state state) {
        enum progress_state before = progress->view.state;

        if (progress->out || !progress->profile || state == before)
                return;
        if (state == PROGRESS_LENT)
                log_event(LOG_NOTICE, (.domain = progress->profile, .message = MESSAGE_HARDWARE_LENT),
                          "The hardware of '%s' is lent", progress->profile);
        else if (state == PROGRESS_HOST)
                log_event(LOG_NOTICE, (.domain = progress->profile, .message = MESSAGE_HARDWARE_RETURNED),
                          "The hardware of '%s' is the host's again", progress->profile);
}

void progress_enter(struct progress *progress, enum progress_state state, const char *reason) {
        bool begins = progress_state_is_switching(state);

        log_hands(progress, state);
        if (begins && state != progress->view.state)
                progress->view.warning[0] = '\0';
        if (begins && !progress_state_is_switching(progress->view.state))
                progress->view.ended[0] = '\0'; /* one that is called off goes on, backwards */
        progress->view.state = state;
        progress->view.since = progress_clock();
        progress->view.step[0] = '\0';
        progress->view.number = 0;
        progress->view.of = 0;
        snprintf(progress->view.reason, sizeof(progress->view.reason), "%s", reason ? reason : "");
        keep(progress);
}

/* Over what was there, if it may still be changed. */
static void print(struct progress *progress, const char *mark, const char *colour, const char *text,
                  bool over) {
        const char *begin = progress->terminal ? "\r\033[K" : "";

        if (!progress->out || (over && !progress->terminal))
                return;
        if (progress->colours && *colour)
                fprintf(progress->out, "%s\033[%sm%s\033[0m%s%s", begin, colour, mark, text,
                        over ? "" : "\n");
        else
                fprintf(progress->out, "%s%s%s%s", begin, mark, text, over ? "" : "\n");
        fflush(progress->out);
}

static void log_step(const struct progress *progress, int level, enum message message, const char *text) {
        if (!progress->out)
                log_event(level,
                          (.message = message, .domain = progress->profile,
                           .step = step_kind_name(progress->step->kind),
                           .device = *progress->step->target ? progress->step->target : NULL),
                          "%s", text);
}

void progress_wait(uint64_t usec) {
        char text[64];

        snprintf(text, sizeof(text), "EXTEND_TIMEOUT_USEC=%" PRIu64, usec + MARGIN_USEC);
        loop_notify(text);
}

void progress_begin(struct progress *progress, const struct progress_step *step) {
        struct progress_view *view = &progress->view;
        char text[400];

        progress->step = step->step;
        step_describe(step->step, step->undo, view->step, sizeof(view->step));
        view->number = step->number;
        view->of = step->of;
        view->since = progress_clock();
        keep(progress);
        snprintf(text, sizeof(text), "        %s", view->step);
        print(progress, "…", "2", text, true);
        loop_notify_status("%u of %u: %s", view->number, view->of, view->step);
        progress_wait(step->usec);
}

void progress_say(struct progress *progress, const char *text) {
        char line[700];

        snprintf(line, sizeof(line), "        %s: %s", progress->view.step, text);
        print(progress, "…", "2", line, true);
        snprintf(line, sizeof(line), "%s: %s", progress->view.step, text);
        log_step(progress, LOG_DEBUG, MESSAGE_NONE, line);
}

/* Kept until the next switch begins: whoever looks later has to see it, too. */
static void warn(struct progress *progress, const char *problem) {
        struct progress_view *view = &progress->view;
        size_t length = strlen(view->warning);

        snprintf(view->warning + length, sizeof(view->warning) - length, "%s%s: %s", length > 0 ? "; " : "",
                 view->step, problem);
}

/* What has ended gets into the file with what comes next, which is at once. */
void progress_end(struct progress *progress, uint64_t usec, const char *problem, bool optional) {
        const char *mark = !problem ? "✓" : optional ? "!" : "✗";
        const char *colour = !problem ? "32" : optional ? "33" : "31";
        char text[1400];

        snprintf(text, sizeof(text), " %4.1f s  %s%s%s", (double)usec / 1e6, progress->view.step,
                 problem ? ": " : "", problem ? problem : "");
        print(progress, mark, colour, text, false);
        snprintf(text, sizeof(text), "%s%s %.1f s  %s%s%s", problem ? "" : mark,
                 problem ? "Failed after" : "", (double)usec / 1e6, progress->view.step, problem ? ": " : "",
                 problem ? problem : "");
        log_step(progress,
                 !problem   ? LOG_INFO
                 : optional ? LOG_WARNING
                            : LOG_ERR,
                 problem ? MESSAGE_STEP_FAILED : MESSAGE_NONE, text);
        if (problem && optional)
                warn(progress, problem);
        if (!problem || optional)
                progress_state_append(progress->view.ended, progress->view.step);
        progress->step = NULL;
}

void progress_report(struct progress *progress, int level, enum message message, const char *format, ...) {
        char text[1600];
        va_list ap;

        va_start(ap, format);
        vsnprintf(text, sizeof(text), format, ap);
        va_end(ap);
        print(progress, "", level <= LOG_ERR ? "31" : level == LOG_WARNING ? "33" : "", text, false);
        if (!progress->out)
                log_event(level, (.domain = progress->profile, .message = message), "%s", text);
}
