/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a hotkey:
 *
 *         up --chord complete (at once, held, twice)--> due --fire--> down
 *         down --keys up--> leaving, for the release delay --> up          leaving --keys down again--> down
 *         down --its longest time--> up, spent       any --let go, side where it means nothing--> up, spent
 *
 * Spent: its keys are still held but have had their effect, or may not have one; it waits for them to go up.
 */
#include "input/hotkeys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NEVER HOTKEYS_NEVER

struct state {
        bool due, down, spent;
        bool told;                            /* what on_hotkey has last said of down */
        uint64_t up_at;                       /* leaving: when it goes up */
        uint64_t spent_at;                    /* when it has been down for as long as it may */
        uint64_t held_at;                     /* when a chord that waits to be held has been */
        const struct hotkey_trigger *waits;   /* that chord */
        uint16_t completed_by;                /* and the key that completed it */
        uint64_t tapped[HOTKEY_TRIGGERS_MAX]; /* when each was completed for the first time of two; 0: not */
};

struct hotkeys {
        struct hotkey *table;
        struct state *states;
        size_t n;
        unsigned busy; /* telling, and asked to hold back: how many times */
        void (*on_hotkey)(unsigned index, bool down, void *userdata);
        void *userdata;
};

static const struct state at_rest = { .up_at = NEVER, .spent_at = NEVER, .held_at = NEVER };

int hotkeys_new(struct hotkeys **ret, const struct hotkey *table, size_t n,
                void (*on_hotkey)(unsigned index, bool down, void *userdata), void *userdata) {
        _cleanup_(hotkeys_freep) struct hotkeys *hotkeys = calloc(1, sizeof(*hotkeys));

        if (!hotkeys)
                return -ENOMEM;
        *hotkeys = (struct hotkeys){ .n = n, .on_hotkey = on_hotkey, .userdata = userdata };
        hotkeys->table = calloc(n + 1, sizeof(*hotkeys->table));
        hotkeys->states = calloc(n + 1, sizeof(*hotkeys->states));
        if (!hotkeys->table || !hotkeys->states)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                hotkeys->table[i] = table[i];
                hotkeys->states[i] = at_rest;
        }
        *ret = steal_ptr(hotkeys);
        return 0;
}

struct hotkeys *hotkeys_free(struct hotkeys *hotkeys) {
        if (!hotkeys)
                return NULL;
        free(hotkeys->table);
        free(hotkeys->states);
        free(hotkeys);
        return NULL;
}

static bool means_something(const struct hotkey *hotkey, enum input_side side) {
        return hotkey->when & (side == INPUT_HOST ? WHEN_HOST : WHEN_GUEST);
}

static bool is_held(const struct hotkey *hotkey, const struct keys *held) {
        for (size_t i = 0; i < hotkey->n_triggers; i++)
                if (chord_held(&hotkey->triggers[i].chord, held))
                        return true;
        return false;
}

/* The next one to tell of; hotkeys->n: there is none. */
static size_t find_news(const struct hotkeys *hotkeys) {
        size_t i = 0;

        while (i < hotkeys->n && hotkeys->states[i].told == hotkeys->states[i].down)
                i++;
        return i;
}

/*
 * The last thing of every call. One at a time: what a hotkey does may be the end of it, or move others, and
 * is done before that is told. What has changed back by then is no news.
 */
static void tell(struct hotkeys *hotkeys) {
        size_t i;

        if (hotkeys->busy > 0)
                return;
        hotkeys->busy++;
        while ((i = find_news(hotkeys)) < hotkeys->n) {
                bool down = hotkeys->states[i].told = hotkeys->states[i].down;

                hotkeys->on_hotkey((unsigned)i, down, hotkeys->userdata);
        }
        hotkeys->busy--;
}

void hotkeys_hold_back(struct hotkeys *hotkeys) {
        hotkeys->busy++;
}

void hotkeys_catch_up(struct hotkeys *hotkeys) {
        hotkeys->busy--;
        tell(hotkeys);
}

static void go_down(struct hotkeys *hotkeys, size_t i, uint64_t now) {
        struct state *state = &hotkeys->states[i];

        state->up_at = NEVER;
        if (state->down)
                return; /* its keys had gone up for less than the release delay */
        state->spent_at = hotkeys->table[i].longest ? now + hotkeys->table[i].longest : NEVER;
        state->down = true;
}

static void go_up(struct hotkeys *hotkeys, size_t i, bool spent) {
        bool told = hotkeys->states[i].told;

        hotkeys->states[i] = at_rest;
        hotkeys->states[i].spent = spent;
        hotkeys->states[i].told = told;
}

/* True: the key is wanted. */
static bool complete(const struct hotkey *hotkey, struct state *state, size_t trigger, uint64_t now,
                     uint16_t code) {
        uint64_t usec = hotkey->triggers[trigger].usec, first = state->tapped[trigger];

        switch (hotkey->triggers[trigger].gesture) {
        case GESTURE_HOLD:
                state->held_at = now + usec;
                state->waits = &hotkey->triggers[trigger];
                state->completed_by = code;
                return false;
        case GESTURE_DOUBLE:
                state->tapped[trigger] = first && now - first <= usec ? 0 : now;
                if (state->tapped[trigger])
                        return false;
                break;
        case GESTURE_PRESS:
                break;
        }
        state->due = true;
        return !hotkey->pass;
}

/* A tap counts only if no other key comes in between. */
static void forget_taps(struct hotkeys *hotkeys, uint16_t code) {
        for (size_t i = 0; i < hotkeys->n; i++)
                for (size_t j = 0; j < hotkeys->table[i].n_triggers; j++)
                        if (!chord_has(&hotkeys->table[i].triggers[j].chord, code))
                                hotkeys->states[i].tapped[j] = 0;
}

/* Whether CODE completes trigger J of hotkey I, and it has at least N keys. */
static bool completes(const struct hotkeys *hotkeys, size_t i, size_t j, uint16_t code,
                      const struct keys *held, enum input_side side, unsigned n) {
        const struct chord *chord = &hotkeys->table[i].triggers[j].chord;

        return chord->n >= n && means_something(&hotkeys->table[i], side) &&
               chord_completed_by(chord, code, held);
}

static unsigned most_keys(const struct hotkeys *hotkeys, uint16_t code, const struct keys *held,
                          enum input_side side) {
        unsigned most = 0;

        for (size_t i = 0; i < hotkeys->n; i++)
                for (size_t j = 0; j < hotkeys->table[i].n_triggers; j++)
                        if (completes(hotkeys, i, j, code, held, side, most + 1))
                                most = hotkeys->table[i].triggers[j].chord.n;
        return most;
}

bool hotkeys_press(struct hotkeys *hotkeys, uint64_t now, uint16_t code, const struct keys *held,
                   enum input_side side) {
        unsigned most = most_keys(hotkeys, code, held, side);
        bool wanted = false;

        forget_taps(hotkeys, code);
        for (size_t i = 0; most > 0 && i < hotkeys->n; i++)
                for (size_t j = 0; j < hotkeys->table[i].n_triggers; j++)
                        if (completes(hotkeys, i, j, code, held, side, most))
                                wanted |= complete(&hotkeys->table[i], &hotkeys->states[i], j, now, code);
        return wanted;
}

bool hotkeys_would_take(const struct hotkeys *hotkeys, uint16_t code, const struct keys *held,
                        enum input_side side) {
        unsigned most = most_keys(hotkeys, code, held, side);

        for (size_t i = 0; most > 0 && i < hotkeys->n; i++)
                for (size_t j = 0; j < hotkeys->table[i].n_triggers; j++) {
                        const struct hotkey_trigger *trigger = &hotkeys->table[i].triggers[j];

                        if (!hotkeys->table[i].pass && trigger->gesture == GESTURE_PRESS &&
                            completes(hotkeys, i, j, code, held, side, most))
                                return true;
                }
        return false;
}

void hotkeys_fire(struct hotkeys *hotkeys, uint64_t now) {
        for (size_t i = 0; i < hotkeys->n; i++)
                if (hotkeys->states[i].due) {
                        hotkeys->states[i].due = false;
                        go_down(hotkeys, i, now);
                }
        tell(hotkeys);
}

static void leave(struct hotkeys *hotkeys, size_t i, uint64_t now) {
        struct state *state = &hotkeys->states[i];

        if (hotkeys->table[i].release_delay == 0)
                go_up(hotkeys, i, false);
        else if (state->up_at == NEVER)
                state->up_at = now + hotkeys->table[i].release_delay;
}

static void update(struct hotkeys *hotkeys, uint64_t now, const struct keys *held) {
        for (size_t i = 0; i < hotkeys->n; i++) {
                struct state *state = &hotkeys->states[i];

                if (state->held_at != NEVER && !chord_held(&state->waits->chord, held))
                        state->held_at = NEVER;
                if (is_held(&hotkeys->table[i], held))
                        continue;
                state->spent = false;
                if (state->down)
                        leave(hotkeys, i, now);
        }
}

void hotkeys_update(struct hotkeys *hotkeys, uint64_t now, const struct keys *held) {
        update(hotkeys, now, held);
        tell(hotkeys);
}

/* A chord that only has to be complete: nobody knows since when it is, so hold and double do not count. */
static bool presses(const struct hotkey *hotkey, const struct keys *held) {
        for (size_t i = 0; i < hotkey->n_triggers; i++)
                if (hotkey->triggers[i].gesture == GESTURE_PRESS &&
                    chord_held(&hotkey->triggers[i].chord, held))
                        return true;
        return false;
}

void hotkeys_resync(struct hotkeys *hotkeys, uint64_t now, const struct keys *held, enum input_side side) {
        update(hotkeys, now, held);
        for (size_t i = 0; i < hotkeys->n; i++) {
                const struct hotkey *hotkey = &hotkeys->table[i];

                if (hotkey->lasting && !hotkeys->states[i].spent && means_something(hotkey, side) &&
                    presses(hotkey, held))
                        go_down(hotkeys, i, now);
        }
        tell(hotkeys);
}

void hotkeys_set_side(struct hotkeys *hotkeys, enum input_side side, const struct keys *held) {
        for (size_t i = 0; i < hotkeys->n; i++)
                if (!means_something(&hotkeys->table[i], side) || !hotkeys->states[i].down)
                        go_up(hotkeys, i, is_held(&hotkeys->table[i], held));
        tell(hotkeys);
}

void hotkeys_let_go(struct hotkeys *hotkeys, const struct keys *held) {
        for (size_t i = 0; i < hotkeys->n; i++)
                go_up(hotkeys, i, is_held(&hotkeys->table[i], held));
        tell(hotkeys);
}

static uint64_t earliest(uint64_t a, uint64_t b) {
        return a < b ? a : b;
}

uint64_t hotkeys_deadline(const struct hotkeys *hotkeys) {
        uint64_t deadline = NEVER;

        for (size_t i = 0; i < hotkeys->n; i++) {
                const struct state *state = &hotkeys->states[i];

                deadline =
                        earliest(deadline, earliest(state->held_at, earliest(state->up_at, state->spent_at)));
        }
        return deadline;
}

/* True: RET_CODE is wanted; false: nothing more is due. */
static bool pass_time(struct hotkeys *hotkeys, uint64_t now, uint16_t *ret_code) {
        for (size_t i = 0; i < hotkeys->n; i++) {
                struct state *state = &hotkeys->states[i];

                if (state->spent_at <= now || state->up_at <= now)
                        go_up(hotkeys, i, state->spent_at <= now);
                if (state->held_at > now)
                        continue;
                state->held_at = NEVER;
                state->due = true;
                *ret_code = state->completed_by;
                if (!hotkeys->table[i].pass)
                        return true;
                hotkeys_fire(hotkeys, now);
        }
        return false;
}

bool hotkeys_tick(struct hotkeys *hotkeys, uint64_t now, uint16_t *ret_code) {
        bool wanted = pass_time(hotkeys, now, ret_code);

        tell(hotkeys);
        return wanted;
}
