/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dice are loaded: the keys of the chords come up often, what is down is let go sooner rather than later,
 * and what makes everything start anew is rare.
 */
#include "tests/steps.h"

#include <linux/input.h>

#include "tests/oracle.h"
#include "tests/router-world.h"

/* splitmix64: the same numbers everywhere, for ever. */
static unsigned roll(uint64_t *state, unsigned n) {
        uint64_t z = (*state += 0x9e3779b97f4a7c15);

        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return (unsigned)((z ^ z >> 31) % n);
}

static uint16_t roll_key(uint64_t *state) {
        static const uint16_t often[] = { KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTALT, KEY_LEFTSHIFT };
        unsigned n = 0;

        if (roll(state, 4) == 0)
                return often[roll(state, sizeof(often) / sizeof(*often))];
        while (oracle_keys[n])
                n++;
        return oracle_keys[roll(state, n)];
}

/* A key goes down, repeats, or goes up; with four or more down it is one of those. */
static struct step roll_edge(const struct oracle *oracle, uint64_t *state, uint8_t slot) {
        const struct keys *down = &oracle->devices[slot].down;
        struct step step = { .kind = STEP_KEY, .slot = slot, .code = roll_key(state), .value = 1 };
        unsigned n = 0;

        for (const uint16_t *code = oracle_keys; *code; code++)
                n += keys_has(down, *code);
        for (const uint16_t *code = oracle_keys; *code && roll(state, 8) < n; code++)
                if (keys_has(down, *code) && roll(state, 2))
                        step.code = *code;
        if (keys_has(down, step.code))
                step.value = roll(state, 8) == 0 ? 2 : 0;
        return step;
}

static struct step roll_move(uint64_t *state, uint8_t slot) {
        static const uint16_t axes[] = {
                REL_X, REL_Y, REL_X, REL_Y, REL_WHEEL, REL_HWHEEL, REL_WHEEL_HI_RES
        };
        struct step step = { .kind = STEP_MOVE, .slot = slot, .unended = roll(state, 3) == 0 };
        int32_t reach = roll(state, 20) == 0 ? 10000 : 300;

        step.code = axes[roll(state, sizeof(axes) / sizeof(*axes))];
        if (step.code == REL_WHEEL || step.code == REL_HWHEEL)
                reach = 12;
        step.value = (int32_t)roll(state, (unsigned)reach * 2 + 1) - reach;
        return step;
}

static struct step roll_plug(uint64_t *state, uint8_t slot) {
        return (struct step){
                .kind = STEP_PLUG,
                .slot = slot,
                .follows = roll(state, 3) > 0,
                .code = roll(state, 2) ? roll_key(state) : 0,
        };
}

static struct step roll_rarity(uint64_t *state, uint8_t slot) {
        static const enum step_kind kinds[] = {
                STEP_SWITCH,   STEP_SWITCH,   STEP_SWITCH,   STEP_SWITCH, STEP_SWITCH, STEP_SWITCH,
                STEP_OVERFLOW, STEP_OVERFLOW, STEP_OVERFLOW, STEP_ASSIGN, STEP_ASSIGN, STEP_ASSIGN,
                STEP_BUSY,     STEP_STOPPED,  STEP_PATH,     STEP_UNPLUG, STEP_UNPLUG, STEP_KILL,
        };
        enum step_kind kind = kinds[roll(state, sizeof(kinds) / sizeof(*kinds))];
        int32_t value = (int32_t)roll(state, 2);

        /* What keeps the guest from getting the input does not last. */
        if (kind == STEP_BUSY || kind == STEP_STOPPED)
                value = roll(state, 4) == 0;
        if (kind == STEP_SWITCH || kind == STEP_ASSIGN)
                value = roll(state, 6) > 0; /* the chords lead home often enough */
        return (struct step){ .kind = kind, .slot = slot, .value = value };
}

static struct step roll_step(const struct oracle *oracle, uint64_t *state) {
        uint8_t slot = (uint8_t)roll(state, ORACLE_DEVICES);
        const struct oracle_device *device = &oracle->devices[slot];
        struct step step;

        if (!device->plugged)
                return roll_plug(state, slot);
        if (device->deaf && roll(state, 4) == 0)
                return (struct step){ .kind = STEP_RECOVER, .slot = slot };
        if (roll(state, 40) == 0)
                return roll_rarity(state, slot);
        if (!oracle->guests && roll(state, 30) == 0)
                return (struct step){ .kind = STEP_SWITCH, .value = 1 };
        if (roll(state, 8) == 0)
                return (struct step){ .kind = STEP_WAIT, .value = (int32_t)roll(state, 200) };
        step = roll(state, 5) == 0 ? roll_move(state, slot) : roll_edge(oracle, state, slot);
        step.unread = roll(state, 4) == 0;
        return step;
}

/* As world_plug() takes it. */
static bool is_first_free(const struct oracle *oracle, const struct oracle_device *device) {
        const struct oracle_device *first = oracle->devices;

        while (first < device && first->plugged)
                first++;
        return first == device && !device->plugged;
}

bool step_makes_sense(const struct step *step, const struct oracle *oracle) {
        const struct oracle_device *device = &oracle->devices[step->slot];
        bool room = device->plugged && device->queued < ORACLE_QUEUE - 8;

        switch (step->kind) {
        case STEP_PLUG:
                return is_first_free(oracle, device);
        case STEP_KEY:
                return room && keys_has(&device->down, step->code) == (step->value != 1);
        case STEP_MOVE:
                return room;
        case STEP_UNPLUG:
        case STEP_BUSY:
                return device->plugged;
        case STEP_ASSIGN:
                return device->plugged && !device->follows;
        case STEP_OVERFLOW:
                return device->plugged && !device->deaf;
        case STEP_RECOVER:
                return device->plugged && device->deaf;
        case STEP_SWITCH:
        case STEP_WAIT:
        case STEP_STOPPED:
        case STEP_PATH:
        case STEP_KILL:
        case STEP_KINDS:
                break;
        }
        return true;
}

struct step step_towards_rest(const struct oracle *oracle) {
        for (uint8_t slot = 0; slot < ORACLE_DEVICES; slot++) {
                const struct oracle_device *device = &oracle->devices[slot];

                if (device->deaf)
                        return (struct step){ .kind = STEP_RECOVER, .slot = slot };
                for (const uint16_t *code = oracle_keys; *code; code++)
                        if (keys_has(&device->down, *code))
                                return (struct step){ .kind = STEP_KEY, .slot = slot, .code = *code };
                if (device->queued > 0)
                        return (struct step){ .kind = STEP_MOVE, .slot = slot, .code = REL_X, .value = 1 };
        }
        return (struct step){ .kind = STEP_WAIT, .value = 1 };
}

struct step step_random(const struct oracle *oracle, uint64_t *state) {
        struct step step;

        do
                step = roll_step(oracle, state);
        while (!step_makes_sense(&step, oracle));
        return step;
}

/* --- as text --- */

void step_device_name(char name[8], unsigned slot) {
        snprintf(name, 8, "d%u", slot);
}

static void print_device_step(const struct step *step, FILE *file) {
        static const char *const edges[] = { "release", "press", "repeat" };
        static const char *const axes[] = {
                [REL_X] = "x",
                [REL_Y] = "y",
                [REL_WHEEL] = "wheel",
                [REL_HWHEEL] = "hwheel",
                [REL_WHEEL_HI_RES] = "wheel_hi_res",
        };
        static const char *const kinds[] = {
                [STEP_UNPLUG] = "unplug",
                [STEP_OVERFLOW] = "overflow",
                [STEP_RECOVER] = "recover",
        };
        char name[8];

        step_device_name(name, step->slot);
        fprintf(file, "%s ", name);
        if (step->unread)
                fprintf(file, "unread ");
        if (step->kind == STEP_PLUG)
                fprintf(file, "%s%s%s\n", step->follows ? "plug" : "plug-apart", step->code ? " " : "",
                        step->code ? world_key_name(step->code) : "");
        else if (step->kind == STEP_KEY)
                fprintf(file, "%s %s\n", edges[step->value], world_key_name(step->code));
        else if (step->kind == STEP_MOVE)
                fprintf(file, "rel %s %d%s\n", axes[step->code], step->value, step->unended ? " ..." : "");
        else if (step->kind == STEP_BUSY)
                fprintf(file, "%s\n", step->value ? "busy" : "idle");
        else if (step->kind == STEP_ASSIGN)
                fprintf(file, "assign %s\n", step->value ? "guest" : "host");
        else
                fprintf(file, "%s\n", kinds[step->kind]);
}

void step_print(const struct step *step, FILE *file) {
        if (step->kind == STEP_SWITCH)
                fprintf(file, "switch %s\n", step->value ? "guest" : "host");
        else if (step->kind == STEP_WAIT)
                fprintf(file, "wait %d\n", step->value);
        else if (step->kind == STEP_STOPPED)
                fprintf(file, "guest %s\n", step->value ? "stopped" : "running");
        else if (step->kind == STEP_PATH)
                fprintf(file, "path %s\n", step->value ? "virtio" : "evdev");
        else if (step->kind == STEP_KILL)
                fprintf(file, "kill\n");
        else
                print_device_step(step, file);
}
