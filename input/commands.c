/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A key that is pressed is first of all judged (commands_press), then gets its owner, and then has its effect
 * (commands_fire): the effect may be that all owners change.
 */
#include "input/commands.h"

/* A bouncing or doubly reported chord must not switch twice. */
#define DEBOUNCE_USEC 150000

int commands_init(struct commands *commands, const struct commands_callbacks *callbacks, void *userdata) {
        *commands = (struct commands){
                .callbacks = callbacks,
                .userdata = userdata,
                .deadline = HOTKEYS_NEVER,
        };
        return hotkeys_new(&commands->hotkeys, NULL, 0, callbacks->on_hotkey, userdata);
}

void commands_done(struct commands *commands) {
        commands->hotkeys = hotkeys_free(commands->hotkeys);
}

/* The last thing of every call: when the next one is due, if that has changed. */
static void settle(struct commands *commands) {
        uint64_t deadline = hotkeys_deadline(commands->hotkeys);

        if (commands->waiting && commands->wait_until < deadline)
                deadline = commands->wait_until;
        if (deadline == commands->deadline)
                return;
        commands->deadline = deadline;
        commands->callbacks->on_deadline(deadline, commands->userdata);
}

int commands_set_hotkeys(struct commands *commands, const struct hotkey *table, size_t n,
                         const struct keys *held) {
        struct hotkeys *hotkeys;
        int r;

        r = hotkeys_new(&hotkeys, table, n, commands->callbacks->on_hotkey, commands->userdata);
        if (r < 0)
                return r;
        hotkeys_let_go(commands->hotkeys, held);
        hotkeys_free(commands->hotkeys);
        commands->hotkeys = hotkeys;
        settle(commands);
        return 0;
}

static void ask_for_other_side(struct commands *commands, enum input_side common) {
        commands->waiting = false;
        commands->callbacks->on_request(common == INPUT_HOST ? INPUT_GUEST : INPUT_HOST, COMMAND_TOGGLE,
                                        commands->userdata);
}

/* Asked again while it waits, it is called off. */
static void toggle(struct commands *commands, bool neutral, enum input_side common) {
        if (commands->waiting) {
                commands->waiting = false;
        } else if (neutral || commands->patience == 0) {
                ask_for_other_side(commands, common);
        } else {
                commands->waiting = true;
                commands->wait_until = commands->now + commands->patience;
        }
}

void commands_toggle(struct commands *commands, bool neutral, enum input_side common) {
        toggle(commands, neutral, common);
        settle(commands);
}

bool commands_press(struct commands *commands, uint64_t now, uint16_t code, const struct keys *held,
                    enum input_side common) {
        commands->now = now;
        commands->panics = chord_completed_by(&chord_panic, code, held);
        commands->toggles = !commands->panics && chord_completed_by(&commands->toggle, code, held);
        if (commands->panics || commands->toggles)
                return true;
        return hotkeys_press(commands->hotkeys, now, code, held, common);
}

bool commands_would_take(const struct commands *commands, uint16_t code, const struct keys *held,
                         enum input_side common) {
        return chord_completed_by(&chord_panic, code, held) ||
               chord_completed_by(&commands->toggle, code, held) ||
               hotkeys_would_take(commands->hotkeys, code, held, common);
}

void commands_fire(struct commands *commands, enum input_side common) {
        if (commands->panics) {
                commands->callbacks->on_request(INPUT_HOST, COMMAND_PANIC, commands->userdata);
        } else if (!commands->toggles) {
                hotkeys_fire(commands->hotkeys, commands->now);
        } else if (commands->now >= commands->quiet_until) {
                commands->quiet_until = commands->now + DEBOUNCE_USEC;
                toggle(commands, false, common);
        }
        settle(commands);
}

void commands_release(struct commands *commands, uint64_t now, const struct keys *held, bool neutral,
                      enum input_side common) {
        commands->now = now;
        hotkeys_update(commands->hotkeys, now, held);
        if (commands->waiting && neutral)
                ask_for_other_side(commands, common);
        settle(commands);
}

void commands_resync(struct commands *commands, const struct keys *held, enum input_side common, bool panic) {
        hotkeys_resync(commands->hotkeys, commands->now, held, common);
        if (panic && chord_held(&chord_panic, held))
                commands->callbacks->on_request(INPUT_HOST, COMMAND_PANIC, commands->userdata);
        settle(commands);
}

void commands_begin_move(struct commands *commands) {
        hotkeys_hold_back(commands->hotkeys);
}

void commands_end_move(struct commands *commands) {
        hotkeys_catch_up(commands->hotkeys);
        settle(commands);
}

void commands_set_side(struct commands *commands, enum input_side side, const struct keys *held) {
        commands->waiting = false;
        hotkeys_set_side(commands->hotkeys, side, held);
        settle(commands);
}

void commands_let_go(struct commands *commands, const struct keys *held) {
        commands->waiting = false;
        hotkeys_let_go(commands->hotkeys, held);
        settle(commands);
}

bool commands_tick(struct commands *commands, uint64_t now, enum input_side common, uint16_t *ret_code) {
        commands->now = now;
        if (hotkeys_tick(commands->hotkeys, now, ret_code)) {
                commands->panics = commands->toggles = false;
                return true; /* it is not settled yet */
        }
        if (commands->waiting && now >= commands->wait_until)
                ask_for_other_side(commands, common);
        settle(commands);
        return false;
}
