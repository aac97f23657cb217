/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/desktop: the display manager and the graphical sessions, as systemd and logind have them. Waits
 * for both, so not in a loop that must not. Source: org.freedesktop.systemd1(5), org.freedesktop.login1(5).
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <systemd/sd-bus.h>

#include "core/cleanup.h"

struct desktop_session {
        char *id;    /* "3" */
        char *scope; /* "session-3.scope" */
        char *type;  /* "x11", "wayland", "mir" */
        char *seat;
        uid_t uid;
        char *user;
};

struct desktop {
        char *display_manager; /* the unit that display-manager.service is: "lightdm.service"; "" if none */
        bool active;           /* or about to be */
        struct desktop_session *sessions; /* graphical ones with a seat that are not closing */
        size_t n_sessions;
};

/* -errno: the bus cannot be asked. */
int desktop_look(struct desktop **ret, sd_bus *bus);
struct desktop *desktop_free(struct desktop *desktop);
DEFINE_CLEANUP(struct desktop, desktop_free);
