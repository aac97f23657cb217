/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/step: one thing that is done to the host when its hardware is lent, and undone when it comes back.
 *
 * A step is data: its kind, what it is done to, and what it is told; it goes into the journal whole, so that
 * what was done can be undone by whoever comes later, whatever the profile says by then. A type is the code
 * of one kind. Every call of it runs in a child process of its own, which may block, crash or be abandoned:
 * it has no event loop, may wait as it likes, and its caller has the deadline.
 *
 * The rules of every type:
 *  - observe() changes nothing, and tells in STATE all that undo() will need to know;
 *  - apply() and undo() look first and do only what is missing: each may be called again after it was
 *    interrupted anywhere, and undo() also when apply() has done nothing, a part, or all of it;
 *  - each returns 0 only when it has seen that the host now is what it was to be (it verifies itself);
 *  - undo() restores what STATE says was there, never a constant.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "switcher/words.h"

/* In the order in which they are applied. Undoing goes the other way round. */
enum step_kind {
        STEP_HOOK_OUTER, /* the profile's before-lend; undone by its after-return */
        STEP_SNAPSHOT,   /* of a disk of the guest's; undone, unless all was lent, by removing it */
        STEP_MONITOR_INPUT,
        STEP_DISPLAY_MANAGER, /* stopped; undone by starting it */
        STEP_UNIT,            /* a unit known to hold the device: stopped; undone by starting it */
        STEP_XORG_SNIPPET,
        STEP_CONSOLES, /* consoles on the device's framebuffers go elsewhere */
        STEP_NODES,    /* the device nodes are moved out of reach, so that nobody new opens them */
        STEP_SOUND,    /* sound servers are told that the card has gone */
        STEP_MODULES,  /* proved idle by unloading the driver; undone by loading it */
        STEP_UNBIND,   /* proved idle by looking at all processes; then unbound from its driver */
        STEP_VFIO,     /* bound to vfio-pci by libvirt; undone by libvirt too */
        STEP_HUGEPAGES,
        STEP_DESKTOP, /* the display manager, if it was stopped above, is started; undone by stopping it */
        STEP_CPU_SET,
        STEP_GOVERNOR,
        STEP_HOOK_INNER, /* the profile's after-lend; undone by its before-return */
        STEP_PRUNE,      /* older snapshots of a disk are removed; not to be undone */
        N_STEPS,
};

struct step {
        enum step_kind kind;
        char *target;      /* what it is done to: a PCI address, a unit, a path; "" for the kind as a whole */
        struct words told; /* what else it needs; each type documents its keys */
        bool optional;     /* its failure is a warning */
};

void step_done(struct step *step);

/* The name in the journal: "display-manager". */
const char *step_kind_name(enum step_kind kind);
int step_kind_from_name(const char *name); /* -EINVAL */
/* Whether what it does outlives a reboot. TOLD may make a difference. */
bool step_is_persistent(const struct step *step);
/* For people, one line without a period: "unbind 0000:01:00.0 from nouveau", or what undoing it would do. */
void step_describe(const struct step *step, bool undo, char *text, size_t size);

/* What a call of a type has to work with. */
struct step_call {
        const struct step *step;
        const char *root;    /* "" or, for tests, a folder that /sys, /proc, /dev, /etc, /run are below */
        const char *profile; /* its name */
        const struct words
                *state; /* what observe() saw before the step was first applied; NULL in observe() */
        bool lent;      /* undo(): all was lent, so the guest may have run */
        const struct words *result; /* undo(): what apply() left in it, if it came to its end; else empty */
        struct words *ret;          /* observe(): the state; apply(): what undo() needs beside it */
        char problem[600]; /* why it failed, one line: what, where, who, what to do; "" if errno says it all
                            */
        int (*say)(const char *text, void *userdata); /* how far it is, one line, may be NULL */
        void *userdata;
};

struct step_type {
        uint64_t apply_usec, undo_usec; /* how long each may take before it is declared stuck or failed */
        int (*observe)(struct step_call *call);
        int (*apply)(struct step_call *call);
        int (*undo)(struct step_call *call);
};

/* Fills PROBLEM; returns R. */
__attribute__((format(printf, 3, 4))) int step_fail(struct step_call *call, int r, const char *format, ...);
/* Tells how far it is. */
__attribute__((format(printf, 2, 3))) void step_say(struct step_call *call, const char *format, ...);
