/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/devices-judge: what pillion-devices may give, and to whom. Pure: it is told what was found and never
 * looks itself.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "input/desk.h"

/* What a path turned out to lead to. */
struct devices_node {
        mode_t mode;
        dev_t rdev;
};

enum devices_verdict {
        DEVICES_GIVE,           /* and take back */
        DEVICES_OWN,            /* given for good: one that the caller's own pilliond made for a guest */
        DEVICES_NO_NODE,        /* the path does not have the form of an event node's */
        DEVICES_NO_EVENTS,      /* what is there is no event node */
        DEVICES_EARLY,          /* udev has not finished with it */
        DEVICES_OURS,           /* one that another user's made */
        DEVICES_NOT_CONFIGURED, /* none of those that root has named */
};

/* "/dev/input/event" and a number, in one spelling only: nothing to resolve, no way out of the folder. */
bool devices_is_event_path(const char *path);
bool devices_is_evdev(const struct devices_node *node);
bool devices_is_uinput(const struct devices_node *node);

/* Whether PHYS is that of a device that pilliond made for a guest while it ran as UID. Only who may open
 * /dev/uinput can say so of a device: root, the group input, and the pilliond that polkit allows. */
bool devices_is_own(const char *phys, unsigned uid);

/* FOUND is what udev says of NODE, NULL if it has not finished with it. DESK has root's list as the one of
 * devices that follow: what such a list selects for pilliond, its receivers included, may be given. UID asks.
 */
enum devices_verdict devices_judge(const struct devices_node *node, const struct discovered *found,
                                   const struct desk *desk, unsigned uid);
bool devices_gives(enum devices_verdict verdict);
/* One line. */
void devices_explain(char *buf, size_t size, enum devices_verdict verdict, const char *path);

/* A file that only root can have written. */
bool devices_trusts(const struct stat *file);

struct devices_caller {
        unsigned uid;
        const char *unit; /* of the user's systemd; NULL: none */
        bool installed;   /* what it runs is the very file that is installed as pilliond */
};

/* False: WHY is one line. */
bool devices_is_pilliond(const struct devices_caller *caller, char *why, size_t size);
