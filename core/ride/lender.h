/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/ride/lender: pilliond's side of a loan of hardware: which profile is for a guest, the system's unit
 * pillion-guest@PROFILE.service that is started to lend and stopped to give back, and what it says of itself
 * in /run/pillion/state. There is one loan at a time on the machine, whoever has begun it, and this is it.
 *
 * Nothing here waits. Without a system bus, or without systemd on it, nothing can be lent, and that is said
 * when it is asked for. Threads: the loop's. Source: org.freedesktop.systemd1(5), pillion-switch(8).
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "switcher/progress-state.h"

struct lender;

/* Where to look, for tests. NULL: where the system has it. */
struct lender_places {
        const char *run;      /* the folder of the file "state" */
        const char *profiles; /* the folder of the profiles */
        uid_t owner;          /* of the profiles */
};

struct lender_handlers {
        /* What the questions below answer may have changed. */
        void (*on_change)(void *userdata);
        /* The end of lender_lend() or lender_return(). PROBLEM: one line, with what to do; NULL: done. */
        void (*on_done)(const char *problem, void *userdata);
};

/* -ENOMEM only. HANDLERS must outlive it; not called before it has returned. */
int lender_new(struct lender **ret, sd_event *loop, const struct lender_places *places,
               const struct lender_handlers *handlers, void *userdata);
struct lender *lender_free(struct lender *lender);
DEFINE_CLEANUP(struct lender, lender_free);

/* The profile for DOMAIN, and the domain of PROFILE, read now. -ENOENT, -errno. The caller's. */
int lender_find(const struct lender *lender, const char *domain, char **ret);
int lender_domain(const struct lender *lender, const char *profile, char **ret);

/* The file "state", as last read. Borrowed, good until the loop turns. */
const struct progress_seen *lender_seen(const struct lender *lender);
/* The profile of what is lent, or was last; NULL: none is known of. Borrowed. */
const char *lender_profile(const struct lender *lender);
/* Whether hardware is away from the host, or on its way there or back. */
bool lender_lent(const struct lender *lender);
/* Whether it is on its way back. */
bool lender_returning(const struct lender *lender);
/* Whether that of PROFILE is all lent, and its unit is there to guard it. */
bool lender_guards(const struct lender *lender, const char *profile);
/* Whether nothing is about to change: nobody lends, and nobody gives back. */
bool lender_idle(const struct lender *lender);

/* One at a time; a later one takes the place of the one before, whose end is not told any more. */
void lender_lend(struct lender *lender, const char *profile);
void lender_return(struct lender *lender);
/* The guard shall wait for its guest as long as if the hardware had just been lent. No answer. */
void lender_renew(struct lender *lender);
