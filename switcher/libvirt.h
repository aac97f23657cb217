/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/libvirt: one connection to libvirt, made again whenever it is lost, with the thread that runs
 * libvirt's events. One in a process, because libvirt's event loop is the process's.
 *
 * Threads: connecting happens on the worker given; the callbacks come from there or from the event thread,
 * and must neither block nor call libvirt for anything that waits for an answer. libvirt_get() from any
 * thread.
 */
#include <stdbool.h>

#include <libvirt/libvirt.h>

#include "core/cleanup.h"
#include "switcher/worker.h"

struct libvirt;

struct libvirt_callbacks {
        /*
         * CONNECTION: just made, borrowed, may be asked (this is the worker). NULL: not there, for PROBLEM.
         */
        void (*on_state)(virConnectPtr connection, const char *problem, void *userdata);
        /* Event thread. EVENT and DETAIL as virDomainEventType has them. */
        void (*on_lifecycle)(const char *domain, int event, int detail, void *userdata);
        void *userdata;
};

/* WORKER is borrowed, and must have ended before libvirt_free(). */
int libvirt_new(struct libvirt **ret, const char *uri, struct worker *worker,
                const struct libvirt_callbacks *callbacks);
struct libvirt *libvirt_free(struct libvirt *libvirt);
DEFINE_CLEANUP(struct libvirt, libvirt_free);

/* A reference of the caller's own, NULL while not connected. */
virConnectPtr libvirt_get(struct libvirt *libvirt);

/* Ends the event thread; no callback but from the worker, and no attempt, after it has returned. */
void libvirt_quit(struct libvirt *libvirt);

/* Closes what is open, after libvirt_quit(). Waits for libvirtd, so not on the loop's thread. */
void libvirt_close(struct libvirt *libvirt);
