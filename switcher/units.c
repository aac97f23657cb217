/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A job is done when the manager says that it has removed it. That may be before its path is known here, but
 * what comes while a call waits for its answer is kept, in order, until units_doze() lets it through.
 */
#include "switcher/units.h"

#include <stdarg.h>

#include "switcher/process.h"

#define MANAGER  "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"
#define SYSTEMD  "org.freedesktop.systemd1"
#define PATIENCE 25000000u /* with the manager itself */
#define TRIAL    300000u   /* what dies for want of a file or a library does so sooner */

struct units {
        sd_bus *bus;
        char *problem; /* borrowed */
        size_t size;
        const char *job; /* borrowed; what is waited for */
        char result[32]; /* "" until it is known */
};

int units_fail(struct units *units, int r, const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        vsnprintf(units->problem, units->size, format, ap);
        va_end(ap);
        return r;
}

static int on_job_removed(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        struct units *units = userdata;
        const char *job, *unit, *result;
        uint32_t id;

        if (sd_bus_message_read(message, "uoss", &id, &job, &unit, &result) >= 0 && units->job &&
            strcmp(job, units->job) == 0)
                snprintf(units->result, sizeof(units->result), "%s", result);
        return 0;
}

/* Signals of the manager come only to those who have subscribed. */
static int subscribe(struct units *units) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        int r;

        r = sd_bus_open_system(&units->bus);
        if (r < 0)
                return units_fail(units, r, "the system bus cannot be reached: %s", strerror(-r));
        (void)sd_bus_set_method_call_timeout(units->bus, PATIENCE);
        r = sd_bus_match_signal(units->bus, NULL, MANAGER, "JobRemoved", on_job_removed, units);
        if (r >= 0)
                r = sd_bus_call_method(units->bus, MANAGER, "Subscribe", &error, NULL, NULL);
        return r < 0 ? units_fail(units, r, "systemd does not answer: %s",
                                  error.message ? error.message : strerror(-r))
                     : 0;
}

int units_new(struct units **ret, char *problem, size_t size) {
        _cleanup_(units_freep) struct units *units = calloc(1, sizeof(*units));
        int r;

        if (!units)
                return -ENOMEM;
        units->problem = problem;
        units->size = size;
        r = subscribe(units);
        if (r < 0)
                return r;
        *ret = steal_ptr(units);
        return 0;
}

struct units *units_free(struct units *units) {
        if (!units)
                return NULL;
        sd_bus_flush_close_unref(units->bus);
        free(units);
        return NULL;
}

sd_bus *units_bus(struct units *units) {
        return units->bus;
}

int units_get(struct units *units, const char *unit, const char *interface, const char *property,
              char **ret) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        _cleanup_free_ char *path = NULL, *whole = NULL;
        int r;

        r = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &path);
        if (r < 0)
                return r;
        if (asprintf(&whole, SYSTEMD ".%s", interface) < 0) {
                whole = NULL;
                return -ENOMEM;
        }
        r = sd_bus_get_property_string(units->bus, SYSTEMD, path, whole, property, &error, ret);
        return r < 0 ? units_fail(units, r, "systemd does not tell %s of %s: %s", property, unit,
                                  error.message)
                     : 0;
}

int units_name(struct units *units, const char *unit, char **ret) {
        return units_get(units, unit, "Unit", "Id", ret);
}

int units_is_out_of_date(struct units *units, const char *unit) {
        _cleanup_free_ char *path = NULL;
        int is = 0, r;

        r = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &path);
        if (r >= 0)
                r = sd_bus_get_property_trivial(units->bus, SYSTEMD, path, SYSTEMD ".Unit",
                                                "NeedDaemonReload", NULL, 'b', &is);
        return r < 0 ? r : is;
}

int units_reload(struct units *units) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        int r;

        r = sd_bus_call_method(units->bus, MANAGER, "Reload", &error, NULL, NULL);
        return r < 0 ? units_fail(units, r, "systemd does not read its files again: %s", error.message) : 0;
}

static bool is_one_of(const char *text, const char *const *list) {
        for (; *list; list++)
                if (strcmp(text, *list) == 0)
                        return true;
        return false;
}

static int is_in(struct units *units, const char *unit, const char *const *states) {
        _cleanup_free_ char *state = NULL;
        int r;

        r = units_get(units, unit, "Unit", "ActiveState", &state);
        return r < 0 ? r : is_one_of(state, states);
}

int units_is_up(struct units *units, const char *unit) {
        return is_in(units, unit, (const char *const[]){ "active", "reloading", "activating", NULL });
}

static int is_down(struct units *units, const char *unit) {
        return is_in(units, unit, (const char *const[]){ "inactive", "failed", NULL });
}

int units_doze(struct units *units, uint64_t usec) {
        int r;

        r = sd_bus_process(units->bus, NULL);
        if (r == 0) {
                r = sd_bus_wait(units->bus, usec);
                r = r > 0 ? sd_bus_process(units->bus, NULL) : r;
        }
        return r < 0 && r != -EINTR ? units_fail(units, r, "the system bus is gone: %s", strerror(-r))
                                    : r > 0;
}

int units_await(struct units *units, sd_bus_message *answer, uint64_t usec, const char **ret) {
        uint64_t deadline = now_usec() + usec, now;
        const char *job;
        int r;

        r = sd_bus_message_read(answer, "o", &job);
        if (r < 0)
                return r;
        units->job = job;
        *units->result = '\0';
        while (r >= 0 && !*units->result && (now = now_usec()) < deadline)
                r = units_doze(units, deadline - now);
        units->job = NULL;
        if (r < 0)
                return r;
        *ret = units->result;
        return *units->result ? 0 : -ETIMEDOUT;
}

/* Whether nothing can be started any more. */
static bool goes_down(struct units *units) {
        _cleanup_free_ char *state = NULL;

        return sd_bus_get_property_string(units->bus, MANAGER, "SystemState", NULL, &state) >= 0 &&
               strcmp(state, "stopping") == 0;
}

/* METHOD is StartUnit or StopUnit. */
static int run_job(struct units *units, const char *method, const char *unit, uint64_t usec) {
        const char *verb = strcmp(method, "StartUnit") == 0 ? "start" : "stop", *result;
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
        int r;

        r = sd_bus_call_method(units->bus, MANAGER, method, &error, &answer, "ss", unit, "replace");
        if (r < 0)
                return units_fail(units, r, "cannot %s %s: %s", verb, unit, error.message);
        r = units_await(units, answer, usec, &result);
        if (r == -ETIMEDOUT)
                return units_fail(units, r, "%s does not %s within %u s: 'journalctl -u %s' may say why",
                                  unit, verb, (unsigned)(usec / 1000000), unit);
        if (r < 0 || strcmp(result, "done") == 0)
                return r;
        return units_fail(units, -EIO, "%s did not %s (%s): 'journalctl -u %s' says why", unit, verb, result,
                          unit);
}

static int on_change(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        return 0; /* to wake up is all */
}

/* For TRIAL, or until it is not up. */
static int watch(struct units *units, const char *unit) {
        _cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
        uint64_t deadline = now_usec() + TRIAL, now;
        _cleanup_free_ char *path = NULL;
        int r;

        r = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &path);
        if (r < 0)
                return r;
        r = sd_bus_match_signal(units->bus, &slot, SYSTEMD, path, "org.freedesktop.DBus.Properties",
                                "PropertiesChanged", on_change, NULL);
        while (r >= 0 && (now = now_usec()) < deadline && units_is_up(units, unit) > 0)
                r = units_doze(units, deadline - now);
        return r;
}

/* A process is there: that is all that systemd knows of such a one. */
static bool is_simple(const char *type) {
        return strcmp(type, "simple") == 0 || strcmp(type, "idle") == 0;
}

static int check_started(struct units *units, const char *unit) {
        _cleanup_free_ char *type = NULL, *result = NULL;
        int r;

        if (units_get(units, unit, "Service", "Type", &type) < 0)
                return 0; /* no service */
        r = is_simple(type) ? watch(units, unit) : 0;
        if (r < 0)
                return r;
        r = units_get(units, unit, "Service", "Result", &result);
        if (r < 0)
                return r;
        r = units_is_up(units, unit);
        if (r > 0 || (r == 0 && strcmp(type, "oneshot") == 0 && strcmp(result, "success") == 0))
                return 0;
        return r < 0 ? r
                     : units_fail(units, -EIO,
                                  "%s has started and ended at once (%s): 'journalctl -u %s' says why", unit,
                                  result, unit);
}

int units_start(struct units *units, const char *unit, uint64_t usec) {
        int r;

        r = units_is_up(units, unit);
        if (r != 0)
                return r < 0 ? r : 0;
        if (goes_down(units))
                return 0;
        (void)sd_bus_call_method(units->bus, MANAGER, "ResetFailedUnit", NULL, NULL, "s", unit);
        r = run_job(units, "StartUnit", unit, usec);
        return r < 0 ? r : check_started(units, unit);
}

int units_stop(struct units *units, const char *unit, uint64_t usec) {
        int r;

        r = is_down(units, unit);
        if (r != 0)
                return r < 0 ? r : 0;
        r = run_job(units, "StopUnit", unit, usec);
        if (r < 0)
                return r;
        r = is_down(units, unit);
        return r == 0  ? units_fail(units, -EIO,
                                    "%s was stopped, and is there again: something starts it; 'systemctl "
                                     "status %s' may say what",
                                    unit, unit)
               : r < 0 ? r
                       : 0;
}
