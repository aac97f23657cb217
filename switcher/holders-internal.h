/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/holders-internal: the parts of which holders_look() is made. DIRECTORY is /proc/PID, or that of a
 * thread. Each returns 0 also if that has gone, or -ENOMEM; -EACCES: we may not look into it.
 */
#include <stdint.h>

#include "switcher/holders.h"

/* Files that are known to be none of the nodes, by a hash of what /proc/PID/maps says of them. */
struct strangers {
        uint64_t *slots; /* 0: free */
        size_t n, size;
};

struct scan {
        int proc;
        const struct holders_node *nodes; /* borrowed */
        size_t n;
        struct holders *holders;
        size_t first; /* of the holders that are this process */
        pid_t pid;
        struct strangers strangers;
};

/*
 * Adds the process as a holder if what PATH leads to is one of the nodes. 1: it is, whether that was known
 * or not; 0: it is not; -errno: it cannot be told.
 */
int scan_file(struct scan *scan, int directory, const char *path, bool mapped);

/* holders-maps.c */
int scan_mappings(struct scan *scan, int directory);
void strangers_done(struct strangers *strangers);

/* holders-who.c: fills in the rest of HOLDER. -ENOENT: it has gone. */
int holder_identify(struct holder *holder, int directory);
void holder_done(struct holder *holder);
/* TEXT is /proc/PID/cgroup's. Pure. */
void holder_units(const char *text, char *unit, char *user_unit, size_t size);
