/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A path is taken in one spelling only, so there is nothing to resolve and nothing to race with; what counts
 * is the descriptor. Numbers: Documentation/admin-guide/devices.txt; drivers/input/evdev.c takes its first 32
 * minors from 64 and, when these are used up, any from 256.
 */
#include "input/devices-judge.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "input/devices.h"

#define EVENT_PATH    "/dev/input/event"
#define INPUT_MAJOR   13
#define EVDEV_FIRST   64
#define EVDEV_LAST    95
#define EVDEV_DYNAMIC 256
#define MISC_MAJOR    10
#define UINPUT_MINOR  223

bool devices_is_event_path(const char *path) {
        const char *number = path + strlen(EVENT_PATH);
        size_t digits;

        if (strncmp(path, EVENT_PATH, strlen(EVENT_PATH)) != 0)
                return false;
        digits = strspn(number, "0123456789");
        return digits > 0 && digits < 8 && !number[digits] && (number[0] != '0' || digits == 1);
}

bool devices_is_evdev(const struct devices_node *node) {
        unsigned number = minor(node->rdev);

        return S_ISCHR(node->mode) && major(node->rdev) == INPUT_MAJOR &&
               ((number >= EVDEV_FIRST && number <= EVDEV_LAST) || number >= EVDEV_DYNAMIC);
}

bool devices_is_uinput(const struct devices_node *node) {
        return S_ISCHR(node->mode) && major(node->rdev) == MISC_MAJOR && minor(node->rdev) == UINPUT_MINOR;
}

bool devices_is_own(const char *phys, unsigned uid) {
        char start[32];

        snprintf(start, sizeof(start), DEVICES_OWN_PHYS, uid);
        return strncmp(phys, start, strlen(start)) == 0;
}

enum devices_verdict devices_judge(const struct devices_node *node, const struct discovered *found,
                                   const struct desk *desk, unsigned uid) {
        if (!devices_is_evdev(node))
                return DEVICES_NO_EVENTS;
        if (!found)
                return DEVICES_EARLY;
        if (found->ours)
                return devices_is_own(found->phys, uid) ? DEVICES_OWN : DEVICES_OURS;
        return desk_judge(desk, found).route == ROUTE_NONE ? DEVICES_NOT_CONFIGURED : DEVICES_GIVE;
}

bool devices_gives(enum devices_verdict verdict) {
        return verdict == DEVICES_GIVE || verdict == DEVICES_OWN;
}

void devices_explain(char *buf, size_t size, enum devices_verdict verdict, const char *path) {
        switch (verdict) {
        case DEVICES_GIVE:
        case DEVICES_OWN:
                snprintf(buf, size, "'%s' is given", path);
                return;
        case DEVICES_NO_NODE:
                snprintf(buf, size, "'%s' is no path of an input node; ask for " EVENT_PATH "N", path);
                return;
        case DEVICES_NO_EVENTS:
                snprintf(buf, size, "'%s' is not an input device", path);
                return;
        case DEVICES_EARLY:
                snprintf(buf, size, "udev has not finished with '%s'; ask again when it has", path);
                return;
        case DEVICES_OURS:
                snprintf(buf, size, "'%s' was made by pillion, but not for a guest of this user", path);
                return;
        case DEVICES_NOT_CONFIGURED:
                snprintf(buf, size,
                         "'%s' is none of the devices that may be given; root names them with devices= in "
                         "/etc/pillion/devices.conf",
                         path);
                return;
        }
}

bool devices_trusts(const struct stat *file) {
        return S_ISREG(file->st_mode) && file->st_uid == 0 && (file->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool devices_is_pilliond(const struct devices_caller *caller, char *why, size_t size) {
        if (!caller->installed)
                snprintf(why, size,
                         "devices are given to the installed pilliond only; after an upgrade, run 'systemctl "
                         "--user restart pilliond'");
        else if (!caller->unit || strcmp(caller->unit, DEVICES_UNIT) != 0)
                snprintf(why, size,
                         "devices are given to pilliond as a service only; run 'systemctl --user start "
                         "pilliond'");
        else
                return true;
        return false;
}
