/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/commands: what keys ask for beside being typed: panic, the toggle, hotkeys. Pure: told the time.
 *
 * Panic is looked at before anything else, needs no configuration and cannot be taken away by one.
 *
 * Threads: none of its own. Callbacks run inside the calls below, as the last thing these do.
 */
#include <stdbool.h>
#include <stdint.h>

#include "input/chord.h"
#include "input/hotkeys.h"
#include "input/input.h"

enum command_reason {
        COMMAND_TOGGLE,
        COMMAND_PANIC,
};

struct commands_callbacks {
        /* The user asks for SIDE; whoever can do it answers with router_switch(), now or never. */
        void (*on_request)(enum input_side side, enum command_reason reason, void *userdata);
        void (*on_hotkey)(unsigned index, bool down, void *userdata);
        /* From now on commands_tick() is due at USEC; HOTKEYS_NEVER. */
        void (*on_deadline)(uint64_t usec, void *userdata);
};

/* Zero it and call commands_init(). */
struct commands {
        const struct commands_callbacks *callbacks; /* borrowed */
        void *userdata;
        struct chord toggle;
        uint64_t patience;    /* how long a toggle waits for all keys to be up; 0: it does not */
        uint64_t quiet_until; /* no toggle before that */
        bool toggles, panics; /* what the key that is going down asks for */
        bool waiting;         /* a toggle does, for all keys to be up, or for ... */
        uint64_t wait_until;
        struct hotkeys *hotkeys;
        uint64_t now, deadline;
};

int commands_init(struct commands *commands, const struct commands_callbacks *callbacks, void *userdata);
void commands_done(struct commands *commands);

/* Lets go of those there were; -ENOMEM keeps them. TABLE is copied. */
int commands_set_hotkeys(struct commands *commands, const struct hotkey *table, size_t n,
                         const struct keys *held);

/*
 * CODE is about to go down while HELD are, with the input at COMMON. True: it must not be typed. Once it has
 * its owner, commands_fire() tells what comes of it.
 */
bool commands_press(struct commands *commands, uint64_t now, uint16_t code, const struct keys *held,
                    enum input_side common);
void commands_fire(struct commands *commands, enum input_side common);
/* The same question of a key that was found to be down. Nothing comes of it. */
bool commands_would_take(const struct commands *commands, uint16_t code, const struct keys *held,
                         enum input_side common);

/* A key went up, after which HELD are down; NEUTRAL: none that the sides would fight over. */
void commands_release(struct commands *commands, uint64_t now, const struct keys *held, bool neutral,
                      enum input_side common);

/* HELD is news, not made of events. Never toggles; panics only if PANIC. */
void commands_resync(struct commands *commands, const struct keys *held, enum input_side common, bool panic);

/* As the toggle does it: at once, or when all keys are up. */
void commands_toggle(struct commands *commands, bool neutral, enum input_side common);

/* Between the two no hotkey is told of. */
void commands_begin_move(struct commands *commands);
void commands_end_move(struct commands *commands);
void commands_set_side(struct commands *commands, enum input_side side, const struct keys *held);
void commands_let_go(struct commands *commands, const struct keys *held); /* of all hotkeys */

/* True: RET_CODE must not be typed any longer; then call commands_fire(), and this again. */
bool commands_tick(struct commands *commands, uint64_t now, enum input_side common, uint16_t *ret_code);
