/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One table: what begins when a hotkey goes down, and what ends when it goes up. Programs are outside of it:
 * each hotkey has a runner of its own (core/exec), so that one that hangs holds up no other.
 */
#include "core/performer.h"

#include <errno.h>
#include <stdio.h>

#include "core/exec.h"
#include "core/log.h"
#include "core/performer-internal.h"

static void perform(struct performer *performer, const char *hotkey, const struct action *action,
                    bool begin) {
        const struct deed *deed = &deeds[action->kind];
        int r;

        if (!begin && !deed->end)
                return;
        r = begin ? deed->begin(performer, action) : deed->end(performer, action);
        if (r < 0)
                log_event(LOG_WARNING, (.error = r, .message = MESSAGE_HOTKEY_FAILED),
                          "Hotkey '%s': '%s' failed: %m", hotkey, action_name(action->kind));
}

static void perform_all(struct performer *performer, const char *hotkey, const struct actions *actions,
                        bool begin) {
        for (size_t i = 0; actions && i < actions->n; i++)
                perform(performer, hotkey, &actions->list[i], begin);
}

void performer_hotkey(struct performer *performer, unsigned index, bool down) {
        const struct binding *binding = &performer->bindings->list[index];
        struct exec *exec = performer->execs[index];

        log_debug("Hotkey '%s' goes %s", binding->name, down ? "down" : "up");
        if (exec && down)
                exec_press(exec);
        if (exec && !down)
                exec_release(exec);
        perform_all(performer, binding->name, binding->press, down);
        if (!down)
                perform_all(performer, binding->name, binding->release, true);
}

/* --- what it takes --- */

static int add_control(struct performer *performer, const struct action *action) {
        struct control *grown =
                reallocarray(performer->controls, performer->n_controls + 1, sizeof(*performer->controls));
        int r;

        if (!grown)
                return -ENOMEM;
        grown[performer->n_controls] = (struct control){ action, NULL };
        performer->controls = grown;
        r = microphone_control_new(&grown[performer->n_controls].microphone, performer->microphones,
                                   action->argument,
                                   action->kind == ACT_MIC_PUSH_TO_TALK ? REST_MUTED : REST_OPEN);
        if (r < 0)
                return r;
        performer->n_controls++;
        return 0;
}

static int need_microphones(struct performer *performer, sd_event *loop) {
        const struct microphones_callbacks callbacks = { performer->parts.on_change,
                                                         performer->parts.userdata };

        if (performer->microphones)
                return 0;
        return microphones_new(&performer->microphones, loop, sound_connection(performer->parts.sound),
                               &callbacks);
}

static int need_mumble(struct performer *performer, sd_event *loop) {
        const struct mumble_callbacks callbacks = { performer->parts.on_change, performer->parts.userdata };

        performer->needs_mumble = true;
        return performer->mumble ? 0 : mumble_new(&performer->mumble, loop, &callbacks);
}

/* What lasts is at rest as soon as it is there. */
static int prepare(struct performer *performer, sd_event *loop, const struct action *action) {
        int r;

        switch (deeds[action->kind].needs) {
        case NEEDS_NOTHING:
                return 0;
        case NEEDS_MICROPHONES:
                return need_microphones(performer, loop);
        case NEEDS_CONTROL:
                r = need_microphones(performer, loop);
                return r < 0 ? r : add_control(performer, action);
        case NEEDS_MUMBLE:
                return need_mumble(performer, loop);
        case NEEDS_TALKING:
                r = need_mumble(performer, loop);
                if (r >= 0)
                        mumble_control_talking(performer->mumble);
                return r;
        }
        return -EINVAL;
}

static int prepare_all(struct performer *performer, sd_event *loop, const struct actions *actions) {
        int r = 0;

        for (size_t i = 0; r >= 0 && actions && i < actions->n; i++)
                r = prepare(performer, loop, &actions->list[i]);
        return r;
}

static int prepare_binding(struct performer *performer, sd_event *loop, size_t i) {
        const struct binding *binding = &performer->bindings->list[i];
        const struct exec_options exec = {
                .name = binding->name,
                .press = binding->exec,
                .release = binding->exec_release,
        };
        int r;

        r = prepare_all(performer, loop, binding->press);
        if (r < 0)
                return r;
        r = prepare_all(performer, loop, binding->release);
        if (r < 0 || (!exec.press && !exec.release))
                return r;
        return exec_new(&performer->execs[i], loop, &exec);
}

/* What is connected stays connected. With the microphones come the controls to them that PREVIOUS still has.
 */
static void inherit(struct performer *performer, struct performer *previous) {
        if (!previous)
                return;
        performer->microphones = steal_ptr(previous->microphones);
        performer->mumble = steal_ptr(previous->mumble);
}

int performer_new(struct performer **ret, sd_event *loop, const struct performer_parts *parts,
                  struct bindings *bindings, struct performer *previous) {
        _cleanup_(bindings_freep) struct bindings *owned = bindings;
        _cleanup_(performer_freep) struct performer *performer = calloc(1, sizeof(*performer));
        _cleanup_(performer_freep) struct performer *ancestor = previous; /* freed first, see inherit() */
        int r;

        if (!performer)
                return -ENOMEM;
        performer->parts = *parts;
        inherit(performer, ancestor);
        performer->execs = calloc(bindings->n + 1, sizeof(struct exec *));
        if (!performer->execs)
                return -ENOMEM;
        performer->bindings = steal_ptr(owned);
        for (size_t i = 0; i < bindings->n; i++) {
                r = prepare_binding(performer, loop, i);
                if (r < 0)
                        return r;
        }
        if (!performer->needs_mumble) /* nobody asks any more whether it can be reached */
                performer->mumble = mumble_free(performer->mumble);
        *ret = steal_ptr(performer);
        return 0;
}

struct performer *performer_free(struct performer *performer) {
        if (!performer)
                return NULL;
        for (size_t i = 0; performer->bindings && i < performer->bindings->n; i++)
                exec_free(performer->execs[i]);
        free(performer->execs);
        for (size_t i = 0; i < performer->n_controls; i++)
                microphone_control_free(performer->controls[i].microphone);
        free(performer->controls);
        microphones_free(performer->microphones);
        mumble_free(performer->mumble);
        bindings_free(performer->bindings);
        free(performer);
        return NULL;
}

const struct bindings *performer_bindings(const struct performer *performer) {
        return performer->bindings;
}

bool performer_problem(const struct performer *performer, char *buf, size_t size) {
        struct microphones_status microphones = { 0 };
        struct mumble_status mumble = { 0 };

        if (performer->microphones)
                microphones_status(performer->microphones, &microphones);
        if (performer->mumble)
                mumble_status(performer->mumble, &mumble);
        snprintf(buf, size, "%s", *microphones.problem ? microphones.problem : mumble.problem);
        return *buf != '\0';
}
