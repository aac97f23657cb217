/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/steps: all types, by kind. What a step of each is told, and what it remembers, stands at the head
 * of its file.
 */
#include "switcher/step.h"

#define HOOK_MAX_USEC (600 * 1000000u) /* that a hook may be given */

extern const struct step_type step_hook;            /* step-hook.c: outer and inner */
extern const struct step_type step_snapshot;        /* step-snapshot.c */
extern const struct step_type step_prune;           /* the same */
extern const struct step_type step_monitor_input;   /* step-monitor-input.c */
extern const struct step_type step_display_manager; /* step-display-manager.c */
extern const struct step_type step_desktop;         /* the same */
extern const struct step_type step_unit;            /* step-unit.c */
extern const struct step_type step_xorg_snippet;    /* step-xorg-snippet.c */
extern const struct step_type step_consoles;        /* step-consoles.c */
extern const struct step_type step_nodes;           /* step-nodes.c */
extern const struct step_type step_sound;           /* step-sound.c */
extern const struct step_type step_modules;         /* step-modules.c */
extern const struct step_type step_unbind;          /* step-unbind.c */
extern const struct step_type step_vfio;            /* step-vfio.c */
extern const struct step_type step_hugepages;       /* step-hugepages.c */
extern const struct step_type step_cpu_set;         /* step-cpu-set.c */
extern const struct step_type step_governor;        /* step-governor.c */

/* [kind] */
extern const struct step_type *const step_types[N_STEPS];
