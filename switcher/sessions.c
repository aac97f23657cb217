/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * That a session is closing is not always a signal: it is looked for every quarter of a second as well.
 */
#include "switcher/sessions.h"

#include <systemd/sd-login.h>

#include "switcher/desktop.h"
#include "switcher/process.h"
#include "switcher/sysfs.h"

#define LOGIND "org.freedesktop.login1"
#define LOOK   250000u
#define DEPTH  16 /* processes between a session and its display manager: one, as they are known */

static bool has_member(const struct words *sessions, const char *id) {
        for (size_t i = 0; i < sessions->n; i++)
                if (strcmp(sessions->items[i].key, "session") == 0 &&
                    strcmp(sessions->items[i].value, id) == 0)
                        return true;
        return false;
}

static pid_t parent_of(pid_t pid) {
        _cleanup_free_ char *stat = NULL;
        const char *rest;
        int parent;

        if (sysfs_read(&stat, "", "/proc/%d/stat", (int)pid) < 0)
                return 0;
        rest = strrchr(stat, ')'); /* its name may have any character */
        return rest && sscanf(rest, ") %*c %d", &parent) == 1 ? parent : 0;
}

static bool descends_from(pid_t pid, const char *unit) {
        for (int i = 0; i < DEPTH && pid > 1; i++, pid = parent_of(pid)) {
                _cleanup_free_ char *is = NULL;

                if (sd_pid_get_unit(pid, &is) >= 0 && strcmp(is, unit) == 0)
                        return true;
        }
        return false;
}

/* Those that there are now. No logind, no sessions. */
static int look(struct units *units, struct desktop **ret) {
        int r;

        r = desktop_look(ret, units_bus(units));
        if (r != -EHOSTUNREACH)
                return r < 0 ? units_fail(units, r, "logind does not tell the sessions: %s", strerror(-r))
                             : 0;
        *ret = calloc(1, sizeof(**ret));
        return *ret ? 0 : -ENOMEM;
}

/* 0: it has gone. */
static pid_t leader_of(struct units *units, const char *id) {
        _cleanup_free_ char *path = NULL;
        uint32_t leader;

        if (sd_bus_path_encode("/org/freedesktop/login1/session", id, &path) < 0 ||
            sd_bus_get_property_trivial(units_bus(units), LOGIND, path, LOGIND ".Session", "Leader", NULL,
                                        'u', &leader) < 0)
                return 0;
        return (pid_t)leader;
}

int sessions_find(struct units *units, const char *unit, struct words *sessions) {
        _cleanup_(desktop_freep) struct desktop *desktop = NULL;
        _cleanup_free_ char *name = NULL;
        int r;

        r = units_name(units, unit, &name);
        if (r >= 0)
                r = look(units, &desktop);
        for (size_t i = 0; r >= 0 && i < desktop->n_sessions; i++) {
                const char *id = desktop->sessions[i].id;

                if (!has_member(sessions, id) && descends_from(leader_of(units, id), name))
                        r = words_add(sessions, "session", id);
        }
        return r;
}

/* 1: one is left, which the problem names. */
static int find_left(struct units *units, const struct words *sessions) {
        _cleanup_(desktop_freep) struct desktop *desktop = NULL;
        int r;

        r = look(units, &desktop);
        if (r < 0)
                return r;
        for (size_t i = 0; i < desktop->n_sessions; i++) {
                const struct desktop_session *session = &desktop->sessions[i];

                if (has_member(sessions, session->id))
                        return units_fail(units, 1, "session %s of %s (%s on %s) is still there", session->id,
                                          session->user, session->type, session->seat);
        }
        return 0;
}

static int on_signal(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        return 0; /* to wake up is all */
}

int sessions_await_end(struct units *units, const struct words *sessions, uint64_t usec) {
        _cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
        uint64_t deadline = now_usec() + usec;
        int r;

        r = sd_bus_match_signal(units_bus(units), &slot, LOGIND, NULL, NULL, NULL, on_signal, NULL);
        if (r < 0)
                return units_fail(units, r, "logind cannot be watched: %s", strerror(-r));
        while ((r = find_left(units, sessions)) > 0) {
                if (now_usec() >= deadline)
                        return -ETIMEDOUT;
                r = units_doze(units, LOOK);
                if (r < 0)
                        return r;
        }
        return r;
}

/* One that has gone meanwhile cannot be ended: whether any is left is looked at anyway. */
int sessions_terminate(struct units *units, const struct words *sessions) {
        int r = 0;

        for (size_t i = 0; i < sessions->n; i++) {
                _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
                const char *id = sessions->items[i].value;

                if (strcmp(sessions->items[i].key, "session") != 0)
                        continue;
                r = sd_bus_call_method(units_bus(units), LOGIND, "/org/freedesktop/login1", LOGIND ".Manager",
                                       "TerminateSession", &error, NULL, "s", id);
                if (r < 0 && !sd_bus_error_has_name(&error, LOGIND ".NoSuchSession"))
                        return units_fail(units, r, "logind does not end session %s: %s", id, error.message);
        }
        return 0;
}
