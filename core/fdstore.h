/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/fdstore: descriptors that outlive the process, in the store that systemd keeps for a service. What is
 * put in comes back to the next process, however this one ends, until the service is stopped for good.
 *
 * Without systemd (run by hand) nothing is there at first and nothing is kept, which is no error.
 * Threads: the loop's. Source: sd_pid_notify_with_fds(3), sd_listen_fds(3), FileDescriptorStoreMax= in
 * systemd.service(5).
 */
#include <stddef.h>

#include "core/cleanup.h"

struct fdstore;

/*
 * Takes over what was passed to this process, so call it once; descriptors whose name does not begin with
 * PREFIX are closed and forgotten by systemd. LISTEN_FDS and the like leave the environment.
 */
int fdstore_new(struct fdstore **ret, const char *prefix);
/* Closes what was not taken. It stays in the store. */
struct fdstore *fdstore_free(struct fdstore *store);
DEFINE_CLEANUP(struct fdstore, fdstore_free);

/* The name of the descriptor number I that was passed, taken or not; NULL: there are no more. */
const char *fdstore_name(const struct fdstore *store, size_t i);

/* The descriptor called NAME, which is the caller's from now on and stays in the store; -ENOENT. */
int fdstore_take(struct fdstore *store, const char *name);

/* Keeps FD, which remains the caller's, for the next process. NAME is printable ASCII without a colon. */
int fdstore_put(struct fdstore *store, const char *name, int fd);

/* The next process shall not get what is called NAME. */
void fdstore_remove(struct fdstore *store, const char *name);
