/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd polls what it stores and drops what hangs up. FDPOLL=0 keeps it from looking at all: of what use a
 * descriptor still is, its owner decides. systemd also knows a descriptor that it has already, so what was
 * taken need not be put again.
 */
#include "core/fdstore.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include <systemd/sd-daemon.h>

#define MESSAGE_MAX 320 /* systemd's names have 255 characters at the most */

struct entry {
        char *name;
        int fd; /* -1: taken */
};

struct fdstore {
        struct entry *entries;
        size_t n;
};

static char **strings_free(char **strings) {
        for (char **string = strings; string && *string; string++)
                free(*string);
        free(strings);
        return NULL;
}
DEFINE_CLEANUP(char *, strings_free);

int fdstore_new(struct fdstore **ret, const char *prefix) {
        _cleanup_(fdstore_freep) struct fdstore *store = calloc(1, sizeof(*store));
        _cleanup_(strings_freep) char **names = NULL;
        int n;

        if (!store)
                return -ENOMEM;
        n = sd_listen_fds_with_names(true, &names);
        if (n < 0)
                return n;
        store->entries = calloc((size_t)n + 1, sizeof(*store->entries));
        if (!store->entries)
                return -ENOMEM;
        for (int i = 0; i < n; i++) {
                struct entry entry = { .fd = SD_LISTEN_FDS_START + i };

                if (strncmp(names[i], prefix, strlen(prefix)) == 0) {
                        entry.name = strdup(names[i]);
                        if (!entry.name)
                                return -ENOMEM;
                        store->entries[store->n++] = entry;
                        continue;
                }
                close(entry.fd);
                fdstore_remove(store, names[i]);
        }
        *ret = steal_ptr(store);
        return 0;
}

struct fdstore *fdstore_free(struct fdstore *store) {
        if (!store)
                return NULL;
        for (size_t i = 0; i < store->n; i++) {
                store->entries[i].fd = close_fd(store->entries[i].fd);
                free(store->entries[i].name);
        }
        free(store->entries);
        free(store);
        return NULL;
}

const char *fdstore_name(const struct fdstore *store, size_t i) {
        return i < store->n ? store->entries[i].name : NULL;
}

int fdstore_take(struct fdstore *store, const char *name) {
        for (size_t i = 0; i < store->n; i++) {
                struct entry *entry = &store->entries[i];

                if (entry->fd >= 0 && strcmp(entry->name, name) == 0)
                        return steal_fd(entry->fd);
        }
        return -ENOENT;
}

int fdstore_put(struct fdstore *store, const char *name, int fd) {
        char message[MESSAGE_MAX];
        int r;

        snprintf(message, sizeof(message), "FDSTORE=1\nFDNAME=%s\nFDPOLL=0", name);
        r = sd_pid_notify_with_fds(0, 0, message, &fd, 1);
        return r < 0 ? r : 0;
}

void fdstore_remove(struct fdstore *store, const char *name) {
        (void)sd_notifyf(0, "FDSTOREREMOVE=1\nFDNAME=%s", name);
}
