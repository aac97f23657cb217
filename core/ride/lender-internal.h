/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/ride/lender-internal: what lender.c, which asks systemd for something, and lender-look.c, which looks
 * at what is, share. Nobody else includes this.
 */
#include <systemd/sd-bus.h>

#include "core/ride/lender.h"

#define SYSTEMD      "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"
#define PROPERTIES   "org.freedesktop.DBus.Properties"

enum lender_unit {
        UNIT_UNKNOWN,
        UNIT_DOWN, /* inactive, or failed */
        UNIT_STARTING,
        UNIT_UP,
        UNIT_ENDING,
};

enum lender_task {
        TASK_NONE,
        TASK_LEND,
        TASK_RETURN,
        TASK_TAKE_OVER, /* the first half of a return, if nobody guards what is lent */
};

struct lender {
        sd_event *loop; /* borrowed */
        sd_bus *bus;    /* NULL: there is no system bus */
        char *run, *profiles;
        uid_t owner;
        const struct lender_handlers *handlers; /* borrowed */
        void *userdata;

        struct progress_seen seen;
        sd_event_source *inotify; /* NULL: the folder is not there yet */

        char *profile; /* whose unit is followed; NULL: none */
        enum lender_unit unit;
        sd_bus_slot *unit_changes, *unit_question;

        enum lender_task task;
        sd_bus_slot *call; /* what systemd has not answered yet */
        char *job;         /* the path of the job it has made; NULL */
        uint64_t since;    /* of what was in the file when the task was begun */
        char result[32];   /* of the job, if it has failed */
};

/* "pillion-guest@PROFILE.service" */
void lender_unit_name(const char *profile, char *buf, size_t size);
/* Reads the file, and follows the unit of whom it names if no task is at another. */
void lender_look(struct lender *lender);
int lender_follow(struct lender *lender, const char *profile); /* -ENOMEM */
void lender_unfollow(struct lender *lender);

/* Why systemd does not do it, as one line with what to do. */
void lender_explain(const struct lender *lender, const sd_bus_error *error, char *buf, size_t size);
