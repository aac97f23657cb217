/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/plan-internal: a plan in the making, for the plan-*.c. Nobody else includes this.
 *
 * An error (of memory) is kept in it and ends the making at its end, so that what is looked at need not be
 * interrupted; everything may go on being added to a planner that has failed.
 */
#include "switcher/plan.h"

/* How the driver of lent functions is made to let go. */
struct planner_driver {
        const char *name;   /* borrowed from the inventory */
        const char *module; /* the same; "" if built in */
        bool unload;        /* else each function is unbound */
        char **modules;     /* in the order in which they are unloaded; NULL-terminated; NULL: not UNLOAD */
};

struct planner {
        const struct plan_facts *facts;
        struct plan *plan;
        int error;

        const struct inventory_function **lent; /* in the order of their addresses */
        size_t n_lent;
        struct planner_driver *drivers; /* of lent functions, each once, but for vfio-pci */
        size_t n_drivers;

        char **units;      /* that hold a device and may be stopped; NULL-terminated */
        bool stop_desktop; /* something of the display manager holds a device, or may; or it is to be */
        char *where;       /* the functions are named, for remedies */
        char *profile;     /* the file, for remedies */
};

/* A refusal: what is in the way. Then, what to do about it. */
__attribute__((format(printf, 2, 3))) void planner_refuse(struct planner *planner, const char *format, ...);
__attribute__((format(printf, 2, 3))) void planner_advise(struct planner *planner, const char *format, ...);
__attribute__((format(printf, 2, 3))) void planner_warn(struct planner *planner, const char *format, ...);
/* Never NULL: when there is no memory it is a step that goes nowhere. */
struct step *planner_step(struct planner *planner, enum step_kind kind, const char *target);
__attribute__((format(printf, 4, 5))) void planner_tell(struct planner *planner, struct step *step,
                                                        const char *key, const char *format, ...);

bool planner_lends(const struct planner *planner, const struct inventory_function *function);
/* It has to be taken from a driver. */
bool planner_takes(const struct inventory_function *function);
/* Whether MODULE is going to be unloaded. */
bool planner_unloads(const struct planner *planner, const char *module);

/* Whether there is one, and it runs. */
bool planner_has_display_manager(const struct planner *planner);
/* A GPU that works and stays with the host; NULL: none. */
const struct inventory_function *planner_other_gpu(const struct planner *planner);

/* In this order; each reads what those before have found. */
void planner_choose_functions(struct planner *planner); /* plan-functions.c */
void planner_judge_functions(struct planner *planner);  /* plan-functions.c */
void planner_choose_drivers(struct planner *planner);   /* plan-drivers.c */
void planner_judge_headless(struct planner *planner);   /* plan-headless.c */
void planner_judge_holders(struct planner *planner);    /* plan-holders.c */
void planner_judge_host(struct planner *planner);       /* plan-host.c */
void planner_judge_volumes(struct planner *planner);    /* plan-snapshot.c */
void planner_add_steps(struct planner *planner);        /* plan-steps.c */
/* The step of each disk that a snapshot is taken of; and that which prunes. */
void planner_add_snapshots(struct planner *planner); /* plan-snapshot.c */
void planner_add_pruning(struct planner *planner);   /* plan-snapshot.c */
/* The step of each Xorg snippet; refuses those that are none. */
void planner_add_snippets(struct planner *planner); /* plan-host.c */
