/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/guest: what libvirt says of one domain, once, within a time: asked in a child process, because
 * libvirt's calls may block for ever. Threads: none may run beside, as for any fork().
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/cleanup.h"

struct guest_view {
        bool answered; /* libvirt did, in time */
        bool exists;
        bool active;
        bool saved;        /* it does not run, but goes on with the memory it had when it starts next */
        char *xml;         /* its inactive definition; NULL if none */
        char problem[400]; /* why there was no answer */
};

/* URI NULL: qemu:///system. -ENOMEM and fork()'s; libvirt's silence is not an error. */
int guest_look(struct guest_view *ret, const char *uri, const char *domain, uint64_t wait_usec);
void guest_view_done(struct guest_view *view);
/*
 * Asks it to shut down by itself (ACPI, or its agent). 0: it was asked, or does not run; -ETIMEDOUT: libvirt
 * does not answer; -EIO: it refuses. PROBLEM says why.
 */
int guest_shut_down(const char *uri, const char *domain, uint64_t wait_usec, char *problem, size_t size);
