/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program of the profile's. TARGET: ""; told: apply-arg and undo-arg, a word of the program's each, in
 * order, none if nothing is to be run; timeout in microseconds; device, each that is lent.
 *
 * It runs as a unit of its own: outside of our confinement, and killed with all that it has started when its
 * time is over. It may start nothing that is to stay. Its words are what they are: nothing in them is
 * expanded. It has PILLION_PROFILE, PILLION_DIRECTION (lend or return), PILLION_STEP (before-lend,
 * after-lend, before-return or after-return) and PILLION_DEVICES in its environment, and its output goes to
 * the journal. What an interrupted call has left running is ended before it is run again, and before what
 * undoes it is.
 *
 * The program, and all that leads to it, must be root's and nobody else's to write, at this very time.
 *
 * State and result: none.
 */
#include <fcntl.h>

#include "core/parse.h"
#include "switcher/steps.h"
#include "switcher/trusted.h"
#include "switcher/units.h"

#define TIMEOUT_USEC  (60 * 1000000u)
#define FAREWELL_USEC (2 * 1000000u)  /* between SIGTERM and SIGKILL */
#define SLACK_USEC    (20 * 1000000u) /* for systemd to see that all have gone */
/* What was interrupted is ended first, one of each kind. */
#define HOOK_USEC (2 * SLACK_USEC + HOOK_MAX_USEC + FAREWELL_USEC + SLACK_USEC + 10 * 1000000u)

struct hook {
        const char *key;                /* of its words */
        const char *direction, *moment; /* as it is told */
        const char *program;            /* borrowed from the step */
        char *unit;
        uint64_t timeout;
        char *devices; /* NULL: it is not to know */
};

static void hook_done(struct hook *hook) {
        free(hook->unit);
        free(hook->devices);
}

/* The values of KEY with a blank between. NULL: no memory. */
static char *join(const struct words *told, const char *key) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        const char *blank = "";

        if (!out)
                return NULL;
        for (size_t i = 0; i < told->n; i++)
                if (strcmp(told->items[i].key, key) == 0) {
                        fprintf(out, "%s%s", blank, told->items[i].value);
                        blank = " ";
                }
        return close_memstream(out, &text);
}

static const char *moment_of(enum step_kind kind, bool undo) {
        if (kind == STEP_HOOK_OUTER)
                return undo ? "after-return" : "before-lend";
        return undo ? "before-return" : "after-lend";
}

/* The caller's; NULL: no memory. */
static char *unit_of(const struct step_call *call, bool undo) {
        const char *moment = moment_of(call->step->kind, undo);
        char *unit;

        return asprintf(&unit, "pillion-hook-%s-%s.service", call->profile, moment) < 0 ? NULL : unit;
}

static int hook_prepare(struct step_call *call, bool undo, struct hook *hook) {
        const struct words *told = &call->step->told;
        const char *timeout = words_get(told, "timeout");

        *hook = (struct hook){ .key = undo ? "undo-arg" : "apply-arg",
                               .direction = undo ? "return" : "lend",
                               .moment = moment_of(call->step->kind, undo) };
        hook->program = words_get(told, hook->key);
        hook->timeout = TIMEOUT_USEC;
        if (timeout && parse_unsigned(timeout, 1, HOOK_MAX_USEC, &hook->timeout) < 0)
                return step_fail(call, -EINVAL, "a hook may take up to %u s",
                                 (unsigned)(HOOK_MAX_USEC / 1000000));
        if (words_get(told, "device")) {
                hook->devices = join(told, "device");
                if (!hook->devices)
                        return -ENOMEM;
        }
        hook->unit = unit_of(call, undo);
        return hook->unit ? 0 : -ENOMEM;
}

static int check_program(struct step_call *call, const char *program) {
        char why[400] = "";
        int fd;

        if (*program != '/')
                return step_fail(call, -EINVAL, "the hook '%s' has to be an absolute path", program);
        fd = trusted_open(program, O_PATH, 0, why, sizeof(why));
        if (fd < 0)
                return step_fail(call, fd, "the hook '%s' is not run: %s", program,
                                 *why ? why : strerror(-fd));
        close_fd(fd);
        return 0;
}

static int append_words(sd_bus_message *message, const struct hook *hook, const struct words *told) {
        int r;

        r = sd_bus_message_open_container(message, 'a', "s");
        for (size_t i = 0; r >= 0 && i < told->n; i++)
                if (strcmp(told->items[i].key, hook->key) == 0)
                        r = sd_bus_message_append(message, "s", told->items[i].value);
        return r < 0 ? r : sd_bus_message_close_container(message);
}

/* As ExecStartEx= takes it, one command, in whose words nothing is expanded. */
static int append_program(sd_bus_message *message, const struct hook *hook, const struct words *told) {
        int r;

        r = sd_bus_message_open_container(message, 'r', "sv");
        if (r >= 0)
                r = sd_bus_message_append(message, "s", "ExecStartEx");
        if (r >= 0)
                r = sd_bus_message_open_container(message, 'v', "a(sasas)");
        if (r >= 0)
                r = sd_bus_message_open_container(message, 'a', "(sasas)");
        if (r >= 0)
                r = sd_bus_message_open_container(message, 'r', "sasas");
        if (r >= 0)
                r = sd_bus_message_append(message, "s", hook->program);
        if (r >= 0)
                r = append_words(message, hook, told);
        if (r >= 0)
                r = sd_bus_message_append(message, "as", 1, "no-env-expand");
        for (int i = 0; r >= 0 && i < 4; i++)
                r = sd_bus_message_close_container(message);
        return r;
}

static int append_environment(sd_bus_message *message, const struct step_call *call,
                              const struct hook *hook) {
        char profile[200], direction[64], moment[64];
        _cleanup_free_ char *devices = NULL;

        snprintf(profile, sizeof(profile), "PILLION_PROFILE=%s", call->profile);
        snprintf(direction, sizeof(direction), "PILLION_DIRECTION=%s", hook->direction);
        snprintf(moment, sizeof(moment), "PILLION_STEP=%s", hook->moment);
        if (hook->devices && asprintf(&devices, "PILLION_DEVICES=%s", hook->devices) < 0) {
                devices = NULL;
                return -ENOMEM;
        }
        return devices ? sd_bus_message_append(message, "(sv)", "Environment", "as", 4, profile, direction,
                                               moment, devices)
                       : sd_bus_message_append(message, "(sv)", "Environment", "as", 3, profile, direction,
                                               moment);
}

/*
 * No default dependencies: it must run while the machine goes down, too. A reference of ours keeps the unit,
 * and with it its result, until we have read it.
 */
static int append_properties(sd_bus_message *message, const struct step_call *call, const struct hook *hook) {
        char description[200];
        int r;

        snprintf(description, sizeof(description), "%s of pillion's profile %s", hook->moment, call->profile);
        r = sd_bus_message_append(message, "(sv)(sv)(sv)(sv)(sv)(sv)(sv)(sv)", "Description", "s",
                                  description, "Type", "s", "oneshot", "KillMode", "s", "control-group",
                                  "TimeoutStartUSec", "t", hook->timeout, "TimeoutStopUSec", "t",
                                  (uint64_t)FAREWELL_USEC, "CollectMode", "s", "inactive-or-failed",
                                  "DefaultDependencies", "b", 0, "AddRef", "b", 1);
        if (r >= 0)
                r = append_environment(message, call, hook);
        return r < 0 ? r : append_program(message, hook, &call->step->told);
}

static int compose(struct units *units, const struct step_call *call, const struct hook *hook,
                   sd_bus_message **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
        int r;

        r = sd_bus_message_new_method_call(units_bus(units), &message, "org.freedesktop.systemd1",
                                           "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
                                           "StartTransientUnit");
        if (r >= 0)
                r = sd_bus_message_append(message, "ss", hook->unit, "fail");
        if (r >= 0)
                r = sd_bus_message_open_container(message, 'a', "(sv)");
        if (r >= 0)
                r = append_properties(message, call, hook);
        if (r >= 0)
                r = sd_bus_message_close_container(message);
        if (r >= 0)
                r = sd_bus_message_append(message, "a(sa(sv))", 0);
        if (r < 0)
                return r;
        *ret = steal_ptr(message);
        return 0;
}

/* Why it did not come to a good end. */
static int blame(struct step_call *call, struct units *units, const struct hook *hook, const char *job) {
        _cleanup_free_ char *result = NULL, *path = NULL;
        int32_t status = 0;

        if (units_get(units, hook->unit, "Service", "Result", &result) < 0)
                return step_fail(call, -EIO, "the hook '%s' failed (%s): 'journalctl -u %s' may say why",
                                 hook->program, job, hook->unit);
        if (sd_bus_path_encode("/org/freedesktop/systemd1/unit", hook->unit, &path) >= 0)
                (void)sd_bus_get_property_trivial(units_bus(units), "org.freedesktop.systemd1", path,
                                                  "org.freedesktop.systemd1.Service", "ExecMainStatus", NULL,
                                                  'i', &status);
        if (strcmp(result, "timeout") == 0)
                return step_fail(call, -ETIMEDOUT, "the hook '%s' took longer than %.3g s, and was killed",
                                 hook->program, (double)hook->timeout / 1e6);
        return step_fail(call, -EIO, "the hook '%s' failed (%s, status %d): 'journalctl -u %s' may say why",
                         hook->program, result, (int)status, hook->unit);
}

static int run(struct step_call *call, struct units *units, const struct hook *hook) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL, *answer = NULL;
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        const char *result;
        int r;

        r = units_stop(units, hook->unit, SLACK_USEC);
        if (r >= 0)
                r = compose(units, call, hook, &message);
        if (r < 0)
                return r;
        r = sd_bus_call(units_bus(units), message, 0, &error, &answer);
        if (r < 0)
                return step_fail(call, r, "the hook '%s' cannot be started: %s", hook->program,
                                 error.message);
        r = units_await(units, answer, hook->timeout + FAREWELL_USEC + SLACK_USEC, &result);
        if (r == -ETIMEDOUT)
                return step_fail(call, r,
                                 "the hook '%s' could not be ended: 'systemctl status %s' shows what is left",
                                 hook->program, hook->unit);
        return r < 0 || strcmp(result, "done") == 0 ? r : blame(call, units, hook, result);
}

static int call_hook(struct step_call *call, bool undo) {
        _cleanup_(units_freep) struct units *units = NULL;
        _cleanup_(hook_done) struct hook hook = { 0 };
        int r;

        r = hook_prepare(call, undo, &hook);
        if (r < 0 || !hook.program)
                return r;
        r = check_program(call, hook.program);
        if (r < 0)
                return r;
        r = units_new(&units, call->problem, sizeof(call->problem));
        return r < 0 ? r : run(call, units, &hook);
}

/* Both are looked at before anything has changed: a hook that will be refused later had better be now. */
static int observe(struct step_call *call) {
        const char *apply = words_get(&call->step->told, "apply-arg"),
                   *undo = words_get(&call->step->told, "undo-arg");
        int r;

        r = apply ? check_program(call, apply) : 0;
        return r < 0 || !undo ? r : check_program(call, undo);
}

static int apply(struct step_call *call) {
        return call_hook(call, false);
}

/* It may run still, if whoever waited for it was killed. */
static int end_applied(struct step_call *call) {
        _cleanup_(units_freep) struct units *units = NULL;
        _cleanup_free_ char *unit = unit_of(call, false);
        int r;

        if (!unit)
                return -ENOMEM;
        r = units_new(&units, call->problem, sizeof(call->problem));
        return r < 0 ? r : units_stop(units, unit, SLACK_USEC);
}

static int undo(struct step_call *call) {
        int r = words_get(&call->step->told, "apply-arg") ? end_applied(call) : 0;

        return r < 0 ? r : call_hook(call, true);
}

const struct step_type step_hook = { HOOK_USEC, HOOK_USEC, observe, apply, undo };
