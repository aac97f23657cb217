/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/profile: what root has configured to be lent to one guest: /etc/pillion/NAME.conf.
 *
 * The caller of pillion-switch is not trusted, and names a profile only; so the file, and the folders above
 * it, must be root's and nobody else's to write.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "core/cleanup.h"

#define PROFILE_DIRECTORY "/etc/pillion"

enum profile_desktop {
        PROFILE_DESKTOP_AUTO,    /* the display manager is restarted if something of it holds a device */
        PROFILE_DESKTOP_RESTART, /* always */
        PROFILE_DESKTOP_KEEP,    /* never: a holder in it is a refusal */
};

struct profile_pool {
        uint64_t size; /* of a page, bytes */
        uint64_t count;
};

struct profile_monitor {
        char *bus;             /* "3" of /dev/i2c-3, or a serial number: as ddcutil's --bus or --sn take it */
        unsigned lent, native; /* VCP 0x60; native 0: what it was before */
};

struct profile {
        char *name, *path;
        char *domain;       /* default: the name */
        char *uri;          /* libvirt's */
        bool snapshot_auto; /* of every disk of the domain that can have one */
        char **snapshots; /* or of these: "vg0/win10", a path; NULL-terminated; none: no snapshot is taken */
        uint64_t snapshot_keep, snapshot_size; /* how many; bytes */
        char **functions;                      /* PCI addresses, NULL-terminated; none: those of the domain */
        enum profile_desktop display_manager;
        bool return_desktop; /* restart it, too, when the hardware comes back (if it was when lent) */
        bool end_sessions;   /* graphical sessions that outlive the display manager may be ended */
        bool headless;       /* the host may be without a screen: the only GPU may go, and no desktop comes */
        char **stop_units, **end_programs; /* what may be stopped, what may be ended */
        char **xorg_snippets;              /* names in xorg.conf.d that are taken away: "10-nvidia.conf" */
        struct profile_monitor *monitors;
        size_t n_monitors;
        struct profile_pool *pools;
        size_t n_pools;
        char *host_cpus; /* what the host keeps: "0-3"; "" all */
        char *governor;  /* "" as it is */
        char **before_lend, **after_lend, **before_return, **after_return; /* argv; NULL: none */
        uint64_t hook_timeout, grace, shutdown_timeout;                    /* microseconds */
};

/*
 * Reads DIRECTORY/NAME.conf. OWNER is who must own it (0 but in tests). Each mistake, and why a file is
 * refused, is told by REPORT, one line: path:line, what is wrong, what to do. -ENOENT (there is none: nothing
 * is told), -EINVAL (mistakes, or a NAME that is none, of which nothing is told), -EPERM (not root's own),
 * -ENOMEM.
 */
int profile_load(struct profile **ret, const char *directory, const char *name, uid_t owner,
                 void (*report)(const char *message, void *userdata), void *userdata);
/* What there is without a file. -EINVAL: NAME is none. */
int profile_default(struct profile **ret, const char *name);
/* The names of those that there are, sorted, NULL-terminated; freed with argv_free(). -errno. */
int profile_list(char ***ret, const char *directory);
/* The name of the one that is for DOMAIN, which need not be called as it is. -ENOENT, -errno. The caller's.
 */
int profile_find(char **ret, const char *directory, const char *domain, uid_t owner);
struct profile *profile_free(struct profile *profile);
DEFINE_CLEANUP(struct profile, profile_free);

/* Letters, digits, '-', '_', '.' inside; up to 64; and not a name of pillion's other files. */
bool profile_name_is_valid(const char *name);

/* The keys as roff, for pillion-profile(5). */
void profile_print_manual(FILE *out);
