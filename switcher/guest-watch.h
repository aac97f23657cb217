/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/guest-watch: what libvirt says of one domain, as it happens, for a process that has to stay
 * without threads: libvirt needs some, so a child process has them. The child is expendable: when it ends,
 * another follows.
 *
 * Threads: none may run when a watch is made or turned.
 */
#include <systemd/sd-event.h>

#include "core/cleanup.h"

enum guest_news {
        GUEST_UNKNOWN, /* libvirt cannot be asked: nothing is known, nothing has changed */
        GUEST_GONE,
        GUEST_RUNS, /* or is paused */
};

struct guest_watch;

/* PROBLEM: one line why GUEST_UNKNOWN, or ""; the callback's for as long as it runs. */
typedef void (*guest_watch_fn)(enum guest_news news, const char *problem, void *userdata);

/* Tells how it is as soon as libvirt says so, and then each change; news may come twice. */
int guest_watch_new(struct guest_watch **ret, sd_event *loop, const char *uri, const char *domain,
                    guest_watch_fn on_news, void *userdata);
struct guest_watch *guest_watch_free(struct guest_watch *watch);
DEFINE_CLEANUP(struct guest_watch, guest_watch_free);
