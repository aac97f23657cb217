/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/tray-desktop: a bus of our own, an icon in the tray on it, and a fake of the desktop that shows it.
 * The desktop is in this process, with a connection of its own: it owns the watcher's name or does not,
 * writes down what it is told, and asks and clicks as a desktop would.
 */
#include <stdbool.h>
#include <stdio.h>

#include <systemd/sd-bus.h>

#include "core/tray/tray.h"
#include "tests/test.h"

#define ITEM       "org.kde.StatusNotifierItem"
#define ITEM_PATH  "/StatusNotifierItem"
#define MENU       "com.canonical.dbusmenu"
#define MENU_PATH  "/StatusNotifierItem/Menu"
#define PROPERTIES "org.freedesktop.DBus.Properties"

/* What there is to see from now on: a guest "win_10" that does not run, until the test says else. */
extern struct tray_facts facts;

struct desktop {
        sd_event *loop;
        sd_bus *bus; /* the desktop's */
        struct tray *tray;
        char item[80];          /* whose icon it has; "": none */
        unsigned registrations; /* so far */
        unsigned looks;         /* of the tray at the facts */
        char heard[2000];       /* the icon's and the menu's signals */
        char chosen[200];       /* the numbers of the entries that were */
};
extern struct desktop desktop;

/* With an icon that nobody shows. */
void desktop_start(void);
void desktop_end(void);

void desktop_turn(unsigned times);
#define desktop_until(condition)                                                                             \
        for (unsigned turns_ = 0; !(condition); turns_++) {                                                  \
                desktop_turn(1);                                                                             \
                if (turns_ > 6000)                                                                           \
                        test_fail("'%s' did not come about; heard: %s", #condition, desktop.heard);          \
        }

/* Has the watcher's name owned, and the icon registered; or not owned. */
void desktop_watch(bool there);
/* The facts are others: what is heard of that, and nothing else, is in desktop.heard then. */
void desktop_change(void);

sd_bus_message *desktop_call(const char *path, const char *interface, const char *member);
/* Sends CALL and frees it. */
sd_bus_message *desktop_send(sd_bus_message *call);
#define desktop_ask(path, interface, member, ...)                                                            \
        ({                                                                                                   \
                sd_bus_message *call_ = desktop_call(path, interface, member);                               \
                CHECK(sd_bus_message_append(call_, __VA_ARGS__) >= 0);                                       \
                desktop_send(call_);                                                                         \
        })

/* ANSWER's error, or ""; frees it. */
const char *desktop_error(sd_bus_message *answer);
/* One that is a string. */
const char *desktop_property(const char *path, const char *interface, const char *property);
/* The a{sv} that ANSWER is at, as " label=… enabled=1". */
void desktop_print(sd_bus_message *answer, FILE *out);
