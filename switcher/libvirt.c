/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/libvirt.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "switcher/virt.h"

/* libvirtd is declared lost after this many seconds without an answer, times the count plus one. */
#define KEEPALIVE_INTERVAL 5
#define KEEPALIVE_COUNT    3
#define RETRY_FIRST_USEC   1000000
#define RETRY_LAST_USEC    8000000

struct libvirt {
        char *uri;
        struct worker *worker; /* borrowed */
        struct libvirt_callbacks callbacks;
        pthread_t events;
        bool events_running;
        int wake_timeout; /* libvirt's id; fired to end the event thread */
        atomic_bool quit;
        uint64_t retry_usec; /* the worker's */

        pthread_mutex_t lock;
        virConnectPtr current; /* under lock; NULL: not connected */
        virConnectPtr dead;    /* under lock; lost, to be let go by the worker */
        int lifecycle_id;      /* of the event registration in the newest of the two */
};

/* What the worker gets: it frees a dropped task with free(), so the connection itself cannot be one. */
struct attempt {
        struct libvirt *libvirt;
};

static virConnectPtr take(struct libvirt *libvirt, virConnectPtr *from) {
        virConnectPtr taken;

        pthread_mutex_lock(&libvirt->lock);
        taken = steal_ptr(*from);
        pthread_mutex_unlock(&libvirt->lock);
        return taken;
}

virConnectPtr libvirt_get(struct libvirt *libvirt) {
        virConnectPtr current;

        pthread_mutex_lock(&libvirt->lock);
        current = libvirt->current;
        if (current)
                virConnectRef(current);
        pthread_mutex_unlock(&libvirt->lock);
        return current;
}

static void try_to_connect(void *userdata);

static int attempt_after(struct libvirt *libvirt, uint64_t delay_usec) {
        _cleanup_free_ struct attempt *attempt = malloc(sizeof(*attempt));
        int r;

        if (!attempt)
                return -ENOMEM;
        attempt->libvirt = libvirt;
        r = worker_post(libvirt->worker, try_to_connect, attempt, delay_usec);
        if (r < 0)
                return r;
        attempt = NULL; /* the worker's */
        return 0;
}

static int on_lifecycle(virConnectPtr from, virDomainPtr domain, int event, int detail, void *userdata) {
        struct libvirt *libvirt = userdata;

        libvirt->callbacks.on_lifecycle(virDomainGetName(domain), event, detail, libvirt->callbacks.userdata);
        return 0;
}

/*
 * Event thread, or whichever thread was in a call. The dead connection is only put aside: closing it here
 * would wait for ourselves. After the end has begun there may be no worker any more.
 */
static void on_close(virConnectPtr from, int reason, void *userdata) {
        struct libvirt *libvirt = userdata;
        bool was_current;

        pthread_mutex_lock(&libvirt->lock);
        was_current = libvirt->current == from;
        if (was_current)
                libvirt->dead = steal_ptr(libvirt->current);
        pthread_mutex_unlock(&libvirt->lock);
        if (!was_current || atomic_load(&libvirt->quit))
                return;
        libvirt->callbacks.on_state(
                NULL,
                reason == VIR_CONNECT_CLOSE_REASON_KEEPALIVE
                        ? "libvirtd does not answer; see 'systemctl status libvirtd'. Trying again"
                        : "libvirtd closed the connection; see 'systemctl status libvirtd'. Trying again",
                libvirt->callbacks.userdata);
        (void)attempt_after(libvirt, RETRY_FIRST_USEC);
}

static int listen_to(struct libvirt *libvirt, virConnectPtr to) {
        if (virConnectRegisterCloseCallback(to, on_close, libvirt, NULL) < 0)
                return -EIO;
        libvirt->lifecycle_id =
                virConnectDomainEventRegisterAny(to, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                                 VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), libvirt, NULL);
        if (libvirt->lifecycle_id < 0) {
                (void)virConnectUnregisterCloseCallback(to, on_close);
                return -EIO;
        }
        /* libvirt's in-process test driver has none; every remote one does. */
        (void)virConnectSetKeepAlive(to, KEEPALIVE_INTERVAL, KEEPALIVE_COUNT);
        return 0;
}

static const char *hint(int code) {
        switch (code) {
        case VIR_ERR_AUTH_UNAVAILABLE:
        case VIR_ERR_AUTH_FAILED:
        case VIR_ERR_AUTH_CANCELLED:
        case VIR_ERR_ACCESS_DENIED:
                return "your user may not manage libvirt: add it to the group libvirt and log in again";
        default:
                return "see 'systemctl status libvirtd.socket libvirtd'";
        }
}

static void retry_later(struct libvirt *libvirt) {
        char text[500];

        snprintf(text, sizeof(text), "cannot connect to %s: %s; %s. Trying again", libvirt->uri, virt_error(),
                 hint(virt_error_code()));
        libvirt->callbacks.on_state(NULL, text, libvirt->callbacks.userdata);
        (void)attempt_after(libvirt, libvirt->retry_usec);
        if (libvirt->retry_usec < RETRY_LAST_USEC)
                libvirt->retry_usec *= 2;
}

/* The registrations hold references: without this nothing is ever closed. */
static void let_go(struct libvirt *libvirt, virConnectPtr connection) {
        if (!connection)
                return;
        (void)virConnectDomainEventDeregisterAny(connection, libvirt->lifecycle_id);
        (void)virConnectUnregisterCloseCallback(connection, on_close);
        virt_connection_free(connection);
}

static void try_to_connect(void *userdata) {
        _cleanup_free_ struct attempt *attempt = userdata;
        struct libvirt *libvirt = attempt->libvirt;
        _cleanup_(virt_connection_freep) virConnectPtr fresh = NULL;

        if (atomic_load(&libvirt->quit))
                return;
        let_go(libvirt, take(libvirt, &libvirt->dead));
        fresh = virConnectOpen(libvirt->uri);
        if (!fresh || listen_to(libvirt, fresh) < 0) {
                retry_later(libvirt);
                return;
        }
        libvirt->retry_usec = RETRY_FIRST_USEC;
        pthread_mutex_lock(&libvirt->lock);
        libvirt->current = fresh;
        virConnectRef(fresh);
        pthread_mutex_unlock(&libvirt->lock);
        /* libvirt_close() may have come too early for this one, which would go on telling a libvirt that is
         * gone. */
        if (atomic_load(&libvirt->quit)) {
                let_go(libvirt, take(libvirt, &libvirt->current));
                return;
        }
        libvirt->callbacks.on_state(fresh, NULL, libvirt->callbacks.userdata);
        /* Lost before it was the current one: then nobody was told. */
        if (virConnectIsAlive(fresh) != 1)
                on_close(fresh, VIR_CONNECT_CLOSE_REASON_EOF, libvirt);
}

static void on_wake(int timer, void *userdata) {
        virEventUpdateTimeout(timer, -1);
}

static void *run_events(void *userdata) {
        struct libvirt *libvirt = userdata;

        while (!atomic_load(&libvirt->quit))
                (void)virEventRunDefaultImpl();
        return NULL;
}

/* Errors are fetched where they arise; libvirt's own habit is to print them. */
static void ignore_error(void *userdata, virErrorPtr error) {
}

static int start_events(struct libvirt *libvirt) {
        int r;

        virSetErrorFunc(NULL, ignore_error);
        if (virInitialize() < 0 || virEventRegisterDefaultImpl() < 0)
                return -EIO;
        libvirt->wake_timeout = virEventAddTimeout(-1, on_wake, NULL, NULL);
        if (libvirt->wake_timeout < 0)
                return -EIO;
        r = pthread_create(&libvirt->events, NULL, run_events, libvirt);
        if (r != 0)
                return -r;
        (void)pthread_setname_np(libvirt->events, "libvirt-events");
        libvirt->events_running = true;
        return 0;
}

int libvirt_new(struct libvirt **ret, const char *uri, struct worker *worker,
                const struct libvirt_callbacks *callbacks) {
        _cleanup_(libvirt_freep) struct libvirt *libvirt = calloc(1, sizeof(*libvirt));
        int r;

        if (!libvirt)
                return -ENOMEM;
        pthread_mutex_init(&libvirt->lock, NULL);
        libvirt->worker = worker;
        libvirt->callbacks = *callbacks;
        libvirt->retry_usec = RETRY_FIRST_USEC;
        libvirt->uri = strdup(uri);
        if (!libvirt->uri)
                return -ENOMEM;
        r = start_events(libvirt);
        if (r < 0)
                return r;
        r = attempt_after(libvirt, 0);
        if (r < 0)
                return r;
        *ret = steal_ptr(libvirt);
        return 0;
}

void libvirt_quit(struct libvirt *libvirt) {
        atomic_store(&libvirt->quit, true);
        if (!libvirt->events_running)
                return;
        virEventUpdateTimeout(libvirt->wake_timeout, 0);
        pthread_join(libvirt->events, NULL);
        virEventRemoveTimeout(libvirt->wake_timeout);
        libvirt->events_running = false;
}

void libvirt_close(struct libvirt *libvirt) {
        let_go(libvirt, take(libvirt, &libvirt->current));
        let_go(libvirt, take(libvirt, &libvirt->dead));
}

struct libvirt *libvirt_free(struct libvirt *libvirt) {
        if (!libvirt)
                return NULL;
        libvirt_quit(libvirt);
        pthread_mutex_destroy(&libvirt->lock);
        free(libvirt->uri);
        free(libvirt);
        return NULL;
}
