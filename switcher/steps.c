/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/steps.h"

const struct step_type *const step_types[N_STEPS] = {
        [STEP_CPU_SET] = &step_cpu_set,
        [STEP_DESKTOP] = &step_desktop,
        [STEP_DISPLAY_MANAGER] = &step_display_manager,
        [STEP_GOVERNOR] = &step_governor,
        [STEP_HOOK_INNER] = &step_hook,
        [STEP_HOOK_OUTER] = &step_hook,
        [STEP_HUGEPAGES] = &step_hugepages,
        [STEP_MONITOR_INPUT] = &step_monitor_input,
        [STEP_PRUNE] = &step_prune,
        [STEP_SNAPSHOT] = &step_snapshot,
        [STEP_UNIT] = &step_unit,
        [STEP_XORG_SNIPPET] = &step_xorg_snippet,
        [STEP_NODES] = &step_nodes,
        [STEP_SOUND] = &step_sound,
        [STEP_MODULES] = &step_modules,
        [STEP_UNBIND] = &step_unbind,
        [STEP_VFIO] = &step_vfio,
        [STEP_CONSOLES] = &step_consoles,
};
