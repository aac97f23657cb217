/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One case a path. An answer to a question that was asked before the last reason to ask anew counts only if
 * it is a descriptor: the question "may I, now that the session is active?" must not be answered by what was
 * so a moment ago.
 */
#include "input/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-login.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/devices.h"

#define ABSENT "pillion-devices, which could open it for you, is not installed or cannot be started"

struct request {
        struct opener *opener; /* borrowed */
        struct request *next;  /* owner: opener.requests */
        char *path;
        sd_bus_slot *asked; /* NULL: it was answered */
        unsigned asked_at;  /* opener.reasons, then */
        int fd;             /* what was given and not taken yet, or -1 */
        char *refusal;      /* or why not */
};

struct opener {
        sd_event *loop;
        sd_bus *bus; /* NULL until it is needed */
        struct request *requests;
        unsigned reasons;           /* to ask anew: how many there were */
        sd_login_monitor *sessions; /* NULL: not needed yet, or no logind */
        sd_event_source *changed;
        opener_ready_fn on_ready;
        void *userdata;
};

static struct request *find(const struct opener *opener, const char *path) {
        struct request *request = opener->requests;

        while (request && strcmp(request->path, path) != 0)
                request = request->next;
        return request;
}

static void request_free(struct request *request) {
        sd_bus_slot_unref(request->asked);
        close_fd(request->fd);
        free(request->refusal);
        free(request->path);
        free(request);
}

static void drop(struct request *request) {
        struct request **link = &request->opener->requests;

        while (*link != request)
                link = &(*link)->next;
        *link = request->next;
        request_free(request);
}

/* --- the answer --- */

static bool is_absent(const sd_bus_error *error) {
        return sd_bus_error_has_names(error, SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER,
                                      "org.freedesktop.DBus.Error.Spawn.ServiceNotFound",
                                      "org.freedesktop.systemd1.NoSuchUnit",
                                      "org.freedesktop.systemd1.UnitMasked", NULL);
}

static void on_refused(struct request *request, const sd_bus_error *error) {
        const char *why = is_absent(error) ? ABSENT : error->message ? error->message : error->name;

        if (sd_bus_error_has_name(error, DEVICES_ERROR_ENDING) ||
            request->asked_at != request->opener->reasons) {
                drop(request);
                return;
        }
        request->refusal = strdup(why);
        log_event(LOG_DEBUG, (.device = request->path), "'%s' was not opened for us: %s", request->path, why);
}

static void on_given(struct request *request, sd_bus_message *reply) {
        int fd;

        if (sd_bus_message_read(reply, "h", &fd) >= 0)
                request->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (request->fd < 0)
                request->refusal = strdup("pillion-devices gave no descriptor");
}

static int on_reply(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error) {
        struct request *request = userdata;
        struct opener *opener = request->opener;

        request->asked = sd_bus_slot_unref(request->asked);
        if (sd_bus_message_is_method_error(reply, NULL))
                on_refused(request, sd_bus_message_get_error(reply));
        else
                on_given(request, reply);
        opener->on_ready(opener->userdata);
        return 1;
}

/* --- reasons to ask anew --- */

void opener_retry(struct opener *opener) {
        opener->reasons++;
        for (struct request *request = opener->requests, *next; request; request = next) {
                next = request->next;
                if (!request->asked && request->fd < 0)
                        drop(request);
        }
}

void opener_forget(struct opener *opener, const char *path) {
        struct request *request = find(opener, path);

        if (request)
                drop(request);
}

static int on_session_change(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        struct opener *opener = userdata;

        (void)sd_login_monitor_flush(opener->sessions);
        opener_retry(opener);
        opener->on_ready(opener->userdata);
        return 0;
}

static void watch_sessions(struct opener *opener) {
        if (opener->sessions || sd_login_monitor_new("session", &opener->sessions) < 0)
                return;
        if (sd_event_add_io(opener->loop, &opener->changed, sd_login_monitor_get_fd(opener->sessions),
                            (uint32_t)sd_login_monitor_get_events(opener->sessions), on_session_change,
                            opener) < 0)
                return;
        source_declare(opener->changed, "input-sessions", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
}

/* The service has taken a device back. If it only restarts, it gives it again. */
static int on_revoked(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct opener *opener = userdata;

        opener->on_ready(opener->userdata);
        return 0;
}

/* --- the question --- */

static int connect_bus(struct opener *opener) {
        _cleanup_(sd_bus_close_unrefp) sd_bus *bus = NULL;
        int r;

        if (opener->bus && sd_bus_is_open(opener->bus) > 0)
                return 0;
        opener->bus = sd_bus_close_unref(opener->bus);
        r = sd_bus_open_system(&bus);
        if (r < 0)
                return r;
        r = sd_bus_attach_event(bus, opener->loop, SD_EVENT_PRIORITY_NORMAL);
        if (r < 0)
                return r;
        r = sd_bus_match_signal_async(bus, NULL, DEVICES_NAME, DEVICES_PATH, DEVICES_IFACE, "Revoked",
                                      on_revoked, NULL, opener);
        if (r < 0)
                return r;
        opener->bus = steal_ptr(bus);
        return 0;
}

static int call(struct request *request) {
        struct opener *opener = request->opener;
        int r;

        r = connect_bus(opener);
        if (r < 0)
                return r;
        watch_sessions(opener);
        request->asked_at = opener->reasons;
        if (strcmp(request->path, DEVICES_UINPUT) == 0)
                return sd_bus_call_method_async(opener->bus, &request->asked, DEVICES_NAME, DEVICES_PATH,
                                                DEVICES_IFACE, "OpenUinput", on_reply, request, NULL);
        return sd_bus_call_method_async(opener->bus, &request->asked, DEVICES_NAME, DEVICES_PATH,
                                        DEVICES_IFACE, "OpenInput", on_reply, request, "s", request->path);
}

/* ERROR is what we cannot do ourselves, and stays so if nobody can be asked. */
static int ask(struct opener *opener, const char *path, int error) {
        struct request *request = calloc(1, sizeof(*request));

        if (!request)
                return -ENOMEM;
        *request = (struct request){ .opener = opener, .path = strdup(path), .fd = -1 };
        if (!request->path || call(request) < 0) {
                request_free(request);
                return error;
        }
        request->next = opener->requests;
        opener->requests = request;
        return -EINPROGRESS;
}

int opener_open(struct opener *opener, const char *path) {
        int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
        int error = fd < 0 ? -errno : 0;
        struct request *request;

        if (error != -EACCES && error != -EPERM) {
                opener_forget(opener, path);
                return fd >= 0 ? fd : error;
        }
        request = find(opener, path);
        if (!request)
                return ask(opener, path, error);
        if (request->asked)
                return -EINPROGRESS;
        if (request->fd < 0)
                return error;
        fd = steal_fd(request->fd);
        drop(request);
        return fd;
}

bool opener_problem(const struct opener *opener, const char *path, char *buf, size_t size) {
        const struct request *request = find(opener, path);

        if (!request || !request->refusal)
                return false;
        snprintf(buf, size, "%s", request->refusal);
        return true;
}

int opener_new(struct opener **ret, sd_event *loop, opener_ready_fn on_ready, void *userdata) {
        struct opener *opener = calloc(1, sizeof(*opener));

        if (!opener)
                return -ENOMEM;
        *opener = (struct opener){ .loop = sd_event_ref(loop), .on_ready = on_ready, .userdata = userdata };
        *ret = opener;
        return 0;
}

struct opener *opener_free(struct opener *opener) {
        if (!opener)
                return NULL;
        while (opener->requests)
                drop(opener->requests);
        opener->changed = sd_event_source_disable_unref(opener->changed);
        opener->sessions = sd_login_monitor_unref(opener->sessions);
        opener->bus = sd_bus_close_unref(opener->bus);
        opener->loop = sd_event_unref(opener->loop);
        free(opener);
        return NULL;
}
