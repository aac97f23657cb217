/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/tray/view: what the icon in the desktop's tray shows, and what its menu offers. Pure: what is so gives
 * what is seen. What a state allows is for core/ride/supervisor to say. Threads: none of its business.
 */
#include <stdbool.h>

#include "core/ride/ride.h"

/* What the view is made from. Strings are borrowed, never NULL. */
struct tray_facts {
        enum supervisor_state state;
        struct ride_loan loan;
        const char *guest;   /* of the ride, or the one that Start would start; "" when there is none */
        bool away;           /* the input is at the guest */
        const char *reason;  /* of the ride */
        const char *problem; /* with libvirt or the input; "" when there is none */
};

enum tray_status {
        TRAY_PASSIVE,   /* there is no guest that a click could do anything about */
        TRAY_ACTIVE,    /* all is well */
        TRAY_ATTENTION, /* something failed, and somebody has to decide what next */
};

/* In the order of the menu. */
enum tray_entry_id {
        ENTRY_STATE, /* says how it is; cannot be clicked */
        ENTRY_INPUT_LINE,
        ENTRY_TOGGLE,
        ENTRY_GUEST_LINE,
        ENTRY_START,
        ENTRY_PAUSE,
        ENTRY_RESUME,
        ENTRY_RESTART,
        ENTRY_STOP,
        N_ENTRIES,
};

struct tray_entry {
        bool there;
        bool enabled;    /* a click does something */
        char label[300]; /* "": a line between others */
};

struct tray_view {
        enum tray_status status;
        const char *icon; /* constant; of the icon theme */
        char title[400];  /* one line: how it is */
        char text[1400];  /* more of it, in lines; may be empty */
        struct tray_entry entries[N_ENTRIES];
};

#define TRAY_ICON_ATTENTION "pillion-attention-symbolic"

void tray_view(struct tray_view *ret, const struct tray_facts *facts);

/* "Passive", as org.kde.StatusNotifierItem has it. */
const char *tray_status_name(enum tray_status status);

/* What ID, from ENTRY_START on, asks the ride for. */
enum supervisor_event tray_event(enum tray_entry_id id);
