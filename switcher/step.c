/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/step.h"

#include <stdarg.h>

static const char *const names[] = {
        [STEP_HOOK_OUTER] = "hook-outer",
        [STEP_SNAPSHOT] = "snapshot",
        [STEP_MONITOR_INPUT] = "monitor-input",
        [STEP_DISPLAY_MANAGER] = "display-manager",
        [STEP_UNIT] = "unit",
        [STEP_XORG_SNIPPET] = "xorg-snippet",
        [STEP_CONSOLES] = "consoles",
        [STEP_NODES] = "nodes",
        [STEP_SOUND] = "sound",
        [STEP_MODULES] = "modules",
        [STEP_UNBIND] = "unbind",
        [STEP_VFIO] = "vfio",
        [STEP_HUGEPAGES] = "hugepages",
        [STEP_DESKTOP] = "desktop",
        [STEP_CPU_SET] = "cpu-set",
        [STEP_GOVERNOR] = "governor",
        [STEP_HOOK_INNER] = "hook-inner",
        [STEP_PRUNE] = "prune",
};
_Static_assert(sizeof(names) / sizeof(*names) == N_STEPS, "each kind has a name");

/* What is done, and what undoing it does; the target follows. */
static const struct {
        const char *apply, *undo;
} phrases[] = {
        [STEP_HOOK_OUTER] = { "run the hook before lending", "run the hook after the return" },
        [STEP_SNAPSHOT] = { "take a snapshot of", "remove, unless all was lent, the snapshot of" },
        [STEP_MONITOR_INPUT] = { "switch the monitor's input", "switch the monitor's input back" },
        [STEP_DISPLAY_MANAGER] = { "stop the display manager", "start the display manager" },
        [STEP_UNIT] = { "stop", "start" },
        [STEP_XORG_SNIPPET] = { "take away the Xorg snippet", "put back the Xorg snippet" },
        [STEP_CONSOLES] = { "move consoles off", "move consoles back to" },
        [STEP_NODES] = { "hide the device nodes of", "show the device nodes of" },
        [STEP_SOUND] = { "have sound servers let go of", "give sound servers" },
        [STEP_MODULES] = { "unload", "load" },
        [STEP_UNBIND] = { "unbind", "bind to its driver" },
        [STEP_VFIO] = { "hand to vfio-pci", "take back from vfio-pci" },
        [STEP_HUGEPAGES] = { "reserve huge pages of", "free huge pages of" },
        [STEP_DESKTOP] = { "start the display manager again", "stop the display manager" },
        [STEP_CPU_SET] = { "confine to the host's processors", "let use all processors" },
        [STEP_GOVERNOR] = { "set the frequency governor", "put back the frequency governor" },
        [STEP_HOOK_INNER] = { "run the hook after lending", "run the hook before the return" },
        [STEP_PRUNE] = { "remove snapshots that are too old of", "leave alone the snapshots of" },
};
_Static_assert(sizeof(phrases) / sizeof(*phrases) == N_STEPS, "each kind has a phrase");

void step_done(struct step *step) {
        free(step->target);
        words_done(&step->told);
        *step = (struct step){ 0 };
}

const char *step_kind_name(enum step_kind kind) {
        return names[kind];
}

int step_kind_from_name(const char *name) {
        for (int kind = 0; kind < N_STEPS; kind++)
                if (strcmp(names[kind], name) == 0)
                        return kind;
        return -EINVAL;
}

/* A link in /etc is the only thing that a reboot does not put right. */
bool step_is_persistent(const struct step *step) {
        return step->kind == STEP_XORG_SNIPPET && words_is(&step->told, "persistent", "yes");
}

void step_describe(const struct step *step, bool undo, char *text, size_t size) {
        const char *phrase = undo ? phrases[step->kind].undo : phrases[step->kind].apply;

        snprintf(text, size, "%s%s%s", phrase, *step->target ? " " : "", step->target);
}

int step_fail(struct step_call *call, int r, const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        vsnprintf(call->problem, sizeof(call->problem), format, ap);
        va_end(ap);
        return r;
}

void step_say(struct step_call *call, const char *format, ...) {
        char text[400];
        va_list ap;

        va_start(ap, format);
        vsnprintf(text, sizeof(text), format, ap);
        va_end(ap);
        if (call->say)
                call->say(text, call->userdata);
}
