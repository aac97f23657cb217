/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/opener: opens device nodes: itself where this process may, else through pillion-devices, the root
 * service on the system bus. Waits for nobody: what the service has to say is there when opener_open() is
 * called again.
 *
 * A refusal holds until there is a reason to ask again: opener_retry(), opener_forget(), or a change of any
 * login session, which the opener watches for itself.
 *
 * Threads: the loop's.
 */
#include <stdbool.h>
#include <stddef.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct opener;

/* It may be worth while to call opener_open() again. Called from the loop, never from a call below. */
typedef void (*opener_ready_fn)(void *userdata);

/* -ENOMEM only; the bus is looked for when it is needed. */
int opener_new(struct opener **ret, sd_event *loop, opener_ready_fn on_ready, void *userdata);
struct opener *opener_free(struct opener *opener);
DEFINE_CLEANUP(struct opener, opener_free);

/*
 * A descriptor for reading and writing that does not block, the caller's; or -EINPROGRESS: the service has
 * been asked, ON_READY will be called; or as open(2) fails. After -EACCES and -EPERM opener_problem() may
 * know more.
 */
int opener_open(struct opener *opener, const char *path);
/* Writes why the service did not open PATH; false: it was not asked, or has not said no. */
bool opener_problem(const struct opener *opener, const char *path, char *buf, size_t size);

/* PATH is another device from now on, or none. */
void opener_forget(struct opener *opener, const char *path);
/* Forgets all refusals. */
void opener_retry(struct opener *opener);
