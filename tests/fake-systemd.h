/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/fake-systemd: a fake of what pilliond asks of the system's systemd and logind, on a bus of our own,
 * in the test's own loop. It has the units pillion-guest@PROFILE.service, one of which is up at a time, makes
 * jobs of them as systemd does, and writes /run/pillion/state as pillion-switch would. Nothing is lent.
 */
#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "switcher/progress.h"

struct fake_systemd {
        sd_bus *bus;
        const char *run; /* the folder of the file "state"; borrowed */
        char profile[80];
        const char *active_state;
        sd_bus_message *job; /* the call that is under way: its reply has been sent */
        uint32_t jobs;       /* made so far */
        char said[2000];     /* what was asked of it, a word each */
        bool lingers;

        /* What it is to do. */
        const char *deny;   /* answer with this error */
        bool hold;          /* jobs do not end before fake_systemd_go_on() */
        const char *result; /* of the next job; NULL: "done" */
        const char *reason; /* in the file, when that has failed */
        int exit_status;
        enum progress_state left; /* in the file, then, too */
};

/* The bus is at $DBUS_SYSTEM_BUS_ADDRESS. */
void fake_systemd_init(struct fake_systemd *fake, sd_event *loop, const char *run);
void fake_systemd_done(struct fake_systemd *fake);
/* The job that is held ends. */
void fake_systemd_go_on(struct fake_systemd *fake);
/* Root does it by hand. */
void fake_systemd_start(struct fake_systemd *fake, const char *profile);
void fake_systemd_stop(struct fake_systemd *fake);
void fake_systemd_become(struct fake_systemd *fake, const char *active_state);
void fake_systemd_tell(struct fake_systemd *fake, enum progress_state state, const char *reason);
