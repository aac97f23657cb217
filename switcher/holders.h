/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/holders: who has a device open. Looks at every descriptor and every mapping of every process by
 * device number, so that neither a container's own /dev nor a deleted node hides anything. Only root sees
 * them all. Nothing can see a descriptor that is on its way in a socket.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/cleanup.h"

/* What is looked for. */
struct holders_node {
        dev_t number;
        const char *name;   /* "snd/controlC0"; borrowed */
        const char *device; /* the PCI address, or what else it belongs to; borrowed */
        bool block;         /* else a character device */
};

struct holder {
        pid_t pid;
        uid_t uid;
        char *program; /* its comm */
        char *unit; /* the system's unit it is in: "lightdm.service", "session-3.scope", "user@1000.service"
                     */
        char *user_unit;           /* within user@UID.service: "pipewire.service"; "" */
        char *user;                /* the name of UID; the number if it has none */
        const char *node, *device; /* as given */
        bool mapped;               /* by a mapping only; there is no descriptor any more */
};

struct holders {
        struct holder *items; /* by pid, one for each process and node */
        size_t n;
        size_t unseen; /* processes that we may not look into */
};

/*
 * Looks once; PROC is "/proc", or for tests the like. Never names the caller itself. A process that ends
 * meanwhile is none. What is on a network whose server is dead is not waited for, as far as the kernel
 * allows. -ENOMEM, -errno.
 */
int holders_look(struct holders **ret, const char *proc, const struct holders_node *nodes, size_t n);
struct holders *holders_free(struct holders *holders);
DEFINE_CLEANUP(struct holders, holders_free);

/* What is done about a holder. */
enum holder_remedy {
        REMEDY_DISPLAY_MANAGER, /* belongs to the display manager, or to a graphical session that goes with it
                                 */
        REMEDY_SESSION,         /* logind, seatd or init hold it for a session: that has to end */
        REMEDY_UNIT,            /* a unit that may be stopped */
        REMEDY_SOUND,           /* a sound server, which lets go when told that the card has gone */
        REMEDY_PROGRAM,         /* a program that the profile allows to be ended */
        REMEDY_GUEST,           /* QEMU: the guest still runs */
        REMEDY_NONE,            /* somebody has to close it */
};

/* What decides it. */
struct holder_rules {
        const char *display_manager; /* its unit, "" if there is none */
        char *const
                *graphical_scopes; /* the units of graphical sessions: "session-3.scope"; NULL-terminated */
        const uid_t *graphical_users; /* whose user@UID.service belongs to such a session */
        size_t n_graphical_users;
        char *const *units;    /* that may be stopped; NULL-terminated */
        char *const *programs; /* that may be ended; NULL-terminated */
};

/* What the profile allows goes before the end of a session, which would cost more. Pure. */
enum holder_remedy holder_remedy(const struct holder *holder, const struct holder_rules *rules);
/* "Xorg (pid 812, lightdm.service, root) has dri/card1 of 0000:01:00.0 open" */
void holder_describe(const struct holder *holder, char *text, size_t size);
