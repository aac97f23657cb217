/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/hypervisor: libvirt as the loop sees it: requests go in, events come out, nothing ever blocks.
 *
 * libvirt's calls block, some for ever, and one made on libvirt's own event thread can outlive every
 * keepalive. So three threads stand between it and us: one runs libvirt's events, one makes the calls that
 * may be slow (connect, start, plug), one those that must get through meanwhile (ask, stop). Results reach
 * the loop by an eventfd. A lost connection is made again, for as long as it takes.
 *
 * Threads: all functions and callbacks belong to the loop's thread. Source: libvirt's C API, 9.0.
 */
#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "switcher/domain.h"

struct hypervisor;

enum hypervisor_state {
        DOMAIN_GONE,
        DOMAIN_RUNNING,
        DOMAIN_PAUSED,
};

/* How a guest that ends by itself, and in order, is gone. */
#define HYPERVISOR_SHUT_DOWN "shut down"

enum hypervisor_operation {
        HYPERVISOR_DESCRIBE, /* answers with the domain's definition */
        HYPERVISOR_CREATE,
        HYPERVISOR_CREATE_SPICE, /* the same guest as switcher/domain-spice.h has it */
        HYPERVISOR_SHUTDOWN,     /* asks the guest; answers at once */
        HYPERVISOR_DESTROY,
        HYPERVISOR_SUSPEND, /* stops it where it is; it stays in memory */
        HYPERVISOR_RESUME,  /* out of that, or out of a sleep of its own */
        HYPERVISOR_ATTACH,  /* plugs a device into the domain while it runs, and only for as long */
        HYPERVISOR_DETACH,  /* asks the guest to let go of a device; answers at once */
        HYPERVISOR_OBSERVE, /* tells the state through on_domain; one it does not know is gone */
};

struct hypervisor_callbacks {
        /* PROBLEM: one line, with what to do, when not connected. After a connect every active domain is
         * told. */
        void (*on_connection)(bool connected, const char *problem, void *userdata);
        /* HOW: why it is gone ("shut down", "crashed"), else NULL. INFO: when it is there; the callback's
         * own. */
        void (*on_domain)(const char *name, enum hypervisor_state state, const char *how,
                          struct domain_info *info, void *userdata);
        /* The end of request SERIAL; ERROR is NULL or one line. INFO only for HYPERVISOR_DESCRIBE; the
         * callback's own. */
        void (*on_result)(uint64_t serial, const char *error, struct domain_info *info, void *userdata);
        void *userdata;
};

/* Begins to connect to URI. Signals must be blocked before (loop_new() does), since threads are made here. */
int hypervisor_new(struct hypervisor **ret, sd_event *loop, const char *uri,
                   const struct hypervisor_callbacks *callbacks);
/* Does not wait for a call that hangs: its thread and what it uses are then left behind. */
struct hypervisor *hypervisor_free(struct hypervisor *hypervisor);
DEFINE_CLEANUP(struct hypervisor, hypervisor_free);

/* Answers through on_result with SERIAL. Not connected is such an answer too. -ENOMEM only. */
int hypervisor_request(struct hypervisor *hypervisor, enum hypervisor_operation operation, const char *domain,
                       uint64_t serial);
/* The same for the operations on a device: DEVICE is its XML, or to detach it its alias. */
int hypervisor_request_device(struct hypervisor *hypervisor, enum hypervisor_operation operation,
                              const char *domain, const char *device, uint64_t serial);
