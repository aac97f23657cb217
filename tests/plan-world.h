/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/plan-world: a machine with a GPU for the host and one for the guest, to be spoilt by each test in its
 * own way, and what plan_make() makes of it. All its texts are literals.
 */
#include "switcher/plan.h"

enum {
        WORLD_BRIDGE, /* 0000:00:01.0 */
        WORLD_HOST,   /* 0000:00:02.0, i915, the firmware's screen */
        WORLD_SOUND,  /* 0000:00:1f.3, snd_hda_intel */
        WORLD_GPU,    /* 0000:01:00.0, nvidia */
        WORLD_HDMI,   /* 0000:01:00.1, snd_hda_intel */
        WORLD_DISK,   /* 0000:02:00.0, nvme */
        N_WORLD,
};

struct world {
        struct inventory_function functions[N_WORLD];
        struct inventory_node gpu_nodes[3], hdmi_nodes[2], disk_nodes[2];
        struct inventory_module modules[8];
        struct inventory_framebuffer framebuffers[2];
        struct inventory_pool pools[2];
        struct inventory inventory;
        struct holder holding[8];
        struct holders holders;
        struct desktop_session session, *sessions;
        struct desktop desktop;
        struct profile *profile;
        struct plan_facts facts;
        struct plan *plan;
};

/* A plan of it would be made without a refusal. The GPU and its HDMI sound are the domain's. */
void world_init(struct world *world);
void world_done(struct world *world);

/* Anew, as it is now. */
void world_plan(struct world *world);
/* PROGRAM, of process 4000 and up, has a node of FUNCTION open. */
struct holder *world_hold(struct world *world, const char *program, const char *unit, const char *node,
                          const char *device);

/* The N-th step of KIND; NULL: there are fewer. */
const struct step *world_step(const struct world *world, enum step_kind kind, size_t n);
size_t world_count(const struct world *world, enum step_kind kind);
/* There is one refusal only, and it and its remedy begin and contain, respectively, these. */
void world_check_refusal(const struct world *world, const char *blocker, const char *remedy);
void world_check_warning(const struct world *world, const char *part);
void world_check_fine(const struct world *world); /* neither refusal nor warning */
