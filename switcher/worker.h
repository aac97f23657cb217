/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/worker: a thread that runs tasks one after the other, for calls that may block, perhaps for ever.
 *
 * A task that never returns cannot be cancelled: worker_end() then leaves thread and queue behind rather than
 * wait, because an ending daemon must not hang on libvirtd. Threads: worker_post() from any.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/cleanup.h"

struct worker;

typedef void (*worker_fn)(void *task);

int worker_new(struct worker **ret, const char *name);
/*
 * Runs what is due, drops what is not, and waits a second at the most for a task that is running. False: it
 * is running still, and what it uses must stay. WORKER is gone for the caller either way; NULL is fine.
 */
bool worker_end(struct worker *worker);

/* Runs FN(TASK) after DELAY (microseconds), in order of posting for equal delays. FN owns TASK. A task
 * dropped at the end is released with free(). */
int worker_post(struct worker *worker, worker_fn fn, void *task, uint64_t delay_usec);
