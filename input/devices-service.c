/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of questions: who asks (an answer without waiting, so that a stranger costs next to nothing), may
 * it (polkit, later), what is it (the node, only once it is allowed: a stranger learns nothing of what is
 * there).
 *
 * The end: systemd is told first, so that it queues a start that comes now; then the name is given back, and
 * what arrives until that is confirmed is told to ask again.
 */
#include "input/devices-service.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/devices-config.h"
#include "input/devices-loans.h"
#include "input/devices-node.h"
#include "input/devices-polkit.h"
#include "input/devices-screen.h"
#include "input/devices.h"

#define IDLE_USEC 10000000

struct request {
        struct devices_service *service; /* borrowed */
        struct request *next;            /* owner: service.requests */
        sd_bus_message *call;
        char *path;
        unsigned uid;
        sd_bus_slot *asked;
};

struct devices_service {
        sd_event *loop;
        sd_bus *bus;
        struct devices_loans *loans;
        struct request *requests;
        sd_event_source *idle;
        bool ending;
};

static int on_released(sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        struct devices_service *service = userdata;

        return sd_event_exit(service->loop, 0);
}

static int on_idle(sd_event_source *source, uint64_t usec, void *userdata) {
        struct devices_service *service = userdata;

        service->ending = true;
        loop_notify_stopping();
        if (sd_bus_release_name_async(service->bus, NULL, DEVICES_NAME, on_released, service) < 0)
                return sd_event_exit(service->loop, 0);
        return 0;
}

static void check_idle(void *userdata) {
        struct devices_service *service = userdata;

        if (service->requests || devices_loans_any(service->loans))
                timer_disarm(service->idle);
        else if (!service->ending)
                (void)timer_arm(service->loop, &service->idle, "devices-idle", IDLE_USEC, on_idle, service);
}

static void request_free(struct request *request) {
        sd_bus_slot_unref(request->asked);
        sd_bus_message_unref(request->call);
        free(request->path);
        free(request);
}

static void done(struct request *request) {
        struct devices_service *service = request->service;
        struct request **link = &service->requests;

        while (*link != request)
                link = &(*link)->next;
        *link = request->next;
        request_free(request);
        check_idle(service);
}

static void refuse(const struct request *request, const char *error, const char *why) {
        log_event(LOG_NOTICE, (.device = request->path, .message = MESSAGE_DEVICE_REFUSED),
                  "Refused '%s' to uid %u: %s", request->path, request->uid, why);
        (void)sd_bus_reply_method_errorf(request->call, error, "%s", why);
}

static void give(const struct request *request, int fd) {
        log_event(LOG_INFO, (.device = request->path), "Gave '%s' to uid %u", request->path, request->uid);
        (void)sd_bus_reply_method_return(request->call, "h", fd);
}

static void refuse_errno(const struct request *request, int r) {
        bool missing = r == -ENOENT || r == -ENODEV || r == -ENXIO;
        char why[200];

        snprintf(why, sizeof(why), "'%s' cannot be opened: %s", request->path, strerror(-r));
        refuse(request, missing ? DEVICES_ERROR_NO_SUCH_NODE : DEVICES_ERROR_FAILED, why);
}

static void serve_uinput(const struct request *request) {
        _cleanup_close_ int fd = -1;
        int r;

        r = devices_open_uinput(&fd);
        if (r < 0)
                refuse_errno(request, r);
        else
                give(request, fd);
}

static void serve_event(const struct request *request) {
        const struct devices_borrower borrower = { sd_bus_message_get_sender(request->call), request->uid };
        _cleanup_(desk_freep) struct desk *desk = NULL;
        _cleanup_close_ int fd = -1;
        enum devices_verdict verdict;
        char why[400];
        int r;

        if (devices_config_load(DEVICES_CONFIG, &desk, why, sizeof(why)) < 0)
                return refuse(request, DEVICES_ERROR_CONFIGURATION, why);
        r = devices_open_event(request->path, request->uid, desk, &fd, &verdict);
        if (r == -EPERM && !devices_gives(verdict)) {
                devices_explain(why, sizeof(why), verdict, request->path);
                return refuse(request,
                              verdict == DEVICES_NOT_CONFIGURED ? DEVICES_ERROR_NOT_CONFIGURED
                                                                : DEVICES_ERROR_NO_SUCH_NODE,
                              why);
        }
        if (r >= 0 && verdict == DEVICES_GIVE)
                r = devices_loans_add(request->service->loans, &borrower, request->path, fd);
        if (r < 0)
                return refuse_errno(request, r);
        give(request, fd);
}

static void serve(const struct request *request) {
        devices_screen_note("", request->uid);
        if (strcmp(request->path, DEVICES_UINPUT) == 0)
                serve_uinput(request);
        else
                serve_event(request);
}

static int on_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        struct request *request = userdata;
        int r = devices_polkit_answer(reply);

        if (r < 0)
                refuse(request, DEVICES_ERROR_NOT_AUTHORIZED,
                       "polkit cannot be asked; see 'systemctl status polkit'");
        else if (r == 0)
                refuse(request, DEVICES_ERROR_NOT_AUTHORIZED,
                       "polkit does not allow this user " DEVICES_ACTION
                       "; log in at the screen of this machine, or let root allow it with a rule in "
                       "/etc/polkit-1/rules.d, see pillion-devices(8)");
        else
                serve(request);
        done(request);
        return 1;
}

static int add_request(struct devices_service *service, sd_bus_message *call, const char *path,
                       unsigned uid) {
        const struct devices_borrower borrower = { sd_bus_message_get_sender(call), uid };
        struct request *request = calloc(1, sizeof(*request));
        char *copy = strdup(path);
        int r;

        if (!request || !copy) {
                free(request);
                free(copy);
                return -ENOMEM;
        }
        *request = (struct request){ .service = service, .path = copy, .uid = uid };
        request->call = sd_bus_message_ref(call);
        request->next = service->requests;
        service->requests = request;
        check_idle(service);
        r = devices_polkit_ask(service->bus, &request->asked, &borrower, path, on_answer, request);
        if (r < 0)
                done(request);
        return r < 0 ? r : 1;
}

static int ask(struct devices_service *service, sd_bus_message *call, const char *path, sd_bus_error *error) {
        struct devices_caller caller;
        char unit[256], why[300];
        int r;

        if (service->ending)
                return sd_bus_error_set(error, DEVICES_ERROR_ENDING,
                                        "pillion-devices is about to end; ask again");
        r = devices_look_at_caller(call, &caller, unit, sizeof(unit));
        if (r < 0)
                return r;
        if (!devices_is_pilliond(&caller, why, sizeof(why))) {
                log_event(LOG_NOTICE, (.device = path, .message = MESSAGE_DEVICE_REFUSED),
                          "Refused '%s' to uid %u: %s", path, caller.uid, why);
                check_idle(service);
                return sd_bus_error_set(error, DEVICES_ERROR_NOT_PILLIOND, why);
        }
        return add_request(service, call, path, caller.uid);
}

static int method_open_input(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        enum devices_verdict verdict = DEVICES_NO_NODE;
        const char *path;
        char why[300];
        int r;

        r = sd_bus_message_read(call, "s", &path);
        if (r < 0)
                return r;
        if (devices_is_event_path(path))
                return ask(userdata, call, path, error);
        devices_explain(why, sizeof(why), verdict, path);
        return sd_bus_error_set(error, DEVICES_ERROR_NO_SUCH_NODE, why);
}

static int method_open_uinput(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        return ask(userdata, call, DEVICES_UINPUT, error);
}

/* clang-format off */
static const sd_bus_vtable vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD_WITH_ARGS("OpenInput", SD_BUS_ARGS("s", path), SD_BUS_RESULT("h", descriptor),
                                method_open_input, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("OpenUinput", SD_BUS_NO_ARGS, SD_BUS_RESULT("h", descriptor),
                                method_open_uinput, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_SIGNAL_WITH_ARGS("Revoked", SD_BUS_ARGS("s", path), 0),
        SD_BUS_VTABLE_END
};
/* clang-format on */

int devices_service_new(struct devices_service **ret, sd_event *loop, sd_bus *bus) {
        _cleanup_(devices_service_freep) struct devices_service *service = calloc(1, sizeof(*service));
        int r;

        if (!service)
                return -ENOMEM;
        service->loop = sd_event_ref(loop);
        service->bus = sd_bus_ref(bus);
        r = devices_loans_new(&service->loans, loop, bus, check_idle, service);
        if (r < 0)
                return r;
        r = sd_bus_add_object_vtable(bus, NULL, DEVICES_PATH, DEVICES_IFACE, vtable, service);
        if (r < 0)
                return r;
        r = sd_bus_request_name(bus, DEVICES_NAME, 0);
        if (r < 0)
                return r;
        check_idle(service);
        *ret = steal_ptr(service);
        return 0;
}

/* Requests are dropped unanswered: the bus tells their callers. */
struct devices_service *devices_service_free(struct devices_service *service) {
        if (!service)
                return NULL;
        while (service->requests) {
                struct request *request = service->requests;

                service->requests = request->next;
                request_free(request);
        }
        service->loans = devices_loans_free(service->loans);
        service->idle = sd_event_source_disable_unref(service->idle);
        service->bus = sd_bus_unref(service->bus);
        service->loop = sd_event_unref(service->loop);
        free(service);
        return NULL;
}
